"""How states of things came about: what had changed at each kept moment, as one long table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

#: states that pictures and tables of a finished run need
KEPT_STATES: Final = (
    "building_damage",
    "building_collapsed",
    "building_fire",
    "road_free_m",
    "road_down",
    "road_pace",
    "facility_out",
    "zone_unpowered",
    "zone_offline",
)
COLUMNS: Final = ("t_s", "state", "row", "value")


class StateHistory:
    """Keeps what changed in the states between the moments that the recorder keeps.

    Parameters
    ----------
    model : Disaster
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        self._last: dict[str, NDArray[Any]] = {}
        self._parts: list[pd.DataFrame] = []
        self._n_kept = 0

    def record(self, to_s: float) -> None:
        """Keep the changes, when the recorder has just kept a moment."""
        if len(self._model.recorder.times_s) == self._n_kept:
            return
        self._n_kept = len(self._model.recorder.times_s)
        states = self._model.states
        for name in KEPT_STATES:
            if not states.touched(name):
                continue
            now = states[name]
            before = self._last.get(name)
            rows = np.flatnonzero(now != (states.at_rest(name) if before is None else before))
            self._last[name] = now.copy()
            if len(rows):
                self._parts.append(
                    pd.DataFrame(
                        {"t_s": to_s, "state": name, "row": rows, "value": now[rows].astype(float)}
                    )
                )

    def table(self) -> pd.DataFrame:
        """Return the changes in the order of time: t_s, state, row, value."""
        if not self._parts:
            return pd.DataFrame({name: [] for name in COLUMNS})
        return pd.concat(self._parts, ignore_index=True)
