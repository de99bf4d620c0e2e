"""The map of a wildfire: classes of flames, lines of the front, marks of what there is."""

from __future__ import annotations

import numpy as np
import pytest

from sim.viz.theme import CLASSES
from sim.viz.wildfire_figures import draw_wildfire, step_between
from sim.world.maps.plain import plain_world
from sim.world.world import World


@pytest.fixture
def world() -> World:
    return plain_world(np.zeros((40, 40)), cell_m=30.0)


def legend_of(world: World, *, lang: str, burnt: bool = True, lines: bool = True) -> list[str]:
    y, x = np.mgrid[:40, :40]
    arrival_s = np.where(np.hypot(x - 20, y - 20) < 15, np.hypot(x - 20, y - 20) * 400.0, np.inf)
    if not burnt:
        arrival_s[:] = np.inf
    axes = draw_wildfire(
        world, arrival_s, np.full((40, 40), 2.0), lang=lang,
        fire_line_s=np.where(x == 38, np.inf, 0.0) if lines else None,
        origins_m=np.array([[600.0, 600.0]]),
    )  # fmt: skip
    shown = axes.get_legend()
    return [] if shown is None else [text.get_text() for text in shown.get_texts()]


def test_the_legend_names_what_is_drawn(world: World) -> None:
    texts = legend_of(world, lang="en")
    assert {"Where fire began", "Edge of the fire", "Line that holds fire"} <= set(texts)
    assert "Front every 15 min" in texts


def test_a_chinese_map_names_its_fronts_in_chinese(world: World) -> None:
    assert "火线位置（每15 分钟）" in legend_of(world, lang="zh")


def test_a_map_without_fire_shows_neither_front_nor_start(world: World) -> None:
    texts = legend_of(world, lang="zh", burnt=False, lines=False)
    assert not {"起火点", "火场边界", "防火隔离带"} & set(texts)


def test_flames_are_cut_where_the_hauling_chart_cuts_them() -> None:
    # 4, 8 and 11 ft (Andrews & Rothermel 1982)
    assert CLASSES["flame_length_m"].edges[1:] == pytest.approx((1.22, 2.44, 3.35), abs=0.06)


@pytest.mark.parametrize(("span_h", "step_min"), [(0.5, 10), (4, 30), (20, 180), (90, 720)])
def test_no_map_has_more_than_eight_fronts(span_h: float, step_min: float) -> None:
    step_s = step_between(np.array([0.0, span_h * 3600.0]))
    assert step_s == step_min * 60.0
