"""The ids that a scenario's map will have, as far as its files tell without making it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sim.scenario.paths import in_folder
from sim.scenario.yaml_guard import read_file

#: sort of name -> table of a map folder
_TABLES: Final = {
    "river": "waters",
    "levee": "levees",
    "point": "points",
    "zone": "zones",
    "facility": "facilities",
}


def map_names(scenario: object, folder: Path) -> dict[str, list[str]]:
    """Return ids by sort (river, levee, point, zone, facility); sorts nobody can tell are left out.

    Parameters
    ----------
    scenario : object
        The plain content of a scenario file.
    folder : Path
        Where it lies.
    """
    source = scenario.get("map") if isinstance(scenario, Mapping) else None
    if not isinstance(source, Mapping):
        return {}
    try:
        if isinstance(source.get("facts"), str):
            return _of_facts(in_folder(folder, source["facts"], wants_folder=False))
        if isinstance(source.get("folder"), str):
            return _of_folder(in_folder(folder, source["folder"], wants_folder=True))
    except ValueError:  # told where the file is named
        return {}
    return {}


def names_beside(plan_folder: Path) -> dict[str, list[str]]:
    """Return the ids of the map of the scenario that a plan lies beside or one folder below."""
    for folder in (plan_folder, plan_folder.parent):
        if (folder / "scenario.yaml").is_file():
            return map_names(read_file(folder / "scenario.yaml").value, folder)
    return {}


def _of_facts(file: Path) -> dict[str, list[str]]:
    """Return the names that the map generator gives, from a county's facts."""
    facts = read_file(file).value
    if not isinstance(facts, Mapping):
        return {}
    towns = list(_rows(facts, "towns"))
    rivers = list(_rows(facts, "rivers"))
    return {
        "river": [*_ids(rivers), *_ids(_rows(facts, "coasts"))],
        "levee": [
            f"{row['id']}-{side}"
            for row in rivers
            if row.get("levees") is not None and isinstance(row.get("id"), str)
            for side in ("left", "right")
        ],
        "point": _ids(_rows(facts, "waterlogging")),
        "zone": [
            *_ids(towns),
            *(one for town in towns for one in _ids(_rows(town, "communities"))),
        ],
        "facility": facility_names(facts),
    }


def facility_names(facts: Mapping[str, Any]) -> list[str]:
    """Return the ids of the facilities that the map generator makes of a county's facts."""
    groups = [one for group in _rows(facts, "facilities") for one in _of_group(group)]
    return [*groups, *(f"pump-{one}" for one in _ids(_pumped(facts)))]


def _of_group(group: Mapping[str, Any]) -> list[str]:
    """Return the ids of a group of facilities: numbered where there are several."""
    count = group.get("count", 1)
    if not isinstance(count, int) or count <= 1:
        return _ids([group])
    return [f"{one}-{number}" for one in _ids([group]) for number in range(1, count + 1)]


def _pumped(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the waterlogging points that have a pumping station."""
    yield from (point for point in _rows(facts, "waterlogging") if point.get("pump"))


def _rows(facts: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    rows = facts.get(key)
    yield from (row for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()


def _ids(rows: Any) -> list[str]:
    return [row["id"] for row in rows if isinstance(row.get("id"), str)]


def _of_folder(folder: Path) -> dict[str, list[str]]:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 - slow, and seldom needed

    names = {}
    for sort, table in _TABLES.items():
        file = folder / "tables" / f"{table}.parquet"
        try:
            names[sort] = parquet.read_table(file, columns=["id"])["id"].to_pylist()
        except (OSError, KeyError, ArrowException):  # the map's own reader tells
            continue
    return names
