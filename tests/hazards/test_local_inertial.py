"""Water on a raster: what must hold exactly, whatever the ground and the weather."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.hazards.local_inertial import Borders, Level, LocalInertial, Open, stable_alpha
from sim.kernels.flood_course import in_few_rounds

Floats = NDArray[np.float64]


def rough(ny: int, nx: int, relief_m: float = 2.0, seed: int = 1) -> Floats:
    return np.random.default_rng(seed).random((ny, nx)) * relief_m


def box(ground: Floats, cell_m: float = 10.0, n: float = 0.04, **more: object) -> LocalInertial:
    return LocalInertial(ground, cell_m, manning_n=n, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("datum_m", [0.0, 38.7, 2500.0])
def test_a_lake_with_dry_islands_does_not_move_at_all(datum_m: float) -> None:
    ground = datum_m + rough(50, 70)
    before = np.maximum(0.0, datum_m + 1.2345 - ground)
    lake = box(ground, depth_m=before)
    lake.advance(1200.0)
    assert np.array_equal(lake.depth_m, before)
    assert not lake.qx.any()
    assert not lake.qy.any()


def test_ground_of_four_bytes_is_taken_where_it_is_exact_and_changes_no_bit() -> None:
    ground = rough(40, 50).astype(np.float32).astype(np.float64)
    walls = ground > 1.9
    short, long = (box(ground, depth_m=np.where(walls, 0.0, 1.0), blocked=walls) for _ in range(2))
    assert short._flow._water.z.dtype == np.float32
    long._flow._water = long._flow._water._replace(z=long._flow.z.ravel())
    short.advance(300.0)
    long.advance(300.0)
    assert np.array_equal(short.depth_m, long.depth_m)
    assert np.array_equal(short.qx, long.qx)
    assert box(rough(8, 8))._flow._water.z.dtype == np.float64


weather = st.fixed_dictionaries(
    {
        "relief_m": st.floats(0.0, 30.0),
        "rain_mm_per_h": st.floats(0.0, 300.0),
        "inflow_m3_per_s": st.floats(0.0, 200.0),
        "soil_mm_per_h": st.floats(0.0, 50.0),
        "drain_mm_per_h": st.floats(0.0, 50.0),
        "n": st.floats(0.01, 0.2),
        "cell_m": st.floats(1.0, 100.0),
        "open_slope": st.sampled_from([None, 0.001, 0.05]),
        "seed": st.integers(0, 1000),
    }
)


@given(weather)
@settings(deadline=None, max_examples=12)
def test_no_depth_is_ever_negative_and_every_drop_is_in_the_ledger(w: dict[str, float]) -> None:
    ground = rough(20, 37, w["relief_m"], int(w["seed"]))
    flood = box(ground, w["cell_m"], w["n"], borders=Borders(east=Open(w["open_slope"])))
    flood.add_rain([0.0, 300.0], [w["rain_mm_per_h"] / 3.6e6, 0.0])
    flood.add_inflow([18 * 37 + 5], [0.0, 300.0], [w["inflow_m3_per_s"], 0.0])
    flood.set_losses(w["soil_mm_per_h"] / 3.6e6, w["drain_mm_per_h"] / 3.6e6)
    flood.add_pump(3 * 37 + 3, 1.0, starts_above_m=0.2)
    for to_s in (40.0, 200.0, 420.0):
        flood.advance(to_s)
        assert flood.t_s == to_s
        assert flood.depth_m.min() >= 0.0
        assert np.isfinite(flood.depth_m).all()
        assert abs(flood.error_share()) <= 1e-9


def test_a_mound_on_flat_ground_spreads_alike_along_rows_and_columns() -> None:
    x = np.arange(48) - 23.5
    mound = 3.0 * np.exp(-(np.add.outer(x**2, x**2)) / 60.0)
    flood = box(np.zeros((48, 48)), depth_m=mound, local_steps=False)
    flood.advance(600.0)
    assert np.abs(flood.depth_m - flood.depth_m.T).max() < 1e-12
    assert np.abs(flood.depth_m - flood.depth_m[::-1, ::-1]).max() < 1e-7  # flows are float32


def _ripple(theta: float, alpha: float) -> float:
    """Return the ripple left on a pond 2 m deep after many steps of a fixed Courant number."""
    checks = 1e-3 * (np.indices((48, 48)).sum(axis=0) % 2 - 0.5)
    pond = box(
        np.zeros((48, 48)), n=0.03, depth_m=2.0 + checks, theta=theta, alpha=alpha,
        local_steps=False,
    )  # fmt: skip
    pond.advance(1500.0)
    return float(np.ptp(pond.depth_m))


@pytest.mark.parametrize("theta", [1.0, 0.9, 0.8, 0.7])
def test_steps_are_stable_up_to_the_derived_bound_and_not_beyond(theta: float) -> None:
    """Linear analysis of the checkerboard mode gives alpha <= sqrt(theta / 2); a ripple of 1 mm
    stays small inside (without damping, theta = 1, it may grow tenfold) and breaks up beyond."""
    bound = (theta / 2) ** 0.5
    assert _ripple(theta, 0.97 * bound) < 2e-2
    assert _ripple(theta, 1.08 * bound) > 5e-2


def test_the_default_step_is_a_tenth_inside_the_bound() -> None:
    assert stable_alpha(0.9, 0.9) == pytest.approx(0.9 * 0.45**0.5)


def _gushing(**more: object) -> LocalInertial:
    ground = rough(90, 110, 0.5) + 0.01 * np.arange(110)
    flood = box(ground, borders=Borders(west="open", north=Level(1.0)), **more)
    flood.add_inflow([45 * 110 + 60], [0.0, 300.0, 1500.0], [2.0, 40.0, 0.0])
    rows = np.arange(90) * 110
    flood.add_weirs(rows + 30, rows + 31, ground[:, 30:32].max(axis=1) + 0.4)
    flood.advance(700.0)
    flood.advance(1800.0)
    return flood


def test_sleeping_tiles_change_no_bit_of_depth_or_flow() -> None:
    some, every = _gushing(), _gushing(tiles=False)
    assert np.array_equal(some.depth_m, every.depth_m)
    assert np.array_equal(some.qx, every.qx)
    assert np.array_equal(some.qy, every.qy)
    assert some.n_cell_updates < 0.8 * every.n_cell_updates


@pytest.mark.parametrize("corner", [(32, 32), (31, 47), (40, 24)])
def test_a_wave_over_dry_ground_finds_every_tile_awake(corner: tuple[int, int]) -> None:
    """Its front goes as far in a step as any water can; it meets sides and corners of tiles."""

    def broken_dam(tiles: bool) -> LocalInertial:
        depth = np.zeros((80, 80))
        depth[corner[0] - 6 : corner[0], corner[1] - 6 : corner[1]] = 8.0
        flood = box(np.zeros((80, 80)), depth_m=depth, tiles=tiles)
        flood.advance(120.0)
        return flood

    some, every = broken_dam(tiles=True), broken_dam(tiles=False)
    assert np.array_equal(some.depth_m, every.depth_m)
    assert np.array_equal(some.qx, every.qx)


def test_longer_steps_in_shallow_tiles_change_depths_by_less_than_a_centimetre() -> None:
    often, seldom = _gushing(local_steps=False), _gushing()
    assert seldom.n_cell_updates < often.n_cell_updates
    assert np.sqrt(np.mean((often.depth_m - seldom.depth_m) ** 2)) < 0.002


def test_long_rounds_while_no_rain_falls_change_depths_by_less_than_two_millimetres() -> None:
    """Shallow tiles take one step where the deepest takes eight; the reference all eight."""

    def after_the_storm(local_steps: bool) -> LocalInertial:
        ground = rough(96, 112) + np.linspace(3.0, 0.0, 112)
        ground[44:52] -= 3.0
        flood = box(ground, 40.0, local_steps=local_steps, borders=Borders(east="open"))
        flood.add_inflow([48 * 112 + 2], [0.0], [20.0])
        flood.add_rain([0.0, 1800.0], [1e-5, 0.0])
        for to_s in range(60, 10801, 60):
            flood.advance(float(to_s))
        return flood

    often, seldom = after_the_storm(local_steps=False), after_the_storm(local_steps=True)
    assert seldom.n_cell_updates < 0.7 * often.n_cell_updates
    assert abs(seldom.error_share()) <= 1e-9
    assert np.sqrt(np.mean((often.depth_m - seldom.depth_m) ** 2)) < 0.002
    assert np.sqrt(np.mean((often.max_depth_m - seldom.max_depth_m) ** 2)) < 0.002


@pytest.mark.parametrize(
    ("needed", "most", "taken"),
    [(1, 8, 1), (7, 8, 8), (10, 8, 10), (15, 8, 16), (19, 8, 20), (19, 4, 20), (19, 1, 19)],
)
def test_steps_are_counted_so_that_they_make_few_rounds(needed: int, most: int, taken: int) -> None:
    assert in_few_rounds(needed, most) == taken


def test_resting_water_keeps_its_volume_and_its_depths() -> None:
    def pond(rest_m2_per_s: float) -> LocalInertial:
        flood = box(rough(64, 80), rest_m2_per_s=rest_m2_per_s)
        flood.add_rain([0.0, 600.0], [2e-5, 0.0])
        for to_s in range(60, 7201, 60):
            flood.advance(float(to_s))
        return flood

    moving, resting = pond(0.0), pond(1e-4)
    assert resting.n_cell_updates < 0.5 * moving.n_cell_updates
    assert abs(resting.error_share()) <= 1e-9
    assert np.abs(moving.depth_m - resting.depth_m).max() < 0.01


def test_the_same_run_twice_gives_the_same_bits() -> None:
    assert np.array_equal(_gushing().depth_m, _gushing().depth_m)


def test_water_never_enters_a_blocked_cell_nor_runs_through_a_wall() -> None:
    blocked = np.zeros((30, 30), np.bool_)
    blocked[:, 15] = True
    flood = box(np.zeros((30, 30)), blocked=blocked)
    flood.add_inflow([15 * 30 + 5], [0.0], [5.0])
    flood.add_rain([0.0], [0.0])
    flood.advance(900.0)
    assert flood.depth_m[:, :15].min() > 0.0
    assert not flood.depth_m[:, 15:].any()


def test_rain_on_walls_is_not_counted() -> None:
    blocked = np.zeros((20, 20), np.bool_)
    blocked[5:9, 5:9] = True
    flood = box(np.zeros((20, 20)), blocked=blocked)
    flood.add_rain([0.0, 60.0], [1e-4, 0.0])
    flood.advance(120.0)
    assert flood.ledger.rain == pytest.approx(6e-3 * (400 - 16) * 100.0, rel=1e-12)
    assert flood.ledger.stored == pytest.approx(flood.ledger.rain, rel=1e-12)


def test_drains_take_their_capacity_and_no_more_than_there_is() -> None:
    flood = box(np.zeros((20, 20)), depth_m=np.full((20, 20), 0.01))
    flood.set_losses(0.0, 1e-5, ([0.0, 100.0, 200.0], [1.0, 0.0, 1.0]))
    flood.advance(300.0)
    assert flood.ledger.drained == pytest.approx(200.0 * 1e-5 * 400 * 100.0, rel=1e-6)
    flood.advance(3000.0)
    assert flood.ledger.drained == pytest.approx(0.01 * 400 * 100.0, rel=1e-12)
    assert not flood.depth_m.any()


def test_a_pump_moves_its_capacity_to_its_outlet_until_its_sump_is_low() -> None:
    ground = np.zeros((3, 40))
    flood = box(ground, depth_m=np.full((3, 40), 0.5))
    flood.add_pump(45, 0.5, starts_above_m=0.3, stops_at_m=0.1)
    flood.advance(60.0)
    assert flood.ledger.pumped_out == pytest.approx(30.0, rel=1e-9)
    flood.advance(12000.0)
    assert not flood.pumps.on[0]
    assert 0.05 < flood.depth_m.ravel()[45] <= 0.3 + 1e-9


def test_mobile_pumps_take_water_and_stand_in_the_ledger() -> None:
    flood = box(np.zeros((10, 10)), depth_m=np.full((10, 10), 0.2))
    rates = np.zeros((10, 10))
    rates[4, 4] = 1e-3
    flood.set_mobile_pumps(rates)
    flood.advance(120.0)
    assert flood.ledger.pumped_out == pytest.approx(120.0 * 1e-3 * 100.0, rel=1e-9)
    assert abs(flood.error_share()) <= 1e-12


def test_an_inflow_over_the_border_brings_its_whole_hydrograph() -> None:
    flood = box(np.zeros((20, 40)))
    flood.add_border_inflow("west", slice(5, 15), [0.0, 300.0, 900.0], [0.0, 0.4, 0.0])
    flood.advance(1000.0)
    assert flood.ledger.border_in == pytest.approx(0.5 * 900.0 * 0.4 * 100.0, rel=1e-6)


def test_water_beside_a_held_level_comes_to_that_level() -> None:
    flood = box(np.zeros((20, 30)), borders=Borders(east=Level(0.8)))
    flood.advance(2 * 3600.0)
    assert flood.depth_m == pytest.approx(np.full((20, 30), 0.8), abs=0.02)


def test_nothing_leaves_an_open_side_towards_which_the_ground_rises() -> None:
    ground = np.tile(0.01 * np.arange(30.0), (10, 1))
    flood = box(ground, depth_m=np.full((10, 30), 0.5), borders=Borders(east="open"))
    flood.advance(600.0)
    assert flood.ledger.border_out == 0.0


def test_arrival_and_duration_are_those_of_the_threshold() -> None:
    flood = box(np.zeros((10, 10)), wet_m=0.05)
    flood.add_rain([0.0, 200.0], [1e-3, 0.0])
    for to_s in range(5, 301, 5):
        flood.advance(float(to_s))
    assert flood.arrival_s.min() == pytest.approx(50.0, abs=5.0)
    assert flood.wet_s.max() == pytest.approx(250.0, abs=5.0)
    assert flood.max_depth_m.max() == pytest.approx(0.2, rel=1e-5)


def test_the_maxima_of_dry_ground_say_never() -> None:
    flood = box(np.zeros((10, 10)))
    flood.advance(60.0)
    assert np.isinf(flood.arrival_s).all()
    assert not flood.max_depth_m.any()


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ({"elevation_m": np.full((5, 5), np.nan)}, "elevation_m"),
        ({"depth_m": np.full((5, 5), -1.0)}, "depth_m"),
        ({"manning_n": -0.1}, "manning_n"),
    ],
)
def test_impossible_ground_is_refused_by_name(faults: dict[str, object], says: str) -> None:
    sound = {"elevation_m": np.zeros((5, 5)), "manning_n": 0.03} | faults
    with pytest.raises(ValueError, match=says):
        LocalInertial(sound.pop("elevation_m"), 10.0, **sound)  # type: ignore[arg-type]


def test_a_weir_between_cells_that_share_no_face_is_refused() -> None:
    with pytest.raises(ValueError, match="share no face"):
        box(np.zeros((5, 5))).add_weirs([0], [12], 1.0)
