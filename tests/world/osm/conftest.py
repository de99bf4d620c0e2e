"""OpenStreetMap files written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

WEST, SOUTH = 27.0, 60.0  # on the middle meridian of UTM zone 35, where its scale is 0.9996
#: a degree on WGS84 at 60 degrees north (a = 6378137 m, e2 = 0.00669438), times 0.9996
M_PER_DEGREE_LAT = 111_412.24 * 0.9996
M_PER_DEGREE_LON = 55_800.00 * 0.9996

Points = Sequence[tuple[float, float]]


def lon_lat(x_m: float, y_m: float) -> tuple[float, float]:
    return WEST + x_m / M_PER_DEGREE_LON, SOUTH + y_m / M_PER_DEGREE_LAT


class OsmText:
    """Collects nodes, ways and relations in metres; places that coincide share a node."""

    def __init__(self, width_m: float = 600.0, height_m: float = 400.0) -> None:
        self._nodes: dict[tuple[float, float], int] = {}
        self._node_tags: dict[int, Mapping[str, str]] = {}
        self._ways: list[str] = []
        self._relations: list[str] = []
        self.unknown: set[tuple[float, float]] = set()
        self.box: tuple[float, ...] | None = (*lon_lat(0, 0), *lon_lat(width_m, height_m))

    def node(self, at: tuple[float, float], **tags: str) -> int:
        number = self._nodes.setdefault(at, len(self._nodes) + 1)
        if tags:
            self._node_tags[number] = tags
        return number

    def way(self, points: Points, **tags: str) -> int:
        refs = "".join(f'<nd ref="{self.node(point)}"/>' for point in points)
        number = 1000 + len(self._ways)
        self._ways.append(f'<way id="{number}">{refs}{_tags(tags)}</way>')
        return number

    def square(self, x_m: float, y_m: float, side_m: float, **tags: str) -> int:
        east, north = x_m + side_m, y_m + side_m
        ring = [(x_m, y_m), (east, y_m), (east, north), (x_m, north), (x_m, y_m)]
        return self.way(ring, **tags)

    def relation(self, members: Sequence[tuple[int, str]], **tags: str) -> None:
        parts = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
        number = 9000 + len(self._relations)
        text = _tags({"type": "multipolygon", **tags})
        self._relations.append(f'<relation id="{number}">{parts}{text}</relation>')

    def write(self, path: Path) -> Path:
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
        if self.box is not None:
            west, south, east, north = self.box
            lines.append(
                f'<bounds minlon="{west}" minlat="{south}" maxlon="{east}" maxlat="{north}"/>'
            )
        for point, number in self._nodes.items():
            if point not in self.unknown:
                lon, lat = lon_lat(*point)
                tags = _tags(self._node_tags.get(number, {}))
                lines.append(f'<node id="{number}" lat="{lat:.7f}" lon="{lon:.7f}">{tags}</node>')
        path.write_text("\n".join([*lines, *self._ways, *self._relations, "</osm>"]))
        return path


def _tags(tags: Mapping[str, str]) -> str:
    """Return tags as XML; a double underscore in a key is a colon."""
    return "".join(
        f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>"
        for key, value in tags.items()
    )


@pytest.fixture
def blank() -> OsmText:
    """A file without anything in it, 600 x 400 m."""
    return OsmText()


@pytest.fixture
def town() -> OsmText:
    """A crossroads, a one-way, a path, four buildings; 600 x 400 m."""
    text = OsmText()
    text.way([(50, 200), (300, 200), (550, 200)], highway="residential", name="High Street")
    text.way([(300, 50), (300, 200), (300, 350)], highway="tertiary", maxspeed="50")
    text.way([(300, 50), (550, 50), (550, 200)], highway="primary", oneway="yes", lanes="2")
    text.way([(50, 200), (50, 350), (300, 350)], highway="footway")
    text.square(100, 220, 20, building="apartments", building__levels="5", start_date="1887")
    text.square(200, 220, 10, building="house")
    text.square(400, 220, 40, building="school", amenity="school", name="School")
    text.square(450, 100, 5, building="yes")
    return text
