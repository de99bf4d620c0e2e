"""Hospitals and temporary stations: beds, theatres, queues, and who leaves.

A bed is taken from the moment an ambulance sets out for it, and free again when its patient dies or
goes home. The red wait for a theatre, the yellow are treated on the ward.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.agents.ledger import STATE
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES
from sim.world.tables import FACILITY_KINDS

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
_EXTENSIVE = DAMAGE_STATES.index("extensive")


@dataclass
class Ward:
    """One hospital or station.

    Attributes
    ----------
    facility : int
        Row of the map's facilities; -1 for a temporary station elsewhere.
    beds : int
        For the patients of this disaster.
    theatres : simpy.PriorityResource
    promised : int
        Residents on their way to it.
    patients : dict
        Row of `Residents` -> residents it stands for.
    queue : list of (bool, float, int, int)
        Badly hurt at the door: not red, since when, row of `Residents`, residents it stands for.
    light_queue : float
        Lightly hurt who wait for a desk.
    desks : int
        At which the lightly hurt are treated.
    vehicles : simpy.Resource
        By which patients are sent on.
    came_event : int
        That last told of people at the door.
    """

    id: str
    node: int
    facility: int
    beds: int
    theatres: simpy.PriorityResource
    vehicles: simpy.Resource
    promised: int = 0
    patients: dict[int, int] = field(default_factory=dict)
    queue: list[tuple[bool, float, int, int]] = field(default_factory=list)
    light_queue: float = 0.0
    desks: int = 1
    came_event: int = -1

    @property
    def waiting(self) -> int:
        """Badly hurt residents at the door."""
        return sum([one[3] for one in self.queue])

    @property
    def free(self) -> int:
        """Beds that nobody lies in or is on his way to."""
        return self.beds - self.promised - sum(self.patients.values())


class Hospitals:
    """All wards of a run.

    Parameters
    ----------
    ops : Operations

    Attributes
    ----------
    wards : list of Ward
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        facilities = ops.stage.world.facilities
        rows = np.flatnonzero(facilities.kind == FACILITY_KINDS.index("hospital")).tolist()
        self.wards = [self._hospital(row) for row in rows]
        ops.env.process(self._watch())

    def _hospital(self, row: int) -> Ward:
        facilities = self._ops.stage.world.facilities
        beds = float(facilities.capacity[row])
        theatres = max(1, round(beds / parameter("medical.beds_a_theatre").si))
        return Ward(
            str(facilities.id[row]),
            int(facilities.node[row]),
            row,
            round(beds * parameter("medical.free_beds_share").si),
            simpy.PriorityResource(self._ops.env, theatres),
            self._vehicles(),
            desks=_desks(beds),
        )

    def _vehicles(self) -> simpy.Resource:
        n = int(parameter("medical.transfer_vehicles").si)
        return simpy.Resource(self._ops.env, capacity=n)

    def open_station(self, name: str, node: int, facility: int, beds: int) -> Ward:
        """Open a temporary station with one operating table for every standard team."""
        tables = max(1, beds // int(parameter("medical.station_beds").si))
        theatres = simpy.PriorityResource(self._ops.env, tables)
        self.wards.append(
            Ward(name, node, facility, beds, theatres, self._vehicles(), desks=_desks(beds))
        )
        return self.wards[-1]

    def reserve(self, node: int, people: int, barred: int = 0) -> Ward | None:
        """Keep beds in the ward that is nearest by road, works and has room; None without any.

        ``barred`` are the signs that hold the vehicle back.
        """
        _, cost_s = self._ops.ways.tree_to(node, barred)
        open_now = [
            ward
            for ward in self.wards
            if ward.free - ward.waiting >= people
            and self.works(ward)
            and np.isfinite(cost_s[ward.node])
        ]
        ward = min(open_now, key=lambda ward: float(cost_s[ward.node]), default=None)
        if ward is not None:
            ward.promised += people
        return ward

    def works(self, ward: Ward) -> bool:
        """Whether a ward takes patients now."""
        states = self._ops.stage.states
        return ward.facility < 0 or not bool(states["facility_out"][ward.facility])

    def admit(self, ward: Ward, persons: list[int], *, promised: int, cause: int) -> None:
        """Put patients to bed and begin with their treatment; gives the kept beds up."""
        ops, people = self._ops, self._ops.stage.people
        ward.promised -= promised
        if not persons:
            return
        rows = np.array(persons)
        event = ops.log.add(
            ops.now_s, "patients_admitted", ward.id, cause=cause, people=people.count(rows)
        )
        people.population.admit(rows, ward.facility, cause=event)
        for person in persons:
            ward.patients[person] = people.count(np.array([person]))
            ops.env.process(self._care(ward, person))

    def report(self) -> dict[str, float]:
        """Return this tick's beds: those there are, and those in use."""
        used = sum(sum(ward.patients.values()) for ward in self.wards)
        return {
            "beds": float(sum(ward.beds for ward in self.wards)),
            "beds_used": float(used),
            "door_queue": float(sum(ward.waiting for ward in self.wards)),
            "light_queue": float(sum(ward.light_queue for ward in self.wards)),
        }

    def _care(self, ward: Ward, person: int) -> Process:
        """Treat one patient, the red in a theatre, and let him go when he is well."""
        ops, wounds = self._ops, self._ops.stage.people.population.wounds
        red = bool(wounds.red[person])
        if red:
            with ward.theatres.request(priority=0) as turn:
                yield turn
                if not self._lies_in(ward, person):
                    return
                wounds.treat(np.array([person]), ops.now_s)
                yield ops.env.timeout(parameter("medical.operation").si)
        else:
            wounds.treat(np.array([person]), ops.now_s)
            yield ops.env.timeout(parameter("medical.treatment").si)
        residents = ops.stage.people.residents
        luck = ops.stage.streams.at("medical.stay", 0, residents.id[[person]])[0]
        yield ops.env.timeout(float(-np.log1p(-luck)) * parameter("medical.stay").si)
        if self._lies_in(ward, person):
            self._discharge(ward, person)

    def _discharge(self, ward: Ward, person: int) -> None:
        """Let a patient go home, or to relatives where his house does not stand."""
        ops, residents = self._ops, self._ops.stage.people.residents
        row = np.array([person])
        event = ops.log.add(ops.now_s, "patient_discharged", ward.id, people=ward.patients[person])
        home = int(residents.homes.building[residents.household[person]])
        states = ops.stage.states
        fallen = states["building_collapsed"][home] or states["building_damage"][home] >= _EXTENSIVE
        if fallen:
            residents.move(row, "left_area", cause=event)
        else:
            residents.go_in(row, cause=event)
        del ward.patients[person]

    def _lies_in(self, ward: Ward, person: int) -> bool:
        state = self._ops.stage.people.residents.state[person]
        return person in ward.patients and bool(state == STATE["in_hospital"])

    def _watch(self) -> Process:
        """Free the beds of those who died."""
        while True:
            yield self._ops.env.timeout(self._ops.stage.step_s)
            for ward in self.wards:
                self._free_beds(ward)

    def _free_beds(self, ward: Ward) -> None:
        if ward.patients:
            state = self._ops.stage.people.residents.state
            patients = np.fromiter(ward.patients, dtype=np.int64)
            for person in patients[state[patients] != STATE["in_hospital"]].tolist():
                del ward.patients[person]


def _desks(beds: float) -> int:
    return math.ceil(beds / parameter("medical.beds_a_desk").si)
