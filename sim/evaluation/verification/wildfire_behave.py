"""Surface fire against Behave, the reference implementation of Rothermel's model."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards.wildfire_fuels import fuel_models
from sim.hazards.wildfire_lines import Crew, contain
from sim.hazards.wildfire_rothermel import (
    Bed,
    Moisture,
    Spread,
    bed_of,
    flame_length_m,
    length_to_width,
    open_wind_share,
    sheltered_wind_share,
    spread_of,
)

_M_PER_S_PER_MPH: Final = 0.44704
_M_PER_CH: Final = 20.1168
_M_PER_FT: Final = 0.3048
_M2_PER_AC: Final = 4046.8564224
_W_PER_M_PER_BTU_FT_S: Final = 1055.05585262 / 0.3048
_TABLE: Final = "Behave C++ (firelab/behave), computed"
_TESTS: Final = "testBehave.cpp, firelab/behave d963287"
_QUANTITIES: Final = ("still", "wind5", "wind10", "flame")
_UNITS: Final = ("m/min", "m/min", "m/min", "m")
#: the table keeps twelve figures
_TOLERANCE: Final = 1e-9
#: spread (chains/h) and flames (ft) of the first 13 models at 5 mi/h of midflame wind, dead fuel of
#: 8 % and live fuel of 100 %
_ANDERSON: Final = (
    (78.0, 4.0), (35.0, 6.0), (104.0, 12.0), (75.0, 19.0), (18.0, 4.0), (32.0, 6.0), (20.0, 5.0),
    (1.6, 1.0), (7.5, 2.6), (7.9, 4.8), (6.0, 3.5), (13.0, 8.0), (13.5, 10.5),
)  # fmt: skip
#: models whose printed values Behave does not give either; both live on their live fuel
_OTHERWISE: Final = ("FM5", "FM7")


@functools.cache
def _reference() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("wildfire_behave.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _ours(code: str, moisture: Moisture) -> list[float]:
    """Return spread (m/min) without wind, at 5 and 10 mi/h, and the flames (m) at 5 mi/h."""
    bed = bed_of(fuel_models()[code], moisture)
    head = spread_of(bed, np.array([0.0, 5.0, 10.0]) * _M_PER_S_PER_MPH).head_m_per_s
    flame_m = float(flame_length_m(bed.heat_j_per_m2 * head[1]))
    return [*(head * 60.0).tolist(), flame_m]


def fuel_table() -> Iterator[Case]:
    """Every fuel model at usual moisture (6/7/8/60/90 %)."""
    reference = _reference()
    for code, expected in reference["values"]["D2L2"].items():
        ours = _ours(code, Moisture(*reference["moisture"]["D2L2"]))
        for name, unit, theirs, own in zip(_QUANTITIES, _UNITS, expected, ours, strict=True):
            yield Case(
                f"wildfire.{name}", _TABLE, theirs, own, _TOLERANCE * theirs, unit,
                places={"model": code},
            )  # fmt: skip


def other_moistures() -> Iterator[Case]:
    """Every fuel model in dry and in moist weather: the worst of its four values."""
    reference = _reference()
    for scenario in ("D1L1", "D3L3"):
        moisture = Moisture(*reference["moisture"][scenario])
        for code, expected in reference["values"][scenario].items():
            ours = _ours(code, moisture)
            off = max(abs(a - b) / b for a, b in zip(ours, expected, strict=True))
            yield Case(
                "wildfire.moisture", _TABLE, 0.0, off, _TOLERANCE, "1",
                places={"model": code, "moisture": scenario},
            )  # fmt: skip


def anderson() -> Iterator[Case]:
    """The 13 models as their own report prints them, off nomographs: within a tenth."""
    source = "Anderson (1982), INT-122, at 5 mi/h, dead fuel 8 %, live fuel 100 %"
    for number, (ch_per_h, flame_ft) in enumerate(_ANDERSON, 1):
        code = f"FM{number}"
        _, m_per_min, _, flame_m = _ours(code, Moisture(0.08, 0.08, 0.08, 1.0, 1.0))
        places, otherwise = {"model": code}, code in _OTHERWISE
        expected = ch_per_h * _M_PER_CH / 60.0
        yield Case(
            "wildfire.wind5", source, expected, m_per_min, 0.1 * expected, "m/min",
            limit=otherwise, places=places,
        )  # fmt: skip
        expected = flame_ft * _M_PER_FT
        yield Case(
            "wildfire.flame", source, expected, flame_m, 0.1 * expected, "m",
            limit=otherwise, places=places,
        )  # fmt: skip


def _stand() -> tuple[Bed, float]:
    """Return Behave's base case: GS4 under trees, and the midflame wind of 5 mi/h at 20 ft."""
    bed = bed_of(fuel_models()["GS4"], Moisture(0.06, 0.07, 0.08, 0.6, 0.9))
    return bed, 5.0 * _M_PER_S_PER_MPH * sheltered_wind_share(30.0 * 0.3048, 0.5, 0.5)


def _ch_per_h(spread: Spread) -> float:
    return float(spread.head_m_per_s) * 3600.0 / _M_PER_CH


