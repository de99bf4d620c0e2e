"""The figures of a run's folder: which, when, and written whole."""

import warnings

import numpy as np
import pandas as pd
from matplotlib.text import Text
from PIL import Image

from sim.core.words import LANGUAGES
from sim.viz.charts import CHARTS
from sim.viz.figures import stages
from sim.viz.moments import Moment, telling_moments


def test_a_folder_gets_maps_and_curves_in_both_languages(drawn):
    names = {"stages", "max_depth_m", "max_hazard_rating", *CHARTS}
    wanted = {f"{name}.{lang}.png" for name in names for lang in LANGUAGES}
    assert {path.name for path in (drawn / "figures").iterdir()} == wanted


def test_every_figure_opens_and_is_not_blank(drawn):
    for path in (drawn / "figures").iterdir():
        with Image.open(path) as picture:
            assert len(picture.convert("RGB").getcolors(maxcolors=2**24)) > 50


def puddles(run, deep_at_s=()):
    """Let the land be hardly wet, but for some cells at some kept moments."""

    def layer(name, at=None):
        depth = np.full(run.world.grid.shape, 0.1)
        depth[:5] = 0.5 if at in deep_at_s else 0.1
        return depth

    run.layer = layer


def times_s(run) -> list[float]:
    return [moment.t_s for moment in telling_moments(run)]


def test_the_moments_shown_are_kept_ones_rising_at_the_peak_most_closures_and_the_end(run):
    hours = run.series["t_s"] / 3600
    rise_and_fall = np.where(hours < 4, hours, np.maximum(8 - hours, 0))
    most_closed = -np.abs(hours - 5) + 10
    puddles(run)
    run.series = run.series.assign(wet_area_m2=2e6 + rise_and_fall, closed_road_m=most_closed)
    assert times_s(run) == [7200.0, 14400.0, 18000.0, 21600.0]


def test_moments_that_fall_together_make_room_for_one_between(run):
    early = np.where(run.series["t_s"] == 3600, 10.0, 1.0)
    puddles(run)
    run.series = run.series.assign(wet_area_m2=early, closed_road_m=early)
    assert times_s(run) == [3600.0, 10800.0, 14400.0, 21600.0]


def test_the_film_of_a_rain_is_no_flood_beside_deep_water(run):
    puddles(run, deep_at_s=[18000.0])
    wide_film = np.where(run.series["t_s"] == 3600, 10.0, 1.0)
    run.series = run.series.assign(wet_area_m2=wide_film)
    shown = {name: moment.t_s for moment in telling_moments(run) for name in moment.names}
    assert shown["highest_water"] == 18000.0


def test_a_run_in_which_nothing_gets_wet_shows_its_end(run):
    run.series = run.series.assign(wet_area_m2=2e6)
    assert times_s(run) == [21600.0]


def test_a_title_wider_than_its_map_ends_where_the_map_does(run):
    names = ("first_warning", "highest_water", "worst_hour", "most_closed", "end")
    figure = stages(run, moments=[Moment(run.times_s[-1], names)])
    axes = figure.axes[0]
    title = next(t for t in axes.findobj(Text) if "worst hour" in t.get_text())
    assert title.get_window_extent().x1 <= axes.get_window_extent().x1 + 1


def test_the_moments_can_be_chosen(run):
    figure = stages(run, lang="zh", moments=[Moment(7200.0), Moment(21600.0, ("end",))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:2] == ["20:00", "7月29日 00:00 · 推演结束"]


def test_with_a_plan_the_maps_show_the_first_warning_and_the_hour_with_most_people_caught(run):
    run.messages = pd.DataFrame({"issued_s": [4000.0]})
    caught = np.array([0, 10, 90, 20, 20, 0])
    puddles(run)
    run.census = pd.DataFrame({"t_s": run.times_s, "group": "stranded", "people": caught})
    run.series = run.series.assign(wet_area_m2=2e6 - np.abs(run.series["t_s"] - 14400))
    shown = {name: moment.t_s for moment in telling_moments(run) for name in moment.names}
    assert shown == {
        "first_warning": 7200.0,  # the first kept moment that can show it
        "worst_hour": 10800.0,
        "highest_water": 14400.0,
        "end": 21600.0,
    }
