"""Amounts are read once, with their units, and wrong ones are explained."""

import pytest

from sim.core.units import as_text, clock_s, in_si


@pytest.mark.parametrize(
    ("text", "dimension", "si"),
    [
        ("3 h", "duration", 10800.0),
        ("50 mm", "length", 0.05),
        ("36 mm/h", "rate", 1e-5),
        ("484 km2", "area", 484e6),
        ("7200 m3/h", "flow", 2.0),
        ("92 %", "share", 0.92),
        ("-5 min", "duration", -300.0),
    ],
)
def test_amounts_become_si(text, dimension, si):
    assert in_si(text, dimension) == pytest.approx(si, rel=1e-12)


def test_a_wrong_unit_names_the_right_ones():
    with pytest.raises(ValueError, match=r"'hr' is not a unit of duration; allowed: d, h, min, s"):
        in_si("3 hr", "duration")


def test_a_number_without_unit_is_refused():
    with pytest.raises(ValueError, match="is not a number with a unit"):
        in_si("3", "duration")


def test_times_of_day_are_seconds_since_midnight():
    assert (clock_s("06:30"), clock_s("24:00"), clock_s("00:00:05")) == (23400, 86400, 5)


@pytest.mark.parametrize("text", ["25:00", "6:30", "12:60", "noon"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError, match="is not a time of day"):
        clock_s(text)


def test_durations_read_as_people_say_them():
    assert [as_text(s) for s in (45, 90, 600, 7500)] == [
        "45 s",
        "1 min 30 s",
        "10 min",
        "2 h 05 min",
    ]
