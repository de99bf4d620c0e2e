"""A map folder gives back what was put in, and says what is wrong with it when it is."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.core.errors import InputError
from sim.core.files import FolderInUseError
from sim.world.store import load_world, save_world
from sim.world.table import Shapes, Table


@pytest.fixture
def folder(hamlet, tmp_path):
    save_world(hamlet, tmp_path / "map")
    return tmp_path / "map"


def same(one, other) -> bool:
    if isinstance(one, Table):
        return all(
            column.dtype == getattr(other, name).dtype
            and np.array_equal(column, getattr(other, name))
            for name, column in one.columns().items()
        )
    if isinstance(one, Shapes):
        return all(
            np.array_equal(getattr(one, n), getattr(other, n)) for n in ("offsets", "x_m", "y_m")
        )
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    return one == other


def test_a_map_comes_back_from_disk_bit_by_bit(hamlet, folder):
    back = load_world(folder)
    different = [
        name
        for name, part in vars(hamlet).items()
        if name != "layers" and not same(part, vars(back)[name])
    ]
    assert different == []


def test_every_layer_comes_back_bit_by_bit(hamlet, folder):
    back = load_world(folder)
    assert [n for n in hamlet.layers if not np.array_equal(hamlet.layers[n], back.layers[n])] == []


def test_a_schematic_map_comes_back_without_footprints(hamlet, tmp_path):
    save_world(replace(hamlet, building_shapes=None), tmp_path / "map")
    assert load_world(tmp_path / "map").building_shapes is None


def test_the_summary_counts_a_two_way_street_once(folder):
    summary = json.loads((folder / "map.json").read_text(encoding="utf-8"))["summary"]
    assert summary["street_km"] == {"residential": 0.1, "path": 0.05}


def test_saving_again_replaces_the_older_map(hamlet, folder):
    save_world(replace(hamlet, name_en="Second"), folder)
    assert load_world(folder).name_en == "Second"


def test_a_folder_that_is_no_map_is_left_alone(hamlet, tmp_path):
    photograph = tmp_path / "holiday" / "beach.jpg"
    photograph.parent.mkdir()
    photograph.write_bytes(b"jpg")
    with pytest.raises(FolderInUseError, match=r"no map\.json"):
        save_world(hamlet, photograph.parent)
    assert photograph.exists()


def test_a_failed_save_leaves_nothing_behind(hamlet, tmp_path):
    unsavable = replace(hamlet, provenance={"made": object()})
    with pytest.raises(Exception, match="serialize"):
        save_world(unsavable, tmp_path / "map")
    assert list(tmp_path.iterdir()) == []


def drop_map_file(folder):
    (folder / "map.json").unlink()


def spoil_json(folder):
    (folder / "map.json").write_text("{", encoding="utf-8")


def edited(**changes):
    def edit(folder):
        path = folder / "map.json"
        path.write_text(
            json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8"
        )

    return edit


def grid(**changes):
    usual = {"ny": 30, "nx": 40, "cell_m": 5, "west_m": 0, "north_m": 150, "crs": "LOCAL"}
    return edited(grid=usual | changes)


def empty_object(folder):
    (folder / "map.json").write_text("[]", encoding="utf-8")


def drop_layer(folder):
    (folder / "layers" / "land.tif").unlink()


def cut(name):
    def cut_file(folder):
        path = folder / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut_file


def flip_bytes(name, at):
    def flip(folder):
        path = folder / name
        data = bytearray(path.read_bytes())
        for i in range(at, at + 8):
            data[i] ^= 0xFF
        path.write_bytes(data)

    return flip


def swap_tables(folder):
    nodes = (folder / "tables" / "nodes.parquet").read_bytes()
    (folder / "tables" / "people.parquet").write_bytes(nodes)  # three rows in both


def dangle(folder):
    path = folder / "tables" / "roads.parquet"
    table = pq.read_table(path)
    column = table.schema.get_field_index("to_node")
    pq.write_table(table.set_column(column, "to_node", [np.array([1, 0, 9], np.int32)]), path)


FAULTS = {
    "no map.json": (drop_map_file, "map.json", "no such file"),
    "broken JSON": (spoil_json, "map.json", "not JSON"),
    "another version": (edited(format="shapan/map/9"), "map.json", "shapan/map/1"),
    "no JSON object": (empty_object, "map.json", "format is None"),
    "an id that is a number": (edited(id=7), "map.json", "string"),
    "a grid without rows": (grid(ny=0), "map.json", "greater than 0"),
    "a grid too large": (grid(ny=10**6, nx=10**6), "map.json", "50,000,000"),
    "another grid": (grid(nx=41), "elevation_m.tif", "the map has"),
    "an unknown layer": (edited(layers=["lava"]), "map.json", "unknown layer 'lava'"),
    "a table not named": (edited(rows={}), "map.json", "expected"),
    "a layer missing": (drop_layer, "land.tif", "no such file"),
    "a layer cut short": (cut("layers/elevation_m.tif"), "elevation_m.tif", "readable GeoTIFF"),
    "a table cut short": (cut("tables/people.parquet"), "people.parquet", "readable Parquet"),
    "bad bytes in a table": (
        flip_bytes("tables/roads.parquet", 40),
        "roads.parquet",
        "readable Parquet",
    ),
    "another table's columns": (swap_tables, "people.parquet", "expected ['age'"),
    "an edge to nowhere": (dangle, "roads.parquet", "row 9 of 'nodes', which has 3"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_spoilt_map_is_refused_with_file_and_fault(folder, name):
    spoil, file, says = FAULTS[name]
    spoil(folder)
    with pytest.raises(InputError) as caught:
        load_world(folder)
    assert file in str(caught.value)
    assert says in str(caught.value)
