"""Movement against known answers: the published sets for walkers, traffic theory, laws, a bound.

V01 to V24 number the set-ups: V01-V12 walkers, V13-V21 roads, V24 symmetry. What needs routes in
equilibrium (V22, V23) and what the published sets ask of buildings is listed as not applicable.
"""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import movement_laws, movement_roads, movement_walkers
from sim.evaluation.verification.case import Check

SUITE: Final = (
    Check("corridors", movement_walkers.corridors),
    Check("doors", movement_walkers.doors),
    Check("delays", movement_walkers.delays),
    Check("paces", movement_walkers.paces),
    Check("exits", movement_walkers.exits),
    Check("crowds", movement_walkers.crowds),
    Check("density_and_pace", movement_walkers.density_and_pace),
    Check("free_flow", movement_roads.free_flow),
    Check("triangle", movement_roads.triangle),
    Check("bottleneck", movement_roads.bottleneck),
    Check("rush_hour", movement_roads.rush_hour),
    Check("volume_and_delay", movement_roads.volume_and_delay),
    Check("jam", movement_roads.jam),
    Check("incident", movement_roads.incident),
    Check("water", movement_roads.water),
    Check("quickest", movement_roads.quickest),
    Check("invariants", movement_laws.invariants),
    Check("symmetry", movement_laws.symmetry),
    Check("not_applicable", movement_laws.not_applicable),
)
