"""What became of every resident, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.model.people import PeopleOnMap


def final_columns(people: PeopleOnMap) -> dict[str, NDArray[Any]]:
    """Return one row a person: who, where, warned when and by what, what became of them."""
    residents, homes = people.residents, people.residents.homes
    home = residents.household
    return {
        "person": residents.id,
        "weight": residents.weight,
        "household": homes.id[home],
        "zone": homes.zone[home],
        "home": homes.building[home],
        "age": residents.age,
        "mobility": residents.mobility,
        "state": residents.state,
        "health": residents.health,
        "place": residents.place,
        "warned_s": residents.warned_s,
        "warned_by": residents.warned_by,
        "decision": homes.decision[home],
        "decided_s": homes.decided_s[home],
        "ready_s": homes.ready_s[home],
        "left_s": homes.left_s[home],
        "arrived_s": people.movement.arrived_s[home],
        "caught_s": people.caught_s,
        "blocked_s": people.blocked_s,
        "refuge": homes.refuge[home],
        "refuge_s": homes.refuge_s[home],
        "safe_s": people.safe_s,
        "heard": homes.heard[home],
        "flags": homes.flags[home],
        "mode": homes.mode[home],
        "waits_for": homes.wait[home],
        "order": homes.order[home],
        "decided_by": homes.decided_by[home],
        "moved_by": residents.moved_by,
        "hurt_by": residents.hurt_by,
    }
