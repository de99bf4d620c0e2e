"""People under fallen buildings: how long they live, who gets out alone, whom neighbours dig out.

Each draws at once, keyed by the person, how long he lives under the rubble, whether and when he
gets out alone, and how much digging he takes. Who is alive at the end therefore emerges from who is
dug out when: a team that comes a day earlier finds those alive who would have died that day.
Neighbours dig by the number of able people left in the community for each one still buried; teams
come through `dig_out`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import Toll
from sim.agents.harm_quake_rules import QuakeRules
from sim.agents.ledger import STATE
from sim.agents.residents import Residents, Rows
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.core.sets import common

_DAY_S: Final = 86400.0
#: who is near enough and free to dig
_CAN_DIG: Final = ("at_home", "preparing", "waiting", "outdoors", "sheltered")


@dataclass(frozen=True)
class Rubble:
    """Fallen buildings with people under them.

    Attributes
    ----------
    cause : int
        The event that buried somebody last.
    """

    cause: int = -1


@dataclass
class _Buried:
    """One row a person under rubble now, sorted by row of `Residents`."""

    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    building: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    since_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    dies_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    frees_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    digging: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        """Forget all but some."""
        for name, column in vars(self).items():
            setattr(self, name, column[chosen])

    def add(self, more: _Buried) -> None:
        """Take in more, none of whom is here."""
        order = np.argsort(np.concatenate((self.rows, more.rows)), kind="stable")
        for name, column in vars(self).items():
            setattr(self, name, np.concatenate((column, getattr(more, name)))[order])


class Trapped:
    """The buried of a run.

    Parameters
    ----------
    residents : Residents
    rules : QuakeRules
    streams : Streams
    log : EventLog
        ``people_trapped`` a shock and ``people_dug_out`` a tick, with counts of residents.

    Attributes
    ----------
    cause : int
        The event that buried somebody last; -1 before any.
    """

    def __init__(
        self, residents: Residents, rules: QuakeRules, streams: Streams, log: EventLog
    ) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams
        self._log = log
        self._buried = _Buried()
        self._now_s = 0.0
        self._fates: list[tuple[str, Rows, NDArray[np.int32], NDArray[np.float64], float]] = []
        self.cause = -1

    @property
    def rows(self) -> NDArray[np.int64]:
        """People under rubble now, sorted rows of `Residents`."""
        return self._buried.rows

    @property
    def building(self) -> NDArray[np.int32]:
        """The building each of `rows` lies under."""
        return self._buried.building

    @property
    def since_s(self) -> NDArray[np.float64]:
        """When each of `rows` was trapped."""
        return self._buried.since_s

    def bury(self, rows: Rows, building: NDArray[np.int32], to_s: float, *, cause: int) -> None:
        """Trap living people under buildings that have just fallen."""
        if len(rows) == 0:
            return
        people = int(self._residents.weight[rows].sum())
        self.cause = self._log.add(to_s, "people_trapped", "rubble", cause=cause, people=people)
        rules, ids = self._rules, self._residents.id[rows]
        kinds = self._residents.world.buildings.building_class[building]
        lives_s = rules.survives_s(kinds, self._luck("survives", ids))
        alone = self._luck("frees_himself", ids) < rules.self_rescue
        takes_s = -rules.self_rescue_time * np.log1p(-self._luck("frees_after", ids))
        work = -np.log1p(-self._luck("digging", ids)) / np.maximum(rules.by_hand(kinds), 1e-9)
        more = _Buried(
            np.asarray(rows, dtype=np.int64),
            np.asarray(building, dtype=np.int32),
            np.full(len(rows), to_s),
            to_s + lives_s,
            np.where(alone, to_s + takes_s, np.inf),
            work,
        )
        self._residents.move(rows, "trapped", cause=self.cause)
        self._residents.outside[rows] = False
        self._buried.add(more)

    def advance(self, to_s: float, rubble: Rubble) -> Toll:
        """Go on to a time: people die, get out alone, are dug out by neighbours."""
        span_s, self._now_s = to_s - self._now_s, to_s
        buried = self._buried
        self._note("died", self._residents.state[buried.rows] == STATE["dead"])
        buried.keep(self._residents.state[buried.rows] == STATE["trapped"])
        if len(buried.rows) == 0:
            return Toll()
        buried.digging -= self._dug(buried, span_s)
        alone = buried.frees_s <= np.minimum(buried.dies_s, to_s)
        dies = (buried.dies_s <= to_s) & ~alone
        helped = (buried.digging <= 0) & ~dies & ~alone
        dead = buried.rows[dies]
        for how, chosen in (("alone", alone), ("neighbours", helped), ("died", dies)):
            self._note(how, chosen)
        self._free(buried.rows[alone], buried.rows[helped], to_s, rubble.cause)
        buried.keep(~(alone | dies | helped))
        return Toll(dead=dead)

    def living(self, at_s: float) -> NDArray[np.int64]:
        """Return those of `rows` who are alive at a moment; nobody knows it from above."""
        return self._buried.rows[self._buried.dies_s > at_s]

    def dig_out(self, rows: Rows, to_s: float, *, cause: int) -> NDArray[np.int64]:
        """Let a team bring people into the open; returns those who were still buried and alive."""
        out = common(rows, self.living(to_s)).astype(np.int64)
        self._residents.go_out(out, cause=cause)
        self._note("team", np.isin(self._buried.rows, out), to_s)
        self._buried.keep(~np.isin(self._buried.rows, out))
        return out

    def _note(self, how: str, chosen: NDArray[np.bool_], at_s: float | None = None) -> None:
        """Keep what became of some of the buried."""
        if chosen.any():
            buried, end_s = self._buried, self._now_s if at_s is None else at_s
            where, since_s = buried.building[chosen], buried.since_s[chosen]
            self._fates.append((how, buried.rows[chosen], where, since_s, end_s))

    def fates(self) -> dict[str, NDArray[Any]]:
        """Return one row a resident who was ever buried: where, since when, until when, and how.

        ``how`` is ``team``, ``neighbours``, ``alone``, ``died``, or ``buried`` to this day.
        """
        buried = self._buried
        still = ("buried", buried.rows, buried.building, buried.since_s, np.nan)
        parts = [*self._fates, still]
        rows = np.concatenate([rows for _, rows, *_ in parts])
        return {
            "row": rows,
            "weight": self._residents.weight[rows],
            "building": np.concatenate([part[2] for part in parts]),
            "since_s": np.concatenate([part[3] for part in parts]),
            "end_s": np.concatenate([np.full(len(part[1]), part[4]) for part in parts]),
            "how": np.concatenate([np.full(len(part[1]), part[0], object) for part in parts]),
        }

    def _dug(self, buried: _Buried, span_s: float) -> NDArray[np.float64]:
        """Return how much neighbours have dug for each of the buried since the last look.

        One unit frees a person on average. All who can in a community share its buried evenly, and
        nobody is freed faster than ``least_dig`` on average.
        """
        residents, rules = self._residents, self._rules
        zone = residents.world.buildings.zone[buried.building]
        homes_zone = residents.homes.zone[residents.household]
        n_zones = residents.world.zones.n + 1
        diggers = self._diggers()
        weight = residents.weight
        hands = np.bincount(homes_zone[diggers] % n_zones, weight[diggers], minlength=n_zones)
        below = np.bincount(zone % n_zones, weight[buried.rows], minlength=n_zones)
        wanted = rules.dug_out_a_day / _DAY_S * hands / np.maximum(below, 1.0)
        pace_per_s = np.minimum(wanted, 1.0 / rules.least_dig)
        spent_s = np.clip(self._now_s - buried.since_s, 0.0, span_s)
        return np.asarray(pace_per_s[zone % n_zones] * spent_s)

    def _diggers(self) -> NDArray[np.int64]:
        from_states = self._residents.in_states(*_CAN_DIG)
        return from_states[self._residents.fit(from_states)]

    def _free(self, alone: Rows, helped: Rows, to_s: float, cause: int) -> None:
        weight = self._residents.weight
        counts = {"alone": int(weight[alone].sum()), "by_neighbours": int(weight[helped].sum())}
        if any(counts.values()):
            event = self._log.add(to_s, "people_dug_out", "rubble", cause=cause, **counts)
            self._residents.go_out(np.concatenate((alone, helped)), cause=event)

    def _luck(self, purpose: str, ids: NDArray[np.int32]) -> NDArray[np.float64]:
        return self._streams.at(f"people.trapped_{purpose}", 0, ids)
