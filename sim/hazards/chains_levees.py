"""Earthquake to flood: shaking breaks levees.

A simple model: each levee has one lognormal strength against the peak ground acceleration where it
is strongest along it. Where the flood has a breach with ``trigger: {damage: true}`` in that levee,
it opens in the next tick, at the breach's own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np

from sim.hazards.base import SHOCKS, Surroundings
from sim.hazards.chains import Rows, Spread, strengths
from sim.scenario.base import HazardParams, Id, Many, Names, Positive
from sim.scenario.parameters import catalogued

_STEPS_A_CELL = 2


class LeveeDamageParams(HazardParams):
    """Which levees shaking may break, and how strong they are.

    Attributes
    ----------
    levees : tuple of str
        All of the map when none is named.
    median_pga : float
        Acceleration at which half of them break, m/s2.
    spread : float
        Standard deviation of its logarithm.
    """

    kind: Literal["levee_damage"]
    levees: Many[Annotated[Id, Names("levee")]] = ()
    median_pga: Positive = catalogued("chains.levee_median_pga")
    spread: Spread = catalogued("chains.levee_spread")


class LeveeDamage:
    """Breaks levees by the layer of peak ground acceleration.

    Attributes
    ----------
    cause : int
        The newest levee broken; -1 before any.
    """

    kind: ClassVar[str] = "levee_damage"
    Params: ClassVar[type[LeveeDamageParams]] = LeveeDamageParams
    reads: ClassVar[tuple[str, ...]] = ("pga_m_per_s2",)
    writes: ClassVar[tuple[str, ...]] = ("levee_damaged",)
    example: ClassVar[Mapping[str, Any]] = {"id": "shaken-levees", "kind": "levee_damage"}

    def __init__(self, params: LeveeDamageParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        levees = around.world.levees
        named = np.isin(levees.id, params.levees) | (len(params.levees) == 0)
        self._rows = np.flatnonzero(named)
        self._strength = strengths(
            around.streams, f"chains.levee/{params.id}", self._rows, params.median_pga,
            params.spread,
        )  # fmt: skip
        self._cells = [self._along(row) for row in self._rows.tolist()]
        self._broken = around.states["levee_damaged"]

    def advance(self, to_s: float) -> None:
        """Break what the shaking so far is too strong for."""
        pga = self._around.fields.get("pga_m_per_s2")
        if pga is None:
            return
        for row, strength, cells in zip(self._rows, self._strength, self._cells, strict=True):
            felt = pga.reshape(-1)[cells]
            if self._broken[row] or not len(cells) or felt.max() < strength:
                continue
            self._broken[row] = True
            self.cause = self._around.log.add(
                to_s, "levee_damaged", str(self._around.world.levees.id[row]),
                cause=self._around.log.newest(SHOCKS), pga_m_per_s2=round(float(felt.max()), 2),
                strongest_along=round(int(felt.argmax()) / len(cells), 2),
            )  # fmt: skip

    def report(self) -> Mapping[str, float]:
        """Return how many levees are broken."""
        return {"levees_damaged": float(np.count_nonzero(self._broken))}

    def _along(self, row: int) -> Rows:
        """Return the cells along a levee, in its order."""
        grid = self._around.world.grid
        line = self._around.world.levee_shapes.points_m(row)
        run_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
        at_m = np.linspace(0.0, run_m[-1], 1 + int(_STEPS_A_CELL * run_m[-1] / grid.cell_m))
        x_m, y_m = (np.interp(at_m, run_m, line[:, axis]) for axis in (0, 1))
        cells: Rows = np.asarray(grid.cell_of(x_m, y_m), np.int64)
        return cells[cells >= 0]
