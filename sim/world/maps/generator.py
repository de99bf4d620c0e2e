"""A schematic map from a county's facts: plausible, exact in its sums, the same for one seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.core.rng import Streams
from sim.scenario.facts import Facts
from sim.world.grid import Grid
from sim.world.layers import Layers
from sim.world.maps.blocks import blocks_of
from sim.world.maps.courses import Course, Crest, courses_of, crests_of
from sim.world.maps.frame import Bend, Frame, frame_of
from sim.world.maps.housing import Stock, built_share_of, heights_m, stock_of
from sim.world.maps.lowpoints import (
    LowPoint,
    Underpasses,
    dig,
    low_points,
    points_table,
    railway_crossings,
)
from sim.world.maps.parcels import Parcels, parcels_of
from sim.world.maps.places import Ground, facilities_of
from sim.world.maps.plan import Plan, plan_of
from sim.world.maps.plots import plots_of
from sim.world.maps.residents import households_of, occupants_of, people_of
from sim.world.maps.roads import road_tables, wide_road_cells
from sim.world.maps.shorelines import water_tables
from sim.world.maps.streets import streets_of
from sim.world.maps.streets_table import Streets
from sim.world.maps.surface import belts_of, layers_of
from sim.world.maps.terrain import Terrain, drained, terrain_of
from sim.world.maps.zones import zone_shapes_of, zones_of
from sim.world.table import Shapes
from sim.world.tables import (
    BUILDING_USES,
    OCCUPANCY_HOURS,
    Buildings,
    Households,
    Levees,
    Nodes,
    People,
)
from sim.world.world import World

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: wide roads lie this much below the land beside them (assumed: a kerb)
KERB_M: Final = 0.12
#: changes when maps of the same facts and seed come out differently
GENERATOR_VERSION: Final = 3


def make_map(facts: Facts, *, cell_m: float, seed: int) -> World:
    """Return the schematic map of a county.

    Parameters
    ----------
    facts : Facts
    cell_m : float
        Side of a cell; streets, buildings and people hardly depend on it.
    seed : int
        Same facts, cell and seed: the same map to the last bit.
    """
    streams = Streams(seed)
    land = _land(facts, cell_m, streams)
    nodes, roads, road_shapes, road_names = road_tables(land.streets, land.underpass, facts.streets)
    households, people, residents = _residents(facts, land, streams)
    waters, water_shapes = water_tables(facts, land.frame, land.grid, land.courses, streams)
    first_community = 1 + len(facts.towns)
    ground = Ground(
        facts, land.frame, land.plan, land.stock, residents, land.streets.nodes_m, streams
    )
    return World(
        id=facts.id,
        name_en=facts.name.en,
        name_zh=facts.name.zh,
        schematic=True,
        layers=_layers(facts, land, streams),
        nodes=nodes,
        roads=roads,
        road_shapes=road_shapes,
        road_names=road_names,
        buildings=_buildings(land.stock, residents, nodes, first_community),
        building_shapes=None,
        households=households,
        people=people,
        facilities=facilities_of(ground, land.points, first_community + land.stock.community),
        zones=zones_of(facts, land.plan),
        zone_shapes=zone_shapes_of(land.grid, land.parcels, land.plan),
        waters=waters,
        water_shapes=water_shapes,
        levees=_levees(land.crests),
        levee_shapes=Shapes.of([crest.line_m for crest in land.crests]),
        points=points_table(facts, land.points),
        provenance=_provenance(facts, cell_m, seed),
    )


@dataclass(frozen=True)
class _Land:
    """The county before anybody lives in it."""

    frame: Frame
    grid: Grid
    courses: list[Course]
    crests: list[Crest]
    terrain: Terrain
    plan: Plan
    streets: Streets
    road: Mask
    points: list[LowPoint]
    underpasses: Underpasses
    parcels: Parcels
    stock: Stock

    @property
    def underpass(self) -> Mask:
        """Which streets pass below a railway."""
        under = np.zeros(len(self.streets.ends), bool)
        under[[point.street for point in self.points if point.underpass]] = True
        return under


def _land(facts: Facts, cell_m: float, streams: Streams) -> _Land:
    """Lay out ground, waters, towns, streets and buildings, each upon those before it."""
    frame = frame_of(facts.area, cell_m)
    grid = frame.grid(cell_m)
    bend = Bend.drawn(streams.generator("bend"), frame, facts.streets.bearing)
    courses = courses_of(facts, frame, streams)
    terrain = terrain_of(facts, frame, grid, courses, streams)
    crests = crests_of(courses, frame, grid, terrain.still)
    plan = plan_of(facts, frame, bend, terrain, grid, streams)
    blocks = blocks_of(frame, bend, plan, streams)
    streets = streets_of(blocks, frame, bend, plan, terrain, grid, streams)
    road = wide_road_cells(streets, grid) & ~terrain.water
    points = low_points(facts, frame, streets, railway_crossings(facts, frame, streets))
    terrain.ground_m -= KERB_M * road
    drained(terrain)
    underpasses = dig(terrain, facts, points, streets, grid)
    parcels = parcels_of(blocks, frame, bend, plan, grid, streams)
    barrier = terrain.water | terrain.strip | road
    plots = plots_of(blocks, parcels, frame, bend, plan, grid, barrier, streams)
    stock = stock_of(plots, facts.buildings, plan, streams)
    return _Land(
        frame,
        grid,
        courses,
        crests,
        terrain,
        plan,
        streets,
        road,
        points,
        underpasses,
        parcels,
        stock,
    )


def _layers(facts: Facts, land: _Land, streams: Streams) -> Layers:
    layers = layers_of(
        land.grid,
        land.terrain,
        land.parcels,
        land.crests,
        land.road,
        built_share_of(land.stock, land.grid),
        facts.drains,
        streams,
        belts_of(facts.forests, land.frame, land.grid),
    )
    if land.underpasses.drop_m.any():
        layers.write("underpass_share", land.underpasses.share)
        layers.write("underpass_drop_m", land.underpasses.drop_m)
    return layers


def _residents(facts: Facts, land: _Land, streams: Streams) -> tuple[Households, People, Ints]:
    """Return households, people, and how many live in each building."""
    stock = land.stock
    home = np.flatnonzero(stock.use == BUILDING_USES.index("home"))
    households = households_of(
        facts,
        land.plan.community_people,
        home,
        stock.community[home],
        stock.floor_m2[home],
        stock.storeys[home],
        streams,
    )
    inside = np.bincount(households.building, weights=households.size, minlength=len(stock.use))
    return households, people_of(facts, households, streams), inside.astype(np.int64)


def _buildings(stock: Stock, residents: Ints, nodes: Nodes, first_community: int) -> Buildings:
    node = cKDTree(np.column_stack((nodes.x_m, nodes.y_m))).query(
        np.column_stack((stock.x_m, stock.y_m))
    )[1]
    occupants = [
        occupants_of(residents, stock.use, stock.floor_m2, BUILDING_USES, hour)
        for hour in OCCUPANCY_HOURS
    ]
    return Buildings(
        stock.x_m,
        stock.y_m,
        (stock.length_m * stock.depth_m).astype(np.float32),
        heights_m(stock).astype(np.float32),
        stock.storeys.astype(np.uint8),
        stock.year.astype(np.int16),
        stock.building_class.astype(np.uint8),
        stock.use.astype(np.uint8),
        (first_community + stock.community).astype(np.int32),
        node.astype(np.int32),
        *occupants,
    )


def _levees(crests: list[Crest]) -> Levees:
    return Levees(
        np.array([crest.id for crest in crests], dtype=object),
        np.array([crest.name_en for crest in crests], dtype=object),
        np.array([crest.name_zh for crest in crests], dtype=object),
        np.array([crest.height_m for crest in crests], dtype=np.float32),
    )


def _provenance(facts: Facts, cell_m: float, seed: int) -> dict[str, Any]:
    return {
        "source": "schematic map made from facts",
        "elevation": {
            "source": "schematic: made from the facts' high and low ground, not surveyed"
        },
        "facts": facts.id,
        "facts_sha256": facts.sha256(),
        "seed": seed,
        "cell_m": cell_m,
        "generator_version": GENERATOR_VERSION,
        "sources": facts.sources(),
        "assumed": facts.assumptions(),
    }
