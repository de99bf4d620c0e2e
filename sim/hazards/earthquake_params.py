"""What a scenario file may say about an earthquake."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.hazards.ground_motion import MAGNITUDES, VS30_M_PER_S
from sim.hazards.ground_motion_intensity import ms_of_mw, mw_of_ms
from sim.scenario.base import (
    Amount,
    Duration_s,
    HazardParams,
    Id,
    Length_m,
    Many,
    Moment_s,
    Names,
    Part,
    Positive,
    Share,
    Span_s,
)
from sim.scenario.parameters import catalogued

Magnitude = Annotated[float, Field(ge=4.0, le=8.5)]
Bearing_deg = Annotated[float, Field(ge=0.0, le=360.0)]
Vs30 = Annotated[float, Amount("speed"), Field(ge=VS30_M_PER_S[0], le=VS30_M_PER_S[1])]
Positive_m = Annotated[float, Amount("length"), Field(gt=0)]
Law = Literal["bssa14", "yu13", "intensity"]
Land = Literal[
    "water", "bare", "grass", "crop", "forest", "residential", "commercial", "industrial", "road",
    "levee",
]  # fmt: skip


class Epicentre(Part):
    """Where it begins, seen from above: on the map or outside of it.

    Attributes
    ----------
    x_m, y_m : float or None
        In the map's own coordinates.
    lon_deg, lat_deg : float or None
        WGS 84, for maps of real places.
    """

    ONE_OF: ClassVar = ("x_m", "lon_deg")

    x_m: float | None = None
    y_m: float | None = None
    lon_deg: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat_deg: Annotated[float, Field(ge=-90, le=90)] | None = None

    @model_validator(mode="after")
    def _in_pairs(self) -> Self:
        pairs = ((self.x_m, self.y_m), (self.lon_deg, self.lat_deg))
        if any((one is None) is not (two is None) for one, two in pairs):
            raise ValueError(said("earthquake.epicentre_pairs"))
        return self


class Laws(Part):
    """Weights of the laws of ground motion; chance takes one of them for the run."""

    bssa14: Share = 0.0
    yu13: Share = 0.0
    intensity: Share = 0.0

    @model_validator(mode="after")
    def _sum_to_one(self) -> Self:
        total = self.bssa14 + self.yu13 + self.intensity
        if abs(total - 1.0) > 1e-6:
            raise ValueError(said("earthquake.weights", total=round(total, 6)))
        return self

    def chosen(self, luck: float) -> Law:
        """Return the law that a uniform number in [0, 1) points at."""
        if luck < self.bssa14:
            return "bssa14"
        return "yu13" if luck < self.bssa14 + self.yu13 else "intensity"


class Soil(Part):
    """The ground under one class of land."""

    land: Land
    vs30: Vs30


class Resistance(Part):
    """By how much the building classes here are stronger (above 1) than their curves."""

    adobe: Positive = catalogued("earthquake.resistance_adobe")
    old_masonry: Positive = catalogued("earthquake.resistance_old_masonry")
    masonry: Positive = catalogued("earthquake.resistance_masonry")
    rc_frame: Positive = catalogued("earthquake.resistance_rc_frame")
    rc_tall: Positive = catalogued("earthquake.resistance_rc_tall")
    industrial: Positive = catalogued("earthquake.resistance_industrial")


class Isoseismal(Part):
    """A border mapped after the earthquake: the ground shaken at this intensity and more.

    Attributes
    ----------
    intensity : int
        Class of the zone inside the border, GB/T 17742-2020.
    km2 : float
        All that the border encloses, stronger zones with it.
    """

    intensity: Annotated[int, Field(ge=5, le=11)]
    km2: Annotated[float, Field(gt=0)]


class KnownAftershock(Part):
    """An aftershock that is known to have happened.

    Attributes
    ----------
    after : float
        Seconds from the mainshock.
    at : float
        Place along the mainshock's rupture, 0..1 in the direction of strike.
    """

    after: Span_s
    magnitude: Magnitude
    at: Share = 0.5


class Aftershocks(Part):
    """Which aftershocks follow: drawn by the law of Reasenberg & Jones, known ones, or both.

    Attributes
    ----------
    lasting : float
        For how long they are drawn, s; 0 draws none.
    smallest : float
        Weaker ones are left out.
    largest_gap : float
        How far below the mainshock the strongest possible one stays.
    scatter : float
        Standard deviation of their distance from the rupture, m.
    """

    lasting: Duration_s = catalogued("earthquake.aftershock_lasting")
    smallest: Magnitude = catalogued("earthquake.aftershock_smallest")
    largest_gap: Annotated[float, Field(ge=0, le=3)] = catalogued("earthquake.aftershock_gap")
    scatter: Length_m = catalogued("earthquake.aftershock_scatter")
    a: float = catalogued("earthquake.aftershock_a")
    b: Annotated[float, Field(gt=0)] = catalogued("earthquake.aftershock_b")
    c: Span_s = catalogued("earthquake.aftershock_c")
    p: Annotated[float, Field(gt=0)] = catalogued("earthquake.aftershock_p")
    known: Many[KnownAftershock] = ()


class EarthquakeParams(HazardParams):
    """A mainshock and what follows it.

    Attributes
    ----------
    magnitude, scale : float, str
        Moment magnitude (``mw``) or surface-wave magnitude (``ms``).
    depth : float
        Of the focus, m.
    strike_deg, dip_deg, rake_deg : float
        Of the rupture, after Aki & Richards; the ellipses lie along strike.
    length, width : float or None
        Of the rupture, m; None takes the usual size of the magnitude.
    focus_at : float
        Share of the rupture's length that lies against the direction of strike from the focus.
    ground_motion : str or Laws
        Law of the median: bssa14 (Boore et al. 2014), yu13 (Yu et al. 2013), intensity (Wang et
        al. 2000); or weights, from which chance takes one.
    fields : str
        ``sampled`` draws how this earthquake and each site differ from the median; ``median`` draws
        nothing and widens the spread of damage instead.
    isoseismals : tuple of Isoseismal
        Of an earthquake that happened and was mapped: it is then as strong as a whole as they say,
        and chance draws only how sites differ.
    clustered_soils : bool
        Whether like soils lie together: acceleration then correlates over 40.7 instead of 8.5 km.
    vs30, soils : float, tuple of Soil
        Shear-wave velocity of the upper 30 m, m/s, where the map has no layer of it: everywhere,
        and where it differs.
    resistance : Resistance
    weakening : float
        Share of its strength that a thing loses with each state of damage.
    bridges : str
        How bridges of several spans were designed.
    out_at : str
        State of damage from which facilities do not work and bridges are closed.
    spared : tuple of str
        Facilities that stand whatever happens: base-isolated or strengthened.
    """

    kind: Literal["earthquake"]
    occurs_at: Moment_s = 0.0
    magnitude: Magnitude
    scale: Literal["mw", "ms"] = "mw"
    epicentre: Epicentre
    depth: Positive_m = catalogued("earthquake.depth")
    strike_deg: Bearing_deg = 0.0
    dip_deg: Annotated[float, Field(gt=0, le=90)] = catalogued("earthquake.dip_deg")
    rake_deg: Annotated[float, Field(ge=-180, le=180)] = 0.0
    length: Positive_m | None = None
    width: Positive_m | None = None
    focus_at: Share = 0.5
    ground_motion: Law | Laws = "bssa14"
    fields: Literal["sampled", "median"] = "sampled"
    isoseismals: Many[Isoseismal] = ()
    clustered_soils: bool = False
    vs30: Vs30 = catalogued("earthquake.vs30")
    soils: Many[Soil] = ()
    resistance: Resistance = Field(default_factory=Resistance)
    weakening: Annotated[float, Field(ge=0, lt=1)] = catalogued("earthquake.weakening")
    bridges: Literal["conventional", "modern"] = "conventional"
    out_at: Literal["moderate", "extensive", "complete"] = "extensive"
    spared: Many[Annotated[Id, Names("facility")]] = ()
    aftershocks: Aftershocks = Field(default_factory=Aftershocks)

    @model_validator(mode="after")
    def _in_the_laws_range(self) -> Self:
        laws = self.ground_motion
        used = [laws] if isinstance(laws, str) else [k for k, w in laws.model_dump().items() if w]
        for law in used:
            scale = "mw" if law == "bssa14" else "ms"
            found = self.in_scale(scale, self.magnitude)
            low, high = MAGNITUDES[law]
            if not low <= found <= high:
                shown = {"law": law, "found": round(found, 2), "low": low, "high": high}
                raise ValueError(said("earthquake.magnitude_range", scale=scale, **shown))
        return self

    @model_validator(mode="after")
    def _stronger_zones_inside(self) -> Self:
        borders = sorted(self.isoseismals, key=lambda zone: zone.intensity)
        for wide, narrow in pairwise(borders):
            if not (narrow.intensity > wide.intensity and narrow.km2 < wide.km2):
                shown = {"inner": narrow.intensity, "outer": wide.intensity}
                raise ValueError(said("earthquake.isoseismals", **shown))
        return self

    def in_scale(self, scale: str, magnitude: float) -> float:
        """Return a magnitude of this scenario in another scale (mw or ms)."""
        if scale == self.scale:
            return magnitude
        return ms_of_mw(magnitude) if scale == "ms" else mw_of_ms(magnitude)
