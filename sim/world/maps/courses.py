"""Where rivers, canals and levees of a schematic map run, as lines in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.spatial import cKDTree

from sim.core.rng import Streams
from sim.scenario.facts import Facts, River
from sim.world.grid import Grid
from sim.world.maps.frame import Frame

Floats = NDArray[np.float64]

#: spacing of points on a course
STEP_M: Final = 10.0
#: meander length and amplitude (peak to peak) against width, in metres: Leopold & Wolman 1960,
#: doi 10.1130/0016-7606(1960)71[769:RM]2.0.CO;2 (their 6.6 w^0.99 ft and 2.7 w^1.1 ft, rounded)
MEANDER_WIDTHS: Final = 11.0
MEANDER_AMPLITUDE: Final = (2.7, 1.1)
#: channels are trained in built-up counties: part of the natural amplitude that is left (assumed)
TRAINED_SHARE: Final = 0.5
#: how far a valley strays from its stated course, as a share of its length (assumed)
VALLEY_WANDER: Final = 0.012
#: part of the strip between levees that the river wanders over (assumed)
BETWEEN_LEVEES_SHARE: Final = 0.5


@dataclass(frozen=True)
class Course:
    """A river's or canal's centreline, upstream first, points about `STEP_M` apart.

    Attributes
    ----------
    axis_m : (n, 2) float64
        The valley's line, without meanders: what levees follow.
    line_m : (n, 2) float64
        The water's line.
    """

    river: River
    axis_m: Floats
    line_m: Floats


@dataclass(frozen=True)
class Crest:
    """One levee's crest line."""

    id: str
    name_en: str
    name_zh: str
    height_m: float
    line_m: Floats


def courses_of(facts: Facts, frame: Frame, streams: Streams) -> list[Course]:
    """Return the courses of all rivers and canals, in the order of the facts."""
    found: dict[str, Course] = {}
    for row, river in enumerate(facts.rivers):
        places = frame.line_m(river.course)
        if river.into is not None:
            other = found[river.into].line_m
            places[-1] = other[cKDTree(other).query(places[-1])[1]]
        axis_m = smooth_line(_beyond_border(places, frame, river.into is None))
        if river.kind == "river":
            axis_m = _wandering(axis_m, streams.generator("valleys", row))
        line_m = axis_m
        if river.kind == "river":
            line_m = _meandering(axis_m, river, streams.generator("meanders", row))
        found[river.id] = Course(river, axis_m, line_m)
    return list(found.values())


def smooth_line(places: Floats, step_m: float = STEP_M) -> Floats:
    """Return a smooth line through the points, without overshoot, evenly spaced."""
    chord_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))))
    along = np.linspace(0, chord_m[-1], max(2, round(chord_m[-1] / step_m)) + 1)
    if len(places) == 2:
        return np.column_stack([np.interp(along, chord_m, column) for column in places.T])
    points = np.column_stack([PchipInterpolator(chord_m, column)(along) for column in places.T])
    window = max(3, len(points) // 20)
    return _averaged(points, window)


def _averaged(points: Floats, window: int) -> Floats:
    """Return a moving average that keeps both ends."""
    kernel = np.ones(window) / window
    padded = np.concatenate(
        (
            2 * points[0] - points[window:0:-1],
            points,
            2 * points[-1] - points[-2 : -window - 2 : -1],
        )
    )
    smooth = np.column_stack([np.convolve(column, kernel, "same") for column in padded.T])
    smooth = smooth[window : window + len(points)]
    smooth[0], smooth[-1] = points[0], points[-1]
    return smooth


def _beyond_border(places: Floats, frame: Frame, last_too: bool) -> Floats:
    """Lengthen a course that begins or ends on the border, so that it crosses it fully."""
    size = np.array([frame.width_m, frame.height_m])
    places = places.copy()
    for end, before in ((0, 1), (-1, -2)) if last_too else ((0, 1),):
        on_border = np.any((places[end] <= 0.005 * size) | (places[end] >= 0.995 * size))
        if on_border:
            outward = places[end] - places[before]
            places[end] += outward / np.hypot(*outward) * 0.03 * size.max()
    return places


def normals(line_m: Floats) -> Floats:
    """Return unit vectors to the left of the direction of travel."""
    ahead = np.gradient(line_m, axis=0)
    ahead /= np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)[:, None]
    return np.column_stack((-ahead[:, 1], ahead[:, 0]))


