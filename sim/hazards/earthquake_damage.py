"""What shaking does to a world: buildings, bridges and facilities, each with its own strength."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.hazards.earthquake_debris import Debris, street_widths_m
from sim.hazards.earthquake_fragility import (
    BRIDGE_CURVES,
    BUILDING_CURVES,
    COMPLETE,
    NEVER,
    SUBSTATION_CURVE,
    Fragile,
    beta_of,
    curve_names,
    facility_curves,
    resistance,
    spectral_1s_g,
)
from sim.hazards.earthquake_params import EarthquakeParams
from sim.hazards.earthquake_shaking import Shaking
from sim.hazards.earthquake_sites import Sites
from sim.hazards.ground_motion import G_M_PER_S2
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES, States
from sim.world.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TINY: Final = 1e-12


class Harm(NamedTuple):
    """What one earthquake added.

    Attributes
    ----------
    worse : (5,) int
        Buildings that came into each state of DAMAGE_STATES; of ``none`` always 0.
    fallen : (n,) int64
        Rows of buildings that fell.
    bridges : (n,) int64
        Edges of the roads that it cut; both directions.
    facilities : (n,) int64
        Rows of facilities that it put out of work.
    narrowed : int
        Streets with less room than before.
    """

    worse: NDArray[np.int64]
    fallen: Ints
    bridges: Ints
    facilities: Ints
    narrowed: int


class Damage:
    """The built world under a sequence of earthquakes; writes the states it declares.

    Parameters
    ----------
    params : EarthquakeParams
    world : World
    states : States
        ``building_damage``, ``building_collapsed``, ``road_free_m``, ``road_down``,
        ``facility_damaged`` and ``facility_out`` are set.
    streams : Streams
    sites : Sites
    """

    def __init__(
        self,
        params: EarthquakeParams,
        world: World,
        states: States,
        streams: Streams,
        sites: Sites,
    ) -> None:
        self._params, self._world, self._states = params, world, states
        self._streams = streams
        self._out_at = DAMAGE_STATES.index(params.out_at)
        self._buildings = self._make_buildings()
        self._building_site = sites.at(world.buildings.x_m, world.buildings.y_m)
        self._falls = np.array(
            [BUILDING_CURVES[name].falls for name in curve_names(world.buildings).tolist()]
        )
        self._street = street_widths_m(world.roads)[1]
        self._bridge_rows, self._bridges, self._bridge_site = self._make_bridges(sites)
        self._facilities = self._make_facilities()
        self._facility_site = sites.at(world.facilities.x_m, world.facilities.y_m)
        self._debris = Debris(world)

    def strike(self, shaking: Shaking, index: int) -> Harm:
        """Let one earthquake of the sequence do its harm."""
        ln_pga_g = np.log(shaking.pga_m_per_s2 / G_M_PER_S2)
        worse, fallen = self._hit_buildings(ln_pga_g, index)
        bridges = self._hit_bridges(shaking)
        facilities = self._hit_facilities(ln_pga_g)
        return Harm(worse, fallen, bridges, facilities, self._bury_streets(fallen))

    def _bury_streets(self, fallen: Ints) -> int:
        """Let buildings fall on streets; return how many streets have less room than before."""
        before_m = self._debris.free_m
        self._debris.fall(fallen)
        narrowed = np.flatnonzero(self._debris.free_m < before_m)  # the others may be cleared
        free_m = self._states["road_free_m"]
        free_m[narrowed] = np.minimum(free_m[narrowed], self._debris.free_m[narrowed])
        return len(distinct(self._street[narrowed]))

    def _hit_buildings(self, ln_pga_g: Floats, index: int) -> tuple[NDArray[np.int64], Ints]:
        states, collapsed = self._buildings.states, self._states["building_collapsed"]
        before = states.copy()
        reached = self._buildings.shake(ln_pga_g, self._building_site)
        luck = self._streams.page(f"earthquake.falls/{self._params.id}", index, len(states))
        # a building is tried each time that shaking alone would ruin it as it stands
        falls = (reached == COMPLETE) & ~collapsed & (luck < self._falls)
        collapsed |= falls
        worse = np.bincount(states[states > before], minlength=len(DAMAGE_STATES))
        return worse.astype(np.int64), np.flatnonzero(falls)

    def _hit_bridges(self, shaking: Shaking) -> Ints:
        down = self._states["road_down"]
        ln_demand = np.log(np.maximum(spectral_1s_g(shaking.pgv_m_per_s), _TINY))
        self._bridges.shake(ln_demand, self._bridge_site)
        broken = self._bridge_rows[self._bridges.states >= self._out_at]
        new: Ints = broken[~down[broken]]
        down[new] = True
        return new

    def _hit_facilities(self, ln_pga_g: Floats) -> Ints:
        damaged = self._states["facility_damaged"]
        self._facilities.shake(ln_pga_g, self._facility_site)
        new = np.flatnonzero((self._facilities.states >= self._out_at) & ~damaged)
        damaged[new] = self._states["facility_out"][new] = True
        return new

    def _strength(self, purpose: str, rows: Ints) -> Floats:
        luck = self._streams.at(f"earthquake.{purpose}", 0, rows)
        return np.asarray(ndtri(np.maximum(luck, _TINY)))

    def _make_buildings(self) -> Fragile:
        buildings = self._world.buildings
        curves = [BUILDING_CURVES[name].medians for name in curve_names(buildings).tolist()]
        factors = resistance(buildings, self._params.resistance.model_dump())
        return Fragile(
            np.array(curves).reshape(-1, 4) * factors[:, None],
            self._strength("building", np.arange(buildings.n)),
            beta_of(sampled=self._params.fields == "sampled"),
            self._params.weakening,
            self._states["building_damage"],
        )

    def _make_bridges(self, sites: Sites) -> tuple[Ints, Fragile, NDArray[np.int32]]:
        """Return the edges on bridges; both directions of one bridge share its strength."""
        roads, shapes = self._world.roads, self._world.road_shapes
        rows = np.flatnonzero(roads.bridge)
        street = self._street[rows]
        short = roads.length_m[rows] <= parameter("earthquake.single_span").si
        kinds = np.where(short, "single_span", self._params.bridges)
        medians = np.array([BRIDGE_CURVES[kind].medians for kind in kinds]).reshape(-1, 4)
        middle = (shapes.offsets[street] + shapes.offsets[street + 1] - 1) // 2
        site = sites.at(shapes.x_m[middle], shapes.y_m[middle])
        beta = parameter("earthquake.bridge_beta").value
        fragile = Fragile(
            medians, self._strength("bridge", street), beta, self._params.weakening,
            np.zeros(len(rows), np.uint8),
        )  # fmt: skip
        return rows, fragile, site

    def _make_facilities(self) -> Fragile:
        facilities = self._world.facilities
        curves = facility_curves(facilities.kind)
        beta = np.array(
            [
                parameter("earthquake.substation_beta").value
                if curve is SUBSTATION_CURVE
                else beta_of(sampled=self._params.fields == "sampled")
                for curve in curves
            ]
        )
        medians = np.array([curve.medians for curve in curves]).reshape(-1, 4)
        medians[[curve is not SUBSTATION_CURVE for curve in curves]] *= (
            self._params.resistance.rc_frame
        )
        medians[np.isin(facilities.id, self._params.spared)] = NEVER.medians
        return Fragile(
            medians,
            self._strength("facility", np.arange(facilities.n)),
            beta,
            self._params.weakening,
            np.zeros(facilities.n, np.uint8),
        )
