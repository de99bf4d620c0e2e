"""Pictures of an earthquake: what stands on the map is what happened."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.words import LANGUAGES, say
from sim.viz.earthquake_figures import damage_map, damage_shown, intensity_map
from sim.viz.theme import DAMAGE
from sim.world.states import DAMAGE_STATES, States
from sim.world.world import World


def shaken(county: World) -> States:
    states = States(county)
    states["building_damage"][:] = np.arange(county.buildings.n) % len(DAMAGE_STATES)
    complete = states["building_damage"] == DAMAGE_STATES.index("complete")
    states["building_collapsed"][np.flatnonzero(complete)[::2]] = True
    states["road_free_m"][:3] = (0.0, 2.0, 3.0)
    states["road_down"][5] = True
    return states


def test_a_fallen_building_is_shown_as_fallen_and_not_as_complete(county: World) -> None:
    states = shaken(county)
    shown = damage_shown(states)
    assert (shown == "collapsed").sum() == states["building_collapsed"].sum()
    assert (shown == "complete").sum() > 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_building_is_one_mark_and_the_legend_counts_them(county: World, lang: str) -> None:
    axes = damage_map(county, shaken(county), lang=lang)
    marks = {
        name: len(drawn.get_offsets())
        for name in DAMAGE
        for drawn in axes.collections
        if drawn.get_gid() == f"damage-{name}"
    }
    assert sum(marks.values()) == county.buildings.n
    legend = axes.get_legend()
    assert legend is not None
    told = [text.get_text() for text in legend.get_texts()]
    assert f"{say('damage.slight', lang)}: {marks['slight']}" in told
    assert say("damage.road", lang) in told
    assert say("damage.bridge", lang) in told


def test_an_epicentre_outside_the_map_is_pointed_at_with_its_distance(county: World) -> None:
    west, south, east, north = county.grid.bounds_m
    intensity = np.linspace(6.0, 9.0, county.grid.nx) * np.ones((county.grid.ny, 1))
    middle_y = (south + north) / 2
    outside = intensity_map(county, intensity, epicentre_m=(east + 20_000.0, middle_y))
    assert any("20 km" in text.get_text() for text in outside.texts)
    inside = intensity_map(county, intensity, epicentre_m=((west + east) / 2, middle_y))
    assert not any(say("map.epicentre", "en") in text.get_text() for text in inside.texts)


def test_isoseismals_carry_the_numeral_of_the_zone_inside_them(county: World) -> None:
    intensity = np.linspace(6.0, 9.0, county.grid.nx) * np.ones((county.grid.ny, 1))
    axes = intensity_map(county, intensity)
    assert {"VII", "VIII", "IX"} <= {text.get_text() for text in axes.texts}
