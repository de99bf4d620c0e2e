"""Out of buildings and in again: after shaking, on an order, from a fire; and cold nights there.

People leave a building that shakes: nearly all one that is damaged, many a sound one. Those of
sound buildings go back in the course of hours, some go back into damaged ones, and there the next
aftershock finds them. An order to shelter outdoors brings households out before any shock, and
keeps them out for its time. A night in the open below freezing hurts in proportion to time and
cold; who is in a shelter is spared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import Toll
from sim.agents.indoors import Indoors
from sim.agents.ledger import STATE
from sim.agents.residents import Residents, Rows
from sim.core.rng import Streams
from sim.scenario.base import Part, Share, Span_s
from sim.scenario.parameters import catalogued
from sim.world.states import DAMAGE_STATES

_MODERATE: Final = DAMAGE_STATES.index("moderate")
_DAY_S: Final = 86400.0
#: what the catalogue's harm of one night stands for: 10 h at 20 degrees below freezing
_NIGHT_DEGREE_S: Final = 20.0 * 10 * 3600
#: hours of the night that count, from and to
_NIGHT_FROM_S, _NIGHT_TO_S = 20 * 3600.0, 8 * 3600.0


class OutdoorRules(Part):
    """Who is outdoors and what cold does; parameter catalogue, topic ``outdoors``."""

    leave_damaged: Share = catalogued("outdoors.leave_damaged")
    leave_shaken: Share = catalogued("outdoors.leave_shaken")
    go_back_half_time: Span_s = catalogued("outdoors.go_back_half_time")
    go_back_damaged: Share = catalogued("outdoors.go_back_damaged")
    frostbite_per_night: Share = catalogued("outdoors.frostbite_per_night")
    cold_death_per_night: Share = catalogued("outdoors.cold_death_per_night")
    cold_from: float = catalogued("outdoors.cold_from")


@dataclass(frozen=True)
class Cold:
    """The air people are in.

    Attributes
    ----------
    air_c : float
        Temperature at night, degrees Celsius.
    cause : int
        The event that brought people out.
    """

    air_c: float
    cause: int = -1


class Outdoors:
    """Moves people out of buildings and in again.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
    rules : OutdoorRules
    streams : Streams
    """

    def __init__(
        self, residents: Residents, indoors: Indoors, rules: OutdoorRules, streams: Streams
    ) -> None:
        self._residents, self._indoors = residents, indoors
        self._rules, self._streams = rules, streams
        self._back_s = np.full(residents.n, np.inf, dtype=np.float32)
        self._hold_s = np.zeros(residents.homes.n, dtype=np.float32)
        self._damaged = np.zeros(residents.world.buildings.n, dtype=bool)
        self._ruined = np.zeros(residents.world.buildings.n, dtype=bool)
        self._shocks = 0

    def ruin(self, buildings: NDArray[np.bool_]) -> None:
        """Note buildings, fallen or burning, to which nobody goes back."""
        self._ruined |= buildings

    def shaken(
        self, felt: NDArray[np.bool_], damage: NDArray[np.uint8], to_s: float, *, cause: int
    ) -> NDArray[np.int64]:
        """Let people run out of buildings that shook; returns who did.

        Parameters
        ----------
        felt : (buildings,) bool
            Shook hard enough for people to run outdoors.
        damage : (buildings,) uint8
        """
        self._shocks += 1
        rows, building = self._indoors.of(felt, to_s)
        self._damaged = damage >= _MODERATE
        p = np.where(self._damaged[building], self._rules.leave_damaged, self._rules.leave_shaken)
        leaves = (self._luck("runs_out", rows) < p) & self.gets_out(rows)
        out = rows[leaves]
        half_s = self._rules.go_back_half_time
        after_s = -half_s * np.log2(1 - self._luck("goes_back", out))
        self._residents.go_out(out, cause=cause)
        self._back_s[out] = to_s + after_s
        return out

    def called_out(self, households: Rows, to_s: float, until_s: float, *, cause: int) -> Rows:
        """Bring households into the open on an order, to stay there until a time."""
        self._hold_s[households] = np.maximum(self._hold_s[households], until_s)
        rows = self._residents.members_in(households, "at_home")
        out = rows[self.gets_out(rows)]
        self._residents.go_out(out, cause=cause)
        self._back_s[out] = until_s
        return out

    def burnt_out(self, rows: Rows, *, cause: int) -> None:
        """Bring people out of a burning building, to which they will not return."""
        self._residents.go_out(rows, cause=cause)
        self._back_s[rows] = np.inf

    def advance(self, to_s: float) -> NDArray[np.int64]:
        """Let people go back in whose time has come; returns who did."""
        residents = self._residents
        if not residents.ledger.of("outdoors"):
            return np.zeros(0, dtype=np.int64)
        rows = np.flatnonzero(residents.state == STATE["outdoors"])
        free = (self._back_s[rows] <= to_s) & (self._hold_s[residents.household[rows]] <= to_s)
        back = rows[free]
        back = back[self._fit_to_enter(back)]
        residents.go_in(back, cause=residents.moved_by[back])
        self._indoors.settle(back)
        return back

    def _fit_to_enter(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whose home stands, and is sound or entered all the same."""
        homes = self._residents.homes
        household = self._residents.household[rows]
        home = homes.building[household]
        luck = self._streams.at("people.returns_anyway", 0, homes.id[household])
        dares = luck < self._rules.go_back_damaged
        return ~self._ruined[home] & (~self._damaged[home] | dares)

    def gets_out(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return who can walk out, or is carried out by somebody fit of the household at home."""
        residents = self._residents
        helped = np.zeros(residents.homes.n, dtype=bool)
        helped[residents.household[rows[residents.carers(rows)]]] = True
        return ~residents.limited(rows) | helped[residents.household[rows]]

    def _luck(self, purpose: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Draw once a household and shock: families stay together."""
        homes = self._residents.homes.id[self._residents.household[rows]]
        return self._streams.at(f"people.{purpose}", self._shocks, homes)


class ColdHarm:
    """Hurts people who spend nights in the open below freezing.

    Everybody gathers degrees times seconds of cold; the share hurt by so much is
    ``1 - exp(-dose / scale)``, and each person has one draw for the whole run.

    Parameters
    ----------
    residents : Residents
    rules : OutdoorRules
    streams : Streams
    day_starts_s : float
        Local time of day at the start of the run, s since midnight.
    """

    def __init__(
        self, residents: Residents, rules: OutdoorRules, streams: Streams, *, day_starts_s: float
    ) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams
        self._day_starts_s, self._now_s = day_starts_s, 0.0
        self._dose = np.zeros(residents.n, dtype=np.float32)

    def advance(self, to_s: float, cold: Cold) -> Toll:
        """Return whom the cold of the time since the last look kills and hurts."""
        span_s, self._now_s = to_s - self._now_s, to_s
        below = self._rules.cold_from - cold.air_c
        if below <= 0 or not self._residents.ledger.of("outdoors") or not self._is_night(to_s):
            return Toll()
        rows = np.flatnonzero(self._residents.state == STATE["outdoors"])
        self._dose[rows] += below * span_s
        nights = self._dose[rows].astype(np.float64) / _NIGHT_DEGREE_S
        luck = self._streams.at("people.cold", 0, self._residents.id[rows])
        dead = luck < _share(self._rules.cold_death_per_night, nights)
        both = self._rules.cold_death_per_night + self._rules.frostbite_per_night
        bitten = ~dead & (luck < _share(both, nights))
        return Toll(dead=rows[dead], light=rows[bitten])

    def _is_night(self, to_s: float) -> bool:
        clock_s = (self._day_starts_s + to_s) % _DAY_S
        return clock_s >= _NIGHT_FROM_S or clock_s < _NIGHT_TO_S


def _share(per_night: float, nights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share hurt after so many nights."""
    return np.asarray(-np.expm1(np.log1p(-per_night) * nights))
