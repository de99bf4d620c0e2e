"""Roads as hazards and trains leave them: closed, open again, each change with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.model.crossings import Trains
from sim.scenario.parameters import parameter
from sim.world.closures import Closures
from sim.world.hollows import Hollows

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

#: which layer or state a hazard writes that closes roads for each of `REASONS` but trains
_BROUGHT_BY: Final = {
    "water": "depth_m",
    "debris": "road_free_m",
    "down": "road_down",
    "fire": "fire_arrival_s",
}


class RoadEffects:
    """Roads closed by water, debris, failed bridges, fire and trains, and slowed by ice.

    Attributes
    ----------
    closures : Closures
    hollows : Hollows
    water_m : (ny, nx) float32 or None
        How deep water stands on the streets of each cell; None while there is none anywhere.
    pace : (n,) float32
        Share of its speed that ice leaves on each edge.
    spells : list of tuple
        (edge, closed_s, reopened_s) of every closure that has ended.
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        self.closures = Closures(
            model.world,
            close_depth_m=parameter("roads.close_depth").si,
            reopen_depth_m=parameter("roads.reopen_depth").si,
        )
        self.hollows = Hollows(model.world)
        self.water_m: NDArray[np.float32] | None = None
        self.pace = np.ones(model.world.roads.n, dtype=np.float32)
        self.spells: list[tuple[int, float, float]] = []
        self._trains = Trains(model, model.crossings)
        self._closed_by: dict[int, tuple[int, float]] = {}

    def update(self, to_s: float) -> None:
        """Look at the roads now and log what changed."""
        model, depth_m = self._model, self._model.fields.get("depth_m")
        self.water_m = None if depth_m is None else self.hollows.on_streets_m(depth_m)
        change = self.closures.update(
            self.water_m,
            burning=model.dangers.burning,
            in_sight=model.dangers.in_sight,
            free_m=self._touched("road_free_m"),
            down=self._touched("road_down"),
            train_at=self._trains.update(to_s),
        )
        pace = self._touched("road_pace")
        if pace is not None:
            self.pace[:] = pace
        for edge in change.closed.tolist():
            self._close(edge, to_s)
        for edge in change.reopened.tolist():
            event, closed_s = self._closed_by.pop(edge)
            spell_s = to_s - closed_s
            model.log.add(to_s, "road_reopened", f"edge-{edge}", cause=event, closed_for_s=spell_s)
            self.spells.append((edge, closed_s, to_s))

    def open_spells(self) -> list[tuple[int, float]]:
        """Return (edge, closed_s) of the roads still closed, by edge."""
        return sorted((edge, closed_s) for edge, (_, closed_s) in self._closed_by.items())

    def _close(self, edge: int, to_s: float) -> None:
        reason = self.closures.reason(edge)
        facts: dict[str, str | float] = {"reason": reason}
        if reason == "water":
            facts["depth_m"] = round(float(self.closures.depth_m[edge]), 3)
        by_train = reason == "train"
        cause = self._trains.event(edge) if by_train else self._model.cause_of(_BROUGHT_BY[reason])
        event = self._model.log.add(to_s, "road_closed", f"edge-{edge}", cause=cause, **facts)
        self._closed_by[edge] = (event, to_s)

    def _touched(self, state: str) -> NDArray[Any] | None:
        states = self._model.states
        return states[state] if states.touched(state) else None