def _wandering(line_m: Floats, rng: np.random.Generator) -> Floats:
    """Let a valley wander about the stated course by a small share of its length."""
    along = np.linspace(0, 1, len(line_m))
    wander = np.zeros(len(line_m))
    for bends in (3, 5, 8, 13):
        wander += np.sin(2 * np.pi * (bends * along + rng.random())) * rng.uniform(1, 3) / bends
    fade = np.minimum(1.0, 12 * np.minimum(along, along[::-1]))
    swing_m = VALLEY_WANDER * STEP_M * len(line_m)
    wandered: Floats = line_m + normals(line_m) * (swing_m * wander * fade)[:, None]
    return wandered


def _meandering(axis_m: Floats, river: River, rng: np.random.Generator) -> Floats:
    """Swing the line about its axis; the swing fades out at both ends."""
    factor, power = MEANDER_AMPLITUDE
    swing_m = 0.5 * TRAINED_SHARE * factor * river.width**power
    if river.levees is not None:
        swing_m = min(swing_m, BETWEEN_LEVEES_SHARE * river.levees.setback)
    along_m = np.arange(len(axis_m)) * STEP_M
    wander = np.zeros(len(axis_m))
    for share, part in ((1.0, 1.0), (0.45, 0.6), (2.3, 0.5)):
        length_m = MEANDER_WIDTHS * river.width / share * rng.uniform(0.9, 1.15)
        drift = np.interp(along_m, along_m[::40], rng.normal(0, 0.8, len(along_m[::40])).cumsum())
        wander += part * np.sin(2 * np.pi * along_m / length_m + 0.5 * drift)
    fade = np.minimum(1.0, np.minimum(along_m, along_m[::-1]) / (MEANDER_WIDTHS * river.width))
    line_m: Floats = axis_m + normals(axis_m) * (0.7 * swing_m * wander * fade)[:, None]
    return line_m


def crests_of(
    courses: list[Course], frame: Frame, grid: Grid, still: NDArray[np.bool_]
) -> list[Crest]:
    """Return the levees on both banks, open where another channel passes.

    Parameters
    ----------
    still : (ny, nx) bool
        Lakes and sea, where levees end.
    """
    crests = []
    for course in courses:
        levees = course.river.levees
        if levees is None:
            continue
        offset_m = course.river.width / 2 + levees.setback
        others = [other for other in courses if other is not course]
        for side, zh, sign in (("left", "左岸", 1), ("right", "右岸", -1)):
            line_m = _averaged(course.axis_m + sign * offset_m * normals(course.axis_m), 25)
            for number, run in enumerate(_open_runs(line_m, others, frame, grid, still), 1):
                last = "" if number == 1 else f"-{number}"
                crests.append(
                    Crest(
                        f"{course.river.id}-{side}{last}",
                        f"{course.river.name.en}, {side} levee{last.replace('-', ' ')}",
                        f"{course.river.name.zh}{zh}堤防{last.removeprefix('-')}",
                        levees.height,
                        run,
                    )
                )
    return crests


def _open_runs(
    line_m: Floats, others: list[Course], frame: Frame, grid: Grid, still: NDArray[np.bool_]
) -> list[Floats]:
    keep = frame.inside(line_m[:, 0], line_m[:, 1])
    cell = grid.cell_of(line_m[:, 0], line_m[:, 1])
    keep &= (cell >= 0) & ~still.reshape(-1)[cell]
    for other in others:
        near_m, _ = cKDTree(other.line_m).query(line_m)
        keep &= near_m > other.river.width
    edges = np.flatnonzero(np.diff(np.concatenate(([False], keep, [False])).astype(int)))
    runs = [line_m[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 10]
    return sorted(runs, key=len, reverse=True)
