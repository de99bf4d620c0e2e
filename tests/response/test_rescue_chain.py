"""An earthquake's first hours on the lesson's map: dug out, carried, treated, put out, counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.agents.ledger import STATE
from sim.model.build import world_of
from sim.model.disaster import Disaster
from sim.scenario.loading import load_plan, load_scenario
from sim.world.states import FIRE_STATES

QUAKE = Path(__file__).parents[2] / "scenarios" / "lesson-quake"
HOURS = 3


class Counted(Disaster):
    """Counts people and units again at every tick: nobody is lost, nobody is twice."""

    def step(self) -> None:
        super().step()
        self.people.residents.check()
        if self.operations is None:
            return
        resources = self.operations.resources
        free = [unit.id for unit in resources._free]
        assert len(free) == len(set(free))
        assert all(unit.duty == "ready" for unit in resources._free)
        for ward in self.operations.hospitals.wards:
            assert ward.free >= 0
            assert ward.promised >= 0
        state = self.people.residents.state
        lying = [one for ward in self.operations.hospitals.wards for one in ward.patients]
        assert len(lying) == len(set(lying))
        assert set(np.flatnonzero(state == STATE["in_hospital"]).tolist()) <= set(lying)
        assert (self.states["building_water_m3_per_s"] >= 0).all()


def quake(world, *, plan="rescue", hours=HOURS):
    scenario = load_scenario(QUAKE)
    scenario = scenario.model_copy(
        update={"clock": scenario.clock.model_copy(update={"duration": hours * 3600.0})}
    )
    chosen = load_plan(QUAKE / "plans" / f"{plan}.yaml") if plan else None
    model = Counted(scenario, world, plan=chosen, seed=1)
    model.run()
    return model


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHAPAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        return world_of(load_scenario(QUAKE), QUAKE)


@pytest.fixture(scope="module")
def helped(world):
    return quake(world)


@pytest.fixture(scope="module")
def alone(world):
    return quake(world, plan=None)


def total(model, kind, fact="people"):
    return sum(event.facts.get(fact) or 0 for event in model.log if event.kind == kind)


def test_fewer_die_when_teams_come(helped, alone):
    assert total(helped, "people_extricated") > 0
    assert helped.people.residents.ledger.of("dead") < alone.people.residents.ledger.of("dead")


def test_the_dug_out_leave_the_rubble(helped):
    buried = total(helped, "people_trapped")
    out = total(helped, "people_extricated") + sum(
        total(helped, "people_dug_out", fact) for fact in ("alone", "by_neighbours")
    )
    still = helped.people.residents.ledger.of("trapped")
    assert out + still <= buried


def test_patients_lie_in_beds_and_never_in_more_than_there_are(helped):
    assert total(helped, "patients_admitted") > 0
    in_bed = sum(sum(ward.patients.values()) for ward in helped.operations.hospitals.wards)
    assert in_bed == helped.people.residents.ledger.of("in_hospital")


def test_nobody_is_dug_out_who_was_dead(helped):
    ours = [event for event in helped.log if event.kind == "people_extricated"]
    assert all(event.facts["people"] > 0 for event in ours)


def test_every_rescue_goes_back_to_an_order_and_to_the_shock(helped):
    kinds = ("people_extricated", "patients_admitted", "water_on_fire")
    for event in [one for one in helped.log if one.kind in kinds]:
        chain = [one.kind for one in helped.log.chain(event.id)]
        assert {"order_given", "patients_walked_in"} & set(chain)
        assert chain[-1] == "earthquake"


def test_engines_bring_water_to_buildings_that_burn(helped):
    playing = [event for event in helped.log if event.kind == "water_on_fire"]
    assert playing
    fire = helped.states["building_fire"]
    assert all(fire[event.facts["building"]] != FIRE_STATES.index("none") for event in playing)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rescue(world, helped):
    again = quake(world)
    assert again.log.sha256() == helped.log.sha256()


def test_some_of_the_badly_hurt_are_in_danger_at_once_and_some_are_not(helped):
    wounds = helped.people.population.wounds
    hurt = np.isfinite(wounds.since_s)
    assert 0 < np.count_nonzero(wounds.red & hurt) < np.count_nonzero(hurt)
    assert not (wounds.red & ~hurt).any()
