"""The flood hazard on small worlds: levees without a leak, growing breaches, events with causes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.core.events import EventLog
from sim.hazards.base import Surroundings
from sim.hazards.flood import Flood
from sim.hazards.flood_channels import channel_of
from sim.hazards.flood_levees import Gap, Levee, crest_faces, even_profile_m
from sim.hazards.flood_site import FloodPlaceError
from sim.hazards.local_inertial import LocalInertial
from sim.hazards.series import Series
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import WATER_KINDS, Levees, Waters
from sim.world.world import World


def flood_on(ground: np.ndarray, **params: Any) -> tuple[Flood, EventLog]:
    world = plain_world(ground, cell_m=20.0)
    around = Surroundings.alone_on(world, seed=1)
    stated = {"id": "storm", "kind": "flood", "borders": "closed"} | params
    return Flood(Flood.Params.model_validate(stated), around), around.log


@pytest.mark.parametrize("bearing", [0.0, 0.3, 0.9, 1.3, 2.1])
def test_a_levee_line_of_any_bearing_holds_water_on_one_side(bearing: float) -> None:
    grid = Grid(40, 40, 10.0, north_m=400.0)
    away = np.array([np.cos(bearing), np.sin(bearing)])
    line = np.array([200.0, 200.0]) + np.outer(np.linspace(-600, 600, 13), away)
    faces = crest_faces(line, grid)
    x_m, y_m = grid.centres_m()
    left = (away[0] * (y_m[:, None] - 200.0) - away[1] * (x_m - 200.0)) > 25.0
    right = (away[0] * (y_m[:, None] - 200.0) - away[1] * (x_m - 200.0)) < -25.0
    pool = LocalInertial(np.zeros((40, 40)), 10.0, manning_n=0.03)
    pool.add_weirs(faces.cells_a, faces.cells_b, 5.0)
    pool.add_inflow(np.flatnonzero(left), [0.0], [20.0])
    pool.advance(900.0)
    assert pool.depth_m[left].min() > 0.0
    assert not pool.depth_m[right].any()


def test_the_faces_of_a_levee_share_out_its_length() -> None:
    grid = Grid(40, 40, 10.0, north_m=400.0)
    faces = crest_faces(np.array([[55.0, 55.0], [305.0, 255.0]]), grid)
    assert faces.along_m[-1] == pytest.approx(np.hypot(250.0, 200.0))
    assert len(faces.cells_a) > faces.along_m[-1] / grid.cell_m


def a_gap(shape: Any) -> tuple[Gap, LocalInertial]:
    pool = LocalInertial(np.zeros((20, 20)), 10.0, manning_n=0.03)
    cells = np.arange(20) * 20 + 9
    rows = pool.add_weirs(cells, cells + 1, 3.0)
    pairs = np.column_stack((cells, cells + 1))
    levee = Levee("l", rows, pairs, np.zeros(20), np.linspace(0.0, 200.0, 21))
    return Gap(levee, 0.5, 60.0, 3600.0, 0.5, shape, begins_s=100.0), pool


@pytest.mark.parametrize(("shape", "quarter"), [("linear", 0.25), ("sine", 0.5 - 0.125**0.5)])
def test_a_breach_grows_to_its_width_and_sill_in_its_time(shape: str, quarter: float) -> None:
    gap, pool = a_gap(shape)
    assert gap.progress(100.0) == 0.0
    assert gap.progress(1000.0) == pytest.approx(quarter)
    gap.open(pool.weirs, 1000.0)
    assert pool.weirs.breach.sum() * 10.0 == pytest.approx(60.0 * quarter)
    gap.open(pool.weirs, 5000.0)
    assert pool.weirs.breach.sum() * 10.0 == pytest.approx(60.0)
    assert pool.weirs.invert_m[10] == pytest.approx(0.5)
    assert pool.weirs.invert_m[0] == 3.0


def test_rain_begins_and_ends_once_and_the_end_names_the_beginning() -> None:
    flood, log = flood_on(
        np.zeros((20, 20)),
        rain={"kind": "hyetograph", "points": [["2 min", "36 mm/h"], ["7 min", "0 mm/h"]]},
    )
    for to_s in range(60, 901, 60):
        flood.advance(float(to_s))
    assert [(event.kind, event.t_s, event.cause) for event in log] == [
        ("rain_started", 120.0, -1),
        ("rain_ended", 420.0, 0),
    ]
    assert flood.report()["rain_m3"] == pytest.approx(3e-3 * 400 * 400.0)
    assert flood.cause == 0


def test_a_failure_of_half_the_drains_is_told_and_lowers_what_they_take() -> None:
    world = plain_world(np.zeros((10, 10)), cell_m=20.0, drain_m_per_s=1e-5)
    params = {
        "id": "storm", "kind": "flood", "borders": "closed",
        "rain": {"kind": "hyetograph", "points": [["0 h", "72 mm/h"], ["20 min", "0 mm/h"]]},
        "drain_failures": [{"id": "blackout", "from": "5 min", "to": "10 min", "share": 0.5}],
    }  # fmt: skip
    around = Surroundings.alone_on(world, seed=1)
    flood = Flood(Flood.Params.model_validate(params), around)
    for to_s in range(60, 1201, 60):
        flood.advance(float(to_s))
    assert flood.report()["drained_m3"] == pytest.approx((1200 - 150) * 1e-5 * 4e4, rel=0.02)
    assert [event.who for event in around.log if event.kind == "drains_failed"] == ["blackout"]


def test_a_rising_inflow_is_told_before_its_peak_which_it_causes() -> None:
    flood, log = flood_on(
        np.zeros((20, 20)),
        inflows=[
            {
                "id": "brook",
                "at": {"x_m": 210.0, "y_m": 210.0},
                "points": [["0 h", "1 m3/s"], ["2 min", "1 m3/s"], ["4 min", "3 m3/s"]],
            }
        ],
    )
    for to_s in range(60, 601, 60):
        flood.advance(float(to_s))
    assert [(event.kind, event.cause) for event in log] == [
        ("inflow_rose", -1),
        ("inflow_peaked", 0),
    ]
    assert flood.report()["inflow_m3"] == pytest.approx(120 + 240 + 360 * 3, rel=1e-9)
    assert abs(flood.report()["mass_error_share"]) <= 1e-9


def test_the_layers_hold_the_state_at_the_tick() -> None:
    flood, _ = flood_on(
        np.zeros((20, 20)),
        rain={"kind": "hyetograph", "points": [["0 h", "360 mm/h"], ["10 min", "0 mm/h"]]},
    )
    fields = flood._around.fields
    flood.advance(600.0)
    assert fields["depth_m"] == pytest.approx(np.full((20, 20), 0.06), rel=1e-5)
    assert np.isfinite(fields["arrival_s"]).all()
    assert set(Flood.writes) == set(fields)


def shore() -> World:
    """400 m of beach rising to the north from a sea 3 m deep in the southern half."""
    ground = np.where(np.arange(20)[:, None] >= 10, -3.0, 2.0) * np.ones((20, 20))
    ring = np.array([[0.0, 0.0], [400.0, 0.0], [400.0, 200.0], [0.0, 200.0], [0.0, 0.0]])
    sea = Waters(
        id=np.array(["sea"], object),
        name_en=np.array(["Sea"], object),
        name_zh=np.array(["海"], object),
        kind=np.array([WATER_KINDS.index("coast")], np.uint8),
        width_m=np.zeros(1, np.float32),
        bed_depth_m=np.full(1, 3.0, np.float32),
    )
    return replace(plain_world(ground, cell_m=20.0), waters=sea, water_shapes=Shapes.of([ring]))


@pytest.mark.parametrize(("level_m", "depth_m"), [(0.0, 3.0), (0.7, 3.7)])
def test_the_sea_on_the_map_begins_at_the_level_beyond_it(level_m: float, depth_m: float) -> None:
    around = Surroundings.alone_on(shore(), seed=1)
    if level_m:
        around.fields.write("sea_level_m", np.full((20, 20), level_m, np.float32))
    stated = {"id": "tide", "kind": "flood", "borders": {"south": "sea"}}
    flood = Flood(Flood.Params.model_validate(stated), around)
    flood.advance(600.0)
    assert flood.solver.depth_m[10:] == pytest.approx(depth_m, abs=1e-6)
    assert not flood.solver.depth_m[:10].any()


def test_without_a_side_that_is_sea_the_sea_is_dry() -> None:
    around = Surroundings.alone_on(shore(), seed=1)
    stated = {"id": "rain", "kind": "flood", "borders": "closed"}
    assert not Flood(Flood.Params.model_validate(stated), around).solver.depth_m.any()


def a_river(slant: float, flow_m3_per_s: float) -> Flood:
    """A channel 5 m deep and 60 m wide that falls 1 in 1,000 to the east over a level plain.

    Parameters
    ----------
    slant : float
        How far it goes south on its way east, metres a metre.
    """
    grid = Grid(70, 100, 20.0, north_m=1400.0)
    x_m, y_m = np.meshgrid(*grid.centres_m())
    middle_m = 690.0 + slant * (1000.0 - x_m)
    half_m = 30.0 * np.hypot(1.0, slant)
    bed_m = np.where(np.abs(y_m - middle_m) < half_m, -5.0, 0.0) - 0.001 * x_m
    ends_m = np.array([0.0, 2000.0])
    axis_m = 690.0 + slant * (1000.0 - ends_m)
    left = np.column_stack((ends_m, axis_m + half_m))
    right = np.column_stack((ends_m, axis_m - half_m))
    ring = np.concatenate((left, right[::-1]))
    river = Waters(
        id=np.array(["r"], object),
        name_en=np.array(["River"], object),
        name_zh=np.array(["河"], object),
        kind=np.array([WATER_KINDS.index("river")], np.uint8),
        width_m=np.full(1, 60.0, np.float32),
        bed_depth_m=np.full(1, 5.0, np.float32),
    )
    plain = plain_world(bed_m, cell_m=20.0, manning_n=0.03)
    world = replace(plain, waters=river, water_shapes=Shapes.of([ring]))
    around = Surroundings.alone_on(world, seed=1)
    upstream = {"id": "up", "river": "r", "points": [["0 h", f"{flow_m3_per_s} m3/s"]]}
    stated = {"id": "river", "kind": "flood", "borders": "open", "inflows": [upstream]}
    return Flood(Flood.Params.model_validate(stated), around)


def test_a_river_starts_at_the_depth_that_a_steady_flow_keeps() -> None:
    """Manning, 60 m wide: (200 / 60 * 0.03 / sqrt(0.001))^0.6 = 2.00 m."""
    flood = a_river(slant=0.0, flow_m3_per_s=200.0)
    channel = flood.solver.depth_m[34:37, 20:80]
    start_m = channel[channel > 0.0].mean()
    flood.advance(7200.0)
    channel = flood.solver.depth_m[34:37, 20:80]
    assert start_m == pytest.approx(2.0, rel=0.01)
    assert channel[channel > 0.0].mean() == pytest.approx(start_m, rel=0.03)


@pytest.mark.parametrize("slant", [0.25, -1.0])
def test_a_river_across_the_cells_keeps_the_depth_of_its_stated_width(slant: float) -> None:
    """Manning, 60 m wide, along the course, which falls less by its length; levels fall with it.

    A tenth is what banks that step in the same column take (`flood_channels`).
    """
    falls = 0.001 / np.hypot(1.0, slant)
    depth_m = (200.0 / 60.0 * 0.03 / np.sqrt(falls)) ** 0.6
    flood = a_river(slant, flow_m3_per_s=200.0)
    middle = (slice(20, 50), slice(40, 60))
    start = flood.solver.depth_m[middle]
    assert start[start > 0.0].mean() == pytest.approx(depth_m, rel=0.03)
    flood.advance(7200.0)
    rows, columns = np.nonzero(start > 0.0)
    deep_m = flood.solver.depth_m[middle][rows, columns]
    along_m = (columns * 20.0 + slant * rows * 20.0) / np.hypot(1.0, slant)
    level_m = deep_m - 0.001 * 20.0 * columns
    slope = -np.polyfit(along_m, level_m, 1)[0]
    carried = 60.0 * deep_m.mean() ** (5 / 3) * np.sqrt(slope) / 0.03
    assert carried == pytest.approx(200.0, rel=0.1)


def test_a_brook_narrower_than_a_cell_carries_its_own_width() -> None:
    """5 m on cells of 20 m: a quarter of the width, so that cells are four times as rough."""
    row = np.zeros((9, 60), np.bool_)
    row[4] = True
    channel = channel_of(row, 5.0 / 20.0)
    assert channel.roughness_share == pytest.approx(4.0, rel=1e-6)
    assert channel.length == pytest.approx(60.0)


def test_a_mapped_river_far_wider_than_its_usual_width_is_taken_as_mapped() -> None:
    reach = np.ones((12, 80), np.bool_)
    reach[[0, -1]] = False
    share = channel_of(reach, 3.0).roughness_share.reshape(10, 80)
    assert share[5, 40] == pytest.approx(10.0 / 8.5, rel=0.05)


def test_a_river_that_carries_more_than_its_channel_starts_full_to_its_banks() -> None:
    flood = a_river(slant=0.0, flow_m3_per_s=2000.0)
    assert flood.solver.depth_m.max() == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("slant", [0.0, 0.4, -0.4])
def test_a_river_does_not_leave_the_map_by_the_side_it_enters(slant: float) -> None:
    """What leaves in two hours is what came in, but for what the channel came to hold."""
    flood = a_river(slant, flow_m3_per_s=60.0)
    flood.advance(7200.0)
    borders = flood.solver._flow.borders
    west, _, _ = borders.indices("west", slice(None))
    flows = np.abs(flood.solver._flow.q.ravel()[borders.faces])
    assert not flows[np.isin(borders.faces, west)].any()
    assert flows.sum() * 20.0 == pytest.approx(60.0, rel=0.1)


def test_a_levee_whose_line_falls_into_the_water_stands_as_high_as_beside_it() -> None:
    plain = plain_world(np.full((20, 20), 5.0), cell_m=20.0)
    plain.layers["elevation_m"][8:12, 8:11] = 2.0
    plain.layers["land"][8:12, 8:11] = LAND_CLASSES.index("water")
    levee = Levees(
        id=np.array(["l"], object),
        name_en=np.array(["L"], object),
        name_zh=np.array(["堤"], object),
        height_m=np.full(1, 1.5, np.float32),
    )
    line = Shapes.of([np.array([[200.0, 0.0], [200.0, 400.0]])])
    around = Surroundings.alone_on(replace(plain, levees=levee, levee_shapes=line), seed=1)
    stated = {"id": "river", "kind": "flood", "borders": "closed"}
    flood = Flood(Flood.Params.model_validate(stated), around)
    assert flood.solver.weirs.crest_m == pytest.approx(6.5)


def test_a_spot_outside_the_map_is_named() -> None:
    stray = {"id": "brook", "at": {"x_m": -5.0, "y_m": 0.0}, "points": [["0 h", "1 m3/s"]]}
    with pytest.raises(FloodPlaceError, match="brook"):
        flood_on(np.zeros((10, 10)), inflows=[stray])


def test_the_integral_of_a_series_is_exact_between_and_beyond_its_points() -> None:
    ramp = Series([0.0, 10.0], [0.0, 5.0])
    assert ramp.integral(2.0, 6.0) == pytest.approx(0.5 * (1.0 + 3.0) * 4.0)
    assert ramp.integral(5.0, 15.0) == pytest.approx(0.5 * (2.5 + 5.0) * 5.0 + 25.0)
    stairs = Series([0.0, 10.0], [2.0, 4.0], steps=True)
    assert stairs.integral(5.0, 15.0) == pytest.approx(30.0)
    with pytest.raises(ValueError, match="rise"):
        Series([1.0, 1.0], [0.0, 0.0])


def test_a_crest_runs_evenly_over_a_ditch_and_follows_the_slope_of_the_valley():
    """Faces of 20 m on a valley of 1 in 1,000, and a ditch of 2 m over one of them."""
    along_m = np.arange(0.0, 2001.0, 20.0)
    slope_m = 10.0 - (along_m[:-1] + 10.0) / 1000.0
    foot_m = slope_m.copy()
    foot_m[50] -= 2.0
    even_m = even_profile_m(foot_m, along_m)
    np.testing.assert_allclose(even_m[50], slope_m[50] - 2.0 * 20.0 / 500.0, atol=1e-9)
    np.testing.assert_allclose(np.delete(even_m, 50), np.delete(slope_m, 50), atol=1e-9)
