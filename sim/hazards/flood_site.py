"""From a world and a scenario's flood to a solver: everything in its place on the grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.words import said
from sim.hazards.flood_borders import Border
from sim.hazards.flood_levees import Gap, Levee, crest_faces, even_profile_m
from sim.hazards.flood_params import BreachParams, Edges, FloodParams, HeldLevel, Pump
from sim.hazards.flood_waters import carrying_manning_n, channels_of, entry_of, starting_depth_m
from sim.hazards.local_inertial import Borders, Level, LocalInertial
from sim.hazards.rain import Hyetograph
from sim.hazards.series import Series
from sim.scenario.base import Spot
from sim.scenario.parameters import parameter
from sim.world.hollows import Hollows
from sim.world.layers import LAND_CLASSES
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

Floats = NDArray[np.float64]

#: a river's banks on either side of its mouth at the map's edge, in its widths
_BANK_WIDTHS: Final = 2.0
#: land of which only a part lies open; the map's infiltration is that of the part
_SEALED: Final = ("residential", "commercial", "industrial", "road")


class FloodPlaceError(SimError):
    """A flood names a place that the map does not have, or that lies outside of it."""


@dataclass
class Site:
    """A flood ready to run.

    Attributes
    ----------
    solver : LocalInertial
    rain : Hyetograph or None
    levees : list of Levee
    gaps : list of (BreachParams, Gap)
    pumps : list of str
        Ids, in the order of the solver's pumps.
    pump_sites : (n,) int64
        Row of the facility each pump is in; -1 for none.
    sea : Series
        Level outside the sides that are sea, to be held step by step.
    """

    solver: LocalInertial
    rain: Hyetograph | None
    levees: list[Levee]
    gaps: list[tuple[BreachParams, Gap]]
    pumps: list[str]
    pump_sites: NDArray[np.int64]
    sea: Series


def site_of(params: FloodParams, world: World, *, sea_m: float = 0.0) -> Site:
    """Return the solver with everything in its place; ``sea_m`` is the sea's first level."""
    ground_m, blocked = _ground(params, world)
    sea = Series([0.0], [sea_m])
    first_flows = {
        _row(world.waters.id, inflow.river, "river"): inflow.points[0][1]
        for inflow in params.inflows
        if inflow.river is not None
    }
    channels = channels_of(world)
    solver = LocalInertial(
        ground_m,
        world.grid.cell_m,
        manning_n=carrying_manning_n(world, channels),
        depth_m=starting_depth_m(
            world,
            ground_m,
            channels,
            first_flows,
            params.waters_filled,
            _first_level_m(params.borders, sea_m),
        ),
        borders=_borders(params.borders, sea),
        blocked=blocked,
        film_m=params.film,
        rest_m2_per_s=params.rest_flow,
    )
    rain = params.rain.rain() if params.rain is not None else None
    if rain is not None:
        solver.add_rain(rain.times_s, rain.rates_m_per_s)
    solver.set_losses(
        world.layers["infiltration_m_per_s"],
        world.layers["drain_m_per_s"],
        drains_at_work(params),
        thirst_m=_thirst_m(params, world),
    )
    _let_in(params, world, ground_m, solver)
    levees = _levees(world, ground_m, solver)
    gaps = [(breach, _gap(breach, levees)) for breach in params.breaches]
    pumps, sites = _pumps(params, world, solver)
    return Site(solver, rain, levees, gaps, pumps, sites, sea)


def _thirst_m(params: FloodParams, world: World) -> Floats | float:
    """Return how much dry soil draws in beyond its last rate, m; in towns by the soil left open."""
    if params.dry_soil is None:
        return 0.0
    sealed = np.isin(world.layers["land"], [LAND_CLASSES.index(name) for name in _SEALED])
    of_grass = world.layers["infiltration_m_per_s"] / parameter("map.infiltration_grass").si
    open_share = np.where(sealed, np.minimum(of_grass, 1.0), 1.0)
    return np.asarray(params.dry_soil.thirst_m * open_share)


def _let_in(params: FloodParams, world: World, ground_m: Floats, solver: LocalInertial) -> None:
    """Add the inflows; where a river comes in, none leaves over it or its banks."""
    for inflow in params.inflows:
        cells = entry_cells(inflow.id, inflow.at, inflow.river, world, ground_m)
        times_s, flows = zip(*inflow.points, strict=True)
        solver.add_inflow(cells, times_s, flows)
        if inflow.river is not None:
            width_m = float(world.waters.width_m[_row(world.waters.id, inflow.river, "river")])
            reach = int(np.ceil(_BANK_WIDTHS * width_m / world.grid.cell_m))
            mouth = np.zeros(world.grid.shape, np.bool_)
            mouth.flat[cells] = True
            solver.close_border(np.flatnonzero(maximum_filter(mouth, 2 * reach + 1).ravel()))


def drains_at_work(params: FloodParams) -> tuple[Floats, Floats]:
    """Return the share of drains that works, from each time on; overlapping failures multiply."""
    failures = params.drain_failures
    times = sorted({0.0, *(f.from_ for f in failures), *(f.to for f in failures)})
    shares = [
        np.prod([1.0 - f.share for f in failures if f.from_ <= time < f.to]) for time in times
    ]
    return np.array(times), np.array(shares, np.float64)


def _ground(params: FloodParams, world: World) -> tuple[Floats, NDArray[np.bool_] | None]:
    ground_m = world.layers["elevation_m"].astype(np.float64)
    built = world.layers["built_share"] >= params.building_share
    if params.buildings == "raised":
        return ground_m + params.building_raise * built, None
    return ground_m, built if params.buildings == "blocked" else None


