"""Where everybody is at this moment: the daily round, what has disturbed it, and the way home.

By day people are at work, at school, in shops or in the open. The alarm reaches them there by their
own telephone, and by what sounds in the street where the same message is out; the water, the smoke
and the gas of that place meet them. When their household resolves to leave, they leave what they
are doing, go home and set out together: families gather before they go in daytime emergencies
without long notice (Liu, Murray-Tuite and Schweitzer 2012, Transportation Research A 46, 48-67),
and guidance for evacuation times adds the way home of commuters to the time of getting ready
(NUREG/CR-7002, chapter 4). Whose household stays comes home when the working day ends. Nobody goes
out any more who has heard of an orange or red warning, or who sees the water or the fire.

The way home takes time but is not travelled on the roads: until it is over people count as where
they were, and no water holds them up.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import N_HOME_STATES, STATE
from sim.agents.residents import SEES_FIRE, SEES_WATER, Residents
from sim.agents.whereabouts import IN_THE_OPEN, Whereabouts, asleep
from sim.core.rng import Streams
from sim.scenario.parameters import parameter

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
#: from this colour on nobody goes to work or school: a red signal for heavy rain closes both, an
#: orange one lets them close (China Meteorological Administration, order 16 of 2007, annex)
_ORANGE: Final = 3
#: it is noted this often who is out
LOOK_S: Final = 600.0


class Indoors:
    """People in buildings and out of them; found when a hazard, a warning or a decision asks.

    Whoever is ``at_home`` and was never called from there follows his daily round; who prepares to
    leave, waits, or has come in again after shaking is at home, unless he is still on his way
    there; who is outside is in no building.

    Parameters
    ----------
    residents : Residents
    streams : Streams
    day_starts_s : float
        Local time of day at the start of the run, s since midnight.

    Attributes
    ----------
    away : (people,) bool
        Who is out of home by the hour, or on his way back, as of the last `look`.
    place : (people,) int32
        The building each was in at the last look, `IN_THE_OPEN` for none; meant for who is `away`.
    just_in : (n,) int
        Who has come home since the look before.
    n_looks : int
        Grows whenever `away` may have changed.
    home_s : (people,) float32
        When each who had been out came home last; infinity when never.
    """

    def __init__(self, residents: Residents, streams: Streams, *, day_starts_s: float) -> None:
        self._residents, self._streams = residents, streams
        self._day_starts_s = day_starts_s
        self._home = residents.homes.building[residents.household]
        self._settled = np.zeros(residents.n, dtype=bool)
        self.away = np.zeros(residents.n, dtype=bool)
        self.n_looks = 0
        self.home_s = np.full(residents.n, np.inf, dtype=np.float32)
        self.just_in: Rows = np.zeros(0, dtype=np.int64)
        self._out, self._as_of = self.just_in, 0
        self.place = self._home.astype(np.int32)
        self._there = np.zeros(0, dtype=np.int32)
        self._look_again_s = -np.inf
        self._coming: Rows = np.zeros(0, dtype=np.int64)
        self._back_s = np.full(residents.n, np.inf)

    @cached_property
    def _round(self) -> Whereabouts:
        return Whereabouts(self._residents, self._streams)

    # -- who is where ---------------------------------------------------------------------------

    def look(self, to_s: float) -> None:
        """Note who is away from home at this hour, and who has come back."""
        self._let_in(to_s)
        self._look_round(to_s)
        if self._as_of == self.n_looks:
            self.just_in = self.just_in[:0]
            return
        self.just_in = self._out[~self.away[self._out]]
        self._out, self._as_of = np.flatnonzero(self.away), self.n_looks
        self._there = self.place[self._out]
        state, outside = self._residents.state[self.just_in], self._residents.outside[self.just_in]
        self.home_s[self.just_in[(state < N_HOME_STATES) & ~outside]] = to_s

    def _look_round(self, to_s: float) -> None:
        if to_s < self._look_again_s:
            return
        self._look_again_s = to_s + LOOK_S
        if asleep(self._day_starts_s + to_s) and not self.away.any():
            return
        residents = self._residents
        self.place = self.buildings(to_s)
        near_home = (residents.state < N_HOME_STATES) & ~residents.outside
        away = near_home & (self.place != self._home)
        stay = away & ~self.away & self._alarmed()
        self.away = away & ~stay
        self.settle(np.flatnonzero(stay))

    def _alarmed(self) -> NDArray[np.bool_]:
        """Return whose household has heard of an orange or red warning, or sees water or fire."""
        homes = self._residents.homes
        alarmed = (homes.level >= _ORANGE) | ((homes.flags & (SEES_WATER | SEES_FIRE)) > 0)
        return np.asarray(alarmed[self._residents.household])

    def _let_in(self, to_s: float) -> None:
        """Bring home those whose way there is over."""
        back = self._back_s[self._coming] <= to_s
        if back.any():
            self.settle(self._coming[back])
            self._coming = self._coming[~back]

    def settle(self, rows: Rows) -> None:
        """Keep people at home from now on: their daily round is over for this run."""
        self._settled[rows] = True
        self.away[rows] = False
        self.n_looks += 1

    def buildings(self, to_s: float) -> NDArray[np.int32]:
        """Return the building each resident is in; `IN_THE_OPEN` for none."""
        residents, home = self._residents, self._home
        at_large = (residents.state == STATE["at_home"]) & ~self._settled
        place = np.where(at_large, self._round.buildings(self._day_starts_s + to_s), home)
        coming = self._coming[self.away[self._coming]]
        place[coming] = self.place[coming]
        near_home = (residents.state < N_HOME_STATES) & ~residents.outside
        return np.where(near_home, place, IN_THE_OPEN).astype(np.int32)

    def of(self, chosen: NDArray[np.bool_], to_s: float) -> tuple[Rows, NDArray[np.int32]]:
        """Return the people in some buildings (rows), and the building of each."""
        place = self.buildings(to_s)
        rows = np.flatnonzero(chosen[place] & (place != IN_THE_OPEN))
        return rows, place[rows]

    def place_of(self, rows: Rows) -> NDArray[np.int32]:
        """Return where people who are `away` were at the last look; `IN_THE_OPEN` for nowhere."""
        return self.place[rows]

    def visitors(self, chosen: NDArray[np.bool_]) -> Rows:
        """Return who is in some buildings that are not his home, as of the last look."""
        rows = self._out[(self._there != IN_THE_OPEN) & chosen[self._there]]
        there: Rows = rows[self.away[rows] & (self._residents.state[rows] < N_HOME_STATES)]
        return there

    def with_somebody_in(self, households: Rows) -> Rows:
        """Return those of some households (sorted) of whom somebody is at home now indeed."""
        if not self.away.any():
            return households
        state = self._residents.state
        found: Rows = households[
            self._residents.any_of(
                households, lambda rows: (state[rows] < N_HOME_STATES) & ~self.away[rows]
            )
        ]
        return found

    # -- the way home ---------------------------------------------------------------------------

    def call_home(self, households: Rows, to_s: float) -> tuple[Floats, Floats]:
        """Call those who are away; return when the first and the last of each household are in.

        Now, where nobody is away. Households are sorted.
        """
        first_s, last_s = np.full((2, len(households)), to_s)
        rows = self._residents.members_at_home(households)
        away = self.away[rows]
        if not away.any():
            return first_s, last_s
        back_s = np.full(len(rows), to_s)
        back_s[away] = self._set_out(rows[away], to_s)
        place = np.searchsorted(households, self._residents.household[rows])
        np.maximum.at(last_s, place, back_s)
        first_s[:] = last_s
        np.minimum.at(first_s, place, back_s)
        return first_s, last_s

    def send_home(self, rows: Rows, to_s: float) -> None:
        """Let people stay at home from now on; who is away goes there first."""
        self._set_out(rows[self.away[rows]], to_s)
        self.settle(rows[~self.away[rows]])

    def _set_out(self, rows: Rows, to_s: float) -> Floats:
        """Let people who are away go home; return when each is there."""
        self._coming = np.concatenate((self._coming, rows[np.isinf(self._back_s[rows])]))
        self._back_s[rows] = np.minimum(self._back_s[rows], to_s + self._way_home_s(rows))
        return self._back_s[rows]

    def _way_home_s(self, rows: Rows) -> Floats:
        """Return how long people take to leave what they are doing and to be at home."""
        buildings = self._residents.world.buildings
        at, home = self.place[rows], self._home[rows]
        away_m = np.hypot(
            buildings.x_m[at] - buildings.x_m[home], buildings.y_m[at] - buildings.y_m[home]
        ) * parameter("shelters.detour").si  # fmt: skip
        away_m = np.where(at == IN_THE_OPEN, parameter("residents.way_to_work").si, away_m)
        way_s: Floats = away_m / parameter("residents.way_home_speed").si
        return parameter("residents.leave_work").si + way_s
