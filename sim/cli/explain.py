"""`shapan explain`: why a clause broke, why a resident did not leave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Lang

if TYPE_CHECKING:
    from sim.model.results import Results


def explain(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run.")],
    clause: Annotated[
        str | None, typer.Option(help="A clause of its plan, e.g. W2: what became of it, and why.")
    ] = None,
    person: Annotated[
        int | None, typer.Option(help="A resident's number: heard, decided, lived through what.")
    ] = None,
    picture: Annotated[
        str | None, typer.Option(help="A post of its plan: what it believed, and what was.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Time of day of the picture, e.g. 21:30; else the end.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Tell a finished run in words; with no option: the story and the first failure's chain.

    用文字说明推演结果：某条款为何未按时完成、某居民为何没有转移。
    """
    from sim.cli.language import checked_language
    from sim.core.words import say
    from sim.evaluation.explain_clause import explain_clause
    from sim.evaluation.explain_person import explain_person
    from sim.evaluation.failure import first_failure
    from sim.evaluation.picture import explain_picture
    from sim.evaluation.story import story
    from sim.model.results import Results

    lang = checked_language(lang)
    results = Results(run)
    told: list[str] = []
    if clause is not None:
        told += explain_clause(results, clause, lang)
    if person is not None:
        told += explain_person(results, person, lang)
    if picture is not None:
        told += explain_picture(results, picture, _moment_s(results, at), lang)
    if clause is None and person is None and picture is None:
        told.append(story(results, lang))
        failure = first_failure(results)
        if failure is not None:
            told += ["", say("failure.chain", lang), *(link.text[lang] for link in failure.links)]
    typer.echo("\n".join(told))


def _moment_s(results: Results, at: str | None) -> float:
    """Return seconds from the run's start of a time of day; its end for none."""
    if at is None:
        return float(results.manifest["duration_s"])
    try:
        return results.seconds_at(at)
    except ValueError as error:
        raise typer.BadParameter(error.args[0], param_hint="--at") from None
