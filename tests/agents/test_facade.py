"""Residents as Mesa agents: the same answers as a stock model with one object a person."""

import gc
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.agents.facade import Resident, attach, release
from sim.agents.facade_collect import ColCollector
from sim.agents.residents import Residents

N = 60
REPORTERS = {"state": "state", "age": "age", "floor": "storey", "car": "has_car", "no": "nothing"}


class Team(mesa.Agent):
    def __init__(self, model, crew):
        super().__init__(model)
        self.crew, self.calls, self.state = crew, 0, "ready"

    def call(self):
        self.calls += 1


class Person(mesa.Agent):
    """The same person as a stock object."""

    def __init__(self, model, handle):
        super().__init__(model)
        for name in ("state", "age", "storey", "household", "has_car", "weight", "mobility"):
            setattr(self, name, getattr(handle, name))


@pytest.fixture
def ours(town):
    sizes = [1 + i % 3 for i in range(N // 2)]
    n = sum(sizes)
    world = town(
        sizes,
        age=[i % 4 for i in range(n)],
        mobility=[i % 3 for i in range(n)],
        storey=[1 + (i * 7) % 5 for i in range(N // 2)],
        has_car=[i % 2 == 0 for i in range(N // 2)],
        storeys=5,
    )
    residents = Residents.of(world)
    residents.move(np.arange(5, 40, 3), "walking")
    model = mesa.Model(seed=1)
    attach(model, residents)
    Team(model, crew=4), Team(model, crew=6)
    return model, residents


@pytest.fixture
def stock(ours):
    model = mesa.Model(seed=1)
    for handle in ours[0].agents_by_type[Resident]:
        Person(model, handle)
    Team(model, crew=4), Team(model, crew=6)
    return model


def both(ours, stock):
    return ours[0].agents_by_type[Resident], stock.agents_by_type[Person]


def ids(agents):
    return [agent.unique_id for agent in agents]


def test_handles_are_mesa_agents_with_ids_from_one_and_teams_after_them(ours, stock):
    model, residents = ours
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert ids(model.agents) == ids(stock.agents) == list(range(1, residents.n + 3))
    assert len(model.agents) == residents.n + 2
    assert set(model.agent_types) == {Resident, Team}


@pytest.mark.parametrize("name", ["state", "age", "storey", "household", "has_car", "unique_id"])
def test_get_returns_what_stock_mesa_returns(ours, stock, name):
    mine, theirs = both(ours, stock)
    assert mine.get(name) == theirs.get(name)
    assert mine.get([name, "weight"]) == theirs.get([name, "weight"])
    assert ours[0].agents.get(name, "default", 0) == stock.agents.get(name, "default", 0)


@pytest.mark.parametrize("func", [min, max, sum, np.mean, len, [min, np.median]])
def test_agg_returns_what_stock_mesa_returns(ours, stock, func):
    mine, theirs = both(ours, stock)
    assert mine.agg("storey", func) == theirs.agg("storey", func)


def test_select_by_function_type_and_number_returns_what_stock_mesa_returns(ours, stock):
    def upstairs(agent):
        return getattr(agent, "storey", 0) > 2

    mine, theirs = both(ours, stock)
    assert ids(mine.select(upstairs)) == ids(theirs.select(upstairs))
    assert ids(mine.select(upstairs, at_most=3)) == ids(theirs.select(upstairs, at_most=3))
    assert ids(mine.select(at_most=0.25)) == ids(theirs.select(at_most=0.25))
    assert ids(ours[0].agents.select(upstairs)) == ids(stock.agents.select(upstairs))
    assert ids(ours[0].agents.select(agent_type=Team)) == ids(stock.agents.select(agent_type=Team))
    assert ids(mine.select(mask=mine.column("storey") > 2)) == ids(theirs.select(upstairs))


@pytest.mark.parametrize("ascending", [True, False])
def test_sort_returns_what_stock_mesa_returns(ours, stock, ascending):
    mine, theirs = both(ours, stock)
    for key in ("storey", "state", lambda agent: -agent.household):
        assert ids(mine.sort(key, ascending)) == ids(theirs.sort(key, ascending))
    by_id = ids(ours[0].agents.sort("unique_id", ascending))
    assert by_id == ids(stock.agents.sort("unique_id", ascending))


def test_shuffle_returns_what_stock_mesa_returns_on_the_same_seed(ours, stock):
    mine, theirs = both(ours, stock)
    assert ids(mine.shuffle()) == ids(theirs.shuffle())


@pytest.mark.parametrize("by", ["state", "storey", lambda agent: agent.household % 3])
def test_groupby_returns_what_stock_mesa_returns(ours, stock, by):
    mine, theirs = (people.groupby(by) for people in both(ours, stock))
    assert list(mine.count().items()) == list(theirs.count().items())
    assert mine.agg("storey", np.mean) == theirs.agg("storey", np.mean)
    assert {key: ids(group) for key, group in mine} == {key: ids(group) for key, group in theirs}


def test_do_and_a_plain_loop_meet_everybody_once(ours):
    model, residents = ours
    seen = []
    model.agents.do(lambda agent: seen.append(agent.unique_id))
    assert seen == [agent.unique_id for agent in model.agents]
    model.agents_by_type[Team].do("call")
    assert model.agents_by_type[Team].get("calls") == [1, 1]
    assert model.agents.select(agent_type=Resident).map(lambda agent: agent.row) == list(
        range(residents.n)
    )


def test_indexing_and_membership_work_on_both_ends(ours):
    model, residents = ours
    people = model.agents_by_type[Resident]
    assert people[5].unique_id == 6
    assert model.agents[-1].crew == 6
    assert model.agents[residents.n].crew == 4
    assert people[3] in people
    assert people[3] not in people.select(mask=np.arange(residents.n) != 3)
    assert model.agents[-1] in model.agents


@pytest.mark.parametrize("where", ["everybody", "by_type"])
def test_the_column_collector_gives_the_frame_of_the_stock_collector(ours, where):
    model, residents = ours
    if where == "everybody":
        stock, quick = (
            kind(agent_reporters=REPORTERS) for kind in (mesa.DataCollector, ColCollector)
        )
    else:
        stock, quick = (
            kind(agenttype_reporters={Resident: REPORTERS, Team: {"crew": "crew"}})
            for kind in (mesa.DataCollector, ColCollector)
        )
    for state in ("walking", "sheltered"):
        model.step()
        residents.move(np.arange(3), state)
        stock.collect(model)
        quick.collect(model)
    if where == "everybody":
        frames = (stock.get_agent_vars_dataframe(), quick.get_agent_vars_dataframe())
        pd.testing.assert_frame_equal(*frames)
        return
    for kind in (Resident, Team):
        pd.testing.assert_frame_equal(
            stock.get_agenttype_vars_dataframe(kind), quick.get_agenttype_vars_dataframe(kind)
        )


def test_the_stock_collector_works_on_handles_with_functions_too(ours):
    model, residents = ours
    collector = ColCollector(
        model_reporters={"n": lambda m: len(m.agents)},
        agenttype_reporters={Resident: {"up": lambda agent: agent.storey > 1}},
    )
    model.step()
    collector.collect(model)
    frame = collector.get_agenttype_vars_dataframe(Resident)
    assert frame["up"].tolist() == (residents.storey > 1).tolist()
    assert collector.get_model_vars_dataframe()["n"].tolist() == [residents.n + 2]


def test_people_change_through_the_population_only(ours):
    model, _ = ours
    people = model.agents_by_type[Resident]
    with pytest.raises(AttributeError, match="set by Population"):
        people[0].state = "dead"
    with pytest.raises(TypeError, match="never removed"):
        people[0].remove()
    with pytest.raises(TypeError, match="set by Population"):
        people.set("state", "dead")
    with pytest.raises(AttributeError, match="no attribute 'stat'"):
        people.get("stat")


def test_no_handle_is_kept_and_a_released_model_is_freed(ours):
    model, residents = ours
    handle = weakref.ref(next(iter(model.agents_by_type[Resident])))
    gc.collect()
    assert handle() is None
    other = mesa.Model(seed=2)
    attach(other, residents)
    Team(other, crew=1)
    gone = weakref.ref(other)
    release(other)
    del other
    gc.collect()
    assert gone() is None


def test_residents_come_before_any_other_agent(town):
    model = mesa.Model(seed=1)
    Team(model, crew=1)
    with pytest.raises(ValueError, match="1 agents are there"):
        attach(model, Residents.of(town([1])))
