"""Columns of a run's tables that can be empty."""

from __future__ import annotations

from typing import Final

from sim.response.ledger import STAGES
from sim.response.supply.trips import STAGES as TRIP_STAGES

CLAUSE_COLUMNS: Final = (
    "clause",
    "post",
    "action",
    *(f"{stage}_s" for stage in STAGES),
    "deadline_s",
    "margin_s",
    "outcome",
    "held_up_by",
    "overtaken_by",
    *(f"{stage}_event" for stage in STAGES),
    "detail",
)
SCORECARD_COLUMNS: Final = (
    "target",
    "title_en",
    "title_zh",
    "kind",
    "kpi",
    "at_least",
    "at_most",
    "unit",
    "value",
    "margin",
    "verdict",
    "why",
    "source_section",
    "source_text",
    "note",
)
MESSAGE_COLUMNS: Final = (
    "message",
    "colour",
    "advice",
    "is_order",
    "channels",
    "zones",
    "issued_s",
    "event",
)
RELIEF_COLUMNS: Final = ("point", "needed_s", "relieved_s", "persons")
TRIP_COLUMNS: Final = (
    "trip",
    "stop",
    "truck",
    "carrier",
    "clause",
    "store",
    "level",
    "point",
    "kg",
    *(f"{stage}_s" for stage in TRIP_STAGES),
)
TRAPPED_COLUMNS: Final = ("row", "weight", "building", "since_s", "end_s", "how")
SHELTER_COLUMNS: Final = (
    "facility",
    "id",
    "capacity",
    "people",
    "opened",
    "area_m2",
    "least_m2",
    "registration_wait_s",
    "dark_person_h",
    "cold_person_h",
    "special_needs",
    "children_alone",
    "sent_on",
    "failed_s",
)
TOLD_COLUMNS: Final = ("post", "about", "what", "place", "value", "t_s", "event", "origin")
