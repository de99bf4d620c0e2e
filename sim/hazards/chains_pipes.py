"""Earthquake to water mains: breaks flood the street and leave hydrants and taps around dry.

A simple model: mains lie under every street for cars. Repairs a kilometre by O'Rourke & Ayala
(1993) as in HAZUS, RR = 0.0001 PGV^2.25 (PGV in cm/s), a fifth of them breaks; where mains break
is chance, street by street.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
from pydantic import Field

from sim.core.sets import distinct
from sim.hazards.base import SHOCKS, Surroundings
from sim.hazards.chains import Floats, Pouring, Rows, pour_nothing
from sim.hazards.earthquake_debris import street_widths_m
from sim.scenario.base import Amount, HazardParams, Length_m, Share, Span_s
from sim.scenario.parameters import catalogued
from sim.world.tables import FACILITY_KINDS
from sim.world.zoning import edge_middles_m

_CM_PER_M: Final = 100.0
_KM_PER_M: Final = 1e-3


def repairs_per_km(pgv_m_per_s: Floats, *, ductile: bool = False) -> Floats:
    """Return repairs a kilometre of main, by HAZUS; ductile ones need 0.3 times as many."""
    rate: Floats = 1e-4 * (_CM_PER_M * np.asarray(pgv_m_per_s, np.float64)) ** 2.25
    return 0.3 * rate if ductile else rate


class BurstPipesParams(HazardParams):
    """How mains break and how much runs out.

    Attributes
    ----------
    ductile : bool
        Steel, ductile iron or plastic mains instead of cast iron and concrete.
    break_share : float
        Share of repairs that are breaks; the others only leak.
    flow : float
        Out of each break, m3/s, until ``shut`` after the shock.
    dry_reach : float
        Hydrants and taps so near to a break give nothing, m.
    """

    kind: Literal["burst_pipes"]
    ductile: bool = False
    break_share: Share = catalogued("chains.pipe_break_share")
    flow: Annotated[float, Amount("flow"), Field(gt=0)] = catalogued("chains.pipe_flow")
    shut: Span_s = catalogued("chains.pipe_shut")
    dry_reach: Length_m = catalogued("chains.pipe_dry_reach")


class BurstPipes:
    """Breaks mains by the layer of peak ground velocity.

    Attributes
    ----------
    cause : int
        The newest breaks; -1 before any.
    broken : (edges,) bool
        First edge of each street whose main is broken.
    """

    kind: ClassVar[str] = "burst_pipes"
    Params: ClassVar[type[BurstPipesParams]] = BurstPipesParams
    reads: ClassVar[tuple[str, ...]] = ("pgv_m_per_s",)
    writes: ClassVar[tuple[str, ...]] = (
        "poured_m_per_s", "facility_damaged", "facility_out", "facility_dry",
    )  # fmt: skip
    example: ClassVar[Mapping[str, Any]] = {"id": "mains", "kind": "burst_pipes"}

    def __init__(self, params: BurstPipesParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        world = around.world
        street = street_widths_m(world.roads)[1]
        self._streets = distinct(street[world.roads.lanes > 0])
        x_m, y_m = edge_middles_m(world)
        self._x_m, self._y_m = x_m[self._streets], y_m[self._streets]
        self._cells = np.asarray(world.grid.cell_of(self._x_m, self._y_m), np.int64)
        self._km = _KM_PER_M * world.roads.length_m[self._streets].astype(np.float64)
        luck = around.streams.at(f"chains.pipes/{params.id}", 0, self._streets)
        self._holds_below = -np.log1p(-luck)  # breaks expected at which this main has its first
        pour_nothing(around.fields)
        self.broken = np.zeros(world.roads.n, np.bool_)
        self._is_hydrant = world.facilities.kind == FACILITY_KINDS.index("hydrant")
        self._open: list[tuple[float, Pouring, int]] = []
        self._damaged = around.states["facility_damaged"]
        self._out = around.states["facility_out"]
        self._no_water = around.states["facility_dry"]

    def advance(self, to_s: float) -> None:
        """Break what the shaking so far is too strong for; shut off what has run long enough."""
        pgv = self._around.fields.get("pgv_m_per_s")
        if pgv is not None:
            self._break(pgv.reshape(-1), to_s)
        for shut_s, pouring, _ in self._open:
            if shut_s <= to_s:
                pouring.pour(0.0)
        self._open = [one for one in self._open if one[0] > to_s]

    def report(self) -> Mapping[str, float]:
        """Return broken mains, and the flow out of them now."""
        running = sum(n for _, _, n in self._open)
        return {
            "mains_broken": float(np.count_nonzero(self.broken)),
            "mains_flow_m3_per_s": running * self.params.flow,
        }

    def _break(self, pgv_m_per_s: Floats, to_s: float) -> None:
        felt = np.where(self._cells >= 0, pgv_m_per_s[self._cells], 0.0)
        repairs = repairs_per_km(felt, ductile=self.params.ductile) * self._km
        breaks = self.params.break_share * repairs >= self._holds_below
        new = np.flatnonzero(breaks & (repairs > 0) & ~self.broken[self._streets])
        if len(new) == 0:
            return
        self.broken[self._streets[new]] = True
        cells = self._cells[new]
        pouring = Pouring(self._around.fields, cells)
        pouring.pour(self.params.flow * len(new))
        self._open.append((to_s + self.params.shut, pouring, len(new)))
        near = self._near(new)
        self._no_water[near] = True
        dry = near[self._is_hydrant[near] & ~self._damaged[near]]
        self.cause = self._around.log.add(
            to_s, "pipes_burst", self.params.id, cause=self._around.log.newest(SHOCKS),
            mains=len(new), hydrants=len(dry), flow_m3_per_s=round(self.params.flow * len(new), 3),
        )  # fmt: skip
        self._damaged[dry] = self._out[dry] = True

    def _near(self, new: Rows) -> Rows:
        """Return the facilities that these breaks leave without water."""
        places = self._around.world.facilities
        away_m = np.hypot(
            places.x_m[:, None] - self._x_m[new], places.y_m[:, None] - self._y_m[new]
        )
        near: Rows = np.flatnonzero((away_m <= self.params.dry_reach).any(axis=1))
        return near
