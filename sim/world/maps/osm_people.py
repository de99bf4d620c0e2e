"""Residents of an imported map, which says nothing of them: the catalogue's usual households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast, get_args

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.rng import Streams
from sim.core.words import said
from sim.scenario.facts import Age, Ages, Cars, Channel, Facts, Households, Reach
from sim.scenario.parameters import parameter
from sim.world import tables
from sim.world.maps.residents import households_of, people_of
from sim.world.maps.shares import share_out

#: the catalogue's rows of the age bands
_BANDS: Final[dict[Age, str]] = {
    "0-14": "0_14",
    "15-59": "15_59",
    "60-79": "60_79",
    "80+": "80",
}
_PHONES: Final = ("sms", "app")


@dataclass(frozen=True)
class UsualPeople:
    """The parts of `Facts` that speak of people."""

    ages: Ages
    households: Households
    cars: Cars
    reach: tuple[Reach, ...]


class NoHomesError(SimError):
    """People are to live on a map without homes."""


def residents(
    homes: NDArray[np.bool_],
    floor_m2: NDArray[np.float64],
    storeys: NDArray[np.integer],
    zone: NDArray[np.integer],
    population: int | None,
    streams: Streams,
) -> tuple[tables.Households, tables.People]:
    """Return households in the homes, in proportion to gross floor area.

    Parameters
    ----------
    homes : (buildings,) bool
    floor_m2 : (buildings,) float64
    storeys, zone : (buildings,) int
    population : int or None
        Exactly so many people; by default as many as the homes have room for.

    Raises
    ------
    NoHomesError
        When there are people and no homes.
    """
    rows = np.flatnonzero(homes)
    room_m2 = floor_m2[rows]
    total = population
    if total is None:
        total = int(room_m2.sum() // parameter("map.home_floor_m2").value)
    if total > 0 and not room_m2.any():
        raise NoHomesError(said("map_file.no_homes", total=total))
    if total == 0:
        return tables.Households.empty(), tables.People.empty()
    facts = cast("Facts", usual_people())  # all that the two functions below read of facts
    zones, community = np.unique(zone[rows], return_inverse=True)
    per_zone = share_out(total, np.bincount(community, weights=room_m2, minlength=len(zones)))
    households = households_of(
        facts, per_zone, rows, community, room_m2, storeys[rows].astype(np.int64), streams
    )
    return households, people_of(facts, households, streams)


def usual_people() -> UsualPeople:
    """Return the catalogue's people, topic ``residents``."""
    shares = {band: _share(f"age_{row}") for band, row in _BANDS.items()}
    phone = {
        band: _share(f"phone_{row}") if row != "15_59" else 1.0 for band, row in _BANDS.items()
    }
    reach = tuple(
        Reach(
            channel=name,
            shares={
                band: _share(f"reach_{name}") * (phone[band] if name in _PHONES else 1.0)
                for band in _BANDS
            },
            assumed=True,
        )
        for name in get_args(Channel)
    )
    from_65 = shares["80+"] + _share("from_65_of_60_79") * shares["60-79"]
    return UsualPeople(
        ages=Ages(shares=shares, from_65=from_65, assumed=True),
        households=Households(mean_size=_share("household_size"), assumed=True),
        cars=Cars(household_share=_share("car_share"), assumed=True),
        reach=reach,
    )


def _share(row: str) -> float:
    return float(parameter(f"residents.{row}").value)
