"""Ground motion against the published test tables of OpenQuake, and intensity against its standard.

Rows of OpenQuake's tables (hazardlib/tests/gsim/data) are figures, quoted with six or seven digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards import ground_motion as motion
from sim.hazards import ground_motion_intensity as intensity

_BSSA: Final = "OpenQuake BSSA_2014_HIGHQ_MEAN.csv; Boore et al. (2014), doi 10.1193/070113EQS184M"
_BSSA_STD: Final = "OpenQuake BSSA_2014_HIGHQ_TOTAL_STD.csv, _INTER_STD.csv"
_YU: Final = "OpenQuake yu_2013_mean_eastern.csv (d3c1432); Yu et al. (2013)"
_GB: Final = "GB/T 17742-2020, A.5 and A.6"
_WANG: Final = "Wang et al. (2000), closed form"

#: six digits, and a correction c3 rounded to six decimals: 4e-5 at 100 km
_BSSA_CLOSE: Final = 1e-4
#: the table's own distances are found to 1e-3 km
_YU_CLOSE: Final = 2e-4
#: the table divides by 9.8 m/s2 exactly
_YU_G: Final = 9.8

_NORMAL, _SLIP, _REVERSE = motion.NORMAL, motion.STRIKE_SLIP, motion.REVERSE

#: style, magnitude, Rjb km, vs30 m/s, PGA g, PGV cm/s
_BSSA_ROWS: Final = (
    (_NORMAL, 3.0, 0.0, 200.0, 0.0123251, 0.223417),
    (_NORMAL, 3.0, 20.0, 400.0, 0.000887608, 0.0175369),
    (_NORMAL, 3.0, 100.0, 600.0, 4.81968e-05, 0.00132807),
    (_NORMAL, 3.0, 0.0, 760.0, 0.00567199, 0.0743468),
    (_NORMAL, 4.0, 0.0, 600.0, 0.0296737, 0.777296),
    (_NORMAL, 4.0, 20.0, 200.0, 0.00807565, 0.325929),
    (_NORMAL, 4.0, 50.0, 250.0, 0.00203636, 0.0871327),
    (_NORMAL, 4.0, 75.0, 760.0, 0.00056047, 0.0206665),
    (_NORMAL, 4.0, 100.0, 400.0, 0.000507809, 0.0248398),
    (_REVERSE, 3.0, 0.0, 200.0, 0.0150906, 0.267287),
    (_REVERSE, 3.0, 20.0, 250.0, 0.00144639, 0.0312391),
    (_REVERSE, 3.0, 50.0, 600.0, 0.000205471, 0.00419063),
    (_REVERSE, 3.0, 100.0, 200.0, 0.00011469, 0.00401633),
    (_SLIP, 7.0, 0.0, 250.0, 0.524512, 74.5754),
    (_SLIP, 7.0, 0.0, 600.0, 0.518138, 54.1386),
    (_SLIP, 7.0, 20.0, 250.0, 0.228702, 28.0779),
    (_SLIP, 7.0, 20.0, 400.0, 0.210743, 22.4793),
    (_SLIP, 7.0, 20.0, 600.0, 0.179187, 16.8979),
    (_SLIP, 7.0, 75.0, 250.0, 0.0869933, 10.9689),
    (_SLIP, 7.0, 75.0, 400.0, 0.0715595, 7.96393),
    (_SLIP, 7.0, 100.0, 250.0, 0.0652214, 8.95451),
    (_SLIP, 8.0, 0.0, 200.0, 0.51133, 110.387),
    (_SLIP, 8.0, 0.0, 250.0, 0.573976, 116.744),
    (_SLIP, 8.0, 0.0, 400.0, 0.637276, 109.739),
    (_SLIP, 8.0, 0.0, 760.0, 0.524836, 72.4878),
    (_SLIP, 8.0, 20.0, 200.0, 0.30703, 52.9031),
    (_SLIP, 8.0, 20.0, 400.0, 0.309529, 43.3976),
    (_SLIP, 8.0, 20.0, 760.0, 0.239189, 27.5008),
    (_SLIP, 8.0, 50.0, 400.0, 0.181838, 24.0726),
    (_SLIP, 8.0, 50.0, 760.0, 0.135257, 14.8802),
    (_SLIP, 8.0, 75.0, 760.0, 0.0984999, 11.383),
    (_SLIP, 8.0, 100.0, 200.0, 0.130746, 23.4222),
    (_SLIP, 8.0, 100.0, 250.0, 0.123481, 20.9285),
    (_SLIP, 8.0, 100.0, 760.0, 0.0756884, 9.46715),
)
#: the same, rake 0, acceleration only
_BSSA_PGA: Final = (
    (6.0, 0.0, 200.0, 0.43854),
    (6.0, 0.0, 760.0, 0.411094),
    (6.0, 20.0, 760.0, 0.104755),
    (6.0, 100.0, 250.0, 0.0333756),
    (6.0, 100.0, 760.0, 0.0180476),
    (7.0, 0.0, 200.0, 0.473771),
)

#: Ms, bearing from the longer axis in degrees, epicentral distance km, PGA g, PGV cm/s
_YU_ROWS: Final = (
    (6, 0, 5, 0.2146538, 10.94856),
    (6, 0, 15, 0.1586139, 8.317492),
    (6, 0, 30, 0.08963331, 4.952448),
    (6, 0, 50, 0.04625837, 2.715494),
    (6, 30, 5, 0.1960989, 9.868130),
    (6, 30, 15, 0.1423246, 7.386140),
    (6, 30, 30, 0.07934140, 4.350371),
    (6, 60, 5, 0.1667648, 8.350511),
    (6, 60, 10, 0.1442446, 7.324856),
    (6, 60, 30, 0.06548063, 3.577878),
    (6, 60, 50, 0.03366882, 1.954032),
    (6, 90, 5, 0.1549977, 7.792509),
    (6, 90, 15, 0.1107820, 5.739175),
    (6, 90, 30, 0.06052113, 3.309328),
    (7, 0, 5, 0.4237821, 28.25516),
    (7, 0, 15, 0.3340565, 22.76340),
    (7, 0, 50, 0.1192795, 8.931841),
    (7, 0, 100, 0.04217791, 3.473805),
    (7, 30, 5, 0.3990074, 26.48170),
    (7, 30, 30, 0.1917465, 13.60306),
    (7, 30, 100, 0.03857421, 3.168443),
    (7, 60, 5, 0.3567808, 23.62230),
    (7, 60, 30, 0.1655530, 11.74751),
    (7, 60, 100, 0.03329911, 2.730163),
    (7, 90, 5, 0.3386592, 22.44546),
    (7, 90, 50, 0.08672251, 6.491466),
    (7, 90, 100, 0.03129127, 2.565532),
    (8, 0, 5, 0.5863741, 50.07727),
    (8, 0, 50, 0.2138161, 20.02761),
    (8, 0, 200, 0.02711265, 3.068264),
    (8, 30, 10, 0.5195681, 44.47856),
    (8, 30, 100, 0.08082817, 8.198548),
    (8, 60, 15, 0.4258637, 36.69540),
    (8, 60, 100, 0.07142671, 7.227830),
    (8, 90, 30, 0.2728782, 24.37320),
    (8, 90, 200, 0.02238402, 2.499698),
)
#: the same, acceleration only: velocities of these rows are below the range of the table's blend
_YU_PGA: Final = (
    (5, 0, 5, 0.07568634),
    (5, 30, 15, 0.04524311),
    (5, 60, 30, 0.01817151),
    (5, 90, 50, 0.007972540),
    (6, 0, 200, 0.003704441),
    (6, 90, 100, 0.01023330),
    (7, 30, 200, 0.01106608),
    (7, 90, 200, 0.009523243),
)


def boore() -> Iterator[Case]:
    """Medians of Boore et al. (2014), high Q."""
    for style, magnitude, rjb_km, vs30, pga_g, pgv_cm_per_s in _BSSA_ROWS:
        ours = motion.bssa14(magnitude, rjb_km, vs30, style)
        places = {"magnitude": f"{magnitude:g}", "distance": f"{rjb_km:g}", "vs30": f"{vs30:g}"}
        for name, expected, got in (
            ("pga", pga_g, math.exp(ours.ln_pga[0] - motion.LN_G)),
            ("pgv", pgv_cm_per_s, math.exp(ours.ln_pgv[0] - motion.LN_CM)),
        ):
            unit = "g" if name == "pga" else "cm/s"
            close = _BSSA_CLOSE * expected
            yield Case(f"quake.bssa14.{name}", _BSSA, expected, got, close, unit, places=places)
    for magnitude, rjb_km, vs30, pga_g in _BSSA_PGA:
        got = math.exp(motion.bssa14(magnitude, rjb_km, vs30).ln_pga[0] - motion.LN_G)
        places = {"magnitude": f"{magnitude:g}", "distance": f"{rjb_km:g}", "vs30": f"{vs30:g}"}
        close = _BSSA_CLOSE * pga_g
        yield Case("quake.bssa14.pga", _BSSA, pga_g, got, close, "g", places=places)


def boore_spread() -> Iterator[Case]:
    """Standard deviations: together, and between earthquakes."""
    near = np.zeros(1)
    for vs30, total in ((200.0, 0.7410), (250.0, 0.76270), (300.0, 0.80090), (760.0, 0.80090)):
        ours = float(motion.BOORE_PGA.spread(3.0, near, np.array([vs30])).total[0])
        places = {"magnitude": "3", "vs30": f"{vs30:g}"}
        yield Case("quake.bssa14.total", _BSSA_STD, total, ours, 5e-5, "1", places=places)
    for magnitude, pga, pgv in ((3.0, 0.398, 0.401), (4.0, 0.398, 0.401), (5.0, 0.373, 0.3735)):
        for name, law, tau in (("PGA", motion.BOORE_PGA, pga), ("PGV", motion.BOORE_PGV, pgv)):
            got = float(law.spread(magnitude, near, np.array([760.0])).between[0])
            places = {"magnitude": f"{magnitude:g}", "measure": name}
            yield Case("quake.bssa14.between", _BSSA_STD, tau, got, 5e-5, "1", places=places)


def yu() -> Iterator[Case]:
    """Medians of Yu et al. (2013), eastern China, around the ellipse."""
    rows = [(*row[:4], None) for row in _YU_PGA] + list(_YU_ROWS)
    for magnitude, bearing, repi_km, pga_g, pgv_cm_per_s in rows:
        turn = math.radians(bearing)
        ours = motion.yu13_east(
            float(magnitude), repi_km * math.cos(turn), repi_km * math.sin(turn)
        )
        places = {"magnitude": magnitude, "bearing": bearing, "distance": repi_km}
        got = math.exp(ours.ln_pga[0]) / _YU_G
        yield Case("quake.yu13.pga", _YU, pga_g, got, _YU_CLOSE * pga_g, "g", places=places)
        if pgv_cm_per_s is not None:
            got, close = math.exp(ours.ln_pgv[0] - motion.LN_CM), _YU_CLOSE * pgv_cm_per_s
            yield Case("quake.yu13.pgv", _YU, pgv_cm_per_s, got, close, "cm/s", places=places)


def intensity_bounds() -> Iterator[Case]:
    """Accelerations and velocities between the classes of intensity, and the joint rule."""
    bounds = (5.5, 6.5, 7.5, 8.5, 9.5)
    pgas = (0.4531, 0.9367, 1.9367, 4.0043, 8.2791)
    pgvs = (0.0377, 0.0813, 0.1751, 0.3773, 0.8128)
    for bound, pga, pgv in zip(bounds, pgas, pgvs, strict=True):
        ours = intensity.motion_at(bound)
        places = {"intensity": bound}
        got = math.exp(float(ours.ln_pga))
        yield Case("quake.intensity.pga", _GB, pga, got, 5e-5, "m/s2", places=places)
        got = math.exp(float(ours.ln_pgv))
        yield Case("quake.intensity.pgv", _GB, pgv, got, 5.1e-5, "m/s", places=places)
    # both above VI: velocity decides, 3 lg 0.4 + 9.77; below: (3.17 lg 0.2 + 3 lg 0.02 + 16.36) / 2
    for pga, pgv, expected in ((4.0, 0.4, 8.5762), (0.2, 0.02, 4.5237)):
        got = float(intensity.instrumental_intensity(pga, pgv))
        places = {"pga": pga, "pgv": pgv}
        yield Case("quake.intensity.joint", _GB, expected, got, 5.1e-5, "1", places=places)


def wang() -> Iterator[Case]:
    """Zones of intensity of an earthquake of Ms 7.3, and the meeting of the two axes."""
    law = intensity.wang_ellipse(7.3)
    for zone, major_km, minor_km, area_km2 in (
        (9.0, 14.9, 8.2, 385.0),
        (8.0, 43.8, 27.5, 3785.0),
        (7.0, 94.4, 68.2, 20232.0),
    ):
        a_km = float(law.major.reach_km(np.array(zone)))
        b_km = float(law.minor.reach_km(np.array(zone)))
        places = {"intensity": f"{zone:g}"}
        yield Case("quake.wang.major", _WANG, major_km, a_km, 0.05, "km", places=places)
        yield Case("quake.wang.minor", _WANG, minor_km, b_km, 0.05, "km", places=places)
        area = math.pi * a_km * b_km
        yield Case("quake.wang.area", _WANG, area_km2, area, 0.6, "km2", places=places)
        on_ring = intensity.wang_intensity(7.3, a_km * 0.6, b_km * 0.8)
        yield Case("quake.wang.ring", _WANG, zone, float(on_ring[0]), 1e-4, "1", places=places)
    centre = float(intensity.wang_intensity(7.3, 0.0, 0.0)[0])
    yield Case("quake.wang.centre", _WANG, 9.87, centre, 0.005, "1")


def magnitudes() -> Iterator[Case]:
    """Moment and surface-wave magnitude, and the size of ruptures."""
    from_mw = "(Mw + 2.42) / 1.28 as in OpenQuake's yu_2013"
    ours = intensity.ms_of_mw(7.0)
    yield Case("quake.ms_of_mw", from_mw, 7.359375, ours, 1e-9, "1", places={"magnitude": "7.0"})
    for moment in (5.5, 6.5, 6.7, 7.8):
        back = intensity.mw_of_ms(intensity.ms_of_mw(moment))
        places = {"magnitude": moment}
        yield Case("quake.mw_of_ms", "there and back", moment, back, 1e-9, "1", places=places)
