"""What a Mesa handle of a resident shows: which column, and which names stand for its codes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import HEALTHS, STATES
from sim.agents.residents import (
    DECISIONS,
    GROUPS,
    MODES,
    WAITS,
    WARNED_BY,
    Residents,
    Rows,
    names,
)
from sim.world.tables import AGE_BANDS, MOBILITIES

#: attributes of a resident that are names behind codes: attribute -> names
CODED: Final[dict[str, tuple[str, ...]]] = {
    "state": STATES,
    "health": HEALTHS,
    "age": AGE_BANDS,
    "mobility": MOBILITIES,
    "warned_by": WARNED_BY,
    "decision": DECISIONS,
    "waits_for": WAITS,
    "mode": MODES,
    "group": GROUPS,
}
#: attributes that belong to the household: attribute -> column of `Homes`
OF_HOME: Final = {
    "decision": "decision",
    "waits_for": "wait",
    "mode": "mode",
    "group": "group",
    "ready_s": "ready_s",
    "decided_s": "decided_s",
    "left_s": "left_s",
    "has_car": "has_car",
    "zone": "zone",
    "building": "building",
}
OF_PERSON: Final = (
    "household",
    "age",
    "mobility",
    "channels",
    "weight",
    "state",
    "health",
    "place",
    "storey",
    "warned_s",
    "warned_by",
)


def codes_of(residents: Residents, name: str, rows: Rows) -> NDArray[Any]:
    """Return the stored column of an attribute for some rows.

    Raises
    ------
    AttributeError
        When residents have no such attribute.
    """
    if name == "unique_id":
        return np.asarray(rows) + 1
    if name in OF_HOME:
        column = getattr(residents.homes, OF_HOME[name])
        return np.asarray(column[residents.household[rows]])
    if name in OF_PERSON:
        return np.asarray(getattr(residents, name)[rows])
    raise AttributeError(f"'Resident' object has no attribute '{name}'")


def values_of(residents: Residents, name: str, rows: Rows) -> list[Any]:
    """Return an attribute for some rows as plain Python values, names for codes."""
    codes = codes_of(residents, name, rows)
    return names(codes, CODED[name]) if name in CODED else codes.tolist()
