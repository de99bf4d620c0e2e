"""How strongly the ground shakes at a distance: published laws for median and spread.

Medians are natural logarithms of peak ground acceleration (m/s2) and velocity (m/s). Distances are
in km here, as the laws state them. Each law says how far it may be trusted; beyond that it refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernels.earthquake import semi_major_km

Floats = NDArray[np.float64]

G_M_PER_S2: Final = 9.80665
LN_G: Final = float(np.log(G_M_PER_S2))
LN_CM: Final = float(np.log(0.01))


class Motion(NamedTuple):
    """Logarithms of acceleration (m/s2) and velocity (m/s), one row a site."""

    ln_pga: Floats
    ln_pgv: Floats


class Spread(NamedTuple):
    """Standard deviations of a logarithm: between earthquakes, and between sites of one."""

    between: Floats
    within: Floats

    @property
    def total(self) -> Floats:
        """Both together."""
        return np.hypot(self.between, self.within)


@dataclass(frozen=True)
class Boore:
    """Coefficients of one measure of Boore, Stewart, Seyhan & Atkinson (2014).

    Earthquake Spectra 30(3):1057-1085, doi 10.1193/070113EQS184M; names as in the paper. `delta_c3`
    is its correction for regions of high Q (China, Turkey).
    """

    styles: tuple[float, float, float]  # e1 strike-slip, e2 normal, e3 reverse
    e4: float
    e5: float
    e6: float
    hinge: float
    c1: float
    c2: float
    c3: float
    delta_c3: float
    h_km: float
    c: float
    fastest_m_per_s: float
    f4: float
    f5: float
    far_km: tuple[float, float]
    far: float
    soft: float
    phi: tuple[float, float]
    tau: tuple[float, float]

    def on_rock(self, magnitude: float, rjb_km: Floats, style: int) -> Floats:
        """Return the logarithm at 760 m/s, in the paper's unit."""
        beyond = magnitude - self.hinge
        source = self.styles[style] + (
            self.e4 * beyond + self.e5 * beyond**2 if beyond <= 0.0 else self.e6 * beyond
        )
        r_km = np.hypot(rjb_km, self.h_km)
        path = (self.c1 + self.c2 * (magnitude - 4.5)) * np.log(r_km)
        return np.asarray(source + path + (self.c3 + self.delta_c3) * (r_km - 1.0))

    def at_site(self, vs30_m_per_s: Floats, rock_pga_g: Floats) -> Floats:
        """Return what a site of a shear-wave velocity adds to the logarithm at 760 m/s."""
        linear = self.c * np.log(np.minimum(vs30_m_per_s, self.fastest_m_per_s) / 760.0)
        slower = np.minimum(vs30_m_per_s, 760.0) - 360.0
        bend = self.f4 * (np.exp(self.f5 * slower) - np.exp(self.f5 * 400.0))
        return np.asarray(linear + bend * np.log((rock_pga_g + 0.1) / 0.1))

    def spread(self, magnitude: float, rjb_km: Floats, vs30_m_per_s: Floats) -> Spread:
        """Return tau and phi (equations 14 to 17)."""
        share = float(np.clip(magnitude - 4.5, 0.0, 1.0))
        tau = self.tau[0] + (self.tau[1] - self.tau[0]) * share
        phi = self.phi[0] + (self.phi[1] - self.phi[0]) * share
        near_km, far_km = self.far_km
        distance = np.log(np.clip(rjb_km, near_km, far_km) / near_km) / np.log(far_km / near_km)
        softness = np.log(300.0 / np.clip(vs30_m_per_s, 225.0, 300.0)) / np.log(300.0 / 225.0)
        within = phi + self.far * distance - self.soft * softness
        return Spread(np.full(within.shape, tau), within)


BOORE_PGA: Final = Boore(
    (0.4856, 0.2459, 0.4539), 1.431, 0.05053, -0.1662, 5.5, -1.134, 0.1917, -0.008088, 0.002858,
    4.5, -0.6, 1500.0, -0.15, -0.00701, (110.0, 270.0), 0.1, 0.07, (0.695, 0.495), (0.398, 0.348),
)  # fmt: skip
BOORE_PGV: Final = Boore(
    (5.078, 4.849, 5.033), 1.073, -0.1536, 0.2252, 6.2, -1.243, 0.1489, -0.00344, 0.004345,
    5.3, -0.84, 1300.0, -0.1, -0.00844, (105.0, 272.0), 0.082, 0.08, (0.644, 0.552), (0.401, 0.346),
)  # fmt: skip

