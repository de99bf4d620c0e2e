"""Which unknown number matters: Morris to screen many, Sobol to measure few, by SALib.

Every design point is run in the same disasters (common random numbers), and replications are
averaged before anything is analysed: chance that differs from point to point would be taken for
influence of every factor.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.core.errors import SimError
from sim.core.rng import Streams
from sim.core.words import said
from sim.evaluation.statistics.runs import FloatArray

#: levels of the grid of Morris; 4 is the usual choice (Campolongo et al. 2007)
MORRIS_LEVELS: Final = 4


class SensitivityError(SimError):
    """What is asked for makes no design of points."""


class MissingAnalysisError(SimError):
    """SALib is not installed."""


@dataclass(frozen=True)
class Factor:
    """One unknown number, varied evenly between two bounds.

    Attributes
    ----------
    name : str
        As the scenario or the catalogue of parameters calls it.
    low, high : float
    """

    name: str
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse bounds that leave nothing to vary."""
        if not self.low < self.high:
            raise SimError(
                said("statistics.unknown_factor", found=self.name, low=self.low, high=self.high)
            )


def morris_design(factors: Sequence[Factor], trajectories: int, seed: int = 0) -> FloatArray:
    """Return the points to run, ``trajectories`` x (factors + 1) rows: 10 to 20 screen well.

    Morris (1991), doi 10.1080/00401706.1991.10484804.
    """
    sample = _salib("sample.morris").sample(
        _problem(factors), trajectories, num_levels=MORRIS_LEVELS, seed=_seed("morris", seed)
    )
    return np.asarray(sample, dtype=float)


def morris(
    factors: Sequence[Factor], design: FloatArray, outputs: FloatArray, seed: int = 0
) -> pd.DataFrame:
    """Return one row a factor: mu_star (mean size of its effect), its half-width, sigma.

    A large ``sigma`` beside ``mu_star`` says that the effect depends on the other factors.

    Parameters
    ----------
    design : (points, factors) float
        Of `morris_design`.
    outputs : (points,) or (points, replications) float
        The same disasters at every point.
    """
    found = _salib("analyze.morris").analyze(
        _problem(factors),
        design,
        _averaged(outputs, len(design)),
        num_levels=MORRIS_LEVELS,
        seed=_seed("morris", seed),
    )
    names = [factor.name for factor in factors]
    columns = {name: np.asarray(found[name]) for name in ("mu_star", "mu_star_conf", "sigma")}
    return pd.DataFrame({"factor": names, **columns})


def sobol_design(factors: Sequence[Factor], base: int, seed: int = 0) -> FloatArray:
    """Return the points to run, ``base`` x (factors + 2) rows; ``base`` is a power of two.

    Saltelli et al. (2010), doi 10.1016/j.cpc.2009.09.018.
    """
    sample = _salib("sample.sobol").sample(
        _problem(factors), base, calc_second_order=False, seed=_seed("sobol", seed)
    )
    return np.asarray(sample, dtype=float)


def sobol(factors: Sequence[Factor], outputs: FloatArray, seed: int = 0) -> pd.DataFrame:
    """Return one row a factor: s1 (share of variance alone), st (with others), half-widths.

    Parameters
    ----------
    outputs : (points,) or (points, replications) float
        In the order of `sobol_design`; the same disasters at every point.
    """
    points = len(outputs)
    found = _salib("analyze.sobol").analyze(
        _problem(factors),
        _averaged(outputs, points),
        calc_second_order=False,
        seed=_seed("sobol", seed),
    )
    columns = {
        ours: np.asarray(found[theirs])
        for ours, theirs in (
            ("s1", "S1"),
            ("s1_conf", "S1_conf"),
            ("st", "ST"),
            ("st_conf", "ST_conf"),
        )
    }
    return pd.DataFrame({"factor": [factor.name for factor in factors], **columns})


def _averaged(outputs: FloatArray, points: int) -> FloatArray:
    averaged: FloatArray = np.asarray(outputs, dtype=float).reshape(points, -1).mean(axis=1)
    if not np.isfinite(averaged).all():
        raise ValueError("every design point needs a figure from each of its runs")
    return averaged


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    return {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [[factor.low, factor.high] for factor in factors],
    }


def _seed(purpose: str, seed: int) -> int:
    """Return a seed that SALib takes: below 2^32, never 0 (which it takes for none)."""
    return Streams(seed).key(f"sensitivity.{purpose}") % (2**32 - 1) + 1


def _salib(module: str) -> Any:
    try:
        return importlib.import_module(f"SALib.{module}")
    except ImportError:
        raise MissingAnalysisError(said("statistics.salib")) from None
