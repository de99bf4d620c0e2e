"""What water does to people: published tables, and no harm without water."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.harm_water import Water
from sim.agents.harm_water_rules import (
    HarmRules,
    building_fails,
    car_is_deadly,
    drowning_depth_m,
    group_mortality,
    injury_p,
    mortality,
    triangular,
)
from sim.agents.ledger import STATES
from sim.agents.residents import MODES
from sim.world.tables import BUILDING_CLASSES

RULES = HarmRules()
FT_M = 0.3048
HALF = np.array([0.5])


def at_home(people, depth_m, speed_m_per_s=0.0):
    n = people.residents.world.buildings.n
    dry = np.zeros(people.residents.homes.n, np.float32)
    return Water(np.full(n, depth_m, np.float32), np.full(n, speed_m_per_s, np.float32), dry, dry)


def on_the_road(people, depth_m, speed_m_per_s):
    dry = np.zeros(people.residents.world.buildings.n, np.float32)
    n = people.residents.homes.n
    return Water(dry, dry, np.full(n, depth_m, np.float32), np.full(n, speed_m_per_s, np.float32))


def sent_out(people, mode):
    people.residents.homes.mode[:] = MODES.index(mode)
    everybody = np.arange(people.residents.n)
    people.residents.move(everybody, {"foot": "walking", "car": "driving", "bus": "on_bus"}[mode])


def test_the_manuals_house_drowns_the_frail_and_spares_the_able():
    # HEC-LifeSim manual ch. 5: 18 ft of water, foundation 3 ft, two storeys of 9 ft. The frail
    # need 9 + 5 = 14 ft above the first floor, the able (no roof) 18 - 1 = 17 ft; it is 15 ft.
    rules = HarmRules(storey_height=9 * FT_M, roof_access=0.0)
    mode_luck = np.array([0.5])
    above_top_floor_m = (18 - 3 - 9) * FT_M
    limited, able = (
        drowning_depth_m(
            rules, mode_luck, HALF, limited=np.array([frail]), top_storey=np.array([True])
        )[0]
        for frail in (True, False)
    )
    assert limited == pytest.approx(5 * FT_M, abs=1e-3)
    assert able == pytest.approx(8 * FT_M, abs=1e-3)
    assert limited < above_top_floor_m < able


def test_jonkmans_mortality_has_its_published_values():
    depths_m = np.arange(1, 7)
    slow = [0.0029, 0.0060, 0.0090, 0.0119, 0.0147, 0.0173]
    rapid = [0.0000, 0.0031, 0.0984, 0.3960, 0.7030, 0.8820]
    assert mortality(RULES, depths_m) == pytest.approx(slow, abs=5e-5)
    assert mortality(RULES, depths_m, "rapid") == pytest.approx(rapid, abs=5e-4)
    assert mortality(RULES, 0.0) == 0.0


def test_few_die_in_water_short_of_deadly_unless_a_scenario_adds_jonkmans_whole_zone(
    town, population
):
    few, many = (
        population(town([1] * 4000), harm={"mortality_share": share}) for share in (0.0, 1.0)
    )
    dead = [len(people.harm(7200.0, at_home(people, 0.3 + 1.0)).dead) for people in (few, many)]
    assert dead[0] <= 2
    assert dead[1] == pytest.approx(4000 * 0.0029, abs=12)


def test_groups_in_deadly_water_die_as_in_the_manual():
    # ch. 12: 47 % of groups lose all, 13 % nobody; the example draw 0.58 gives a rate of 0.75
    luck = (np.arange(100_000) + 0.5) / 100_000
    rate = group_mortality(RULES, luck)
    assert (rate == 1).mean() == pytest.approx(0.47, abs=1e-4)
    assert (rate == 0).mean() == pytest.approx(0.13, abs=1e-4)
    assert group_mortality(RULES, 0.58) == pytest.approx(0.75)


def test_a_triangle_drawn_has_its_mean_and_its_ends():
    luck = (np.arange(100_000) + 0.5) / 100_000
    drawn = triangular(luck, 1.0, 2.0, 6.0)
    assert drawn.mean() == pytest.approx(3.0, abs=1e-4)
    assert triangular([0.0, 0.2, 1.0], 1.0, 2.0, 6.0) == pytest.approx([1.0, 2.0, 6.0])


def test_weak_houses_fail_before_sound_ones_and_none_in_still_water():
    kinds = np.array([BUILDING_CLASSES.index(name) for name in ("adobe", "rc_frame")], np.uint8)
    depth, speed = np.array([2.0, 2.0]), np.array([2.0, 2.0])  # 4 m2/s, between 3 and 7
    assert building_fails(RULES, depth, speed, kinds).tolist() == [True, False]
    assert building_fails(RULES, depth * 2, speed, kinds).tolist() == [True, True]
    assert not building_fails(RULES, depth * 10, speed * 0, kinds).any()


def test_cars_are_carried_off_at_the_manuals_best_estimates():
    # table 17, low clearance: 1.2 m or 4.5 m/s or 0.8 m2/s. The draw of each triangle's own mode:
    low = np.array([False])
    of_depth = np.array([(1.2 - 0.3) / 1.2])
    assert not car_is_deadly(RULES, np.array([1.19]), np.zeros(1), of_depth, high_clearance=low)[0]
    assert car_is_deadly(RULES, np.array([1.21]), np.zeros(1), of_depth, high_clearance=low)[0]
    of_flow = np.array([0.5])
    deep = np.array([0.4])
    assert not car_is_deadly(RULES, deep, 0.79 / deep, of_flow, high_clearance=low)[0]
    assert car_is_deadly(RULES, deep, 0.81 / deep, of_flow, high_clearance=low)[0]
    assert not car_is_deadly(RULES, np.array([0.02]), np.array([9.0]), of_flow, high_clearance=low)[
        0
    ]


def test_injuries_follow_the_hazard_rating():
    # FD2321: 2 x HR x AV / 100 with AV 5
    assert injury_p(RULES, [1.0, 2.5, 20.0]) == pytest.approx([0.1, 0.25, 1.0])


def test_without_water_nobody_comes_to_harm(family_town, population):
    people = population(family_town)
    sent_out(people, "foot")
    casualties = people.harm(60.0, on_the_road(people, 0.0, 0.0))
    again = people.harm(120.0, at_home(people, 0.0))
    assert sum(len(part) for part in vars(casualties).values()) == 0
    assert sum(len(part) for part in vars(again).values()) == 0
    assert (people.residents.health == 0).all()
    assert len(people.log) == 0


def test_harm_is_drawn_once_and_not_again_every_tick(town, population):
    people = population(town([2] * 2000), harm={"mortality_share": 1.0})
    first = people.harm(60.0, at_home(people, 1.3))
    later = [people.harm(60.0 * tick, at_home(people, 1.3)) for tick in range(2, 12)]
    assert len(first.dead) > 0
    assert sum(len(each.dead) + len(each.severe) + len(each.light) for each in later) == 0


def test_deeper_water_kills_those_whom_shallower_water_kills_and_more(town, population):
    dead = []
    for depth_m in (0.8, 1.6, 2.4, 3.4):
        people = population(town([2] * 1500), harm={"roof_access": 0.0})
        people.harm(60.0, at_home(people, depth_m))
        dead.append(set(np.flatnonzero(people.residents.health == 3).tolist()))
    assert dead[0] <= dead[1] <= dead[2] <= dead[3]
    assert len(dead[3]) > 10 * max(len(dead[1]), 1)


def test_the_submerged_die_by_the_group_rates(town, population):
    # everybody under water to the ceiling of a one-storey house without a way onto the roof
    n = 10_000
    people = population(town([1] * n), harm={"roof_access": 0.0})
    people.harm(60.0, at_home(people, 0.3 + 3.0))
    # the table of groups, whose mean is 0.7035, and nobody safer than
    # Jonkman's rapidly rising water of 3 m leaves him
    luck = (np.arange(100_000) + 0.5) / 100_000
    assert group_mortality(RULES, luck).mean() == pytest.approx(0.7035, abs=1e-4)
    expected = np.maximum(group_mortality(RULES, luck), mortality(RULES, 3.0, "rapid")).mean()
    dead = (people.residents.health == 3).mean()
    assert abs(dead - expected) < 3 * np.sqrt(expected * (1 - expected) / n)
    assert (people.residents.health > 0).all()


def test_who_has_gone_up_is_out_of_the_water(town, population):
    people = population(town([1] * 500, storeys=3), choices={"climb_share": 1.0})
    people.choices(60.0, at_home(people, 0.25))
    casualties = people.harm(120.0, at_home(people, 2.5))
    assert len(casualties.dead) + len(casualties.severe) + len(casualties.light) == 0


def test_walkers_are_swept_off_their_feet_where_xia_says_children_first(town, population):
    # at 0.5 m a child topples from 1.46 m/s, an adult from 2.15 m/s (Xia et al. 2014)
    people = population(town([2] * 300, age=[0, 1] * 300))
    sent_out(people, "foot")
    people.harm(60.0, on_the_road(people, 0.5, 1.8))
    health = people.residents.health.reshape(-1, 2)
    dead = (health == 3).mean(axis=0)
    assert dead[0] > 0.5
    assert dead[1] == 0.0
    people.harm(120.0, on_the_road(people, 0.5, 2.3))
    assert (people.residents.health.reshape(-1, 2)[:, 1] == 3).mean() > 0.5


def test_the_survivors_of_a_swept_car_are_stranded_and_the_books_balance(town, population):
    people = population(town([2] * 400))
    sent_out(people, "car")
    casualties = people.harm(60.0, on_the_road(people, 2.0, 3.0))
    residents = people.residents
    residents.check()
    alive = residents.members_in(casualties.swept, "stranded")
    assert len(casualties.dead) + len(alive) == residents.n
    assert np.isin(residents.health[alive], (1, 2)).all()


def test_each_town_has_one_event_with_its_counts_and_cause(town, population):
    people = population(town([2] * 400))
    log = people.log
    breach = log.add(0.0, "levee_breached", "levee-1")
    casualties = people.harm(60.0, replace(at_home(people, 3.3), cause=breach))
    event = log[1]
    assert (event.kind, event.who, event.cause) == ("people_hurt", "town", breach)
    assert event.facts["dead"] == len(casualties.dead)
    assert event.facts["severe"] == len(casualties.severe)
    assert event.facts["light"] == len(casualties.light)
    assert (people.residents.hurt_by[casualties.dead] == event.id).all()
    assert (people.residents.moved_by[casualties.dead] == event.id).all()


def test_a_hermit_changes_nobody_elses_harm(town, population):
    health = []
    for more in ([], [1]):
        people = population(town([2] * 300 + more, storeys=2))
        people.harm(60.0, at_home(people, 3.0))
        health.append(people.residents.health[:600])
    assert np.array_equal(*health)


def test_the_rescued_and_the_sheltered_are_not_in_the_water(town, population):
    people = population(town([1] * 300))
    people.residents.move(np.arange(100), "rescued")
    people.residents.move(np.arange(100, 200), "sheltered")
    people.harm(60.0, at_home(people, 3.3))
    assert (people.residents.health[:200] == 0).all()
    assert (people.residents.health[200:] > 0).any()
    assert STATES[people.residents.state[0]] == "rescued"
