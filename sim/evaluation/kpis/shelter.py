"""Shelters: how many opened, how full they were, who found no room."""

from __future__ import annotations

import numpy as np

from sim.evaluation.crowd import Crowd
from sim.evaluation.kpis.counts import total
from sim.evaluation.kpis.figure import Calculate, Figure, share, unknown, with_plan
from sim.model.results import Results


def _seats(results: Results) -> float:
    shelters = results.shelters
    return float(shelters.loc[shelters["opened"], "capacity"].sum())


def _peak(results: Results) -> float:
    return float(results.series["people_in_shelters"].max())


@with_plan("1")
def shelters_opened(results: Results) -> Figure:
    """Shelters that took people in."""
    return Figure(float(results.shelters["opened"].sum()), "1")


@with_plan("1")
def shelters_not_opened(results: Results) -> Figure:
    """Shelters that were to open and could not, because of water."""
    flooded = results.events.loc[results.events["kind"] == "shelter_flooded", "who"]
    return Figure(float(flooded.nunique()), "1")


@with_plan("1")
def shelter_seats(results: Results) -> Figure:
    """Places in the shelters that opened."""
    return Figure(_seats(results), "1")


@with_plan("1")
def shelter_peak(results: Results) -> Figure:
    """Most residents in shelters at one moment."""
    return Figure(_peak(results), "1")


@with_plan("1")
def shelter_peak_share(results: Results) -> Figure:
    """Most residents in shelters at one moment, over the places that opened."""
    return share(_peak(results), _seats(results), "no_shelter")


@with_plan("1")
def shelter_seats_over_evacuees(results: Results) -> Figure:
    """Places in open shelters over residents who left home, guests and who left the area aside."""
    crowd = Crowd(results)
    evacuees = crowd.count(crowd.left & ~crowd.in_state("hosted", "left_area"))
    return share(_seats(results), evacuees)


@with_plan("1")
def shelter_overflow(results: Results) -> Figure:
    """Residents in shelters beyond their places, at the end: nobody goes home before."""
    shelters = results.shelters
    return Figure(float(np.maximum(shelters["people"] - shelters["capacity"], 0).sum()), "1")


@with_plan("1")
def turned_away(results: Results) -> Figure:
    """Residents who came to a full shelter and went on; who was turned away twice counts twice."""
    return Figure(float(results.series["people_turned_away"].iloc[-1]), "1")


@with_plan("1")
def people_sent_on(results: Results) -> Figure:
    """Residents whom full or failing shelters sent on; who was sent on twice counts twice."""
    return Figure(total(results, "people_sent_on", "people"), "1")


@with_plan("1")
def shelters_failed(results: Results) -> Figure:
    """Shelters with people in them that had to be given up."""
    failed = results.events.loc[results.events["kind"] == "shelter_failed", "who"]
    return Figure(float(failed.nunique()), "1")


def _lived(column: str, unit: str, per: float = 1.0, *, add: bool) -> Calculate:
    """Return a figure of what it was like in shelters: the sum over them, or the worst."""

    @with_plan(unit)
    def figure(results: Results) -> Figure:
        """Sum or worst over the shelters that opened."""
        values = results.shelters[column].dropna().astype(float) / per
        if values.empty:
            return unknown(unit, "no_shelter")
        return Figure(float(values.sum() if add else values.max()), unit)

    return figure


registration_wait = _lived("registration_wait_s", "min", 60.0, add=False)
shelter_dark_hours = _lived("dark_person_h", "h", add=True)
shelter_cold_hours = _lived("cold_person_h", "h", add=True)
special_needs_peak = _lived("special_needs", "1", add=True)
children_alone_peak = _lived("children_alone", "1", add=True)


@with_plan("1")
def families_traced(results: Results) -> Figure:
    """Children alone in shelters whose family was found alive."""
    return Figure(total(results, "family_traced", "people"), "1")


@with_plan("1")
def children_in_care(results: Results) -> Figure:
    """Children in shelters who have no adult left and were given a carer."""
    return Figure(total(results, "carer_given", "people"), "1")


@with_plan("m2")
def shelter_least_area(results: Results) -> Figure:
    """Least area a person in the fullest shelter at its fullest."""
    values = results.shelters["least_m2"].dropna()
    return Figure(float(values.min()), "m2") if len(values) else unknown("m2", "no_shelter")
