"""Recorded hazards, played again: to a run they are hazards like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.hazards.base import Hazard, Surroundings
from sim.hazards.rain import Hyetograph
from sim.hazards.recording import FEEDBACK, Recording, at_rest, live
from sim.world.layers import LAYERS, Layers
from sim.world.states import STATES, States


def replayed(recording: Recording, around: Surroundings) -> list[Hazard]:
    """Return the hazards of a recording, to be played in these surroundings."""
    ids = {event: event for event in range(len(around.log))}
    n = len(recording.about["kinds"])
    return [cast("Hazard", Replay(recording, number, around, ids)) for number in range(n)]


class FeltByHazardError(Exception):
    """The response worked on a hazard that is only played again: the run needs live hazards."""


def feels(reads: tuple[str, ...], fields: Layers, states: States) -> bool:
    """Whether the response has worked on what a hazard reads."""
    return any(_worked_on(name, fields, states) for name in reads if name in FEEDBACK)


def _worked_on(name: str, fields: Layers, states: States) -> bool:
    if name in LAYERS:
        return name in fields
    return states.touched(name) and bool((states[name] != STATES[name].at_rest).any())


class Replay:
    """One hazard of a recording.

    Attributes
    ----------
    kind, reads, writes : as of the hazard that was recorded
    cause : int
        Id, in this run's log, of the event that new harm is due to.
    rain : Hyetograph or None
    """

    def __init__(
        self, recording: Recording, number: int, around: Surroundings, ids: dict[int, int]
    ) -> None:
        self.kind: str = recording.about["kinds"][number]
        self.reads, self.writes = live(self.kind).reads, live(self.kind).writes
        self.cause = -1
        rain = recording.about["rain"][number]
        self.rain = None if rain is None else Hyetograph(*(np.array(part) for part in rain))
        self._recording, self._around, self._ids = recording, around, ids
        own = recording.chunks[recording.chunks["hazard"] == number]
        self._chunks = np.split(own, np.flatnonzero(np.diff(own["tick"])) + 1)
        self._events = [event for event in recording.about["events"] if event[1] == number]
        self._causes: list[int] = recording.about["causes"][number]
        self._figures = [figures[number] for figures in recording.about["figures"]]
        self._tick, self._next_chunks, self._next_event = -1, 0, 0
        self._play()

    def advance(self, to_s: float) -> None:
        """Go on by one tick: a recording has those of its scenario.

        Raises
        ------
        FeltByHazardError
            When the live hazard would have gone another way.
        """
        if feels(self.reads, self._around.fields, self._around.states):
            raise FeltByHazardError
        self._play()

    def report(self) -> Mapping[str, float]:
        """Return the figures of this tick."""
        figures: Mapping[str, float] = self._figures[self._tick - 1]
        return figures

    def _play(self) -> None:
        self._tick += 1
        while self._next_event < len(self._events):
            tick, _, known_as, t_s, kind, who, cause, facts = self._events[self._next_event]
            if tick > self._tick:
                break
            due_to = self._here(cause)
            event = self._around.log.add(t_s, kind, who, cause=due_to, **facts)
            self._ids[known_as] = event
            self._next_event += 1
        self.cause = self._here(self._causes[self._tick])
        if self._next_chunks < len(self._chunks):
            chunks = self._chunks[self._next_chunks]
            if len(chunks) and chunks["tick"][0] == self._tick:
                for chunk in chunks:
                    self._write(chunk)
                self._next_chunks += 1

    def _here(self, recorded: int) -> int:
        """Return the id that a recorded event has in this run's log."""
        return -1 if recorded < 0 else self._ids[recorded]

    def _write(self, chunk: Any) -> None:
        name = self.writes[chunk["name"]]
        array = self._array(name)
        rows, values = self._recording.rows(chunk, array.dtype.str)
        array.reshape(-1)[rows] = values

    def _array(self, name: str) -> NDArray[Any]:
        fields = self._around.fields
        if name in STATES:
            return self._around.states[name]
        if name not in fields:
            fields.write(name, at_rest(name, fields.grid.shape))
        return fields[name]
