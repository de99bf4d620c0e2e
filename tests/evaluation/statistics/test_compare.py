"""Two plans in the same disasters: who is better, how sure, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.rng import Streams
from sim.core.words import LANGUAGES, catalogue
from sim.evaluation.kpis import KPIS
from sim.evaluation.statistics.compare import compare, compare_figures, compare_with
from sim.evaluation.statistics.rules import Aim, Rules, aim, aimed
from sim.evaluation.statistics.runs import COLUMNS, UnknownRunError, matched, state_of
from sim.evaluation.statistics.verdict import about, sentences

Side = Sequence[float | str]

#: quick resampling: the bootstrap itself is verified elsewhere
RULES = Rules(resamples=999)


def table(kpi: str, unit: str, **plans: Side) -> pd.DataFrame:
    """Return runs of plans; a word in place of a number is the state of a run without one."""
    rows = []
    for plan, values in plans.items():
        for replication, value in enumerate(values):
            state = value if isinstance(value, str) else "ok"
            number = math.nan if isinstance(value, str) else value
            rows.append(("storm", plan, replication, kpi, number, unit, state))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def spread(n: int, seed: int = 0) -> np.ndarray:
    """Return n values that differ from each other, between 0 and 1."""
    return Streams(seed).page("values", 0, n)


def times(**plans: Side) -> pd.DataFrame:
    return table("clearance_90", "min", **plans)


def verdict_of(runs: pd.DataFrame, **options: object) -> tuple[str, str]:
    found = compare(runs, str(runs["kpi"].iloc[0]), "a", "b", rules=RULES, **options)  # type: ignore[arg-type]
    return found.verdict.key, found.verdict.winner


USUAL = (100 + 40 * spread(100)).tolist()
NOISE = (spread(100, 1) - 0.5).tolist()


def shifted(by: float, noise: float = 4.0) -> list[float]:
    return [value + by + noise * luck for value, luck in zip(USUAL, NOISE, strict=True)]


@pytest.mark.parametrize(
    ("b", "key", "winner"),
    [
        (shifted(12), "better", "a"),
        (shifted(-12), "better", "b"),
        (shifted(5, 8), "slightly_better", "a"),
        (shifted(0.5), "no_difference", ""),
        (USUAL, "same", ""),
        (shifted(4.5, 100), "cannot_tell", ""),
        (shifted(12)[:10], "too_few_runs", ""),
        (shifted(12)[:1], "no_pairs", ""),
    ],
)
def test_the_verdict_follows_from_where_the_interval_lies(
    b: list[float], key: str, winner: str
) -> None:
    assert verdict_of(times(a=USUAL[: len(b)], b=b)) == (key, winner)


def test_more_is_better_where_more_people_are_warned() -> None:
    warned = [0.8 + 0.1 * part for part in spread(50)]
    fewer = [value - 0.05 - 0.01 * luck for value, luck in zip(warned, NOISE[:50], strict=True)]

    assert verdict_of(table("warned_share", "1", a=warned, b=fewer)) == ("better", "a")


def test_a_few_heavy_losses_give_no_verdict_on_the_average() -> None:
    deaths = [60.0 if number % 20 == 0 else 0.0 for number in range(100)]
    found = compare(table("dead", "1", a=[0.0] * 100, b=deaths), "dead", "a", "b", rules=RULES)

    assert found.verdict.key == "rare_losses"
    assert found.more_runs >= 25 * 17.05 - 100
    assert (found.beyond_a.value, found.beyond_b.value) == (0.0, 0.05)


def test_deaths_get_no_verdict_below_a_hundred_disasters() -> None:
    deaths = (20 + 5 * spread(60)).tolist()

    assert verdict_of(table("dead", "1", a=[0.0] * 60, b=deaths))[0] == "too_few_runs"


def test_a_run_that_has_not_finished_is_later_than_any_and_in_no_average() -> None:
    found = compare(
        times(a=USUAL, b=["unfinished"] * 8 + shifted(12)[8:]),
        "clearance_90",
        "a",
        "b",
        rules=RULES,
    )

    assert found.pairs.unfinished_b == 8
    assert found.pairs.a_better == 100
    assert math.isnan(found.mean_b)
    assert math.isnan(found.by_t.value)
    assert found.difference.method == "median"
    assert (found.verdict.key, found.verdict.winner) == ("better", "a")


def test_two_unfinished_runs_are_equal_and_widen_the_range_to_both_sides() -> None:
    late = compare(
        times(a=["unfinished"] * 8 + USUAL[8:], b=["unfinished"] * 8 + shifted(12)[8:]),
        "clearance_90", "a", "b", rules=RULES,
    )  # fmt: skip
    early = compare(
        times(a=USUAL, b=["unfinished", *shifted(12)[1:]]), "clearance_90", "a", "b", rules=RULES
    )

    assert late.pairs.equal == 8
    assert late.difference.high > early.difference.high


def test_failed_runs_are_not_compared_but_can_take_the_verdict_away() -> None:
    few = compare(
        times(a=USUAL, b=["failed", *shifted(30)[1:]]), "clearance_90", "a", "b", rules=RULES
    )
    many = compare(
        times(a=USUAL, b=["failed"] * 30 + shifted(12)[30:]), "clearance_90", "a", "b", rules=RULES
    )

    assert (few.n, few.pairs.failed_b, few.verdict.key) == (99, 1, "better")
    assert (many.n, many.pairs.failed_b, many.verdict.key) == (70, 30, "failed_runs")
    worst, best = many.if_failed
    assert worst.low > best.low or best.low > worst.low


def test_a_run_missing_from_the_table_has_failed() -> None:
    runs = times(a=USUAL, b=shifted(12))
    runs = runs[~((runs["plan"] == "b") & (runs["replication"] == 7))]

    assert compare(runs, "clearance_90", "a", "b", rules=RULES).pairs.failed_b == 1


def test_a_figure_that_does_not_apply_is_left_out_and_counted() -> None:
    found = compare(
        times(a=["not_judged", *USUAL[1:]], b=shifted(12)), "clearance_90", "a", "b", rules=RULES
    )

    assert (found.n, found.pairs.not_judged, found.verdict.key) == (99, 1, "better")


def test_the_order_of_rows_does_not_matter() -> None:
    runs = times(a=USUAL, b=shifted(5, 8))
    mixed = runs.sample(frac=1, random_state=3)

    ours = compare(mixed, "clearance_90", "a", "b", rules=RULES)

    assert ours == compare(runs, "clearance_90", "a", "b", rules=RULES)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.floats(-50, 50, allow_subnormal=False), min_size=20, max_size=40).map(
        lambda changes: [round(change, 3) for change in changes]
    )
)
def test_b_against_a_is_the_mirror_of_a_against_b(changes: list[float]) -> None:
    base = USUAL[: len(changes)]
    other = [value + change for value, change in zip(base, changes, strict=True)]
    runs = times(a=base, b=other)
    rules = Rules(resamples=999)

    one = compare(runs, "clearance_90", "a", "b", rules=rules)
    back = compare(runs, "clearance_90", "b", "a", rules=rules)

    settled = {"better", "no_difference", "same", "rare_losses"}
    assert back.verdict.winner == one.verdict.winner
    assert one.verdict.key in settled or one.more_runs != 0
    assert back.pairs.a_better == one.pairs.b_better
    mirrored = back.difference.turned()
    assert (mirrored.value, mirrored.low, mirrored.high) == pytest.approx(
        (one.difference.value, one.difference.low, one.difference.high), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("change", [lambda runs: times(a=USUAL, b=runs)], ids=["times"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_verdict_is_said_without_p_values(
    lang: str, change: Callable[[Side], pd.DataFrame]
) -> None:
    for b in (shifted(12), shifted(0.5), USUAL, ["unfinished"] * 8 + shifted(1)[8:], USUAL[:1]):
        found = compare(change(b), "clearance_90", "a", "b", rules=RULES, disasters="flood")
        text = " ".join(str(one.in_language(lang)) for one in sentences(found))

        assert text
        assert "{" not in text
        assert "p =" not in text


def test_the_headline_counts_disasters() -> None:
    found = compare(
        times(a=USUAL, b=shifted(12)), "clearance_90", "a", "b", rules=RULES, disasters="flood"
    )

    assert str(sentences(found)[1]).startswith("In 100 of 100 simulated floods, ")
    assert sentences(found)[1].in_language("zh").startswith("在模拟的100场洪水中，有100次")


def test_several_plans_are_held_to_stricter_levels_than_one() -> None:
    runs = times(now=USUAL, one=shifted(12), two=shifted(1), three=shifted(0.1, 90))

    found = compare_with(runs, "clearance_90", ["one", "two", "three"], "now", rules=RULES)

    assert [round(one.difference.level, 4) for one in found] == [0.9833, 0.975, 0.95]
    assert found[0].verdict.winner == "now"


def test_all_figures_with_a_better_side_are_compared() -> None:
    runs = pd.concat([times(a=USUAL, b=shifted(12)), table("rain_depth", "mm", a=USUAL, b=USUAL)])

    assert [one.kpi for one in compare_figures(runs, "a", "b", rules=RULES)] == ["clearance_90"]


def test_what_cannot_be_compared_is_refused_with_a_guess() -> None:
    runs = pd.concat([times(a=USUAL, b=USUAL), table("rain_depth", "mm", a=USUAL, b=USUAL)])

    with pytest.raises(UnknownRunError, match="did you mean 'clearance_90'"):
        compare(runs, "clearance_9", "a", "b")
    with pytest.raises(UnknownRunError, match="no run has the plan 'c'; there are: a, b"):
        compare(runs, "clearance_90", "a", "c")
    with pytest.raises(UnknownRunError, match="describes the disaster"):
        compare(runs, "rain_depth", "a", "b")
    with pytest.raises(ValueError, match="twice"):
        matched(pd.concat([runs, runs]), "clearance_90", "a", "b")


def test_every_aim_is_a_registered_figure() -> None:
    assert set(aimed()) <= set(KPIS)
    kinds = {found.kind for kpi in aimed() if (found := aim(kpi, "min"))}
    assert {f"difference.{kind}" for kind in kinds} <= set(catalogue())
    assert aim("clearance_90", "min") == Aim("low", 5.0, "min")
    assert aim("relief_last", "h") == Aim("low", pytest.approx(5 / 60), "h")
    assert aim("rain_depth", "mm") is None


def test_the_state_of_a_figure_follows_from_why_it_is_missing() -> None:
    assert [state_of(why) for why in ("", "not_reached", "no_case")] == [
        "ok",
        "unfinished",
        "not_judged",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rare_losses_are_counted_before_they_are_averaged(lang: str) -> None:
    deaths = [60.0 if number % 20 == 0 else 0.0 for number in range(100)]
    found = compare(table("dead", "1", a=[0.0] * 100, b=deaths), "dead", "a", "b", rules=RULES)

    counted = sentences(found)[2].in_language(lang)

    assert {"en": "in 0 of 100 with a", "zh": "100次中 a 有0次"}[lang] in counted


def test_of_three_disasters_nobody_tells_whether_rare_losses_decide() -> None:
    runs = table("caught", "1", a=[0.0, 0.0, 90.0], b=[0.0, 0.0, 0.0])
    found = compare(runs, "caught", "a", "b", rules=RULES)

    assert found.too_skewed
    assert not any("rare heavy losses" in str(one) for one in sentences(found))


def test_plans_that_never_differed_get_no_range_of_nothing_but_how_often_they_still_might() -> None:
    runs = table("dead", "1", a=[0.0] * 30, b=[0.0] * 30)
    told = [str(one) for one in sentences(compare(runs, "dead", "a", "b", rules=RULES))]

    assert told[0].startswith("No verdict below 100")
    assert told[1].startswith("a and b gave the same in each of 30")
    assert told[2].endswith("up to 12 of 100.")  # 1 - 0.025^(1/30) = 0.116
    assert len(told) == 3


def test_a_share_is_so_many_percent_and_a_difference_of_shares_so_many_points() -> None:
    share = [0.5 if number % 20 == 0 else 0.9 for number in range(100)]
    runs = table("warned_before_water", "1", a=[0.95] * 100, b=share)
    told = " ".join(map(str, sentences(compare(runs, "warned_before_water", "a", "b"))))

    assert "95 % with a, 90 % with b" in told
    assert "by 7.0 percentage points" in told


@pytest.mark.parametrize(("lang", "nobody"), [("en", "nobody acting"), ("zh", "无人行动")])
def test_nobody_acting_is_a_plan_with_a_name(lang: str, nobody: str) -> None:
    runs = table("caught", "1", plan=[10.0 + n % 3 for n in range(30)], none=[90.0] * 30)
    found = compare(runs.replace({"plan": {"none": ""}}), "caught", "plan", "", rules=RULES)
    told = [one.in_language(lang) for one in sentences(found)]
    assert nobody in told[1]
    assert found.verdict.winner == "plan"


@pytest.mark.parametrize(("known", "told"), [(0, "0"), (1, "10"), (86, "90"), (346, "350")])
def test_more_runs_are_named_no_finer_than_they_are_known(known: int, told: str) -> None:
    assert about(known) == told


def test_a_plan_that_gains_once_what_it_loses_once_is_neither_higher_nor_lower() -> None:
    even = [0.0] * 98
    found = compare(table("dead", "1", a=[1.0, 0.0, *even], b=[0.0, 1.0, *even]), "dead", "a", "b")
    told = " ".join(one.in_language("en") for one in sentences(found))
    assert "On average it is the same with a and with b" in told
