"""People in homes: households, ages, mobility, cars, channels of warning, whereabouts by hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.scenario.parameters import parameter
from sim.world.maps.shares import share_out
from sim.world.tables import AGE_BANDS, CHANNELS, MOBILITIES, Households, People

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_PHONES: Final = ("sms", "app")
_AGE_KEYS: Final = ("0_14", "15_59", "60_79", "80")


@dataclass(frozen=True)
class Population:
    """What kind of people live in a place.

    Attributes
    ----------
    age_shares : (4,) floats
        Of `AGE_BANDS`; they add up to 1.
    limited_shares : (4,) floats
        With limited mobility, by age band.
    reach : (channels, 4) floats
        Share whom each of `CHANNELS` can reach, by age band.
    """

    household_size: float
    age_shares: tuple[float, ...]
    limited_shares: tuple[float, ...]
    car_share: float
    reach: tuple[tuple[float, ...], ...]

    @classmethod
    def usual(cls) -> Self:
        """Return the catalogue's population (topic ``residents``)."""
        shares = [parameter(f"residents.age_{key}").value for key in _AGE_KEYS]
        young = parameter("residents.limited_below_65").value
        old = parameter("residents.limited_from_65").value
        part = parameter("residents.from_65_of_60_79").value
        phone = [
            parameter(f"residents.phone_{key}").value if key != "15_59" else 1.0 for key in _AGE_KEYS
        ]
        reach = {name: parameter(f"residents.reach_{name}").value for name in CHANNELS}
        return cls(
            household_size=parameter("residents.household_size").value,
            age_shares=tuple(share / sum(shares) for share in shares),
            limited_shares=(young, young, young + part * (old - young), old),
            car_share=parameter("residents.car_share").value,
            reach=tuple(
                tuple(share * factor if name in _PHONES else share for factor in phone)
                for name, share in reach.items()
            ),
        )


def settled(
    persons: Ints, storeys: NDArray[np.integer], kind: Population, streams: Streams
) -> tuple[Households, People]:
    """Return households and people of buildings that hold exactly so many persons each.

    Parameters
    ----------
    persons : (buildings,) int64
    storeys : (buildings,) int
        Households are spread evenly over them.
    """
    building, size = _households(persons, kind.household_size, streams)
    n = len(size)
    household = np.repeat(np.arange(n), size)
    first = np.concatenate(([0], np.cumsum(size)))[:-1]
    age = _ages(np.isin(np.arange(len(household)), first), kind, streams)
    floor = streams.page("home-storey", 0, n) * storeys[building]
    households = Households(
        building=building.astype(np.int32),
        first_person=first.astype(np.int32),
        size=size.astype(np.uint8),
        storey=(floor.astype(np.int64) + 1).astype(np.uint8),
        has_car=streams.page("has-car", 0, n) < kind.car_share,
    )
    people = People(
        household=household.astype(np.int32),
        age=age,
        mobility=_mobility(age, kind, streams),
        channels=_channels(age, kind, streams),
    )
    return households, people


def occupants_by_hour(persons: Ints, floor_m2: Floats, workplace: NDArray[np.bool_]) -> list[Ints]:
    """Return people inside each building at 02:00, 08:00, 12:00 and 18:00 of a working day.

    At night everybody is at home. By day shares of all stay at home and go to workplaces, by
    floor area; whoever is in neither is out of doors or off the map.
    """
    total = int(persons.sum())
    found = [persons]
    for hour in ("08", "12", "18"):
        inside = np.zeros_like(persons)
        if total:
            inside += share_out(round(total * parameter(f"residents.at_home_{hour}").value), persons)
        if total and workplace.any():
            at_work = round(total * parameter(f"residents.at_work_{hour}").value)
            inside += share_out(at_work, np.where(workplace, floor_m2, 0.0))
        found.append(inside)
    return found


def _households(persons: Ints, mean_size: float, streams: Streams) -> tuple[Ints, Ints]:
    """Return building and size of each household: one person, and the others by lot."""
    wanted = np.rint(persons / mean_size).astype(np.int64)
    count = np.where(persons > 0, np.clip(wanted, 1, np.maximum(persons, 1)), 0)
    building = np.repeat(np.arange(len(persons)), count)
    first = np.concatenate(([0], np.cumsum(count)))[:-1]
    of_building = np.repeat(np.arange(len(persons)), persons - count)
    lot = streams.page("household-of-person", 0, len(of_building)) * count[of_building]
    joined = first[of_building] + lot.astype(np.int64)
    return building, 1 + np.bincount(joined, minlength=len(building))


def _ages(heads: NDArray[np.bool_], kind: Population, streams: Streams) -> NDArray[np.uint8]:
    """Return age bands: the first of a household is no child, and the shares of all hold."""
    shares = np.array(kind.age_shares)
    adults = np.where(np.arange(len(AGE_BANDS)) == 0, 0.0, shares)
    adults /= adults.sum()
    part = heads.mean() if len(heads) else 0.0
    others = np.maximum(shares - part * adults, 0.0)
    others = others / others.sum() if others.sum() > 0 else shares
    luck = streams.page("age", 0, len(heads))
    of_heads = np.searchsorted(np.cumsum(adults)[:-1], luck, side="right")
    of_others = np.searchsorted(np.cumsum(others)[:-1], luck, side="right")
    return np.where(heads, of_heads, of_others).astype(np.uint8)


def _mobility(age: NDArray[np.uint8], kind: Population, streams: Streams) -> NDArray[np.uint8]:
    luck = streams.page("mobility", 0, len(age))
    limited = np.array(kind.limited_shares)[age]
    carried = limited * parameter("residents.bedridden_of_limited").value
    helped = carried + limited * parameter("residents.assisted_of_limited").value
    names = ("bedridden", "assisted", "slow", "able")
    codes = np.array([MOBILITIES.index(name) for name in names], dtype=np.uint8)
    step = (luck >= carried).astype(np.int64) + (luck >= helped) + (luck >= limited)
    return codes[step]


def _channels(age: NDArray[np.uint8], kind: Population, streams: Streams) -> NDArray[np.uint8]:
    bits = np.zeros(len(age), dtype=np.uint8)
    for bit, name in enumerate(CHANNELS):
        reached = streams.page(f"channel-{name}", 0, len(age)) < np.array(kind.reach[bit])[age]
        bits |= reached.astype(np.uint8) << np.uint8(bit)
    return bits
