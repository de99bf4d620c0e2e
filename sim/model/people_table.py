"""What became of every resident, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import STATE
from sim.agents.residents import DECISIONS
from sim.core.events import EventLog

if TYPE_CHECKING:
    from sim.model.people import PeopleOnMap

#: what a household does, and when; who has died by then takes no part
_OF_HOUSEHOLD: Final = ("ready_s", "left_s", "arrived_s")


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


def as_lived(columns: dict[str, NDArray[Any]], log: EventLog) -> dict[str, NDArray[Any]]:
    """Return the columns without what a household decided and did after the death of the person."""
    dead = np.flatnonzero(columns["state"] == STATE["dead"])
    died_s = np.array([log[int(event)].t_s for event in columns["moved_by"][dead]])
    lived = {name: columns[name].copy() for name in (*_OF_HOUSEHOLD, "decided_s", "decision")}
    for name in _OF_HOUSEHOLD:
        lived[name][dead[lived[name][dead] > died_s]] = np.nan
    undecided = dead[lived["decided_s"][dead] > died_s]
    lived["decided_s"][undecided] = np.nan
    lived["decision"][undecided] = DECISIONS.index("none")
    return columns | lived
