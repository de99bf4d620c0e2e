"""A post's picture against the truth: known, unknown, false, and set right."""

from __future__ import annotations

import pytest

from sim.evaluation.picture import NoSuchPostError, beliefs, explain_picture


@pytest.fixture
def evening(hand):
    """Two communities flooded; the chief knows of one, and of one that is dry."""
    west = hand.event("buildings_flooded", "west-1", 600.0)
    hand.event("buildings_flooded", "east-1", 1200.0)
    breach = hand.event("levee_breached", "west-1", 1800.0)
    hand.tell("chief", 1500.0, west)
    hand.tell("chief", 2000.0, breach, place="east-1")
    hand.person(0)
    return hand


def seen(run, to_s):
    return [
        (one.kind, one.place, one.happened_s, one.told_s) for one in beliefs(run, "chief", to_s)
    ]


def test_what_is_known_unknown_and_false_stand_beside_each_other(evening):
    assert seen(evening.run(), 3600.0) == [
        ("buildings_flooded", "west-1", 600.0, 1500.0),
        ("buildings_flooded", "east-1", 1200.0, None),
        ("levee_breached", "west-1", 1800.0, None),
        ("levee_breached", "east-1", None, 2000.0),
    ]


def test_a_picture_holds_nothing_of_later(evening):
    assert seen(evening.run(), 1000.0) == [("buildings_flooded", "west-1", 600.0, None)]


def test_a_false_report_that_was_struck_out_is_believed_no_more(evening):
    evening.tell("chief", 3000.0, 3, place="east-1", value="")
    kinds = [(kind, place) for kind, place, _, _ in seen(evening.run(), 3600.0)]
    assert ("levee_breached", "east-1") not in kinds


def test_struck_out_and_told_again_counts_from_the_second_time(evening):
    evening.tell("chief", 3000.0, 3, place="east-1", value="")
    true = evening.event("levee_breached", "east-1", 3100.0)
    evening.tell("chief", 3300.0, true)
    assert ("levee_breached", "east-1", 3100.0, 3300.0) in seen(evening.run(), 3600.0)


def test_the_picture_is_told_with_how_much_of_it_is_right(evening):
    told = explain_picture(evening.run(), "chief", 3600.0)
    assert told[-1] == "1 of 3 incidents known, 1 false."


def test_a_post_that_the_plan_does_not_have_is_refused_with_a_guess(evening):
    with pytest.raises(NoSuchPostError, match="did you mean 'chief'"):
        beliefs(evening.run(), "chef", 0.0)
