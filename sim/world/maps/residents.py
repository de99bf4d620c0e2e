"""Households and people of a map: exact counts, from the shares that the facts state."""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.scenario.facts import Ages, Cars, Reach
from sim.scenario.facts import Households as HouseholdFacts
from sim.scenario.parameters import parameter
from sim.world.maps.shares import share_out, share_out_groups, weighted_choice
from sim.world.tables import AGE_BANDS, CHANNELS, MOBILITIES, Households, People

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST_HOUSEHOLD: Final = 9
#: how much likelier a member is to be a child by place in the household: head, second, others
_CHILD_WEIGHT: Final = (0.0, 0.06, 1.0)
#: one household in four is an old couple's or an old person's; its first two are this much
#: likelier to be 60 or more (assumed)
_OLD_HOUSEHOLD_SHARE: Final = 0.25
_OLD_WEIGHT: Final = 9.0


class Makeup(Protocol):
    """What households and people are made from; `sim.scenario.facts.Facts` is one."""

    @property
    def ages(self) -> Ages:
        """Return the shares of the age bands."""

    @property
    def households(self) -> HouseholdFacts:
        """Return the mean size of a household."""

    @property
    def cars(self) -> Cars:
        """Return the share of households with a car."""

    @property
    def reach(self) -> tuple[Reach, ...]:
        """Return whom each channel of warning can reach."""


def households_of(
    facts: Makeup,
    people: Ints,
    home: Ints,
    community: Ints,
    weight: Floats,
    storeys: Ints,
    streams: Streams,
) -> Households:
    """Return households that fill each community exactly, in the order of communities.

    Parameters
    ----------
    people : (communities,) int64
    home, community : (homes,) int64
        Row of the building, and whose it is.
    weight : (homes,) float64
        Floor area.
    storeys : (homes,) int64
    """
    size, owner = _sizes(facts.households.mean_size, people, streams)
    count = np.bincount(owner, minlength=len(people))
    in_home = share_out_groups(count, community, weight)
    order = np.argsort(community, kind="stable")
    place = np.repeat(order, in_home[order])
    rank = np.arange(len(place)) - np.repeat(
        np.cumsum(in_home[order]) - in_home[order], in_home[order]
    )
    storey = 1 + rank * storeys[place] // np.maximum(in_home[place], 1)
    cars = round(facts.cars.household_share * len(size))
    has_car = weighted_choice(
        streams.page("cars", 0, len(size)), np.where(size == 1, 0.5, 1.0), cars
    )
    first = np.cumsum(size) - size
    return Households(
        home[place].astype(np.int32),
        first.astype(np.int32),
        size.astype(np.uint8),
        storey.astype(np.uint8),
        has_car,
    )


def _sizes(mean_size: float, people: Ints, streams: Streams) -> tuple[Ints, Ints]:
    """Draw sizes, 1 + Poisson, and cut the row of people at each community's end.

    The shifted Poisson fits census size distributions of small households (for 2.18: 31 % live
    alone, 36 % in two); the mean is met to within sampling.
    """
    n = int(people.sum() / mean_size * 1.02) + 100
    luck = streams.page("household sizes", 0, n)
    tail = np.arange(LARGEST_HOUSEHOLD)
    steps = np.concatenate(([0.0], np.log(np.arange(1, LARGEST_HOUSEHOLD)))).cumsum()
    p = np.exp(tail * np.log(mean_size - 1) - steps)
    size = 1 + np.searchsorted(np.cumsum(p / p.sum()), luck, "right")
    ends = np.cumsum(np.minimum(size, LARGEST_HOUSEHOLD))
    total = int(people.sum())
    borders = distinct(np.concatenate((ends[ends < total], np.cumsum(people))))
    borders = borders[borders > 0]
    size = np.diff(np.concatenate(([0], borders)))
    owner = np.searchsorted(np.cumsum(people), borders - size, "right")
    return size, owner


