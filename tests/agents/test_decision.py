"""Who leaves, when and how."""

import numpy as np
import pytest
from scipy import stats

from sim.agents.decision import Order
from sim.agents.decision_rules import ChoiceRules, leave_p, prepare_s
from sim.agents.harm_water import Water
from sim.agents.ledger import STATES
from sim.agents.residents import DECISIONS, FACE_TO_FACE, GROUPS, MODES, WAITS
from sim.agents.warning import Message

EVERYWHERE = np.array([0])
CERTAIN = {"leave_ordered": 1.0, "leave_at_most": 1.0, "relatives": 0.0}
AT_ONCE = CERTAIN | {"prepare_half_time": 1.0, "prepare_half_time_drilled": 1.0}


def told_to_go(people, by=("foot", "car"), first=("everyone",), at_s=0.0, cause=-1):
    """Order everybody out, and let everybody know of it at once."""
    people.set_order(Order("o", people.meant(EVERYWHERE, first), by=by, cause=cause))
    number = people.issue(
        Message("m", "red", "leave_now", EVERYWHERE, (), at_s, order=True, cause=cause)
    )
    homes = np.arange(people.residents.homes.n)
    people.tell(homes, number, at_s)


def door_water(people, depth_m):
    world = people.residents.world
    depth = np.full(world.buildings.n, depth_m, np.float32)
    dry = np.zeros(people.residents.homes.n, np.float32)
    return Water(depth, depth * 0, dry, dry)


def flags(n, *on):
    names = (
        "ordered",
        "advised",
        "others",
        "targeted",
        "official",
        "face_to_face",
        "sees_water",
        "sees_fire",
        "drilled",
    )
    return {name: np.full(n, name in on) for name in names}


def p_of(*on, level=4, n_heard=1, **rules):
    columns = flags(1, *on)
    return leave_p(
        ChoiceRules(**rules),
        level=np.array([level], np.uint8),
        n_heard=np.array([n_heard], np.uint8),
        **columns,
    )[0]


def test_departures_follow_tweedies_rayleigh_curve():
    # Tweedie et al. (1986): P = 1 - exp(-t^2 / 1800), t in min; .1175 at 15, .8647 at 60 min
    n = 20_000
    luck = (np.arange(n) + 0.5) / n
    none = np.zeros(n, bool)
    ready_min = (
        prepare_s(
            ChoiceRules(prepare_half_time=60 * np.sqrt(1800 * np.log(2))),
            luck,
            drilled=none,
            sees_water=none,
            night=False,
            care=none,
        )
        / 60
    )
    shares = [(ready_min <= t).mean() for t in (15, 30, 45, 60, 90)]
    assert shares == pytest.approx([0.1175, 0.3935, 0.6753, 0.8647, 0.9889], abs=1e-4)


def test_departures_of_a_crowd_follow_the_curve_of_its_rules(town, population):
    n = 5000
    people = population(town([1] * n), choices=CERTAIN | {"drilled_share": 0.0})
    told_to_go(people)
    people.choices(1.0)
    ready_min = (people.residents.homes.ready_s - 1.0) / 60
    rayleigh = stats.weibull_min(2, scale=60 / np.sqrt(np.log(2)))
    assert stats.kstest(ready_min, rayleigh.cdf).statistic < 1.63 / np.sqrt(n)


def test_odds_multiply_and_stay_below_the_cap():
    base = 0.77 / 0.23
    assert p_of("ordered", "targeted", "official") == pytest.approx(0.77)
    doors = base * 3
    assert p_of("ordered", "targeted", "official", "face_to_face") == pytest.approx(
        doors / (1 + doors)
    )
    everything = ("ordered", "targeted", "official", "face_to_face", "sees_water", "drilled")
    assert p_of(*everything) == 0.95


def test_those_outside_the_zones_leave_by_the_shadow_share_and_only_on_an_order():
    assert p_of("others", "official") == pytest.approx(0.2)
    assert p_of("official", level=4) == 0.0


