"""Known answers: what we compute against exact solutions and published figures."""

from __future__ import annotations

from typing import Final

from sim.core.registry import Registry

#: suites by name; each is a tuple of `sim.evaluation.verification.case.Check`
SUITES: Final = Registry(
    "suite",
    {
        "flood": "sim.evaluation.verification.flood:SUITE",
        "movement": "sim.evaluation.verification.movement:SUITE",
        "people": "sim.evaluation.verification.people:SUITE",
        "wildfire": "sim.evaluation.verification.wildfire:SUITE",
        "earthquake": "sim.evaluation.verification.earthquake:SUITE",
        "supply": "sim.evaluation.verification.supply:SUITE",
        "rescue": "sim.evaluation.verification.rescue:SUITE",
        "casualties": "sim.evaluation.verification.casualties:SUITE",
        "urban_fire": "sim.evaluation.verification.urban_fire:SUITE",
        "chains": "sim.evaluation.verification.chains:SUITE",
        "hazards": "sim.evaluation.verification.hazards:SUITE",
        "statistics": "sim.evaluation.verification.statistics:SUITE",
        "backcasts": "sim.evaluation.verification.backcasts:SUITE",
    },
)
