"""How fires begin, grow and yield to water, against textbooks and against sums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.urban_fire_setups import houses
from sim.hazards.urban_fire_design import design_fires
from sim.hazards.urban_fire_ignitions import (
    Shaking,
    accidents,
    hazus_fires_per_m2,
    ren_xie_fires_per_m2,
)
from sim.hazards.urban_fire_town import BurningTown, winds_of
from sim.hazards.urban_fire_water import endurance_s, jet_m3_per_s, jets_needed, water_needed_at
from sim.kernels.urban_fire_growth import Curve, age_at_heat_s, burnt_j, curve_of, heat_w

_HAZUS: Final = "SPA Risk (2009) for HAZUS, per 10^6 m2"
_REN_XIE: Final = "Ren & Xie (2004), per 10^6 m2"
_T_SQUARED: Final = "t-squared fires, NFPA 92: time to 1,055 kW"
_ENERGY: Final = "all of the fuel burns, no more"
_TACTICS: Final = "Chinese fire tactics"
_STEAM: Final = "heat over 0.35 x 2.6 MJ/l"
_SQUARE_LAW: Final = "twice the time, four times the heat"
_MONOTONE: Final = "water earlier never burns more"
_M2: Final = 1e6
_G: Final = 9.80665


def ignitions() -> Iterator[Case]:
    """Fires a million square metres of floor after an earthquake; two sorts of chance."""
    for pga_g, expected in (
        (0.1, 0.0309), (0.2, 0.1872), (0.3, 0.4686), (0.4, 0.8754), (0.5, 1.4074), (0.8, 3.7551),
    ):  # fmt: skip
        ours = float(hazus_fires_per_m2(np.array([pga_g]))[0]) * _M2
        places = {"pga": f"{pga_g:g}"}
        yield Case("urban_fire.hazus", _HAZUS, expected, ours, 1e-4, "1", places=places)
    high = float(ren_xie_fires_per_m2(np.array([0.3]))[0]) * _M2
    yield Case("urban_fire.ren_xie", _REN_XIE, 2.10, high, 0.005, "1", places={"pga": "0.3"})
    ratio = high / (float(hazus_fires_per_m2(np.array([0.3]))[0]) * _M2)
    yield Case("urban_fire.branches", "the two branches at 0.3 g", 4.5, ratio, 0.05, "1")
    yield from _chance()


def _chance() -> Iterator[Case]:
    """Drawn fires agree with their rates, to three standard deviations."""
    n, floor_m2 = 100_000, np.full(100_000, 1000.0)
    streams = Streams(5)
    mean = n * -np.expm1(-4.65e-3)
    ours = sum(1 for _ in accidents(floor_m2, 4.65, streams))
    source = "Poisson, 4.65 per 10^6 m2 and year"
    yield Case("urban_fire.accidents", source, float(mean), ours, 3 * float(mean) ** 0.5, "1")
    shaking = Shaking(floor_m2, "high", 1.0, streams)
    sparks = list(shaking.felt(np.full(n, 0.3 * _G), 0.0, -1))
    expected = n * -np.expm1(-2.09828e-3)
    yield Case(
        "urban_fire.shaken", f"{_REN_XIE}, 0.3 g on 10^8 m2", float(expected), len(sparks),
        3 * float(expected) ** 0.5, "1",
    )  # fmt: skip
    for hours in (1.0, 6.0, 24.0):
        share = 0.2 + 0.8 * -np.expm1(-hours / 6.5)
        early = sum(spark.at_s <= 3600 * hours for spark in sparks) / len(sparks)
        tolerance = 3 * float(np.sqrt(share * (1 - share) / len(sparks)))
        places = {"hours": f"{hours:g}"}
        yield Case(
            "urban_fire.delay", "0.2 at once, the rest exponential, mean 6.5 h", float(share),
            early, tolerance, "1", places=places,
        )  # fmt: skip


def growth() -> Iterator[Case]:
    """Times of the four textbook fires; energy of design fires."""
    for pace, kw_per_s2, expected_s in (
        ("slow", 0.00293, 600.0), ("medium", 0.01172, 300.0),
        ("fast", 0.0469, 150.0), ("ultrafast", 0.1876, 75.0),
    ):  # fmt: skip
        curve = curve_of(1e3 * kw_per_s2, 1e9, 1e15, 0.8)
        ours_s = age_at_heat_s(curve, 1.055e6)
        yield Case(f"urban_fire.{pace}", _T_SQUARED, expected_s, ours_s, 0.1, "s")
    for use, side_m, storeys in (
        ("home", 10.0, 1), ("home", 3.0, 1), ("mall", 60.0, 4), ("warehouse", 20.0, 1),
    ):  # fmt: skip
        curve, fuel_gj = _design(use, side_m, storeys)
        places = {"floor": f"{side_m * side_m * storeys:g}", "use": use}
        name = f"urban_fire.energy.{use}"
        yield Case(name, _ENERGY, fuel_gj, _integral_gj(curve), 1e-4 * fuel_gj, "GJ", places=places)
        closed_gj = burnt_j(curve, curve.end_s) * 1e-9
        name = f"urban_fire.closed.{use}"
        yield Case(name, _ENERGY, fuel_gj, closed_gj, 1e-9 * fuel_gj, "GJ", places=places)


def _design(use: str, side_m: float, storeys: int) -> tuple[Curve, float]:
    one = houses(np.zeros(1), np.zeros(1), side_m, built="rc_frame", use=use, storeys=storeys)
    fires = design_fires(one)
    fuel_j = float(fires.fuel_j[0])
    curve = curve_of(float(fires.growth_w_per_s2[0]), float(fires.peak_w[0]), fuel_j, 0.8)
    return curve, fuel_j * 1e-9


def _integral_gj(curve: Curve) -> float:
    at_s = np.linspace(0.0, curve.end_s, 20_001)
    heat = np.array([heat_w(curve, float(age_s)) for age_s in at_s])
    return float(np.trapezoid(heat, at_s)) * 1e-9


def water() -> Iterator[Case]:
    """What tankers, jets and engines amount to."""
    yield Case("urban_fire.tanker", _TACTICS, 6.4, endurance_s(5.0, 0.013) / 60, 0.05, "min")
    yield Case(
        "urban_fire.engine", f"{_TACTICS}: two jets", 13.0, 2e3 * jet_m3_per_s(), 0.01, "l/s"
    )
    jets = float(jets_needed(np.array([400.0]))[0])
    yield Case("urban_fire.jets", "80 m of front, 12 m a jet", 7.0, jets, 0.0, "1")
    fires = design_fires(houses(np.zeros(1), np.zeros(1), 20.0))
    need_m3_per_s, _ = water_needed_at(fires, 0, 10e6)
    yield Case("urban_fire.need", _STEAM, 10.989, 1e3 * need_m3_per_s, 0.001, "l/s")
    library = design_fires(houses(np.zeros(1), np.zeros(1), 20.0, use="public"))
    need_m3_per_s, _ = water_needed_at(library, 0, 10e6)
    yield Case("urban_fire.need", _STEAM, 10.989, 1e3 * need_m3_per_s, 0.001, "l/s")


def suppression() -> Iterator[Case]:
    """One wooden house, 20 l/s from a moment on: what it meets, what burns in the end."""
    minutes = (4, 8, 12, 16, 20)
    runs = [_fought(60.0 * after, 0.020) for after in minutes]
    met = [heat for heat, _ in runs]
    yield Case("urban_fire.later", _SQUARE_LAW, 4.0, met[1] / met[0], 1e-6, "1")
    burnt = [energy for _, energy in runs]
    wrong = int(np.count_nonzero(np.diff(burnt) < 0))
    yield Case("urban_fire.monotone", _MONOTONE, 0.0, wrong, 0.0, "1")
    whole = _fought(np.inf, 0.0)[1]
    yield Case("urban_fire.unfought", _ENERGY, 78.0, whole, 0.02 * 78.0, "GJ")
    too_little = _fought(1200.0, 0.003)[1]
    yield Case("urban_fire.too_little", _ENERGY, 78.0, too_little, 0.02 * 78.0, "GJ")


def _fought(after_s: float, flow_m3_per_s: float) -> tuple[float, float]:
    """Return the heat that the water meets (W), and the energy that burns in the end (GJ)."""
    one = houses(np.zeros(1), np.zeros(1), 10.0)
    town = BurningTown.on(one, winds_of([]), Streams(1))
    town.light(0, 0.0)
    water_m3_per_s: NDArray[np.float32] = np.zeros(1, np.float32)
    met_w, energy_j, step_s = 0.0, 0.0, 20.0
    for k in range(1, 600):
        now_s = step_s * k
        if now_s - step_s >= after_s and water_m3_per_s[0] == 0.0:
            water_m3_per_s[0] = flow_m3_per_s
            met_w = float(town.heat_w[0])
        town.fight(water_m3_per_s, now_s - step_s)
        town.burn(now_s)
        energy_j += float(town.heat_w[0]) * step_s
    return met_w, energy_j * 1e-9
