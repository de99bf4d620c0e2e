"""Every single change of a plan, or of what its place has, and how far speed alone would get.

A change is made on the plain document of a file, so that what is tried is what a user could write.
"""

from __future__ import annotations

import copy
from typing import Final

from sim.evaluation.ensembles.change import AsItIs, Change, Document
from sim.evaluation.ensembles.changes_of_means import OF_MEANS
from sim.evaluation.ensembles.changes_of_plan import OF_PLAN

TRIED: Final = (*OF_PLAN, *OF_MEANS)


def changes(now: AsItIs) -> list[Change]:
    """Return every single change that plan, scenario and map allow, in the order of `TRIED`."""
    return [change for trial in TRIED for change in trial(now)]


# -- how far speed alone gets ---------------------------------------------------------------------


def without_delay(plan: Document) -> Document:
    """Return the plan of posts that decide at once and hold any number of matters."""
    changed = copy.deepcopy(plan)
    for post in changed["posts"]:
        post["decides_within"] = "0 s"
        post["at_once"] = max(len(plan["clauses"]), 1)
    return changed


def forewarned(plan: Document) -> Document:
    """Return the plan without delay whose first steps are taken as the clock starts.

    A clause that waits for a sign of the disaster waits no longer; one that waits for another
    clause still does, and so does one that waits for people in distress.
    """
    changed = without_delay(plan)
    for clause in changed["clauses"]:
        when = clause["when"]
        if not ({"clause", "response_level"} & set(when)) and not _of_people(when):
            clause["when"] = {"time": {"after": "0 s"}}
    return changed


def _of_people(when: Document) -> bool:
    return str((when.get("reported") or {}).get("event", "")).startswith("people_")
