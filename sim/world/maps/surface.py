"""What the land does to water on it: roughness, infiltration and drains by land class."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.parameters import parameter
from sim.world.layers import LAND_CLASSES, Layers

#: land that storm drains serve
DRAINED: Final = ("residential", "commercial", "industrial", "road")


def write_surface(layers: Layers, drain_m_per_s: float) -> None:
    """Set roughness, infiltration and drains of every cell by its ``land`` (topic ``surface``).

    Parameters
    ----------
    layers : Layers
        Holds ``land``; gets ``manning_n``, ``infiltration_m_per_s`` and ``drain_m_per_s``.
    drain_m_per_s : float
        Capacity of the drains under built-up land.
    """
    land = layers["land"]
    layers.write("manning_n", _by_class("manning")[land])
    layers.write("infiltration_m_per_s", _by_class("infiltration")[land])
    drained = np.isin(np.array(LAND_CLASSES), DRAINED)
    layers.write("drain_m_per_s", np.where(drained, drain_m_per_s, 0.0)[land])


def _by_class(quantity: str) -> NDArray[np.float64]:
    return np.array([parameter(f"surface.{quantity}_{name}").si for name in LAND_CLASSES])
