"""Dams, rivers, seas and mains against recorded failures, tables and balances."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards.base import Surroundings
from sim.hazards.chains_dam import DamFailure, Outflow, breach_width_m, formation_s
from sim.hazards.chains_pipes import repairs_per_km
from sim.hazards.chains_river import RiverRise, arrived_share, runoff_m
from sim.hazards.flood import Flood
from sim.hazards.surge import drag, pressure_setup_m, wind_setup_m
from sim.world.maps.plain import plain_world

_INCH_M: Final = 0.0254
_STEP_S: Final = 60.0
_FROEHLICH: Final = "recorded (Wahl 1998); Froehlich (1995) scatters by 0.32 in lg (Wahl 2004)"
_BALANCE: Final = "not a drop is lost"
_TR55: Final = "USDA TR-55 (1986), table 2-1, inches"
_NEH: Final = "NRCS NEH 630, table 16-1, mass curve"
#: recorded peak (m3/s), volume (m3) and height (m) of water above the breach (Wahl 1998); for Teton
#: others give 50,000 to 80,000 m3/s out of the same volume
_DAMS: Final = {
    "Teton": (65_120.0, 310e6, 77.4),
    "Baldwin Hills": (1_130.0, 0.91e6, 12.2),
}
#: the same of Banqiao, 1975; earth about a thin core, overtopped and carried off at full width
_BANQIAO: Final = (78_200.0, 600e6, 25.0)
_BANQIAO_TOLD: Final = "78,200 m3/s of over 600 million m3, dam of 25 m; regressions lie far below"


def _alone(side_cells: int = 20, cell_m: float = 20.0) -> Surroundings:
    return Surroundings.alone_on(plain_world(np.zeros((side_cells, side_cells)), cell_m=cell_m))


def _run(hazards: list[Any], hours: float) -> None:
    for tick in range(1, round(hours * 3600.0 / _STEP_S) + 1):
        for hazard in hazards:
            hazard.advance(tick * _STEP_S)


def dam_outflow() -> Iterator[Case]:
    """Two recorded failures; the outflow's volume and its rise."""
    for dam, (peak, volume_m3, height_m) in _DAMS.items():
        ours = math.log10(Outflow.of(volume_m3, height_m).peak_m3_per_s / peak)
        yield Case("dam.peak", _FROEHLICH, 0.0, ours, 0.32, "1", places={"dam": dam})
    peak, volume_m3, height_m = _BANQIAO
    ours, places = Outflow.of(volume_m3, height_m).peak_m3_per_s, {"dam": "Banqiao"}
    lg = math.log10(ours / peak)
    yield Case("dam.peak", _BANQIAO_TOLD, 0.0, lg, 0.32, "1", limit=True, places=places)
    stated = Outflow.of(volume_m3, height_m, peak)
    share = stated.volume_m3(stated.rise_s + 40.0 * stated.fall_s) / volume_m3
    yield Case("dam.stated", _BALANCE, 1.0, share, 1e-12, "1", places=places)
    hours = formation_s(310e6, 86.9) / 3600.0
    yield Case("dam.formation", "Teton took 1.25 h (Wahl 1998), +-50 %", 1.25, hours, 0.625, "h")
    width_m = breach_width_m(310e6, 86.9, overtopped=False)
    yield Case(
        "dam.width",
        "Teton, mean width 151 m (Wahl 1998), +-50 %",
        151.0,
        width_m,
        75.5,
        "m",
    )
    for volume_m3, height_m in ((2e4, 5.0), (1e6, 12.0), (310e6, 77.4), (1e5, 30.0)):
        outflow = Outflow.of(volume_m3, height_m)
        share = outflow.volume_m3(outflow.rise_s + 40.0 * outflow.fall_s) / volume_m3
        places = {"volume": f"{volume_m3:g}", "height": f"{height_m:g}"}
        yield Case("dam.volume", _BALANCE, 1.0, share, 1e-12, "1", places=places)


def runoff() -> Iterator[Case]:
    """Runoff by curve number, all to half of the table's last digit."""
    for number, rain, expected in (
        (60, 3.0, 0.33), (60, 5.0, 1.30), (70, 3.0, 0.71), (70, 5.0, 2.04), (80, 2.0, 0.56),
        (80, 3.0, 1.25), (80, 5.0, 2.89), (90, 1.0, 0.32), (90, 2.0, 1.09), (90, 3.0, 1.98),
        (90, 5.0, 3.88), (98, 1.0, 0.79), (98, 2.0, 1.77),
    ):  # fmt: skip
        ours = float(runoff_m(rain * _INCH_M, number)) / _INCH_M
        places = {"number": number, "rain": f"{rain:g}"}
        yield Case("runoff", _TR55, expected, ours, 0.0101, "in", places=places)


def unit_hydrograph() -> Iterator[Case]:
    """What has come down by a time, as a share; the table's third digit."""
    for time, expected in ((0.5, 0.065), (1.0, 0.375), (1.5, 0.700), (2.0, 0.871), (3.0, 0.977)):
        ours = float(arrived_share(np.array([time * 3600.0]), 3600.0)[0])
        yield Case("unit_hydrograph", _NEH, expected, ours, 0.005, "1", places={"time": time})


