"""Rain to landslide: marked slopes slide once rain passes a threshold of intensity and duration.

A simple model: whether a slope slides at the threshold is chance; how far it runs out is its drop
over the reach angle of its volume (Corominas 1996); what lies in that strip is destroyed at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.hazards.base import Surroundings
from sim.hazards.chains import Floats, Rows, cell_at
from sim.hazards.urban_fire_params import Degrees
from sim.scenario.base import Amount, HazardParams, Id, Part, Share, Some, Spot
from sim.scenario.parameters import catalogued
from sim.world.grid import Grid
from sim.world.layers import SLOPE_STATES
from sim.world.states import DAMAGE_STATES

Size_m = Annotated[float, Amount("length"), Field(gt=0)]

#: threshold = a D^-b (mm/h, D in hours), and the durations it holds for
#: Caine 1980, Geogr. Ann. A 62, 23; Guzzetti et al. 2008, 10.1007/s10346-007-0112-1
LAWS: Final = {
    "caine": (14.82, 0.39, 0.167, 500.0),
    "guzzetti": (2.20, 0.44, 0.1, 1000.0),
}
#: share of the rain that sets a slope sliding from which maps show it as watched
_WATCHED: Final = 0.5
_S_PER_H: Final = 3600.0
_MM_PER_M: Final = 1000.0
Movement = Literal["slide", "debris_flow"]
#: Corominas 1996, table 1: a and b of lg(H/L) = a + b lg V
_REACH: Final = {"slide": (-0.047, -0.085), "debris_flow": (-0.012, -0.105)}


def threshold_mm_per_h(duration_h: Floats | float, law: str) -> Floats:
    """Return the mean rain over a duration from which slopes slide."""
    factor, power, _, _ = LAWS[law]
    return np.asarray(factor * np.asarray(duration_h, np.float64) ** -power)


def excess(fallen_m: Floats, times_s: Floats, law: str) -> float:
    """Return the largest ratio of rain to threshold over all spans that end now.

    Parameters
    ----------
    fallen_m, times_s : (n,) float
        Rain so far, and when; the last is now.
    """
    hours = (times_s[-1] - times_s[:-1]) / _S_PER_H
    _, _, shortest_h, longest_h = LAWS[law]
    held = (hours >= shortest_h) & (hours <= longest_h)
    if not held.any():
        return 0.0
    mean = _MM_PER_M * (fallen_m[-1] - fallen_m[:-1][held]) / hours[held]
    return float((mean / threshold_mm_per_h(hours[held], law)).max())


def runout_m(drop_m: float, volume_m3: float, movement: Movement = "slide") -> float:
    """Return how far a slope's mass runs: lg(H/L) = a + b lg V (Corominas 1996, table 1).

    Parameters
    ----------
    drop_m, volume_m3 : float
        From crown to toe; of the mass.
    movement : str
        ``slide`` is the regression over all 204 landslides, ``debris_flow`` that over 71 debris
        flows, slides and avalanches.
    """
    a, b = _REACH[movement]
    return float(drop_m / 10.0 ** (a + b * math.log10(volume_m3)))


class Slope(Part):
    """A slope that may slide.

    Attributes
    ----------
    at : Spot
        Its foot: from here the slide runs over flat land.
    bearing_deg : float
        Where to: 0 north, 90 east.
    drop, width : float
        Height from its crown to its foot; width of its way, m.
    volume : float
        m3.
    chance : float
        That it slides in this storm once the threshold is passed.
    movement : str
        ``debris_flow`` runs further than ``slide``.
    """

    id: Id
    at: Spot
    bearing_deg: Degrees
    drop: Size_m
    width: Size_m
    volume: Annotated[float, Amount("volume"), Field(gt=0)] = catalogued("landslide.volume")
    chance: Share = catalogued("landslide.chance")
    movement: Movement = "slide"


class LandslideParams(HazardParams):
    """Slopes, and the law that says how much rain they bear."""

    kind: Literal["landslide"]
    slopes: Some[Slope]
    law: Literal["caine", "guzzetti"] = "caine"


class Landslide:
    """Lets slopes slide by the rain where they are.

    Attributes
    ----------
    cause : int
        The newest slide; -1 before any.
    """

    kind: ClassVar[str] = "landslide"
    Params: ClassVar[type[LandslideParams]] = LandslideParams
    reads: ClassVar[tuple[str, ...]] = ("rain_m_per_s",)
    writes: ClassVar[tuple[str, ...]] = (
        "road_down",
        "building_damage",
        "building_collapsed",
        "slope_state",
    )
    example: ClassVar[Mapping[str, Any]] = {
        "id": "hills",
        "kind": "landslide",
        "slopes": [
            {
                "id": "north-slope",
                "at": {"x_m": 55.0, "y_m": 105.0},
                "bearing_deg": 90.0,
                "drop": "30 m",
                "width": "40 m",
                "chance": 1.0,
            }
        ],
    }

    def __init__(self, params: LandslideParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        self._cells = [cell_at(around.world, slope.at, slope.id) for slope in params.slopes]
        self._slid = np.zeros(len(params.slopes), np.bool_)
        self._passed = np.zeros(len(params.slopes), np.bool_)
        luck = around.streams.page(f"landslide/{params.id}", 0, len(params.slopes))
        self._will_slide = luck < [slope.chance for slope in params.slopes]
        self._times_s = [0.0]
        self._fallen_m = [np.zeros(len(params.slopes))]
        self._excess = np.zeros(len(params.slopes))
        states = around.states
        self._down, self._damage = states["road_down"], states["building_damage"]
        self._collapsed = states["building_collapsed"]
        self._strips = [strip_cells(slope, around.world.grid) for slope in params.slopes]
        self._shown = np.zeros(around.world.grid.shape, np.uint8)
        self._show()

    def advance(self, to_s: float) -> None:
        """Add this tick's rain and let slide what no longer holds."""
        rain = self._around.fields.get("rain_m_per_s")
        if rain is None:
            return
        here = rain.reshape(-1)[self._cells].astype(np.float64)
        if here.any() or self._fallen_m[-1].any():  # a storm begins with its first rain
            self._fallen_m.append(self._fallen_m[-1] + here * (to_s - self._times_s[-1]))
            self._times_s.append(to_s)
        else:
            self._times_s = [to_s]
        if not here.any():
            return
        times_s, fallen_m = np.array(self._times_s), np.array(self._fallen_m)
        for row in np.flatnonzero(~self._passed).tolist():
            self._excess[row] = excess(fallen_m[:, row], times_s, self.params.law)
            if self._excess[row] >= 1.0:
                self._passed[row] = True
                if self._will_slide[row]:
                    self._slide(row, to_s)
        self._show()

    def report(self) -> Mapping[str, float]:
        """Return slides so far, and rain now as a share of the threshold of the wettest slope."""
        return {
            "slopes_slid": float(np.count_nonzero(self._slid)),
            "slope_rain_share": float(self._excess.max()),
        }

    def _show(self) -> None:
        """Write the worst that slopes have come to on the ground that they would run over."""
        shown = self._shown.reshape(-1)
        for row, cells in enumerate(self._strips):
            if self._slid[row] or self._passed[row]:
                state = "slid" if self._slid[row] else "held"
            else:
                state = "watched" if self._excess[row] >= _WATCHED else "calm"
            code = np.uint8(1 + SLOPE_STATES.index(state))
            shown[cells] = np.maximum(shown[cells], code)
        self._around.fields.write("slope_state", self._shown.copy())

    def _slide(self, row: int, to_s: float) -> None:
        slope, world = self.params.slopes[row], self._around.world
        self._slid[row] = True
        length_m = runout_m(slope.drop, slope.volume, slope.movement)
        houses = np.flatnonzero(
            _in_strip(world.buildings.x_m, world.buildings.y_m, slope, length_m)
        )
        edges = self._edges_in(slope, length_m)
        new = houses[~self._collapsed[houses]]
        self._damage[houses] = DAMAGE_STATES.index("complete")
        self._collapsed[houses] = True
        self._down[edges] = True
        self.cause = self._around.log.add(
            to_s, "landslide", slope.id, cause=self._around.log.newest(("rain_started",)),
            runout_m=round(length_m, 1), buildings=len(new), edges=len(edges),
        )  # fmt: skip

    def _edges_in(self, slope: Slope, length_m: float) -> Rows:
        """Return the road edges that cross the strip, sampled every quarter of its width."""
        shapes = self._around.world.road_shapes
        if shapes.n == 0:
            return np.zeros(0, np.int64)
        step_m = 0.25 * slope.width
        hit = [
            row
            for row in range(shapes.n)
            if _in_strip(*_along(shapes.points_m(row), step_m), slope, length_m).any()
        ]
        return np.array(hit, np.int64)


