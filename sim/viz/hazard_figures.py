"""The maps of a run's hazards, each in its field's colours: shaking, fires, gas, slopes, ice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.core.words import say
from sim.evaluation.naming import clock
from sim.viz.earthquake_figures import damage_map, intensity_map
from sim.viz.maps import closed_edges, draw_map, plot_run_map
from sim.viz.part import part_shown
from sim.viz.rain_figures import ice_map, slopes_map
from sim.viz.rescue_figures import rescue_map
from sim.viz.theme import PAPER
from sim.viz.urban_fire_figures import draw_fires
from sim.viz.wildfire_figures import draw_wildfire

if TYPE_CHECKING:
    from sim.model.results import Results

Draw = Callable[[], Axes]
_BREACH: Final[dict[str, Any]] = {
    "ls": "none", "marker": "X", "ms": 9.0, "mfc": "#d7191c", "mec": PAPER, "mew": 0.8,
}  # fmt: skip
_RELEASE: Final[dict[str, Any]] = {
    "ls": "none", "marker": "X", "ms": 9.0, "mfc": "#7b2d8b", "mec": PAPER, "mew": 0.8,
}  # fmt: skip
#: maxima that the map's own classes and closed roads explain
_PLAIN: Final = ("max_depth_m", "max_hazard_rating")


def hazard_maps(run: Results, *, lang: str = "en") -> dict[str, Draw]:
    """Return how to draw each map that a run's hazards call for, by name, in the report's order."""
    maps: dict[str, Draw] = {
        name: lambda name=name: _water(run, name, lang)  # type: ignore[misc]
        for name in _PLAIN
        if run.keeps(name)
    }
    at_end = clock(run, run.manifest["duration_s"], lang)
    if run.keeps("intensity"):
        maps["intensity"] = lambda: intensity_map(
            run.world, run.layer("intensity"), epicentre_m=_epicentre_m(run), lang=lang
        )
    if run.changed("building_damage"):
        maps["damage"] = lambda: damage_map(run.world, run.states_at(), lang=lang, time=at_end)
    if len(run.trapped):
        maps["rescue"] = lambda: rescue_map(run, lang=lang)
    if run.keeps("fire_arrival_s"):
        maps["wildfire"] = lambda: _wildfire(run, lang)
    if run.changed("building_fire"):
        maps["urban_fire"] = lambda: draw_fires(
            run.world, run.states_at()["building_fire"], origins=origins(run), lang=lang,
            time=at_end, part_m=part_shown(run),
        )  # fmt: skip
    if run.keeps("gas_zone"):
        maps["gas_zone"] = lambda: _gas(run, lang)
    if run.keeps("slope_state"):
        maps["slope_state"] = lambda: slopes_map(run, lang=lang)
    if run.keeps("max_ice_m"):
        maps["max_ice_m"] = lambda: ice_map(run, lang=lang)
    return maps


def origins(run: Results) -> NDArray[np.int64]:
    """Return the buildings in which fire broke out."""
    started = run.events[run.events["kind"] == "fire_started"]
    facts = (json.loads(text) for text in started["facts"])
    rows = [fact["building"] for fact in facts if "building" in fact]
    return np.array(rows, dtype=np.int64)


def _epicentre_m(run: Results) -> tuple[float, float] | None:
    """Return where the first mainshock of a run began."""
    shocks = run.events[run.events["kind"] == "earthquake"]
    if shocks.empty:
        return None
    facts = json.loads(shocks.iloc[0]["facts"])
    return float(facts["x_m"]), float(facts["y_m"])


def _water(run: Results, layer: str, lang: str) -> Axes:
    """Draw a largest value of the flood, and where levees gave way."""
    places = breaches_m(run)
    mark = Line2D([], [], **_BREACH, label=say("map.breach", lang))
    axes = plot_run_map(run, layer=layer, lang=lang, also=[mark] if len(places) else [])
    axes.plot(*places.T, **_BREACH, zorder=12, scalex=False, scaley=False)
    return axes


def breaches_m(run: Results) -> NDArray[np.float64]:
    """Return where levees breached, as (n, 2) x and y."""
    opened = run.events[run.events["kind"] == "levee_breached"]
    named = {json.loads(facts).get("breach") for facts in opened["facts"]}
    levees, shapes, found = run.world.levees.id.tolist(), run.world.levee_shapes, []
    for hazard in run.scenario.hazards:
        for breach in getattr(hazard, "breaches", ()):
            if breach.id in named:
                line = shapes.points_m(levees.index(breach.levee))
                run_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
                at_m = breach.at * run_m[-1]
                found.append([float(np.interp(at_m, run_m, line[:, axis])) for axis in (0, 1)])
    return np.array(found, np.float64).reshape(-1, 2)


def _gas(run: Results, lang: str) -> Axes:
    """Draw the worst limit of exposure passed at each place, and where gas escaped."""
    released = run.events[run.events["kind"] == "gas_released"]
    places = [json.loads(facts) for facts in released["facts"]]
    mark = Line2D([], [], **_RELEASE, label=say("map.release", lang))
    axes = draw_map(
        run.world, run.layer("gas_zone"), "gas_zone", lang=lang,
        closures=closed_edges(run, None), also=[mark] if places else [], part_m=part_shown(run),
    )  # fmt: skip
    x_m, y_m = ([place[axis] for place in places] for axis in ("x_m", "y_m"))
    axes.plot(x_m, y_m, **_RELEASE, zorder=12, scalex=False, scaley=False)
    return axes


def _wildfire(run: Results, lang: str) -> Axes:
    arrival_s = run.layer("fire_arrival_s")
    row, column = np.unravel_index(int(np.argmin(arrival_s)), arrival_s.shape)
    x_m, y_m = run.world.grid.centres_m()
    began = np.array([[x_m[column], y_m[row]]]) if np.isfinite(arrival_s).any() else None
    return draw_wildfire(
        run.world, arrival_s, run.layer("flame_length_m"), origins_m=began, lang=lang,
        time=clock(run, run.manifest["duration_s"], lang), part_m=part_shown(run),
    )  # fmt: skip