def _borders(stated: str | Edges, sea: Series) -> Borders:
    if isinstance(stated, Edges):
        edges = (stated.west, stated.east, stated.north, stated.south)
        return Borders(*(_border(edge, sea) for edge in edges))
    return Borders(*(_border(stated, sea) for _ in range(4)))


def _first_level_m(stated: str | Edges, sea_m: float) -> float | None:
    """Return the lowest level that a side holds at the start; None when no side holds any."""
    sides = (
        (stated.west, stated.east, stated.north, stated.south)
        if isinstance(stated, Edges)
        else (stated,)
    )
    held = [side for side in sides if isinstance(side, HeldLevel)]
    levels = [side.levels[0][1] if side.levels else float(side.level or 0.0) for side in held]
    return min([*levels, *(sea_m for side in sides if side == "sea")], default=None)


def _border(edge: str | HeldLevel, sea: Series) -> Border:
    if edge == "sea":
        return Level(sea)
    if not isinstance(edge, HeldLevel):
        return "open" if edge == "open" else "closed"
    if edge.levels is None:
        return Level(float(edge.level or 0.0))
    return Level(([at for at, _ in edge.levels], [level for _, level in edge.levels]))


def entry_cells(
    who: str, at: Spot | None, river: str | None, world: World, ground_m: Floats
) -> NDArray[np.int64]:
    """Return where water comes onto the map: at a spot, or where a river enters.

    Raises
    ------
    FloodPlaceError
        When ``who`` names a place that the map does not have.
    """
    if at is not None:
        return np.array([_cell(world, at, who)])
    row = _row(world.waters.id, river, "river")
    try:
        return entry_of(world, row, ground_m)
    except ValueError as error:
        raise FloodPlaceError(str(error)) from None


def _levees(world: World, ground_m: Floats, solver: LocalInertial) -> list[Levee]:
    """Put every levee's crest on the solver; its height counts from the higher side's ground.

    The crest runs evenly over dips of the ground (`even_profile_m`).

    Where cells are so wide that a levee's line falls among those of the water, its foot there is
    that of its next faces on land.
    """
    ground = ground_m.ravel()
    water = world.layers["land"].ravel() == LAND_CLASSES.index("water")
    levees = []
    taken: set[tuple[int, int]] = set()
    for row in range(world.levees.n):
        faces = crest_faces(world.levee_shapes.points_m(row), world.grid)
        pairs = list(zip(faces.cells_a.tolist(), faces.cells_b.tolist(), strict=True))
        new = np.array([pair not in taken for pair in pairs], np.bool_)
        taken.update(pairs)
        a, b = faces.cells_a[new], faces.cells_b[new]
        foot_m = np.maximum(ground[a], ground[b])
        afloat = water[np.where(ground[a] >= ground[b], a, b)]
        if afloat.any() and not afloat.all():
            number = np.arange(len(a))
            foot_m[afloat] = np.interp(number[afloat], number[~afloat], foot_m[~afloat])
        lengths = np.diff(faces.along_m)[new]
        along = np.concatenate(([0.0], np.cumsum(lengths)))
        crest_m = even_profile_m(foot_m, along) + float(world.levees.height_m[row])
        rows = solver.add_weirs(a, b, crest_m, lengths / world.grid.cell_m)
        levees.append(
            Levee(str(world.levees.id[row]), rows, np.column_stack((a, b)), foot_m, along)
        )
    return levees


def _gap(breach: BreachParams, levees: list[Levee]) -> Gap:
    names = [levee.id for levee in levees]
    levee = levees[_row(np.array(names, object), breach.levee, "levee")]
    return Gap(levee, breach.at, breach.width, breach.growth, breach.down_to, breach.shape)


def _pumps(
    params: FloodParams, world: World, solver: LocalInertial
) -> tuple[list[str], NDArray[np.int64]]:
    stations = world.facilities
    named = {pump.facility for pump in params.pumps}
    pumps = list(params.pumps)
    if params.pumping_stations:
        kind = FACILITY_KINDS.index("pumping_station")
        pumps += [
            Pump(id=str(stations.id[row]), facility=str(stations.id[row]))
            for row in np.flatnonzero(stations.kind == kind)
            if stations.id[row] not in named and stations.capacity_unit[row] == "m3/s"
        ]
    sites, hollows = np.full(len(pumps), -1, np.int64), Hollows(world)
    for k, pump in enumerate(pumps):
        capacity = pump.capacity
        if pump.facility is None:
            cell = _cell(world, pump.at, pump.id)
        else:
            row = sites[k] = _row(stations.id, pump.facility, "facility")
            spot = Spot(x_m=float(stations.x_m[row]), y_m=float(stations.y_m[row]))
            cell = _cell(world, spot, pump.id)
            capacity = float(stations.capacity[row]) if capacity is None else capacity
        outlet = None if pump.outlet is None else _cell(world, pump.outlet, pump.id)
        cell, starts_m = hollows.sump(cell, pump.starts_above)
        solver.add_pump(cell, float(capacity or 0.0), starts_above_m=starts_m, outlet=outlet)
    return [pump.id for pump in pumps], sites


def _cell(world: World, spot: Spot | None, who: str) -> int:
    cell = -1 if spot is None else int(world.grid.cell_of(spot.x_m, spot.y_m))
    if cell < 0:
        raise FloodPlaceError(said("flood.outside", id=who))
    return cell


def _row(ids: NDArray[np.object_], wanted: str | None, sort: str) -> int:
    found = np.flatnonzero(ids == wanted)
    if len(found) == 0:
        names = [str(name) for name in ids]
        raise FloodPlaceError(
            said(
                "check.dangling",
                id=wanted,
                sort=said(f"sort.{sort}"),
                allowed=choices(names),
                guess=did_you_mean(str(wanted), names),
            )
        )
    return int(found[0])
