"""`shapan cover`: what stations, depots or shelters reach in time, and where new ones go best."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.cli.options import Lang

if TYPE_CHECKING:
    import pandas as pd

#: what is to be within reach
Sort = Literal["stations", "depots", "shelters"]


def cover(
    scenario: Annotated[Path, typer.Argument(help="A scenario folder, or its scenario.yaml.")],
    minutes: Annotated[
        float, typer.Option(min=1.5, help="From the call to the arrival; on foot to shelters.")
    ] = 5.0,
    of: Annotated[
        Sort, typer.Option(help="Fire stations, depots (the first truck) or shelters (on foot).")
    ] = "stations",
    new: Annotated[int, typer.Option(min=0, help="Look for sites of so many new ones.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Folder for cover.png and cover.csv; none is written else.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Share of area, people and buildings within reach in time; new sites; a map."""
    from sim.cli.language import checked_language
    from sim.core.words import say
    from sim.evaluation.cover import Cover
    from sim.model.build import world_of
    from sim.scenario.loading import load_scenario, scenario_folder

    lang = checked_language(lang)
    folder = scenario_folder(scenario)
    checked = load_scenario(folder)
    found = Cover(
        world_of(checked, folder),
        minutes=minutes,
        of=of,
        limits=checked.limits,
        crossings=checked.crossings,
    )
    typer.echo(say(f"cover.title_{of}", lang, minutes=f"{minutes:g}"))
    table = found.table()
    for line in _lines(table, lang):
        typer.echo(line)
    sites = None
    if new:
        sites, best = found.new_sites(new)
        how = say("cover.exact" if best.exact else "cover.near", lang)
        typer.echo(say(f"cover.with_{of}", lang, n=len(sites), how=how))
        after = found.with_new(sites)
        for line in _lines(after, lang):
            typer.echo(line)
        for node in sites.tolist():
            x_m, y_m = found.network.x_m[node], found.network.y_m[node]
            place = f"x {x_m:.0f} m, y {y_m:.0f} m"
            typer.echo(
                "  " + say("list.named", lang, what=say(f"cover.new_{of}", lang), told=place)
            )
        table = table.merge(after[["of", "share"]], on="of", suffixes=("", "_with_new"))
    if out is not None:
        from sim.core.files import write_text
        from sim.viz.cover_map import draw_cover
        from sim.viz.figures import save_png

        write_text(out / "cover.csv", table.to_csv(index=False))
        axes = draw_cover(found, new=sites, lang=lang, minutes=minutes, of=of)
        figure = axes.get_figure(root=True)
        assert figure is not None  # the axes were drawn on one just now
        save_png(figure, out / "cover.png")
        typer.echo(say("cover.written", lang, path=out))


def _lines(table: pd.DataFrame, lang: str) -> list[str]:
    from sim.core.words import say

    shares = {say(f"cover.{row.of}", lang): f"{row.share:.1%}" for row in table.itertuples()}
    return ["  " + say("list.named", lang, what=what, told=told) for what, told in shares.items()]
