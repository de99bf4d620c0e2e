"""What maps have in common is drawn once, and looks on every map as if it were drawn there."""

import dataclasses
import io

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.viz.maps import draw_map
from sim.viz.packing import png_of
from sim.viz.stamp import Stamp
from sim.viz.theme import new_figure


@pytest.fixture
def county(county):
    """The same world for which nothing has been kept."""
    return dataclasses.replace(county)


def a_map(county, made=None):
    """A small map with one thick line across it; ``made`` counts how often it is drawn."""

    def make():
        if made is not None:
            made.append(1)
        yield LineCollection([[(0.0, 0.0), (1.0, 1.0)]], colors="#b3261e", linewidths=3.0)

    figure = new_figure(2.0, 1.5)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    return figure, Stamp(axes, county, "a line", make, zorder=1)


def pixels(figure: Figure) -> np.ndarray:
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).astype(int)


def test_a_stamp_is_drawn_once_however_many_maps_carry_it(county):
    made = []
    for _ in range(3):
        png_of(a_map(county, made)[0])
    assert len(made) == 1


def test_another_part_of_the_map_is_another_picture(county):
    made = []
    for east in (1.0, 0.5):
        figure, stamp = a_map(county, made)
        stamp.axes.set_xlim(0.0, east)
        png_of(figure)
    assert len(made) == 2


def test_what_is_stamped_looks_as_if_it_were_drawn_there(county):
    png_of(a_map(county)[0])
    stamped, _ = a_map(county)
    drawn, stamp = a_map(county)
    for line in stamp._make():
        stamp.axes.add_collection(line, autolim=False)
    stamp.remove()
    # each pixel is rounded once more, when the line's edge is laid over the paper
    assert np.abs(pixels(stamped) - pixels(drawn)).max() <= 2


def test_a_map_saved_as_vectors_keeps_its_streets_as_lines(county):
    saved = io.StringIO()
    draw_map(county).figure.savefig(saved, format="svg")
    assert saved.getvalue().count("<image") == 1  # the ground
    assert saved.getvalue().count("<path") > 100
