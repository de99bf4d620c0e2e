"""Which number matters: indices of a function whose indices are known."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.core.rng import Streams
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.sensitivity import (
    Factor,
    morris,
    morris_design,
    sobol,
    sobol_design,
)
from sim.evaluation.verification.case import Case, Check

_FACTORS: Final = tuple(Factor(f"x{i}", -math.pi, math.pi) for i in (1, 2, 3))
_SOURCE: Final = "Ishigami and Homma (1990), a = 7, b = 0.1; Saltelli et al. (2008), eq. 4.34"
_A, _B = 7.0, 0.1
#: Morris on four levels, all 64 effects by hand: mean size, spread of the size
_MORRIS: Final = {"x1": (7.7041, 6.2489), "x2": (7.875, 0.0), "x3": (6.2489, 6.2489)}
_TRAJECTORIES: Final = 200
_G_SOURCE: Final = "Sobol's g-function, a = 0, 1, 4.5, 9, 99 ...: Saltelli et al. (2008), table 4.1"
_G: Final = (0, 1, 4.5, 9, 99, 99, 99, 99)
#: number -> first and total index; V_i = 1 / 3 (1 + a_i)^2
_G_INDICES: Final = {
    "x1": (0.716, 0.787),
    "x2": (0.179, 0.242),
    "x3": (0.0237, 0.0343),
    "x4": (0.00720, 0.0105),
    "x5": (0.0001, 0.0001),
}


def ishigami(x: FloatArray) -> FloatArray:
    """Return sin x1 + a sin^2 x2 + b x3^4 sin x1, row by row."""
    result: FloatArray = (
        np.sin(x[:, 0]) + _A * np.sin(x[:, 1]) ** 2 + _B * x[:, 2] ** 4 * np.sin(x[:, 0])
    )
    return result


def sobol_indices() -> Iterator[Case]:
    """First and total indices against the closed form."""
    if not _installed():
        yield _missing()
        return
    found = sobol(_FACTORS, ishigami(sobol_design(_FACTORS, 4096))).set_index("factor")
    first, total = _known_indices()
    for column, known in (("s1", first), ("st", total)):
        for factor, expected in known.items():
            ours = float(found[column][factor])
            places = {"factor": factor}
            name = f"statistics.sobol.{column}"
            yield Case(name, _SOURCE, expected, ours, 0.005, "1", places=places)


def g_function() -> Iterator[Case]:
    """Eight numbers of which four matter, to the digits that the book prints."""
    if not _installed():
        return
    factors = [Factor(f"x{number}", 0.0, 1.0) for number in range(1, 9)]
    x = sobol_design(factors, 4096)
    a = np.array(_G)
    outputs = np.prod((np.abs(4 * x - 2) + a) / (1 + a), axis=1)
    found = sobol(factors, outputs).set_index("factor")
    for factor, known in _G_INDICES.items():
        for column, expected in zip(("s1", "st"), known, strict=True):
            places = {"factor": factor}
            ours = float(found[column][factor])
            name = f"statistics.g.{column}"
            yield Case(name, _G_SOURCE, expected, ours, 0.01, "1", places=places)


def same_disasters() -> Iterator[Case]:
    """Chance as large as the model's spread: harmless when every point meets the same disasters."""
    if not _installed():
        return
    design = sobol_design(_FACTORS, 4096)
    outputs = ishigami(design)
    luck = Streams(4).page("noise", 0, len(design)) - 0.5
    chance = luck * math.sqrt(12) * outputs.std()
    _, total = _known_indices()
    same = sobol(_FACTORS, outputs[:, None] + chance[None, :20]).set_index("factor")
    own = sobol(_FACTORS, outputs + chance).set_index("factor")
    for factor, expected in total.items():
        places = {"factor": factor}
        ours = float(same["st"][factor])
        yield Case("statistics.sobol.same", _SOURCE, expected, ours, 0.005, "1", places=places)
        noisy, ours = (expected + 1) / 2, float(own["st"][factor])
        law = "noise of the model's own variance: (ST + 1) / 2"
        yield Case("statistics.sobol.own", law, noisy, ours, 0.04, "1", places=places)


def morris_effects() -> Iterator[Case]:
    """Mean sizes of effects against the enumeration of the grid."""
    if not _installed():
        return
    design = morris_design(_FACTORS, _TRAJECTORIES)
    found = morris(_FACTORS, design, ishigami(design)).set_index("factor")
    for factor, (expected, spread) in _MORRIS.items():
        ours = float(found["mu_star"][factor])
        tolerance = 3 * spread / math.sqrt(_TRAJECTORIES) + 1e-4
        law = (
            "enumeration: (sqrt 3 / 2)(1 + b x3^4) / (2/3), 7 x 3/4 / (2/3), b 80/81 pi^4 |sin x1|"
        )
        yield Case(
            "statistics.morris", law, expected, ours, tolerance, "1", places={"factor": factor}
        )


def _known_indices() -> tuple[dict[str, float], dict[str, float]]:
    """Return first and total indices from the closed form of the variances."""
    v1 = (1 + _B * math.pi**4 / 5) ** 2 / 2
    v2 = _A**2 / 8
    v13 = _B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = v1 + v2 + v13
    first = {"x1": v1 / whole, "x2": v2 / whole, "x3": 0.0}
    total = {"x1": (v1 + v13) / whole, "x2": v2 / whole, "x3": v13 / whole}
    return first, total


def _installed() -> bool:
    return importlib.util.find_spec("SALib") is not None


def _missing() -> Case:
    return Case("statistics.no_salib", "pip install 'shapan[analysis]'", 1, 0, 0, "1", limit=True)


SENSITIVITY: Final = (
    Check("sobol", sobol_indices),
    Check("g_function", g_function),
    Check("same_disasters", same_disasters),
    Check("morris", morris_effects),
)
