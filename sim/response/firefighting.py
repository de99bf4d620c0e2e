"""Engines at fires: they choose a building, bring water to it, refill, and go on to the next.

What a fire needs and what water there is are the hazard's own numbers; the jets of all engines at a
building add up in the state ``building_water_m3_per_s``, by which the fire is judged.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.hazards.urban_fire_design import design_fires
from sim.hazards.urban_fire_water import jet_m3_per_s, water_needed_m3_per_s
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.firefighting_water import WaterSources
from sim.response.ledger import Row
from sim.response.teams_pool import Asked, Process
from sim.response.teams_work import Deployment, deploy
from sim.response.travel import drive
from sim.scenario.parameters import parameter
from sim.world.states import FIRE_STATES

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
_BURNING = FIRE_STATES.index("burning")


class Fires:
    """The buildings that burn in some zones.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.
    sources : WaterSources
        Shared by all orders of a run.
    """

    skill = "fight_fire"

    def __init__(self, ops: Operations, zones: Rows, sources: WaterSources) -> None:
        self._ops, self._sources = ops, sources
        buildings = ops.stage.world.buildings
        self._inside = ops.stage.people.residents.zones_within(zones)[buildings.zone]
        self._design = design_fires(buildings)
        self._seen_s: dict[int, float] = {}
        self._sent_m3_per_s: dict[int, float] = {}
        self._last_s = ops.now_s
        self._asked = Asked()

    def over(self) -> bool:
        """Whether nothing has burnt for ``fire_response.stay_after``."""
        if len(self._burning()):
            self._last_s = self._ops.now_s
        return self._ops.now_s - self._last_s > parameter("fire_response.stay_after").si

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the burning buildings that are known of and have too little water yet."""
        return self._asked.once(self._ops.now_s, "", self._calls)

    def _calls(self) -> list[Call]:
        buildings, now_s = self._ops.stage.world.buildings, self._ops.now_s
        after_s = parameter("fire_response.known_after").si
        burning = self._burning()
        needs, heat_w = self._needs(burning), self._ops.stage.states["building_heat_w"][burning]
        columns = (burning, needs, heat_w, buildings.node[burning], buildings.zone[burning])
        calls = []
        for row, need, urgency, node, zone in zip(*(one.tolist() for one in columns), strict=True):
            seen_s = self._seen_s.setdefault(row, now_s)
            if now_s - seen_s >= after_s and self._sent_m3_per_s.get(row, 0.0) < need:
                calls.append(Call(key=row, node=node, urgency=urgency, zone=zone))
        return calls

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Count the unit's jets at the building."""
        self._asked.forget()
        before = self._sent_m3_per_s.get(call.key, 0.0)
        self._sent_m3_per_s[call.key] = before + _jets_m3_per_s(unit)

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take them away."""
        self._asked.forget()
        self._sent_m3_per_s[call.key] -= _jets_m3_per_s(unit)

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Put water on a building until its fire is out or the shift ends; refill in between."""
        ops = self._ops
        yield ops.env.timeout(parameter("fire_response.set_up").si)
        if self._burns(call.key) and ops.now_s < unit.shift_ends_s:
            order.row.event["work"] = ops.log.add(
                ops.now_s, "water_on_fire", unit.id, cause=unit.there, building=call.key
            )
        while not (yield from self._play(unit, call.key)):
            if not (yield from self._refill(unit, call.node)):
                return
        if not self._burns(call.key):
            order.row.detail["fires_left"] = order.row.detail.get("fires_left", 0) + 1

    def _play(self, unit: RescueTeam, building: int) -> Generator[simpy.Event, Any, bool]:
        """Let the jets play until the fire is out or the shift ends; False when the tank ran dry.

        Hydrants are shared out anew at every step.
        """
        env, step_s, wanted = self._ops.env, self._ops.stage.step_s, _jets_m3_per_s(unit)
        states = self._ops.stage.states
        water, fire = states["building_water_m3_per_s"], states["building_fire"]
        began_s = env.now
        while fire[building] == _BURNING and began_s < unit.shift_ends_s:
            piped, drawn = self._sources.draw(building, wanted)
            spent_s, tank_m3_per_s = step_s, wanted - piped
            if tank_m3_per_s > 0:
                spent_s = min(spent_s, unit.tank_m3 / tank_m3_per_s)
            water[building] += wanted
            try:
                yield env.timeout(spent_s)
            finally:
                water[building] = max(0.0, water[building] - wanted)
                self._sources.give_back(drawn)
                used_m3 = tank_m3_per_s * (env.now - began_s)
                unit.tank_m3 = max(0.0, unit.tank_m3 - used_m3)
            if spent_s != step_s:
                return False
            began_s = env.now
        return True

    def _refill(self, unit: RescueTeam, node: int) -> Generator[simpy.Event, Any, bool]:
        """Fetch water and come back; False when there is none, or no way."""
        ops = self._ops
        source = self._sources.filling_node(unit.node)
        if source is None or not (yield from drive(ops, unit, source)):
            return False
        missing_m3 = unit.spec.tank_m3 - unit.tank_m3
        yield ops.env.timeout(missing_m3 / parameter("fire_response.fill_rate").si)
        unit.tank_m3 = unit.spec.tank_m3
        ops.log.add(ops.now_s, "tank_filled", unit.id, cause=unit.there)
        reached = yield from drive(ops, unit, node, within_m=parameter("response.reach").si)
        unit.duty = "working"
        return reached

    def _needs(self, rows: Rows) -> NDArray[np.float64]:
        """Return the water that the officers in charge ask for: at least one jet each."""
        heat_w = self._ops.stage.states["building_heat_w"][rows].astype(np.float64)
        needed = water_needed_m3_per_s(heat_w, self._design.heat_w_per_m2[rows])
        return np.maximum(needed * parameter("fire_response.margin").si, jet_m3_per_s())

    def _burning(self) -> Rows:
        states = self._ops.stage.states
        if not states.touched("building_fire"):
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero((states["building_fire"] == _BURNING) & self._inside)

    def _burns(self, row: int) -> bool:
        return bool(self._ops.stage.states["building_fire"][row] == _BURNING)


def _jets_m3_per_s(unit: RescueTeam) -> float:
    return unit.spec.jets * jet_m3_per_s()


def fight_fire(ops: Operations, command: Command, row: Row) -> Process:
    """Send engines to fires; done when all that can come are there."""
    yield from deploy(ops, command, row, lambda zones: Fires(ops, zones, ops.water_sources))
