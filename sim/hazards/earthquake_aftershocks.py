"""Aftershocks: how many, when, how strong, where (Reasenberg & Jones 1989, Science 243:1173)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from scipy.special import ndtri

from sim.core.rng import Streams

DAY_S: Final = 86400.0


class Sequence(NamedTuple):
    """``rate(M >= m) = 10^(a + b (Mm - m)) (t + c)^-p`` a day, t and c in days.

    Attributes
    ----------
    largest_gap : float
        How far below the mainshock the strongest possible aftershock stays.
    """

    a: float
    b: float
    c_s: float
    p: float
    largest_gap: float

    def expected(self, mainshock: float, magnitude: float, to_s: float) -> float:
        """Return how many of a magnitude or more are expected by a time after the mainshock."""
        if self.p == 1.0:
            decay = math.log1p(to_s / self.c_s)
        else:
            q, c_d = 1.0 - self.p, self.c_s / DAY_S
            decay = ((to_s / DAY_S + c_d) ** q - c_d**q) / q
        return float(10.0 ** (self.a + self.b * (mainshock - magnitude)) * decay)

    def when_s(self, mainshock: float, magnitude: float, count: float) -> float:
        """Return when so many are expected: the inverse of `expected`; infinity when never."""
        decay = count / 10.0 ** (self.a + self.b * (mainshock - magnitude))
        if self.p == 1.0:
            return self.c_s * math.expm1(decay)
        q, c_d = 1.0 - self.p, self.c_s / DAY_S
        reach = c_d**q + q * decay
        return DAY_S * (reach ** (1.0 / q) - c_d) if reach > 0.0 else math.inf


class Shock(NamedTuple):
    """One earthquake of a sequence.

    Attributes
    ----------
    number : int
        0 for the mainshock; the key of its chance.
    at_s : float
        Seconds from scenario start.
    magnitude : float
        In the scenario's own scale.
    along_share : float
        Place along the mainshock's rupture, 0..1.
    across_m : float
        Distance of its epicentre to the right of the middle of the mainshock's rupture.
    """

    number: int
    at_s: float
    magnitude: float
    along_share: float
    across_m: float


def drawn_aftershocks(
    law: Sequence,
    streams: Streams,
    purpose: str,
    *,
    mainshock: float,
    smallest: float,
    after_s: float,
    lasting_s: float,
    scatter_m: float,
) -> Iterator[Shock]:
    """Draw the aftershocks of a magnitude or more, in time.

    The n-th depends on nothing but its number: a longer time adds more, and changes none.

    Parameters
    ----------
    purpose : str
        Key of the draws.
    after_s, lasting_s : float
        When the mainshock strikes; how long afterwards aftershocks are drawn.
    scatter_m : float
        Standard deviation of their distance from the mainshock's rupture.
    """
    span = mainshock - law.largest_gap - smallest
    if span <= 0.0:
        return
    count, number = 0.0, 1
    while True:
        wait, size, along, across = streams.page(purpose, number, 4)
        count -= math.log1p(-wait)
        later_s = law.when_s(mainshock, smallest, count)
        if later_s > lasting_s:
            return
        cut = 1.0 - size * (1.0 - 10.0 ** (-law.b * span))
        magnitude = smallest - math.log10(cut) / law.b
        normal = float(ndtri(max(across, 1e-12)))
        yield Shock(number, after_s + later_s, magnitude, float(along), scatter_m * normal)
        number += 1
