"""Averages of few people are not rounded away."""

import pytest

from sim.evaluation.naming import average_text, kpi_text, road_in


@pytest.mark.parametrize(
    ("value", "told"), [(0.0, "0"), (1 / 30, "0.033"), (4.27, "4.3"), (6.0, "6"), (251.4, "251")]
)
def test_an_average_of_few_dead_keeps_two_digits(value, told):
    assert average_text("dead", value, "en") == told


def test_a_count_of_one_run_has_no_decimals():
    assert kpi_text("dead", 3.0, "en") == "3"


def test_a_large_figure_has_no_decimals_and_a_small_one_keeps_them():
    assert kpi_text("deaths_per_million", 26_500.0, "en").startswith("26,500\u00a0")
    assert kpi_text("deaths_per_million", 0.31, "en").startswith("0.31\u00a0")
    assert kpi_text("flooded_area", 1132.5, "en") == "1,132\u00a0km²"
    assert kpi_text("flooded_area", 0.031, "en") == "0.03\u00a0km²"
    assert kpi_text("roads_passable_worst", 0.9996, "en") == "99.96%"
    assert kpi_text("roads_passable_worst", 1.0, "en") == "100.0%"


def test_millions_are_ten_thousands_in_chinese():
    assert kpi_text("direct_loss", 44.3954, "en") == "44.4\u00a0million\u00a0yuan"
    assert kpi_text("direct_loss", 44.3954, "zh") == "4,440\u00a0万元"
    assert average_text("direct_loss", 0.031, "zh") == "3.1\u00a0万元"


@pytest.mark.parametrize(("lang", "told"), [("zh", "沈辽路"), ("en", "Shenliao Road")])
def test_a_road_with_two_names_is_called_by_the_readers(lang, told):
    assert road_in("沈辽路 Shenliao Road", lang) == told
    assert road_in("Mannerheimintie", lang) == "Mannerheimintie"
