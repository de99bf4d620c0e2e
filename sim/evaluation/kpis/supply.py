"""Relief supply: how long people in need waited, what they went without, what held goods up."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.evaluation.kpis.figure import Figure, minutes, share, time_reached_s, unknown, with_plan
from sim.model.results import Results
from sim.scenario.goods import DAY_S, items
from sim.scenario.parameters import parameter

_HOUR_S = 3600.0


def _hours(seconds: float, why: str) -> Figure:
    return Figure(seconds / _HOUR_S, "h") if math.isfinite(seconds) else unknown("h", why)


def _waits_s(results: Results) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return, by group in need: time until relief (NaN for never), time waited so far, persons."""
    relief = results.relief
    end_s = float(results.manifest["duration_s"])
    until = relief["relieved_s"].astype(float)
    needed = relief["needed_s"].astype(float)
    return until - needed, until.fillna(end_s) - needed, relief["persons"].astype(float)


@with_plan("1")
def relief_persons(results: Results) -> Figure:
    """Residents who came to depend on relief: in shelters, or cut off and out of stock."""
    return Figure(float(results.relief["persons"].astype(float).sum()), "1")


@with_plan("1")
def relief_given(results: Results) -> Figure:
    """Residents who were given food and water at least once."""
    waits_s, _, persons = _waits_s(results)
    return Figure(float(persons[waits_s.notna()].sum()), "1")


@with_plan("1")
def relief_waiting(results: Results) -> Figure:
    """Residents who still waited for their first food and water at the end."""
    waits_s, _, persons = _waits_s(results)
    return Figure(float(persons[waits_s.isna()].sum()), "1")


@with_plan("h")
def relief_median(results: Results) -> Figure:
    """Time until half of those in need had food and water, each from when he came to need it."""
    waits_s, _, persons = _waits_s(results)
    if not len(persons):
        return unknown("h", "nobody_in_need")
    return _hours(time_reached_s(waits_s, persons, 0.5), "not_reached")


@with_plan("h")
def relief_last(results: Results) -> Figure:
    """Longest time that anybody in need waited for food and water.

    Who still waits counts with his wait so far once that is longer than the promised time; before
    that nobody can tell.
    """
    waits_s, so_far_s, _ = _waits_s(results)
    if not len(waits_s):
        return unknown("h", "nobody_in_need")
    longest_s = float(so_far_s.max())
    if waits_s.isna().any() and longest_s <= parameter("supply.relief_clock").si:
        return unknown("h", "relief_unfinished")
    return _hours(longest_s, "relief_unfinished")


def _relieved_in(hours: float) -> Callable[[Results], Figure]:
    @with_plan("1")
    def figure(results: Results) -> Figure:
        """Residents relieved within so many hours, of those for whom the time has passed."""
        waits_s, so_far_s, persons = _waits_s(results)
        limit_s = hours * _HOUR_S
        known = waits_s.notna() | (so_far_s > limit_s)
        in_time = persons[waits_s <= limit_s].sum()
        return share(float(in_time), float(persons[known].sum()), "nobody_in_need")

    return figure


relief_in_10h = _relieved_in(10)
relief_in_12h = _relieved_in(12)
relief_in_24h = _relieved_in(24)


def _first_batch(level: str) -> Callable[[Results], Figure]:
    @with_plan("h")
    def figure(results: Results) -> Figure:
        """Time from the order until the first load from a store of this level was set down."""
        trips = results.trips
        there = trips[(trips["level"] == level) & trips["unloaded_s"].notna()]
        if there.empty:
            return unknown("h", "no_load")
        first = there.sort_values("unloaded_s").iloc[0]
        return _hours(float(first["unloaded_s"] - first["ordered_s"]), "no_load")

    return figure


first_batch_community = _first_batch("community")
first_batch_town = _first_batch("town")
first_batch_county = _first_batch("county")
first_batch_city = _first_batch("city")
first_batch_province = _first_batch("province")


def _unmet(item: str) -> Callable[[Results], Figure]:
    @with_plan("person h")
    def figure(results: Results) -> Figure:
        """Time that people in need went without, summed over people."""
        column = f"unmet_{item}_person_h"
        series = results.series
        if column not in series:
            return unknown("person h", "nobody_in_need")
        return Figure(float(series[column].iloc[-1]), "person h")

    return figure


unmet_drinking_water = _unmet("drinking_water")
unmet_food = _unmet("food")
unmet_quilt = _unmet("quilt")
unmet_washing_water = _unmet("washing_water")


@with_plan("1")
def stock_over_demand(results: Results) -> Figure:
    """Opening stock over what all who came into need require for a day; the scarcest basic item."""
    persons = float(results.relief["persons"].astype(float).sum())
    if not persons:
        return unknown("1", "nobody_in_need")
    opening = results.series.iloc[0]
    covered = [
        float(opening[f"stock_{item.name}"]) / item.pieces_for(persons, DAY_S)
        for item in items()
        if item.basic
    ]
    return Figure(min(covered), "1")


@with_plan("1")
def stock_left(results: Results) -> Figure:
    """Mass left in all stores at the end over the mass at the start."""
    series = results.series
    columns = [f"stock_{item.name}" for item in items()]
    if columns[0] not in series:
        return unknown("1", "no_stock")
    mass_g = series[columns].to_numpy(dtype=float) @ np.array([item.mass_g for item in items()])
    return share(float(mass_g[-1]), float(mass_g[0]), "no_stock")


def _delivered(results: Results) -> pd.DataFrame:
    return results.trips[results.trips["unloaded_s"].notna()]


@with_plan("t")
def goods_delivered(results: Results) -> Figure:
    """Mass set down at the places it was sent to."""
    return Figure(float(_delivered(results)["kg"].astype(float).sum()) / 1000, "t")


@with_plan("1")
def loads_delivered(results: Results) -> Figure:
    """Loads set down."""
    return Figure(float(len(_delivered(results))), "1")


def _median_between(begin: str, end: str) -> Callable[[Results], Figure]:
    @with_plan("min")
    def figure(results: Results) -> Figure:
        """Median time between two stages of a load."""
        trips = results.trips[results.trips["stop"].fillna(1) == 1]
        spent_s = (trips[f"{end}_s"] - trips[f"{begin}_s"]).astype(float).dropna()
        return minutes(float(spent_s.median()) if len(spent_s) else math.nan, "no_load")

    return figure


truck_wait_median = _median_between("shared", "truck")
dock_wait_median = _median_between("at_store", "at_dock")
load_cycle_median = _median_between("truck", "home")


@with_plan("1")
def trucks_busy_peak(results: Results) -> Figure:
    """Most trucks and aircraft at work at one moment."""
    series = results.series
    if "relief_trucks_busy" not in series:
        return unknown("1", "no_load")
    return Figure(float(series["relief_trucks_busy"].max()), "1")
