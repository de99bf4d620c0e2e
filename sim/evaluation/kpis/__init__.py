"""Key figures of a run: each a small function over its results, by registered name.

To add one: a function ``(results) -> Figure`` in the module of its block, its name in `BLOCKS`,
its words ``kpi.<name>``, ``kpi.<name>.is`` and ``kpi_value.<name>``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from sim.core.registry import Registry
from sim.evaluation.kpis.figure import Figure
from sim.model.results import Results
from sim.scenario.parameters import own_parameters

#: block, which is also the module -> its figures, in the order of reports
BLOCKS: Final[dict[str, tuple[str, ...]]] = {
    "water": (
        "rain_depth",
        "peak_wet_area",
        "flooded_area",
        "max_depth",
        "dangerous_area",
        "roads_closed_peak",
        "roads_passable_worst",
        "road_closure_hours",
        "buildings_flooded",
        "residents_in_flooded_homes",
        "key_sites_flooded",
        "mass_error",
    ),
    "warning": (
        "residents_to_warn",
        "warning_coverage",
        "warned_share",
        "warned_in_15min",
        "warned_in_30min",
        "warned_in_60min",
        "warned_median",
        "warned_before_water",
        "warning_lead",
        "warning_issue_delay",
    ),
    "relocation": (
        "resettled",
        "ordered",
        "ordered_left",
        "ordered_stayed",
        "ordered_could_not",
        "ordered_preparing",
        "ordered_not_reached",
        "left_home",
        "in_safety",
        "hosted",
        "left_area",
        "out_before_water",
        "clearance_50",
        "clearance_90",
        "clearance_95",
        "clearance_100",
        "caught",
        "still_caught",
        "refuge",
        "blocked",
        "still_blocked",
        "waiting_for_help",
        "vulnerable_ordered",
        "vulnerable_reached",
    ),
    "shelter": (
        "shelters_opened",
        "shelters_not_opened",
        "shelter_seats",
        "shelter_peak",
        "shelter_peak_share",
        "shelter_seats_over_evacuees",
        "shelter_overflow",
        "turned_away",
        "people_sent_on",
        "shelters_failed",
        "shelter_least_area",
        "registration_wait",
        "shelter_dark_hours",
        "shelter_cold_hours",
        "special_needs_peak",
        "children_alone_peak",
        "families_traced",
        "children_in_care",
    ),
    "supply": (
        "relief_persons",
        "relief_given",
        "relief_waiting",
        "relief_median",
        "relief_last",
        "relief_in_10h",
        "relief_in_12h",
        "relief_in_24h",
        "first_batch_community",
        "first_batch_town",
        "first_batch_county",
        "first_batch_city",
        "first_batch_province",
        "unmet_drinking_water",
        "unmet_food",
        "unmet_quilt",
        "unmet_washing_water",
        "stock_over_demand",
        "stock_left",
        "goods_delivered",
        "loads_delivered",
        "truck_wait_median",
        "dock_wait_median",
        "load_cycle_median",
        "trucks_busy_peak",
    ),
    "communications": (
        "news_known",
        "news_in_30min",
        "news_delay_median",
        "news_lost",
        "news_false",
        "news_repeated",
    ),
    "command": (
        "level_iv_delay",
        "level_iii_delay",
        "level_ii_delay",
        "level_i_delay",
        "decision_median",
        "post_wait_median",
        "joint_command_delay",
        "posts_absent",
        "trips_in_vain",
        "orders_late",
        "report_on_time",
        "clauses_met",
        "clauses_late",
        "clauses_missed",
        "clauses_open",
        "clauses_overtaken",
        "clauses_not_triggered",
        "clauses_not_simulated",
        "clauses_kept",
    ),
    "rescue": (
        "buried",
        "freed_alone",
        "freed_by_neighbours",
        "freed_by_teams",
        "first_freed_by_team",
        "freed_in_24h",
        "freed_in_72h",
    ),
    "medical": (
        "died_waiting",
        "died_treated",
        "patients_admitted",
        "patients_walked_in",
        "patients_transferred",
        "door_queue_peak",
        "patients_moved_out",
        "first_patient_in_bed",
        "half_of_patients_in_bed",
        "beds_peak_share",
    ),
    "fire_response": (
        "fires",
        "buildings_caught",
        "buildings_put_out",
        "put_out_share",
        "first_water",
        "fire_reach_5min",
    ),
    "harm": (
        "dead",
        "severe",
        "light",
        "dead_at_home",
        "dead_on_the_way",
        "severe_at_home",
        "severe_on_the_way",
        "light_at_home",
        "light_on_the_way",
        "affected",
        "affected_per_100000",
        "deaths_per_million",
        "direct_loss",
        "loss_over_gdp",
    ),
}

KPIS: Final = Registry(
    "KPI",
    {name: f"sim.evaluation.kpis.{block}:{name}" for block in BLOCKS for name in BLOCKS[block]},
)

__all__ = ["BLOCKS", "KPIS", "Figure", "kpis_of"]


def kpis_of(results: Results) -> pd.DataFrame:
    """Return every registered KPI of a run: kpi, value, unit, block, why.

    ``value`` is NaN where the figure cannot be judged; ``why`` then says why, as a word key under
    ``kpi_why.``, and is empty otherwise.
    """
    rows = []
    with own_parameters(results.scenario.parameters):
        for block, names in BLOCKS.items():
            for name in names:
                calculate: Callable[[Results], Figure] = KPIS[name]
                figure = calculate(results)
                rows.append((name, figure.value, figure.unit, block, figure.why))
    return pd.DataFrame(rows, columns=["kpi", "value", "unit", "block", "why"])
