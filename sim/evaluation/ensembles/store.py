"""Where runs are kept as they come in: one SQLite file, one writer, whole rows or none."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sim.core.disk import disk_error, made_folder
from sim.core.errors import SimError
from sim.core.words import said
from sim.evaluation.ensembles.study import Job
from sim.evaluation.ensembles.work import Finished

FILE: Final = "runs.sqlite"
_LOCK: Final = "runs.lock"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS runs (
    key TEXT PRIMARY KEY,
    scenario TEXT NOT NULL,
    plan TEXT NOT NULL,
    replication INTEGER NOT NULL,
    vary TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ok', 'failed', 'quarantined')),
    kept TEXT NOT NULL,
    why TEXT NOT NULL,
    took TEXT NOT NULL
) STRICT;
"""
#: SQLite's codes of what a disk refuses -> those of the system
_REFUSED_BY: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}
_PRIMARY: Final = 0xFF
_IN_ORDER: Final = "SELECT * FROM runs ORDER BY scenario, replication, plan, key"


class StoreError(SimError):
    """The store of a study cannot be used."""


@dataclass(frozen=True)
class Row:
    """One run as it is kept.

    Attributes
    ----------
    state : str
        ``ok``, ``failed`` (an error in the run), ``quarantined`` (it killed its worker again and
        again).
    vary : dict
        Values of the varied places.
    kept : dict
        Of `Finished`, for runs that are ``ok``.
    why : str
        The traceback of a failed run.
    """

    key: str
    scenario: str
    plan: str
    replication: int
    vary: dict[str, Any]
    state: str
    kept: dict[str, Any]
    why: str
    took_s: dict[str, float]


class Store:
    """The runs of one study.

    Parameters
    ----------
    folder : Path
        Of the study.
    about : dict
        Study and code by name, each a digest or version; what stands there must be the same.
    fresh : bool
        Refuse a store that has runs already, instead of going on with it.

    Raises
    ------
    StoreError
        When another process writes to it, when it belongs to another study or another version of
        shapan, or when it has runs and ``fresh`` is set.
    """

    def __init__(self, folder: Path, about: dict[str, str], *, fresh: bool) -> None:
        self.folder = made_folder(folder)
        self._lock = (folder / _LOCK).open("a+")
        self._own(folder)
        self._db = sqlite3.connect(folder / FILE, isolation_level=None)
        try:
            with _told(folder):
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.executescript(_TABLES)
                self._check(about, fresh=fresh)
        except SimError:
            self.close()
            raise

    def _own(self, folder: Path) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            pid = self._lock.read().strip() or "?"
            self._lock.close()
            raise StoreError(said("compare.in_use", folder=folder, pid=pid)) from None
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _check(self, about: dict[str, str], *, fresh: bool) -> None:
        known = dict(self._db.execute("SELECT name, value FROM about").fetchall())
        if fresh and self.keys():
            raise StoreError(said("compare.has_runs", folder=self.folder))
        for name, value in about.items():
            if known.get(name, value) != value:
                what = said(f"compare.other_{name}")
                raise StoreError(
                    said(
                        "compare.other",
                        folder=self.folder,
                        what=what,
                        kept=known[name][:12],
                        now=value[:12],
                    )
                )
        rows = list(about.items())
        self._db.executemany("INSERT OR IGNORE INTO about VALUES (?, ?)", rows)

    def keys(self) -> set[str]:
        """Return the keys of all runs that are kept."""
        return {key for (key,) in self._db.execute("SELECT key FROM runs")}

    def keep(self, job: Job, finished: Finished) -> None:
        """Keep a run; it is on disk when this returns."""
        kept = asdict(finished)
        took_s = kept.pop("took_s")
        self._insert(job, "ok", kept, "", took_s)

    def keep_failed(self, job: Job, why: str, *, quarantined: bool) -> None:
        """Keep a run that broke down, with the reason."""
        self._insert(job, "quarantined" if quarantined else "failed", {}, why, {})

    def _insert(
        self, job: Job, state: str, kept: dict[str, Any], why: str, took: dict[str, float]
    ) -> None:
        row = (
            job.key,
            job.draw.scenario,
            job.plan,
            job.draw.replication,
            json.dumps(dict(job.draw.values), sort_keys=True),
            state,
            json.dumps(kept, ensure_ascii=False),
            why,
            json.dumps(took),
        )
        with _told(self.folder):
            self._db.execute("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Let go of the file; the log of writes is folded into it."""
        self._db.close()
        self._lock.close()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what SQLite refuses into an error that a user understands."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        found = _REFUSED_BY.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY)
        if found is None:
            raise StoreError(said("compare.no_store", file=folder / FILE, why=error)) from error
        told = disk_error(OSError(found, os.strerror(found), str(folder / FILE)), folder)
        raise told or error from error


def read_rows(folder: Path) -> Iterator[Row]:
    """Iterate over the runs of a study's store by scenario, replication and plan; nobody waits."""
    with contextlib.closing(sqlite3.connect(folder / FILE)) as database, _told(folder):
        for row in database.execute(_IN_ORDER):
            key, scenario, plan, replication, vary, state, kept, why, took_s = row
            yield Row(
                key=key,
                scenario=scenario,
                plan=plan,
                replication=replication,
                vary=json.loads(vary),
                state=state,
                kept=json.loads(kept),
                why=why,
                took_s=json.loads(took_s),
            )