def test_an_order_for_ground_floors_moves_upper_floors_by_the_shadow_share_only(town, population):
    n = 20_000
    world = town([1] * n, storey=[1, 2] * (n // 2), storeys=2)
    people = population(world, choices={"drilled_share": 0.0})
    told_to_go(people, first=("ground_floor",))
    people.choices(1.0)
    left = people.residents.homes.decision.reshape(-1, 2) == DECISIONS.index("leave")
    shares = left.mean(axis=0)
    assert shares == pytest.approx([0.77, 0.2], abs=3 * np.sqrt(0.25 / (n / 2)))


def test_a_fourth_repetition_persuades_nobody_more():
    asked = ("ordered", "targeted", "official")
    assert p_of(*asked, n_heard=4, leave_at_most=1.0) == p_of(*asked, n_heard=9, leave_at_most=1.0)
    assert p_of(*asked, n_heard=1) < p_of(*asked, n_heard=2)


def test_a_share_leaves_that_the_rules_say(town, population):
    n = 20_000
    people = population(town([1] * n), choices={"drilled_share": 0.0})
    told_to_go(people)
    people.choices(1.0)
    share = (people.residents.homes.decision == DECISIONS.index("leave")).mean()
    assert abs(share - 0.77) < 3 * np.sqrt(0.77 * 0.23 / n)


def test_without_compliance_nobody_leaves(family_town, population):
    people = population(family_town, choices={"compliance": 0.0})
    told_to_go(people)
    for tick in range(1, 200):
        assert len(people.choices(tick * 60.0).households) == 0
    assert people.residents.ledger.of("at_home") == people.residents.n
    assert (people.residents.homes.decision == DECISIONS.index("stay_by_choice")).all()


def test_without_a_message_nobody_leaves(family_town, population):
    people = population(family_town)
    for tick in range(1, 100):
        assert len(people.choices(tick * 60.0, door_water(people, 0.2)).households) == 0


def test_a_household_leaves_together_and_once(family_town, population):
    people = population(family_town, choices=CERTAIN)
    told_to_go(people)
    gone = []
    for tick in range(1, 400):
        departing = people.choices(tick * 60.0)
        gone += departing.households.tolist()
        rows = people.residents.members(departing.households)
        assert np.isin(
            people.residents.state[rows], (STATES.index("walking"), STATES.index("driving"))
        ).all()
        people.residents.check()
    assert sorted(gone) == list(range(people.residents.homes.n))


def test_more_information_only_ever_adds_leavers(town, population):
    people = population(town([1] * 2000), choices={"leave_ordered": 0.4})
    told_to_go(people)
    people.choices(1.0)
    homes = people.residents.homes
    before = homes.decision == DECISIONS.index("leave")
    homes.flags |= FACE_TO_FACE
    people.ask(np.arange(homes.n))
    people.choices(2.0)
    after = homes.decision == DECISIONS.index("leave")
    assert (after | ~before).all()
    assert after.sum() > before.sum() + 200


def test_an_order_after_the_message_is_heard_too(town, population):
    people = population(town([1] * 50), choices=AT_ONCE | {"leave_shadow": 0.0})
    number = people.issue(Message("m", "red", "leave_now", EVERYWHERE, (), 0.0, order=True))
    people.tell(np.arange(50), number, 0.0)
    people.choices(1.0)
    assert people.residents.ledger.of("at_home") == 50
    people.set_order(Order("o", people.meant(EVERYWHERE)))
    people.choices(2.0)
    assert people.residents.ledger.of("at_home") == 0


@pytest.mark.parametrize("advice", ["leave_now", "prepare"])
def test_a_public_message_to_leave_now_is_the_order_for_those_who_are_under_one(
    town, population, advice
):
    rules = CERTAIN | {"leave_advised": 0.0, "early_leavers": 0.0}
    people = population(town([1] * 50), choices=rules)
    homes = np.arange(50)
    people.set_order(Order("o", homes[::2]))
    people.tell(homes, people.issue(Message("m", "red", advice, EVERYWHERE, (), 0.0)), 0.0)
    people.choices(1.0)
    leaves = people.residents.homes.decision == DECISIONS.index("leave")
    assert leaves[::2].all() == (advice == "leave_now")
    assert not leaves[1::2].any()


def test_cars_take_car_owners_and_buses_those_who_do_not_drive(town, population):
    n = 4000
    people = population(
        town([1] * n, has_car=[True, False] * (n // 2)), choices=AT_ONCE | {"own_place": 0.5}
    )
    told_to_go(people, by=("foot", "car", "bus"))
    people.choices(1.0)
    departing = people.choices(60.0)
    homes = people.residents.homes
    owners = homes.has_car[departing.households]
    drove = departing.modes == MODES.index("car")
    assert owners[drove].all()
    assert abs(drove.sum() / (n / 2) - 0.7) < 3 * np.sqrt(0.21 / (n / 2))
    away = departing.groups[drove] == GROUPS.index("out")
    assert abs(away.mean() - 0.5) < 3 * np.sqrt(0.25 / drove.sum())
    assert set(departing.groups[~drove]) == {GROUPS.index("shelter")}
    waiting = people.waiting_for("bus")
    assert abs(len(waiting) / (n - drove.sum()) - 0.9) < 3 * np.sqrt(0.09 / (n - drove.sum()))


def test_who_does_not_drive_goes_to_relatives_or_takes_the_bus_to_a_shelter(town, population):
    n = 4000
    people = population(town([1] * n), choices=AT_ONCE | {"relatives": 0.6, "bus_use": 1.0})
    told_to_go(people, by=("foot", "bus"))
    people.choices(1.0)
    walking = people.choices(60.0)
    assert set(walking.groups) == {GROUPS.index("relatives")}
    assert abs(len(walking.groups) / n - 0.6) < 3 * np.sqrt(0.24 / n)
    assert len(people.waiting_for("bus")) == n - len(walking.groups)


def test_who_has_no_car_and_too_far_to_walk_waits_for_a_lift_to_relatives(town, population):
    people = population(town([2]), choices=AT_ONCE | {"lift_wait": 1800.0})
    nowhere = np.zeros(people.residents.world.buildings.n, dtype=bool)
    people.pace_out(nowhere, nowhere, ~nowhere)
    told_to_go(people)
    people.choices(1.0)
    assert len(people.choices(1200.0).households) == 0
    assert people.residents.ledger.of("waiting") == 2
    going = people.choices(1860.0)
    assert going.modes.tolist() == [MODES.index("car")]
    assert going.groups.tolist() == [GROUPS.index("relatives")]
    assert people.residents.ledger.of("driving") == 2


def test_whom_nobody_can_fetch_walks_to_a_shelter_however_far(town, population):
    people = population(town([2]), choices=AT_ONCE | {"relatives": 1.0})
    nowhere = np.zeros(people.residents.world.buildings.n, dtype=bool)
    people.pace_out(nowhere, nowhere, nowhere)
    told_to_go(people)
    people.choices(1.0)
    going = people.choices(60.0)
    assert going.modes.tolist() == [MODES.index("foot")]
    assert going.groups.tolist() == [GROUPS.index("shelter")]


def test_who_cannot_walk_to_relatives_takes_the_bus(town, population):
    people = population(town([2]), choices=AT_ONCE | {"relatives": 1.0, "bus_use": 1.0})
    nowhere = np.zeros(people.residents.world.buildings.n, dtype=bool)
    people.pace_out(~nowhere, nowhere, ~nowhere)
    told_to_go(people, by=("foot", "bus"))
    people.choices(1.0)
    people.choices(60.0)
    assert len(people.waiting_for("bus")) == 1


def test_who_waits_in_vain_for_a_bus_walks_after_an_hour_and_a_half(town, population):
    people = population(town([2]), choices=AT_ONCE | {"bus_use": 1.0})
    told_to_go(people, by=("bus",))
    people.choices(1.0)
    people.choices(60.0)
    assert people.residents.ledger.of("waiting") == 2
    assert len(people.choices(5400.0).households) == 0
    assert people.choices(5460.0).modes.tolist() == [MODES.index("foot")]


def test_boarding_a_bus_takes_the_waiting_along(town, population):
    people = population(town([2, 3]), choices=AT_ONCE | {"bus_use": 1.0})
    told_to_go(people, by=("bus",), cause=-1)
    people.choices(1.0)
    people.choices(60.0)
    people.board(people.waiting_for("bus")[:1], 600.0)
    assert people.residents.ledger.of("on_bus") == 2
    assert len(people.choices(9000.0).households) == 1
    people.arrive(np.array([0]), 7)
    assert people.residents.ledger.totals()["sheltered"] == 2
    assert people.residents.place.tolist() == [7, 7, -1, -1, -1]


def test_the_bedridden_wait_for_a_team_and_their_family_with_them(town, population):
    # bedridden alone; bedridden with a son; the same with a car; assisted alone; assisted with son
    people = population(
        town(
            [1, 2, 2, 1, 2],
            mobility=[3, 3, 0, 3, 0, 2, 2, 0],
            has_car=[False, False, True, False, False],
        ),
        choices=AT_ONCE,
    )
    told_to_go(people)
    people.choices(1.0)
    departing = people.choices(600.0)
    assert departing.households.tolist() == [2, 4]
    assert departing.modes.tolist() == [MODES.index("car"), MODES.index("foot")]
    assert people.waiting_for("help").tolist() == [0, 1, 3]
    went = people.assist(np.array([0, 1, 2]), 900.0)
    assert went.tolist() == [0, 1, 2]
    assert people.residents.ledger.of("rescued") == 3
    assert people.waiting_for("help").tolist() == [3]


def test_deep_water_at_the_door_holds_people_back_until_it_has_fallen(town, population):
    people = population(
        town([1, 1], has_car=[True, False]), choices=AT_ONCE | {"car_use": 1.0, "climb_share": 0.0}
    )
    told_to_go(people)
    people.choices(1.0)
    assert len(people.choices(60.0, door_water(people, 0.6)).households) == 0
    assert people.waiting_for("water").tolist() == [0, 1]
    # 0.4 m: too deep to drive (0.3 m), not to wade (0.5 m)
    assert people.choices(120.0, door_water(people, 0.4)).households.tolist() == [1]
    assert people.choices(180.0, door_water(people, 0.1)).households.tolist() == [0]


def test_people_go_up_before_the_water_comes_in(town, population):
    # able; bedridden alone; bedridden with one helper; with two
    people = population(
        town([1, 1, 2, 3], mobility=[0, 3, 3, 0, 3, 0, 0], storeys=4),
        choices={"climb_share": 1.0},
    )
    people.choices(1.0, door_water(people, 0.15))
    assert people.residents.storey.tolist() == [1] * 7
    people.choices(60.0, door_water(people, 0.25))
    assert people.residents.storey.tolist() == [2, 1, 1, 2, 2, 2, 2]
    people.choices(120.0, door_water(people, 3.5))
    assert people.residents.storey.tolist() == [3, 1, 1, 3, 3, 3, 3]


def test_neighbours_of_the_same_house_help_up_who_has_no_hands_of_his_own(town, population):
    homes = town([1, 1] * 500, mobility=[3, 0] * 500, storeys=4, homes_a_building=2)
    people = population(homes, choices={"climb_share": 1.0, "neighbours_help": 0.8})
    people.choices(60.0, door_water(people, 0.25))
    up = (people.residents.storey == 2).reshape(-1, 2)
    assert up[:, 1].all()
    assert up[:, 0].mean() == pytest.approx(0.8, abs=0.06)


def test_nobody_climbs_higher_than_the_house(town, population):
    people = population(town([1], storeys=1), choices={"climb_share": 1.0})
    people.choices(1.0, door_water(people, 2.0))
    assert people.residents.storey.tolist() == [1]


def test_advice_to_move_up_is_followed_one_storey(town, population):
    people = population(town([1] * 4, storeys=3), choices={"climb_share": 1.0})
    people.issue(Message("m", "orange", "move_up", EVERYWHERE, ("grid_worker",), -7200.0))
    people.choices(3600.0)
    assert people.residents.storey.tolist() == [2] * 4


def test_orders_can_name_those_who_go_first(town, population):
    people = population(
        town([1, 1, 1], mobility=[0, 2, 3], storey=[1, 2, 2], zone=[2, 2, 3], storeys=3)
    )
    assert people.meant(EVERYWHERE, ("ground_floor",)).tolist() == [0]
    assert people.meant(EVERYWHERE, ("bedridden",)).tolist() == [2]
    assert people.meant(EVERYWHERE, ("assisted", "ground_floor")).tolist() == [0, 1, 2]
    assert people.meant(np.array([2])).tolist() == [0, 1]


def test_why_a_person_did_not_leave_can_be_told(town, population):
    people = population(town([1, 1], mobility=[3, 0]), choices=AT_ONCE)
    told_to_go(people, cause=12)
    people.choices(1.0)
    people.choices(60.0)
    story = people.story(0)
    assert (story["state"], story["decision"], story["waits_for"]) == (
        "waiting",
        "cannot_leave",
        "help",
    )
    assert (story["decision_by"], story["message"], story["order"]) == (12, "m", "o")
    assert people.story(1)["state"] == "walking"


def test_who_finds_no_way_comes_home_and_waits_for_help(town, population):
    people = population(town([2, 1]), choices=AT_ONCE)
    told_to_go(people)
    people.choices(1.0)
    people.choices(60.0)
    people.turn_back(np.array([0]), cause=3)
    assert people.waiting_for("help").tolist() == [0]
    people.strand(np.array([1]))
    assert people.residents.ledger.of("stranded") == 1
    people.resume(np.array([1]))
    assert people.residents.ledger.of("walking") == 1
    assert WAITS[people.residents.homes.wait[0]] == "help"
