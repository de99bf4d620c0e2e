"""Wildfire to houses: the heat of its flames and its brands light houses at the edge of the town.

A simple model of two ways. *Heat*: a front is a panel as high as its flames are long, seen from the
wall across the gap; what catches does so when the flux-time product of wood is reached while the
front burns (Tran, Cohen and Chase 1992; Cohen 2000: hardly beyond 30 m, never beyond 40 m).
*Brands*: from fire hot enough to throw them, a share of houses is lit that falls off evenly with
distance from the burning ground, as Chen and McAneney (2004) found of houses destroyed. Each house
has its own luck, so that a fire that comes nearer only adds to those alight. Who lives there and
what water falls is left to the urban fire, which meets the sparks in the next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field
from scipy.spatial import cKDTree

from sim.core.sets import distinct
from sim.hazards.base import Surroundings
from sim.hazards.chains import Floats, Rows
from sim.hazards.urban_fire_design import by_class
from sim.scenario.base import Duration_s, HazardParams, Length_m, Positive, Share, Span_s
from sim.scenario.parameters import catalogued

_W_PER_KW: Final = 1e3
#: what a wildfire logs of its front; fires in buildings say how they began
_FRONT: Final = ("fire_started", "fire_spotted")


def panel_view(wide_m: ArrayLike, high_m: ArrayLike, away_m: ArrayLike) -> Floats:
    """Return the view factor of an upright panel from a wall before the middle of its foot.

    Both face one another; the panel is two rectangles with a common corner at the foot (Howell,
    catalogue of configuration factors, B-3).
    """
    away = np.asarray(away_m, np.float64)
    x = np.asarray(wide_m, np.float64) / (2.0 * away)
    y = np.asarray(high_m, np.float64) / away
    far_x, far_y = np.sqrt(1.0 + x**2), np.sqrt(1.0 + y**2)
    corner = x / far_x * np.arctan(y / far_x) + y / far_y * np.arctan(x / far_y)
    return np.asarray(corner / np.pi)


def ignition_s(
    flux_w_per_m2: ArrayLike, least_w_per_m2: float, power: float, dose: float
) -> Floats:
    """Return how long a flux must fall on wood to light it beside a pilot flame; inf if too weak.

    (q - q_least)^power t = dose, with q in kW/m2 and t in s.
    """
    over = np.maximum(np.asarray(flux_w_per_m2, np.float64) - least_w_per_m2, 0.0) / _W_PER_KW
    with np.errstate(divide="ignore"):
        return np.asarray(dose / over**power)


class WildfireHousesParams(HazardParams):
    """How a wildfire lights houses; parameter catalogue, topic ``wildfire_houses``.

    Attributes
    ----------
    flame_power, flame_opacity : float
        Heat that flames of any thickness give off, kW/m2; its growth with their length, 1/m.
    front_width, exposure : float
        Of the flames a wall sees, m; for how long, s.
    cleared : float
        Ground without fuel around every house, m.
    heat_from, heat_power, heat_dose : float
        Wood's least flux (kW/m2), exponent, and flux-time product.
    brands_from : float
        Heat of a front, a metre, from which it throws brands, kW/m.
    brands_reach, brands_at_edge : float
        How far brands light houses, m; share of houses that catch which they light at the edge.
    brands_wait : float
        Mean time from a brand to a house on fire, s.
    """

    kind: Literal["wildfire_houses"]
    NEEDS: ClassVar[tuple[str, ...]] = ("wildfire", "urban_fire")

    flame_power: Positive = catalogued("fire_harm.flame_power")
    flame_opacity: Positive = catalogued("fire_harm.flame_opacity")
    front_width: Annotated[Length_m, Field(gt=0)] = catalogued("wildfire_houses.front_width")
    exposure: Span_s = catalogued("wildfire_houses.exposure")
    cleared: Annotated[Length_m, Field(gt=0)] = catalogued("wildfire_houses.cleared")
    heat_from: Positive = catalogued("wildfire_houses.heat_from")
    heat_power: Positive = catalogued("wildfire_houses.heat_power")
    heat_dose: Positive = catalogued("wildfire_houses.heat_dose")
    brands_from: Positive = catalogued("wildfire_houses.brands_from")
    brands_reach: Annotated[Length_m, Field(gt=0)] = catalogued("wildfire_houses.brands_reach")
    brands_at_edge: Share = catalogued("wildfire_houses.brands_at_edge")
    brands_wait: Duration_s = catalogued("wildfire_houses.brands_wait")

    def lit_by_heat(self, away_m: Floats, flame_m: Floats) -> NDArray[np.bool_]:
        """Return which walls, so far from flames of a length, are lit by their heat."""
        emitted = self.flame_power * _W_PER_KW * -np.expm1(-self.flame_opacity * flame_m)
        flux = emitted * panel_view(self.front_width, flame_m, away_m)
        needs_s = ignition_s(flux, self.heat_from * _W_PER_KW, self.heat_power, self.heat_dose)
        return np.asarray(needs_s <= self.exposure)

    def brands_p(self, away_m: Floats) -> Floats:
        """Return the share of houses that brands light so far from fire that throws them."""
        return np.asarray(self.brands_at_edge * np.maximum(1.0 - away_m / self.brands_reach, 0.0))


class WildfireHouses:
    """Lights houses near ground that burnt in the last step, by `WildfireHousesParams`.

    Attributes
    ----------
    cause : int
        The newest houses lit; -1 before any.
    """

    kind: ClassVar[str] = "wildfire_houses"
    Params: ClassVar[type[WildfireHousesParams]] = WildfireHousesParams
    reads: ClassVar[tuple[str, ...]] = ("fire_arrival_s", "flame_length_m", "fireline_w_per_m")
    writes: ClassVar[tuple[str, ...]] = ("building_kindled_s",)
    example: ClassVar[Mapping[str, Any]] = {"id": "edge-of-town", "kind": "wildfire_houses"}

    def __init__(self, params: WildfireHousesParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        buildings, streams = around.world.buildings, around.streams
        rows = np.arange(buildings.n)
        self._catches = by_class("catches")[buildings.building_class]
        self._by_heat = streams.at(f"houses.heat/{params.id}", 0, rows)
        self._by_brands = streams.at(f"houses.brands/{params.id}", 0, rows)
        wait = -np.log1p(-streams.at(f"houses.wait/{params.id}", 0, rows))
        self._wait_s = params.brands_wait * wait
        self._half_m = 0.5 * np.sqrt(buildings.footprint_m2.astype(np.float64))
        self._near = cKDTree(np.column_stack((buildings.x_m, buildings.y_m)))
        self._kindled_s = around.states["building_kindled_s"]
        self._now_s = 0.0

    def advance(self, to_s: float) -> None:
        """Light the houses near ground at which fire came since the last step."""
        arrival_s = self._around.fields.get("fire_arrival_s")
        if arrival_s is not None and self._around.world.buildings.n:
            came = arrival_s.reshape(-1)
            self._kindle(np.flatnonzero((came > self._now_s) & (came <= to_s)), to_s)
        self._now_s = to_s

    def report(self) -> Mapping[str, float]:
        """Return how many houses the wildfire has lit."""
        return {"houses_kindled": float(np.count_nonzero(np.isfinite(self._kindled_s)))}

    def _kindle(self, cells: Rows, to_s: float) -> None:
        cell, house, away_m = self._beside(cells)
        if len(house) == 0:
            return
        fields, params = self._around.fields, self.params
        flame_m = fields["flame_length_m"].reshape(-1)[cell].astype(np.float64)
        kw_per_m = fields["fireline_w_per_m"].reshape(-1)[cell] / _W_PER_KW
        heat = params.lit_by_heat(away_m, flame_m) & (self._by_heat[house] < self._catches[house])
        brands_p = np.where(kw_per_m >= params.brands_from, params.brands_p(away_m), 0.0)
        brands = self._by_brands[house] < brands_p * self._catches[house]
        self._light(distinct(house[heat]), to_s, np.zeros(len(self._wait_s)), "heat")
        self._light(distinct(house[brands]), to_s, self._wait_s, "brands")

    def _beside(self, cells: Rows) -> tuple[Rows, Rows, Floats]:
        """Return each pair of burning cell and house in reach, and the gap between them."""
        grid = self._around.world.grid
        row, column = np.divmod(cells, grid.nx)
        columns_m, rows_m = grid.centres_m()
        x_m, y_m = columns_m[column], rows_m[row]
        half_m = grid.cell_m / 2.0
        reach_m = self.params.brands_reach + half_m * np.sqrt(2.0)
        found = self._near.query_ball_point(np.column_stack((x_m, y_m)), reach_m)
        count = np.array([len(rows) for rows in found], np.int64)
        house = np.concatenate(
            [np.zeros(0, np.int64), *(np.array(rows, np.int64) for rows in found)]
        )
        pair = np.repeat(np.arange(len(cells)), count)
        buildings = self._around.world.buildings
        east = np.maximum(np.abs(buildings.x_m[house] - x_m[pair]) - half_m, 0.0)
        north = np.maximum(np.abs(buildings.y_m[house] - y_m[pair]) - half_m, 0.0)
        gap_m = np.maximum(np.hypot(east, north) - self._half_m[house], self.params.cleared)
        return cells[pair], house, gap_m

    def _light(self, houses: Rows, to_s: float, wait_s: Floats, by: str) -> None:
        """Set the time at which houses burn, and log them, a zone each."""
        sooner = to_s + wait_s[houses]
        houses = houses[sooner < self._kindled_s[houses]]
        new = houses[np.isinf(self._kindled_s[houses])]
        self._kindled_s[houses] = to_s + wait_s[houses]
        world, log = self._around.world, self._around.log
        for zone in distinct(world.buildings.zone[new]).tolist():
            self.cause = log.add(
                to_s, "houses_kindled", str(world.zones.id[zone]) if zone >= 0 else world.id,
                cause=self._front(), by=by,
                houses=int(np.count_nonzero(world.buildings.zone[new] == zone)),
            )  # fmt: skip

    def _front(self) -> int:
        """Return the newest event of the wildfire: it began, or threw a spot fire."""
        log = self._around.log
        events = (log[number] for number in range(len(log) - 1, -1, -1))
        wild = (one.id for one in events if one.kind in _FRONT and "how" not in one.facts)
        return next(wild, -1)
