"""Pools of tasks for teams: buildings that burn, people under rubble, patients, streets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import simpy

from sim.agents.units import RescueTeam
from sim.response.dispatch import Call

if TYPE_CHECKING:
    from sim.response.teams_work import Deployment

Process = Generator[simpy.Event, Any, None]


class Work(Protocol):
    """A pool of tasks of one sort.

    Attributes
    ----------
    skill : str
        What a unit must be able to do to be of use.
    """

    skill: str

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return what is known, open, and fit for a unit."""

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Give a task to a unit."""

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take it back, finished or not; always called once for each claim."""

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Work on the spot until it is done or the shift ends; the unit has arrived."""

    def over(self) -> bool:
        """Whether no task is left, taken or not, and none is to be awaited."""


class Asked:
    """Calls made out once for all alike units that ask at the same moment."""

    def __init__(self) -> None:
        self._at_s = -1.0
        self._lists: dict[str, list[Call]] = {}

    def once(self, now_s: float, kind: str, make: Callable[[], list[Call]]) -> list[Call]:
        """Return the calls for a kind of unit, made out anew when time or claims have gone on."""
        if now_s != self._at_s:
            self._at_s, self._lists = now_s, {}
        if kind not in self._lists:
            self._lists[kind] = make()
        return self._lists[kind]

    def forget(self) -> None:
        """Have the calls made out anew: a task has been taken or given back."""
        self._at_s = -1.0


class OneEach:
    """Tasks at each of which one unit works at a time; who claims one keeps the others off it."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Give a task to a unit."""
        self._taken.add(self._task_of(call.key))

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take it back."""
        self._taken.discard(self._task_of(call.key))

    def is_taken(self, key: int) -> bool:
        """Whether somebody works there already."""
        return self._task_of(key) in self._taken

    def _task_of(self, key: int) -> int:
        """Return which task a call is about: calls at several places may be one."""
        return key
