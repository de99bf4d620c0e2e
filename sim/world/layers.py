"""Layers: the only place where hazards and people meet. Each name has one unit and one type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import did_you_mean
from sim.world.grid import Grid


@dataclass(frozen=True)
class LayerSpec:
    """What a layer holds.

    Attributes
    ----------
    unit : str
        ``"1"`` for a share or a code.
    dtype : str
        NumPy type.
    says : str
        One line on its meaning.
    joins : str
        How pages of several hazards of one kind become one: ``max``, ``min``, ``sum``, or ``first``
        for what came with the earliest fire; empty where all write into one page.
    """

    unit: str
    dtype: str
    says: str
    joins: str = ""


LAYERS: Final[dict[str, LayerSpec]] = {
    # the ground, from the map
    "elevation_m": LayerSpec("m", "float32", "ground level above the map's datum"),
    "manning_n": LayerSpec("s/m^(1/3)", "float32", "Manning roughness of the surface"),
    "infiltration_m_per_s": LayerSpec("m/s", "float32", "steady infiltration into open soil"),
    "drain_m_per_s": LayerSpec("m/s", "float32", "capacity of drains under the cell"),
    "built_share": LayerSpec("1", "float32", "share of the cell under buildings"),
    "land": LayerSpec("1", "uint8", "land class, a code of LAND_CLASSES"),
    "underpass_share": LayerSpec(
        "1", "float32", "share of the cell that an underpass takes; 1: no"
    ),
    "underpass_drop_m": LayerSpec("m", "float32", "its floor below the mean ground of the cell"),
    "fuel": LayerSpec("1", "uint8", "number of the fuel model (Anderson; Scott & Burgan)"),
    "vs30_m_per_s": LayerSpec("m/s", "float32", "shear-wave velocity of the upper 30 m"),
    # written by the response
    "pumped_m_per_s": LayerSpec("m/s", "float32", "depth a second that mobile pumps take away"),
    "fire_line": LayerSpec("s", "float32", "time until a line holds fire; infinity when cleared"),
    "leak_plugged": LayerSpec("1", "uint8", "a team has plugged what leaks here"),
    # water that comes and goes, written by storms and by links of chains
    "rain_m_per_s": LayerSpec("m/s", "float32", "mean rain of the last tick", joins="sum"),
    "poured_m_per_s": LayerSpec("m/s", "float64", "depth a second that dams, mains, rivers pour"),
    "sea_level_m": LayerSpec(
        "m", "float32", "level of the sea off the map, above its datum", joins="max"
    ),
    # water, written by floods
    "depth_m": LayerSpec("m", "float32", "water depth now", joins="max"),
    "speed_m_per_s": LayerSpec(
        "m/s", "float32", "water speed now, at the cell's centre", joins="max"
    ),
    "max_depth_m": LayerSpec("m", "float32", "largest depth so far", joins="max"),
    "max_speed_m_per_s": LayerSpec("m/s", "float32", "largest speed so far", joins="max"),
    "max_hazard_rating": LayerSpec(
        "1", "float32", "largest d (v + 0.5) + DF so far (FD2321)", joins="max"
    ),
    "arrival_s": LayerSpec(
        "s", "float32", "first time deeper than 0.05 m; infinity when never", joins="min"
    ),
    "wet_s": LayerSpec("s", "float32", "time spent deeper than 0.05 m", joins="max"),
    # shaking, written by earthquakes
    "pga_m_per_s2": LayerSpec(
        "m/s2", "float32", "largest peak ground acceleration so far", joins="max"
    ),
    "pgv_m_per_s": LayerSpec("m/s", "float32", "largest peak ground velocity so far", joins="max"),
    "intensity": LayerSpec(
        "1", "float32", "largest instrumental intensity so far (GB/T 17742)", joins="max"
    ),
    # ice and gas
    "ice_m": LayerSpec("m", "float32", "radial thickness of ice on lines now", joins="sum"),
    "max_ice_m": LayerSpec(
        "m", "float32", "largest radial thickness of ice on lines so far", joins="max"
    ),
    "slope_state": LayerSpec(
        "1", "uint8", "worst so far of marked slopes, a code of SLOPE_STATES; 0 none", joins="max"
    ),
    "gas_kg_per_m3": LayerSpec(
        "kg/m3", "float32", "poisonous gas in the air at the ground now", joins="sum"
    ),
    "gas_escapes_kg_per_s": LayerSpec(
        "kg/s", "float32", "poisonous gas that escapes here now", joins="sum"
    ),
    "gas_kind": LayerSpec("1", "uint8", "what gas it is, a code of GASES", joins="max"),
    "gas_zone": LayerSpec("1", "uint8", "worst AEGL passed so far: 0 none, 1, 2, 3", joins="max"),
    # wildfires
    "fire_arrival_s": LayerSpec(
        "s", "float32", "when the fire came; infinity where it has not", joins="min"
    ),
    "flame_length_m": LayerSpec(
        "m", "float32", "length of the flames as the fire came", joins="first"
    ),
    "fireline_w_per_m": LayerSpec(
        "W/m", "float32", "heat of the front a metre as the fire came", joins="first"
    ),
    "smoke_kg_per_m3": LayerSpec(
        "kg/m3", "float32", "fine particles in the air at the ground now", joins="sum"
    ),
}

#: what rain has done to a marked slope, 1 for the first: below half of what sets it sliding, half
#: and more, all of it and it held, and it slid
SLOPE_STATES: Final = ("calm", "watched", "held", "slid")
#: poisonous gases that hazards let go
GASES: Final = (
    "ammonia",
    "chlorine",
    "hydrogen_sulfide",
    "sulfur_dioxide",
    "hydrogen_fluoride",
    "hydrogen_chloride",
)

LAND_CLASSES: Final = (
    "water",
    "bare",
    "grass",
    "crop",
    "forest",
    "residential",
    "commercial",
    "industrial",
    "road",
    "levee",
)


class Layers(Mapping[str, NDArray[Any]]):
    """Arrays of one grid by catalogued name; shape and type are checked at the door."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._arrays: dict[str, NDArray[Any]] = {}

    def write(self, name: str, values: NDArray[Any]) -> None:
        """Set a layer (kept by reference when the type fits).

        Raises
        ------
        KeyError
            When the name is not in `LAYERS`.
        ValueError
            When the shape is not the grid's.
        """
        if name not in LAYERS:
            raise KeyError(f"unknown layer '{name}'{did_you_mean(name, LAYERS)}")
        if values.shape != self.grid.shape:
            raise ValueError(f"{name}: shape {values.shape} is not the grid's {self.grid.shape}")
        self._arrays[name] = np.ascontiguousarray(values, dtype=LAYERS[name].dtype)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a layer."""
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names present."""
        return iter(self._arrays)

    def __len__(self) -> int:
        """Return how many layers are present."""
        return len(self._arrays)