def people_of(facts: Makeup, households: Households, streams: Streams) -> People:
    """Return everybody: age bands in exact shares, mobility and reach by age."""
    size = households.size.astype(np.int64)
    household = np.repeat(np.arange(households.n, dtype=np.int32), size)
    position = np.arange(len(household)) - households.first_person[household]
    age = _ages(facts.ages, household, position, size, streams)
    return People(
        household, age, _mobility(facts.ages, age, streams), _channels(facts, age, streams)
    )


def _ages(
    ages: Ages, household: NDArray[np.int32], position: Ints, size: Ints, streams: Streams
) -> NDArray[np.uint8]:
    n = len(household)
    count = share_out(n, [ages.shares[band] for band in AGE_BANDS])
    age = np.ones(n, dtype=np.uint8)
    child_weight = np.asarray(_CHILD_WEIGHT)[np.minimum(position, 2)]
    child = weighted_choice(streams.page("children", 0, n), child_weight, int(count[0]))
    old_home = (streams.page("old homes", 0, len(size)) < _OLD_HOUSEHOLD_SHARE) & (size <= 2)
    weight = np.where(old_home[household] & (position < 2), _OLD_WEIGHT, 1.0)
    weight[child] = 0.0
    old = weighted_choice(streams.page("old", 0, n), weight, int(count[2] + count[3]))
    oldest = weighted_choice(streams.page("oldest", 0, n), old.astype(float), int(count[3]))
    age[child], age[old], age[oldest] = 0, 2, 3
    return age


def _mobility(ages: Ages, age: NDArray[np.uint8], streams: Streams) -> NDArray[np.uint8]:
    """Draw who is slow, needs help or lies in bed, by age."""
    young, old = parameter("map.limited_under_65").value, parameter("map.limited_from_65").value
    middle = ages.shares["60-79"]
    from_65 = ages.from_65 - ages.shares["80+"]
    mixed = young + (old - young) * (from_65 / middle if middle > 0 else 0.0)
    limited = np.array([young, young, mixed, old])[age]
    split = [parameter(f"map.limited_{name}").value for name in MOBILITIES[1:]]
    edges = np.cumsum([0.0, *split]) / sum(split)
    luck = streams.page("mobility", 0, len(age))
    kind = np.searchsorted(edges[1:-1], luck / limited, "right") + 1
    return np.where(luck < limited, kind, 0).astype(np.uint8)


def _channels(facts: Makeup, age: NDArray[np.uint8], streams: Streams) -> NDArray[np.uint8]:
    bits = np.zeros(len(age), dtype=np.uint8)
    for reach in facts.reach:
        shares = np.array([reach.shares.get(band, 0.0) for band in AGE_BANDS])
        bit = CHANNELS.index(reach.channel)
        reached = streams.page("reach", bit, len(age)) < shares[age]
        bits |= (reached.astype(np.uint8) << bit).astype(np.uint8)
    return bits


def occupants_of(
    residents: Ints,
    use: NDArray[np.integer[Any]],
    floor_m2: Floats,
    uses: tuple[str, ...],
    hour: int,
) -> NDArray[np.int32]:
    """Return who is inside each building on a working day; the rest of the people are outdoors.

    Parameters
    ----------
    residents : (n,) int64
        People whose home the building is.
    use : (n,) uint8
        Code of ``uses``.
    """
    if hour == 2:
        return residents.astype(np.int32)
    total = int(residents.sum())
    inside = np.zeros(len(residents), dtype=np.int64)
    groups = {
        "home": ("home",),
        "school": ("school",),
        "work": ("office", "factory", "warehouse", "public", "hospital"),
        "shops": ("shop", "mall"),
    }
    for name, members in groups.items():
        people = int(parameter(f"map.at_{hour:02d}_{name}").value * total)
        rows = np.isin(use, [uses.index(member) for member in members])
        weight = residents[rows] if name == "home" else floor_m2[rows]
        if rows.any():
            inside[rows] += share_out(people, weight)
    return inside.astype(np.int32)
