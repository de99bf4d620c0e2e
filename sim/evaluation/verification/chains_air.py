"""Ice, gas and slides against formulas with known answers, tables and balances."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.agents.harm_gas_rules import indoors_after, poison
from sim.evaluation.verification.case import Case
from sim.hazards.base import Surroundings
from sim.hazards.freezing_rain import FreezingRain, ice_mm_per_h
from sim.hazards.hazmat import substance
from sim.hazards.hazmat_pasquill import pasquill_spreads_m
from sim.hazards.hazmat_plume import Terrain, concentration_kg_per_m3, spreads_m
from sim.hazards.landslide import Landslide, runout_m, threshold_mm_per_h
from sim.world.maps.plain import plain_world

_STEP_S: Final = 60.0
_JONES: Final = "Jones (1998) with drops by Best (1949), by hand"
_BRIGGS: Final = "Briggs (1973), by hand at 1 km"
_AEGL: Final = "US EPA, final AEGL in ppm; mg/m3 at 25 C, to their rounding"
_PURPLE: Final = "TNO Purple Book CPR 18E, table 5.2, solved by hand"
_MG_PER_KG: Final = 1e6
#: Turner (1970): problem, distance and offset (m), source, wind and height, his answer (g/m3)
_TURNER: Final = (
    (1, 3000.0, 0.0, {"rate_kg_per_s": 0.003, "wind_m_per_s": 7.0}, 1.1e-5),
    (2, 500.0, 0.0, {"rate_kg_per_s": 0.08, "wind_m_per_s": 6.0, "height_m": 60.0}, 3.3e-5),
    (3, 500.0, 50.0, {"rate_kg_per_s": 0.08, "wind_m_per_s": 6.0, "height_m": 60.0}, 1.3e-5),
)
#: class, km, sigma_z (m) that the table prints where one part of a curve ends
_CURVE_ENDS: Final = (
    ("A", 0.1, 14.0), ("A", 0.15, 21.4), ("A", 0.2, 29.3), ("A", 0.25, 37.7), ("A", 0.3, 47.4),
    ("A", 0.4, 71.2), ("A", 0.5, 104.7), ("B", 0.2, 20.2), ("B", 0.4, 40.0), ("D", 0.3, 12.1),
    ("D", 1.0, 32.1), ("D", 3.0, 65.1), ("D", 10.0, 134.9), ("D", 30.0, 251.2),
    ("E", 20.0, 109.3), ("E", 40.0, 141.9),
)  # fmt: skip
#: sigma_y, sigma_z at 1 km over open country
_AT_1_KM: Final = {
    "A": (209.76, 200.0),
    "B": (152.55, 120.0),
    "C": (104.88, 73.03),
    "D": (76.28, 37.95),
    "E": (57.21, 23.08),
    "F": (38.14, 12.31),
}


def ice() -> Iterator[Case]:
    """Growth of ice on a line in still and moving air; ice of an hour through the hazard."""
    for rain, wind, expected in (
        (1.0, 0.0, 0.35368),
        (1.0, 5.0, 0.55409),
        (2.0, 10.0, 1.68868),
        (5.0, 0.0, 1.76839),
    ):
        ours = ice_mm_per_h(rain, wind)
        places = {"rain": f"{rain:g}", "wind": f"{wind:g}"}
        yield Case("ice.growth", _JONES, expected, ours, 5e-5, "mm/h", places=places)
    around = Surroundings.alone_on(plain_world(np.zeros((5, 5)), cell_m=100.0))
    stated = {
        "id": "i",
        "kind": "freezing_rain",
        "weather": [["0 h", "1 mm/h", "5 m/s", -1.0], ["1 h", "0 mm/h", "0 m/s", -1.0]],
    }
    storm = FreezingRain(FreezingRain.Params.model_validate(stated), around)
    for tick in range(1, 121):
        storm.advance(tick * _STEP_S)
    yield Case("ice.hour", _JONES, 0.55409, storm.report()["ice_max_mm"], 5e-5, "mm")


def plume() -> Iterator[Case]:
    """Spread at 1 km; what passes across the wind is what escapes; twice the wind, half the gas."""
    for stability, expected in _AT_1_KM.items():
        ours = spreads_m(np.array([1000.0]), stability, "open")  # type: ignore[arg-type]
        for axis, value, one in zip("yz", expected, ours, strict=True):
            places = {"axis": axis, "stability": stability}
            yield Case("plume.spread", _BRIGGS, value, float(one[0]), 0.006, "m", places=places)
    across = np.linspace(-2000.0, 2000.0, 40001)
    for wind in (1.0, 4.0):
        found = concentration_kg_per_m3(
            np.full(across.shape, 1500.0), across, rate_kg_per_s=2.0, wind_m_per_s=wind,
            stability="D", terrain="town",
        )  # fmt: skip
        upward = float(spreads_m(np.array([1500.0]), "D", "town")[1][0])
        # a ground source fills a half-normal profile upward: its integral is s_z sqrt(pi / 2)
        flux = float(np.trapezoid(found, across)) * wind * upward * math.sqrt(math.pi / 2.0)
        source = "what passes is what escapes: 2 kg/s"
        yield Case("plume.flux", source, 2.0, flux, 1e-6, "kg/s", places={"wind": f"{wind:g}"})
    upwind = concentration_kg_per_m3(
        np.array([-10.0]),
        np.zeros(1),
        rate_kg_per_s=1.0,
        wind_m_per_s=1.0,
        stability="F",
        terrain="open",
    )
    yield Case("plume.upwind", "a plume has nothing upwind", 0.0, float(upwind[0]), 0.0, "kg/m3")


def workbook() -> Iterator[Case]:
    """Problems of Turner's workbook, by its own curves and by Briggs' formulas.

    He reads his curves to two digits: a fifth of a doubling. Briggs' formulas were drawn through
    the same measurements; near a high source little has come down: there 4 m more of sigma_z are
    four times the gas, which no formula of spread settles.
    """
    source = "Turner (1970), Workbook AP-26, problems 1 to 3; lg2 of ours over his"
    terrains: tuple[tuple[Terrain, str, float], ...] = (
        ("workbook", "plume.workbook", 0.2), ("open", "plume.workbook.briggs", 1.0),
    )  # fmt: skip
    for terrain, name, close in terrains:
        for problem, at_m, across_m, how, expected in _TURNER:
            ours = concentration_kg_per_m3(
                np.array([at_m]), np.array([across_m]), stability="D", terrain=terrain, **how
            )
            ratio = float(np.log2(ours[0] * 1e3 / expected))
            places = {"problem": problem, "expected": f"{1e6 * expected:g}"}
            high = terrain == "open" and "height_m" in how
            yield Case(name, source, 0.0, ratio, close, "1", limit=high, places=places)
    source = "Vallero, Fundamentals of Air Pollution, 3rd ed., table 19-5"
    for stability, at_km, expected in _CURVE_ENDS:
        upward_m = pasquill_spreads_m(np.array([1000.0 * at_km]), stability)[1]
        places = {"at": f"{at_km:g}", "stability": stability}
        yield Case("plume.curves", source, expected, float(upward_m[0]), 0.055, "m", places=places)


def exposure() -> Iterator[Case]:
    """Limits of exposure as concentrations, within their rounding."""
    for gas, level, expected in (
        ("chlorine", 1, 1.5), ("chlorine", 2, 5.8), ("chlorine", 3, 58.0),
        ("ammonia", 1, 21.0), ("ammonia", 2, 112.0), ("ammonia", 3, 770.0),
        ("hydrogen_fluoride", 1, 0.82), ("hydrogen_fluoride", 2, 20.0),
        ("hydrogen_fluoride", 3, 36.0), ("hydrogen_chloride", 1, 2.7),
        ("hydrogen_chloride", 2, 33.0), ("hydrogen_chloride", 3, 150.0),
    ):  # fmt: skip
        ours = float(substance(gas).aegl_kg_per_m3[level - 1]) * _MG_PER_KG
        places = {"gas": gas, "level": level}
        yield Case("exposure", _AEGL, expected, ours, 0.035 * expected, "mg/m3", places=places)


def poisoning() -> Iterator[Case]:
    """What kills half, and 1 %, in half an hour; air behind closed windows after an hour."""
    for gas, share, expected in (
        ("ammonia", 0.5, 5428.4), ("ammonia", 0.01, 1696.3),
        ("chlorine", 0.5, 1116.27), ("chlorine", 0.01, 205.584),
        ("hydrogen_sulfide", 0.5, 986.444), ("hydrogen_sulfide", 0.01, 289.951),
        ("sulfur_dioxide", 0.5, 5803.22), ("sulfur_dioxide", 0.01, 2201.42),
        ("hydrogen_fluoride", 0.5, 785.145), ("hydrogen_fluoride", 0.01, 166.496),
        ("hydrogen_chloride", 0.5, 3172.32), ("hydrogen_chloride", 0.01, 1688.80),
    ):  # fmt: skip
        # solve a + b ln(30 C^n) = 5 + z for the concentration
        harm = poison(gas)
        load = np.geomspace(1.0, 1e12, 2_000_001)
        ours = float((load[np.searchsorted(harm.death_p(load), share)] / 30.0) ** (1 / harm.n))
        places = {"gas": gas, "share": f"{100 * share:g}"}
        yield Case("gas.kills", _PURPLE, expected, ours, 1e-4 * expected, "mg/m3", places=places)
    changes = 0.5
    inside = np.zeros(1)
    for _ in range(60):
        inside = indoors_after(inside, 1.0, changes, 60.0)
    source = "1 - exp(-0.5), one zone of air"
    yield Case("gas.indoors", source, 1 - math.exp(-0.5), float(inside[0]), 1e-9, "1")


def slides() -> Iterator[Case]:
    """The threshold's ends; when even rain passes it; a runout by hand."""
    for law, hours, expected in (
        ("caine", 1.0, 14.82), ("caine", 24.0, 4.291), ("guzzetti", 1.0, 2.20),
        ("guzzetti", 24.0, 0.5434),
    ):  # fmt: skip
        ours = float(threshold_mm_per_h(hours, law))
        places = {"law": law, "hours": f"{hours:g}"}
        yield Case(
            "slides.threshold", "a D^-b by hand", expected, ours, 5e-4, "mm/h", places=places
        )
    for rate in (5.0, 10.0, 20.0):
        expected_h = (14.82 / rate) ** (1.0 / 0.39)
        source = "Caine (1980) solved for the time; a tick of a minute"
        yield Case(
            "slides.time",
            source,
            expected_h,
            _slides_after_h(rate),
            1.1 / 60.0,
            "h",
            places={"rate": f"{rate:g}"},
        )
    for movement, law, expected in (
        ("slide", "-0.085 lg V - 0.047", 360.58),
        ("debris_flow", "-0.105 lg V - 0.012", 438.53),
    ):
        far = runout_m(100.0, 1e6, movement)  # type: ignore[arg-type]
        source = f"Corominas (1996), table 1: lg(H/L) = {law}, by hand"
        places = {"movement": movement.replace("_", " ")}
        yield Case("slides.runout", source, expected, far, 0.05, "m", places=places)


def _slides_after_h(rate_mm_per_h: float) -> float:
    """Return when a slope that must slide does so under even rain."""
    around = Surroundings.alone_on(plain_world(np.zeros((24, 24)), cell_m=10.0))
    hills = Landslide(Landslide.Params.model_validate(dict(Landslide.example)), around)
    around.fields.write("rain_m_per_s", np.full((24, 24), rate_mm_per_h / 3.6e6))
    tick = 0
    while hills.cause < 0 and tick < 24 * 60:
        tick += 1
        hills.advance(tick * _STEP_S)
    return tick * _STEP_S / 3600.0
