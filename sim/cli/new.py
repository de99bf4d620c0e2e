"""`shapan new`: a schematic map from a county's facts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Lang

if TYPE_CHECKING:
    from sim.world.world import World


def new(
    facts: Annotated[Path, typer.Argument(help="A facts file, or the folder of facts.yaml.")],
    out: Annotated[Path, typer.Option(help="The map's folder; an older map there is replaced.")],
    cell: Annotated[float, typer.Option(min=1, max=1000, help="Side of a cell, m.")] = 20.0,
    seed: Annotated[int, typer.Option(min=0, help="Same facts, cell and seed: same map.")] = 1,
    lang: Lang = "en",
) -> None:
    """Make a schematic map of a county from its facts, check it, and say what was assumed.

    由区县资料生成示意地图，逐项检查，并列出假设内容。
    """
    from sim.cli.language import checked_language
    from sim.cli.map_summary import summary_lines
    from sim.core.words import say
    from sim.scenario.facts import load_facts
    from sim.world.maps.generator import make_map
    from sim.world.store import save_world

    lang = checked_language(lang)
    began_s = time.monotonic()
    world = make_map(load_facts(facts), cell_m=cell, seed=seed)
    save_world(world, out)
    for line in (*summary_lines(world, lang), *_towns(world, lang), *_assumed(world, lang)):
        typer.echo(line)
    sound = True
    typer.echo(say("map_check.title", lang))
    for says, ok in _checks(world, lang):
        typer.echo(f"  {says}")
        sound &= ok
    typer.echo(say("new.written", lang, path=out, seconds=time.monotonic() - began_s))
    if not sound:
        raise typer.Exit(2)


def _towns(world: World, lang: str) -> Iterator[str]:
    """Yield the towns with their people, to be held against a yearbook."""
    from sim.core.words import say
    from sim.world.tables import ZONE_LEVELS

    zones = world.zones
    yield say("new.towns", lang)
    for row in range(zones.n):
        if zones.level[row] == ZONE_LEVELS.index("town"):
            name = zones.name_zh[row] if lang == "zh" else zones.name_en[row]
            parts = int((zones.parent == row).sum())
            people = int(zones.population[row])
            yield say("new.town", lang, name=name, people=people, communities=parts)


def _assumed(world: World, lang: str) -> Iterator[str]:
    from sim.core.words import say

    parts = world.provenance["assumed"]
    yield say("new.assumed", lang, n=len(parts), parts=", ".join(parts))


def _checks(world: World, lang: str) -> Iterator[tuple[str, bool]]:
    from sim.world.checks import checks_of

    for finding in checks_of(world):
        yield finding.says(lang), finding.ok
