"""What the tags of a street mean: class, lanes, speed, who may use it and which way.

Rules follow the OpenStreetMap wiki (Key:highway, Key:maxspeed, Key:oneway, Key:access,
Key:lanes); what a street leaves open comes from the parameter catalogue, topic ``osm``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sim.core.units import in_si
from sim.scenario.parameters import parameter
from sim.world.maps.osm_read import Tags
from sim.world.tables import ROAD_CLASSES

#: highway -> (class of the map, row of the catalogue); anything else is no street
STREETS: Final[dict[str, tuple[str, str]]] = {
    "motorway": ("motorway", "motorway"),
    "motorway_link": ("motorway", "motorway_link"),
    "trunk": ("trunk", "trunk"),
    "trunk_link": ("trunk", "trunk_link"),
    "primary": ("primary", "primary"),
    "primary_link": ("primary", "primary_link"),
    "secondary": ("secondary", "secondary"),
    "secondary_link": ("secondary", "secondary"),
    "tertiary": ("tertiary", "tertiary"),
    "tertiary_link": ("tertiary", "tertiary"),
    "unclassified": ("residential", "unclassified"),
    "residential": ("residential", "residential"),
    "road": ("residential", "residential"),
    "living_street": ("residential", "living_street"),
    "service": ("service", "service"),
}
PATHS: Final = frozenset(
    (
        "pedestrian",
        "footway",
        "path",
        "steps",
        "track",
        "cycleway",
        "bridleway",
        "trail",
        "corridor",
    )
)
_NO: Final = frozenset(("no", "private", "agricultural", "forestry", "use_sidepath"))
_YES: Final = frozenset(("yes", "true", "1", "designated", "permissive", "destination"))
_SPEED: Final = re.compile(r"^(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh)?$")
_KMH: Final = {None: 1.0, "km/h": 1.0, "kmh": 1.0, "mph": 1.609344, "knots": 1.852}
#: a limit outside is a slip of the mapper's keyboard
_PLAUSIBLE_KMH: Final = (3.0, 160.0)
_MOST_LANES: Final = 12
_S_PER_H: Final = 3600.0


@dataclass(frozen=True)
class Street:
    """What one way says.

    Attributes
    ----------
    lanes : tuple of int
        Along the way and against it; 0 where no car may go.
    flow_veh_per_s : float
        Saturation flow of one lane.
    """

    road_class: int
    speed_m_per_s: float
    flow_veh_per_s: float
    lanes: tuple[int, int]
    on_foot: bool
    bridge: bool
    underpass: bool
    name: str


def street(tags: Tags) -> Street | None:
    """Return what the tags of a way say; None when nobody can walk or drive along it."""
    highway = tags.get("highway", "")
    if highway not in STREETS and highway not in PATHS:
        return None
    path = highway in PATHS
    kind, row = ("path", "path") if path else STREETS[highway]
    by_car = not path and _open_to_cars(tags)
    on_foot = _open_to_feet(tags, kind)
    if not by_car and not on_foot:
        return None
    speed = parameter(f"osm.{row}_speed").si
    return Street(
        road_class=ROAD_CLASSES.index(kind),
        speed_m_per_s=speed if path else max_speed_m_per_s(tags.get("maxspeed", "")) or speed,
        flow_veh_per_s=parameter(f"osm.{row}_flow").value / _S_PER_H if by_car else 0.0,
        lanes=_lanes(tags, row) if by_car else (0, 0),
        on_foot=on_foot,
        bridge=tags.get("bridge", "no") != "no",
        underpass=tags.get("tunnel", "no") not in {"no", "building_passage"},
        name=tags.get("name") or tags.get("ref", ""),
    )


def max_speed_m_per_s(text: str) -> float | None:
    """Return the speed limit that ``maxspeed`` states; None when it states no number.

    The first of several (``50;30``) counts; ``DE:urban`` and the like take the catalogue's usual
    limits.

    Examples
    --------
    >>> max_speed_m_per_s("36")
    10.0
    """
    first = text.split(";", maxsplit=1)[0].strip().lower()
    zone = first.rsplit(":", maxsplit=1)[-1]
    if zone in {"urban", "rural", "walk"}:
        return parameter(f"osm.{zone}_speed").si
    match = _SPEED.match(first)
    if match is None:
        return None
    km_per_h = float(match[1]) * _KMH[match[2]]
    if not _PLAUSIBLE_KMH[0] <= km_per_h <= _PLAUSIBLE_KMH[1]:
        return None
    return in_si(f"{km_per_h} km/h", "speed")


def one_way(tags: Tags) -> int:
    """Return 1 along the way only, -1 against it only, 0 both."""
    stated = tags.get("oneway", "")
    if stated in {"-1", "reverse"}:
        return -1
    if stated in _YES:
        return 1
    implied = tags.get("junction") in {"roundabout", "circular"} or tags["highway"] == "motorway"
    return 1 if implied and stated != "no" else 0


def _open_to_cars(tags: Tags) -> bool:
    """The most specific tag decides; a private drive is open to those who live there."""
    for key in ("motorcar", "motor_vehicle", "vehicle"):
        if key in tags:
            return tags[key] not in _NO or tags[key] == "private"
    return tags.get("access", "yes") not in _NO - {"private"}


def _open_to_feet(tags: Tags, kind: str) -> bool:
    if "foot" in tags:
        return tags["foot"] not in _NO
    if kind == "motorway" or tags.get("motorroad") == "yes":
        return False
    return tags.get("access", "yes") not in _NO - {"private"}


def _lanes(tags: Tags, row: str) -> tuple[int, int]:
    """Lanes along and against the way."""
    usual = int(parameter("osm.motorway_lanes" if row == "motorway" else "osm.other_lanes").value)
    total = _count(tags.get("lanes", ""))
    direction = one_way(tags)
    if direction:
        lanes = total or usual
        return (lanes, 0) if direction > 0 else (0, lanes)
    along = _count(tags.get("lanes:forward", "")) or (max(1, total // 2) if total else usual)
    against = _count(tags.get("lanes:backward", "")) or (max(1, total // 2) if total else usual)
    return (along, against)


def _count(text: str) -> int:
    """Return a lane count; 0 when it is not a plausible number."""
    first = text.split(";", maxsplit=1)[0].split(".", maxsplit=1)[0].strip()
    return int(first) if first.isdecimal() and 0 < int(first) <= _MOST_LANES else 0
