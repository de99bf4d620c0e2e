"""Promises against the run: met, missed, or honestly not judged."""

import math

import pandas as pd
import pytest

from sim.core.words import LANGUAGES, catalogue
from sim.evaluation.kpis import KPIS
from sim.evaluation.scorecard import scorecard
from sim.model.results import Results


def shown(hand, **values: float) -> pd.DataFrame:
    """Return the scorecard of a run with these key figures, by target; NaN has its reason."""
    nothing = {"deaths_per_million": 0.0, "warning_coverage": 0.95, "relief_last": math.nan}
    figures = nothing | values
    hand.person(0)
    results = hand.run()
    rows = [
        (name, value, "no_plan" if math.isnan(value) else "") for name, value in figures.items()
    ]
    table = pd.DataFrame(rows, columns=["kpi", "value", "why"])
    table.to_csv(results.folder / "kpis.csv", index=False)
    return scorecard(results).set_index("target")


def test_a_promise_is_met_on_its_right_side_and_missed_on_the_other(hand):
    card = shown(hand, deaths_per_million=2.5, warning_coverage=0.93)
    assert card.loc[["deaths", "warned"], "verdict"].tolist() == ["missed", "met"]
    assert card.loc["deaths", "margin"] == pytest.approx(-1.5)
    assert card.loc["warned", "margin"] == pytest.approx(0.01)


@pytest.mark.parametrize(("value", "verdict"), [(0.92, "met"), (0.9199, "missed")])
def test_the_promised_figure_itself_keeps_the_promise(hand, value, verdict):
    assert shown(hand, warning_coverage=value).loc["warned", "verdict"] == verdict


def test_what_cannot_be_judged_says_why_and_is_never_met(hand):
    card = shown(hand, warning_coverage=float("nan"))
    unjudged = card[card["verdict"] == "not_judged"]
    assert unjudged["why"].to_dict() == {
        "warned": "no_plan",
        "relief": "no_plan",
        "crews": "input",
        "staff": "audit",
    }
    assert unjudged["margin"].isna().all()


def test_every_row_quotes_the_sentence_that_promises_it(hand):
    card = shown(hand)
    assert card.loc["warned", "source_text"] == "覆盖率达到92%以上"
    assert card["source_section"].all()


def test_a_scorecard_is_read_back_as_it_was_written(hand):
    card = shown(hand).reset_index()
    card.to_csv(hand.folder / "scorecard.csv", index=False, encoding="utf-8-sig")
    pd.testing.assert_frame_equal(Results(hand.folder).scorecard, card, check_dtype=False)


def test_without_a_targets_file_there_is_a_scorecard_without_rows(hand):
    shown(hand)
    (hand.folder / "inputs" / "targets.yaml").unlink()
    results = Results(hand.folder, world=hand.world)
    assert scorecard(results).empty
    assert list(results.scorecard.columns) == list(scorecard(results).columns)


def test_every_figure_reason_and_verdict_has_its_words():
    reasons = ("no_plan", "no_warning", "no_order", "no_case", "no_shelter", "no_clause_due")
    reasons += ("level_not_reached", "not_reached", "run_too_short", "not_simulated")
    keys = [f"kpi_why.{why}" for why in (*reasons, "input", "audit")]
    keys += [f"verdict.{verdict}" for verdict in ("met", "missed", "not_judged")]
    keys += [f"kpi.{name}{end}" for name in KPIS for end in ("", ".is")]
    keys += [f"kpi_value.{name}" for name in KPIS]
    assert all(catalogue()[key][lang] for key in keys for lang in LANGUAGES)
