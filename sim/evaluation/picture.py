"""What a post believed at a moment beside what was: its picture against the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.units import as_text
from sim.core.words import say
from sim.evaluation.naming import Names, clock, event_text
from sim.model.results import Results
from sim.response.picture import LEVELS
from sim.response.reports_incidents import NOTICED


class NoSuchPostError(SimError):
    """A run's plan has no post of that name."""


@dataclass(frozen=True)
class Belief:
    """One incident, as a post saw it and as it was.

    Attributes
    ----------
    happened_s, told_s : float or None
        When it first happened there; when the post first learned of it. An incident that never
        happened has no first, one that is not known no second.
    """

    kind: str
    place: str
    happened_s: float | None
    told_s: float | None


def incidents(results: Results, to_s: float) -> pd.DataFrame:
    """Return what happened that somebody could report: kind, who, t_s of its first time."""
    events = results.events
    there = events["kind"].isin(NOTICED) & (events["t_s"] <= to_s)
    return events[there].drop_duplicates(["kind", "who"])[["kind", "who", "t_s"]]


def news(results: Results, to_s: float) -> pd.DataFrame:
    """Return what posts were told of incidents: post, what, place, t_s of the first time.

    What was struck out as false counts from when it was told again, if it was.
    """
    told = results.told
    told = told[(told["about"] == "event") & (told["t_s"] <= to_s) & told["what"].isin(NOTICED)]
    keys = ["post", "what", "place"]
    struck = told[told["value"] == ""].drop_duplicates(keys, keep="last")
    since = told[told["value"] != ""].merge(
        struck[[*keys, "t_s"]], on=keys, how="left", suffixes=("", "_struck")
    )
    standing = since[~(since["t_s"] <= since["t_s_struck"])]
    return standing.drop_duplicates(keys)[[*keys, "t_s"]]


def beliefs(results: Results, post: str, to_s: float) -> list[Belief]:
    """Return every incident that happened or that a post believed in, in the order of time.

    Raises
    ------
    NoSuchPostError
        When the run's plan has no such post.
    """
    posts = [one.id for one in results.plan_posts()]
    if post not in posts:
        guess = did_you_mean(post, posts)
        known = choices(posts) or "-"
        raise NoSuchPostError(f"{results.folder}: no post '{post}'; posts: {known}{guess}")
    was, told = incidents(results, to_s), news(results, to_s)
    mine = told[told["post"] == post]
    happened_s = dict(zip(_pairs(was, "kind", "who"), was["t_s"].tolist(), strict=True))
    told_s = dict(zip(_pairs(mine, "what", "place"), mine["t_s"].tolist(), strict=True))
    keys = {**happened_s, **told_s}
    first_s = {key: happened_s.get(key, told_s.get(key, 0.0)) for key in keys}
    return [
        Belief(*key, happened_s.get(key), told_s.get(key))
        for key in sorted(keys, key=lambda key: (first_s[key], key))
    ]


def _pairs(table: pd.DataFrame, one: str, other: str) -> list[tuple[str, str]]:
    return list(zip(table[one].tolist(), table[other].tolist(), strict=True))


def explain_picture(results: Results, post: str, to_s: float, lang: str = "en") -> list[str]:
    """Return in sentences what a post believed at a moment, and what was."""
    names = Names(results, lang)
    believed = beliefs(results, post, to_s)
    at = clock(results, to_s, lang)
    told = [say("picture.title", lang, post=names.of(post), clock=at)]
    told += [_level(results, post, to_s, names)]
    told += [_belief(results, one, names) for one in believed]
    told += _depths(results, post, to_s, names)
    if not believed:
        return [*told, say("picture.nothing", lang, post=names.of(post))]
    known = sum(one.told_s is not None and one.happened_s is not None for one in believed)
    wrong = sum(one.happened_s is None for one in believed)
    return [*told, say("picture.share", lang, known=known, n=len(believed) - wrong, wrong=wrong)]


def _belief(results: Results, one: Belief, names: Names) -> str:
    lang = names.lang
    what = event_text(one.kind, one.place, names, lang)
    if one.happened_s is None:
        return say("picture.false", lang, what=what, clock=clock(results, one.told_s or 0.0, lang))
    at = clock(results, one.happened_s, lang)
    if one.told_s is None:
        return say("picture.unknown", lang, what=what, clock=at)
    delay = as_text(one.told_s - one.happened_s, lang)
    return say("picture.known", lang, what=what, clock=at, delay=delay)


def _level(results: Results, post: str, to_s: float, names: Names) -> str:
    told, events = results.told, results.events
    mine = told[(told["post"] == post) & (told["about"] == "level") & (told["t_s"] <= to_s)]
    was = events[(events["kind"] == "level_set") & (events["t_s"] <= to_s)]
    believed = LEVELS[0] if mine.empty else str(mine["value"].iloc[-1])
    truth = LEVELS[0] if was.empty else str(was["who"].iloc[-1])
    return say("picture.level", names.lang, believed=names.of(believed), truth=names.of(truth))


def _depths(results: Results, post: str, to_s: float, names: Names) -> Iterator[str]:
    """Yield the depths of points as the post last heard them, beside the gauges' last readings."""
    told, events = results.told, results.events
    mine = told[(told["post"] == post) & (told["about"] == "depth") & (told["t_s"] <= to_s)]
    read = events[(events["kind"] == "depth_measured") & (events["t_s"] <= to_s)]
    last = mine.drop_duplicates("what", keep="last")
    told_s = dict(zip(last["what"].tolist(), last["t_s"].tolist(), strict=True))
    depth_m = dict(zip(last["what"].tolist(), map(float, last["value"]), strict=True))
    newest = read.drop_duplicates("who", keep="last")
    for point, facts in _pairs(newest, "who", "facts"):
        at = clock(results, told_s[point], names.lang) if point in told_s else "-"
        yield say(
            "picture.depth",
            names.lang,
            point=names.of(point),
            believed=f"{depth_m.get(point, 0.0):.2f}",
            clock=at,
            truth=f"{json.loads(facts)['depth_m']:.2f}",
        )
