"""News at the top of the command: how much, how late, how wrong."""

import math

import pytest


@pytest.fixture
def evening(hand):
    """Three incidents; the chief hears of two, after 10 and 50 minutes."""
    flooded = hand.event("buildings_flooded", "west-1", 600.0)
    breach = hand.event("levee_breached", "west-1", 1200.0)
    hand.event("people_stranded", "roads", 1800.0)
    hand.tell("media", 700.0, flooded)  # not at the top
    hand.tell("chief", 1200.0, flooded)
    hand.tell("chief", 4200.0, breach)
    hand.person(0)
    return hand


def test_only_what_came_to_the_top_counts_as_known(evening):
    assert evening.value("news_known") == pytest.approx(2 / 3)


def test_the_delay_runs_from_the_incident_to_the_first_post_at_the_top(evening):
    assert evening.value("news_delay_median") == pytest.approx((10 + 50) / 2)


def test_news_within_half_an_hour_is_counted_over_all_incidents_that_were_due(evening):
    assert evening.value("news_in_30min") == pytest.approx(1 / 3)


def test_a_report_from_the_wrong_place_is_false_once_however_many_believe_it(evening):
    for post in ("chief", "media"):
        evening.tell(post, 2000.0, 1, place="east-1")
    assert evening.value("news_false") == 1


def test_news_given_up_is_counted(evening):
    evening.event("news_lost", "chief", 9000.0, by="media")
    assert evening.value("news_lost") == 1


def test_where_nothing_happened_nothing_can_be_judged(hand):
    hand.person(0)
    assert hand.figure("news_known").why == "no_incident"
    assert math.isnan(hand.figure("news_delay_median").value)
