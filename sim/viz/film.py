"""A film of a run: one map a kept moment, as MP4, animated GIF or a page with a slider."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2
import numpy as np
from matplotlib.animation import FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from sim.core.errors import SimError, choices
from sim.core.files import whole, write_text
from sim.core.words import said, say
from sim.evaluation.naming import clock
from sim.viz.basemap import lines_of
from sim.viz.maps import closed_edges, coloured, layer_at, painted, plot_run_map, write_clock
from sim.viz.part import part_shown
from sim.viz.people_maps import crowds, turn_people
from sim.viz.theme import CLASSES
from sim.viz.urban_fire_figures import draw_fires, turn_fires

if TYPE_CHECKING:
    from sim.model.results import Results

#: the film of burning buildings; all others are named by their layer
FIRES: Final = "building_fire"
FORMATS: Final = (".mp4", ".gif", ".html")
_DPI: Final = 110.0


class FilmError(SimError):
    """A film is asked for in a format there is none of, or of a run that kept no moments."""


def film_path(path: Path | str) -> Path:
    """Return where a film is to go; a suffix that is none of `FORMATS` is refused."""
    path = Path(path)
    if path.suffix not in FORMATS:
        raise FilmError(said("film.format", path=path, found=path.suffix, allowed=choices(FORMATS)))
    return path


def write_film(
    run: Results,
    path: Path | str,
    *,
    layer: str | None = None,
    lang: str = "en",
    frames_per_s: int = 4,
) -> Path:
    """Write one frame a kept moment and return the file written.

    Parameters
    ----------
    layer : str, optional
        What is painted: by default the water, in a run without a flood the wildfire, and without
        that `FIRES`, the buildings that burn.

    Without ffmpeg on the machine an ``.mp4`` becomes a ``.gif`` beside it.

    Raises
    ------
    FilmError
        When the suffix is none of `FORMATS`, or the run kept no moments.
    """
    path = film_path(path)
    if not run.times_s:
        raise FilmError(said("film.no_moments", folder=run.folder))
    layer = layer or painted(run) or FIRES
    if path.suffix == ".html":
        write_text(path, _page(run, layer, lang, frames_per_s))
        return path
    if path.suffix == ".mp4" and not FFMpegWriter.isAvailable():
        path = path.with_suffix(".gif")
    writer = (
        FFMpegWriter(fps=frames_per_s, codec="h264", extra_args=["-pix_fmt", "yuv420p"])
        if path.suffix == ".mp4"
        else PillowWriter(fps=frames_per_s)
    )
    figure, frames = _frames(run, layer, lang)
    with whole(path) as temporary, writer.saving(figure, str(temporary), _DPI):
        for _ in frames:
            writer.grab_frame()
    return path


def _frames(run: Results, layer: str, lang: str) -> tuple[Figure, Iterator[str]]:
    """Return the figure and an iterator that turns it to the next moment and says which."""
    axes = (
        draw_fires(run.world, run.states_at()["building_fire"], lang=lang, film=True)
        if layer == FIRES
        else plot_run_map(run, layer=layer, at=run.times_s[0], lang=lang, part_m=part_shown(run))
    )
    figure = axes.get_figure(root=True)
    assert figure is not None
    _even_pixels(figure)
    return figure, (_turn(run, axes, layer, at_s, lang) for at_s in run.times_s)


def _even_pixels(figure: Figure) -> None:
    """H.264 wants an even number of pixels each way."""
    wide, high = (2 * round(inches * _DPI / 2) / _DPI for inches in figure.get_size_inches())
    figure.set_size_inches(wide, high)


def _turn(run: Results, axes: Axes, layer: str, at_s: float, lang: str) -> str:
    """Change only what changes: water or fire, the closed roads, the people, the clock."""
    if layer == FIRES:
        turn_fires(axes, run.world, run.states_at(at_s)["building_fire"])
    else:
        values = next(image for image in axes.images if image.get_gid() == "values")
        values.set_data(coloured(run.world, layer_at(run, layer, at_s), CLASSES[layer]))
        closed = lines_of(run.world.road_shapes, np.flatnonzero(closed_edges(run, at_s)))
        roads = next(lines for lines in axes.collections if lines.get_gid() == "closures")
        assert isinstance(roads, LineCollection)
        roads.set_segments(closed)
        turn_people(axes, crowds(run, at_s))
    now = clock(run, at_s, lang)
    write_clock(axes, now)
    return now


def _page(run: Results, layer: str, lang: str, frames_per_s: int) -> str:
    figure, frames = _frames(run, layer, lang)
    pictures = [{"clock": moment, "jpeg": _jpeg(figure)} for moment in frames]
    source = (resources.files("sim.viz") / "film.html.j2").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True).from_string(source)
    return template.render(
        lang={"en": "en", "zh": "zh-CN"}[lang],
        title=run.manifest["title"][lang],
        play=say("film.play", lang),
        pause=say("film.pause", lang),
        pictures=pictures,
        wait_ms=round(1000 / frames_per_s),
    )


def _jpeg(figure: Figure) -> str:
    packed = io.BytesIO()
    figure.savefig(packed, format="jpeg", dpi=_DPI, pil_kwargs={"quality": 85})
    return base64.b64encode(packed.getvalue()).decode("ascii")
