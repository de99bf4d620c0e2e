"""`shapan import`: a map from real files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Lang

if TYPE_CHECKING:
    from sim.world.world import World

import_ = typer.Typer(
    name="import",
    help="Make a map from OpenStreetMap and elevation files. 由真实数据制作地图。",
    no_args_is_help=True,
)


@import_.command()
def osm(
    file: Annotated[Path, typer.Argument(help="An extract: .osm.pbf, .osm, .osm.gz, .osm.bz2.")],
    out: Annotated[Path, typer.Option(help="The map's folder; an older map there is replaced.")],
    cell: Annotated[float, typer.Option(min=0.5, max=1000, help="Side of a cell, m.")] = 5.0,
    dem: Annotated[Path | None, typer.Option(help="GeoTIFF of ground level, m.")] = None,
    population: Annotated[
        int | None, typer.Option(min=0, help="Residents; by default what the homes have room for.")
    ] = None,
    bbox: Annotated[
        str | None, typer.Option(help="west,south,east,north in degrees; by default the file's.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same file and seed, same map.")] = 1,
    lang: Lang = "en",
) -> None:
    """Make a map folder from an OpenStreetMap extract, and say what was left out.

    由 OpenStreetMap 数据生成地图目录，并列出舍弃的内容。
    """
    from sim.cli.language import checked_language
    from sim.world.maps.osm import import_osm
    from sim.world.store import save_world

    lang = checked_language(lang)
    box = _box(bbox) if bbox is not None else None
    world = import_osm(file, cell_m=cell, seed=seed, dem=dem, population=population, box=box)
    save_world(world, out)
    _tell(world, out, lang)


@import_.command()
def dem(
    file: Annotated[Path, typer.Argument(help="GeoTIFF of ground level, m, in any system.")],
    into: Annotated[Path, typer.Option(help="The folder of a map made by `shapan import osm`.")],
    lang: Lang = "en",
) -> None:
    """Put real elevation under a map: reprojected, resampled and checked.

    为已有地图换上实测高程。
    """
    from sim.cli.language import checked_language
    from sim.core.words import say
    from sim.world.maps.dem import with_dem
    from sim.world.store import load_world, save_world

    lang = checked_language(lang)
    world, filled_share = with_dem(load_world(into), file)
    save_world(world, into)
    typer.echo(say("import.filled", lang, share=filled_share))
    _tell(world, into, lang)


def _tell(world: World, folder: Path, lang: str) -> None:
    """Print summary and checks; leave with exit code 2 when a check failed."""
    from sim.cli.map_summary import check_lines, summary_lines
    from sim.core.words import say

    checks, sound = check_lines(world, lang)
    for line in (*summary_lines(world, lang), *checks):
        typer.echo(line)
    typer.echo(say("import.written", lang, path=folder))
    if not sound:
        raise typer.Exit(2)


def _box(text: str) -> tuple[float, float, float, float]:
    """Return four numbers, or leave with exit code 2."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        from sim.core.words import said

        says = said("usage.bbox", found=text)
        raise typer.BadParameter(says, param_hint="--bbox") from None
    return (west, south, east, north)
