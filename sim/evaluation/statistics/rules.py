"""The rules of a comparison: how sure to be, how many runs, which differences matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from sim.core.units import UNITS
from sim.evaluation.statistics.comparison import Better
from sim.scenario.base import Part
from sim.scenario.parameters import catalogued, parameter

#: key figures in the order in which a reader asks for them; the first that differ lead the answer
MAIN: Final = (
    "dead",
    "severe",
    "caught",
    "out_before_water",
    "warned_before_water",
    "relief_in_10h",
    "clauses_kept",
)

Open = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[float, Field(ge=1)]


class Rules(Part):
    """What is demanded before a verdict is passed; the catalogue's topic ``comparison``."""

    level: Open = catalogued("comparison.level")
    least_runs: Count = catalogued("comparison.least_runs")
    least_runs_losses: Count = catalogued("comparison.least_runs_losses")
    first_runs: Count = catalogued("comparison.first_runs")
    step_runs: Count = catalogued("comparison.step_runs")
    most_runs: Count = catalogued("comparison.most_runs")
    batch: Count = catalogued("comparison.batch")
    first_batches: Count = catalogued("comparison.first_batches")
    relative_precision: Open = catalogued("comparison.relative_precision")
    tail_events: Count = catalogued("comparison.tail_events")
    tail_share: Open = catalogued("comparison.tail_share")
    resamples: Count = catalogued("comparison.resamples")


@dataclass(frozen=True)
class Aim:
    """What is wanted of a key figure.

    Attributes
    ----------
    better : str
        ``low`` or ``high``.
    zone : float
        Differences up to this do not matter, in the figure's unit.
    kind : str
        What differences are said in: ``lives`` (deaths and injuries, which come in few disasters),
        ``people``, ``buildings``, ``share``, ``min``, ``h``, ``clauses``, ``person_hours`` or
        ``plain``.
    """

    better: Better
    zone: float
    kind: str = "plain"

    def least_runs(self, rules: Rules) -> int:
        """Return the disasters below which no verdict is passed."""
        return int(rules.least_runs_losses if self.kind == "lives" else rules.least_runs)


#: (zone's parameter, better) -> key figures; what is in none has no better side: figures that only
#: describe the disaster, and shares of what people did (a plan that moves more of them fills more)
_AIMS: Final[dict[tuple[str, Better], tuple[str, ...]]] = {
    ("lives", "low"): (
        "dead",
        "severe",
        "light",
        "dead_at_home",
        "dead_on_the_way",
        "severe_at_home",
        "severe_on_the_way",
        "light_at_home",
        "light_on_the_way",
        "died_waiting",
        "died_treated",
    ),
    ("people", "low"): (
        "ordered_stayed",
        "ordered_could_not",
        "ordered_not_reached",
        "caught",
        "still_caught",
        "waiting_for_help",
        "shelter_overflow",
        "turned_away",
        "relief_waiting",
        "residents_in_flooded_homes",
    ),
    ("people", "high"): ("in_safety",),
    ("buildings", "low"): ("buildings_flooded", "buildings_caught"),
    ("share", "high"): (
        "warning_coverage",
        "warned_share",
        "warned_in_15min",
        "warned_in_30min",
        "warned_in_60min",
        "warned_before_water",
        "out_before_water",
        "vulnerable_reached",
        "relief_in_10h",
        "relief_in_12h",
        "relief_in_24h",
        "stock_over_demand",
        "report_on_time",
        "clauses_kept",
        "roads_passable_worst",
        "news_known",
        "news_in_30min",
        "freed_in_24h",
        "freed_in_72h",
        "put_out_share",
    ),
    ("time", "low"): (
        "warned_median",
        "warning_issue_delay",
        "clearance_50",
        "clearance_90",
        "clearance_95",
        "clearance_100",
        "relief_median",
        "relief_last",
        "first_batch_community",
        "first_batch_town",
        "first_batch_county",
        "first_batch_city",
        "first_batch_province",
        "truck_wait_median",
        "dock_wait_median",
        "load_cycle_median",
        "level_iv_delay",
        "level_iii_delay",
        "level_ii_delay",
        "level_i_delay",
        "decision_median",
        "post_wait_median",
        "news_delay_median",
        "joint_command_delay",
        "first_freed_by_team",
        "first_patient_in_bed",
        "half_of_patients_in_bed",
        "first_water",
    ),
    ("time", "high"): ("warning_lead",),
    ("clauses", "low"): (
        "orders_late",
        "clauses_late",
        "clauses_missed",
        "shelters_not_opened",
        "key_sites_flooded",
        "posts_absent",
        "trips_in_vain",
        "news_lost",
        "news_false",
    ),
    ("clauses", "high"): ("clauses_met",),
    ("person_hours", "low"): ("unmet_drinking_water", "unmet_food", "unmet_quilt"),
}
#: key figures between 0 and 1
SHARES: Final = frozenset(_AIMS["share", "high"])
_OF: Final = {name: key for key, names in _AIMS.items() for name in names}


def aimed() -> tuple[str, ...]:
    """Return the key figures of which less or more is better."""
    return tuple(_OF)


def aim(kpi: str, unit: str) -> Aim | None:
    """Return what is wanted of a key figure; nothing for one that only describes the disaster."""
    if kpi not in _OF:
        return None
    kind, better = _OF[kpi]
    zone = parameter(f"comparison.zone_{kind}").si
    if kind == "time":
        return Aim(better, zone / UNITS[unit][1], unit)
    return Aim(better, zone, kind)
