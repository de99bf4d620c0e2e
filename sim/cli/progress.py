"""What the terminal shows while ticks or runs are made."""

from __future__ import annotations

import sys
import time
from typing import Any, Final

import typer

_MIN_S: Final = 60.0
_MIN_PER_H: Final = 60.0


class Bar:
    """A tqdm bar over ticks or runs, and a line for every other stage."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, key: str, done: int, total: int) -> None:
        """Show how far a stage is, or say that one without steps begins."""
        from tqdm import tqdm

        from sim.core.words import say

        if total == 0:
            self.__exit__()
            typer.echo(say(key, self._lang), err=True)
            return
        if self._bar is None:
            self._bar = tqdm(
                total=total,
                desc=say(key, self._lang),
                leave=False,
                mininterval=1.0 if sys.stderr.isatty() else 30.0,
            )
        self._bar.total = total  # a study that runs decide on grows
        self._bar.update(done - self._bar.n)


class RunsBar(Bar):
    """A bar over the runs of a study, which says how many there are and how long they may take.

    Parameters
    ----------
    lang : str
    jobs : int
        Workers that share the runs.
    """

    def __init__(self, lang: str, jobs: int) -> None:
        super().__init__(lang)
        self._jobs, self._began_s, self._kept = jobs, 0.0, -1

    def __call__(self, key: str, done: int, total: int) -> None:
        """Show how far the runs are; say before the first how many, after it how long."""
        if total and self._kept < 0:
            self._began_s, self._kept = time.monotonic(), done
            self._say("compare.to_make", n=total - done, kept=done)
        elif total and done == self._kept + 1 and self._began_s:
            took_s, self._began_s = time.monotonic() - self._began_s, 0.0
            whole_s = took_s * (1 + max(total - done, 0) / self._jobs)
            self._say("compare.first_run", took=self._time(took_s), whole=self._time(whole_s))
        super().__call__(key, done, total)

    def _say(self, key: str, **places: object) -> None:
        from tqdm import tqdm

        from sim.core.words import say

        tqdm.write(say(key, self._lang, **places), file=sys.stderr)

    def _time(self, seconds: float) -> str:
        """Return a time in the unit that people would say it in."""
        from sim.core.units import as_text

        if seconds < _MIN_S:
            return as_text(float(round(seconds)), self._lang)
        minutes = round(seconds / _MIN_S)
        return as_text(_MIN_S * minutes, self._lang)
