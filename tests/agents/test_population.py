"""The population as others meet it, and its words."""

import numpy as np
import pytest

from sim.agents.decision import Order
from sim.agents.facade_columns import CODED
from sim.agents.harm_water import Water
from sim.agents.population import PeopleRules
from sim.agents.residents import MODES
from sim.agents.warning import ADVICE, COLOURS, Message
from sim.core.words import LANGUAGES, catalogue, say
from sim.scenario.parameters import PARAMETER_KEY, parameter

EVERYWHERE = np.array([0])
PLACES_OF_THE_MAP = ("age", "mobility")


def test_every_code_that_a_user_can_meet_has_words_in_both_languages():
    topics = {name: names for name, names in CODED.items() if name not in PLACES_OF_THE_MAP}
    topics |= {"colour": COLOURS, "advice": ADVICE}
    for topic, names in topics.items():
        for name in names:
            texts = {say(f"people.{topic}.{name}", lang) for lang in LANGUAGES}
            assert len(texts) == len(LANGUAGES)
    assert "people.sample" in catalogue()


def test_every_rule_is_in_the_parameter_catalogue_with_its_default():
    for part in (PeopleRules().warning, PeopleRules().choices, PeopleRules().harm):
        fields = type(part).model_json_schema()["properties"]
        for name, value in part:
            assert parameter(fields[name][PARAMETER_KEY]).si == value


def storm(people, hours=6):
    """A day in which everything happens: a warning, an order, rising water, swept roads."""
    n = people.residents.world.buildings.n
    people.set_order(Order("o", people.meant(np.array([2])), by=("foot", "car", "bus")))
    people.issue(
        Message("m", "red", "leave_now", EVERYWHERE, ("sms", "grid_worker"), 0.0, order=True)
    )
    for tick in range(1, hours * 60 + 1):
        depth_m = np.full(n, 0.01 * max(tick - 60, 0), np.float32)
        street = np.float32(min(0.006 * tick, 1.0))
        left = np.isfinite(people.residents.homes.left_s).astype(np.float32)
        water = Water(depth_m, depth_m * 0.5, left * street, left * street * 2)
        people.harm(tick * 60.0, water)
        departing = people.choices(tick * 60.0, water)
        people.arrive(departing.households[::2], 3)
        people.board(people.waiting_for("bus")[:2], tick * 60.0)
        people.assist(people.residents.members_in(people.waiting_for("help")[:1], "waiting"), tick)
        people.residents.check()
    return people


def test_in_a_storm_where_everything_happens_nobody_is_lost_or_counted_twice(
    family_town, population
):
    people = storm(population(family_town))
    totals = people.residents.ledger.totals()
    assert sum(totals.values()) == people.residents.world.people.n
    assert sum(count > 0 for count in totals.values()) >= 6


def test_the_same_seed_gives_the_same_day_and_another_seed_another(family_town, population):
    first, again, other = (storm(population(family_town, seed=seed), hours=3) for seed in (1, 1, 2))
    assert first.log.sha256() == again.log.sha256()
    assert np.array_equal(first.residents.state, again.residents.state)
    assert not np.array_equal(first.residents.homes.ready_s, other.residents.homes.ready_s)


def test_a_sampled_storm_counts_everybody_it_stands_for(town, population):
    world = town([1 + i % 4 for i in range(600)], zone=[2 + i % 2 for i in range(600)])
    people = storm(population(world, every=10), hours=3)
    assert sum(people.residents.ledger.totals().values()) == world.people.n
    assert people.residents.every == 10


@pytest.mark.parametrize("place", [4, np.array([4, 5])])
def test_arrivals_know_where_they_are(town, population, place):
    people = population(town([1, 2]))
    people.residents.move(np.arange(3), "walking")
    people.arrive(np.array([1, 0]), place)
    expected = [4, 4, 4] if isinstance(place, int) else [5, 4, 4]
    assert people.residents.place.tolist() == expected


def test_patients_are_admitted_to_their_hospital(town, population):
    people = population(town([2]))
    people.residents.hurt(np.array([1]), "severe")
    people.admit(np.array([1]), 9, cause=-1)
    assert people.residents.ledger.of("in_hospital") == 1
    assert people.residents.place.tolist() == [-1, 9]


def test_who_finds_no_way_waits_where_he_is_and_goes_on_when_there_is_one(town, population):
    people = population(town([2] * 10))
    residents = people.residents
    households = np.arange(10)
    residents.homes.mode[:] = MODES.index("foot")
    residents.move(np.arange(residents.n), "walking")
    people.block(households)
    assert residents.ledger.of("blocked") == residents.n
    people.resume(households)
    assert residents.ledger.of("walking") == residents.n
    residents.check()
