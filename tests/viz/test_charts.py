"""Curves say what they show, in which unit, over which local time."""

import numpy as np
import pytest

from sim.core.words import say
from sim.viz.charts import CHARTS, rain_and_inflow, rate_per_s, volumes


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(CHARTS))
def test_every_curve_is_drawn_in_both_languages_with_its_unit_above(run, name, lang):
    axes = CHARTS[name](run, lang=lang)
    axes.figure.canvas.draw()
    assert axes.get_title(loc="left") == say(_LABELS[name], lang)


_LABELS = {
    "rain_and_inflow": "chart.inflow",
    "wet_area": "chart.wet_area",
    "closed_roads": "chart.closed_roads",
    "flooded_buildings": "chart.flooded_buildings",
    "volumes": "chart.volumes",
}


def test_the_time_axis_shows_the_local_clock_and_the_new_day(run):
    labels = [tick.get_text() for tick in CHARTS["wet_area"](run).get_xticklabels()]
    assert labels == ["18:00", "19:00", "20:00", "21:00", "22:00", "23:00", "00:00\n29 July"]


def test_rain_is_drawn_as_the_depth_an_hour_that_the_ledger_implies(run):
    grid = run.world.grid
    fallen_m = float(run.series["rain_m3"].iloc[-1]) / (grid.ny * grid.nx * grid.cell_area_m2)
    axes = rain_and_inflow(run)
    above = next(other for other in axes.figure.axes if other is not axes)
    outline = above.collections[0].get_paths()[0].vertices
    x_h, y_mm_per_h = outline[:, 0], outline[:, 1]
    depth_mm = abs(np.sum((x_h[1:] - x_h[:-1]) * (y_mm_per_h[1:] + y_mm_per_h[:-1]) / 2))
    assert depth_mm == pytest.approx(fallen_m * 1000, rel=1e-9)


def test_rain_hangs_from_above(run):
    axes = rain_and_inflow(run)
    above = next(other for other in axes.figure.axes if other is not axes)
    bottom, top = above.get_ylim()
    assert bottom > top == 0


def test_a_rate_is_the_growth_of_its_volume_a_second(run):
    assert rate_per_s(run.series, "inflow_m3") == pytest.approx(500.0)


def test_a_run_without_rivers_has_no_inflow(run):
    assert (rate_per_s(run.series.drop(columns="inflow_m3"), "inflow_m3") == 0).all()


def test_the_ledger_shows_the_entries_that_are_there_and_no_others(run):
    shown = [text.get_text() for text in volumes(run).get_legend().get_texts()]
    assert shown == ["Rain", "River inflow", "Out over the border", "Water on the map"]
