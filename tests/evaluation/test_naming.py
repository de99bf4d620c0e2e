"""Averages of few people are not rounded away."""

import pytest

from sim.evaluation.naming import average_text, kpi_text


@pytest.mark.parametrize(
    ("value", "told"), [(0.0, "0"), (1 / 30, "0.033"), (4.27, "4.3"), (6.0, "6"), (251.4, "251")]
)
def test_an_average_of_few_dead_keeps_two_digits(value, told):
    assert average_text("dead", value, "en") == told


def test_a_count_of_one_run_has_no_decimals():
    assert kpi_text("dead", 3.0, "en") == "3"
