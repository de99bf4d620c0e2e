"""Water in underpasses narrower than a cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.hollows import Hollows
from sim.world.maps.plain import plain_world
from sim.world.world import World

SHARE, BELOW_M = 0.2, 3.0  # a fifth of the cell lies three metres below the rest


def one_underpass(share: float = SHARE, below_m: float = BELOW_M) -> World:
    """Return two cells: an underpass in the first, none in the second."""
    world = plain_world(np.zeros((1, 2)), cell_m=80.0)
    world.layers.write("underpass_share", np.array([[share, 1.0]]))
    world.layers.write("underpass_drop_m", np.array([[below_m * (1 - share), 0.0]]))
    return world


def street_m(world: World, held_m: float) -> float:
    """Return how deep water stands in the underpass with so much on the mean of its cell."""
    depth_m = np.array([[held_m, held_m]], np.float32)
    return float(Hollows(world).on_streets_m(depth_m)[0, 0])


def test_water_gathers_in_the_underpass_before_it_covers_the_cell() -> None:
    """0.3 m over a cell of which a fifth lies low stands 1.5 m deep there."""
    assert street_m(one_underpass(), 0.3) == pytest.approx(1.5, rel=1e-6)


def test_water_over_a_full_underpass_stands_level_over_the_cell() -> None:
    """The underpass holds 0.6 m of the cell's mean; what comes on top rises everywhere."""
    assert street_m(one_underpass(), 1.0) == pytest.approx(BELOW_M + 0.4, rel=1e-6)


def test_cells_without_an_underpass_keep_their_depth() -> None:
    """The second cell has none."""
    depth_m = np.array([[0.3, 0.3]], np.float32)
    assert Hollows(one_underpass()).on_streets_m(depth_m)[0, 1] == depth_m[0, 1]


def test_a_map_without_underpasses_is_seen_as_it_is() -> None:
    """No layers, no copy."""
    depth_m = np.full((1, 2), 0.3, np.float32)
    assert Hollows(plain_world(np.zeros((1, 2)), cell_m=80.0)).on_streets_m(depth_m) is depth_m


@settings(deadline=None)
@given(held_m=st.floats(0.0, 5.0), share=st.floats(0.05, 0.95), below_m=st.floats(0.3, 5.0))
def test_the_volume_of_a_cell_is_that_of_the_water_on_its_street(
    held_m: float, share: float, below_m: float
) -> None:
    """Summed over both parts of the cell, the water is what the flood says it holds."""
    world = one_underpass(share, below_m)
    deep_m = street_m(world, held_m)
    volume_m = share * deep_m + (1 - share) * max(0.0, deep_m - below_m)
    assert volume_m == pytest.approx(held_m, rel=1e-4, abs=1e-6)
    assert Hollows(world).sump(0, deep_m)[1] == pytest.approx(held_m, rel=1e-4, abs=1e-6)


def test_all_cells_of_an_underpass_have_one_water_level() -> None:
    """What stands in the lower cell alone stands on the street of both, less its fall."""
    world = plain_world(np.array([[-0.5, -1.0, 0.0]]), cell_m=40.0)
    world.layers.write("underpass_share", np.array([[0.2, 0.4, 1.0]]))
    world.layers.write("underpass_drop_m", np.array([[2.5, 1.8, 0.0]]))  # floors at -3.0 and -2.8
    street_m = Hollows(world).on_streets_m(np.array([[0.0, 0.52, 0.0]], np.float32))
    assert street_m[0, 0] - street_m[0, 1] == pytest.approx(0.2, abs=1e-5)
    assert 0.2 * street_m[0, 0] + 0.4 * street_m[0, 1] == pytest.approx(0.52, abs=1e-5)


def test_a_pump_draws_from_the_lowest_cell_of_its_underpass() -> None:
    """A pump put beside it would leave the water there for ever."""
    world = plain_world(np.array([[-0.5, -1.0, 0.0]]), cell_m=40.0)
    world.layers.write("underpass_share", np.array([[0.2, 0.4, 1.0]]))
    world.layers.write("underpass_drop_m", np.array([[2.5, 1.8, 0.0]]))
    assert Hollows(world).sump(0, 0.3) == (1, pytest.approx(0.12))
    assert Hollows(world).sump(2, 0.3) == (2, 0.3)
