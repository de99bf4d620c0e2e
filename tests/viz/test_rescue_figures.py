"""Pictures of rescue: every one who was buried is on the map, and no curve falls."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.core.words import LANGUAGES
from sim.viz.rescue_figures import FATES, freed, rescue_map


@pytest.fixture
def after_the_shock(county, run):
    """A run in which five people lay under two buildings."""
    rows = [
        (0, 1, 0, 60.0, 600.0, "alone"),
        (1, 1, 0, 60.0, 1200.0, "neighbours"),
        (2, 2, 1, 60.0, 1800.0, "team"),
        (3, 1, 1, 60.0, np.nan, "buried"),
        (4, 1, 1, 60.0, 900.0, "died"),
    ]
    columns = ["row", "weight", "building", "since_s", "end_s", "how"]
    known = {"world": county, "manifest": run.manifest, "start": run.start, "series": run.series}
    return SimpleNamespace(trapped=pd.DataFrame(rows, columns=columns), **known)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fate_has_a_mark_and_its_number_of_people(after_the_shock, lang):
    axes = rescue_map(after_the_shock, lang=lang)
    drawn = {one.get_gid(): len(one.get_offsets()) for one in axes.collections if one.get_gid()}
    assert {name: drawn[f"fate-{name}"] for name in FATES} == dict.fromkeys(FATES, 1)


def test_the_curves_end_at_the_numbers_of_people(after_the_shock):
    axes = freed(after_the_shock)
    ends = [line.get_ydata()[-1] for line in axes.get_lines()]
    assert ends == [1, 1, 2, 1]
    assert all((np.diff(line.get_ydata()) >= 0).all() for line in axes.get_lines())
