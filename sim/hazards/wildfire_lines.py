"""How long crews take to ring a fire: line production against a perimeter that goes on growing.

Direct attack on a fire that grows as an ellipse in uniform fuel (Fried & Fried 1996, Forest Science
42:267): crews start at the head or at the rear, work along the edge on both sides, and the edge
behind them is held. The crew's speed along its path is its line production; what is not spent on
keeping up with the fire takes it round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, inf, pi, sin, sqrt
from typing import Final, Literal

#: steps of the integration while a crew goes once round at its fastest
_STEPS: Final = 2000
#: a fire not held after so many times its age at attack is given up
_GIVE_UP: Final = 50.0


@dataclass(frozen=True)
class Crew:
    """A crew that builds line on both sides of a fire.

    Attributes
    ----------
    arrives_s, works_s : float
        From the report; how long it can work.
    line_m_per_s : float
        Both sides together.
    """

    arrives_s: float
    works_s: float
    line_m_per_s: float


@dataclass(frozen=True)
class Containment:
    """What an attack came to.

    Attributes
    ----------
    held_s : float
        When the ring closed, from the report; infinity when it never did.
    line_m : float
        Line built, both sides.
    area_m2 : float
        Inside the ring; of the free fire when it never closed.
    attacked_m2 : float
        Area at first attack.
    """

    held_s: float
    line_m: float
    area_m2: float
    attacked_m2: float

    @property
    def held(self) -> bool:
        """Whether the fire was contained."""
        return self.held_s < inf


def contain(
    reported_m2: float,
    head_m_per_s: float,
    length_to_width: float,
    crews: Sequence[Crew],
    *,
    start: Literal["head", "rear"] = "head",
) -> Containment:
    """Return how an attack ends on a fire that was reported with a size.

    On an edge point ``c (cos u + e, w sin u)`` with ``c`` half the length, ``e`` the eccentricity
    and ``w`` width over length, a crew of speed p that stays on the edge turns by du/dt, the
    larger root (from the head) of ``|d/dt point|^2 = p^2``.
    """
    e = sqrt(1.0 - length_to_width**-2.0)
    half_m = sqrt(reported_m2 * length_to_width / pi)
    growth = head_m_per_s / (1.0 + e)
    begins_s = min(crew.arrives_s for crew in crews)
    ends_s = _GIVE_UP * (begins_s + half_m / growth)
    attacked_m2 = pi * (half_m + growth * begins_s) ** 2 / length_to_width
    sign = 1.0 if start == "head" else -1.0
    u, end = (0.0, pi) if start == "head" else (pi, 0.0)
    now_s, line_m, area_m2 = begins_s, 0.0, 0.0
    while now_s < ends_s:
        crew_m_per_s = _side_m_per_s(crews, now_s)
        c = half_m + growth * now_s
        step_s = 2.0 * c / _STEPS / max(crew_m_per_s, growth)
        first = _turn(u, c, crew_m_per_s, growth, e, sign)
        middle_c = c + 0.5 * growth * step_s
        turn = _turn(u + 0.5 * step_s * first, middle_c, crew_m_per_s, growth, e, sign)
        middle_u = u + 0.5 * step_s * turn
        left = min(1.0, (end - u) / (step_s * turn)) if step_s * turn * sign > 0.0 else 1.0
        # swept from the focus the fire began at, both sides
        area_m2 += sign * left * step_s * turn * _sweep_m2(middle_u, middle_c, e)
        line_m += 2.0 * crew_m_per_s * left * step_s
        u += left * step_s * turn
        now_s += left * step_s
        if sign * (end - u) <= 1e-12:
            return Containment(now_s, line_m, area_m2, attacked_m2)
        u = max(u, 0.0) if start == "head" else min(u, pi)
    free_m2 = pi * (half_m + growth * ends_s) ** 2 / length_to_width
    return Containment(inf, line_m, free_m2, attacked_m2)


def _side_m_per_s(crews: Sequence[Crew], now_s: float) -> float:
    at_work = (
        crew.line_m_per_s
        for crew in crews
        if crew.arrives_s <= now_s < crew.arrives_s + crew.works_s
    )
    return sum(at_work) / 2.0


def _turn(u: float, c: float, crew: float, growth: float, e: float, sign: float) -> float:
    """Return du/dt of a crew on the edge; overrun crews turn with the edge as it passes them."""
    a = c * c * (1.0 - (e * cos(u)) ** 2)
    b = -c * growth * e * sin(u) * (1.0 + e * cos(u))
    rest = growth**2 * (1.0 + e * cos(u)) ** 2 - crew**2
    root = sqrt(max(b * b - a * rest, 0.0))
    return (-b + sign * root) / a


def _sweep_m2(u: float, c: float, e: float) -> float:
    """Return twice the area swept from the rear focus by a unit turn of u at a moment."""
    return c * c * sqrt(1.0 - e * e) * (1.0 + e * cos(u))
