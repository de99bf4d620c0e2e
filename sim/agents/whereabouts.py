"""Where people are by the hour of day: at home, at school, at work, in shops, in the open.

Sudden hazards find people where the hour has brought them. The map says how many are inside each
building at four hours of a working day; between them the share changes linearly, and whoever was
out is home for the hours of sleep. Of each home
building so many of its people are out as the map says: pupils and those of working age first by
day, those of working age first from mid-afternoon on, and never those who need help to move. Who is
out is in one building of his own choice, at school in his own town, or in the open. A town draws by
the room in its buildings, and the less the further away it is (Huff's model, 1963). Every choice is
keyed by the person, so nobody's whereabouts depend on anybody outside the building he lives in.

`sim.agents.indoors` says what disturbs the round.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.residents import Residents
from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.kernels.people import daily_round
from sim.scenario.parameters import parameter
from sim.world.tables import AGE_BANDS, BUILDING_USES, MOBILITIES, OCCUPANCY_HOURS

Floats = NDArray[np.float64]
Buildings = NDArray[np.int32]

#: nowhere: on the street, in a field, or not near home at all
IN_THE_OPEN: Final = -1
_DAY_S: Final = 86400.0
#: from this hour on pupils come home before those who work
_SCHOOL_ENDS_S: Final = 15 * 3600.0
#: hours of sleep, in which all who live somewhere are there: 9 h 19 min on the mean of all ages in
#: China's time use survey of 2018, recalled, from 22:00 on
_NIGHT_ENDS_H, _NIGHT_BEGINS_H = 6.0, 22.0
_SCHOOL, _HOME = BUILDING_USES.index("school"), BUILDING_USES.index("home")
_CHILD, _WORKING = AGE_BANDS.index("0-14"), AGE_BANDS.index("15-59")
_STAYS: Final = MOBILITIES.index("assisted")
#: later than everybody: is never out
_NEVER: Final = 2.0


def asleep(day_s: float) -> bool:
    """Whether everybody is at home at a time of day, s since some midnight."""
    return not _NIGHT_ENDS_H < day_s / 3600 % 24 < _NIGHT_BEGINS_H


class Whereabouts:
    """The daily round of all residents, while nothing has disturbed it.

    Attributes
    ----------
    day_place : (people,) int32
        The building each is in when out and indoors; -1 where the map has none for him.
    """

    def __init__(self, residents: Residents, streams: Streams) -> None:
        self._residents = residents
        buildings = residents.world.buildings
        self._home = residents.homes.building[residents.household]
        self._is_home = buildings.use == _HOME
        self._is_school = buildings.use == _SCHOOL
        self._inside = np.array(
            [getattr(buildings, f"occupants_{hour:02d}") for hour in OCCUPANCY_HOURS], float
        ).reshape(len(OCCUPANCY_HOURS), buildings.n)
        self._homes, self._schools, self._others = map(
            np.flatnonzero,
            (self._is_home, self._is_school, ~self._is_school & ~self._is_home),
        )
        self._most_in_school = self._inside[:, self._schools].sum(1).max()
        self._child = residents.age == _CHILD
        self._rounding = streams.page("people.out_of_home", 0, buildings.n)
        luck = streams.at("people.out", 0, residents.id)
        working = residents.age == _WORKING
        self._out_by_day = self._ranked(np.select([self._child, working], [0, 1], 2) + luck)
        self._out_late = self._ranked(np.select([working, self._child], [0, 1], 2) + luck)
        self._indoors = streams.at("people.indoors", 0, residents.id)
        self.day_place = self._chosen(streams)

    def buildings(self, day_s: float) -> Buildings:
        """Return the building each resident is in at a time of day; `IN_THE_OPEN` for none."""
        inside = self._inside_at(day_s)
        night = self._inside[0]
        out_share = 1 - np.divide(inside, night, out=np.ones_like(night), where=night > 0)
        late = day_s % _DAY_S >= _SCHOOL_ENDS_S
        rank = self._out_late if late else self._out_by_day
        of_pupils, of_others = self._indoor_shares(inside)
        return daily_round(
            rank,
            out_share,
            self._home,
            self.day_place,
            self._indoors,
            self._child,
            of_pupils,
            of_others,
            IN_THE_OPEN,
        )

    def _inside_at(self, day_s: float) -> Floats:
        """Return how many are in each building at a time of day, linear between the map's hours."""
        hour = day_s / 3600 % 24
        hours = np.array([_NIGHT_ENDS_H, *OCCUPANCY_HOURS[1:], _NIGHT_BEGINS_H])
        if asleep(day_s):
            return np.asarray(self._inside[0])
        after = int(np.searchsorted(hours, hour, "right"))
        share = (hour - hours[after - 1]) / (hours[after] - hours[after - 1])
        late = self._inside[after % len(OCCUPANCY_HOURS)]
        return np.asarray(self._inside[after - 1] * (1 - share) + late * share)

    def _indoor_shares(self, inside: Floats) -> tuple[float, float]:
        """Return which share of the pupils who are out, and of the others, is in a building."""
        in_school, elsewhere = inside[self._schools].sum(), inside[self._others].sum()
        out = (self._inside[0, self._homes] - inside[self._homes]).sum() - in_school
        return (
            float(in_school / self._most_in_school) if self._most_in_school > 0 else 0.0,
            float(min(1.0, elsewhere / out)) if out > 0 else 0.0,
        )

    def _ranked(self, order: Floats) -> Floats:
        """Return for each person the share of the building's people who go out before him.

        One draw a building rounds parts of people up or down, so that the means are exact.
        """
        residents, weight = self._residents, self._residents.weight.astype(np.float64)
        by_home = np.lexsort((order, self._home))
        homes, people = self._home[by_home], weight[by_home]
        before = np.cumsum(people) - people
        first = np.searchsorted(homes, homes)
        total = np.bincount(self._home, weights=weight, minlength=len(self._is_home))
        rank = np.empty(residents.n)
        rank[by_home] = (before - before[first] + people * self._rounding[homes]) / total[homes]
        return np.where(residents.mobility >= _STAYS, _NEVER, rank)

    def _chosen(self, streams: Streams) -> Buildings:
        """Draw everybody's building: a school of the own town, or a place to work or shop."""
        residents, buildings = self._residents, self._residents.world.buildings
        most = self._inside.max(axis=0, initial=0.0)
        luck = streams.at("people.day_place", 0, residents.id)
        zone_town = residents.world.town_of(buildings.zone) if buildings.n else buildings.zone
        own_town = zone_town[self._home]
        work = np.where(self._is_school | self._is_home, 0.0, most)
        school = _drawn(luck, np.where(self._is_school, most, 0.0))
        place = np.full(residents.n, IN_THE_OPEN, dtype=np.int64)
        pull = self._pull(work, zone_town)
        for town in distinct(own_town):
            lives = own_town == town
            place[lives] = _drawn(luck[lives], work * pull[town, zone_town])
            here = self._is_school & (zone_town == town) & (most > 0)
            if here.any():
                pupils = self._child & (own_town == town)
                school[pupils] = _drawn(luck[pupils], np.where(here, most, 0.0))
        return np.where(self._child, school, place).astype(np.int32)

    def _pull(self, work: Floats, town: NDArray[np.int32]) -> Floats:
        """Return what is left of a town's draw on those who live in another: ``exp(-d / L)``.

        L is half of the mean way to work, as that is 2 L where work lies everywhere.
        """
        buildings, n = self._residents.world.buildings, self._residents.world.zones.n + 1
        weight = work + np.where(self._is_home, self._inside[0], 0.0)
        total = np.maximum(np.bincount(town % n, weight, minlength=n), 1e-9)
        x_m, y_m = (
            np.bincount(town % n, weight * at, minlength=n) / total
            for at in (buildings.x_m, buildings.y_m)
        )
        apart_m = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
        return np.exp(-apart_m / (parameter("residents.way_to_work").si / 2.0))


def _drawn(luck: Floats, weight: Floats) -> NDArray[np.int64]:
    """Return rows drawn in proportion to their weight; -1 where nothing weighs."""
    edges = np.cumsum(weight)
    if len(edges) == 0 or edges[-1] == 0:
        return np.full(len(luck), IN_THE_OPEN, dtype=np.int64)
    rows: NDArray[np.int64] = np.searchsorted(edges, luck * edges[-1], "right").astype(np.int64)
    return rows
