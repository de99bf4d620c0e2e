"""Rain against Keifer & Chu (1957) and the published form of the intensity formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.hazards.rain import FORMULAS, StormFormula, chicago_storm, hyetograph

SHENYANG = StormFormula(1984.0, 0.77, 9.0, 0.77)
FORMULA_STRATEGY = st.builds(
    StormFormula,
    st.floats(500, 5000),
    st.floats(0.3, 1.5),
    st.floats(1, 30),
    st.floats(0.4, 0.95),
)


@pytest.mark.parametrize(
    ("city", "depth_mm"), [("shenyang", 63), ("anshan", 72), ("dalian", 50), ("jilin", 51)]
)
def test_a_fifty_year_hour_brings_the_depth_of_the_citys_formula(city: str, depth_mm: int) -> None:
    storm = chicago_storm(
        StormFormula.named(city),
        return_period_years=50,
        duration_s=3600,
        peak_share=0.4,
        interval_s=300,
    )
    assert storm.depth_m(3600) * 1000 == pytest.approx(depth_mm, abs=0.5)


def test_every_named_formula_stands_in_the_catalogue() -> None:
    assert [StormFormula.named(city).exponent < 1 for city in FORMULAS] == [True] * 4


def test_both_published_forms_of_a_formula_give_the_same_rain() -> None:
    in_mm = StormFormula.of_millimetres(1984.0 / 167, 0.77, 9.0, 0.77)
    assert in_mm.depth_m(3600.0, 50) == pytest.approx(SHENYANG.depth_m(3600.0, 50), rel=1e-12)


@settings(deadline=None)
@given(
    formula=FORMULA_STRATEGY,
    duration_s=st.floats(600, 86400),
    peak_share=st.floats(0, 1),
    interval_s=st.floats(30, 900),
)
def test_a_storm_has_the_formulas_depth_whatever_its_bars(
    formula: StormFormula, duration_s: float, peak_share: float, interval_s: float
) -> None:
    storm = chicago_storm(
        formula,
        return_period_years=20,
        duration_s=duration_s,
        peak_share=peak_share,
        interval_s=interval_s,
    )
    assert storm.depth_m(np.inf) == pytest.approx(float(formula.depth_m(duration_s, 20)), rel=1e-9)


@settings(deadline=None)
@given(part=st.floats(0.05, 1.0), peak_share=st.sampled_from([0.25, 0.4, 0.5]))
def test_the_worst_part_of_a_storm_around_its_peak_has_the_formulas_depth_too(
    part: float, peak_share: float
) -> None:
    duration_s = 7200.0
    storm = chicago_storm(
        SHENYANG,
        return_period_years=50,
        duration_s=duration_s,
        peak_share=peak_share,
        interval_s=1.0,
    )
    peak_s, worst_s = peak_share * duration_s, part * duration_s
    fallen = storm.depth_m(peak_s + (1 - peak_share) * worst_s) - storm.depth_m(
        peak_s - peak_share * worst_s
    )
    assert fallen == pytest.approx(float(SHENYANG.depth_m(worst_s, 50)), rel=1e-3)


def test_the_heaviest_bar_holds_the_peak() -> None:
    storm = chicago_storm(
        SHENYANG,
        return_period_years=50,
        duration_s=10800,
        peak_share=0.4,
        begins_s=7200,
        interval_s=300,
    )
    heaviest = int(np.argmax(storm.rates_m_per_s))
    assert storm.times_s[heaviest] <= 7200 + 0.4 * 10800 <= storm.times_s[heaviest + 1]


def test_half_a_bar_of_rain_is_half_its_depth() -> None:
    rain = hyetograph([(0, 0.0), (3600, 2e-5), (7200, 0.0)])
    assert rain.depth_m(5400) == pytest.approx(0.036)


@pytest.mark.parametrize(
    ("points", "says"),
    [
        ([(0, 1e-5), (0, 0.0)], "rise"),
        ([(0, -1e-5), (60, 0.0)], "must be >= 0"),
        ([(0, 0.0), (60, 1e-5)], "when the rain ends"),
    ],
)
def test_rain_that_cannot_be_is_refused_with_its_value(
    points: list[tuple[float, float]], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        hyetograph(points)
