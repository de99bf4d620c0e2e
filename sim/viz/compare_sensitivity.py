"""What the unknown numbers move, in the report of a study: pictures, tables, what chance does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sim.core.words import say
from sim.evaluation.ensembles.influence import Influences, Sensitivity
from sim.evaluation.ensembles.outcome import Outcome
from sim.scenario.varying import Range
from sim.viz.compare_figures import plan_label, sensitivity_bars
from sim.viz.report import picture_of
from sim.viz.report_tables import Sheet

_MOST_SENSITIVITIES: Final = 6


def sensitivity_of(outcome: Outcome, known: Influences, lang: str) -> dict[str, Any]:
    """Return method, pictures and tables of a sensitivity analysis; empty without one."""
    study = outcome.study
    if study.design is None:
        return {}
    design = study.design
    points = len(study.draws()) // design.each
    method = say(
        f"sensitivity.{design.method}", lang, size=design.size, points=points, each=design.each
    )
    shown = known.found[:_MOST_SENSITIVITIES]
    left_out = say("list.comma", lang).join(say(f"kpi.{kpi}", lang) for kpi in known.left_out)
    return {
        "method": method,
        "pictures": [
            picture_of(sensitivity_bars(one, title, lang), title)
            for one in shown
            for title in (_of_what(one, lang),)
        ],
        "tables": [
            {"title": _of_what(one, lang), "sheet": _indices(one, study.ranges, lang)}
            for one in known.found
        ],
        "split": [_split(one, lang) for one in shown if one.variances is not None],
        "left_out": say("sensitivity.left_out", lang, kpis=left_out) if left_out else "",
        "nothing": "" if known.found else say("sensitivity.nothing", lang),
    }


def _of_what(one: Sensitivity, lang: str) -> str:
    places = {"kpi": say(f"kpi.{one.kpi}", lang), "a": plan_label(one.plan, lang)}
    if one.less is None:
        return say("sensitivity.of_plan", lang, kpi=places["kpi"], plan=places["a"])
    return say("sensitivity.of_difference", lang, b=plan_label(one.less, lang), **places)


def _indices(one: Sensitivity, ranges: Sequence[Range], lang: str) -> Sheet:
    """Return the table of one figure, the strongest number first."""
    columns = [name for name in one.table.columns if name != "factor"]
    by = "st" if "st" in columns else "mu_star"
    stated = {known.id: known.words() for known in ranges}
    rows = [
        [str(row["factor"]), stated[str(row["factor"])], *(f"{row[name]:.3g}" for name in columns)]
        for _, row in one.table.sort_values(by, ascending=False, kind="stable").iterrows()
    ]
    head = ["factor", "range", *columns]
    return Sheet([say(f"sensitivity.head.{name}", lang) for name in head], rows, words=2)


def _split(one: Sensitivity, lang: str) -> str:
    assert one.variances is not None  # the caller has looked
    share = one.variances.knowledge_share
    return say(
        "sensitivity.split",
        lang,
        kpi=_of_what(one, lang),
        share=f"{100 * share.value:.0f}",
        low=f"{100 * share.low:.0f}",
        high=f"{100 * share.high:.0f}",
    )
