"""The fire map shows each building's state once, in the language asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text

from sim.evaluation.verification.urban_fire_setups import houses
from sim.viz.urban_fire_figures import draw_fires, worst_place_m
from sim.world.maps.plain import plain_world
from sim.world.states import FIRE_STATES
from sim.world.world import World


@pytest.fixture
def hamlet() -> World:
    x, y = np.meshgrid(np.arange(10) * 40.0 + 50, np.arange(10) * 40.0 + 50)
    ground = plain_world(np.zeros((50, 100)), cell_m=20.0)
    return replace(ground, buildings=houses(x.ravel(), y.ravel(), 12.0))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", {"Burning (3)", "Burnt out (2)", "Fire put out (1)", "Where fires began (1)"}),
        ("zh", {"正在燃烧 (3)", "烧毁 (2)", "已扑灭 (1)", "起火点 (1)"}),
    ],
)
def test_every_state_is_drawn_and_counted(hamlet: World, lang: str, words: set[str]) -> None:
    fire = np.zeros(100, np.uint8)
    for name, rows in {"burning": [1, 2, 3], "burnt_out": [11, 12], "put_out": [21]}.items():
        fire[rows] = FIRE_STATES.index(name)
    axes = draw_fires(hamlet, fire, origins=np.array([11]), lang=lang)
    axes.figure.canvas.draw()
    assert words <= {text.get_text() for text in axes.findobj(Text)}
    drawn = {c.get_gid(): len(c.get_paths()) for c in axes.collections if c.get_gid()}
    assert (drawn["fire.burning"], drawn["fire.burnt_out"], drawn["fire.put_out"]) == (3, 2, 1)


def test_a_town_without_fire_has_no_close_up(hamlet: World) -> None:
    axes = draw_fires(hamlet, np.zeros(100, np.uint8))
    axes.figure.canvas.draw()
    assert not axes.child_axes


def test_the_close_up_goes_where_most_fires_are(hamlet: World) -> None:
    far = replace(hamlet.buildings, x_m=np.append(hamlet.buildings.x_m[:-1], 1900.0))
    fire = np.zeros(100, np.uint8)
    fire[[0, 1, 10, 99]] = 1
    x_m, y_m = worst_place_m(replace(hamlet, buildings=far), fire)
    assert (x_m, y_m) == pytest.approx((63.333, 63.333), abs=0.01)
