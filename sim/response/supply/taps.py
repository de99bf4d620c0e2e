"""Taps of shelters: where the mains fail, people need water from tankers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.response.outages import without_mains
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS

if TYPE_CHECKING:
    from sim.response.supply.desk import Supply

#: what a failure of the mains is due to
_WHY: Final = (
    "pipes_burst",
    "power_failed",
    "feeder_failed",
    "lines_failed",
    "facility_damaged",
    "facility_lost_power",
)


class Taps:
    """Follows the mains of every shelter; its tank lasts for ``shelters.water_tank`` after them.

    Parameters
    ----------
    supply : Supply

    Attributes
    ----------
    rows : (k,) int
        Facility rows of the shelters.
    """

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        facilities = supply.stage.world.facilities
        self.rows = np.flatnonzero(facilities.kind == FACILITY_KINDS.index("shelter"))
        self._since_s = np.full(len(self.rows), np.inf)
        self._parched_s = np.full(len(self.rows), np.inf)
        self._dry = np.zeros(len(self.rows), dtype=bool)

    def look(self) -> None:
        """Let the points of shelters know whether their taps run."""
        now_s = self._supply.now_s
        failed = without_mains(self._supply.stage, self.rows)
        self._since_s = np.where(failed, np.minimum(self._since_s, now_s), np.inf)
        dry = self._since_s <= now_s - parameter("shelters.water_tank").si
        for index in np.flatnonzero(dry != self._dry).tolist():
            self._turn(index, dry=bool(dry[index]))
        self._dry = dry
        for index in np.flatnonzero(dry | np.isfinite(self._parched_s)).tolist():
            there = self._supply.point("shelter", int(self.rows[index]))
            since_s = self._parched_s[index]
            self._parched_s[index] = min(since_s, now_s) if there.parched else np.inf

    def parched_since_s(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return since when nobody in each shelter has had water; infinity where somebody has."""
        return self._parched_s

    def _turn(self, index: int, *, dry: bool) -> None:
        supply, row = self._supply, int(self.rows[index])
        name = str(supply.stage.world.facilities.id[row])
        point = supply.point("shelter", row)
        point.set_dry(dry)
        cause = (
            supply.ops.log.newest(_WHY) if dry else supply.ops.log.newest(("shelter_dry",), name)
        )
        kind = "shelter_dry" if dry else "shelter_has_water"
        supply.ops.log.add(supply.now_s, kind, name, cause=cause, people=point.persons)