STRIKE_SLIP, NORMAL, REVERSE = 0, 1, 2


def style_of(rake_deg: float) -> int:
    """Return the style of faulting; within 30 degrees of horizontal it is strike-slip."""
    if 30.0 < rake_deg < 150.0:
        return REVERSE
    return NORMAL if -150.0 < rake_deg < -30.0 else STRIKE_SLIP


def bssa14(magnitude: float, rjb_km: ArrayLike, vs30_m_per_s: ArrayLike, style: int = 0) -> Motion:
    """Return the median by Boore et al. (2014), high Q, for a moment magnitude.

    Raises
    ------
    ValueError
        When a number is not finite, or outside what the law was made for.
    """
    rjb, vs30 = sites(rjb_km, vs30_m_per_s)
    within("magnitude", magnitude, *MAGNITUDES["bssa14"])
    within("distance_km", rjb, 0.0, FARTHEST_KM["bssa14"])
    rock = BOORE_PGA.on_rock(magnitude, rjb, style)
    ln_pga = rock + BOORE_PGA.at_site(vs30, np.exp(rock))
    ln_pgv = BOORE_PGV.on_rock(magnitude, rjb, style) + BOORE_PGV.at_site(vs30, np.exp(rock))
    return Motion(ln_pga + LN_G, ln_pgv + LN_CM)


def amplified(rock: Motion, vs30_m_per_s: ArrayLike) -> Motion:
    """Return motion on rock (760 m/s) as soil of a shear-wave velocity carries it.

    The site term of Boore et al. (2014), for laws that know rock only.
    """
    vs30 = np.asarray(vs30_m_per_s, np.float64)
    within("vs30_m_per_s", vs30, *VS30_M_PER_S)
    rock_g = np.exp(rock.ln_pga - LN_G)
    return Motion(
        rock.ln_pga + BOORE_PGA.at_site(vs30, rock_g),
        rock.ln_pgv + BOORE_PGV.at_site(vs30, rock_g),
    )


class Axis(NamedTuple):
    """Shaking along one axis of an ellipse: ``level + slope ln(r + near)``, r in km."""

    level: float
    slope: float
    near_km: float

    def at(self, r_km: Floats) -> Floats:
        """Return the shaking at distances from the epicentre."""
        return np.asarray(self.level + self.slope * np.log(r_km + self.near_km))

    def reach_km(self, shaking: Floats) -> Floats:
        """Return where the shaking has fallen to a value; 0 when it is less everywhere."""
        return np.maximum(np.exp((shaking - self.level) / self.slope) - self.near_km, 0.0)


class Ellipse(NamedTuple):
    """A law whose lines of equal shaking are ellipses around the epicentre."""

    major: Axis
    minor: Axis

    def semi_axes_km(
        self, along_km: Floats, across_km: Floats, farthest_km: float
    ) -> tuple[Floats, Floats]:
        """Return both semi-axes of the ellipse through each site."""
        semi_km = np.empty(along_km.shape)
        semi_major_km(
            np.ascontiguousarray(along_km), np.ascontiguousarray(across_km),
            self.major.slope, self.major.near_km, self.minor.slope, self.minor.near_km,
            self.major.level - self.minor.level, farthest_km, semi_km,
        )  # fmt: skip
        return semi_km, self.minor.reach_km(self.major.at(semi_km))


class Yu(NamedTuple):
    """Coefficients of one axis and measure of Yu et al. (2013), eastern China.

    ``ln Y = A + B M + C ln(R + D e^(E M))``, Y in cm/s2 or cm/s, M the surface-wave magnitude; A
    and B change at M 6.5.
    """

    weak: tuple[float, float]
    strong: tuple[float, float]
    c: float
    d: float
    e: float

    def axis(self, magnitude: float) -> Axis:
        """Return the law of a magnitude."""
        a, b = self.strong if magnitude > 6.5 else self.weak
        return Axis(a + b * magnitude, self.c, self.d * float(np.exp(self.e * magnitude)))


