"""Places, people in them, and people who found none."""

import pytest


def test_use_is_measured_against_the_places_that_opened(hand):
    hand.opened = ("school",)
    hand.series = {"t_s": [60.0, 120.0], "people_in_shelters": [80.0, 60.0]}
    hand.series |= {"people_turned_away": [0.0, 7.0]}
    hand.person(0)
    assert hand.value("shelter_seats") == 100
    assert hand.value("shelter_peak") == 80
    assert hand.value("shelter_peak_share") == pytest.approx(0.8)
    assert hand.value("turned_away") == 7


def test_evacuees_are_those_who_left_home_and_not_the_area(hand):
    hand.opened = ("school", "gym")
    hand.person(0, weight=40, left_s=60.0, state="sheltered")
    hand.person(0, weight=20, left_s=60.0, state="stranded")
    hand.person(1, weight=500, left_s=60.0, state="left_area")
    hand.person(1, weight=500)
    assert hand.value("shelter_seats_over_evacuees") == 2.5


def test_overflow_of_one_shelter_is_not_made_good_by_room_in_another(hand):
    hand.opened, hand.inside = ("school", "gym"), (30, 65)
    hand.person(0)
    assert hand.value("shelter_overflow") == 15


def test_a_flooded_shelter_is_counted_once_however_often_it_was_tried(hand):
    for t_s in (60.0, 120.0):
        hand.event("shelter_flooded", "gym", t_s)
    hand.person(0)
    assert hand.value("shelters_not_opened") == 1
    assert hand.value("shelters_opened") == 0
    assert hand.figure("shelter_peak_share").why == "no_shelter"
