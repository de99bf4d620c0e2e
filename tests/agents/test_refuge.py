"""People stopped by water go up into houses beside the road, if they can stand on the way there."""

import numpy as np
import pytest

from sim.agents.harm_water import Water
from sim.agents.refuge import Ground, RefugeRules, Refuges
from sim.agents.residents import MODES
from sim.core.rng import Streams

ALL_GO = RefugeRules(seeks=1.0, leaves_car=1.0)


def water(people, depth_m, speed_m_per_s=0.0):
    """The same water everywhere on the map."""
    world = people.residents.world
    depth, speed = (
        np.full(world.grid.shape, value, np.float32) for value in (depth_m, speed_m_per_s)
    )
    return Ground(world.grid, depth, speed, np.ones(world.buildings.n, dtype=bool))


def caught(people, mode="foot"):
    """Everybody on the way and stopped."""
    people.residents.homes.mode[:] = MODES.index(mode)
    people.residents.move(np.arange(people.residents.n), "stranded")
    return people


def seek(people, ground, rules=ALL_GO, *, x_m=30.0, seed=1):
    homes = people.residents.homes
    at = np.full(homes.n, x_m), np.full(homes.n, 5.0)
    return Refuges(people.residents, rules, Streams(seed)).seek(
        np.arange(homes.n), *at, ground, 60.0
    )


@pytest.mark.parametrize("mode", ["foot", "car"])
def test_who_is_upstairs_is_out_of_water_that_would_carry_him_off(town, population, mode):
    people = caught(population(town([2] * 50, storeys=3)), mode)
    assert len(seek(people, water(people, 0.4))) == 50
    n, n_homes = people.residents.world.buildings.n, people.residents.homes.n
    deep, fast = np.full(n, 3.0, np.float32), np.full(n, 1.0, np.float32)
    on_road = np.full(n_homes, 3.0, np.float32)
    casualties = people.harm(120.0, Water(deep, fast, on_road, on_road))
    assert len(casualties.dead) + len(casualties.severe) + len(casualties.light) == 0
    people.residents.check()


def test_water_over_the_top_floor_reaches_them_there(town, population):
    people = caught(population(town([1] * 300, storeys=2)))
    seek(people, water(people, 0.4))
    n = people.residents.world.buildings.n
    deep, dry = np.full(n, 8.5, np.float32), np.zeros(300, np.float32)
    casualties = people.harm(120.0, Water(deep, dry, dry, dry))
    assert len(casualties.dead) > 100


@pytest.mark.parametrize(
    ("depth_m", "speed_m_per_s", "storeys", "go"),
    [
        (0.0, 0.0, 3, False),  # no water, no reason
        (0.5, 1.0, 3, True),
        (0.5, 2.5, 3, False),  # topples a man from 2.15 m/s (Xia et al. 2014)
        (0.8, 0.1, 3, True),
        (1.0, 0.0, 3, False),  # over the waist
        (0.5, 1.0, 1, False),  # no upstairs
    ],
)
def test_grown_people_go_where_they_can_stand_and_there_is_an_upstairs(
    town, population, depth_m, speed_m_per_s, storeys, go
):
    people = caught(population(town([2] * 20, storeys=storeys)))
    went = seek(people, water(people, depth_m, speed_m_per_s))
    assert len(went) == (20 if go else 0)


def test_a_child_alone_is_stopped_by_less_water_than_a_child_at_a_hand(town, population):
    # at 0.5 m a child topples from 1.46 m/s, a man from 2.15 m/s (Xia et al. 2014)
    alone = caught(population(town([2] * 20, age=0, storeys=3)))
    at_a_hand = caught(population(town([2] * 20, age=[0, 1] * 20, storeys=3)))
    assert len(seek(alone, water(alone, 0.5, 1.8))) == 0
    assert len(seek(at_a_hand, water(at_a_hand, 0.5, 1.8))) == 20


def test_who_cannot_walk_alone_goes_with_a_helper_and_not_without(town, population):
    bedridden = 3
    alone = caught(population(town([1] * 10, mobility=bedridden, storeys=3)), "car")
    carried = caught(population(town([3] * 10, mobility=[bedridden, 0, 0] * 10, storeys=3)), "car")
    assert len(seek(alone, water(alone, 0.3))) == 0
    assert len(seek(carried, water(carried, 0.3))) == 10


def test_houses_out_of_reach_on_fire_or_behind_deep_water_are_no_refuge(town, population):
    people = caught(population(town([1] * 10, storeys=3)))
    near = RefugeRules(seeks=1.0, reach=20.0)
    assert len(seek(people, water(people, 0.4), near, x_m=80.0)) == 0
    burning = water(people, 0.4)
    burning.fit[:] = False
    assert len(seek(people, burning)) == 0
    ditch = water(people, 0.4)
    ditch.depth_m[:, 2] = 2.0  # between x = 20 and 30 m; the houses are at 5 m
    assert len(seek(people, ditch, x_m=40.0)) == 0


def test_with_a_larger_share_the_same_households_go_and_more(town, population):
    went = []
    for share in (0.3, 0.8):
        people = caught(population(town([1] * 400, storeys=2)))
        went.append(set(seek(people, water(people, 0.4), RefugeRules(seeks=share)).tolist()))
    few, many = went
    assert few < many
    assert len(few) / 400 == pytest.approx(0.3, abs=0.07)


def test_who_goes_on_has_left_the_house(town, population):
    people = caught(population(town([1] * 10, storeys=3)))
    seek(people, water(people, 0.4))
    assert people.residents.upstairs(np.arange(10)).all()
    people.resume(np.arange(5))
    Refuges(people.residents, ALL_GO, Streams(1)).leave()
    assert people.residents.homes.upstairs.tolist() == [False] * 5 + [True] * 5


def test_who_has_no_house_in_reach_leaves_the_car_and_goes_on_where_he_can_stand(town, population):
    people = caught(population(town([2] * 20, storeys=1)), "car")
    n = people.residents.homes.n
    here, there = (np.full(n, 40.0), np.full(n, 5.0)), (np.full(n, 90.0), np.full(n, 5.0))
    refuges = Refuges(people.residents, ALL_GO, Streams(1))
    everybody = np.arange(n)
    assert len(refuges.leave_car(everybody, here, there, water(people, 0.05))) == 0
    assert len(refuges.leave_car(everybody, here, there, water(people, 0.4, 0.5))) == n
    assert len(refuges.leave_car(everybody, here, there, water(people, 0.5, 2.5))) == 0
    people.residents.homes.mode[:] = MODES.index("foot")
    assert len(refuges.leave_car(everybody, here, there, water(people, 0.4, 0.5))) == 0
