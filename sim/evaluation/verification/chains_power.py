"""Lines under shaking against the share of circuits that fail by HAZUS."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import ndtr

from sim.core.rng import Streams
from sim.evaluation.verification.case import Case
from sim.hazards.chains import strengths
from sim.scenario.parameters import parameter

_HAZUS: Final = "Hazus 5.1, standard distribution circuits (EP.C.U)"
#: median (g) and spread of each damage state, and the share of circuits that then fail
_STATES: Final = ((0.24, 0.25, 0.04), (0.33, 0.20, 0.12), (0.58, 0.15, 0.5), (0.89, 0.15, 0.8))
_DRAWN: Final = 20_000


def lines() -> Iterator[Case]:
    """One lognormal for four states: within 8 of 100 circuits of their expected number."""
    stands_g = strengths(
        Streams(1), "verify.power", np.arange(_DRAWN), parameter("power.line_pga").value,
        parameter("power.line_pga_spread").value,
    )  # fmt: skip
    for pga_g in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2):
        reached = [float(ndtr(np.log(pga_g / median) / spread)) for median, spread, _ in _STATES]
        states = [least - more for least, more in pairwise((*reached, 0.0))]
        fail = sum(p * share for p, (_, _, share) in zip(states, _STATES, strict=True))
        ours = float((stands_g <= pga_g).mean())
        yield Case("power.lines", _HAZUS, fail, ours, 0.08, "1", places={"pga": f"{pga_g:g}"})
