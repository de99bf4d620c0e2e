"""Which work a team is sent to when a plan only names the team, the place and the task."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.response.command import Command
from sim.response.firefighting import Fires
from sim.response.lifelines import Debris, Outages
from sim.response.medical import Patients
from sim.response.rescue import Digging
from sim.response.teams_pool import Work

if TYPE_CHECKING:
    from sim.response.operations import Operations


def work_of(ops: Operations, command: Command) -> Work | None:
    """Return the pool of tasks that an order of teams is about; None for guarding and boats.

    ``rescue`` is digging where people lie under rubble, and fetching the injured for teams that
    carry patients; boats and help with moving are the business of `sim.response.teams`.
    """
    params = command.params
    for work in _candidates(ops, params.task, params.team, _zones(ops, command)):
        if ops.resources.count(params.team, work.skill) and not work.over():
            return work
    return None


def _candidates(ops: Operations, task: str, team: str, zones: NDArray[np.int64]) -> list[Work]:
    if task == "rescue" and len(ops.stage.people.trapped()[0]):
        return [Digging(ops, zones), Patients(ops, zones)]
    if task == "fight_fire":
        return [Fires(ops, zones, ops.water_sources)]
    if task == "treat":
        return [Patients(ops, zones)]
    if task == "clear":
        return [Debris(ops, zones)]
    if task == "restore":
        return [Outages(ops, zones, "power"), Outages(ops, zones, "communications")]
    return []


def _zones(ops: Operations, command: Command) -> NDArray[np.int64]:
    """Return the zones an order names; the whole map where it names other places."""
    known = {*map(str, ops.stage.world.zones.id), "flooded", "low_lying"}
    named = tuple(place for place in command.params.to if place in known)
    return ops.stage.zone_rows(named or ("all",), ops.seen_by(command.by))
