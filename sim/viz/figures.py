"""The pictures of a run's folder: maps at telling moments, maxima, curves, each in one language."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.core.files import whole
from sim.core.words import say
from sim.evaluation.naming import clock
from sim.viz.charts import Chart, charts_of
from sim.viz.furniture import colour_key, legend
from sim.viz.hazard_figures import hazard_maps
from sim.viz.labels import Box
from sim.viz.maps import closed_edges, closed_road_entry, draw_map, layer_at, painted
from sim.viz.moments import Moment, telling_moments
from sim.viz.packing import Packed, as_png, packed, pixels_of
from sim.viz.panels import SMALL_KEY_STEP, panels
from sim.viz.part import part_shown
from sim.viz.people_figures import REACH, WHEREABOUTS, reach, whereabouts
from sim.viz.people_maps import crowds, draw_people, people_entries
from sim.viz.rescue_figures import freed, wards
from sim.viz.theme import CLASSES

if TYPE_CHECKING:
    from sim.model.results import Results

#: full-size maps, when the run has what they show; see `sim.viz.hazard_figures`
MAXIMA: Final = (
    "max_depth_m",
    "max_hazard_rating",
    "intensity",
    "damage",
    "rescue",
    "wildfire",
    "urban_fire",
    "gas_zone",
    "slope_state",
    "max_ice_m",
)
STAGES: Final = "stages"
#: the part of a run's folder that holds its figures
FIGURES: Final = "figures"


def stages(run: Results, *, lang: str = "en", moments: Sequence[Moment] | None = None) -> Figure:
    """Draw water, closures and people at several moments side by side, with one key for all."""
    shown = list(moments) if moments is not None else telling_moments(run)
    part_m = part_shown(run)

    def explain(axes: Axes) -> None:
        """Draw the keys of water and people beside the maps."""
        layer = painted(run)
        classes = CLASSES[layer] if layer else None
        if classes is not None:
            named = say("map.depth" if layer == "depth_m" else f"layer.{layer}", lang)
            title = say("map.key", lang, layer=named, unit=say(classes.unit, lang))
            colour_key(axes, classes, title, lang, step=SMALL_KEY_STEP)
        people = people_entries(run, crowds(run, run.times_s[-1]), lang)
        legend(axes, [closed_road_entry(lang), *people], classes, step=SMALL_KEY_STEP)

    def draw(place: int, axes: Axes) -> None:
        """Draw the map of one moment."""
        _panel(run, axes, shown[place], lang, part_m)

    return panels(run.world, len(shown), draw, explain)


def _panel(run: Results, axes: Axes, moment: Moment, lang: str, part_m: Box | None = None) -> None:
    at, layer = clock(run, moment.t_s, lang), painted(run)
    names = say("list.comma", lang).join(say(f"moment.{name}", lang) for name in moment.names)
    draw_map(
        run.world,
        None if layer is None else layer_at(run, layer, moment.t_s),
        layer or "depth_m",
        ax=axes,
        lang=lang,
        title=say("moment.title", lang, clock=at, names=names) if names else at,
        closures=closed_edges(run, moment.t_s),
        plain=True,
        part_m=part_m,
    )
    draw_people(axes, crowds(run, moment.t_s))


def pictures(
    run: Results, lang: str, moments: Callable[[], Sequence[Moment]] | None = None
) -> dict[str, Callable[[], Figure]]:
    """Return how to draw every figure of a run, by name, in the order of the report.

    ``moments`` returns those that `stages` shows: by default the telling ones, looked for anew.
    """
    shown = moments or functools.partial(telling_moments, run)
    maps = {
        name: lambda draw=draw: figure_of(draw())
        for name, draw in hazard_maps(run, lang=lang).items()
    }
    curves = {
        name: lambda chart=chart: figure_of(chart(run, lang=lang))
        for name, chart in curves_of(run).items()
    }
    people: dict[str, Callable[[], Figure]] = {}
    if run.manifest.get("plan"):
        people = {
            WHEREABOUTS: lambda: figure_of(whereabouts(run, lang=lang)),
            REACH: lambda: reach(run, lang=lang),
        }
    return {**people, STAGES: lambda: stages(run, lang=lang, moments=shown()), **maps, **curves}


def curves_of(run: Results) -> dict[str, Chart]:
    """Return the curves of a run: of rescue and hospitals where people were hurt, and of water."""
    curves: dict[str, Chart] = {}
    if len(run.trapped):
        curves["freed"] = freed
    queues = [name for name in ("beds_used", "door_queue", "light_queue") if name in run.series]
    if run.series[queues].to_numpy(dtype=float).any():
        curves["wards"] = wards
    return curves | charts_of(run)


class Artist:
    """Draws the figures of one run in whatever order, and looks for its telling moments once.

    Parameters
    ----------
    run : Results
    folder : Path
        Where the figures go, as ``<name>.<lang>.png``.
    """

    def __init__(self, run: Results, folder: Path) -> None:
        self._run, self._folder = run, folder
        self._moments = functools.cache(lambda: telling_moments(run))
        self._pictures = functools.cache(lambda lang: pictures(run, lang, self._moments))

    def names(self, lang: str) -> list[str]:
        """Return the names of all figures, curves after the maps."""
        curves = {WHEREABOUTS, *curves_of(self._run)}
        return sorted(self._pictures(lang), key=curves.__contains__)

    def write(self, name: str, lang: str) -> Packed:
        """Draw one figure into the folder, and return it for a page to carry."""
        return save_png(self._pictures(lang)[name](), self._folder / f"{name}.{lang}.png")


def write_figures(run: Results, folder: Path, *, lang: str) -> None:
    """Write every figure as ``<name>.<lang>.png``."""
    artist = Artist(run, folder)
    for name in artist.names(lang):
        artist.write(name, lang)


def save_png(figure: Figure, path: Path) -> Packed:
    """Write a picture, whole or not at all, and return it for a page to carry."""
    pixels = pixels_of(figure)
    png = as_png(pixels, figure.dpi)
    with whole(path) as temporary:
        temporary.write_bytes(png)
    return packed(png, pixels)


def figure_of(axes: Axes) -> Figure:
    """Return the whole picture that axes stand on."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure
