"""A second process that draws pictures of a run, begun while the run goes on: it starts slowly.

It ends with its orders: when this process closes them, or is killed, nothing of it stays.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from sim.core.hands import aside, hands

if TYPE_CHECKING:
    from sim.viz.packing import Packed

#: a picture: its name and language
Asked = tuple[str, str]

_SERVE: Final = "from sim.viz.helping import serve; serve()"


class Helper:
    """The process, from the first order until the end of the block.

    Without a second core there is none, and nothing that is asked of it is done.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Begin nothing yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def begin(self, scenario: Path, cell_m: float | None) -> None:
        """Let the process start, unless it has, and get to know a scenario's map.

        Parameters
        ----------
        scenario : Path
            A folder whose map stands in the cache by now.
        cell_m : float, optional
            Cell of a map made from facts, in place of the scenario's.
        """
        if self._process is not None or hands() == 1:
            return
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it cannot do is done here, and told here
            encoding="utf-8",
        )
        self._tell("learn_map", str(scenario.resolve()), cell_m)
        aside(lambda: importlib.import_module("sim.viz.drawing"))  # this process gets ready too

    def draw(self, run: Path, todo: deque[Asked]) -> dict[Asked, Packed]:
        """Let it draw pictures of a run's folder, always the first of those still to do.

        Returns what it has drawn: it may fail at the last that it took.
        """
        found: dict[Asked, Packed] = {}
        if not self._tell("open_run", str(run.resolve())):
            return found
        while todo:
            try:
                asked = todo.popleft()
            except IndexError:  # taken by another
                break
            answer = self._answer() if self._tell("draw", *asked) else ""
            if not answer:
                break
            sort, data = json.loads(answer)
            found[asked] = (sort, data)
        return found

    def _tell(self, *order: Any) -> bool:
        """Give an order; False when nobody takes it."""
        if self._process is None or self._process.stdin is None:
            return False
        try:
            self._process.stdin.write(f"{json.dumps(order)}\n")
            self._process.stdin.flush()
        except OSError:
            return False
        return True

    def _answer(self) -> str:
        """Wait for the answer to an order; empty when the process has ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline()
