"""What the terminal shows while ticks or runs are made."""

from __future__ import annotations

import sys
import time
from typing import Any, Final

import typer

_MIN_S: Final = 60.0
#: runs after the first by which the pace is judged
_PACED: Final = 4


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

    The first run pays for the start of the workers, the map and the disaster: how long the others
    take is told from the pace of the next few.
    """

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self._kept, self._began_s, self._first_s = -1, 0.0, 0.0

    def __call__(self, key: str, done: int, total: int) -> None:
        """Show how far the runs are; say first how many, then how long one and all of them take."""
        now_s = time.monotonic()
        if total and self._kept < 0:
            self._kept, self._began_s = done, now_s
            self._say("compare.to_make", n=total - done, kept=done)
        elif total and done == self._kept + 1:
            self._first_s = now_s
            self._say("compare.first_run", took=self._time(now_s - self._began_s))
        elif total and done == self._kept + 1 + _PACED and done < total:
            whole_s = (now_s - self._first_s) / _PACED * (total - done)
            self._say("compare.pace", n=total - done, whole=self._time(whole_s))
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
