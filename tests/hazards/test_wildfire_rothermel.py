"""Surface fire by Rothermel: rules that hold for every fuel model; figures stand in the suite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.hazards.wildfire_fuels import fuel_models
from sim.hazards.wildfire_rothermel import (
    Moisture,
    bed_of,
    cured_share,
    flame_length_m,
    length_to_width,
    sheltered_wind_share,
    spread_of,
)
from sim.hazards.wildfire_weather import dead_moisture, equilibrium_moisture, ignition_probability

DRY = Moisture(0.06, 0.07, 0.08, 0.6, 0.9)
codes = st.sampled_from(sorted(fuel_models()))


def test_there_are_thirteen_and_forty_fuel_models() -> None:
    numbers = [model.number for model in fuel_models().values()]
    assert sum(number < 14 for number in numbers) == 13
    assert sum(number > 100 for number in numbers) == 40


@given(code=codes, slow=st.floats(0, 15), faster=st.floats(0, 15))
@settings(deadline=None)
def test_more_wind_never_slows_a_fire(code: str, slow: float, faster: float) -> None:
    spread = spread_of(bed_of(fuel_models()[code], DRY), np.array([slow, slow + faster]))
    assert spread.head_m_per_s[1] >= spread.head_m_per_s[0]


@given(code=codes, dry=st.floats(0.02, 0.3), wetter=st.floats(0.0, 0.2))
@settings(deadline=None)
def test_moister_dead_fuel_never_burns_hotter(code: str, dry: float, wetter: float) -> None:
    reactions = [
        bed_of(fuel_models()[code], Moisture(m, m, m, 1.5, 1.5)).reaction
        for m in (dry, dry + wetter)
    ]
    assert reactions[1] <= reactions[0] * (1 + 1e-12)


@pytest.mark.parametrize("code", fuel_models())
def test_soaked_dead_fuel_with_green_live_fuel_does_not_burn(code: str) -> None:
    assert bed_of(fuel_models()[code], Moisture(0.5, 0.5, 0.5, 3.0, 3.0)).r0_fpm == 0.0


@given(turn=st.floats(0, 360), wind=st.floats(0.1, 8), slope=st.floats(0, 1))
@settings(deadline=None)
def test_a_fire_turned_with_its_wind_and_slope_is_the_same_fire(
    turn: float, wind: float, slope: float
) -> None:
    bed = bed_of(fuel_models()["GS4"], DRY)
    fires = [
        spread_of(bed, wind, by + 30.0, slope=slope, upslope_deg=by - 40.0) for by in (0.0, turn)
    ]
    heads = [float(fire.head_m_per_s) for fire in fires]
    headings = [np.arctan2(float(fire.east), float(fire.north)) for fire in fires]
    assert heads[1] == pytest.approx(heads[0], rel=1e-12)
    away = headings[1] - headings[0] - np.radians(turn)
    assert np.cos(away) == pytest.approx(1.0, abs=1e-12)


def test_a_fire_on_flat_ground_without_wind_is_round() -> None:
    still = spread_of(bed_of(fuel_models()["FM1"], DRY), 0.0)
    assert float(still.length_to_width) == 1.0
    assert float(still.eccentricity) == 0.0


def test_no_fire_is_longer_than_eight_widths() -> None:
    assert float(length_to_width(30.0)) == 8.0


def test_flames_grow_with_the_front_by_byram() -> None:
    # 0.0775 I^0.46 with I in kW/m (Byram 1959); the constants of Behave agree to 0.1 %
    assert float(flame_length_m(2.0e6)) == pytest.approx(0.0775 * 2000.0**0.46, rel=1e-3)


@pytest.mark.parametrize(
    ("live_herb", "cured"), [(0.29, 1.0), (0.3, 1.0), (0.6, 0.667), (1.2, 0.001), (1.3, 0.0)]
)
def test_herbs_cure_between_120_and_30_per_cent(live_herb: float, cured: float) -> None:
    # 1.333 - 1.11 M is 1.0 at 0.3 and 0.001 at 1.2
    assert cured_share(live_herb) == pytest.approx(cured, abs=1e-9)


def test_low_or_open_stands_give_no_shelter() -> None:
    assert sheltered_wind_share(1.5, 0.8, 0.8) == 1.0
    assert sheltered_wind_share(10.0, 0.1, 0.5) == 1.0


def test_equilibrium_moisture_is_continuous_where_its_formulas_meet() -> None:
    # Simard's three pieces meet within 0.4 per cent of moisture
    for humidity in (10.0, 50.0):
        below, above = (equilibrium_moisture(70.0, humidity + step) for step in (-1e-9, 1e-9))
        assert above == pytest.approx(below, abs=0.004)


def test_sun_dries_fuel_and_rain_stops_most_fires() -> None:
    sunny, dull, rainy = (
        dead_moisture(20.0, 0.4, sky, 0.01)[0] for sky in ("clear", "night", "rain")
    )
    assert sunny < dull < rainy
    assert rainy >= 0.35


def test_brands_light_dry_fuel_more_easily() -> None:
    dry, damp = ignition_probability(25.0, 0.04), ignition_probability(25.0, 0.2)
    assert 0.0 < damp < dry <= 1.0