def strip_m(slope: Slope) -> Floats:
    """Return the corners of the ground that a slope runs over when it slides, (4, 2)."""
    length_m = runout_m(slope.drop, slope.volume, slope.movement)
    heading = math.radians(slope.bearing_deg)
    ahead = np.array([math.sin(heading), math.cos(heading)])
    aside = 0.5 * slope.width * np.array([ahead[1], -ahead[0]])
    foot = np.array([slope.at.x_m, slope.at.y_m])
    return np.array([foot - aside, foot + aside, foot + aside + length_m * ahead,
                     foot - aside + length_m * ahead])  # fmt: skip


def strip_cells(slope: Slope, grid: Grid) -> Rows:
    """Return the cells that a slope's strip touches."""
    foot, right, far, _ = strip_m(slope)
    sides = [far - right, right - foot]
    n_along, n_across = (2 + int(2 * math.hypot(*side) / grid.cell_m) for side in sides)
    along, across = np.linspace(0, 1, n_along), np.linspace(0, 1, n_across)
    points = foot + along[:, None, None] * sides[0] + across[None, :, None] * sides[1]
    cells = np.unique(grid.cell_of(points[..., 0].reshape(-1), points[..., 1].reshape(-1)))
    return np.asarray(cells[cells >= 0])


def _in_strip(x_m: Floats, y_m: Floats, slope: Slope, length_m: float) -> NDArray[np.bool_]:
    """Whether places lie on a slide's way."""
    heading = math.radians(slope.bearing_deg)
    east, north = x_m - slope.at.x_m, y_m - slope.at.y_m
    ahead_m = east * math.sin(heading) + north * math.cos(heading)
    aside_m = east * math.cos(heading) - north * math.sin(heading)
    inside = (ahead_m >= 0.0) & (ahead_m <= length_m) & (np.abs(aside_m) <= 0.5 * slope.width)
    return np.asarray(inside)


def _along(line_m: Floats, step_m: float) -> tuple[Floats, Floats]:
    run_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line_m, axis=0).T))))
    at_m = np.linspace(0.0, run_m[-1], 2 + int(run_m[-1] / step_m))
    return np.interp(at_m, run_m, line_m[:, 0]), np.interp(at_m, run_m, line_m[:, 1])
