"""A finished model, written down: tables, rasters, vectors and the manifest of its run folder."""

from __future__ import annotations

import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.core.cells import write_csv
from sim.core.files import whole, write_text
from sim.model.disaster import Disaster
from sim.model.legend import with_legend
from sim.model.observe import KEPT
from sim.model.people_table import as_lived, final_columns
from sim.model.results import FORMAT, MANIFEST
from sim.world.digest import world_sha256
from sim.world.geofiles import write_geojson, write_geotiff, write_geotiff_times
from sim.world.layers import LAYERS
from sim.world.zoning import edge_middles_m, zone_cells, zones_at

#: layers of the end of a run, each a GeoTIFF of its own
FINAL_LAYERS: Final = (
    "max_depth_m",
    "max_speed_m_per_s",
    "max_hazard_rating",
    "arrival_s",
    "wet_s",
    "pga_m_per_s2",
    "pgv_m_per_s",
    "intensity",
    "fire_arrival_s",
    "flame_length_m",
    "fireline_w_per_m",
    "gas_zone",
    "max_ice_m",
    "slope_state",
)
_PACKAGES: Final = ("mesa", "numba", "numpy", "pandas", "scipy", "simpy")


def write_run(model: Disaster, folder: Path) -> None:
    """Write the tables of a finished run, and the layers of its end."""
    for name, table in tables(model).items():
        write_table(folder / f"{name}.parquet", table)
    write_csv(folder / "clauses.csv", _clauses(model))
    _closures(model, folder / "closures.geojson")
    for name in FINAL_LAYERS:
        if name in model.fields:
            write_geotiff(
                folder / "rasters" / f"{name}.tif",
                model.fields[name],
                model.world.grid,
                unit=LAYERS[name].unit,
                name=name,
            )


def write_moments(model: Disaster, folder: Path) -> None:
    """Write the layers that were kept through time."""
    for name in KEPT:
        if model.recorder.has(name):
            write_geotiff_times(
                folder / "rasters" / f"{name}.tif",
                model.recorder.kept(name),
                model.recorder.times_s,
                model.world.grid,
                unit=LAYERS[name].unit,
                name=name,
            )


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet table, whole or not at all; its columns say what they mean."""
    packed = with_legend(path.stem, pa.Table.from_pandas(table, preserve_index=False))
    with whole(path) as temporary:
        pq.write_table(packed, temporary, compression="zstd")


def tables(model: Disaster) -> dict[str, pd.DataFrame]:
    """Return the run's tables by file name."""
    return {
        "events": _events(model),
        "series": pd.DataFrame(model.recorder.rows),
        "closures": _spells(model),
        "states": model.history.table(),
        "buildings": _buildings(model),
        "people": _people(model),
        "census": model.recorder.census.table(),
        "shelters": _shelters(model),
        "clauses": _clauses(model),
        "messages": _messages(model),
        "relief": _relief(model),
        "trips": _trips(model),
        "told": _told(model),
        "trapped": pd.DataFrame(model.people.population.trapped.fates()),
    }


def _events(model: Disaster) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": event.id,
            "t_s": event.t_s,
            "kind": event.kind,
            "who": event.who,
            "cause": event.cause,
            "facts": json.dumps(event.facts, sort_keys=True, ensure_ascii=False),
        }
        for event in model.log
    )


def _spells(model: Disaster) -> pd.DataFrame:
    """One row a closure; a road still closed at the end has no ``reopened_s``."""
    world = model.world
    still = [(edge, closed_s, np.nan) for edge, closed_s in model.roads.open_spells()]
    spells = sorted(model.roads.spells + still, key=lambda spell: (spell[1], spell[0]))
    edges = np.array([spell[0] for spell in spells], dtype=np.int32)
    roads = world.roads
    x_m, y_m = edge_middles_m(world)
    town = zones_at(world, zone_cells(world, "town"), x_m[edges], y_m[edges])
    return pd.DataFrame(
        {
            "edge": edges,
            "road": world.road_names[roads.name[edges]] if len(edges) else np.zeros(0, object),
            "zone": town,
            "length_m": roads.length_m[edges],
            "closed_s": [spell[1] for spell in spells],
            "reopened_s": [spell[2] for spell in spells],
            "max_depth_m": model.roads.closures.max_depth_m[edges],
        }
    )


def _buildings(model: Disaster) -> pd.DataFrame:
    """One row a building that water entered."""
    water = model.water
    wet = np.flatnonzero(np.isfinite(water.first_wet_s)).astype(np.int32)
    return pd.DataFrame(
        {
            "building": wet,
            "max_depth_m": water.building_depth_m[wet],
            "first_wet_s": water.first_wet_s[wet],
        }
    )


def _people(model: Disaster) -> pd.DataFrame:
    """One row a resident (each stands for ``weight``): codes as in `sim.agents`, times in s."""
    water, columns = model.water, as_lived(final_columns(model.people), model.log)
    first_s = water.first_wet_s[columns["home"]]
    times = {name: _known(column) for name, column in columns.items() if name.endswith("_s")}
    return pd.DataFrame(
        columns
        | times
        | {
            "home_max_depth_m": water.building_depth_m[columns["home"]],
            "home_first_wet_s": _known(first_s),
            "home_s": _known(model.people.population.indoors.home_s),
        }
    )


