"""The limit of a plan's relocation: whom it moves, over which roads, to which places."""

import dataclasses

import pytest

from sim.evaluation.road_limit import road_limit
from sim.model.build import world_of
from sim.scenario.loading import load_plan, load_scenario
from tests.evaluation.ensembles.conftest import LESSON


@pytest.fixture(scope="module")
def town():
    return world_of(load_scenario(LESSON), LESSON)


@pytest.fixture(scope="module")
def plan():
    return load_plan(LESSON / "plans" / "early.yaml")


def without_cars(world):
    nobody = dataclasses.replace(world.households, has_car=world.households.has_car & False)
    roads = dataclasses.replace(world.roads, by_car=world.roads.by_car & False)
    return dataclasses.replace(world, households=nobody, roads=roads)


def moving(plan, zones):
    clauses = [
        one.model_copy(update={"with_": one.with_.model_copy(update={"zones": zones})})
        if one.do == "relocate_zone"
        else one
        for one in plan.clauses
    ]
    return plan.model_copy(update={"clauses": tuple(clauses)})


def test_everybody_who_lives_in_the_named_zones_is_moved(town, plan):
    homes = town.buildings.zone[town.households.building]
    rows = [town.zones.id.tolist().index(name) for name in ("ferry", "mill")]
    living = sum(int(town.households.size[homes == row].sum()) for row in rows)
    assert road_limit(town, plan).people == living


def test_without_cars_it_takes_longer(town, plan):
    by_car = road_limit(town, plan).bound.at_least_s
    assert road_limit(without_cars(town), plan).bound.at_least_s > 1.5 * by_car


def test_more_zones_take_no_less_time(town, plan):
    few = road_limit(town, plan).bound
    all_ = road_limit(town, moving(plan, ("all",))).bound
    assert all_.stuck or all_.at_least_s >= few.at_least_s


def test_zones_that_only_the_flood_tells_make_no_limit(town, plan):
    assert road_limit(town, moving(plan, ("flooded",))) is None
