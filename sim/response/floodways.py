"""Standing order of a flood detention area: a levee is opened where the scenario has a gate."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.response.command import Command
from sim.response.ledger import Row
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def open_detention(ops: Operations, command: Command, row: Row) -> Process:
    """Open the gates of levees, one crew each; done when the last one is open.

    Who lives in the area is to be moved before: another clause's business, named by ``after``.
    """
    named = command.params.levees
    levees = (named,) if isinstance(named, str) else tuple(named)
    yield ops.env.timeout(parameter("response.detention_opening").si)
    ids = ops.stage.world.levees.id
    for levee in levees:
        ops.stage.states["levee_opened"][np.flatnonzero(ids == levee)] = True
        row.event["work"] = ops.log.add(ops.now_s, "levee_opened", levee, cause=command.event)
        row.detail["gates"] = row.detail.get("gates", 0) + 1
