"""The one door for change: whoever orders anything submits a `Command`, and it is logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Command:
    """One order.

    Attributes
    ----------
    t_s : float
        When it was given.
    by : str
        The post, inject or player.
    action : str
        A name of ``ACTIONS``.
    params : Part
        The action's validated ``with``.
    cause : int
        The event it follows from.
    clause : str
        The clause it carries out; empty when it carries out none.
    """

    t_s: float
    by: str
    action: str
    params: Any
    cause: int
    clause: str = ""
    event: int = field(default=-1, compare=False)
