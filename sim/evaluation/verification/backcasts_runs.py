"""Runs of a shipped back-cast without files: what became of people, by town and by zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import HEALTHS
from sim.evaluation.verification.case import Case
from sim.model.build import plan_file, world_of
from sim.model.disaster import Disaster
from sim.scenario.loading import load_plan, load_scenario
from sim.scenario.parameters import own_parameters

Floats = NDArray[np.float64]

#: where the scenarios that ship with the code lie
SCENARIOS: Final = Path(__file__).parents[3] / "scenarios"


@dataclass(frozen=True)
class Outcome:
    """People of a run, by the towns of its map.

    Attributes
    ----------
    towns : tuple of str
        Ids; the columns of the rest are in this order.
    people, dead, severe, light : (towns,) float64
        How many live there, and how many of them are so at the end of the run.
    model : Disaster
        The finished run, for what is asked of one scenario only.
    """

    towns: tuple[str, ...]
    people: Floats
    dead: Floats
    severe: Floats
    light: Floats
    model: Disaster

    @property
    def hurt(self) -> Floats:
        """Those who live and are hurt."""
        return self.severe + self.light


def outcome(name: str, plan: str, seed: int, *, every: int = 1) -> Outcome:
    """Run a shipped scenario by a plan and count its people.

    Raises
    ------
    InputError
        When the scenarios do not lie beside the code.
    """
    folder = SCENARIOS / name
    scenario = load_scenario(folder)
    chosen = load_plan(plan_file(folder, plan))
    with own_parameters(scenario.parameters):
        world = world_of(scenario, folder)
        model = Disaster(scenario, world, plan=chosen, seed=seed, every=every)
        model.run()
    residents, zones = model.people.residents, model.world.zones
    town = residents.town()
    counts = {
        health: np.bincount(town, weights=residents.weight * (residents.health == code)).astype(
            np.float64
        )
        for code, health in enumerate(HEALTHS)
    }
    names = tuple(str(zones.id[row]) for row in residents.towns)
    return Outcome(
        names,
        np.sum(list(counts.values()), axis=0),
        counts["dead"],
        counts["severe"],
        counts["light"],
        model,
    )


def middle(values: Sequence[float]) -> float:
    """Return the median of the runs' figures."""
    return float(np.median(values))


def band(values: Sequence[float], form: str = ",.0f") -> str:
    """Return the lowest and highest of the runs' figures as text."""
    return f"{min(values):{form}} - {max(values):{form}}"


def within_factor(
    name: str,
    source: str,
    recorded: float,
    ours: Sequence[float],
    factor: float,
    *,
    unit: str = "1",
    form: str = ",.0f",
    **places: object,
) -> Case:
    """Return the row of a figure that may be so many times too small or too large."""
    found = middle(ours)
    slack = recorded * (factor - 1) if found > recorded else recorded * (1 - 1 / factor)
    places |= {"band": band(ours, form), "runs": len(ours), "factor": f"{factor:g}"}
    return Case(f"backcast.{name}", source, recorded, found, slack, unit, places=places)
