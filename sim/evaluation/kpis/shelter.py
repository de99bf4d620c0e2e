"""Shelters: how many opened, how full they were, who found no room."""

from __future__ import annotations

import numpy as np

from sim.evaluation.crowd import Crowd
from sim.evaluation.kpis.figure import Figure, share, with_plan
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
    """Places in open shelters over residents who left home and did not leave the area."""
    crowd = Crowd(results)
    evacuees = crowd.count(crowd.left & ~crowd.in_state("left_area"))
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