def behave_tests() -> Iterator[Case]:
    """What Behave's own tests assert: slope with wind, shelter, heat, live fuel, ellipse."""
    bed, midflame = _stand()
    up = spread_of(bed, midflame, slope=0.3)
    cross = spread_of(bed, midflame, 225.0, slope=np.tan(np.radians(30.0)), upslope_deg=275.0)
    open_air = spread_of(bed, 5.0 * _M_PER_S_PER_MPH, slope=0.3)
    share = sheltered_wind_share(30.0 * 0.3048, 0.5, 0.5)
    heat = float(bed.heat_j_per_m2 * up.head_m_per_s) / _W_PER_M_PER_BTU_FT_S
    open_heat = bed.heat_j_per_m2 * open_air.head_m_per_s
    e = float(up.eccentricity)
    back = _ch_per_h(up) * (1 - e) / (1 + e)
    rows = (
        ("shelter", 0.16985548, share, 5e-9, "1"),
        ("upslope", 8.876216, _ch_per_h(up), 1e-6, "ch/h"),
        ("crosswind", 19.677584, _ch_per_h(cross), 1e-6, "ch/h"),
        ("crosswind_shape", 1.375624, float(cross.length_to_width), 1e-6, "1"),
        ("open_wind", 34.011429, _ch_per_h(open_air), 1e-6, "ch/h"),
        ("open_flame", 15.811421, float(flame_length_m(open_heat)) / 0.3048, 1e-6, "ft"),
        ("open_heat", 2292.684759, float(open_heat) / _W_PER_M_PER_BTU_FT_S, 5e-4, "Btu/ft/s"),
        ("heat", 598.339039, heat, 1e-4, "Btu/ft/s"),
        ("backing", 2.91614659, back, 1e-6, "ch/h"),
        ("savr", 1631.128734, bed.savr_per_ft, 1e-6, "1/ft"),
        ("live_extinction", 137.968551, 100 * bed.live_extinction, 1e-6, "%"),
        ("dead_water", 6.005463, 100 * bed.moisture[0], 1e-6, "%"),
        ("live_water", 85.874007, 100 * bed.moisture[1], 1e-6, "%"),
    )
    for name, expected, ours, tolerance, unit in rows:
        yield Case(f"wildfire.{name}", _TESTS, expected, ours, tolerance, unit)


def behave_size() -> Iterator[Case]:
    """What Behave's tests assert of a fire's size at 5 mi/h midflame, one hour after it began.

    They state half its length to be 1 ch after 3.5869124 minutes.
    """
    length = float(length_to_width(5.0 * _M_PER_S_PER_MPH))
    e = float(np.sqrt(1.0 - length**-2))
    half_ch = 60.0 / 3.5869124
    wide_ch = half_ch / length
    flat = ((half_ch - wide_ch) / (half_ch + wide_ch)) ** 2
    around_ch = np.pi * (half_ch + wide_ch) * (1.0 + flat / 4.0 + flat * flat / 64.0)
    yield Case("wildfire.length", _TESTS, 1.590064, length, 1e-6, "1")
    yield Case("wildfire.head_to_back", _TESTS, 7.988029, (1 + e) / (1 - e), 1e-6, "1")
    yield Case("wildfire.half_width", _TESTS, 0.628905, 1.0 / length, 1e-6, "ch")
    yield Case("wildfire.focus", _TESTS, 0.777482, e, 1e-6, "ch")
    area_ac = np.pi * half_ch * wide_ch / 10.0
    yield Case("wildfire.area", _TESTS, 55.283555, float(area_ac), 1e-4, "ac")
    yield Case("wildfire.perimeter", _TESTS, 86.71476, float(around_ch), 1e-4, "ch")


def behave_weather() -> Iterator[Case]:
    """Drier and moister live fuel, and chaparral across a steep slope, from Behave's tests."""
    _, midflame = _stand()
    for name, expected, moisture in (
        ("dry_stand", 15.023945, Moisture(0.03, 0.04, 0.05, 0.3, 0.6)),
        ("green_stand", 1.978840, Moisture(0.06, 0.07, 0.08, 0.9, 1.2)),
    ):
        other = bed_of(fuel_models()["GS4"], moisture)
        ours = _ch_per_h(spread_of(other, midflame, slope=0.3))
        yield Case(f"wildfire.{name}", _TESTS, expected, ours, 1e-6, "ch/h")
    chaparral = bed_of(fuel_models()["FM4"], Moisture(0.06, 0.07, 0.08, 0.6, 0.9))
    wind = 5.0 * _M_PER_S_PER_MPH * sheltered_wind_share(30.0 * 0.3048, 0.4, 0.5)
    steep = spread_of(chaparral, wind, 90.0, slope=np.tan(np.radians(30.0)))
    yield Case("wildfire.chaparral", _TESTS, 46.631688, _ch_per_h(steep), 1e-6, "ch/h")


def attack() -> Iterator[Case]:
    """Behave's Contain case: an acre at report, 5 ch/h, 3 long; a crew of 20 ch/h after 2 h."""
    hour_s = 3600.0
    crew = Crew(2 * hour_s, 8 * hour_s, 20.0 * _M_PER_CH / hour_s)
    ours = contain(_M2_PER_AC, 5.0 * _M_PER_CH / hour_s, 3.0, [crew])
    line, area, until = 39.539849615, 9.42749714, 238.75
    # Behave steps by a quarter of a minute: so far its end may be off
    yield Case("wildfire.held", _TESTS, until, ours.held_s / 60.0, 0.25, "min")
    yield Case("wildfire.line", _TESTS, line, ours.line_m / _M_PER_CH, 1e-4 * line, "ch")
    yield Case("wildfire.ring", _TESTS, area, ours.area_m2 / _M2_PER_AC, 1e-4 * area, "ac")


def wind_shares() -> Iterator[Case]:
    """Midflame wind over 20-ft wind in the open, by the depth of the fuel (Andrews 2012)."""
    for code, expected in (("FM1", 0.36), ("FM4", 0.55), ("FM8", 0.28)):
        ours = open_wind_share(fuel_models()[code].depth_ft)
        yield Case(
            "wildfire.open_share", "Andrews (2012), RMRS-GTR-266, table 1", expected, ours, 0.006,
            "1", places={"model": code},
        )  # fmt: skip
