"""A map shows what it says: classes, units, closures, in both languages."""

import dataclasses
import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.core.words import say
from sim.viz.basemap import centroid_m, one_a_street
from sim.viz.furniture import nice_length_m
from sim.viz.maps import closed_edges, coloured, draw_map, plot_run_map
from sim.viz.theme import CLASSES
from sim.world.layers import LAND_CLASSES


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.findobj(Text) if text.get_text()]


def draws(axes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes.figure.canvas.draw()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", {"Maximum water depth (m)", "West Bank", "Liu river", "Shelter", "Levee", "1 km"}),
        ("zh", {"最大淹没水深（m）", "河西街道", "柳河", "应急避难场所", "堤防", "1 km"}),
    ],
)
def test_a_map_names_its_layer_unit_places_and_scale_in_the_language_asked_for(run, lang, words):
    axes = plot_run_map(run, layer="max_depth_m", lang=lang)
    draws(axes)
    assert words <= set(texts(axes))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("layer", sorted(CLASSES))
def test_every_layer_with_classes_is_drawn_without_a_warning(county, layer, lang):
    values = np.full(county.grid.shape, 1.0, np.float32)
    axes = draw_map(county, values, layer, lang=lang)
    draws(axes)
    assert say(f"layer.{layer}", lang) in texts(axes)


@pytest.mark.parametrize("layer", sorted(CLASSES))
def test_classes_rise_and_each_has_its_own_colour(layer):
    classes = CLASSES[layer]
    assert list(classes.edges) == sorted(set(classes.edges))
    assert len(set(classes.colours)) == len(classes.edges)
    assert len(classes.names) in {0, len(classes.edges)}


@pytest.mark.parametrize("layer", sorted(CLASSES))
def test_classes_are_told_apart_by_lightness_alone_so_colour_blind_readers_see_them(layer):
    lightness = [np.dot(to_rgb(c), (0.2126, 0.7152, 0.0722)) for c in CLASSES[layer].colours]
    steps = np.diff(lightness)
    assert (steps < -0.02).all() or (steps > 0.02).all()


@given(depth_m=st.floats(0, 20, width=32))
@settings(deadline=None, max_examples=60)
def test_a_depth_gets_the_colour_of_the_class_it_lies_in(county, depth_m):
    classes = CLASSES["depth_m"]
    dry_land = county.layers["land"] != LAND_CLASSES.index("water")
    row, column = np.argwhere(dry_land)[0]
    pixel = coloured(county, np.full(county.grid.shape, depth_m, np.float32), classes)[row, column]
    inside = [k for k, edge in enumerate(classes.edges) if np.float32(depth_m) >= np.float32(edge)]
    if not inside:
        assert pixel[3] == 0
    else:
        wanted = np.round(np.array(to_rgb(classes.colours[inside[-1]])) * 255)
        assert pixel[:3].tolist() == wanted.tolist()


def test_water_in_a_permanent_river_is_not_painted_as_flooding(county):
    paint = coloured(county, np.full(county.grid.shape, 5.0), CLASSES["depth_m"])
    river = county.layers["land"] == LAND_CLASSES.index("water")
    assert river.any()
    assert (paint[river, 3] == 0).all()


def test_ground_that_water_never_reached_has_no_arrival_time(county):
    paint = coloured(county, np.full(county.grid.shape, np.inf), CLASSES["arrival_s"])
    assert (paint[..., 3] == 0).all()


def test_a_map_at_a_time_shows_the_roads_closed_then_and_a_maximum_those_ever_closed(run):
    assert closed_edges(run, 8000.0).sum() == 1
    assert closed_edges(run, 11000.0).sum() == 30
    assert closed_edges(run, 13000.0).sum() == 29
    assert closed_edges(run, None).sum() == 30


def test_a_changing_layer_without_a_time_is_drawn_at_the_last_kept_moment(run):
    axes = plot_run_map(run, layer="depth_m")
    assert axes.get_title(loc="right") == "00:00 on 29 July"


def test_a_schematic_map_says_so_on_its_face_and_a_surveyed_one_does_not(county):
    surveyed = dataclasses.replace(county, schematic=False)
    assert say("map.schematic", "en") in texts(draw_map(county))
    assert say("map.schematic", "en") not in texts(draw_map(surveyed))


def test_a_real_map_names_its_licence(county):
    licence = {"licence": "© OpenStreetMap contributors, ODbL 1.0"}
    surveyed = dataclasses.replace(county, schematic=False, provenance=licence)
    assert "© OpenStreetMap contributors, ODbL 1.0" in texts(draw_map(surveyed))


def test_real_streets_on_made_up_ground_say_so(county):
    ground = {"elevation": {"source": "schematic: elevation is not real"}}
    surveyed = dataclasses.replace(county, schematic=False, provenance=ground)
    assert say("map.schematic_ground", "zh") in texts(draw_map(surveyed, lang="zh"))


def test_a_map_is_drawn_on_the_axes_it_is_given(county):
    axes = Figure().add_subplot()
    assert draw_map(county, ax=axes) is axes
    assert axes.get_aspect() == 1.0


def test_a_name_with_dollar_signs_is_written_as_it_is(county):
    axes = draw_map(county, title=r"$\broken{ and 5$")
    draws(axes)
    assert axes.get_title(loc="left") == r"$\broken{ and 5$"


def test_an_unknown_layer_is_refused(county):
    with pytest.raises(KeyError, match="wetness"):
        draw_map(county, np.zeros(county.grid.shape), "wetness")


@given(width_m=st.floats(10, 1e6))
def test_a_scale_bar_is_a_round_length_between_a_tenth_and_a_quarter_of_the_map(width_m):
    length_m = nice_length_m(width_m)
    assert 0.0999 * width_m <= length_m <= 0.25 * width_m * (1 + 1e-12)
    assert re.fullmatch(r"[125]0*|0\.0*[125]", f"{length_m:g}") or length_m >= 1e5


def test_of_two_directions_of_a_street_one_is_drawn(county):
    assert len(one_a_street(county)) == county.roads.n / 2


def test_the_label_of_a_square_stands_in_its_middle():
    ring = np.array([(10, 10), (14, 10), (14, 14), (10, 14), (10, 10)], float)
    assert centroid_m(ring) == pytest.approx((12, 12))


def symbols(axes, group):
    """Return places and areas of the symbols of one group of people."""
    drawn = next(each for each in axes.collections if each.get_gid() == f"people-{group}")
    return drawn.get_offsets(), drawn.get_sizes()


def test_a_map_at_a_time_shows_who_was_caught_then_and_where(crowded):
    places, _ = symbols(plot_run_map(crowded, layer="depth_m", at="22:00"), "stranded")
    assert places.tolist() == [[900.0, 900.0]]


def test_a_symbol_has_the_area_of_its_number_of_people(crowded):
    axes = plot_run_map(crowded, layer="depth_m", at=crowded.times_s[-1])
    (sheltered,), (caught,) = symbols(axes, "sheltered")[1], symbols(axes, "stranded")[1]
    assert caught / sheltered == pytest.approx(50 / 30)


def test_the_legend_names_only_groups_that_the_run_has(crowded):
    axes = plot_run_map(crowded, layer="depth_m", at="22:00")
    shown = [text.get_text() for text in axes.get_legend().get_texts()]
    assert {"In a shelter", "Caught on the way"} <= set(shown)
    assert "On the way" not in shown


def test_a_map_of_a_maximum_shows_nobody(crowded):
    axes = plot_run_map(crowded, layer="max_depth_m")
    assert not [each for each in axes.collections if str(each.get_gid()).startswith("people-")]
