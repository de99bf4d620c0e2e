"""The parameter catalogue keeps its own rules."""

import pytest

from sim.scenario.parameters import ParameterError, all_parameters, parameter, rows_of

ROW = """
theta:
  value: 80
  unit: "%"
  low: 50
  high: 100
  source: a book
  confidence: published
  en: weight
  zh: 权重
"""


def test_a_row_gives_its_value_as_written_and_in_si() -> None:
    row = rows_of("flood", ROW)["flood.theta"]
    assert (row.value, row.si, row.topic) == (80, pytest.approx(0.8), "flood")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("value: 80", "value: 120"), "is not in 50..100"),
        (("  source: a book\n", ""), "source"),
        (("published", "certain"), "confidence"),
        (("theta:", "Theta:"), "named like"),
        (("low: 50", "low: 50\n  low: 51"), "stands twice"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(change: tuple[str, str], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        rows_of("flood", ROW.replace(*change))


def test_a_row_that_stands_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match="stands twice; first on line 2"):
        rows_of("flood", ROW + ROW)


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(ParameterError, match="no parameter topic 'nowhere'"):
        parameter("nowhere.at_all")


def test_every_shipped_row_is_sound() -> None:
    rows = all_parameters()
    assert len({row.key for row in rows}) == len(rows)


def test_our_own_words_on_a_source_are_said_in_both_languages():
    row = parameter("plan.guards_per_point")
    assert row.source_in("en") == "one at each approach of an underpass"
    assert row.source_in("zh") == "下穿通道每个入口一人"
