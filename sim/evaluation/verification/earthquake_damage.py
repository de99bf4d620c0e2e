"""Damage, aftershocks and debris against published curves, tables and closed forms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.core.rng import Streams
from sim.evaluation.verification.case import Case
from sim.hazards.earthquake_aftershocks import DAY_S, Sequence, drawn_aftershocks
from sim.hazards.earthquake_debris import debris_reach_m
from sim.hazards.earthquake_fragility import (
    BUILDING_CURVES,
    Fragile,
    curve_names,
    exceedance_p,
    spectral_1s_g,
)
from sim.hazards.ground_motion import LN_G
from sim.hazards.ground_motion_intensity import motion_at
from sim.kernels.earthquake import free_widths_m
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES
from sim.world.tables import BUILDING_CLASSES, Buildings

_HAZUS: Final = "FEMA Hazus 6.1 equivalent-PGA curves (SimCenter damage and loss library 3.2)"
_BANDS_OF: Final = "GB/T 17742-2020, bands of the mean damage index (recalled); resistance fitted"
_LOGNORMAL: Final = "lognormal distribution of Hazus URML, pre-code"
_HAZUS_VELOCITY: Final = "Hazus: PGV = (386.4 / 2 pi) SA1 / 1.65, inches"
_RJ: Final = "Reasenberg & Jones (1989), closed form"
_TABLE: Final = "Adv. Civ. Eng. 2020, 7034517, table 7"
_BLOCK: Final = "W - k1 H1 - k2 H2"

_LESS: Final = "the law's numbers are California's, high on average: Hardebeck et al. (2019)"
#: place, mainshock, least magnitude, days since, aftershocks counted, by whom
_COUNTED: Final = (
    ("Wenchuan 2008", 8.0, 5.0, 11.9, 27.0, "CEA until 24 May 2008, 12:00"),
    ("Panzhihua 2008", 6.1, 4.0, 6.94, 3.0, "Panzhihua network until 6 Sep 2008, 15:00"),
    ("Luding 2022", 6.8, 4.0, 1.8, 2.0, "CENC until 7 Sep 2022, 08:00"),
)

#: class, storeys, year; Hazus type; published medians
_TYPES: Final = (
    ("old_masonry", 2, 1965, "URML", (0.13, 0.17, 0.26, 0.37)),
    ("adobe", 1, 1975, "URMM", (0.09, 0.13, 0.21, 0.38)),
    ("masonry", 3, 1970, "RM1L", (0.13, 0.16, 0.24, 0.43)),
    ("masonry", 3, 1995, "RM1L", (0.16, 0.20, 0.29, 0.54)),
    ("masonry", 6, 1970, "RM1M", (0.11, 0.15, 0.28, 0.50)),
    ("masonry", 6, 1995, "RM1M", (0.14, 0.19, 0.35, 0.63)),
    ("rc_frame", 2, 1985, "C1L", (0.12, 0.15, 0.27, 0.45)),
    ("rc_frame", 3, 2010, "C1L", (0.16, 0.23, 0.41, 0.77)),
    ("rc_frame", 6, 1985, "C1M", (0.12, 0.17, 0.32, 0.54)),
    ("rc_frame", 6, 2010, "C1M", (0.13, 0.21, 0.49, 0.89)),
    ("rc_frame", 9, 2010, "C1H", (0.11, 0.18, 0.41, 0.74)),
    ("rc_tall", 18, 1985, "C2H", (0.11, 0.19, 0.38, 0.65)),
    ("rc_tall", 30, 2015, "C2H", (0.12, 0.23, 0.57, 1.07)),
    ("industrial", 1, 1985, "PC2L", (0.13, 0.15, 0.24, 0.44)),
    ("industrial", 1, 2005, "PC2L", (0.18, 0.25, 0.40, 0.74)),
)
#: GB/T 17742-2020: class, what stands for it here, (intensity, lowest and highest mean index)
_BANDS: Final = (
    ("A1", "adobe", 1, 1970, ((7, 0.15, 0.44), (8, 0.42, 0.62), (9, 0.60, 0.90), (10, 0.88, 1.0))),
    (
        "B", "old_masonry", 2, 1970,
        ((6, 0.0, 0.11), (7, 0.09, 0.27), (8, 0.25, 0.50), (9, 0.48, 0.69), (10, 0.67, 0.91)),
    ),
    (
        "C", "masonry", 6, 1995,
        ((6, 0.0, 0.09), (7, 0.07, 0.22), (8, 0.20, 0.40), (9, 0.38, 0.60), (10, 0.58, 0.80)),
    ),
    (
        "D", "rc_frame", 6, 2010,
        ((6, 0.0, 0.08), (7, 0.06, 0.18), (8, 0.16, 0.35), (9, 0.33, 0.48), (10, 0.46, 0.73)),
    ),
)  # fmt: skip
#: middles of the standard's damage indices: intact, slight, moderate, severe, destroyed
_INDEX: Final = np.array([0.0, 0.2, 0.425, 0.7, 0.925])
#: spread of ln PGA within one class of intensity, as within one earthquake (Boore et al. 2014)
_SCATTER: Final = 0.5
_STEP_G: Final = 0.001
_SAMPLES: Final = 100_000


def medians() -> Iterator[Case]:
    """The shaking at which a building of average strength reaches each state."""
    pga_g = _STEP_G * np.arange(1, 1500)
    site = np.arange(len(pga_g), dtype=np.int32)
    for kind, storeys, year, hazus, published in _TYPES:
        curve = BUILDING_CURVES[str(curve_names(_building(kind, storeys, year))[0])]
        alike = np.tile(curve.medians, (len(pga_g), 1))
        states = Fragile(alike, np.zeros(len(pga_g)), 0.4, 0.0, np.zeros(len(pga_g), np.uint8))
        states.shake(np.log(pga_g * (1.0 + 1e-6)), site)
        for code, median_g in enumerate(published, start=1):
            ours = float(pga_g[np.argmax(states.states >= code)])
            places = {"type": hazus, "year": year, "state": DAMAGE_STATES[code]}
            yield Case("quake.median", _HAZUS, median_g, ours, _STEP_G / 2, "g", places=places)


def exceedances() -> Iterator[Case]:
    """Brick houses at 0.30 g: probability of each state, by formula and by drawing."""
    curve = BUILDING_CURVES["URML-PC"]
    for beta, published in (
        (0.40, (0.9817, 0.9222, 0.6397, 0.3000)),
        (0.64, (0.9043, 0.8126, 0.5885, 0.3716)),
    ):
        drawn = _drawn_states(curve.medians, beta)
        for code, expected in enumerate(published, start=1):
            ours = float(exceedance_p(0.30, curve.medians[code - 1], beta))
            places = {"state": DAMAGE_STATES[code], "beta": beta}
            yield Case("quake.exceed", _LOGNORMAL, expected, ours, 5.1e-5, "1", places=places)
            share = float(np.mean(drawn >= code))
            error = 4.0 * math.sqrt(expected * (1.0 - expected) / _SAMPLES) + 5e-5
            yield Case("quake.drawn", _LOGNORMAL, expected, share, error, "1", places=places)
        falls = float(exceedance_p(0.30, curve.complete, beta)) * curve.falls
        expected = {0.40: 0.0450, 0.64: 0.0557}[beta]
        places = {"beta": beta}
        yield Case("quake.falls", _LOGNORMAL, expected, falls, 5.1e-5, "1", places=places)
        kept = float(np.bincount(drawn, minlength=5).sum())
        yield Case("quake.conserved", "nothing lost", _SAMPLES, kept, 0.0, "1", places=places)


def damage_indices() -> Iterator[Case]:
    """Mean damage by class of building and intensity, within the bands of the standard."""
    strength, scatter = (
        ndtri(np.maximum(Streams(5).page(purpose, 0, _SAMPLES), 1e-12))
        for purpose in ("verify.strength", "verify.scatter")
    )
    site = np.arange(_SAMPLES, dtype=np.int32)
    for letter, kind, storeys, year, bands in _BANDS:
        curve = BUILDING_CURVES[str(curve_names(_building(kind, storeys, year))[0])]
        resistance = parameter(f"earthquake.resistance_{kind}").value
        medians_g = np.tile(np.array(curve.medians) * resistance, (_SAMPLES, 1))
        for intensity, low, high in bands:
            stock = Fragile(medians_g, strength, 0.40, 0.0, np.zeros(_SAMPLES, np.uint8))
            ln_pga_g = float(motion_at(intensity).ln_pga) - LN_G
            stock.shake(ln_pga_g + _SCATTER * scatter, site)
            ours = float(_INDEX[stock.states].mean())
            places = {"letter": letter, "intensity": intensity}
            middle, half = 0.5 * (low + high), 0.5 * (high - low)
            yield Case("quake.index", _BANDS_OF, middle, ours, half, "1", places=places)


def _drawn_states(curve: tuple[float, float, float, float], beta: float) -> NDArray[np.uint8]:
    strength = ndtri(np.maximum(Streams(4).page("verify.strength", 0, _SAMPLES), 1e-12))
    start = np.zeros(_SAMPLES, np.uint8)
    houses = Fragile(np.tile(curve, (_SAMPLES, 1)), strength, beta, 0.0, start)
    houses.shake(np.log([0.30]), np.zeros(_SAMPLES, np.int32))
    return houses.states


def bridges() -> Iterator[Case]:
    """The velocity that stands for a spectral acceleration of 1 g at 1 s."""
    ours = float(spectral_1s_g(np.array([386.4 / (2 * math.pi) / 1.65 * 0.0254]))[0])
    yield Case("quake.velocity", _HAZUS_VELOCITY, 1.0, ours, 1e-12, "g")


def aftershocks() -> Iterator[Case]:
    """Expected numbers after Ms 7.3, and the mean of many drawn sequences."""
    law = Sequence(-1.67, 0.91, 0.05 * DAY_S, 1.08, 0.0)
    for magnitude, days, expected in ((6.0, 1.0, 1.119), (6.0, 7.0, 1.692), (5.0, 7.0, 13.75)):
        ours = law.expected(7.3, magnitude, days * DAY_S)
        places = {"magnitude": f"{magnitude:g}", "days": f"{days:g}"}
        close = 5.1e-4 if magnitude > 5.0 else 5.1e-3
        yield Case("quake.aftershocks", _RJ, expected, ours, close, "1", places=places)
    some = 1.0 - math.exp(-law.expected(7.3, 6.0, 7 * DAY_S))
    yield Case("quake.any_aftershock", _RJ, 0.816, some, 5.1e-4, "1")
    whole = law.when_s(7.3, 6.0, law.expected(7.3, 6.0, 3 * DAY_S)) / DAY_S
    yield Case("quake.aftershock_time", _RJ, 3.0, whole, 1e-9, "d")
    yield from _drawn_sequences(law)
    for place, mainshock, magnitude, days, counted, source in _COUNTED:
        ours = law.expected(mainshock, magnitude, days * DAY_S)
        places = {"place": place, "magnitude": f"{magnitude:g}", "days": f"{days:g}"}
        yield Case(
            "quake.counted", f"{source}; {_LESS}", counted, ours, counted, "1",
            limit=True, places=places,
        )  # fmt: skip


def _drawn_sequences(law: Sequence) -> Iterator[Case]:
    runs, cut = 400, law._replace(largest_gap=0.3)
    drawn = [
        [
            shock.magnitude
            for shock in drawn_aftershocks(
                cut, Streams(seed), "verify.aftershocks", mainshock=7.3, smallest=5.0,
                after_s=0.0, lasting_s=7 * DAY_S, scatter_m=7500.0,
            )
        ]
        for seed in range(runs)
    ]  # fmt: skip
    expected = cut.expected(7.3, 5.0, 7 * DAY_S)
    mean = sum(map(len, drawn)) / runs
    close = 4.0 * math.sqrt(expected / runs)
    yield Case("quake.drawn_aftershocks", _RJ, expected, mean, close, "1")
    strong = np.concatenate(drawn)
    share = float(np.mean(strong >= 6.0))
    top = 10.0 ** (-law.b * 2.0)  # 7.0 is the strongest possible, 2 above the weakest
    theory = (10.0 ** (-law.b * 1.0) - top) / (1.0 - top)
    close = 4.0 * math.sqrt(theory * (1.0 - theory) / len(strong))
    yield Case("quake.gutenberg_richter", "Gutenberg & Richter", theory, share, close, "1")


def debris() -> Iterator[Case]:
    """Reach of debris by height, between the table's heights too; width left by two houses."""
    for height_m, end_on, factor in (
        (18.0, False, 2 / 3),
        (24.0, False, 2 / 3),
        (39.0, False, (2 / 3 + 0.5) / 2),
        (54.0, False, 0.5),
        (80.0, False, 0.5),
        (130.0, False, 0.45),
        (205.0, False, 0.35),
        (18.0, True, 0.5),
        (39.0, True, 0.4),
        (77.0, True, 0.275),
        (130.0, True, 0.225),
        (205.0, True, 0.175),
    ):
        ours = float(debris_reach_m(height_m, end_on=end_on)) / height_m
        places = {"height": f"{height_m:g}"}
        name = "quake.debris.end" if end_on else "quake.debris.side"
        yield Case(name, _TABLE, factor, ours, 1e-9, "1", places=places)
    for width_m, walls, heights in (
        (30.0, (15.0, 15.0), (18.0, 9.0)),
        (30.0, (15.0, 15.0), (18.0, 0.0)),
        (20.0, (10.0, 10.0), (18.0, 18.0)),
    ):
        reach = debris_reach_m(np.array(heights))
        expected = max(width_m - float(reach.sum()), 0.0)
        ours = _free_width_m(width_m, np.array(walls) - reach)
        places = {"width": f"{width_m:g}", "heights": " / ".join(f"{h:g}" for h in heights)}
        yield Case("quake.block", _BLOCK, expected, ours, 1e-9, "m", places=places)


def _free_width_m(width_m: float, limit_m: NDArray[np.float64]) -> float:
    """Return what two houses opposite each other leave of a street between their walls."""
    from_m, to_m, free_m = np.zeros(2), np.full(2, 20.0), np.empty(1)
    sides = np.array([True, False])
    first = np.array([0, 2])
    free_widths_m(first, sides, from_m, to_m, limit_m, np.array([width_m / 2]), free_m)
    return float(free_m[0])


def _building(kind: str, storeys: int, year: int) -> Buildings:
    columns = {name: column.copy() for name, column in Buildings.empty().columns().items()}
    row = {name: np.zeros(1, column.dtype) for name, column in columns.items()}
    row["storeys"][:], row["year"][:] = storeys, year
    row["building_class"][:] = BUILDING_CLASSES.index(kind)
    return Buildings(**row)
