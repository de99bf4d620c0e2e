"""The hour of day brings people to schools, to work, to shops, and home again."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.indoors import Indoors
from sim.agents.residents import Residents
from sim.agents.whereabouts import IN_THE_OPEN, Whereabouts
from sim.core.rng import Streams
from sim.world.tables import BUILDING_USES, ZONE_LEVELS, Buildings

HOUR = 3600.0
SCHOOL, OFFICE = 100, 101


def day_town(town, *, homes=100):
    """A hundred homes of four (one a child), a school and an office; at noon 40 % are at home."""
    age = [1, 1, 2, 0] * homes
    world = town([4] * homes, age=age)
    columns = {name: np.append(c, c[-2:]) for name, c in world.buildings.columns().items()}
    columns["use"] = np.zeros(homes + 2, np.uint8)
    columns["use"][SCHOOL], columns["use"][OFFICE] = map(BUILDING_USES.index, ("school", "office"))
    inside = {"02": (4, 0, 0), "08": (2, 80, 60), "12": (1.6, 100, 120), "18": (3, 0, 50)}
    for hour, (at_home, in_school, in_office) in inside.items():
        column = np.full(homes + 2, at_home, np.float64)
        column[SCHOOL], column[OFFICE] = in_school, in_office
        columns[f"occupants_{hour}"] = column
    return replace(world, buildings=Buildings(**columns))


@pytest.fixture
def residents(town):
    return Residents.of(day_town(town))


def test_everybody_sleeps_at_home(residents):
    place = Whereabouts(residents, Streams(1)).buildings(2 * HOUR)
    assert (place == residents.homes.building[residents.household]).all()


def test_at_noon_buildings_hold_as_many_as_the_map_says(residents):
    place = Whereabouts(residents, Streams(1)).buildings(12 * HOUR)
    home = (place == residents.homes.building[residents.household]).sum()
    assert home == pytest.approx(160, abs=15)  # 3 s.e. of rounding 1.6 a home, 100 times
    assert (place == SCHOOL).sum() == pytest.approx(100, abs=15)  # pupils, up to rounding
    assert (place == OFFICE).sum() == pytest.approx(120, abs=30)  # 3 standard errors of 240 drawn


def test_only_pupils_are_at_school(residents):
    place = Whereabouts(residents, Streams(1)).buildings(12 * HOUR)
    assert (residents.age[place == SCHOOL] == 0).all()
    assert (residents.age[place == OFFICE] > 0).all()


def test_whoever_needs_help_to_move_stays_at_home(town):
    world = day_town(town)
    people = replace(world.people, mobility=np.full(world.people.n, 2, np.uint8))
    residents = Residents.of(replace(world, people=people))
    place = Whereabouts(residents, Streams(1)).buildings(12 * HOUR)
    assert (place == residents.homes.building[residents.household]).all()


def test_who_is_outside_or_gone_is_in_no_building(residents):
    indoors = Indoors(residents, Streams(1), day_starts_s=0.0)
    residents.go_out(np.array([0, 1]))
    residents.move(np.array([2]), "walking")
    place = indoors.buildings(2 * HOUR)
    assert (place[:3] == IN_THE_OPEN).all()
    assert (place[3:] != IN_THE_OPEN).all()


def test_who_prepares_to_leave_is_at_home_at_noon(residents):
    indoors = Indoors(residents, Streams(1), day_starts_s=12 * HOUR)
    everybody = np.arange(residents.n)
    residents.move(everybody, "preparing")
    assert (indoors.buildings(0.0) == residents.homes.building[residents.household]).all()


def test_everybody_is_home_by_ten_in_the_evening(residents):
    place = Whereabouts(residents, Streams(1)).buildings(22 * HOUR)
    assert (place == residents.homes.building[residents.household]).all()


def two_towns(town, apart_m):
    """Two towns of homes, 100 each; the second, so far away, has one workplace of three."""
    world = day_town(town, homes=200)
    columns = {name: np.append(c, c[-1:]) for name, c in world.buildings.columns().items()}
    second = np.arange(203) % 2 == 1
    columns["use"][200:] = BUILDING_USES.index("office")
    for hour in ("08", "12", "18"):
        columns[f"occupants_{hour}"][200:] = [0, 120, 120]
    columns["x_m"] = np.where(second, apart_m, 0.0)
    columns["y_m"] = np.zeros(203)
    columns["zone"] = np.where(second, 1, 0).astype(np.int32)
    level = np.full(2, ZONE_LEVELS.index("town"), np.uint8)
    zones = world.zones.rows(np.zeros(2, int))
    zones = replace(zones, id=np.array(["a", "b"], object), level=level, parent=np.full(2, -1))
    return replace(world, buildings=Buildings(**columns), zones=zones)


@pytest.mark.parametrize(("apart_m", "stay"), [(0.0, 0.5), (50_000.0, 1.0)])
def test_fewer_work_in_a_town_the_further_away_it_is(town, apart_m, stay):
    residents = Residents.of(two_towns(town, apart_m))
    place = Whereabouts(residents, Streams(1)).day_place
    works = (residents.age > 0) & (place >= 0)
    zone = residents.world.buildings.zone
    own = residents.homes.building[residents.household]
    share = (zone[place[works]] == zone[own[works]]).mean()
    # three standard errors of 600 drawn; without distance 2/3 of one half and 1/3 of the other
    assert share == pytest.approx(stay, abs=0.07)
