"""The pictures of a run's folder: maps at telling moments, maxima, curves, each in one language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.files import whole
from sim.core.words import say
from sim.evaluation.naming import clock
from sim.viz.charts import CHARTS
from sim.viz.furniture import colour_key, legend
from sim.viz.maps import closed_edges, closed_road_entry, draw_map, plot_run_map
from sim.viz.panels import SMALL_KEY_STEP, panels
from sim.viz.people_figures import REACH, WHEREABOUTS, reach, whereabouts
from sim.viz.theme import CLASSES

if TYPE_CHECKING:
    from sim.model.results import Results

#: maxima drawn as full-size maps, when the run has the layer
MAXIMA: Final = ("max_depth_m", "max_hazard_rating")
STAGES: Final = "stages"
#: share of the largest growth of the wet area that marks the first moment shown
_RISING: Final = 0.5
_PANELS: Final = 4


def telling_moments_s(run: Results) -> list[float]:
    """Return at most four kept moments: water rising, at its largest, most roads closed, the end.

    Measured by the wet area above its value at the start; where these fall together, the middle of
    the longest gap is shown as well. A run without water shows its end only.
    """
    t_s = run.series["t_s"].to_numpy(dtype=np.float64)
    growth = run.series["wet_area_m2"].to_numpy(dtype=np.float64)
    growth = growth - growth[0]
    peak = int(np.argmax(growth))
    wanted = [t_s[-1]]
    if growth[peak] > 0:
        rising = int(np.argmax(growth >= _RISING * growth[peak]))
        wanted = [t_s[rising], t_s[peak], t_s[-1]]
        if run.series["closed_road_m"].max() > 0:
            wanted.append(t_s[int(run.series["closed_road_m"].argmax())])
    kept = np.asarray(run.times_s)

    def nearest(moment: float) -> float:
        return float(kept[np.argmin(np.abs(kept - moment))])

    chosen = sorted({nearest(moment) for moment in wanted})
    while 1 < len(chosen) < min(_PANELS, len(kept)):
        gap = int(np.argmax(np.diff(chosen)))
        between = nearest((chosen[gap] + chosen[gap + 1]) / 2)
        if between in chosen:
            break
        chosen = sorted([*chosen, between])
    return chosen


def stages(run: Results, *, lang: str = "en", moments_s: Sequence[float] | None = None) -> Figure:
    """Draw the water at several moments side by side, two maps a row, with one key for all."""
    moments = list(moments_s) if moments_s is not None else telling_moments_s(run)

    def explain(axes: Axes) -> None:
        title = say("map.key", lang, layer=say("map.depth", lang), unit=say("unit.m", lang))
        colour_key(axes, CLASSES["depth_m"], title, lang, step=SMALL_KEY_STEP)
        legend(axes, [closed_road_entry(lang)], CLASSES["depth_m"], step=SMALL_KEY_STEP)

    def draw(place: int, axes: Axes) -> None:
        _panel(run, axes, moments[place], lang)

    return panels(run.world, len(moments), draw, explain)


def _panel(run: Results, axes: Axes, at_s: float, lang: str) -> None:
    draw_map(
        run.world,
        run.layer("depth_m", at=at_s),
        "depth_m",
        ax=axes,
        lang=lang,
        title=clock(run, at_s, lang),
        closures=closed_edges(run, at_s),
        plain=True,
    )


def pictures(run: Results, lang: str) -> dict[str, Callable[[], Figure]]:
    """Return how to draw every figure of a run, by name, in the order of the report."""
    kept = [name for name in MAXIMA if (run.folder / "rasters" / f"{name}.tif").is_file()]
    maps = {name: lambda name=name: _of(plot_run_map(run, layer=name, lang=lang)) for name in kept}
    curves = {
        name: lambda chart=chart: _of(chart(run, lang=lang)) for name, chart in CHARTS.items()
    }
    people: dict[str, Callable[[], Figure]] = {}
    if run.manifest.get("plan"):
        people = {
            WHEREABOUTS: lambda: _of(whereabouts(run, lang=lang)),
            REACH: lambda: reach(run, lang=lang),
        }
    return {**people, STAGES: lambda: stages(run, lang=lang), **maps, **curves}


def write_figures(run: Results, folder: Path, *, lang: str) -> list[Path]:
    """Write every figure as ``<name>.<lang>.png`` and return the files."""
    written = []
    for name, draw in pictures(run, lang).items():
        path = folder / f"{name}.{lang}.png"
        save_png(draw(), path)
        written.append(path)
    return written


def save_png(figure: Figure, path: Path) -> None:
    """Write a picture, whole or not at all, without the date and version that would differ."""
    with whole(path) as temporary:
        figure.savefig(temporary, format="png", metadata={"Software": None})


def _of(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure
