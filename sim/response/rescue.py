"""Search and extrication: teams find the living under fallen buildings and dig them out.

A site is a fallen building with people under it. A team searches it, then digs for each who was
alive at the end of the search, the quickest first. Who dies while they dig is dead: nobody knows it
before. Neighbours go on digging all the time (`sim.agents.trapped`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm_quake_rules import QuakeRules
from sim.agents.units import RescueTeam
from sim.core.sets import common
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.teams_pool import Asked, Process
from sim.response.teams_work import Deployment, deploy
from sim.scenario.parameters import parameter
from sim.world.tables import BUILDING_CLASSES

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
#: rubble of these takes heavy tools
_HEAVY = np.isin(BUILDING_CLASSES, ("rc_frame", "rc_tall", "industrial"))
#: people there may be at a site for each squad that works on it
_PEOPLE_A_SQUAD = 2
_HOUR_S = 3600.0


class Digging:
    """The fallen buildings of some zones, with people under them.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level.
    """

    skill = "dig"

    def __init__(self, ops: Operations, zones: Rows) -> None:
        self._ops = ops
        self._inside = ops.stage.people.residents.zones_within(zones)
        self._buried = ops.stage.people.population.trapped
        self._kind = ops.stage.world.buildings.building_class
        self._rules = QuakeRules()
        self._squads: dict[int, int] = {}
        self._searched: set[int] = set()
        self._taken: set[int] = set()
        self._about: dict[int, tuple[int, int, float, float]] = {}
        self._asked = Asked()

    def over(self) -> bool:
        """Whether nobody is known to lie under rubble any more."""
        return len(self._known(0.0)) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the sites that need more squads and that the unit has tools for."""
        return self._asked.once(self._ops.now_s, unit.kind, lambda: self._calls(unit))

    def _calls(self, unit: RescueTeam) -> list[Call]:
        known = self._known(parameter("rescue.site_known_after").si)
        known = known[~np.isin(self._buried.rows[known], list(self._taken))]
        known = known[~self._given_up(known)]
        building = self._buried.building[known]
        sites, first, count = np.unique(building, return_index=True, return_counts=True)
        since_s = self._ops.now_s - self._buried.since_s[known[first]]
        search_s = parameter("rescue.search_time").si
        return [
            self._call(unit, site, under_s, n, search_s)
            for site, under_s, n in zip(
                *map(np.ndarray.tolist, (sites, since_s, count)), strict=True
            )
            if self._squads.get(site, 0) * _PEOPLE_A_SQUAD < n and self._pace(unit, site) > 0
        ]

    def _given_up(self, known: Rows) -> Flags:
        """Return whose site has been searched and gives no sign of him."""
        searched = np.isin(self._buried.building[known], list(self._searched))
        living = np.isin(self._buried.rows[known], self._buried.living(self._ops.now_s))
        return np.asarray(searched & ~living)

    def _call(self, unit: RescueTeam, site: int, under_s: float, n: int, search_s: float) -> Call:
        if site not in self._about:
            self._about[site] = self._facts_of(site)
        node, zone, scale_s, usual_s = self._about[site]
        search_s = 0.0 if site in self._searched else search_s
        return Call(
            key=site,
            node=node,
            urgency=float(n),
            zone=zone,
            lives=float(n),
            scale_s=scale_s,
            shape=self._rules.survival_shape,
            since_s=under_s,
            work_s=(search_s + usual_s) / self._pace(unit, site),
        )

    def _facts_of(self, site: int) -> tuple[int, int, float, float]:
        """Return what never changes of a site: node, zone, how long people live, the work."""
        buildings = self._ops.stage.world.buildings
        scale_s = self._rules.survival_scale_s(self._kind[site : site + 1])
        where = int(buildings.node[site]), int(buildings.zone[site])
        return *where, float(scale_s[0]), self._usual_s(site)

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Count the unit's squads at the site."""
        self._asked.forget()
        self._squads[call.key] = self._squads.get(call.key, 0) + unit.spec.squads

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Take them away."""
        self._asked.forget()
        self._squads[call.key] -= unit.spec.squads

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Search, then dig for one after the other until nobody alive is left or the shift ends."""
        ops = self._ops
        pace = self._pace(unit, call.key) * unit.spec.squads
        if call.key not in self._searched:
            yield ops.env.timeout(parameter("rescue.search_time").si / unit.spec.squads)
            self._searched.add(call.key)
        while ops.now_s < unit.shift_ends_s:
            person = self._next(call.key)
            if person is None:
                return
            self._taken.add(person)
            self._asked.forget()
            try:
                yield ops.env.timeout(self._takes_s(person, call.key) / pace)
            finally:
                self._taken.discard(person)
                self._asked.forget()
            yield from self._bring_out(unit, person, order)

    def _bring_out(self, unit: RescueTeam, person: int, order: Deployment) -> Process:
        ops, people = self._ops, self._ops.stage.people
        row = np.array([person])
        zone = int(ops.stage.world.buildings.zone[self._site_of(person)])
        alive = self._is_alive(person)
        if not alive:
            return
        event = ops.log.add(
            ops.now_s, "people_extricated", unit.id, cause=unit.there, people=people.count(row),
            zone=str(ops.stage.world.zones.id[zone]) if zone >= 0 else "",
        )  # fmt: skip
        people.dig_out(row, cause=event)
        order.row.event["work"] = event
        order.row.detail["extricated"] = order.row.detail.get("extricated", 0) + people.count(row)
        yield ops.env.timeout(parameter("rescue.hand_over").si)

    def _is_alive(self, person: int) -> bool:
        """Whether a person is still buried and alive at this moment."""
        return bool(np.isin(person, self._buried.living(self._ops.now_s)))

    def _site_of(self, person: int) -> int:
        at = np.searchsorted(self._buried.rows, person)
        found = at < len(self._buried.rows) and self._buried.rows[at] == person
        return int(self._buried.building[at]) if found else 0

    def _known(self, after_s: float) -> Rows:
        """Return the places in the list of the buried of those known for so long."""
        buildings = self._ops.stage.world.buildings
        inside = self._inside[buildings.zone[self._buried.building]]
        told = self._buried.since_s + after_s <= self._ops.now_s
        return np.flatnonzero(inside & told)

    def _next(self, site: int) -> int | None:
        """Return who of those alive under a site is dug for next: the quickest to reach."""
        living = self._buried.living(self._ops.now_s)
        here = self._buried.rows[self._buried.building == site]
        open_now = [row for row in common(living, here).tolist() if row not in self._taken]
        return min(open_now, key=lambda row: self._takes_s(row, site), default=None)

    def _usual_s(self, site: int) -> float:
        least_s, most_s = self._range_s(site)
        return float(np.sqrt(least_s * most_s))

    def _range_s(self, site: int) -> tuple[float, float]:
        sort = "heavy" if _HEAVY[self._kind[site]] else "light"
        return parameter(f"rescue.{sort}_least").si, parameter(f"rescue.{sort}_most").si

    def _takes_s(self, person: int, site: int) -> float:
        """Return how long a trained squad digs for a row of residents, keyed by the person."""
        residents = self._ops.stage.people.residents
        least_s, most_s = self._range_s(site)
        luck = self._ops.stage.streams.at("rescue.extrication", 0, residents.id[[person]])[0]
        return float(least_s * (most_s / least_s) ** luck * residents.weight[person])

    def _pace(self, unit: RescueTeam, site: int) -> float:
        return unit.spec.dig_heavy if _HEAVY[self._kind[site]] else unit.spec.dig_light


def rescue_trapped(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams to dig people out; done when all that can come are at work."""
    yield from deploy(ops, command, row, lambda zones: Digging(ops, zones))
