"""One thing done otherwise: what a change is, and what it is tried on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sim.core.words import Said, named
from sim.evaluation.naming import clause_called
from sim.scenario.base import Title
from sim.world.world import World

Document = dict[str, Any]
_AMOUNT: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*(\S.*)?")
_HALF: Final = 0.5


@dataclass(frozen=True)
class Change:
    """One thing done otherwise.

    Attributes
    ----------
    id : str
        A file name: ``more-teams-f1``.
    cost : float
        10,000 CNY a year.
    plan, scenario : dict or None
        All of the file, if it changes.
    """

    id: str
    says: Said
    cost: float
    plan: Document | None = field(default=None, repr=False)
    scenario: Document | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AsItIs:
    """What is to be improved: the plain documents of a plan and its scenario, and the map."""

    plan: Document
    scenario: Document
    world: World

    def asks_for(self, *actions: str) -> bool:
        """Whether some clause of the plan does one of these."""
        return any(clause["do"] in actions for clause in self.plan["clauses"])


def halved(amount: object) -> str:
    """Return half an amount in its own unit (``1.5 h``); empty when it is none, or is nothing."""
    match = _AMOUNT.fullmatch(str(amount))
    if match is None or float(match[1]) <= 0:
        return ""
    return f"{float(match[1]) * _HALF:g} {match[2] or ''}".strip()


def called(part: Document) -> Said | str:
    """Return a post by its title, a clause by number and title; the id where there is none."""
    title = part.get("title")
    if not isinstance(title, dict):
        return str(part["id"])
    both = Title(**title)
    return clause_called(part["id"], both) if "do" in part else named(both.en, both.zh)


def change_id(name: str, of: object) -> str:
    """Return a name that a plan file can have."""
    return re.sub(r"[^a-z0-9]+", "-", f"{name}-{of}".lower().replace("_", "-")).strip("-")
