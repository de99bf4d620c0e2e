"""What a plan has had done before a run: people moved, signs put up, fire breaks cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.residents import Residents
from sim.core.rng import Streams
from sim.hazards.base import Surroundings
from sim.hazards.wildfire import Wildfire
from sim.hazards.wildfire_params import WildfireParams
from sim.model.before import cells_along, cut, map_of_run, search_detour
from sim.model.disaster import Disaster
from sim.response.places import UnknownPlaceError
from sim.scenario.base import Spot
from sim.scenario.loading import load_plan
from sim.scenario.parameters import own_parameters, parameter
from sim.scenario.plan import Plan, Preparation
from sim.scenario.preparations import CutFireBreaks, Resettle
from sim.world.checks import checks_of
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world
from sim.world.resettlement import in_area, resettled
from sim.world.tables import BUILDING_USES
from sim.world.world import World
from tests.model.conftest import LESSON, lesson_scenario

SEED = Streams(1)
#: checks of a map that who lives where could break
PEOPLE = (
    *("households_fit", "homes_exist", "home_at_night", "town_sums", "community_sums"),
    *("zone_people", "occupants_08", "occupants_12", "occupants_18"),
)


def away_from_the_river(willing: float = 1.0, within_m: float = 300.0) -> Resettle:
    return Resettle(rivers="willow", within=within_m, willing=willing)


def plan_with(do: str, **wanted: object) -> Plan:
    """Return the lesson's plan with one thing done before."""
    done = Preparation.model_validate(
        {
            "id": "B1",
            "title": {"en": "Before", "zh": "事前"},
            "do": do,
            "with": wanted,
            "source": {"section": "1", "text": "before"},
        }
    )
    return load_plan(LESSON / "plans" / "basic.yaml").model_copy(update={"before": (done,)})


def in_danger(world: World, move: Resettle, drawn: World) -> np.ndarray:
    """Whether each household lives in the area now."""
    return in_area(drawn, move)[world.households.building]


def test_who_is_willing_lives_outside_the_area_and_in_his_own_town(world: World) -> None:
    move = away_from_the_river()
    moved = resettled(world, [move], SEED)
    went = moved.households.building != world.households.building
    assert 0 < went.sum() < world.households.n
    assert not in_danger(moved, move, world).any()
    towns = world.town_of(world.buildings.zone)
    now, before = moved.households.building[went], world.households.building[went]
    assert (towns[now] == towns[before]).all()
    assert (world.buildings.use[now] == BUILDING_USES.index("home")).all()


def test_who_lives_outside_the_area_stays(world: World) -> None:
    move = away_from_the_river()
    moved = resettled(world, [move], SEED)
    outside = ~in_danger(world, move, world)
    for name in ("building", "storey"):
        before, now = getattr(world.households, name), getattr(moved.households, name)
        assert (before[outside] == now[outside]).all()


@settings(deadline=None, max_examples=8)
@given(willing=st.floats(0, 1), within_m=st.floats(50, 600))
def test_after_a_move_the_map_still_passes_all_its_checks(
    world: World, willing: float, within_m: float
) -> None:
    moved = resettled(world, [away_from_the_river(willing, within_m)], SEED)
    assert all(finding.ok for finding in checks_of(moved) if finding.check in PEOPLE)
    assert moved.zones.population.sum() == world.zones.population.sum()


def test_where_more_are_willing_those_of_fewer_go_too(world: World) -> None:
    some, most = (
        resettled(world, [away_from_the_river(share)], SEED).households.building
        != world.households.building
        for share in (0.3, 0.8)
    )
    assert some.sum() < most.sum()
    assert not (some & ~most).any()


def test_new_homes_are_in_no_other_area_that_the_plan_clears(world: World) -> None:
    spot = {"x_m": float(world.buildings.x_m[0]), "y_m": float(world.buildings.y_m[0])}
    moves = [away_from_the_river(), Resettle(spots=[spot], within=400.0, willing=1.0)]
    moved = resettled(world, moves, SEED)
    assert not any(in_danger(moved, move, world).any() for move in moves)


def test_people_go_to_the_zone_that_is_named(world: World) -> None:
    safe = ~in_area(world, away_from_the_river()) & (world.buildings.zone >= 0)
    safe &= world.buildings.use == BUILDING_USES.index("home")
    zone = world.buildings.zone[np.flatnonzero(safe)[0]]
    move = away_from_the_river().model_copy(update={"to": (str(world.zones.id[zone]),)})
    moved = resettled(world, [move], SEED)
    went = moved.households.building != world.households.building
    assert (world.buildings.zone[moved.households.building[went]] == zone).all()


def test_a_place_that_the_map_has_not_is_named(world: World) -> None:
    with pytest.raises(KeyError, match="no river 'styx'"):
        in_area(world, Resettle(rivers="styx", within=100.0))


