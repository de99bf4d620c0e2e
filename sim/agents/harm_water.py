"""What water does to people: at home, on foot, in cars.

Deadly water is where people are submerged at home, where their house fails, and where they are
swept off the road on foot or in a car. There a part of each household dies (HEC-LifeSim). Short of
it, people standing in water at home nearly all live (the same); where it rises fast they die by
Jonkman's curve of depth, and people wading outdoors are hurt by the formula of FD2321. Chance is
drawn once for each person and way of coming to harm, never again at a later tick: a person who has
survived a depth survives it as long as it lasts, and only deeper or faster water can still hurt.
Whom shallow water kills, deeper water kills too. No water, no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import NO_ROWS, ON_THE_WAY, Toll
from sim.agents.harm_water_rules import (
    SHALLOWEST_FOR_CARS_M,
    HarmRules,
    building_fails,
    car_is_deadly,
    drowning_depth_m,
    group_mortality,
    injury_p,
    low_mortality,
    mortality,
)
from sim.agents.indoors import Indoors
from sim.agents.ledger import N_HOME_STATES
from sim.agents.residents import CAUGHT, MODES, Residents, Rows
from sim.agents.rising import STEP_M
from sim.core.rng import Streams
from sim.core.sets import union, without
from sim.kernels.water_safety import (
    ADULT,
    CHILD,
    hazard_class,
    hazard_rating,
    toppling_speed_m_per_s,
)
from sim.kernels.wet_houses import look_at_houses
from sim.world.tables import AGE_BANDS

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Water:
    """The water where people are.

    Attributes
    ----------
    building_depth_m, building_speed_m_per_s : (buildings,) float32
        On the ground outside.
    party_depth_m, party_speed_m_per_s : (households,) float32
        Where each household is on its road; 0 for those on none.
    cause : int
        The event that brought the water.
    """

    building_depth_m: NDArray[np.float32]
    building_speed_m_per_s: NDArray[np.float32]
    party_depth_m: NDArray[np.float32]
    party_speed_m_per_s: NDArray[np.float32]
    cause: int = -1


class WaterHarm:
    """Hurts residents by water.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
    rules : HarmRules
    streams : Streams
    badly : (people,) bool, optional
        Written in place: whom water has hurt badly.
    """

    def __init__(
        self,
        residents: Residents,
        indoors: Indoors,
        rules: HarmRules,
        streams: Streams,
        badly: Flags | None = None,
    ) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams
        self._indoors = indoors
        self._badly = np.zeros(residents.n, dtype=bool) if badly is None else badly
        n_buildings = residents.world.buildings.n
        self._wet_since_s = np.full(n_buildings, np.inf)
        self._failed = np.zeros(n_buildings, dtype=bool)
        self._next_m = np.full(n_buildings, STEP_M)
        self._risen = np.zeros(n_buildings, dtype=bool)
        self._found = np.zeros(n_buildings, dtype=np.int64)

    def advance(self, to_s: float, water: Water) -> Toll:
        """Return whom the water of now kills and hurts."""
        home_dead, home_hurt = self._at_home(to_s, water)
        road_dead, road_hurt, swept = self._on_the_way(water)
        dead = np.concatenate((home_dead, road_dead))
        hurt = without(np.concatenate((home_hurt, road_hurt)), dead)
        badly = self._person_luck("severe", hurt) < self._rules.severe_share
        self._badly[hurt[badly]] = True
        return Toll(dead, hurt[badly], hurt[~badly], swept)

    def _at_home(self, to_s: float, water: Water) -> tuple[Rows, Rows]:
        """Return who dies and who is hurt at home, or in a house beside the road."""
        rules, depth_m = self._rules, water.building_depth_m
        in_water, torn_down, worse = self._in_deep_water(to_s, water)
        if len(in_water) == 0:
            return NO_ROWS, NO_ROWS
        deep, fails = np.zeros((2, len(depth_m)), dtype=bool)
        deep[in_water], fails[in_water] = True, torn_down
        rows, building, storey = self._inside(deep, worse)
        inside_m = depth_m[building] - rules.floor_above_ground
        over_m = inside_m - (storey - 1.0) * rules.storey_height
        reached = (over_m > 0) | fails[building]
        if not reached.any():
            return NO_ROWS, NO_ROWS
        rows, building, over_m = rows[reached], building[reached], over_m[reached]
        submerged = over_m > self._drowning_depth_m(rows, building, storey[reached])
        deadly = submerged | fails[building]
        p = self._room_mortality(rows, over_m, building, to_s, depth_m)
        rate = group_mortality(rules, self._household_luck("group_home", rows))
        p = np.where(deadly, np.maximum(rate, p), p)
        dies = self._person_luck("dies_home", rows) < p
        return rows[dies], rows[deadly & ~dies]

    def _in_deep_water(self, to_s: float, water: Water) -> tuple[Rows, Flags, Rows]:
        """Return the buildings that water enters or tears down, and which of these it tears down.

        Last those of them in which the danger is greater than when people at home were last asked.
        """
        rules, depth_m, speed = self._rules, water.building_depth_m, water.building_speed_m_per_s
        n = look_at_houses(
            depth_m,
            speed,
            to_s,
            STEP_M,
            np.float32(rules.floor_above_ground),
            np.float32(rules.collapse_speed),
            self._wet_since_s,
            self._next_m,
            self._risen,
            self._found,
        )
        rows = self._found[:n]
        kinds = self._residents.world.buildings.building_class[rows]
        fails = building_fails(rules, depth_m[rows], speed[rows], kinds)
        deep = (depth_m[rows] > rules.floor_above_ground) | fails
        rows, fails = rows[deep], fails[deep]
        worse = rows[self._risen[rows] | (fails & ~self._failed[rows])]
        self._failed[rows] |= fails
        return rows, fails, worse

    def _inside(
        self, deep: Flags, worse: Rows
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
        """Return who is in danger indoors, in which building, and on which floor of it.

        At home, come in from the road, or there for the day; these are awake and led up to the top.

        Parameters
        ----------
        deep : (buildings,) bool
            Water stands in them, or tears them down.
        worse : (n,) int
            Those of them in which the danger is greater than when people at home were last asked.
        """
        residents, homes = self._residents, self._residents.homes
        at_home = residents.members_at_home(residents.homes_in(worse))
        back = self._indoors.just_in
        back = back[deep[homes.building[residents.household[back]]]]
        back = back[residents.state[back] < N_HOME_STATES]
        at_home = union(at_home[~self._indoors.away[at_home]], back)
        inside = np.flatnonzero(homes.upstairs)
        inside = inside[deep[homes.refuge[inside]]]
        guests = residents.members_in(inside, *CAUGHT)
        own = homes.building[residents.household[at_home]]
        others = homes.refuge[residents.household[guests]]
        visitors = self._indoors.visitors(deep)
        place = self._indoors.place_of(visitors)
        rows = np.concatenate((at_home, guests, visitors))
        storey = residents.storey[rows]
        storey[len(rows) - len(visitors) :] = residents.world.buildings.storeys[place]
        return rows, np.concatenate((own, others, place)), storey

    def _drowning_depth_m(
        self,
        rows: NDArray[np.int64],
        building: NDArray[np.int32],
        storey: NDArray[np.uint8],
    ) -> NDArray[np.float64]:
        residents = self._residents
        storeys = residents.world.buildings.storeys[building]
        return drowning_depth_m(
            self._rules,
            self._person_luck("submerged", rows),
            self._household_luck("roof", rows),
            limited=residents.limited(rows),
            top_storey=storey >= storeys,
        )

    def _room_mortality(
        self,
        rows: NDArray[np.int64],
        over_m: NDArray[np.float64],
        building: NDArray[np.int32],
        to_s: float,
        depth_m: NDArray[np.float32],
    ) -> NDArray[np.float64]:
        """Return the mortality of people by the water above the floor they are on."""
        rules = self._rules
        hours = np.maximum(to_s - self._wet_since_s[building], 1.0) / 3600
        rapid = (depth_m[building] / hours >= rules.rising_rate) & (over_m >= rules.rising_depth)
        slow_p = rules.mortality_share * mortality(rules, over_m)
        slow_p = np.maximum(slow_p, low_mortality(self._household_luck("group_low", rows)))
        return np.where(rapid, np.maximum(mortality(rules, over_m, "rapid"), slow_p), slow_p)

    def _on_the_way(self, water: Water) -> tuple[Rows, Rows, Rows]:
        """Return who dies, who is hurt, and which households, or their cars, are swept away."""
        residents, homes = self._residents, self._residents.homes
        rows = residents.members_in(np.flatnonzero(water.party_depth_m > 0), *ON_THE_WAY)
        if len(rows) == 0:
            return NO_ROWS, NO_ROWS, NO_ROWS
        party = residents.household[rows]
        depth_m = water.party_depth_m[party].astype(np.float64)
        speed_m_per_s = water.party_speed_m_per_s[party].astype(np.float64)
        on_foot = homes.mode[party] == MODES.index("foot")
        outside = ~residents.upstairs(rows)
        walks, rides = on_foot & outside, ~on_foot & (depth_m >= SHALLOWEST_FOR_CARS_M)
        swept, falls = np.zeros((2, len(rows)), dtype=bool)
        if walks.any():
            there = rows[walks], depth_m[walks], speed_m_per_s[walks]
            swept[walks] = self._topples(*there)
            falls[walks] = self._falls(*there)
        if rides.any():
            swept[rides] = self._car_goes(rows[rides], depth_m[rides], speed_m_per_s[rides])
        if not (swept.any() or falls.any()):
            return NO_ROWS, NO_ROWS, NO_ROWS
        met = rows[swept & outside]
        rate = group_mortality(self._rules, self._household_luck("group_road", met))
        dies = self._person_luck("dies_road", met) < rate
        hurt = np.concatenate((met[~dies], rows[falls & ~swept]))
        return met[dies], hurt, residents.households_of(rows[swept])

    def _topples(
        self,
        rows: NDArray[np.int64],
        depth_m: NDArray[np.float64],
        speed_m_per_s: NDArray[np.float64],
    ) -> Flags:
        child = self._residents.age[rows] == AGE_BANDS.index("0-14")
        stands = np.where(
            child, toppling_speed_m_per_s(depth_m, CHILD), toppling_speed_m_per_s(depth_m, ADULT)
        )
        topples: Flags = speed_m_per_s >= stands
        return topples

    def _car_goes(
        self,
        rows: NDArray[np.int64],
        depth_m: NDArray[np.float64],
        speed_m_per_s: NDArray[np.float64],
    ) -> Flags:
        residents = self._residents
        mode = residents.homes.mode[residents.household[rows]]
        high = self._household_luck("clearance", rows) < self._rules.high_cars
        return car_is_deadly(
            self._rules,
            depth_m,
            speed_m_per_s,
            self._household_luck("car", rows),
            high_clearance=high | (mode == MODES.index("bus")),
        )

    def _falls(
        self,
        rows: NDArray[np.int64],
        depth_m: NDArray[np.float64],
        speed_m_per_s: NDArray[np.float64],
    ) -> Flags:
        rating = hazard_rating(depth_m, speed_m_per_s)
        danger = hazard_class(rating)
        in_danger = (danger >= 2) | ((danger >= 1) & self._residents.frail(rows))
        return in_danger & (self._person_luck("fall", rows) < injury_p(self._rules, rating))

    def _person_luck(self, purpose: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._streams.at(f"people.harm_{purpose}", 0, self._residents.id[rows])

    def _household_luck(self, purpose: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        homes = self._residents.homes.id[self._residents.household[rows]]
        return self._streams.at(f"people.harm_{purpose}", 0, homes)
