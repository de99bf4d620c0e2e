"""The tables of a world: roads, buildings, households, people, facilities, zones, waters.

Codes are small integers into the tuples of names beside each table. Everything is in SI units;
coordinates are in the map's metric system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.world.table import Table

Floats = NDArray[np.float32]
Coordinates = NDArray[np.float64]
Ints = NDArray[np.int32]
Codes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Names = NDArray[Any]  # object array of str

ROAD_CLASSES: Final = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "service",
    "path",
)

#: structure of a building, after the damage classes Chinese surveys use
BUILDING_CLASSES: Final = (
    "adobe",  # earth, stone or timber, rural
    "old_masonry",  # brick without ring beams, before 1980
    "masonry",  # confined masonry (砖混)
    "rc_frame",  # reinforced concrete frame
    "rc_tall",  # shear wall, above 9 storeys
    "industrial",  # single-storey hall
)

BUILDING_USES: Final = (
    "home",
    "school",
    "hospital",
    "office",
    "shop",
    "mall",
    "factory",
    "warehouse",
    "public",
)

#: who can be in a building: hours of `BUILDING_OCCUPANCY_HOURS`
OCCUPANCY_HOURS: Final = (2, 8, 12, 18)

AGE_BANDS: Final = ("0-14", "15-59", "60-79", "80+")
MOBILITIES: Final = ("able", "slow", "assisted", "bedridden")

#: bits of `People.channels`: by which ways a warning can reach this person
CHANNELS: Final = ("sms", "app", "tv", "broadcast", "screen", "grid_worker", "neighbour")

FACILITY_KINDS: Final = (
    "shelter",
    "depot",
    "fire_station",
    "hospital",
    "command_post",
    "pumping_station",
    "bus_depot",
    "police_station",
    "supplier",
    "team_base",
    "check_point",
    "power_substation",
    "base_station",
    "hydrant",
    "school",
    "bridge_works",
)

ZONE_LEVELS: Final = ("county", "town", "community")

#: kind of `Points` that nobody watches: a railway crosses a road there
LEVEL_CROSSING: Final = "level_crossing"

WATER_KINDS: Final = ("river", "canal", "reservoir", "lake", "coast")


@dataclass(frozen=True, eq=False)
class Nodes(Table):
    """Road junctions: coordinates and ground level (deck level on a bridge)."""

    x_m: Coordinates
    y_m: Coordinates


@dataclass(frozen=True, eq=False)
class Roads(Table):
    """Directed road edges; a two-way street is two rows.

    Attributes
    ----------
    from_node, to_node : (n,) int32
        Rows of `Nodes`.
    length_m, free_speed_m_per_s : (n,) float32
    lanes : (n,) uint8
        In this direction; 0 for a path on foot only.
    road_class : (n,) uint8
        Code of `ROAD_CLASSES`.
    flow_veh_per_s : (n,) float32
        Saturation flow of the edge, all lanes; 0 on paths.
    bridge, underpass, on_foot, by_car : (n,) bool
        Bridges stay dry under water on the ground; underpasses are the low points of a street.
    name : (n,) int32
        Index into `World.road_names`.
    """

    from_node: Ints
    to_node: Ints
    length_m: Floats
    free_speed_m_per_s: Floats
    lanes: Codes
    road_class: Codes
    flow_veh_per_s: Floats
    bridge: Flags
    underpass: Flags
    on_foot: Flags
    by_car: Flags
    name: Ints


@dataclass(frozen=True, eq=False)
class Buildings(Table):
    """Buildings as points with a footprint area.

    Attributes
    ----------
    x_m, y_m : (n,) float64
        Centre.
    footprint_m2, height_m : (n,) float32
    storeys : (n,) uint8
    year : (n,) int16
        Year built.
    building_class, use : (n,) uint8
        Codes of `BUILDING_CLASSES`, `BUILDING_USES`.
    zone : (n,) int32
        Row of `Zones` (a community).
    node : (n,) int32
        Nearest road node.
    occupants_02, occupants_08, occupants_12, occupants_18 : (n,) int32
        People inside on a working day at 02:00, 08:00, 12:00, 18:00.
    """

    x_m: Coordinates
    y_m: Coordinates
    footprint_m2: Floats
    height_m: Floats
    storeys: Codes
    year: NDArray[np.int16]
    building_class: Codes
    use: Codes
    zone: Ints
    node: Ints
    occupants_02: Ints
    occupants_08: Ints
    occupants_12: Ints
    occupants_18: Ints


@dataclass(frozen=True, eq=False)
class Households(Table):
    """Households; their people are consecutive rows of `People`.

    Attributes
    ----------
    building : (n,) int32
        Row of `Buildings`.
    first_person : (n,) int32
    size : (n,) uint8
    storey : (n,) uint8
        1 is the ground floor.
    has_car : (n,) bool
    """

    building: Ints
    first_person: Ints
    size: Codes
    storey: Codes
    has_car: Flags


@dataclass(frozen=True, eq=False)
class People(Table):
    """Residents, one row each.

    Attributes
    ----------
    household : (n,) int32
        Row of `Households`.
    age, mobility : (n,) uint8
        Codes of `AGE_BANDS`, `MOBILITIES`.
    channels : (n,) uint8
        Bit set over `CHANNELS`.
    """

    household: Ints
    age: Codes
    mobility: Codes
    channels: Codes


@dataclass(frozen=True, eq=False)
class Facilities(Table):
    """Places that plans name.

    Attributes
    ----------
    id, name_en, name_zh : (n,) str
    kind : (n,) uint8
        Code of `FACILITY_KINDS`.
    level : (n,) uint8
        Code of `ZONE_LEVELS`: who runs it.
    x_m, y_m : (n,) float64
    node, zone : (n,) int32
        Nearest road node; row of `Zones`.
    capacity : (n,) float32
        Places, beds, crews or m3/s, by kind; ``capacity_unit`` says which.
    capacity_unit : (n,) str
    area_m2 : (n,) float32
        0 when it does not matter.
    assumed : (n,) bool
        True when the place or capacity is not stated by any source.
    """

    id: Names
    name_en: Names
    name_zh: Names
    kind: Codes
    level: Codes
    x_m: Coordinates
    y_m: Coordinates
    node: Ints
    zone: Ints
    capacity: Floats
    capacity_unit: Names
    area_m2: Floats
    assumed: Flags


@dataclass(frozen=True, eq=False)
class Zones(Table):
    """Administrative zones; outlines are `World.zone_shapes`.

    Attributes
    ----------
    id, name_en, name_zh : (n,) str
    level : (n,) uint8
        Code of `ZONE_LEVELS`.
    parent : (n,) int32
        Row of the zone above; -1 at the top.
    population : (n,) int32
    """

    id: Names
    name_en: Names
    name_zh: Names
    level: Codes
    parent: Ints
    population: Ints


@dataclass(frozen=True, eq=False)
class Waters(Table):
    """Rivers, canals, lakes, reservoirs, coast; outlines are `World.water_shapes`.

    Attributes
    ----------
    id, name_en, name_zh : (n,) str
    kind : (n,) uint8
        Code of `WATER_KINDS`.
    width_m, bed_depth_m : (n,) float32
        Channel width; bed below the banks.
    """

    id: Names
    name_en: Names
    name_zh: Names
    kind: Codes
    width_m: Floats
    bed_depth_m: Floats


@dataclass(frozen=True, eq=False)
class Levees(Table):
    """Levees as crest lines; lines are `World.levee_shapes`.

    Attributes
    ----------
    id, name_en, name_zh : (n,) str
    height_m : (n,) float32
        Crest above the ground at its foot.
    """

    id: Names
    name_en: Names
    name_zh: Names
    height_m: Floats


@dataclass(frozen=True, eq=False)
class Points(Table):
    """Points that plans and scenarios name: waterlogging points, gauges, railway crossings.

    Attributes
    ----------
    id, name_en, name_zh : (n,) str
    kind : (n,) str
        ``"waterlogging"``, ``"gauge"``, ``"section"``, `LEVEL_CROSSING`.
    x_m, y_m : (n,) float64
    edge : (n,) int32
        Road edge it watches; -1 when none.
    """

    id: Names
    name_en: Names
    name_zh: Names
    kind: Names
    x_m: Coordinates
    y_m: Coordinates
    edge: Ints
