"""Why a clause came to what it came to; why a resident did what he or she did."""

import pandas as pd
import pytest

from sim.core.words import LANGUAGES
from sim.evaluation.conditions import condition_text
from sim.evaluation.explain_clause import NoSuchClauseError, explain_clause
from sim.evaluation.explain_person import NoSuchPersonError, explain_person, person_row
from sim.evaluation.naming import Names

MIN_S = 60.0


@pytest.mark.parametrize(
    ("clause", "en", "zh"),
    [
        (
            "L4",
            "at least 50 mm of rain forecast for 3 h 00 min",
            "预报 3 小时 降雨不低于 50 mm",
        ),
        ("W1", "response level IV or higher", "响应级别达到Ⅳ级"),
        ("S1", "it is reported: water in buildings", "收到报告：房屋进水"),
        (
            "E1",
            "clause W1 is done, for 5 min without a break",
            "条款W1完成，并持续 5 分钟",
        ),
        ("I1", "1 h 00 min after the start", "开始后 1 小时"),
    ],
)
def test_a_condition_reads_as_it_stands_in_the_plan(hand, clause, en, zh):
    hand.person(0)
    results = hand.run()
    when = next(one.when for one in results.plan.clauses if one.id == clause)
    assert [condition_text(when, Names(results, lang)) for lang in LANGUAGES] == [en, zh]


def test_a_clause_that_was_not_triggered_says_what_it_waited_for(hand):
    hand.person(0)
    hand.clause("E1", "relocate_zone", "not_triggered")
    hand.clause("S1", "open_shelter", "missed", triggered_s=0.0, triggered_event=0)
    told = explain_clause(hand.run(), "E1")
    assert told[0].startswith('Clause E1 "Move the west". When: clause W1 is done')
    assert "never learnt" in told[1]
    assert "had to wait for clause S1" in told[2]


def test_a_clause_that_was_met_says_with_how_much_to_spare(hand):
    hand.person(0)
    trigger = hand.event("clause_triggered", "L4", 0.0, 0, post="chief")
    done = hand.event("clause_done", "L4", 20 * MIN_S, trigger, post="chief")
    hand.clause(
        "L4",
        "set_response_level",
        "met",
        triggered_s=0.0,
        triggered_event=trigger,
        taken_up_s=0.0,
        decided_s=0.0,
        started_s=0.0,
        done_s=20 * MIN_S,
        done_event=done,
        deadline_s=30 * MIN_S,
        margin_s=10 * MIN_S,
    )
    assert explain_clause(hand.run(), "L4")[-1] == (
        "It was met: done at 18:20, 10 min before its time. Time spent: carrying it out 20 min."
    )


def test_rounds_of_a_clause_are_told_apart(hand):
    hand.person(0)
    for t_s in (0.0, 600.0):
        trigger = hand.event("clause_triggered", "I1", t_s, 0, post="media")
        hand.clause("I1", "report", "open", triggered_s=t_s, triggered_event=trigger)
    told = explain_clause(hand.run(), "I1")
    assert [line for line in told if line.startswith("Round")] == ["Round 1 of 2:", "Round 2 of 2:"]


def test_an_unknown_clause_is_refused_with_a_guess(hand):
    hand.person(0)
    with pytest.raises(NoSuchClauseError, match=r"no clause 'W2'.*did you mean"):
        explain_clause(hand.run(), "W2")


def lived(hand, **known) -> str:
    """Return one resident's story in a run with a warning at 18:10 and an order at 18:40."""
    warning = hand.message("west", 10 * MIN_S)
    hand.message("west", 40 * MIN_S, order=True)
    person = hand.person(1, **({"decided_by": warning} | known))
    return " ".join(explain_person(hand.run(), person))


def test_who_stayed_by_choice_is_told_so(hand):
    story = lived(
        hand, order=0, warned_s=900.0, warned_by="sms", decision="stay_by_choice", decided_s=960.0
    )
    assert "First warned at 18:15: text message." in story
    assert 'relocation order of 18:40 (clause E1 "Move the west")' in story
    assert "decided at 18:16 not to move away, by choice" in story
    assert "At the end: at home." in story


def test_an_order_that_came_after_the_decision_is_told_after_it(hand):
    known = {"warned_s": 900.0, "warned_by": "sms", "decision": "leave", "decided_s": 960.0}
    story = lived(hand, order=0, left_s=45 * MIN_S, **known)
    assert story.index("decided to leave at 18:16") < story.index("relocation order of 18:40")


def test_who_was_at_work_is_told_when_he_came_home(hand):
    known = {"warned_s": 900.0, "warned_by": "sms", "decision": "leave", "decided_s": 960.0}
    story = lived(hand, home_s=30 * MIN_S, left_s=45 * MIN_S, **known)
    order = ["decided to leave at 18:16", "Came home at 18:30", "Left home at 18:45"]
    places = [story.index(part) for part in order]
    assert places == sorted(places)