def test_an_unknown_place_is_told_before_anything_runs(world: World) -> None:
    plan = plan_with("resettle", rivers=["wilow"], within="300 m")
    with pytest.raises(UnknownPlaceError, match=r"before 0\.with\.rivers\.0.*wilow"):
        map_of_run(world, plan, seed=1)


def test_a_run_begins_with_people_in_their_new_homes(world: World) -> None:
    plan = plan_with("resettle", rivers=["willow"], within="300 m", willing=1.0)
    model = Disaster(lesson_scenario(), world, plan=plan, seed=1, every=10)
    event = next(one for one in model.log if one.kind == "prepared")
    homes = model.people.residents.homes
    assert event.facts["resettled"] > 0
    assert not in_area(world, plan.before[0].with_)[homes.building].any()
    assert model.people.residents.ledger.population == world.people.n


def test_the_same_households_stand_for_all_whether_people_are_moved_or_not(world: World) -> None:
    plan = plan_with("resettle", rivers=["willow"], within="300 m", willing=1.0)
    kept = (
        Disaster(lesson_scenario(), world, plan=one, seed=1, every=10).people.residents.homes.id
        for one in (plan, None)
    )
    assert np.array_equal(*kept)


def test_signs_spare_the_detour_to_those_who_notice_them(world: World) -> None:
    homes = Residents.of(world).homes
    signed = plan_with("sign_shelters", zones=["all"], noticed=0.9)
    with own_parameters({"crowd.knows_shelter": 0.2}):
        before, after = (search_detour(world, homes, plan, SEED) for plan in (None, signed))
    longer = parameter("crowd.search_detour").si
    lost = (before > 1).mean()
    spread = 4 * np.sqrt(0.2 * 0.8 / homes.n)
    assert lost == pytest.approx(0.8, abs=spread)
    assert (after > 1).mean() == pytest.approx(0.8 * 0.1, abs=spread)
    assert np.unique(before) == pytest.approx([1.0, longer])


def test_who_knows_the_way_needs_no_signs(world: World) -> None:
    homes = Residents.of(world).homes
    assert (search_detour(world, homes, None, SEED) == 1).all()


@settings(deadline=None, max_examples=50)
@given(ends=st.lists(st.floats(1, 999), min_size=4, max_size=8))
def test_a_fire_break_leaves_no_gap_at_a_corner(ends: list[float]) -> None:
    """Of any two cells that follow each other, sides touch: no fire slips through a corner."""
    grid = Grid(10, 10, 100.0, north_m=1000.0)
    line = [Spot(x_m=x, y_m=y) for x, y in zip(ends[::2], ends[1::2], strict=False)]
    cells = set(cells_along(grid, line).tolist())
    reached, waiting = set(), [min(cells)]
    while waiting:
        cell = waiting.pop()
        if cell in cells and cell not in reached:
            reached.add(cell)
            waiting += [cell - grid.nx, cell + grid.nx]
            waiting += [cell - 1] if cell % grid.nx else []
            waiting += [cell + 1] if (cell + 1) % grid.nx else []
    assert reached == cells


def test_a_break_holds_fire_where_it_runs_and_nowhere_else(world: World) -> None:
    west_m, south_m, east_m, north_m = world.grid.bounds_m
    middle_m = (south_m + north_m) / 2
    line = [{"x_m": west_m + 1, "y_m": middle_m}, {"x_m": east_m - 1, "y_m": middle_m}]
    plan = plan_with("cut_fire_breaks", lines=[line])
    model = Disaster(lesson_scenario(), world, plan=plan, seed=1, every=10)
    held = np.isinf(model.fields["fire_line"])
    assert held.any(axis=0).all()
    assert held.sum() == world.grid.nx


def test_a_slanting_break_cut_before_stops_a_fire_that_throws_no_brands() -> None:
    """Grass in a west wind: everything in front of the break burns, nothing behind it."""
    world = plain_world(np.zeros((30, 30)), cell_m=30.0)
    world.layers.write("land", np.full((30, 30), LAND_CLASSES.index("grass")))
    around = Surroundings.alone_on(world)
    line = [{"x_m": 400.0, "y_m": 1.0}, {"x_m": 700.0, "y_m": 899.0}]
    length_m = cut(around.fields, CutFireBreaks.model_validate({"lines": [line]}))
    air = {"temperature_c": 24.0, "humidity": 0.2, "wind": "6 m/s", "wind_from_deg": 270.0}
    start = {"id": "spark", "at": {"x_m": 105.0, "y_m": 455.0}}
    fire = {"id": "f", "kind": "wildfire", "weather": [air], "ignitions": [start]}
    hill = Wildfire(WildfireParams.model_validate(fire | {"spotting": False}), around)
    for now_s in range(600, 60_000, 600):
        hill.advance(float(now_s))
    burnt = np.isfinite(around.fields["fire_arrival_s"])
    held = np.isinf(around.fields["fire_line"])
    in_front = ~held & ~np.logical_or.accumulate(held, axis=1)
    assert length_m == pytest.approx(np.hypot(300, 898), abs=1)
    assert (burnt == in_front).all()
