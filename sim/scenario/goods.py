"""Relief goods and what carries them: the two catalogues ``goods.yaml`` and ``carriers.yaml``."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Annotated, Final, Literal, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from sim.scenario.base import Part
from sim.scenario.parameters import Confidence, ParameterError, parameter
from sim.scenario.yaml_guard import read_text

#: names that files may use; each is a row of a catalogue
ItemName = Literal[
    "drinking_water", "food", "hot_meal", "washing_water", "quilt", "tent",
    "medicine", "fuel", "boat", "pump", "sandbag",
]  # fmt: skip
CarrierName = Literal[
    "van", "light_truck", "medium_truck", "heavy_truck", "water_tanker", "boat", "drone",
    "helicopter",
]  # fmt: skip

DAY_S: Final = 86400.0
_Amount = Annotated[float, Field(ge=0)]


class Row(Part):
    """One row of a catalogue of this folder; ``en`` and ``zh`` are its names for people."""

    name: str
    source: str
    confidence: Confidence
    en: str
    zh: str


class VehicleSize(Part):
    """How heavy and high a vehicle on the road is; of a unit, its heaviest and its highest.

    Attributes
    ----------
    gross_kg : float
        With its load.
    height_m : float
        With what stands on its roof.
    """

    gross_kg: Annotated[float, Field(gt=0)]
    height_m: Annotated[float, Field(gt=0)]
    source: str
    confidence: Confidence


class By(NamedTuple):
    """What the way of a vehicle depends on.

    Attributes
    ----------
    wading_m : float
        How deep it wades.
    sails_m_per_s : float
        How fast it sails where it is deeper; 0 for what does not.
    barred : int
        The signs that hold it back, as `sim.world.limits.RoadLimits.barring` says.
    """

    wading_m: float
    sails_m_per_s: float = 0.0
    barred: int = 0


class Item(Row):
    """One sort of goods, counted in whole pieces.

    Attributes
    ----------
    mass_g : int
        Of a piece; whole grams, so that masses add up exactly.
    per_day, per_person : float
        Pieces a person uses up a day, or is given once; at most one of them is not 0.
    cold_extra : float
        Share that is needed on top when it is cold.
    basic : bool
        Whether people in need are given it without anybody asking.
    kit : int
        Pieces in a kit for one person.
    stands_for : str
        The basic item that it is handed out instead of, before it; empty for none.
    shelf_life_h, shelf_life_chilled_h : float
        How long it is good after it has left its store, and when it is cold outside; 0 for what
        keeps.
    piped : bool
        Comes out of the tap where the mains work; elsewhere people need it from tankers.
    """

    mass_g: Annotated[int, Field(gt=0)]
    volume_l: Annotated[float, Field(gt=0)]
    per_day: _Amount = 0.0
    per_person: _Amount = 0.0
    cold_extra: _Amount = 0.0
    basic: bool = False
    kit: Annotated[int, Field(ge=0)] = 0
    stands_for: str = ""
    shelf_life_h: _Amount = 0.0
    shelf_life_chilled_h: _Amount = 0.0
    piped: bool = False

    def pieces_for(self, persons: float, span_s: float, *, cold: bool = False) -> float:
        """Return the pieces that some people need for a time; those given once whatever the time.

        Parameters
        ----------
        persons : float
        span_s : float
        cold : bool
            Whether it is colder than ``supply.cold_below``.
        """
        each = self.per_person + self.per_day * span_s / DAY_S
        return persons * each * (1.0 + (self.cold_extra if cold else 0.0))


class Carrier(Row):
    """A kind of vehicle or aircraft.

    Attributes
    ----------
    speed_m_per_s : float
        Of an aircraft; 0 for what drives, at the speed of the road.
    sails_m_per_s : float
        Of a boat where a road is under water; it is towed to the water's edge.
    range_m : float
        There and back; 0 for no limit.
    rain_mm_per_h : float
        An aircraft stays down in heavier rain.
    turnaround_s : float
        Of an aircraft on the ground between two flights; of a boat to be launched and taken out.
    tank : bool
        Whether it carries piped water, and nothing else.
    size : VehicleSize or None
        None for an aircraft.
    """

    payload_kg: Annotated[float, Field(gt=0)]
    volume_m3: Annotated[float, Field(gt=0)]
    wading_m: _Amount = 0.0
    speed_m_per_s: _Amount = 0.0
    sails_m_per_s: _Amount = 0.0
    range_m: _Amount = 0.0
    rain_mm_per_h: _Amount = 0.0
    turnaround_s: _Amount = 0.0
    by_night: bool = False
    tank: bool = False
    size: VehicleSize | None = None

    @model_validator(mode="after")
    def _has_a_size(self) -> Self:
        return sized(self, flies=self.flies)

    @property
    def flies(self) -> bool:
        """Whether it needs no road."""
        return self.speed_m_per_s > 0

    @property
    def sails(self) -> bool:
        """Whether it goes on where a road is under water."""
        return self.sails_m_per_s > 0

    def takes(self, pieces: NDArray[np.int64]) -> bool:
        """Whether all of a load fits at once."""
        if (self.of_its_sort(pieces) != pieces).any():
            return False
        mass_kg, room_m3 = float(pieces @ masses_g()) / 1e3, float(pieces @ volumes_l()) / 1e3
        return mass_kg <= self.payload_kg and room_m3 <= self.volume_m3

    def takes_any(self, pieces: NDArray[np.int64]) -> bool:
        """Whether at least one piece of a load fits."""
        fits = (masses_g() <= self.payload_kg * 1e3) & (volumes_l() <= self.volume_m3 * 1e3)
        return bool((self.of_its_sort(pieces)[fits] > 0).any())

    def of_its_sort(self, pieces: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return that part of a load which goes into a tank, or into whatever else this has."""
        return np.where(is_piped() == self.tank, pieces, 0)


