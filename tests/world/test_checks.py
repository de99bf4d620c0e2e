"""A broken map is found out, each fault by the check that is meant for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.core.words import LANGUAGES
from sim.world.checks import checks_of
from sim.world.layers import LAND_CLASSES, Layers
from sim.world.table import Table
from sim.world.world import World


def broken(world: World) -> set[str]:
    return {finding.check for finding in checks_of(world) if not finding.ok}


def with_layer(world: World, name: str, values: np.ndarray) -> World:
    layers = Layers(world.grid)
    for key in world.layers:
        layers.write(key, values if key == name else world.layers[key])
    return replace(world, layers=layers)


def changed(table: Table, name: str, row: int, value: object) -> Table:
    column = table.columns()[name].copy()
    column[row] = value
    return replace(table, **{name: column})


def test_a_missing_ground_level_is_found(hamlet: World) -> None:
    ground = hamlet.layers["elevation_m"].copy()
    ground[3, 3] = np.nan
    assert "elevation_finite" in broken(with_layer(hamlet, "elevation_m", ground))


def test_a_pit_is_found_on_a_made_map(hamlet: World) -> None:
    ground = hamlet.layers["elevation_m"].copy()
    ground[5, 5] -= 3.0
    sound = "drains" not in broken(hamlet)
    assert sound
    assert "drains" in broken(with_layer(hamlet, "elevation_m", ground))


@pytest.mark.parametrize(
    ("table", "column", "value", "check"),
    [
        ("roads", "to_node", 99, "road_ends_exist"),
        ("roads", "length_m", 0.0, "road_lengths_positive"),
        ("roads", "length_m", 7.0, "road_lengths_match"),
        ("buildings", "x_m", -500.0, "buildings_inside"),
        ("buildings", "node", 99, "building_references_exist"),
        ("buildings", "occupants_02", 77, "home_at_night"),
        ("buildings", "occupants_12", 77, "occupants_12"),
        ("households", "building", 99, "homes_exist"),
        ("households", "size", 9, "households_fit"),
    ],
)
def test_a_broken_row_is_found(
    hamlet: World, table: str, column: str, value: object, check: str
) -> None:
    rows = changed(getattr(hamlet, table), column, 0, value)
    assert check in broken(replace(hamlet, **{table: rows}))


def test_a_street_without_a_way_back_is_found(hamlet: World) -> None:
    one_way = np.array([True, False, False])
    roads = replace(hamlet.roads, by_car=one_way)
    assert "roads_connected" in broken(replace(hamlet, roads=roads))


def test_a_house_in_the_water_is_found(hamlet: World) -> None:
    land = np.full(hamlet.grid.shape, LAND_CLASSES.index("water"))
    assert "buildings_dry" in broken(with_layer(hamlet, "land", land))


def test_every_finding_has_words_in_both_languages(hamlet: World) -> None:
    said = [finding.says(lang) for finding in checks_of(hamlet) for lang in LANGUAGES]
    assert all("{" not in line for line in said)
