"""A map on disk: a folder of GeoTIFF layers, Parquet tables and one map.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field, ValidationError

from sim.core.errors import InputError, Problem
from sim.core.files import whole_folder, write_text
from sim.core.words import said
from sim.scenario.base import Part
from sim.scenario.rasters import MAX_CELLS
from sim.world.geofiles import fault, read_geotiff, write_geotiff
from sim.world.grid import Grid
from sim.world.layers import LAYERS, Layers
from sim.world.summary import summary_of
from sim.world.table import Table
from sim.world.tablefiles import as_table, read_columns, shapes_in, write_table
from sim.world.tables import (
    Buildings,
    Facilities,
    Households,
    Levees,
    Names,
    Nodes,
    People,
    Points,
    Roads,
    Waters,
    Zones,
)
from sim.world.world import World

FORMAT: Final = "shapan/map/1"
MAP_FILE: Final = "map.json"

#: what the ground must say before anything can run on it
GROUND: Final = (
    "elevation_m",
    "manning_n",
    "infiltration_m_per_s",
    "drain_m_per_s",
    "built_share",
    "land",
)


@dataclass(frozen=True, eq=False)
class _RoadNames(Table):
    name: Names


@dataclass(frozen=True)
class _Kept:
    """How a table of `World` is kept: its type, its shapes, and the tables its columns point to."""

    table: type[Table]
    shapes: str = ""
    points_to: tuple[tuple[str, str, int], ...] = ()  # column, table, lowest row allowed


_TABLES: Final[dict[str, _Kept]] = {
    "nodes": _Kept(Nodes),
    "roads": _Kept(
        Roads,
        "road_shapes",
        (("from_node", "nodes", 0), ("to_node", "nodes", 0), ("name", "road_names", 0)),
    ),
    "buildings": _Kept(
        Buildings, "building_shapes", (("zone", "zones", -1), ("node", "nodes", -1))
    ),
    "households": _Kept(Households, "", (("building", "buildings", 0),)),
    "people": _Kept(People, "", (("household", "households", 0),)),
    "facilities": _Kept(Facilities, "", (("zone", "zones", -1), ("node", "nodes", -1))),
    "zones": _Kept(Zones, "zone_shapes", (("parent", "zones", -1),)),
    "waters": _Kept(Waters, "water_shapes"),
    "levees": _Kept(Levees, "levee_shapes"),
    "points": _Kept(Points, "", (("edge", "roads", -1),)),
    "road_names": _Kept(_RoadNames),
}


class _GridPart(Part):
    ny: Annotated[int, Field(gt=0)]
    nx: Annotated[int, Field(gt=0)]
    cell_m: Annotated[float, Field(gt=0)]
    west_m: float
    north_m: float
    crs: str


class MapFile(Part):
    """``map.json``: what the folder holds and where it comes from."""

    format: Literal["shapan/map/1"]
    id: str
    name_en: str
    name_zh: str
    schematic: bool
    grid: _GridPart
    layers: list[str]
    rows: dict[str, int]
    provenance: dict[str, Any]
    summary: dict[str, Any]


def save_world(world: World, folder: Path) -> None:
    """Write a map folder; an older map there is replaced, anything else is left alone.

    Raises
    ------
    FolderInUseError
        When ``folder`` holds files that are not a map.
    """
    grid = world.grid
    tables = {name: getattr(world, name) for name in _TABLES}
    tables["road_names"] = _RoadNames(world.road_names)
    with whole_folder(folder, marker=MAP_FILE) as new:
        for name, array in world.layers.items():
            path = new / "layers" / f"{name}.tif"
            unit, nodata = LAYERS[name].unit, np.nan if array.dtype.kind == "f" else 255
            write_geotiff(path, array, grid, unit=unit, name=name, nodata=nodata)
        (new / "tables").mkdir()
        for name, kept in _TABLES.items():
            shapes = getattr(world, kept.shapes) if kept.shapes else None
            write_table(_table_path(new, name), tables[name], shapes)
        document = MapFile(
            format=FORMAT,
            id=world.id,
            name_en=world.name_en,
            name_zh=world.name_zh,
            schematic=world.schematic,
            grid=_GridPart(
                ny=grid.ny,
                nx=grid.nx,
                cell_m=float(grid.cell_m),
                west_m=float(grid.west_m),
                north_m=float(grid.north_m),
                crs=grid.crs,
            ),
            layers=list(world.layers),
            rows={name: table.n for name, table in tables.items()},
            provenance=world.provenance,
            summary=summary_of(world),
        )
        write_text(new / MAP_FILE, document.model_dump_json(indent=2) + "\n")


def load_world(folder: Path) -> World:
    """Read a map folder written by `save_world`.

    Raises
    ------
    InputError
        When something is missing, of another version, corrupt, too large, or does not fit
        together; the message names the file and the fault.
    """
    document = _read_map_file(folder / MAP_FILE)
    grid = Grid(**document.grid.model_dump())
    parts: dict[str, Any] = {}
    for name, kept in _TABLES.items():
        path = _table_path(folder, name)
        columns = read_columns(path, expected_rows=document.rows[name])
        if kept.shapes:
            parts[kept.shapes] = shapes_in(path, columns, optional=name == "buildings")
        parts[name] = as_table(path, kept.table, columns)
    _check_references(folder, parts)
    parts["road_names"] = parts["road_names"].name
    return World(
        id=document.id,
        name_en=document.name_en,
        name_zh=document.name_zh,
        schematic=document.schematic,
        layers=_read_layers(folder, document.layers, grid),
        provenance=document.provenance,
        **parts,
    )


def _table_path(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.parquet"


def _read_map_file(path: Path) -> MapFile:
    if not path.is_file():
        raise fault(path, said("map_file.no_map"))
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text)
        found = document.get("format") if isinstance(document, dict) else None
        if found != FORMAT:
            raise fault(path, said("map_file.format", found=repr(found), known=FORMAT), "format")
        # JSON has no tuples or numpy types, so strict parsing of the text is exact
        checked = MapFile.model_validate_json(text)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise fault(path, said("map_file.not_json", error=error)) from None
    except ValidationError as error:
        problems = [
            Problem(str(path), 0, ".".join(str(part) for part in one["loc"]), one["msg"])
            for one in error.errors()
        ]
        raise InputError(problems) from None
    if checked.grid.ny * checked.grid.nx > MAX_CELLS:
        raise fault(path, said("map_file.cells", most=f"{MAX_CELLS:,}"), "grid")
    if set(checked.rows) != set(_TABLES):
        says = said("map_file.tables", found=sorted(checked.rows), wanted=sorted(_TABLES))
        raise fault(path, says, "rows")
    return checked


def _read_layers(folder: Path, names: list[str], grid: Grid) -> Layers:
    layers = Layers(grid)
    for name in dict.fromkeys((*GROUND, *names)):
        path = folder / "layers" / f"{name}.tif"
        if name not in LAYERS:
            raise fault(folder / MAP_FILE, said("map_file.layer", name=repr(name)), "layers")
        values = read_geotiff(path, grid, LAYERS[name].dtype)
        if name in GROUND and not np.isfinite(values).all():
            n = int((~np.isfinite(values)).sum())
            raise fault(path, said("map_file.not_finite", n=n))
        layers.write(name, values)
    return layers


def _check_references(folder: Path, parts: dict[str, Any]) -> None:
    for name, kept in _TABLES.items():
        for column, other, lowest in kept.points_to:
            rows = getattr(parts[name], column)
            allowed = parts[other].n
            if len(rows) and (rows.min() < lowest or rows.max() >= allowed):
                wrong = rows.min() if rows.min() < lowest else rows.max()
                says = said("map_file.dangling", row=wrong, table=other, rows=allowed)
                raise fault(_table_path(folder, name), says, column)
