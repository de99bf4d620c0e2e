"""Fires in the huts of straw in which people live outdoors after a shock, and whom they kill.

A family that has been in the open for some hours has a hut and a stove in it. Each hut catches fire
when the time that a flame has burnt in it exceeds a threshold of its own, drawn once; whoever of
the family is outdoors is inside it then. A hut burns once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.agents.harm import Toll
from sim.agents.harm_huts_rules import (
    ASLEEP_FROM_S,
    ASLEEP_TO_S,
    HutRules,
    burns_s,
    escape_s,
    flame_share,
    flashover_s,
    is_between,
)
from sim.agents.ledger import STATE
from sim.agents.residents import Residents, Rows
from sim.core.events import EventLog
from sim.core.rng import Streams

_DAY_S: Final = 86400.0


@dataclass(frozen=True)
class Huts:
    """What makes people in the open build huts and light stoves.

    Attributes
    ----------
    air_c : float
        Temperature of the air at night, degrees Celsius.
    cause : int
        The event that brought people out.
    """

    air_c: float
    cause: int = -1


class HutHarm:
    """Burns huts, and hurts those inside who do not get out in time.

    Parameters
    ----------
    residents : Residents
    rules : HutRules
    streams : Streams
    log : EventLog
        One ``huts_burnt`` a step in which some burnt.
    day_starts_s : float
        Local time of day at the start of the run, s since midnight.
    """

    def __init__(
        self,
        residents: Residents,
        rules: HutRules,
        streams: Streams,
        log: EventLog,
        *,
        day_starts_s: float,
    ) -> None:
        self._residents, self._rules, self._streams, self._log = residents, rules, streams, log
        self._day_starts_s, self._now_s = day_starts_s, 0.0
        homes = residents.homes
        self._out_s = np.zeros(homes.n)
        self._flame_s = np.zeros(homes.n)
        threshold = -np.log1p(-streams.at("people.hut_fire", 0, homes.id))
        builds = streams.at("people.builds_hut", 0, homes.id) < rules.share
        self._burns_at_s = np.where(builds, threshold / rules.fires_per_s, np.inf)

    def advance(self, to_s: float, huts: Huts) -> Toll:
        """Return whom the hut fires of the time since the last look kill and burn."""
        span_s, self._now_s = to_s - self._now_s, to_s
        somebody_out = np.zeros(self._residents.homes.n, dtype=bool)
        outdoors = self._residents.state == STATE["outdoors"]
        somebody_out[self._residents.household[outdoors]] = True
        out = np.flatnonzero(somebody_out)
        self._out_s[out] += span_s
        lives_in = out[self._out_s[out] >= self._rules.built_after]
        clock_s = (self._day_starts_s + to_s) % _DAY_S
        self._flame_s[lives_in] += span_s * flame_share(self._rules, clock_s, huts.air_c)
        burning = lives_in[self._flame_s[lives_in] >= self._burns_at_s[lives_in]]
        if len(burning) == 0:
            return Toll()
        self._burns_at_s[burning] = np.inf
        return self._burn(burning, to_s, clock_s, huts.cause)

    def _burn(self, households: Rows, to_s: float, clock_s: float, cause: int) -> Toll:
        residents = self._residents
        event = self._log.add(
            to_s, "huts_burnt", residents.world.id, cause=cause,
            huts=int(residents.homes.weight[households].sum()),
        )  # fmt: skip
        rows = residents.members_in(households, "outdoors")
        luck = self._streams.at("people.leaves_hut", 0, residents.id[rows])
        asleep = is_between(clock_s, ASLEEP_FROM_S, ASLEEP_TO_S)
        needs_s = escape_s(self._rules, luck, asleep=asleep)
        dead = needs_s > flashover_s(self._rules)
        burnt = ~dead & (needs_s > burns_s(self._rules))
        return Toll(dead=rows[dead], light=rows[burnt], cause=event)
