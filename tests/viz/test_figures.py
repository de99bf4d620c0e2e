"""The figures of a run's folder: which, when, and written whole."""

import warnings

import numpy as np
from PIL import Image

from sim.core.words import LANGUAGES
from sim.viz.charts import CHARTS
from sim.viz.figures import stages, telling_moments_s


def test_a_folder_gets_maps_and_curves_in_both_languages(drawn):
    names = {"stages", "max_depth_m", "max_hazard_rating", *CHARTS}
    wanted = {f"{name}.{lang}.png" for name in names for lang in LANGUAGES}
    assert {path.name for path in (drawn / "figures").iterdir()} == wanted


def test_every_figure_opens_and_is_not_blank(drawn):
    for path in (drawn / "figures").iterdir():
        with Image.open(path) as picture:
            assert len(picture.convert("RGB").getcolors(maxcolors=2**24)) > 50


def test_the_moments_shown_are_kept_ones_rising_at_the_peak_most_closures_and_the_end(run):
    hours = run.series["t_s"] / 3600
    rise_and_fall = np.where(hours < 4, hours, np.maximum(8 - hours, 0))
    most_closed = -np.abs(hours - 5) + 10
    run.series = run.series.assign(wet_area_m2=2e6 + rise_and_fall, closed_road_m=most_closed)
    assert telling_moments_s(run) == [7200.0, 14400.0, 18000.0, 21600.0]


def test_moments_that_fall_together_make_room_for_one_between(run):
    early = np.where(run.series["t_s"] == 3600, 10.0, 1.0)
    run.series = run.series.assign(wet_area_m2=early, closed_road_m=early)
    assert telling_moments_s(run) == [3600.0, 10800.0, 14400.0, 21600.0]


def test_a_run_in_which_nothing_gets_wet_shows_its_end(run):
    run.series = run.series.assign(wet_area_m2=2e6)
    assert telling_moments_s(run) == [21600.0]


def test_the_moments_can_be_chosen(run):
    figure = stages(run, lang="zh", moments_s=[7200.0, 21600.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:2] == ["20:00", "第2日 00:00"]
