"""Which moments of a run are worth a map: first warning, highest water, worst hour, the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from sim.model.results import Results

#: share of the largest growth of the wet area that marks rising water
_RISING: Final = 0.5
MOST_MOMENTS: Final = 4
#: a depth from which water stops cars and walkers
_DEEP_M: Final = 0.3
#: groups of people who are worst off; see `sim.model.census`
_IN_DANGER: Final = ("water_at_home", "stranded", "trapped")


@dataclass(frozen=True)
class Moment:
    """A kept moment; ``names`` are word keys under ``moment.``, none for one in between."""

    t_s: float
    names: tuple[str, ...] = ()


def telling_moments(run: Results) -> list[Moment]:
    """Return at most four kept moments with what they are.

    The first warning (without one: the water rising), most land deep in water (without any: most
    of it wet), the worst hour, the end. Where these fall together, the middle of the longest gap is
    shown as well.
    """
    kept = np.asarray(run.times_s)
    named: dict[float, tuple[str, ...]] = {}
    for name, wanted_s in _wanted(run):
        at_s = float(kept[np.argmin(np.abs(kept - wanted_s))])
        named[at_s] = (*named.get(at_s, ()), name)
    while 1 < len(named) < min(MOST_MOMENTS, len(kept)):
        shown = sorted(named)
        gap = int(np.argmax(np.diff(shown)))
        middle = (shown[gap] + shown[gap + 1]) / 2
        between = float(kept[np.argmin(np.abs(kept - middle))])
        if between in named:
            break
        named[between] = ()
    return [Moment(at_s, named[at_s]) for at_s in sorted(named)]


def _wanted(run: Results) -> Iterator[tuple[str, float]]:
    t_s = run.series["t_s"].to_numpy(dtype=np.float64)
    growth = _growth(run)
    peak = int(np.argmax(growth))
    if not run.messages.empty:
        yield "first_warning", _kept_after(run, float(run.messages["issued_s"].min()))
    elif growth[peak] > 0:
        yield "rising", float(t_s[int(np.argmax(growth >= _RISING * growth[peak]))])
    if growth[peak] > 0:
        deep = _deep_cells(run)
        deepest = run.times_s[int(np.argmax(deep))]
        yield "highest_water", deepest if any(deep) else float(t_s[peak])
    in_danger = run.census[run.census["group"].isin(_IN_DANGER)]
    if len(in_danger):
        at_s, people = np.unique(in_danger["t_s"]), in_danger.groupby("t_s")["people"].sum()
        yield "worst_hour", float(at_s[int(people.argmax())])
    elif run.series["closed_road_m"].max() > 0:
        yield "most_closed", float(t_s[int(run.series["closed_road_m"].argmax())])
    yield "end", float(t_s[-1])


def _growth(run: Results) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the wet area above that of the start, by tick; zeros in a run without water."""
    if "wet_area_m2" not in run.series:
        return np.zeros(len(run.series))
    wet_m2 = run.series["wet_area_m2"].to_numpy(dtype=np.float64)
    growth: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = wet_m2 - wet_m2[0]
    return growth


def _deep_cells(run: Results) -> list[int]:
    """Return how many cells at each kept moment are deep in water and were not at the first.

    The film that rain leaves on fields for a while is wider than any flood, and matters less.
    """
    first = run.layer("depth_m", at=run.times_s[0]) >= _DEEP_M
    return [
        int(np.count_nonzero((run.layer("depth_m", at=at_s) >= _DEEP_M) & ~first))
        for at_s in run.times_s
    ]


def _kept_after(run: Results, at_s: float) -> float:
    """Return the first kept moment that shows what has happened at a time."""
    return next((kept_s for kept_s in run.times_s if kept_s >= at_s), run.times_s[-1])
