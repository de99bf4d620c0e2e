"""What ships is sound, and says what its sources say."""

import re
from pathlib import Path

import pytest

from sim.scenario.everything import check_all
from sim.scenario.loading import load_plan, load_scenario, load_targets

ROOT = Path(__file__).parents[2]
TIEXI = ROOT / "scenarios" / "tiexi-storm"
PLANS = sorted(TIEXI.glob("plans/*.yaml"))
TEXTS = ROOT.parent / "shared" / "seeds"


def test_every_shipped_file_is_sound() -> None:
    """A map of real streets is not ours to ship: its folder is made by `shapan import`."""
    checked = check_all([ROOT / "scenarios"])
    problems = [str(problem) for one in checked for problem in one.errors]
    assert [line for line in problems if "map.folder: there is no folder" not in line] == []
    assert len(checked) >= 5


def test_the_storm_starts_on_a_july_evening_and_lasts_a_day() -> None:
    clock = load_scenario(TIEXI).clock
    assert (clock.start.isoformat(), clock.duration, clock.step) == (
        "2022-07-28T18:00:00",
        86400.0,
        60.0,
    )


def test_the_plan_promises_relief_in_ten_hours_and_a_warning_for_92_of_100() -> None:
    promised = {target.kpi: target for target in load_targets(TIEXI).targets}
    assert promised["relief_last"].at_most == 10
    assert promised["warning_coverage"].at_least == 0.92
    assert promised["warning_coverage"].met_by(0.92)
    assert not promised["warning_coverage"].met_by(0.919)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_time_that_the_text_does_not_promise_is_marked_as_assumed(path: Path) -> None:
    """The plan's text states one time only: relief within ten hours."""
    for clause in load_plan(path).clauses:
        if clause.within is not None and "within" not in clause.assumed:
            assert (clause.within, clause.do) == (36_000.0, "send_supplies"), clause.id


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the plans' full texts are not on this machine")
def test_every_quoted_sentence_stands_in_the_written_plan() -> None:
    text = re.sub(r"\s", "", next(TEXTS.glob("001_*.txt")).read_text(encoding="utf-8"))
    quoted = [clause.source for path in PLANS for clause in load_plan(path).clauses]
    quoted += [target.source for target in load_targets(TIEXI).targets]
    missing = [one.text for one in quoted if re.sub(r"\s", "", one.text) not in text]
    assert missing == []
