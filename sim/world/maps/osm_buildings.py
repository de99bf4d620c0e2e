"""Buildings of an OpenStreetMap file: use, storeys, height, year and structure from their tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.maps.osm_areas import Polygon, marked
from sim.world.maps.osm_lines import in_metres
from sim.world.maps.osm_read import Spot, Tags
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES

#: value of building, amenity, shop, office or tourism -> use
_USES: Final[dict[str, str]] = {
    value: use
    for use, values in {
        "home": (
            "apartments residential house detached semidetached_house terrace bungalow dormitory"
            " farm cabin houseboat static_caravan"
        ),
        "school": "school kindergarten university college",
        "hospital": "hospital clinic",
        "office": "office commercial",
        "shop": "retail supermarket kiosk shop restaurant",
        "mall": "mall department_store",
        "factory": "industrial manufacture factory works",
        "warehouse": (
            "warehouse storage_tank hangar garage garages shed barn greenhouse service"
            " transformer_tower farm_auxiliary stable"
        ),
        "public": (
            "public civic government townhall church cathedral chapel mosque temple synagogue"
            " library museum theatre cinema hotel hostel place_of_worship community_centre police"
            " fire_station train_station transportation sports_hall stadium courthouse"
        ),
    }.items()
    for value in values.split()
}
_NOT_BUILDINGS: Final = frozenset(("no", "roof", "carport", "ruins", "construction", "proposed"))
_USE_KEYS: Final = ("building", "amenity", "tourism")
_HOUSES: Final = frozenset(
    ("house", "detached", "semidetached_house", "terrace", "bungalow", "farm", "cabin")
)
_LIGHT: Final = frozenset(("wood", "timber_framing", "adobe", "mud", "loam", "stone"))
_NUMBER: Final = re.compile(r"^\s*(\d+(?:\.\d+)?)")
_YEAR: Final = re.compile(r"(?<!\d)(1\d{3}|20\d{2})(?!\d)")
_MOST_STOREYS: Final = 170  # Burj Khalifa: 163
_TALL_STOREYS: Final = 9  # BUILDING_CLASSES: rc_tall is above
_FRAME_STOREYS: Final = 5
_RING_BEAMS_SINCE: Final = 1980  # BUILDING_CLASSES: old_masonry is before


@dataclass(frozen=True, eq=False)
class Built:
    """What tags say of the buildings, row by row; columns as in `Buildings`."""

    polygons: list[Polygon]
    footprint_m2: NDArray[np.float32]
    height_m: NDArray[np.float32]
    storeys: NDArray[np.uint8]
    year: NDArray[np.int16]
    building_class: NDArray[np.uint8]
    use: NDArray[np.uint8]

    @property
    def floor_m2(self) -> NDArray[np.float64]:
        """Gross floor area."""
        return self.footprint_m2.astype(np.float64) * self.storeys

    def has_use(self, *uses: str) -> NDArray[np.bool_]:
        """Return which buildings have one of the uses."""
        return np.isin(self.use, [BUILDING_USES.index(use) for use in uses])


def building_polygons(areas: Sequence[Polygon], grid: Grid, dropped: Counter[str]) -> list[Polygon]:
    """Return the areas that are buildings whose centre lies in the grid."""
    named = [a for a in areas if a.tags.get("building", "no") not in _NOT_BUILDINGS]
    inside = grid.cell_of(*centres(named).T) >= 0
    dropped["buildings_outside"] += int((~inside).sum())
    return [area for area, keep in zip(named, inside, strict=True) if keep]


def described(
    found: list[Polygon], spots: Sequence[Spot], land: NDArray[np.uint8], grid: Grid
) -> Built:
    """Return use, storeys, height, year and structure of each building."""
    x_m, y_m = centres(found).T
    around = land.ravel()[grid.cell_of(x_m, y_m)]
    inside = _uses_inside(found, spots, grid)
    uses = [_use(one, inside.get(row), LAND_CLASSES[around[row]]) for row, one in enumerate(found)]
    storeys = [_storeys(one, use) for one, use in zip(found, uses, strict=True)]
    classes = [
        _structure(one.tags, use, n) for one, use, n in zip(found, uses, storeys, strict=True)
    ]
    return Built(
        polygons=found,
        footprint_m2=np.array([one.area_m2 for one in found], dtype=np.float32),
        height_m=np.array(
            [_height_m(one.tags, n) for one, n in zip(found, storeys, strict=True)],
            dtype=np.float32,
        ),
        storeys=np.array(storeys, dtype=np.uint8),
        year=np.array([_year(one.tags) for one in found], dtype=np.int16),
        building_class=np.array([BUILDING_CLASSES.index(c) for c in classes], dtype=np.uint8),
        use=np.array([BUILDING_USES.index(use) for use in uses], dtype=np.uint8),
    )


def _uses_inside(found: list[Polygon], spots: Sequence[Spot], grid: Grid) -> dict[int, str]:
    """Return the use that places mapped as nodes give to the building around them."""
    telling = [(spot, use) for spot in spots if (use := _stated_use(spot.tags))]
    if not telling or not found:
        return {}
    rows = marked(((one.geometry(), row + 1) for row, one in enumerate(found)), grid, dtype="int32")
    lon_lat = np.array([(spot.lon, spot.lat) for spot, _ in telling])
    cells = grid.cell_of(*in_metres(lon_lat, grid).T)
    uses: dict[int, str] = {}
    for cell, (_, use) in zip(cells.tolist(), telling, strict=True):
        row = int(rows.ravel()[cell]) - 1 if cell >= 0 else -1
        if row >= 0 and use in {"school", "hospital"}:  # a shop does not make the house a shop
            uses[row] = use
    return uses


def _stated_use(tags: Tags) -> str | None:
    for key in _USE_KEYS:
        if tags.get(key) in _USES:
            return _USES[tags[key]]
    if "office" in tags:
        return "office"
    return "shop" if "shop" in tags else None


def _use(one: Polygon, inside: str | None, around: str) -> str:
    found = _stated_use(one.tags) or inside
    if found is not None:
        return found
    if around == "industrial":
        return "factory"
    if around == "commercial":
        return "office"
    small = one.area_m2 < parameter("osm.small_building").value
    return "warehouse" if small else "home"


def _number(text: str) -> float | None:
    match = _NUMBER.match(text)
    return float(match[1]) if match else None


def _storeys(one: Polygon, use: str) -> int:
    stated = _number(one.tags.get("building:levels", ""))
    if stated is None:
        height_m = _number(one.tags.get("height", ""))
        stated = height_m / parameter("osm.storey_height").value if height_m else None
    if stated is None:
        stated = _usual_storeys(one, use)
    return int(min(max(round(stated), 1), _MOST_STOREYS))


def _usual_storeys(one: Polygon, use: str) -> float:
    if one.area_m2 < parameter("osm.small_building").value or use in {"factory", "warehouse"}:
        return 1.0
    if use != "home":
        return parameter("osm.other_storeys").value
    house = one.tags["building"] in _HOUSES or (
        one.tags["building"] != "apartments"
        and one.area_m2 < parameter("osm.house_footprint").value
    )
    return parameter("osm.house_storeys" if house else "osm.flats_storeys").value


def _height_m(tags: Tags, storeys: int) -> float:
    usual_m = storeys * parameter("osm.storey_height").value
    stated_m = _number(tags.get("height", ""))
    return stated_m if stated_m and stated_m >= storeys else usual_m


def _year(tags: Tags) -> int:
    match = _YEAR.search(tags.get("start_date", ""))
    return int(match[1]) if match else int(parameter("osm.built_year").value)


def _structure(tags: Tags, use: str, storeys: int) -> str:
    if storeys > _TALL_STOREYS:
        return "rc_tall"
    if tags.get("building:material") in _LIGHT:
        return "adobe"
    if use in {"factory", "warehouse"} and storeys <= 2:
        return "industrial"
    if _year(tags) < _RING_BEAMS_SINCE:
        return "old_masonry"
    return "rc_frame" if storeys >= _FRAME_STOREYS else "masonry"


def centres(found: Sequence[Polygon]) -> NDArray[Any]:
    """Return (n, 2) centres, also of no building at all."""
    return np.array([one.centre_m for one in found], dtype=np.float64).reshape(-1, 2)
