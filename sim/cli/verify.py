"""`shapan verify`: what we compute against exact solutions and published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Lang
from sim.evaluation.verification import SUITES


def verify(
    suite: Annotated[str, typer.Argument(help=f"What to verify: {', '.join(SUITES)}.")] = "flood",
    quick: Annotated[bool, typer.Option("--quick", help="Only checks of a few seconds.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write JSON.")] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Also write CSV.")] = None,
    lang: Lang = "en",
) -> None:
    """Run the verification cases; exit code 1 when one fails.

    与精确解和文献数值对照验证；有一项不合格时退出码为 1。
    """
    from sim.cli.language import checked_language
    from sim.core.files import write_text
    from sim.core.words import say
    from sim.evaluation import verification
    from sim.evaluation.verification.case import run_suite
    from sim.evaluation.verification.tables import (
        as_csv,
        as_json,
        case_line,
        heads_line,
        verdict,
    )

    lang = checked_language(lang)
    checks = verification.SUITES[suite]
    typer.echo(heads_line(lang))
    cases = []
    for case in run_suite(checks, quick=quick):
        typer.echo(case_line(case, lang))
        cases.append(case)
    if json_file is not None:
        write_text(json_file, as_json(cases))
    if csv_file is not None:
        write_text(csv_file, as_csv(cases))
    verdicts = [verdict(case) for case in cases]
    counts = {name: verdicts.count(name) for name in ("pass", "fail", "limit")}
    typer.echo(
        say(
            "verify.summary",
            lang,
            passed=counts["pass"],
            failed=counts["fail"],
            limits=counts["limit"],
        )
    )
    if counts["fail"]:
        raise typer.Exit(1)
