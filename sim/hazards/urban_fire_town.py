"""A town that burns: neighbours, design fires and fires, without a map or a log around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.hazards.urban_fire_design import by_class, design_fires, need_m3_per_j
from sim.hazards.urban_fire_graph import Graph, graph_of
from sim.kernels import urban_fire as kernels
from sim.kernels.urban_fire_state import LIT, Fires, Laws, Town, Winds
from sim.scenario.parameters import parameter
from sim.world.table import Shapes
from sim.world.tables import Buildings

Floats = NDArray[np.float64]
Rows = NDArray[np.int32]

_PURPOSE: Final = "urban_fire"
_M3_PER_L: Final = 1e-3


@dataclass(frozen=True)
class Spreading:
    """How fire goes from building to building; the fields are those of `urban_fire.yaml`."""

    reach_m: float
    sigma: float
    pace: float
    decay_share: float
    breakout_w: float

    @classmethod
    def catalogued(cls) -> Spreading:
        """Return the catalogue's numbers."""
        names = ("reach", "sigma", "pace", "decay_share", "breakout_heat")
        return cls(*(parameter(f"urban_fire.{name}").si for name in names))


def winds_of(points: list[tuple[float, float, float]]) -> Winds:
    """Return winds from (since when s, speed m/s, degrees it comes from), each until the next.

    Without points the air is still.
    """
    since_s, speed, comes_from = np.array(points or [(0.0, 0.0, 0.0)]).T
    to = np.radians(comes_from + 180.0)
    until_s = np.append(since_s[1:], np.inf)
    return Winds(until_s, np.ascontiguousarray(speed), np.sin(to), np.cos(to))


def town_of(
    buildings: Buildings, graph: Graph, streams: Streams, *, x_m: Floats, y_m: Floats
) -> Town:
    """Return a town as the kernels want it, by the catalogue."""
    fires = design_fires(buildings)
    catches_p = by_class("catches")[buildings.building_class]
    plan_m = np.sqrt(buildings.footprint_m2.astype(np.float64))
    return Town(
        offsets=graph.offsets,
        neighbour=graph.neighbour,
        gap_m=graph.gap_m,
        x_m=x_m,
        y_m=y_m,
        plan_m=plan_m,
        resistant=by_class("resistant")[buildings.building_class],
        catches=streams.page(f"{_PURPOSE}.catches", 0, buildings.n) < catches_p,
        growth_w_per_s2=fires.growth_w_per_s2,
        peak_w=fires.peak_w,
        fuel_j=fires.fuel_j,
        need_m3_per_j=need_m3_per_j(fires.heat_w_per_m2),
        shield_m3_per_s=parameter("urban_fire.shield_flow").si * _M3_PER_L * plan_m,
    )


class BurningTown:
    """Fires in a town, from the first spark to the last ember.

    Parameters
    ----------
    town : Town
    winds : Winds
    streams : Streams
    spreading : Spreading, optional
        The catalogue's when not given.

    Attributes
    ----------
    fires : Fires
        All columns.
    heat_w : (n,) float32
        Heat of each fire at the time last gone to.
    """

    def __init__(
        self, town: Town, winds: Winds, streams: Streams, spreading: Spreading | None = None
    ) -> None:
        self.town, self.winds = town, winds
        how = Spreading.catalogued() if spreading is None else spreading
        self.laws = Laws(
            key_a=np.uint64(streams.key(f"{_PURPOSE}.pair", 0)),
            key_b=np.uint64(streams.key(f"{_PURPOSE}.pair", 1)),
            sigma=how.sigma,
            pace=how.pace,
            decay_share=how.decay_share,
            breakout_w=how.breakout_w,
            quench_s=parameter("urban_fire.quench_time").si,
            out_w=parameter("urban_fire.out_heat").si,
        )
        n = len(town.x_m)
        self.fires = _unlit(n, len(town.neighbour))
        self.heat_w = np.zeros(n, dtype=np.float32)
        self._no_water = np.zeros(n, dtype=np.float32)

    @classmethod
    def on(
        cls,
        buildings: Buildings,
        winds: Winds,
        streams: Streams,
        *,
        spreading: Spreading | None = None,
        outlines: Shapes | None = None,
    ) -> BurningTown:
        """Return the town of a map's buildings."""
        how = Spreading.catalogued() if spreading is None else spreading
        x_m, y_m = buildings.x_m.astype(np.float64), buildings.y_m.astype(np.float64)
        graph = graph_of(x_m, y_m, buildings.footprint_m2, reach_m=how.reach_m, outlines=outlines)
        return cls(town_of(buildings, graph, streams, x_m=x_m, y_m=y_m), winds, streams, how)

    @property
    def n_lit(self) -> int:
        """Buildings that burn or have burnt."""
        return int(self.fires.counts[LIT])

    def fight(self, water_m3_per_s: NDArray[np.float32], now_s: float) -> None:
        """Judge which fires the water on them masters from now on."""
        kernels.fight(self.town, self.laws, self.fires, water_m3_per_s, now_s)

    def light(self, row: int, at_s: float) -> bool:
        """Light a building inside; False when it burns or burnt already."""
        return kernels.light(self.town, self.laws, self.winds, self.fires, row, at_s)

    def spread(self, to_s: float, water_m3_per_s: NDArray[np.float32] | None = None) -> None:
        """Let fire go from building to building up to ``to_s``."""
        water = self._no_water if water_m3_per_s is None else water_m3_per_s
        kernels.spread(self.town, self.laws, self.winds, self.fires, water, to_s)

    def burn(self, now_s: float) -> Rows:
        """Bring the heat of all fires to ``now_s``; return the buildings whose fire went out."""
        n_done = kernels.burn(self.town, self.laws, self.fires, now_s, self.heat_w)
        return self.fires.done[:n_done].copy()


def _unlit(n: int, n_edges: int) -> Fires:
    """Return the columns of a town in which nothing burns."""

    def never(rows: int) -> Floats:
        return np.full(rows, np.inf)

    return Fires(
        state=np.zeros(n, np.uint8),
        lit_s=never(n),
        start_s=never(n),
        fuel_j=np.zeros(n),
        end_s=never(n),
        mastered_s=never(n),
        mastered_w=np.zeros(n),
        held_s=np.zeros(n),
        shifted_s=np.zeros(n),
        source=np.full(n, -1, np.int32),
        due_s=never(n_edges),
        queue_s=np.zeros(n),
        queue_row=np.zeros(n, np.int32),
        order=np.zeros(n, np.int32),
        active=np.zeros(n, np.int32),
        done=np.zeros(n, np.int32),
        counts=np.zeros(3, np.int64),
    )
