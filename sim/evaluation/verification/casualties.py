"""Casualties against published figures: HAZUS rates, survival under rubble, heat, house fires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm_fire_rules import FireRules, burn_p, smoke_dose
from sim.agents.harm_quake_rules import (
    COLLAPSED,
    QuakeRules,
    severities,
    severity_rates,
    survival,
)
from sim.evaluation.verification.case import Case, Check
from sim.evaluation.verification.casualties_town import (
    Buried,
    collapse_of,
    deaths_of_the_buried,
    everybody_counted,
)
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES
from sim.world.tables import BUILDING_CLASSES

_HAZUS: Final = "HAZUS-MH 2.1 Technical Manual, tables 13.3 to 13.7"
_COBURN: Final = "Coburn & Spence, Earthquake Protection (2002)"
_HOUR_S: Final = 3600.0
#: share found alive when dug out, by hours since the shock
_TANGSHAN: Final = ((0.25, 0.993), (12, 0.81), (36, 0.537), (60, 0.367), (84, 0.19), (108, 0.074))
_KOBE: Final = ((12, 0.75), (36, 0.24), (60, 0.15), (84, 0.05))
#: fitted to Kobe's days: scale (h) and exponent
_KOBE_FIT: Final = (32.3, 1.18)
#: class, share of collapse, severities 1 to 4 of the state "complete", %
_COMPLETE: Final = (
    ("rc_frame", "C1L", 0.13, (9.55, 3.47, 0.66, 1.31)),
    ("rc_frame", "C1M", 0.10, (8.50, 2.90, 0.51, 1.01)),
    ("rc_frame", "C3L", 0.15, (10.25, 3.85, 0.76, 1.51)),
    ("old_masonry", "URM", 0.15, (14.50, 4.70, 0.77, 1.52)),
)


def coburn_spence_deaths(
    collapsed: float, people: float, at_home: float, trapped: float, at_once: float, later: float
) -> float:
    """Return the deaths in collapsed buildings: D5 M1 M2 M3 (M4 + M5 (1 - M4))."""
    return collapsed * people * at_home * trapped * (at_once + later * (1 - at_once))


def coburn_spence() -> Iterator[Case]:
    """A hundred masonry buildings at intensity IX, by how the trapped are helped."""
    for later, dead in ((0.5, 129.6), (0.6, 146.88), (0.95, 207.36)):
        ours = coburn_spence_deaths(100, 4, 0.9, 0.6, 0.2, later)
        yield Case("coburn_spence", _COBURN, dead, ours, 1e-9, "1", places={"later": later})


def complete_damage() -> Iterator[Case]:
    """Severities at complete damage, collapse included, to the rounding of the tables."""
    rates, complete = severity_rates(), DAMAGE_STATES.index("complete")
    for name, label, share, expected in _COMPLETE:
        kind = rates[BUILDING_CLASSES.index(name)]
        mixed = 100 * ((1 - share) * kind[complete] + share * kind[COLLAPSED])
        for severity, (percent, ours) in enumerate(zip(expected, mixed, strict=True), 1):
            places = {"kind": label, "severity": severity}
            yield Case("hazus.complete", _HAZUS, percent, float(ours), 0.00501, "%", places=places)


def sampled_rates() -> Iterator[Case]:
    """Severities of 100,000 occupants against their rates, within three standard errors."""
    n, rates = 100_000, severity_rates()
    luck = np.asarray(
        np.arange(n) * 0.6180339887498949 % 1.0, np.float64
    )  # evenly spread, in no order
    for name in ("old_masonry", "rc_frame"):
        for damage in (DAMAGE_STATES.index("extensive"), COLLAPSED):
            of_class = rates[BUILDING_CLASSES.index(name), damage]
            of_all = np.asarray(np.tile(of_class, (n, 1)), dtype=np.float64)
            drawn = np.bincount(severities(of_all, luck), minlength=5)[1:]
            for severity, (p, count) in enumerate(zip(of_all[0], drawn, strict=True), 1):
                error = 3 * float(np.sqrt(n * p * (1 - p)))
                state = (*DAMAGE_STATES, "collapsed")[damage]
                places = {"kind": name, "state": state, "severity": severity}
                yield Case(
                    "hazus.sampled", _HAZUS, n * float(p), float(count), error, "1", places=places
                )


def survival_curves() -> Iterator[Case]:
    """Fits to the shares found alive, day by day: root mean square error, and each day."""
    rules = QuakeRules()
    tangshan = (rules.survival_masonry / _HOUR_S, rules.survival_shape)
    for place, days, (scale_h, shape) in (
        ("Tangshan 1976", _TANGSHAN, tangshan),
        ("Kobe 1995", _KOBE, _KOBE_FIT),
    ):
        hours, alive = np.array(days).T
        ours = survival(hours, scale_h, shape)
        rms = float(np.sqrt(np.mean((ours - alive) ** 2)))
        source = f"shares found alive, {place}"
        yield Case("survival.rms", source, 0.0, rms, 0.08, "1", places={"place": place})
    drawn_h = rules.survives_s(_brick(200_000), _even(200_000)) / _HOUR_S
    for hour in (12.0, 36.0, 60.0, 84.0):
        share = float((drawn_h > hour).mean())
        exact = float(survival(hour * _HOUR_S, rules.survival_masonry, rules.survival_shape))
        source = "exp(-(t/a)^k), drawn 200,000 times"
        yield Case("survival.drawn", source, exact, share, 1e-4, "1", places={"hour": hour})


def emergent_deaths() -> Iterator[Case]:
    """The share of the trapped who die emerges from who digs; Coburn and Spence tabulate it.

    The pace of neighbours is calibrated to their rows for help by the community alone, 0.60 in
    brick and 0.90 in concrete; that nobody survives ten days without help is the curve's own.
    """
    neighbours = deaths_of_the_buried(Buried("old_masonry", hours=240))
    yield Case("buried.brick", _COBURN, 0.60, neighbours, 0.05, "1")
    concrete = deaths_of_the_buried(Buried("rc_frame", hours=240))
    yield Case("buried.concrete", _COBURN, 0.90, concrete, 0.05, "1")
    nobody = deaths_of_the_buried(Buried("old_masonry", hours=240, dug_out_a_day=0.0))
    yield Case("buried.helpless", _COBURN, 0.95, nobody, 0.05, "1")


def earlier_rescue() -> Iterator[Case]:
    """Rescue 24 h earlier saves what the curve loses in between: within three standard errors."""
    rules, buried = QuakeRules(), 2700
    late, early = (
        1 - deaths_of_the_buried(Buried("old_masonry", hours=hours, dug_out_a_day=0.0))
        for hours in (60, 36)
    )
    exact = [
        float(survival(hours * _HOUR_S, rules.survival_masonry, rules.survival_shape))
        for hours in (60, 36)
    ]
    source = "difference of the survival curve itself"
    saved = exact[1] - exact[0]
    error = 3 * float(np.sqrt(saved * (1 - saved) / buried))
    yield Case("buried.earlier", source, saved, early - late, error, "1")


def conservation() -> Iterator[Case]:
    """Everybody is in one state after a collapse, a night under rubble, and rescue."""
    lost = everybody_counted()
    yield Case("people_conserved", "bookkeeping", 0.0, float(lost), 0.0, "1")
    dead, expected = collapse_of(4000)
    error = 3 * float(np.sqrt(expected))
    yield Case("buried.at_once", _HAZUS, expected, dead, error, "1")


def heat_and_smoke() -> Iterator[Case]:
    """Doses of heat and of carbon monoxide with known effects."""
    rules = FireRules()
    for percent, dose in ((1, 1.0e7), (50, 2.3e7), (99, 6.5e7)):
        flux = (dose / rules.flame_stays) ** 0.75
        ours = 100 * float(burn_p(rules, flux, "dead"))
        tolerance = {1: 1.0, 50: 5.0, 99: 1.0}[percent]  # doses are given to two digits
        source = "Eisenberg et al. (1975), doses for 1, 50 and 99 % dead"
        yield Case("heat", source, percent, ours, tolerance, "%", places={"dose": f"{dose:.1e}"})
    smoke = 1000 / (1e6 * 24.45 / 28.01) / rules.co_per_smoke  # 1000 ppm of CO
    minutes = 60 / (60 * float(smoke_dose(rules, smoke, 60.0)))
    expected = 30 / (3.317e-5 * 1000**1.036 * parameter("fire_harm.breathing").si)
    source = "Stewart & Peterson's equation, 30 % COHb at 25 l/min"
    yield Case("smoke", source, expected, minutes, 1e-6, "min")
    rate = 1000 * rules.death_at_origin * 2.5 * (0.2 * rules.night_factor + 0.8 * rules.day_factor)
    yield Case(
        "house_fire", "Ahrens (NFPA 2018): 2 560 deaths in 355 400 fires", 7.2, rate, 0.1, "1"
    )


def _brick(n: int) -> NDArray[np.uint8]:
    return np.full(n, BUILDING_CLASSES.index("old_masonry"), dtype=np.uint8)


def _even(n: int) -> NDArray[np.float64]:
    return (np.arange(n) + 0.5) / n


SUITE: Final = (
    Check("coburn_spence", coburn_spence),
    Check("complete_damage", complete_damage),
    Check("sampled_rates", sampled_rates),
    Check("survival_curves", survival_curves),
    Check("emergent_deaths", emergent_deaths),
    Check("earlier_rescue", earlier_rescue),
    Check("conservation", conservation),
    Check("heat_and_smoke", heat_and_smoke),
)
