"""What links of chains share: water poured onto the map, places, levels at which things fail."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import ndtri

from sim.core.errors import SimError
from sim.core.rng import Streams
from sim.core.words import said
from sim.scenario.base import Spot
from sim.world.layers import Layers
from sim.world.world import World

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
#: the logarithm's spread of a strength
Spread = Annotated[float, Field(ge=0, le=2)]

_POURED: Final = "poured_m_per_s"
_LEAST_LUCK: Final = 1e-12


class LinkPlaceError(SimError):
    """A link names a place outside the map, or finds nothing there to act on."""


class Pouring:
    """One source's share of the layer ``poured_m_per_s``, beside those of other sources.

    Parameters
    ----------
    fields : Layers
    cells : (n,) int64
        Flat cells that the water comes into.
    """

    def __init__(self, fields: Layers, cells: Rows) -> None:
        self._fields, self._cells = fields, cells
        self._rate_m_per_s = 0.0
        pour_nothing(fields)

    def pour(self, flow_m3_per_s: float) -> None:
        """Spread a flow evenly over the cells, from now on."""
        area_m2 = len(self._cells) * self._fields.grid.cell_area_m2
        rate = flow_m3_per_s / area_m2
        if rate == self._rate_m_per_s:
            return
        layer = self._fields[_POURED]
        layer.reshape(-1)[self._cells] += rate - self._rate_m_per_s
        self._rate_m_per_s = rate
        self._fields.write(_POURED, layer)


def pour_nothing(fields: Layers) -> None:
    """Have the layer of poured water there, dry where nobody pours."""
    if _POURED not in fields:
        fields.write(_POURED, np.zeros(fields.grid.shape))


def cell_at(world: World, spot: Spot, who: str) -> int:
    """Return the flat cell of a spot.

    Raises
    ------
    LinkPlaceError
        When it lies outside the map.
    """
    cell = int(world.grid.cell_of(spot.x_m, spot.y_m))
    if cell < 0:
        raise LinkPlaceError(said("flood.outside", id=who))
    return cell


def strengths(streams: Streams, purpose: str, rows: Rows, median: float, spread: float) -> Floats:
    """Return the lognormal strength of each row, the same whatever else is there."""
    luck = np.maximum(streams.at(purpose, 0, rows), _LEAST_LUCK)
    drawn: Floats = median * np.exp(spread * ndtri(luck))
    return drawn
