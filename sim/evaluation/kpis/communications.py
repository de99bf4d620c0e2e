"""Reports and communications: what came to the top of the command, how late, how wrong."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.evaluation.kpis.figure import Figure, minutes, share, with_plan
from sim.evaluation.picture import incidents, news
from sim.model.results import Results
from sim.response.reports_incidents import NOTICED

#: news this late is late: the half hour within which plans want first reports
_LATE_S = 30 * 60.0


def _delays_s(results: Results) -> pd.DataFrame:
    """Return one row an incident: t_s, and how long until a post at the top knew (inf: never)."""
    end_s = float(results.manifest["duration_s"])
    tops = [post.id for post in results.plan_posts() if post.reports_to is None]
    told = news(results, end_s)
    first = told[told["post"].isin(tops)].sort_values("t_s", kind="stable")
    first = first.drop_duplicates(["what", "place"])
    first = first.rename(columns={"what": "kind", "place": "who", "t_s": "told_s"})
    first = first[["kind", "who", "told_s"]]
    was = incidents(results, end_s).merge(first, on=["kind", "who"], how="left")
    delay_s = was["told_s"].fillna(np.inf) - was["t_s"]
    return pd.DataFrame({"t_s": was["t_s"], "delay_s": delay_s})


@with_plan("1")
def news_known(results: Results) -> Figure:
    """Incidents that a post at the top knew of by the end, as a share of all."""
    delays = _delays_s(results)
    return share(float(np.isfinite(delays["delay_s"]).sum()), len(delays), "no_incident")


@with_plan("1")
def news_in_30min(results: Results) -> Figure:
    """Incidents that a post at the top knew of within half an hour, as a share of those due."""
    delays = _delays_s(results)
    due = delays[delays["t_s"] <= float(results.manifest["duration_s"]) - _LATE_S]
    return share(float((due["delay_s"] <= _LATE_S).sum()), len(due), "no_incident")


@with_plan("min")
def news_delay_median(results: Results) -> Figure:
    """Median time from an incident until a post at the top knew; of those that one came to know."""
    delays_s = _delays_s(results)["delay_s"]
    known_s = delays_s[np.isfinite(delays_s)]
    return minutes(float(known_s.median()) if len(known_s) else math.nan, "top_unknown")


@with_plan("1")
def news_lost(results: Results) -> Figure:
    """Messages that were given up because no way was open for too long."""
    return Figure(float((results.events["kind"] == "news_lost").sum()), "1")


@with_plan("1")
def news_repeated(results: Results) -> Figure:
    """Further calls about incidents that a desk took."""
    return Figure(float((results.events["kind"] == "news_repeated").sum()), "1")


@with_plan("1")
def news_false(results: Results) -> Figure:
    """Incidents believed in at a place where none was, however many posts believed in it."""
    told = results.told
    told = told[(told["about"] == "event") & (told["value"] != "") & told["what"].isin(NOTICED)]
    was = results.events.set_index("id")["who"]
    elsewhere = was.reindex(told["origin"]).to_numpy() != told["place"].to_numpy()
    return Figure(float(len(told[elsewhere].drop_duplicates(["what", "place"]))), "1")