#: GB 18306-2015's attenuation, Yu Yanxiang, Li Shanyou & Xiao Liang (2013); longer and shorter axis
YU_PGA: Final = (
    Yu((4.5517, 1.5433), (8.1259, 0.9936), -2.315, 2.088, 0.399),
    Yu((2.7048, 1.518), (6.3319, 0.9614), -2.004, 0.944, 0.447),
)
YU_PGV: Final = (
    Yu((-0.8349, 1.8193), (3.3051, 1.1799), -2.103, 2.088, 0.399),
    Yu((-2.6381, 1.8124), (1.6376, 1.1546), -1.825, 0.944, 0.447),
)
YU_SIGMA: Final = (0.5428, 0.6233)
_YU_DEPTH_KM: Final = 15.0
#: logarithm of cm/s2 or cm/s from which the polar blend of `yu13_east` holds
_STRONG: Final = 0.5


def yu13_east(magnitude_ms: float, along_km: ArrayLike, across_km: ArrayLike) -> Motion:
    """Return the median on rock by Yu et al. (2013) for eastern China.

    The ellipse through a site gives two distances, one an axis; each is taken to a focus 15 km
    deep, and the two results are blended by the bearing of the site.

    Raises
    ------
    ValueError
        When a number is not finite, or outside what the law was made for.
    """
    along, across = sites(along_km, across_km)
    within("magnitude", magnitude_ms, *MAGNITUDES["yu13"])
    within("distance_km", np.hypot(along, across), 0.0, FARTHEST_KM["yu13"])
    bearing = np.arctan2(across, along)
    logs = []
    for major, minor in (YU_PGA, YU_PGV):
        law = Ellipse(major.axis(magnitude_ms), minor.axis(magnitude_ms))
        a_km, b_km = law.semi_axes_km(along, across, LONGEST_KM)
        on_major = law.major.at(np.hypot(a_km, _YU_DEPTH_KM))
        on_minor = law.minor.at(np.hypot(b_km, _YU_DEPTH_KM))
        logs.append(_between_axes(on_major, on_minor, bearing) + LN_CM)
    return Motion(*logs)


def _between_axes(major: Floats, minor: Floats, bearing_rad: Floats) -> Floats:
    """Return logarithms between their values on the two axes of one ellipse.

    OpenQuake's yu_2013.py takes the polar form of an ellipse with these values as semi-axes, in
    cm/s2 or cm/s. That needs values well above 0; for feeble motion squared sine and cosine weigh
    the two instead, which is the same to first order in their difference.
    """
    cos2, sin2 = np.cos(bearing_rad) ** 2, np.sin(bearing_rad) ** 2
    strong = np.minimum(major, minor) > _STRONG
    a, b = np.where(strong, major, 1.0), np.where(strong, minor, 1.0)
    polar = a * b / np.sqrt(a**2 * sin2 + b**2 * cos2)
    return np.asarray(np.where(strong, polar, major * cos2 + minor * sin2))


#: magnitudes each law holds for: moment magnitude for bssa14, surface-wave magnitude for the others
MAGNITUDES: Final = {"bssa14": (3.0, 8.5), "yu13": (4.0, 8.5), "intensity": (4.0, 8.5)}
#: how far from the rupture (bssa14) or epicentre it holds
FARTHEST_KM: Final = {"bssa14": 400.0, "yu13": 200.0, "intensity": 300.0}
#: shear-wave velocities of the upper 30 m that the site term holds for
VS30_M_PER_S: Final = (150.0, 1500.0)
#: the longest semi-axis looked for
LONGEST_KM: Final = 1000.0


def sites(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    """Return two quantities of sites as arrays of one shape."""
    one, two = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    return np.atleast_1d(one), np.atleast_1d(two)


def within(name: str, values: float | Floats, low: float, high: float) -> None:
    """Refuse what is not a number or outside a law's range, naming the worst value."""
    found = np.atleast_1d(np.asarray(values, np.float64))
    wrong = ~((found >= low) & (found <= high))
    if wrong.any():
        raise ValueError(f"{name}(={found[wrong][0]:g}) must be in {low:g}..{high:g}")
