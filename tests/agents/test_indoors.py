"""By day people hear, are reached by water and set out from where the hour has brought them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.decision import Order
from sim.agents.harm_water import Water
from sim.agents.warning import Message
from sim.agents.whereabouts import IN_THE_OPEN
from sim.scenario.parameters import parameter
from sim.world.tables import MOBILITIES
from tests.agents.test_whereabouts import HOUR, OFFICE, SCHOOL, day_town

NOON = 12 * HOUR
EVERYWHERE = np.array([0])
#: the community in which homes and school are, and that of the office
HERE, THERE = 2, 3
AT_ONCE = {
    "leave_ordered": 1.0, "leave_at_most": 1.0, "relatives": 0.0,
    "prepare_half_time": 1.0, "prepare_half_time_drilled": 1.0,
}  # fmt: skip


@pytest.fixture
def at(town, population):
    """A hundred families of four; who works is 3 km away, in the other community."""

    def people(day_starts_s, **rules):
        world = day_town(town)
        x_m, zone = world.buildings.x_m.copy(), world.buildings.zone.copy()
        x_m[OFFICE], zone[OFFICE] = 3000.0, THERE
        world = replace(world, buildings=replace(world.buildings, x_m=x_m, zone=zone))
        made = population(world, day_starts_s=day_starts_s, **rules)
        made.look_round(60.0)
        return made

    return people


def order_out(people, at_s=60.0):
    everybody = np.arange(people.residents.homes.n)
    people.set_order(Order("o", everybody, by=("foot",)))
    people.tell(everybody, people.issue(message(order=True)), at_s)


def message(*channels, zones=EVERYWHERE, **more):
    return Message("m", "red", "leave_now", zones, channels, 60.0, **more)


def water_at(people, building, depth_m):
    depth = np.zeros(people.residents.world.buildings.n, np.float32)
    depth[building] = depth_m
    dry = np.zeros(people.residents.homes.n, np.float32)
    return Water(depth, depth * 0, dry, dry)


def at_office(people):
    rows = np.flatnonzero(people.indoors.away)
    return rows[people.indoors.place_of(rows) == OFFICE]


def all_at_work(people, homes):
    """Let everybody of some households be at the office, also those who would be elsewhere."""
    rows = people.residents.members(homes)
    people.indoors.away[rows], people.indoors.place[rows] = True, OFFICE
    return people


# -- who is away --------------------------------------------------------------------------------


def test_at_night_nobody_is_away_and_nothing_is_worked_out(at):
    people = at(23 * HOUR)
    assert not people.indoors.away.any()
    assert "_round" not in vars(people.indoors)
    assert len(people.log) == 0


def test_at_noon_the_log_says_who_is_out_and_where(at):
    people = at(NOON)
    (event,) = people.log
    facts = event.facts
    assert facts["people"] == people.indoors.away.sum() > 200
    assert facts["people"] == facts["at_school"] + facts["elsewhere"] + facts["in_the_open"]
    assert facts["elsewhere"] == len(at_office(people))


def test_who_goes_out_comes_home_in_the_evening(at):
    people = at(NOON)
    for hour in range(1, 11):
        people.look_round(hour * HOUR)
    assert not people.indoors.away.any()


def test_when_somebody_came_home_is_noted_and_for_who_was_never_out_nothing(at):
    people = at(NOON)
    out = people.indoors.away.copy()
    assert np.isinf(people.indoors.home_s).all()
    for hour in range(1, 11):
        people.look_round(hour * HOUR)
    came_s = people.indoors.home_s
    assert (np.isfinite(came_s) >= out).all()
    assert set(came_s[out] // HOUR) <= set(range(1, 11))
    stayed = people.residents.mobility >= MOBILITIES.index("assisted")
    assert np.isinf(came_s[stayed]).all()


def test_after_a_red_warning_nobody_goes_out_in_the_morning(at):
    people = at(5 * HOUR)
    everybody = np.arange(people.residents.homes.n)
    told, untold = everybody[:50], everybody[50:]
    people.tell(told, people.issue(message()), 60.0)
    people.look_round(7 * HOUR)
    away = people.residents.household[people.indoors.away]
    assert not np.isin(told, away).any()
    assert np.isin(untold, away).any()


# -- who hears ----------------------------------------------------------------------------------


def hear(people, channel, zones):
    """Send a message by one channel that reaches everybody who has it, and let it spread."""
    people.issue(message(channel, zones=zones))
    people.warnings.advance(600.0)
    return np.isfinite(people.residents.warned_s)


def certain(channel):
    return {f"{channel}_reach": 1.0, f"{channel}_half_time": 1.0, "word_of_mouth_per_h": 0.0}


def test_television_at_home_tells_nobody_whose_family_is_all_out(at):
    people = all_at_work(at(NOON, warning=certain("tv")), np.arange(50))
    heard = hear(people, "tv", np.array([HERE]))
    assert heard.tolist() == (people.residents.household >= 50).tolist()


def test_a_text_finds_people_at_work(at):
    people = at(NOON, warning=certain("sms"))
    assert hear(people, "sms", np.array([HERE])).all()


@pytest.mark.parametrize(("zones", "share"), [([HERE], 0.5), ([HERE, THERE], 1.0)])
def test_loudspeakers_reach_those_at_work_where_they_sound_there_too(at, zones, share):
    people = all_at_work(at(NOON, warning=certain("broadcast")), np.arange(50))
    assert hear(people, "broadcast", np.array(zones)).mean() == share


def test_a_grid_worker_finds_nobody_behind_the_door_of_those_who_are_out(at):
    rules = {"door_rate": 1e4, "door_muster": 0.0, "word_of_mouth_per_h": 0.0}
    people = all_at_work(at(NOON, warning=rules), np.arange(50))
    hear(people, "grid_worker", np.array([HERE]))
    assert np.flatnonzero(people.residents.homes.heard >= 0).tolist() == list(range(50, 100))


# -- who is hurt --------------------------------------------------------------------------------


def test_water_at_home_does_not_touch_those_who_are_out(at):
    people = at(NOON)
    people.harm(60.0, water_at(people, np.arange(SCHOOL), 6.0))
    hurt = people.residents.health > 0
    assert hurt.sum() > 100
    assert not hurt[people.indoors.away].any()


def test_who_comes_home_finds_the_water_that_is_there(at):
    people = at(NOON)
    away = np.flatnonzero(people.indoors.away)
    flood = water_at(people, np.arange(SCHOOL), 6.0)
    for at_s in (60.0, 120.0):
        people.harm(at_s, flood)
        people.choices(at_s, flood)
    people.indoors.settle(away)
    people.harm(180.0, flood)
    assert (people.residents.health[away] > 0).mean() > 0.9


def test_water_at_work_drowns_those_who_work_there(at):
    people = at(NOON)
    there = at_office(people)
    people.harm(60.0, water_at(people, OFFICE, 6.0))
    hurt = people.residents.health > 0
    assert hurt[there].all()
    assert hurt.sum() == len(there)


# -- who sets out -------------------------------------------------------------------------------


def test_a_family_sets_out_when_its_last_member_is_home(at):
    people = at(NOON, choices=AT_ONCE)
    residents, there = people.residents, at_office(people)
    called_s, detour = 120.0, parameter("shelters.detour").si
    order_out(people)
    people.choices(called_s)
    home = residents.homes.building[residents.household[there]]
    way_m = detour * (3000.0 - residents.world.buildings.x_m[home])
    way_s = way_m / parameter("residents.way_home_speed").si
    back_s = called_s + parameter("residents.leave_work").si + way_s
    ready_s = residents.homes.ready_s[residents.household[there]]
    assert (ready_s >= back_s.astype(np.float32) - 1.0).all()


def test_who_is_called_home_is_at_work_until_he_is_there(at):
    people = at(NOON, choices=AT_ONCE)
    there = at_office(people)
    order_out(people)
    people.choices(120.0)
    people.look_round(180.0)
    assert (people.indoors.buildings(180.0)[there] == OFFICE).all()
    people.look_round(2 * HOUR)
    home = people.residents.homes.building[people.residents.household[there]]
    assert (people.indoors.buildings(2 * HOUR)[there] == home).all()
    assert not people.indoors.away[there].any()


def test_who_is_sent_home_by_his_school_takes_his_time(at):
    people = at(NOON)
    away = np.flatnonzero(people.indoors.away)
    pupils = away[people.residents.age[away] == 0]
    people.indoors.send_home(pupils, 60.0)
    assert people.indoors.away[pupils].all()
    people.look_round(60.0 + HOUR)
    assert not people.indoors.away[pupils].any()


def test_nobody_leaves_home_before_he_has_come_there(at):
    people = at(NOON, choices=AT_ONCE)
    order_out(people)
    for tick in range(2, 180):
        people.look_round(tick * 60.0)
        going = people.choices(tick * 60.0).households
        assert not people.indoors.away[people.residents.members(going)].any()
    assert (people.residents.homes.left_s < np.inf).mean() > 0.9


def test_who_is_in_the_open_is_in_no_building(at):
    people = at(NOON)
    out = np.flatnonzero(people.indoors.away)
    in_open = out[people.indoors.place_of(out) == IN_THE_OPEN]
    people.harm(60.0, water_at(people, np.arange(OFFICE + 1), 6.0))
    assert not (people.residents.health[in_open] > 0).any()