def test_who_never_heard_had_nothing_to_decide(hand):
    story = lived(hand, order=0)
    assert "No warning ever reached this person." in story
    assert "had nothing to decide" in story


@pytest.mark.parametrize(
    ("wait", "says"),
    [
        ("help", "waiting at home for a team"),
        ("water", "the water at the door was too deep"),
        ("bus", "waiting for a bus"),
        ("lift", "waiting for relatives with a car"),
    ],
)
def test_who_could_not_leave_is_told_what_was_missing(hand, wait, says):
    story = lived(
        hand, warned_s=900.0, warned_by="sms", decision="leave", decided_s=960.0, waits_for=wait
    )
    assert "Did not leave: " in story
    assert says in story


def test_who_left_was_caught_and_hurt_is_told_in_order(hand):
    hurt = hand.event("people_hurt", "west", 50 * MIN_S, 0, dead=0, severe=1, light=0)
    story = lived(
        hand,
        warned_s=900.0,
        warned_by="neighbour",
        decision="leave",
        decided_s=960.0,
        left_s=45 * MIN_S,
        caught_s=48 * MIN_S,
        safe_s=90 * MIN_S,
        state="sheltered",
        place=0,
        health="severe",
        hurt_by=hurt,
        home_first_wet_s=30 * MIN_S,
        home_max_depth_m=0.42,
    )
    order = ["neighbours", "up to 0.42 m", "Left home at 18:45", "Caught", "In safety at 19:30"]
    places = [story.index(part) for part in [*order, "in a shelter, School", "severely hurt"]]
    assert places == sorted(places)


def test_who_went_up_into_a_house_beside_the_road_is_told_so_and_counted(hand):
    up = {"left_s": 30 * MIN_S, "caught_s": 40 * MIN_S, "refuge_s": 42 * MIN_S, "refuge": 4}
    person = hand.person(0, weight=3, state="stranded", **up)
    hand.person(1, weight=2, state="stranded", caught_s=40 * MIN_S)
    told = " ".join(explain_person(hand.run(), person))
    assert "up into a house of" in told
    assert told.index("Caught on the way") < told.index("up into a house of")
    assert hand.value("refuge") == 3


def test_nobody_is_told_about_warnings_in_a_run_without_a_plan(hand):
    hand.plan = None
    person = hand.person(0)
    told = explain_person(hand.run(), person)
    assert not [sentence for sentence in told if "warn" in sentence or "heard" in sentence]
    assert told[-1] == "At the end: at home."


def test_who_was_buried_is_told_when_and_by_whom_freed_and_of_no_water(hand):
    home = hand.people[hand.person(0)]["home"]
    run = hand.run()
    fallen = {"t_s": [60.0], "state": ["building_collapsed"], "row": [home], "value": [1.0]}
    run.__dict__["states"] = pd.DataFrame(fallen)
    case = {"row": [0], "since_s": [60.0], "end_s": [45 * MIN_S], "how": ["team"]}
    run.__dict__["trapped"] = pd.DataFrame(case)
    assert explain_person(run, 0)[1:5] == [
        "The home building collapsed.",
        "No warning went out in this run.",
        "Buried under a fallen building at 18:01.",
        "18:45: dug out by teams.",
    ]


def test_a_resident_outside_the_sample_is_refused_with_the_nearest_kept_one(hand):
    hand.every = 10
    hand.person(0)
    hand.person(1)
    with pytest.raises(NoSuchPersonError, match="one household in 10; nearest: 1"):
        explain_person(hand.run(), 7)


def test_a_persons_row_has_names_for_codes_and_none_for_never(hand):
    person = hand.person(0, decision="leave", waits_for="bus", warned_s=60.0, warned_by="tv")
    row = person_row(hand.run(), person)
    assert (row["decision"], row["waits_for"], row["warned_by"]) == ("leave", "bus", "tv")
    assert (row["warned_s"], row["left_s"]) == (60.0, None)


def test_what_is_told_of_a_person_leaves_no_place_unfilled_in_any_language(hand):
    hand.message("west", 60.0)
    person = hand.person(0, warned_s=120.0, warned_by="grid_worker", decision="leave")
    hand.people[-1] |= {"decided_s": 180.0, "ready_s": 9e4}
    results = hand.run()
    for lang in LANGUAGES:
        assert not any("{" in line for line in explain_person(results, person, lang))


def test_who_leaves_against_the_familys_mind_is_told_how(hand):
    times = {"warned_s": 12 * MIN_S, "decided_s": 13 * MIN_S, "left_s": 20 * MIN_S}
    story = lived(hand, decision="stay_by_choice", **times)
    assert "Left home at 18:20 all the same" in story