def river_rise() -> Iterator[Case]:
    """A minute's downpour on a paved catchment: its volume, and the river's peak."""
    around = _alone()
    stated = {
        "id": "up", "kind": "river_rise", "at": {"x_m": 50.0, "y_m": 50.0}, "area": "10 km2",
        "curve_number": 98.0, "lag": "2 h",
    }  # fmt: skip
    river = RiverRise(RiverRise.Params.model_validate(stated), around)
    rain = np.zeros(around.world.grid.shape)
    came_m3, peak = 0.0, 0.0
    for tick in range(1, 15 * 60 + 1):
        rain[:] = 1e-4 if tick == 1 else 0.0
        around.fields.write("rain_m_per_s", rain)
        river.advance(tick * _STEP_S)
        flow = river.report()["river_flow_m3_per_s"]
        came_m3 += flow * _STEP_S
        peak = max(peak, flow)
    expected_m3 = float(runoff_m(60.0 * float(np.float32(1e-4)), 98.0)) * 10e6
    yield Case("river.volume", _BALANCE, 1.0, came_m3 / expected_m3, 1e-9, "1")
    # m3/s, km2, mm, h; half of the minute and the lag make the time to the peak
    formula = 0.208 * 10.0 * 1e-7 * expected_m3 * 1e3 / (2.0 + 1.0 / 120.0)
    source = "0.208 A Q / Tp (SCS), 1 % for its rounded factor and the table's"
    yield Case("river.peak", source, 1.0, peak / formula, 0.01, "1")


def poured() -> Iterator[Case]:
    """A dam runs out into a flood: what the flood took in is what ran out."""
    around = _alone()
    dam = DamFailure(
        DamFailure.Params.model_validate(
            dict(DamFailure.example) | {"volume": "20000 m3", "time": "1 min"}
        ),
        around,
    )
    flood = Flood(
        Flood.Params.model_validate({"id": "w", "kind": "flood", "borders": "closed"}), around
    )
    _run([flood, dam], 6.0)
    took = flood.report()["inflow_m3"]
    gone = dam.report()["dam_outflow_m3"]
    yield Case("poured.took", _BALANCE, 1.0, took / gone, 1e-3, "1")
    yield Case(
        "poured.mass", "mass error of the flood", 0.0, flood.report()["mass_error_share"], 1e-9, "1"
    )


def sea() -> Iterator[Case]:
    """A bay behind a side that is sea fills to the level of the sea."""
    around = _alone(10, 50.0)
    edges = {"south": "sea"}
    flood = Flood(
        Flood.Params.model_validate({"id": "w", "kind": "flood", "borders": edges}), around
    )
    around.fields.write("sea_level_m", np.full(around.world.grid.shape, 1.5, np.float32))
    _run([flood], 6.0)
    depth_m = around.fields["depth_m"]
    yield Case("sea.level", "still water", 1.5, float(depth_m.mean()), 0.005, "m")
    yield Case("sea.flat", "still water", 0.0, float(np.ptp(depth_m)), 0.005, "m")


def surge() -> Iterator[Case]:
    """Inverse barometer, drag, and set-up where its balance is linear."""
    yield Case(
        "surge.pressure",
        "1 hPa lifts the sea by 1 cm",
        1.0,
        100.0 * pressure_setup_m(1012.25),
        0.01,
        "cm",
    )
    yield Case("surge.still", "1013.25 hPa", 0.0, pressure_setup_m(1013.25), 1e-12, "m")
    for wind, expected in ((10.0, 1.45), (20.0, 2.10), (30.0, 2.75)):
        yield Case(
            "surge.drag",
            "Wu (1982), 10^-3",
            expected,
            1e3 * drag(wind),
            1e-9,
            "1",
            places={"wind": wind},
        )
    linear_m = 1.225 * 1.45e-3 * 100.0 * 50e3 / (1025.0 * 9.80665 * 40.0)
    ours = wind_setup_m(10.0, 50e3, 40.0)
    yield Case(
        "surge.setup", "tau F / (rho g d), small set-up", linear_m, ours, 0.001 * linear_m, "m"
    )
    deep = wind_setup_m(25.0, 100e3, 5.0)
    squares = (5.0 + deep) ** 2 - 5.0**2
    stress = 1.225 * drag(25.0) * 625.0
    exact = 2.0 * stress * 100e3 / (1025.0 * 9.80665)
    yield Case(
        "surge.balance", "(d + z)^2 - d^2 = 2 tau F / (rho g)", exact, squares, 1e-9 * exact, "m2"
    )
    yield Case(
        "surge.offshore",
        "wind off the land lowers the sea",
        -1.0,
        math.copysign(1.0, wind_setup_m(-10.0, 50e3, 20.0)),
        0.0,
        "1",
    )


def mains() -> Iterator[Case]:
    """Repairs a kilometre of main by HAZUS."""
    for pgv_cm_per_s, expected in (
        (10.0, 0.01778),
        (30.0, 0.2106),
        (50.0, 0.6647),
        (100.0, 3.1623),
    ):
        ours = float(repairs_per_km(np.array([pgv_cm_per_s / 100.0]))[0])
        source = "0.0001 PGV^2.25, O'Rourke & Ayala (1993), by hand"
        places = {"pgv": f"{pgv_cm_per_s:g}"}
        yield Case(
            "mains.repairs", source, expected, ours, 5e-4 * expected + 1e-5, "1/km", places=places
        )
    ratio = float(
        repairs_per_km(np.array([0.5]), ductile=True)[0] / repairs_per_km(np.array([0.5]))[0]
    )
    yield Case("mains.ductile", "HAZUS: 0.3 of brittle mains", 0.3, ratio, 1e-12, "1")
