"""Medical care: who reached a bed and how soon, who died before, how full the wards were."""

from __future__ import annotations

import math

from sim.evaluation.kpis.counts import first_s, of_kind, total
from sim.evaluation.kpis.figure import Figure, minutes, share, unknown, with_plan
from sim.model.results import Results


def died_waiting(results: Results) -> Figure:
    """Badly hurt residents who died before any treatment began."""
    return Figure(total(results, "wounded_died", "waiting"), "1")


def died_treated(results: Results) -> Figure:
    """Badly hurt residents who died though treated."""
    return Figure(total(results, "wounded_died", "treated"), "1")


@with_plan("1")
def patients_admitted(results: Results) -> Figure:
    """Residents put to bed in hospitals and stations on the map."""
    return Figure(total(results, "patients_admitted", "people"), "1")


@with_plan("1")
def patients_walked_in(results: Results) -> Figure:
    """Badly hurt residents who came to a hospital without an ambulance."""
    return Figure(total(results, "patients_walked_in", "people"), "1")


@with_plan("1")
def patients_transferred(results: Results) -> Figure:
    """Badly hurt residents whom a hospital without a free bed sent on."""
    return Figure(total(results, "patients_transferred", "people"), "1")


@with_plan("1")
def door_queue_peak(results: Results) -> Figure:
    """Most badly hurt residents who waited for a bed at the doors of hospitals at one moment."""
    if "door_queue" not in results.series:
        return unknown("1", "no_patient")
    return Figure(float(results.series["door_queue"].max()), "1")


@with_plan("1")
def patients_moved_out(results: Results) -> Figure:
    """Residents taken to hospitals outside the map because no bed was left."""
    return Figure(total(results, "patients_moved_out", "people"), "1")


@with_plan("min")
def first_patient_in_bed(results: Results) -> Figure:
    """Time from the first harm until the first patient lay in a bed."""
    admitted_s = first_s(results, "patients_admitted", "patients_moved_out")
    return minutes(admitted_s - first_s(results, "people_hurt", "people_trapped"), "no_patient")


@with_plan("min")
def half_of_patients_in_bed(results: Results) -> Figure:
    """Time from the first harm until half of all patients lay in a bed."""
    times_s = of_kind(results, "patients_admitted")["t_s"]
    began_s = first_s(results, "people_hurt", "people_trapped")
    return minutes(float(times_s.median()) - began_s if len(times_s) else math.nan, "no_patient")


@with_plan("1")
def beds_peak_share(results: Results) -> Figure:
    """Most beds in use at one moment over the beds there were then."""
    series = results.series
    if "beds_used" not in series:
        return unknown("1", "no_patient")
    full = (series["beds_used"] / series["beds"]).max()
    return share(float(full), 1.0) if math.isfinite(full) else unknown("1", "no_bed")
