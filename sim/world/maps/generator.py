"""A schematic map from a county's facts: plausible, exact in its sums, the same for one seed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.core.rng import Streams
from sim.scenario.facts import Facts
from sim.world.maps.blocks import blocks_of
from sim.world.maps.courses import Crest, courses_of, crests_of
from sim.world.maps.frame import Bend, frame_of
from sim.world.maps.housing import Stock, built_share_of, heights_m, stock_of
from sim.world.maps.lowpoints import dig, low_points, points_table, railway_crossings
from sim.world.maps.parcels import parcels_of
from sim.world.maps.places import Ground, facilities_of
from sim.world.maps.plan import plan_of
from sim.world.maps.residents import households_of, occupants_of, people_of
from sim.world.maps.roads import road_tables, wide_road_cells
from sim.world.maps.shorelines import water_tables
from sim.world.maps.streets import streets_of
from sim.world.maps.surface import layers_of
from sim.world.maps.terrain import drained, terrain_of
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

#: wide roads lie this much below the land beside them (assumed: a kerb)
KERB_M: Final = 0.12
#: changes when maps of the same facts and seed come out differently
GENERATOR_VERSION: Final = 1


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
    frame = frame_of(facts.area, cell_m)
    grid = frame.grid(cell_m)
    bend = Bend.drawn(streams.generator("bend"), frame, facts.streets.bearing)
    courses = courses_of(facts, frame, streams)
    terrain = terrain_of(facts, frame, grid, courses, streams)
    crests = crests_of(courses, frame, grid, terrain.still)
    plan = plan_of(
        facts, frame, bend, terrain.ground_m, terrain.water, terrain.strip, grid, streams
    )
    blocks = blocks_of(frame, bend, plan, streams)
    streets = streets_of(blocks, frame, bend, plan, terrain, grid, streams)
    road = wide_road_cells(streets, grid) & ~terrain.water
    points = low_points(facts, frame, streets, railway_crossings(facts, frame, streets))
    terrain.ground_m -= KERB_M * road
    drained(terrain)
    dig(terrain, facts, points, streets, grid)
    parcels = parcels_of(blocks, frame, bend, plan, grid, streams)
    barrier = terrain.water | terrain.strip | road
    stock = stock_of(
        blocks,
        parcels,
        frame,
        bend,
        grid,
        barrier,
        facts.buildings,
        plan.community_people,
        plan.seeds_m,
        streams,
    )
    underpass = np.zeros(len(streets.ends), bool)
    underpass[[p.street for p in points if facts.waterlogging[p.row].underpass]] = True
    nodes, roads, road_shapes, road_names = road_tables(streets, underpass, facts.streets)
    households, people, residents = _residents(facts, stock, plan.community_people, streams)
    first_community = 1 + len(facts.towns)
    waters, water_shapes = water_tables(facts, frame, grid, courses, streams)
    ground = Ground(facts, frame, plan, stock, residents, streets.nodes_m, streams)
    return World(
        id=facts.id,
        name_en=facts.name.en,
        name_zh=facts.name.zh,
        schematic=True,
        layers=layers_of(
            grid, terrain, parcels, crests, road, built_share_of(stock, grid), facts.drains, streams
        ),
        nodes=nodes,
        roads=roads,
        road_shapes=road_shapes,
        road_names=road_names,
        buildings=_buildings(stock, residents, nodes, first_community),
        building_shapes=None,
        households=households,
        people=people,
        facilities=facilities_of(ground, points, first_community + stock.community),
        zones=zones_of(facts, plan),
        zone_shapes=zone_shapes_of(grid, parcels, plan),
        waters=waters,
        water_shapes=water_shapes,
        levees=_levees(crests),
        levee_shapes=Shapes.of([crest.line_m for crest in crests]),
        points=points_table(facts, points),
        provenance=_provenance(facts, cell_m, seed),
    )


def _residents(
    facts: Facts, stock: Stock, people: Ints, streams: Streams
) -> tuple[Households, People, Ints]:
    """Return households, people, and how many live in each building."""
    home = np.flatnonzero(stock.use == BUILDING_USES.index("home"))
    households = households_of(
        facts,
        people,
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
