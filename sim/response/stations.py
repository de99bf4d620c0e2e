"""Which units there are and where they stand: what a scenario states, else what its map implies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.agents.units import Bus, PumpTruck, RescueTeam, Unit
from sim.core.errors import did_you_mean
from sim.response.places import UnknownPlaceError
from sim.response.supply.stores import border_node
from sim.scenario.forces import Force, unit_kinds
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS

if TYPE_CHECKING:
    from sim.response.stage import Stage

#: what district teams are trained for, in turn: the plan names these trades (T45, T97) and the
#: number of teams (30), not how many of each; an assumption
TRADES: Final = (
    "flood",
    "water_rescue",
    "fire",
    "road",
    "power",
    "communications",
    "medical",
)
#: units of a fire station's capacity that count engines
_ENGINES: Final = ("crews", "engines")


def units_of(stage: Stage) -> list[Unit]:
    """Return all units of a run, each at its base."""
    stated = [unit for force in stage.forces for unit in _stated(stage, force)]
    named = {force.at for force in stage.forces}
    implied = (_teams(stage), _engines(stage), _ambulances(stage), _buses(stage), _pumps(stage))
    facilities = stage.world.facilities
    units: list[Unit] = list(stated)
    for facility, unit in (pair for pairs in implied for pair in pairs):
        if unit.kind in ("bus", "pump") or str(facilities.id[facility]) not in named:
            units.append(unit)
    _settle(stage, units)
    return units


def _settle(stage: Stage, units: list[Unit]) -> None:
    """Note in which town each unit has its base, and which signs it may not pass."""
    facilities = stage.world.facilities
    towns = stage.world.town_of(facilities.zone)
    town_of = dict(zip(facilities.node.tolist(), towns.tolist(), strict=True))
    for unit in units:
        unit.sector = town_of.get(unit.base_node, -1)
        unit.barred = stage.limits.barring(unit.gross_kg, unit.height_m)


def _stated(stage: Stage, force: Force) -> Iterator[RescueTeam]:
    """Return the units of one line of a scenario's ``forces``."""
    spec, (place, node) = unit_kinds()[force.kind], _base(stage, force)
    for number in range(1, force.count + 1):
        name = f"{place}-{force.kind}-{number}"
        unit = RescueTeam(stage.model, name, spec, base_node=node, crew=force.crew)
        unit.turnout_s = spec.turnout_s if force.ready_after is None else force.ready_after
        unit.outside_s = force.travel
        yield unit


def _base(stage: Stage, force: Force) -> tuple[str, int]:
    """Return what the base of some units is called, and its road node."""
    if force.spot is not None:
        place = f"spot-{force.spot.x_m:.0f}-{force.spot.y_m:.0f}"
        return place, stage.network.drivable_node(force.spot.x_m, force.spot.y_m)
    if force.at is not None:
        return force.at, _facility_node(stage, force.at)
    return str(force.outside), border_node(stage)


def _facility_node(stage: Stage, name: str) -> int:
    facilities = stage.world.facilities
    found = np.flatnonzero(facilities.id == name)
    if not len(found):
        raise UnknownPlaceError(
            f"forces: no facility '{name}' on the map{did_you_mean(name, map(str, facilities.id))}"
        )
    return int(facilities.node[found[0]])


def _rows(stage: Stage, kind: str) -> list[int]:
    return np.flatnonzero(stage.world.facilities.kind == FACILITY_KINDS.index(kind)).tolist()


def _teams(stage: Stage) -> Iterator[tuple[int, Unit]]:
    facilities, trade = stage.world.facilities, 0
    for row in _rows(stage, "team_base"):
        name = str(facilities.id[row])
        if "street" in name:
            kind = "street"
        elif "social" in name:
            kind = "volunteers"
        else:
            kind, trade = TRADES[trade % len(TRADES)], trade + 1
        crew, node = int(facilities.capacity[row]), int(facilities.node[row])
        yield (
            row,
            RescueTeam(stage.model, name, unit_kinds()[kind], crew=max(crew, 1), base_node=node),
        )


def _engines(stage: Stage) -> Iterator[tuple[int, Unit]]:
    """Fire stations have as many engines as the map says, else those of a standard station."""
    facilities, spec = stage.world.facilities, unit_kinds()["fire_engine"]
    usual = int(parameter("rescue.engines_a_station").si)
    for row in _rows(stage, "fire_station"):
        known = str(facilities.capacity_unit[row]) in _ENGINES
        for number in range(1, (int(facilities.capacity[row]) if known else usual) + 1):
            name = f"{facilities.id[row]}-engine-{number}"
            yield row, RescueTeam(stage.model, name, spec, base_node=int(facilities.node[row]))


def _ambulances(stage: Stage) -> Iterator[tuple[int, Unit]]:
    """Hospitals share the ambulances of a city of this size, by beds, at least one each."""
    facilities, spec = stage.world.facilities, unit_kinds()["ambulance"]
    rows = _rows(stage, "hospital")
    beds = facilities.capacity[rows].astype(float)
    wanted = stage.world.people.n / parameter("medical.people_an_ambulance").si
    for row, part in zip(rows, beds / max(beds.sum(), 1.0), strict=True):
        for number in range(1, max(1, math.ceil(wanted * part)) + 1):
            name = f"{facilities.id[row]}-ambulance-{number}"
            yield row, RescueTeam(stage.model, name, spec, base_node=int(facilities.node[row]))


def _buses(stage: Stage) -> Iterator[tuple[int, Unit]]:
    facilities, seats = stage.world.facilities, int(parameter("response.bus_seats").si)
    for row in _rows(stage, "bus_depot"):
        for number in range(1, int(facilities.capacity[row]) + 1):
            name = f"{facilities.id[row]}-bus-{number}"
            yield row, Bus(stage.model, name, seats=seats, base_node=int(facilities.node[row]))


def _pumps(stage: Stage) -> Iterator[tuple[int, Unit]]:
    """Mobile pumps stand at the depots, shared out evenly."""
    facilities, depots = stage.world.facilities, _rows(stage, "depot")
    n_pumps = int(parameter("response.mobile_pumps").si) if depots else 0
    for number in range(n_pumps):
        row = depots[number % len(depots)]
        yield (
            row,
            PumpTruck(
                stage.model,
                f"pump-{number + 1}",
                capacity_m3_per_s=parameter("plan.mobile_pump").si,
                base_node=int(facilities.node[row]),
            ),
        )
