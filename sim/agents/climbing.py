"""Who climbs inside a building when water comes, or when told to, and who helps whom up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.decision_rules import ChoiceRules
from sim.agents.residents import Residents, Rows
from sim.core.rng import Streams


class Climbing:
    """Brings people at home up the stairs of their building.

    Parameters
    ----------
    residents : Residents
    rules : ChoiceRules
    streams : Streams
    """

    def __init__(self, residents: Residents, rules: ChoiceRules, streams: Streams) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams

    def climb(
        self, households: NDArray[np.int64], door_m: NDArray[np.float32]
    ) -> NDArray[np.int64]:
        """Bring people at home up before water enters their floor; return who went.

        They climb to the lowest dry storey their building has: able people, and those whom somebody
        able at home, or a neighbour, can help. Bedridden people are carried by two. Parameters as
        for `Choices.look_out`.
        """
        homes, rules = self._residents.homes, self._rules
        over_m = door_m - rules.floor_above_ground + rules.see_water
        wanted = 1 + np.ceil(over_m / rules.storey_height).astype(np.int64)
        lower = (over_m > 0) & (homes.storey[households] < wanted)
        return self._go_up(households[lower], wanted[lower])

    def climb_once(self, households: Rows) -> NDArray[np.int64]:
        """Bring people at home one storey above their home, as they were told; return who went."""
        return self._go_up(
            households, self._residents.homes.storey[households].astype(np.int64) + 1
        )

    def _go_up(self, households: Rows, wanted: NDArray[np.int64]) -> NDArray[np.int64]:
        if len(households) == 0:
            return np.zeros(0, dtype=np.int64)
        residents, homes = self._residents, self._residents.homes
        storeys = residents.world.buildings.storeys[homes.building[households]]
        luck = self._streams.at("people.climb", 0, homes.id[households])
        climbs = luck < self._rules.climb_share
        households, target = households[climbs], np.minimum(wanted, storeys)[climbs]
        rows = residents.members_at_home(households)
        place = np.searchsorted(households, residents.household[rows])
        helped = self._can_climb(rows, place) | self._neighbours_help(households)[place]
        up = (residents.storey[rows] < target[place]) & helped
        residents.storey[rows[up]] = target[place[up]]
        return rows[up]

    def _can_climb(self, rows: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whose household has helpers enough for all of it; ``place`` tells households."""
        residents = self._residents
        helpers = np.bincount(place, weights=residents.carers(rows))
        burden = residents.limited(rows).astype(np.int64) + residents.bedridden(rows)
        needed = np.bincount(place, weights=burden)
        alone = burden == 0
        return np.asarray(alone | (helpers >= needed)[place])

    def _neighbours_help(self, households: Rows) -> NDArray[np.bool_]:
        """Return which households neighbours would help up: of other homes in the same building."""
        residents, homes = self._residents, self._residents.homes
        luck = self._streams.at("people.neighbours_help", 0, homes.id[households])
        inside = np.zeros(residents.world.buildings.n, dtype=bool)
        inside[homes.building[households]] = True
        others = residents.homes_in(inside)
        able = others[residents.any_of(others, residents.carers)]
        hands = np.bincount(homes.building[able], minlength=len(inside))
        willing: NDArray[np.bool_] = luck < self._rules.neighbours_help
        own = residents.any_of(households, residents.carers)
        return willing & (hands[homes.building[households]] > own)
