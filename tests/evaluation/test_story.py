"""One paragraph that tells a run, from its own figures."""

from datetime import datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from sim.agents.ledger import STATE
from sim.evaluation.kpis import BLOCKS, KPIS
from sim.evaluation.story import _wildfire, people_sentences

MIN_S = 60.0


def told(hand, lang: str = "en") -> list[str]:
    """Return what the story says of people; the figures are the run's own."""
    results = hand.run()
    names = [name for block in BLOCKS if block != "water" for name in BLOCKS[block]]
    names.append("residents_in_flooded_homes")
    rows = [(name, KPIS[name](results).value, "") for name in names]
    pd.DataFrame(rows, columns=["kpi", "value", "why"]).to_csv(
        hand.folder / "kpis.csv", index=False
    )
    return [sentence.replace("\u00a0", " ") for sentence in people_sentences(results, lang)]


def test_a_run_without_a_plan_says_that_nobody_acted_and_what_harm_there_was(hand):
    hand.plan = None
    hand.person(0)
    assert told(hand) == [
        "The run had no plan: nobody warned, moved or helped anybody.",
        "Nobody was hurt.",
    ]


def test_a_quiet_evening_says_that_nothing_was_needed(hand):
    hand.person(0)
    hand.clause("L4", "set_response_level", "not_triggered")
    assert told(hand) == [
        "No response level was set.",
        "No warning went out.",
        "Nobody was ordered to leave.",
        "Nobody was hurt.",
        "No clause of the plan fell due.",
    ]


@pytest.fixture
def bad_evening(hand):
    trigger = hand.event("clause_triggered", "L4", 5 * MIN_S, 0, post="chief")
    hand.event("level_set", "IV", 10 * MIN_S, trigger, before="none", by="chief")
    hand.message("west", 20 * MIN_S)
    hand.message("west", 30 * MIN_S, order=True)
    hurt = hand.event("people_hurt", "west", 100 * MIN_S, 0, dead=2, severe=0, light=0)
    hand.person(0, weight=2, home_first_wet_s=95 * MIN_S, health="dead", state="dead", hurt_by=hurt)
    hand.person(1, weight=5, warned_s=25 * MIN_S, order=0, left_s=40 * MIN_S, safe_s=80 * MIN_S)
    hand.people[-1] |= {"caught_s": 50 * MIN_S, "state": STATE["sheltered"]}
    hand.person(2, weight=3, warned_s=25 * MIN_S, order=0, decision="stay_by_choice")
    hand.person(4, weight=90)
    hand.opened, hand.series = ("school",), {"people_in_shelters": [5.0]}
    hand.clause("W1", "issue_warning", "met", triggered_s=0.0, triggered_event=trigger, done_s=20.0)
    hand.clause(
        "L4",
        "set_response_level",
        "missed",
        triggered_s=5 * MIN_S,
        triggered_event=trigger,
        deadline_s=35 * MIN_S,
        held_up_by="post_busy",
    )
    return hand


def test_a_bad_evening_is_told_with_its_figures(bad_evening):
    assert told(bad_evening) == [
        "Response levels were set: IV at 18:10.",
        "The first warning went out at 18:20. Of 10 people in the warned zones, 80.0% heard within "
        "an hour of the first warning for their zone, and 80.0% by the end.",
        "Of the people whose home building water entered, 0.0% had been warned before.",
        "8 people were ordered to leave: 5 left, 3 stayed by choice, 0 could not go, and 0 were "
        "still preparing or had not been reached.",
        "In all 5 people left home, 5 were in safety at the end, and at most 5 were in shelters at "
        "one time.",
        "5 people were caught on the way.",
        "Dead: 2; severely hurt: 0; lightly hurt: 0.",
        "Clauses put to the test: 2; kept 1, late 0, missed 1.",
        'The first promise to break was this one. Clause L4 "Level IV" was due at 18:35 and not '
        "done by the end of the run; what held it up: the post was busy with other matters. "
        "Time spent: waiting for the post 11 h 55 min.",
    ]


def test_the_story_is_told_in_chinese_too(bad_evening):
    text = "".join(told(bad_evening, "zh"))
    assert "应急响应：18:10 启动Ⅳ级。" in text
    assert "死亡 2 人，重伤 0 人，轻伤 0 人。" in text
    assert "条款L4“启动四级响应”应于 18:35 前完成，至推演结束仍未完成" in text


@pytest.mark.parametrize(
    ("last", "ends"), [("fire_out", "It was out at 17:00."), ("fire_spotted", "It still burnt")]
)
def test_a_wildfire_is_told_with_its_beginning_and_its_end(last, ends):
    lit = {"t_s": 3600.0, "kind": "fire_started", "who": "hill", "facts": '{"ignition": "camp"}'}
    events = pd.DataFrame([lit, {"t_s": 18_000.0, "kind": last, "who": "hill", "facts": "{}"}])
    series = pd.DataFrame({"burnt_m2": [0.0, 710_000.0]})
    run = SimpleNamespace(events=events, series=series, start=datetime(2024, 4, 20, 12))
    began, ended = _wildfire(run, "en")
    assert began == "A wildfire broke out at 13:00 and burnt 0.71 km²."
    assert ended.startswith(ends)
