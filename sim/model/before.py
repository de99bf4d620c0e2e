"""What a plan has had done before the run: people moved, signs put up, fire breaks cut."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.agents.homes import Homes
from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.response.places import check_plan
from sim.scenario.base import Part, Spot
from sim.scenario.parameters import parameter
from sim.scenario.plan import Plan
from sim.scenario.preparations import CutFireBreaks, Resettle, SignShelters
from sim.world.grid import Grid
from sim.world.layers import Layers
from sim.world.resettlement import in_area, resettled
from sim.world.world import World
from sim.world.zoning import zones_within

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

P = TypeVar("P", bound=Part)
Flags = NDArray[np.bool_]
Cells = NDArray[np.int64]
Times = NDArray[np.float32]


def done_before(plan: Plan | None, sort: type[P]) -> list[P]:
    """Return the preparations of one sort that a plan lists."""
    parts = [] if plan is None else [one.with_ for one in plan.before]
    return [part for part in parts if isinstance(part, sort)]


def map_of_run(drawn: World, plan: Plan | None, seed: int) -> World:
    """Return the map on which a run begins: people live where its plan has moved them.

    Raises
    ------
    UnknownPlaceError
        When the plan names a place that the map does not have.
    """
    moves = done_before(plan, Resettle)
    if plan is not None and moves:
        check_plan(plan, drawn)
    return resettled(drawn, moves, Streams(seed))


def prepare(model: Disaster, plan: Plan | None) -> None:
    """Cut the plan's fire breaks, and log everything that it has had done."""
    for one in () if plan is None else plan.before:
        if isinstance(one.with_, CutFireBreaks):
            model.log.add(0.0, "prepared", one.id, length_m=cut(model.fields, one.with_))
        elif isinstance(one.with_, Resettle):
            people = _moved_from(model.world, model.drawn, one.with_)
            model.log.add(0.0, "prepared", one.id, resettled=people)
        elif isinstance(one.with_, SignShelters):
            people = _living_among(model.world, signed_zones(model.world, one.with_))
            model.log.add(0.0, "prepared", one.id, people=people)


def _moved_from(world: World, drawn: World, move: Resettle) -> int:
    """Return how many residents have been moved out of an area."""
    before, now = drawn.households.building, world.households.building
    went = (before != now) & in_area(drawn, move)[before]
    return int(world.households.size[went].sum(dtype=np.int64))


def _living_among(world: World, zones: Flags) -> int:
    """Return how many residents live in flagged zones."""
    homes = world.households
    inside = zones[world.buildings.zone[homes.building]]
    return int(homes.size[inside].sum(dtype=np.int64))


# -- signs to shelters --------------------------------------------------------------------------


def signed_zones(world: World, signs: SignShelters) -> Flags:
    """Return for each zone (and, last, for no zone) whether a preparation has put up signs."""
    if "all" in signs.zones:
        return np.ones(world.zones.n + 1, dtype=bool)
    return zones_within(world, np.flatnonzero(np.isin(world.zones.id.astype(str), signs.zones)))


def search_detour(world: World, homes: Homes, plan: Plan | None, streams: Streams) -> Times:
    """Return how many times longer each household's way on foot to a shelter is.

    Who knows the way goes straight, and so does who notices the signs where he lives; the others
    look for it.
    """
    lost = streams.at("people.knows_shelter", 0, homes.id) >= parameter("crowd.knows_shelter").si
    luck = streams.at("people.notices_signs", 0, homes.id)
    for signs in done_before(plan, SignShelters):
        lost &= ~(signed_zones(world, signs)[homes.zone] & (luck < signs.noticed))
    return np.where(lost, parameter("crowd.search_detour").si, 1.0).astype(np.float32)


# -- fire breaks --------------------------------------------------------------------------------


def cut(fields: Layers, breaks: CutFireBreaks) -> float:
    """Clear the cells that breaks run through; returns their length on the map, m."""
    grid, held = fields.grid, fields.get("fire_line")
    line = np.zeros(grid.shape, dtype=np.float32) if held is None else held.copy()
    cells = distinct(np.concatenate([cells_along(grid, one) for one in breaks.lines]))
    line.reshape(-1)[cells] = np.inf
    fields.write("fire_line", line)
    legs = [
        np.hypot(b.x_m - a.x_m, b.y_m - a.y_m) for one in breaks.lines for a, b in pairwise(one)
    ]
    return float(round(sum(legs)))


def cells_along(grid: Grid, line: Sequence[Spot]) -> Cells:
    """Return the cells of a grid that a line runs through, so that none is passed by a corner."""
    found = []
    for a, b in pairwise(line):
        n = int(np.ceil(np.hypot(b.x_m - a.x_m, b.y_m - a.y_m) / (grid.cell_m / 8))) + 1
        x_m, y_m = np.linspace(a.x_m, b.x_m, n), np.linspace(a.y_m, b.y_m, n)
        found.append(grid.cell_of(x_m, y_m))
        found.append(grid.cell_of(x_m[1:], y_m[:-1]))  # the cell at the inside of a corner
    cells = np.concatenate(found)
    return cells[cells >= 0].astype(np.int64)
