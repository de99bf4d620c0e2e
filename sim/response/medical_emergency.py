"""Emergency departments: who comes without an ambulance, who waits at the door, who is sent on.

Most of the hurt of a disaster do not come by ambulance: relatives and neighbours bring them to the
nearest hospital, whether it has room or not. The badly hurt wait there for a bed, the red first,
and are sent on when none becomes free; the lightly hurt wait for a desk and go home.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.ledger import HEALTHS, STATE
from sim.response.decontamination import wiped_down_s
from sim.response.medical_hospitals import Ward
from sim.response.patients import carry_off, cut_off, nodes_of
from sim.response.supply.stores import border_node
from sim.scenario.forces import unit_kinds
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
Rows = NDArray[np.int64]
_LIGHT: Final = HEALTHS.index("light")


class Emergency:
    """The doors of all hospitals of a run, looked at once a tick.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self._people = ops.stage.people
        self._wounds = self._people.population.wounds
        n = self._people.residents.n
        self._seen, self._as_of = np.zeros(n, dtype=bool), 0
        self._on_the_way: list[tuple[float, int, int]] = []
        self._looked_s = ops.now_s
        size = unit_kinds()["ambulance"].size
        assert size is not None
        self._barred = ops.stage.limits.barring(size.gross_kg, size.height_m)

    def look(self, to_s: float) -> None:
        """Let people set out, arrive, be put to bed, wait, or be sent on."""
        span_s, self._looked_s = to_s - self._looked_s, to_s
        self._set_out(to_s)
        self._arrive(to_s)
        for ward in self._ops.hospitals.wards:
            self._serve_light(ward, span_s)
            if ward.queue:
                self._to_bed(ward)
                self._send_on(ward, to_s)

    # -- coming ---------------------------------------------------------------------------------

    def _set_out(self, now_s: float) -> None:
        """Let those go to hospital whom somebody takes there, and the lightly hurt who want to."""
        after_s = parameter("medical.walk_in_after").si
        rows = self._wounds.waiting(now_s)
        rows = rows[self._wounds.since_s[rows] + after_s <= now_s]
        rows = rows[self._luck("brought", rows) < parameter("medical.walk_in_share").si]
        light = self._newly_light()
        if len(rows) + len(light) == 0:
            return
        light = light[self._luck("light", light) < parameter("medical.light_walk_in_share").si]
        rows = rows[~cut_off(self._ops, rows)]
        nodes = nodes_of(self._ops, rows)
        gone = np.isin(rows, carry_off(self._ops, rows))
        from_nodes = (*nodes[gone].tolist(), *nodes_of(self._ops, light).tolist())
        for row, node in zip((*rows[gone].tolist(), *light.tolist()), from_nodes, strict=True):
            place = self._nearest(node)
            if place is not None:
                ward, away_m = place
                takes_s = away_m / parameter("medical.walk_in_speed").si
                heapq.heappush(self._on_the_way, (now_s + takes_s, row, ward))

    def _newly_light(self) -> Rows:
        """Return the lightly hurt who were not so yet at the last look."""
        residents = self._people.residents
        if self._as_of == residents.n_hurts:
            return np.zeros(0, dtype=np.int64)
        self._as_of = residents.n_hurts
        light = np.flatnonzero((residents.health == _LIGHT) & ~self._seen)
        self._seen[light] = True
        return light

    def _luck(self, purpose: str, rows: Rows) -> NDArray[np.float64]:
        ids = self._people.residents.id[rows]
        return self._ops.stage.streams.at(f"medical.{purpose}", 0, ids)

    def _nearest(self, node: int) -> tuple[int, float] | None:
        """Return the ward nearest to a node that works, by its index, and the way to it."""
        wards, network = self._ops.hospitals.wards, self._ops.stage.network
        found = None
        for index, ward in enumerate(wards):
            dx_m = network.x_m[ward.node] - network.x_m[node]
            away_m = math.hypot(dx_m, network.y_m[ward.node] - network.y_m[node])
            away_m *= parameter("shelters.detour").value
            if self._ops.hospitals.works(ward) and (found is None or away_m < found[1]):
                found = index, away_m
        return found

    def _arrive(self, now_s: float) -> None:
        residents, came = self._people.residents, dict[int, list[int]]()
        while self._on_the_way and self._on_the_way[0][0] <= now_s:
            _, row, index = heapq.heappop(self._on_the_way)
            ward, people = self._ops.hospitals.wards[index], int(residents.weight[row])
            unwashed_s = wiped_down_s(self._ops, np.array([row]))
            ward.light_queue += unwashed_s / parameter("medical.light_treatment").si
            if residents.health[row] == _LIGHT:
                ward.light_queue += people
            elif residents.state[row] == STATE["rescued"]:
                ward.queue.append((not self._wounds.red[row], now_s, row, people))
                came.setdefault(index, []).append(row)
        for index, rows in came.items():
            ward, hurt_by = self._ops.hospitals.wards[index], int(residents.hurt_by[rows].max())
            people = int(residents.weight[rows].sum())
            ward.came_event = self._ops.log.add(
                now_s, "patients_walked_in", ward.id, cause=hurt_by, people=people
            )

    # -- at the door ----------------------------------------------------------------------------

    def _serve_light(self, ward: Ward, span_s: float) -> None:
        """Let the lightly hurt have their turn at the desks."""
        served = ward.desks * span_s / parameter("medical.light_treatment").si
        ward.light_queue = max(0.0, ward.light_queue - served)

    def _to_bed(self, ward: Ward) -> None:
        """Give free beds to those who wait, the red first; the dead wait no more."""
        state = self._people.residents.state[[one[2] for one in ward.queue]]
        alive = state == STATE["rescued"]
        if not alive.all():
            ward.queue = [ward.queue[place] for place in np.flatnonzero(alive).tolist()]
        ward.queue.sort()
        free = ward.free
        if free <= 0:
            return
        waiting, ward.queue = ward.queue, []
        for one in waiting:
            if free >= one[3]:
                self._ops.hospitals.admit(ward, [one[2]], promised=0, cause=ward.came_event)
                free = ward.free
            else:
                ward.queue.append(one)

    def _send_on(self, ward: Ward, now_s: float) -> None:
        """Send on who has waited for too long, where a bed is free, or out of the map."""
        after_s = parameter("medical.transfer_after").si
        n_free = int(ward.vehicles.capacity) - ward.vehicles.count
        for one in [one for one in ward.queue if one[1] + after_s <= now_s][:n_free]:
            ward.queue.remove(one)
            self._ops.env.process(self._transfer(ward, one[2], one[3]))

    def _transfer(self, ward: Ward, person: int, people: int) -> Process:
        """Drive one patient to another ward; the vehicle is back after as long again."""
        ops = self._ops
        to = ops.hospitals.reserve(ward.node, people, self._barred)
        goal = border_node(ops.stage) if to is None else to.node
        _, cost_s = ops.ways.tree_to(goal, self._barred)
        takes_s = float(cost_s[ward.node])
        takes_s = takes_s if math.isfinite(takes_s) else parameter("medical.outside_drive").si
        if to is None:
            takes_s += parameter("medical.outside_drive").si
        sent = ops.log.add(
            ops.now_s, "patients_transferred", ward.id, cause=ward.came_event, people=people,
            to="outside" if to is None else to.id,
        )  # fmt: skip
        with ward.vehicles.request() as turn:
            yield turn
            yield ops.env.timeout(takes_s + parameter("medical.hand_over").si)
            self._hand_over(person, people, to, sent)
            yield ops.env.timeout(takes_s * (2 * people - 1))  # one row may stand for several

    def _hand_over(self, person: int, people: int, to: Ward | None, cause: int) -> None:
        ops, residents = self._ops, self._people.residents
        alive = bool(residents.state[person] == STATE["rescued"])
        rows = np.array([person])
        if to is not None:
            ops.hospitals.admit(to, [person] if alive else [], promised=people, cause=cause)
        elif alive:
            self._wounds.treat(rows, ops.now_s)
            residents.move(rows, "left_area", cause=cause)