def _known(times_s: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(np.isfinite(times_s), times_s, np.nan).astype(np.float32)


def _shelters(model: Disaster) -> pd.DataFrame:
    """One row a shelter: places, residents inside at the end, whether it opened."""
    people, facilities = model.people, model.world.facilities
    rows = people.shelters.rows
    life = None if model.operations is None else model.operations.shelter_life
    lived = {} if life is None else life.table()
    return pd.DataFrame(
        lived
        | {
            "facility": rows,
            "id": facilities.id[rows],
            "capacity": facilities.capacity[rows],
            "people": people.shelters.persons_inside(),
            "opened": people.shelters.ever_open,
        }
    )


def _clauses(model: Disaster) -> pd.DataFrame:
    """One row a clause and round; see `sim.response.ledger`."""
    rows = [] if model.operations is None else model.operations.ledger.table(model.now_s)
    for row in rows:
        row["detail"] = json.dumps(row["detail"], sort_keys=True)
    return pd.DataFrame(rows)


def _messages(model: Disaster) -> pd.DataFrame:
    """One row a warning or order to the public, in the order of issue; ``heard`` counts them."""
    return pd.DataFrame(
        [
            {
                "message": message.id,
                "colour": message.colour,
                "advice": message.advice,
                "is_order": message.order,
                "channels": " ".join(message.channels),
                "zones": np.asarray(message.zones, dtype=np.int32),
                "issued_s": message.issued_s,
                "event": message.cause,
            }
            for message in model.people.population.warnings.messages
        ]
    )


def _relief(model: Disaster) -> pd.DataFrame:
    """One row a group of people in need; see `sim.response.supply.desk`."""
    rows = [] if model.operations is None else model.operations.supply.relief_rows()
    return pd.DataFrame(rows)


def _trips(model: Disaster) -> pd.DataFrame:
    """One row a load of relief goods; see `sim.response.supply.desk`."""
    rows = [] if model.operations is None else model.operations.supply.trip_rows()
    return pd.DataFrame(rows)


def _told(model: Disaster) -> pd.DataFrame:
    """One row a change of a post's picture; an empty value strikes out what was believed."""
    told = [] if model.operations is None else model.operations.told
    return pd.DataFrame(
        {
            "post": post,
            "about": key[0],
            "what": key[1] if len(key) > 1 else "",
            "place": key[2] if len(key) > 2 else "",
            "value": str(news.value),
            "t_s": news.t_s,
            "event": news.event,
            "origin": news.origin,
        }
        for post, key, news in told
    )


def _closures(model: Disaster, path: Path) -> None:
    world, closures = model.world, model.roads.closures
    spells = _spells(model)
    first = spells.drop_duplicates("edge")
    write_geojson(
        path,
        world.road_shapes,
        {
            "edge": np.arange(world.roads.n),
            "max_depth_m": closures.max_depth_m,
            "first_closed_s": _on_edges(world.roads.n, first, "closed_s"),
            "first_reopened_s": _on_edges(world.roads.n, first, "reopened_s"),
        },
        world.grid.crs,
        rows=first["edge"].to_numpy(),
    )


def _on_edges(n_edges: int, spells: pd.DataFrame, column: str) -> np.ndarray[Any, Any]:
    values = np.full(n_edges, np.nan)
    values[spells["edge"].to_numpy()] = spells[column].to_numpy(dtype=float)
    return values


def outline(model: Disaster) -> dict[str, Any]:
    """Return what a run is: scenario, seed, clock, and the moments that were kept."""
    scenario = model.scenario
    return {
        "format": FORMAT,
        "id": scenario.id,
        "title": scenario.title.model_dump(),
        "seed": model.streams.seed,
        "start": scenario.clock.start.isoformat(sep=" "),
        "duration_s": model.duration_s,
        "step_s": scenario.clock.step,
        "kept_s": model.recorder.times_s,
        "n_events": len(model.log),
    }


def manifest(model: Disaster, **about: Any) -> dict[str, Any]:
    """Return what a run must say of itself so that anyone can repeat it.

    Parameters
    ----------
    model : Disaster
    **about
        What only the caller knows: inputs with hashes, parameters, times taken.
    """
    return (
        outline(model)
        | {
            "state_sha256": model.recorder.state_sha256(),
            "map": model.world.provenance,
            "map_sha256": world_sha256(model.drawn),
            "schematic": model.world.schematic,
            "versions": versions(),
            "parameters": model.scenario.parameters,
        }
        | about
    )


def versions() -> dict[str, str]:
    """Return the versions of shapan, Python and the packages that figures depend on."""
    return {
        "shapan": metadata.version("shapan"),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in _PACKAGES},
    }


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write ``manifest.json``: the file by which a folder is known as a run."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str, allow_nan=False)
    write_text(folder / MANIFEST, text + "\n")
