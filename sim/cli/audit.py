"""`shapan audit`: what written plans leave open, and where they contradict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Lang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.audit_read import Remark


def audit(
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN...", help="Plan files, or folders.")],
    under: Annotated[
        Path | None, typer.Option(help="The plan of the level above, which all must fit.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Exit code 1 when there is any remark.")] = False,
    lang: Lang = "en",
) -> None:
    """List every vague promise and contradiction of plans, with line and sentence.

    审查预案：列出未写明岗位、时限、条件、资源的条款和相互矛盾之处，附行号与原文。
    """
    from sim.cli.language import checked_language
    from sim.scenario.audit import audit as audit_plans
    from sim.scenario.audit import read_plans

    lang = checked_language(lang)
    above = read_plans([under])[0] if under is not None else None
    audited = read_plans(plans)
    remarks = audit_plans(audited, above)
    _tell(remarks, sum(len(one.plan.clauses) for one in audited), lang)
    if strict and remarks:
        raise typer.Exit(1)


def _tell(remarks: Sequence[Remark], n_clauses: int, lang: str) -> None:
    """Print remarks, the sentence once for each clause, and how many there are of each sort."""
    from sim.core.errors import visible
    from sim.core.words import say
    from sim.scenario.audit import SORTS

    quoted = ("", "", "")
    for remark in remarks:
        typer.echo(remark.problem.in_language(lang))
        quote = (remark.file, remark.clause, remark.sentence)
        if remark.sentence and quote != quoted:
            quoted, text = quote, visible(remark.sentence)
            typer.echo(say("audit.sentence", lang, section=remark.section, text=text))
    typer.echo(say("audit.sum", lang, clauses=n_clauses, remarks=len(remarks)))
    for sort in SORTS:
        n = sum(remark.sort == sort for remark in remarks)
        if n:
            typer.echo(say("audit.count", lang, n=n, what=say(f"audit.sum.{sort}", lang)))
