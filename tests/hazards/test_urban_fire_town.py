"""A town that burns: order, water, wind, and what never happens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.rng import Streams
from sim.evaluation.verification.urban_fire_setups import (
    HAMADA,
    houses,
    rows_of_houses,
    wooden_town,
)
from sim.hazards.urban_fire_design import design_fires
from sim.hazards.urban_fire_town import BurningTown, Spreading, winds_of
from sim.kernels.urban_fire_growth import burnt_j, curve_of
from sim.kernels.urban_fire_state import BURNT_OUT, PUT_OUT

HOUR_S = 3600.0


def small_town(n: int = 12, *, wind: float = 4.0, **how: float) -> BurningTown:
    return wooden_town(
        rows_of_houses(n, n, side_m=10.0, gap_m=5.0),
        wind_m_per_s=wind,
        spreading=replace(HAMADA, breakout_w=1.5e6, **how),
    )


def run(
    town: BurningTown, until_s: float, water: np.ndarray | None = None, *, step_s: float = 60.0
) -> None:
    flow = np.zeros(len(town.heat_w), np.float32) if water is None else water
    for k in range(round(until_s / step_s)):
        town.fight(flow, k * step_s)
        town.spread((k + 1) * step_s, flow)
        town.burn((k + 1) * step_s)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000), wind=st.floats(0, 15), steps=st.integers(2, 90))
def test_a_fire_in_many_ticks_is_the_fire_in_one(seed: int, wind: float, steps: int) -> None:
    found = []
    for n_steps in (1, steps):
        town = wooden_town(
            rows_of_houses(15, 15, side_m=8.0, gap_m=3.0), wind_m_per_s=wind,
            spreading=Spreading(12.0, 0.4, 1.0, 0.8, 1.5e6), seed=seed,
        )  # fmt: skip
        town.light(112, 30.0)
        run(town, 5400.0, step_s=5400.0 / n_steps)
        found.append((town.fires.lit_s, town.fires.end_s, town.fires.source, town.heat_w))
    for one, many in zip(*found, strict=True):
        np.testing.assert_array_equal(one, many)


def test_every_house_that_catches_has_a_burning_neighbour_to_thank() -> None:
    town = small_town(sigma=0.4)
    town.light(66, 0.0)
    run(town, 2 * HOUR_S)
    fires = town.fires
    caught = np.flatnonzero(fires.source >= 0)
    source = fires.source[caught]
    assert len(caught) > 50
    assert (fires.lit_s[source] < fires.lit_s[caught]).all()
    assert (fires.end_s[source] >= fires.lit_s[caught]).all()


def test_a_house_more_elsewhere_changes_nobodys_fire() -> None:
    rows = rows_of_houses(10, 10, side_m=8.0, gap_m=3.0)
    hermit = houses(np.append(rows.x_m, 5000.0), np.append(rows.y_m, 5000.0), 8.0)
    towns = [wooden_town(one, wind_m_per_s=5.0, spreading=replace(HAMADA, sigma=0.5))
             for one in (rows, hermit)]  # fmt: skip
    for town in towns:
        town.light(55, 0.0)
        town.spread(HOUR_S)
    np.testing.assert_array_equal(towns[0].fires.lit_s, towns[1].fires.lit_s[:100])


def test_fire_lit_inside_reaches_the_neighbours_later_than_fire_from_outside() -> None:
    town = small_town()
    town.light(66, 0.0)
    first_s = float(np.min(town.fires.due_s))
    flames = wooden_town(rows_of_houses(12, 12, side_m=10.0, gap_m=5.0), wind_m_per_s=4.0)
    flames.light(66, 0.0)
    growth = town.town.growth_w_per_s2[66]
    assert first_s - np.min(flames.fires.due_s) == pytest.approx(np.sqrt(1.5e6 / growth), abs=0.1)


def test_a_wind_that_turns_carries_the_fire_the_other_way() -> None:
    rows = rows_of_houses(61, 21, side_m=10.0, gap_m=5.0)
    streams, origin = Streams(1), 10 * 61 + 30
    town = wooden_town(rows, wind_m_per_s=0.0)
    turning = BurningTown(
        town.town, winds_of([(0.0, 12.0, 270.0), (1800.0, 12.0, 90.0)]), streams, HAMADA
    )
    turning.light(origin, 0.0)
    turning.spread(1800.0)
    burnt = np.flatnonzero(turning.fires.state)
    east_m, west_m = np.ptp(rows.x_m[burnt[burnt > 0]]), rows.x_m[origin] - rows.x_m[burnt].min()
    turning.spread(2400.0)
    later = np.flatnonzero(turning.fires.state)
    gained_m = (rows.x_m[origin] - rows.x_m[later].min()) - west_m
    assert east_m - west_m > 2 * west_m
    assert gained_m > 3 * 600.0 * west_m / 1800.0


def test_windows_of_the_same_wind_are_one_wind() -> None:
    town = small_town(wind=7.0)
    many = BurningTown(
        town.town, winds_of([(600.0 * k, 7.0, 270.0) for k in range(10)]), Streams(1), HAMADA
    )
    one = BurningTown(town.town, winds_of([(0.0, 7.0, 270.0)]), Streams(1), HAMADA)
    for each in (one, many):
        each.light(66, 0.0)
        each.spread(2 * HOUR_S)
    np.testing.assert_allclose(one.fires.lit_s, many.fires.lit_s, rtol=1e-12)


# -- water ----------------------------------------------------------------------------------------


def burnt_after_help(after_s: float, flow_m3_per_s: float) -> int:
    """Return houses lit when every burning house gets water from a moment on."""
    town = small_town(sigma=0.2)
    town.light(66, 0.0)
    water = np.zeros(144, np.float32)
    for k in range(180):
        water[:] = flow_m3_per_s if k * 60.0 >= after_s else 0.0
        town.fight(water, k * 60.0)
        town.spread((k + 1) * 60.0, np.zeros(144, np.float32))
        town.burn((k + 1) * 60.0)
    return town.n_lit


def test_help_that_comes_later_finds_more_houses_lost() -> None:
    lost = [burnt_after_help(60.0 * minutes, 0.030) for minutes in (3, 15, 20, 25, 40)]
    assert lost == sorted(lost)
    assert lost[0] == 1
    assert lost[-1] > lost[1]


def test_more_water_never_loses_more_houses() -> None:
    lost = [burnt_after_help(900.0, flow) for flow in (0.0, 0.005, 0.013, 0.026, 0.052)]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > lost[-1]


def test_an_engine_five_minutes_later_meets_a_larger_fire_and_may_fail() -> None:
    heat_w = []
    for arrives_s in (480.0, 780.0):
        town = small_town()
        town.light(66, 0.0)
        run(town, arrives_s)
        heat_w.append(float(town.heat_w[66]))
    assert heat_w[1] == pytest.approx(heat_w[0] * (780.0 / 480.0) ** 2, rel=1e-6)
    engine_m3_per_s = 1.01 * heat_w[0] * town.town.need_m3_per_j[66]
    assert engine_m3_per_s < heat_w[1] * town.town.need_m3_per_j[66]


def test_water_that_is_taken_away_lets_the_fire_grow_again_and_stops_its_clock() -> None:
    free, held = small_town(), small_town()
    for town in (free, held):
        town.light(66, 0.0)
    water = np.zeros(144, np.float32)
    for k in range(60):
        water[66] = 1.0 if 8 <= k < 12 else 0.0
        held.fight(water, 60.0 * k)
        for town in (free, held):
            town.spread(60.0 * (k + 1))
            town.burn(60.0 * (k + 1))
    first = [np.sort(town.fires.lit_s)[1] for town in (free, held)]
    assert first[1] == pytest.approx(first[0] + 240.0, abs=1e-6)
    assert held.fires.state[66] != PUT_OUT


def test_a_house_under_water_of_its_own_does_not_catch_or_goes_no_further() -> None:
    rows = rows_of_houses(3, 1, side_m=10.0, gap_m=5.0)
    for flow, expected in ((0.0, 3), (0.0051, 1), (0.0049, 2)):
        town = wooden_town(rows, wind_m_per_s=4.0)
        town.light(0, 0.0)
        water = np.array([0.0, flow, 0.0], np.float32)
        run(town, 2400.0, water)
        assert town.n_lit == expected


def test_a_house_left_alone_burns_out_and_a_drowned_one_is_put_out() -> None:
    town = BurningTown.on(
        houses(np.array([0.0, 100.0]), np.zeros(2), 10.0), winds_of([]), Streams(1)
    )
    for row in (0, 1):
        town.light(row, 0.0)
    water = np.array([0.0, 0.05], np.float32)
    run(town, 3 * HOUR_S, water)
    assert town.fires.state.tolist() == [BURNT_OUT, PUT_OUT]
    assert town.heat_w.tolist() == [0.0, 0.0]


@settings(deadline=None, max_examples=50)
@given(
    growth=st.floats(1.0, 200.0), peak_mw=st.floats(0.1, 500.0), fuel_gj=st.floats(0.1, 5000.0),
    decay=st.floats(0.1, 0.95),
)  # fmt: skip
def test_exactly_the_fuel_burns(
    growth: float, peak_mw: float, fuel_gj: float, decay: float
) -> None:
    curve = curve_of(growth, 1e6 * peak_mw, 1e9 * fuel_gj, decay)
    assert burnt_j(curve, curve.end_s) == pytest.approx(1e9 * fuel_gj, rel=1e-9)
    assert curve.grown_s <= curve.steady_s <= curve.end_s


def test_a_compartment_bounds_what_burns_at_once_in_a_tower() -> None:
    tower = design_fires(houses(np.zeros(1), np.zeros(1), 40.0, built="rc_tall", storeys=25))
    assert tower.floor_m2[0] == 40_000
    assert tower.peak_w[0] == pytest.approx(1500 * 250e3)