_T = TypeVar("_T", bound=Row)
_Sized = TypeVar("_Sized", bound=Row)


def sized(row: _Sized, *, flies: bool) -> _Sized:
    """Return a row as it is; refuse one that drives and has no size, or flies and has one."""
    if (getattr(row, "size", None) is None) is not flies:
        raise ValueError(f"{row.name} has {'a' if flies else 'no'} size")
    return row


def catalogue_rows(file: str, model: type[_T]) -> dict[str, _T]:
    """Return the rows of a catalogue of this folder by name.

    Raises
    ------
    ParameterError
        When the file is not a mapping of sound rows.
    """
    text = (resources.files("sim.scenario") / file).read_text(encoding="utf-8")
    document = read_text(text, file)
    if document.problems or not isinstance(document.value, dict):
        raise ParameterError("\n".join(map(str, document.problems)) or f"{file} has no rows")
    try:
        return {name: model(name=name, **row) for name, row in document.value.items()}
    except (ValidationError, TypeError) as error:
        raise ParameterError(f"{file}: {error}") from None


@functools.cache
def items() -> tuple[Item, ...]:
    """Return all goods, in the order of the catalogue: the order of every array of pieces."""
    return tuple(catalogue_rows("goods.yaml", Item).values())


@functools.cache
def carriers() -> dict[str, Carrier]:
    """Return all kinds of carriers by name."""
    return catalogue_rows("carriers.yaml", Carrier)


@functools.cache
def item_index() -> dict[str, int]:
    """Return the place of each item in an array of pieces."""
    return {item.name: index for index, item in enumerate(items())}


@functools.cache
def masses_g() -> NDArray[np.int64]:
    """Return the mass of a piece of each item."""
    return np.array([item.mass_g for item in items()], dtype=np.int64)


@functools.cache
def is_piped() -> NDArray[np.bool_]:
    """Return which items come out of the tap where the mains work."""
    return np.array([item.piped for item in items()])


@functools.cache
def volumes_l() -> NDArray[np.float64]:
    """Return the volume of a piece of each item."""
    return np.array([item.volume_l for item in items()])


def kits(persons: int) -> NDArray[np.int64]:
    """Return the pieces in so many kits for one person."""
    return persons * np.array([item.kit for item in items()], dtype=np.int64)


def pieces_of(amounts: dict[ItemName, int]) -> NDArray[np.int64]:
    """Return named amounts as an array of pieces."""
    pieces = np.zeros(len(items()), dtype=np.int64)
    for name, amount in amounts.items():
        pieces[item_index()[name]] = amount
    return pieces


def shelf_lives_s(air_temperature_c: float) -> NDArray[np.float64]:
    """Return how long each item is good once it has left its store; infinity for what keeps."""
    chilled = air_temperature_c < parameter("supply.chilled_below").value
    lives_h = [item.shelf_life_chilled_h if chilled else item.shelf_life_h for item in items()]
    return np.array([hours * 3600 if hours else np.inf for hours in lives_h])


def is_cold(air_temperature_c: float) -> bool:
    """Whether people need more at this temperature."""
    return air_temperature_c < parameter("supply.cold_below").value
