"""Names of places in a plan, looked up on the map before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from sim.core.errors import SimError, did_you_mean
from sim.core.words import said
from sim.scenario.base import Names
from sim.scenario.plan import Plan
from sim.scenario.walk import places
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

#: names shown with a problem; a district has thousands
_SHOWN: Final = 20


class UnknownPlaceError(SimError):
    """A plan names zones, points or facilities that the map does not have."""


def check_plan(plan: Plan, world: World) -> None:
    """Look every place of a plan up on the map, so that no run breaks off at an unknown name.

    Raises
    ------
    UnknownPlaceError
        With one line for each name that the map does not have.
    """
    known = names_on(world)
    document = plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    problems = []
    for place in places(Plan, document):
        mark = place.mark(Names)
        if mark is None or not isinstance(place.value, str):
            continue
        sort = "shelter" if "shelters" in place.path else mark.sort
        if sort in known and place.value not in {*known[sort], *mark.words}:
            part, *path = place.path
            where = f"{plan.id}  {part} {'.'.join(map(str, path))}"
            problems.append(f"{where}: {_says(place.value, mark, known[sort])}")
    if problems:
        raise UnknownPlaceError("\n".join(problems))


def names_on(world: World) -> Mapping[str, tuple[str, ...]]:
    """Return the ids that a plan can name, by sort of place."""
    facilities = world.facilities
    shelters = facilities.kind == FACILITY_KINDS.index("shelter")
    by_sort = {
        "zone": world.zones.id,
        "point": world.points.id,
        "levee": world.levees.id,
        "river": world.waters.id,
        "facility": facilities.id,
    }
    names = {sort: tuple(map(str, ids)) for sort, ids in by_sort.items()}
    anywhere = tuple(name for sort in names.values() for name in sort)
    own = tuple(map(str, facilities.id[np.flatnonzero(shelters)]))
    return {**names, "shelter": own, "place": anywhere}


def _says(found: str, mark: Names, known: tuple[str, ...]) -> str:
    allowed = (*known, *mark.words)
    shown = ", ".join(sorted(allowed)[:_SHOWN])
    if len(allowed) > _SHOWN:
        shown += f" ... ({len(allowed)})"
    return said(
        "check.dangling",
        id=found,
        sort=said(f"sort.{mark.sort}"),
        allowed=shown,
        guess=did_you_mean(found, allowed),
    )
