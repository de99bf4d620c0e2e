"""The paired-world test: one more household on a hilltop changes nobody else's evening."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.model.people_table import final_columns
from sim.world.tables import BUILDING_USES, OCCUPANCY_HOURS
from tests.response.conftest import staged


def one_more_row(table: Any, **columns: Any) -> Any:
    """Return a table with its last row once more, but for some columns."""
    more = {
        name: np.append(column, np.array([columns.get(name, column[-1])], column.dtype))
        for name, column in table.columns().items()
    }
    return type(table)(**more)


def with_a_hermit(world):
    """Return the world with a home on its highest ground, outside all zones and all channels."""
    ground_m = world.layers["elevation_m"]
    row, column = np.unravel_index(np.argmax(ground_m), ground_m.shape)
    x_m, y_m = (
        axis[place] for axis, place in zip(world.grid.centres_m(), (column, row), strict=True)
    )
    alone = {f"occupants_{hour:02d}": 1 for hour in OCCUPANCY_HOURS}  # nobody works there
    home = {"x_m": x_m, "y_m": y_m, "zone": -1, "use": BUILDING_USES.index("home"), **alone}
    household = {"building": world.buildings.n, "first_person": world.people.n, "size": 1}
    return replace(
        world,
        buildings=one_more_row(world.buildings, **home),
        building_shapes=None,
        households=one_more_row(world.households, **household, has_car=False),
        people=one_more_row(world.people, household=world.households.n, channels=0),
    )


@pytest.mark.slow
def test_one_more_household_on_a_hilltop_changes_nobody_elses_fate(town):
    without, with_one = staged(town), staged(with_a_hermit(town))
    without.run()
    with_one.run()
    assert with_one.people.residents.n == without.people.residents.n + 1
    assert with_one.log.sha256() == without.log.sha256()
    after = final_columns(with_one.people)
    for name, column in final_columns(without.people).items():
        assert np.array_equal(after[name][:-1], column, equal_nan=column.dtype.kind == "f"), name
