"""The targets file: figures a plan promises, each with the sentence that promises it."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from sim.scenario.base import Id, Part, Some, Source, Text, Title

#: figures that a target can promise, with their unit; words are ``kpi.<name>``
MEASURES: Final[dict[str, str]] = {
    "deaths_per_million": "1/1e6",
    "affected_per_100000": "1/1e5",
    "warning_coverage": "1",
    "report_on_time": "1",
    "relief_last": "h",
    "relief_in_10h": "1",
    "stock_over_demand": "1",
    "shelter_seats_over_evacuees": "1",
    "fire_reach_5min": "1",
    "loss_over_gdp": "1",
    "roads_passable_worst": "1",
    "key_sites_flooded": "1",
    "firefighters_per_1000": "1/1e3",
    "communications_working": "1",
    "first_aid_trained": "1",
    "out_before_water": "1",
    "freed_in_24h": "1",
    "first_water": "min",
    "first_patient_in_bed": "min",
}


class Target(Part):
    """One promised figure.

    Attributes
    ----------
    kpi : str
        A name of `MEASURES`.
    kind : str
        ``simulated``: a run shows it; ``input``: a run takes it as given; ``audit``: only to be
        ticked off, no run shows it.
    """

    ONE_OF: ClassVar = ("at_least", "at_most")

    id: Id
    title: Title
    kind: Literal["simulated", "input", "audit"]
    kpi: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    unit: Text
    source: Source
    note: Text | None = None

    def met_by(self, value: float) -> bool:
        """Whether a figure, in the target's unit, keeps the promise."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most


class Targets(Part):
    """All that one document promises."""

    format: Literal["shapan/targets/1"]
    id: Id
    title: Title
    document: Text
    targets: Some[Target]
