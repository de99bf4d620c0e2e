"""What an OpenStreetMap file says, as plain lines, areas and spots in longitude and latitude."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.words import said
from sim.world.geofiles import fault

#: west, south, east, north, degrees
Box = tuple[float, float, float, float]
Tags = dict[str, str]

LINE_KEYS: Final = ("highway", "waterway", "natural", "railway")
AREA_KEYS: Final = ("building", "natural", "waterway", "landuse", "leisure", "amenity", "power")
SPOT_KEYS: Final = ("amenity", "power", "emergency", "man_made", "office", "shop", "place")
#: relations that osmium assembles to areas
_AREAS: Final = ("multipolygon", "boundary")
#: what osmium says of objects that carry no date
UNDATED: Final = "1970-01-01"


class MissingPackageError(SimError):
    """A command needs an extra that is not installed."""


@dataclass(frozen=True, eq=False)
class Line:
    """A way: its vertices in order; those the file does not hold are NaN."""

    id: int
    tags: Tags
    refs: NDArray[np.int64]
    lon_lat: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Area:
    """A polygon of a closed way or a multipolygon relation: outer rings, each with its holes."""

    id: str
    tags: Tags
    rings: list[tuple[NDArray[np.float64], list[NDArray[np.float64]]]]


@dataclass(frozen=True)
class Spot:
    """A node with tags."""

    id: int
    tags: Tags
    lon: float
    lat: float


@dataclass
class OsmData:
    """All that an import uses of a file.

    Attributes
    ----------
    box : tuple of float or None
        Extent that the file states for itself.
    relations : int
        Multipolygons that the import could use.
    unknown_nodes : int
        Vertices of ways that the file does not hold: it was cut out of a larger one.
    """

    box: Box | None
    lines: list[Line] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    relations: int = 0
    unknown_nodes: int = 0
    timestamp: str = ""

    @property
    def broken_relations(self) -> int:
        """Multipolygons that miss members, and are left out."""
        return self.relations - sum(area.id.startswith("r") for area in self.areas)


def read_osm(path: Path, box: Box | None = None) -> OsmData:
    """Read streets, waters, buildings, land use and places, by osmium.

    Parameters
    ----------
    path : Path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    box : tuple of float, optional
        Leave out what lies wholly outside; by default the extent that the file states.

    Raises
    ------
    InputError
        When the file is missing, truncated, or not OpenStreetMap data.
    MissingPackageError
        When osmium is not installed.
    """
    osmium = _osmium()
    if not path.is_file():
        raise fault(path, said("map_file.missing"))
    try:
        data = OsmData(box=_stated_box(osmium, path))
        data.timestamp = _fill(osmium, path, data, box or data.box)
    except (RuntimeError, ValueError) as error:  # what libosmium throws
        raise fault(path, said("map_file.not_osm", error=error)) from None
    return data


def _osmium() -> Any:
    try:
        import osmium  # noqa: PLC0415  an extra, needed by this command only
        import osmium.filter  # noqa: PLC0415
    except ImportError:
        raise MissingPackageError(said("map_file.osmium")) from None
    return osmium


def _stated_box(osmium: Any, path: Path) -> Box | None:
    with osmium.io.Reader(str(path)) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat)


def _fill(osmium: Any, path: Path, data: OsmData, box: Box | None) -> str:
    """Add the file's objects to ``data``; return the date of the newest one."""
    wanted = osmium.filter.KeyFilter(*{*LINE_KEYS, *AREA_KEYS, *SPOT_KEYS})
    areas = osmium.filter.KeyFilter(*AREA_KEYS)
    newest = ""
    for item in osmium.FileProcessor(str(path)).with_areas(areas).with_filter(wanted):
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_way():
            _add_line(data, item, tags, box)
        elif item.is_area():
            _add_area(data, item, tags, box)
        elif item.is_node():
            if item.location.valid() and _touches(box, item.location.lon, item.location.lat):
                data.spots.append(Spot(item.id, tags, item.location.lon, item.location.lat))
        elif tags.get("type") in _AREAS and not tags.keys().isdisjoint(AREA_KEYS):
            data.relations += 1
        newest = max(newest, item.timestamp.date().isoformat())
    return newest if newest > UNDATED else ""


def _add_line(data: OsmData, way: Any, tags: Tags, box: Box | None) -> None:
    if tags.keys().isdisjoint(LINE_KEYS):
        return
    refs = np.array([node.ref for node in way.nodes], dtype=np.int64)
    lon_lat = _points(way.nodes)
    known = np.isfinite(lon_lat[:, 0])
    data.unknown_nodes += int((~known).sum())
    if known.any() and _overlaps(box, lon_lat[known]):
        data.lines.append(Line(way.id, tags, refs, lon_lat))


def _add_area(data: OsmData, item: Any, tags: Tags, box: Box | None) -> None:
    rings = [
        (_points(outer), [_points(inner) for inner in item.inner_rings(outer)])
        for outer in item.outer_rings()
    ]
    if any(_overlaps(box, outer) for outer, _ in rings):
        kind = "w" if item.from_way() else "r"
        data.areas.append(Area(f"{kind}{item.orig_id()}", tags, rings))
    elif not item.from_way():
        data.relations -= 1


def _points(nodes: Any) -> NDArray[np.float64]:
    def coordinates() -> Iterator[float]:
        for node in nodes:
            here = node.location
            known = here.valid()
            yield here.lon if known else np.nan
            yield here.lat if known else np.nan

    return np.fromiter(coordinates(), dtype=np.float64).reshape(-1, 2)


def _touches(box: Box | None, lon: float, lat: float) -> bool:
    return box is None or (box[0] <= lon <= box[2] and box[1] <= lat <= box[3])


def _overlaps(box: Box | None, points: NDArray[np.float64]) -> bool:
    if box is None:
        return True
    low, high = points.min(axis=0), points.max(axis=0)
    return bool((low <= box[2:]).all() and (high >= box[:2]).all())
