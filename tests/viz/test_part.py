"""The part of a wide map in which something happened."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.viz.maps import draw_map
from sim.viz.part import part_of
from sim.world.maps.plain import plain_world

WIDE = plain_world(np.zeros((60, 90)), cell_m=500.0)  # 45 by 30 km
inside = st.tuples(st.floats(0, 45_000), st.floats(0, 30_000))


@settings(deadline=None)
@given(st.lists(inside, min_size=1, max_size=6))
def test_a_part_shows_all_places_in_the_shape_of_the_map(places: list[tuple[float, float]]) -> None:
    x_m, y_m = np.array(places).T
    found = part_of(WIDE, x_m, y_m)
    if found is None:  # they need most of the map
        assert max(np.ptp(x_m) / 45_000, np.ptp(y_m) / 30_000) > 0.25
        return
    west, south, east, north = found
    edges = [-1e-6, west, x_m.min(), x_m.max(), east, 45_000 + 1e-6]
    rims = [-1e-6, south, y_m.min(), y_m.max(), north, 30_000 + 1e-6]
    assert edges == sorted(edges)
    assert rims == sorted(rims)
    assert (east - west) / (north - south) == pytest.approx(1.5)


def test_where_nothing_happened_the_whole_map_is_shown() -> None:
    assert part_of(WIDE, np.zeros(0), np.zeros(0)) is None


def test_a_map_of_a_part_ends_where_the_part_ends_and_says_where_it_lies() -> None:
    part = part_of(WIDE, np.array([10_000.0, 12_000.0]), np.array([9_000.0, 9_500.0]))
    assert part is not None
    axes = draw_map(WIDE, part_m=part)
    assert (*axes.get_xlim(), *axes.get_ylim()) == (part[0], part[2], part[1], part[3])
    assert [inset.get_title(loc="left") for inset in axes.child_axes] == ["Where on the map"]
