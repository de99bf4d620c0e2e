"""What a run leaves behind: figures every tick, water and people at kept moments, one digest."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.model.census import Census
from sim.model.invariants import check
from sim.model.people_table import final_columns

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

#: layers kept through time, in thousandths of their unit, as GeoTIFF bands
KEPT: Final = ("depth_m", "speed_m_per_s")
_THOUSANDTHS: Final = 1000.0


def is_kept(to_s: float, n_kept: int, every_s: float, end_s: float) -> bool:
    """Whether maps are kept at a tick: the first one after each span, and the last of all."""
    return to_s >= (n_kept + 1) * every_s or to_s >= end_s


class Recorder:
    """Watches a model and keeps what its run directory needs.

    Parameters
    ----------
    model : Disaster
    every_s : float
        How often the layers of `KEPT` and people's whereabouts are kept; figures every tick.

    Attributes
    ----------
    rows : list of dict
        One row a tick: ``t_s``, the hazards' figures, closed roads, flooded buildings.
    times_s : list of float
        When layers and whereabouts were kept.
    census : Census
    """

    def __init__(self, model: Disaster, *, every_s: float) -> None:
        self._model = model
        self._every_s = every_s
        self._frames: dict[str, list[bytes]] = {name: [] for name in KEPT}
        self._digest = hashlib.sha256()
        self._length_m = model.world.roads.length_m
        self.rows: list[dict[str, float]] = []
        self.times_s: list[float] = []
        self.census = Census(model)

    def record(self, to_s: float) -> None:
        """Keep the figures of this tick, and the layers when they are due."""
        water = self._model.water
        row = {"t_s": to_s}
        for hazard in self._model.hazards:
            row |= hazard.report()
        closed = self._model.roads.closures.closed
        row["closed_road_m"] = float(self._length_m[closed].sum(dtype=np.float64))
        row["closed_edges"] = float(np.count_nonzero(closed))
        row["flooded_buildings"] = float(np.count_nonzero(np.isfinite(water.first_wet_s)))
        people = self._model.people
        totals = people.residents.ledger.totals()
        row |= {f"people_{state}": float(count) for state, count in totals.items()}
        row["people_warned"] = float(people.warned())
        row["people_in_shelters"] = float(people.shelters.persons_inside().sum())
        if self._model.operations is not None:
            row |= self._model.operations.supply.report()
            row |= self._model.operations.hospitals.report()
        row["people_turned_away"] = float(people.turned_away)
        self.rows.append(row)
        if is_kept(to_s, len(self.times_s), self._every_s, self._model.duration_s):
            self._keep(to_s)

    def _keep(self, to_s: float) -> None:
        check(self._model)
        self.times_s.append(to_s)
        for counted in self.census.keep(to_s):
            self._digest.update(counted.astype("<u4").tobytes())
        for name in KEPT:
            layer = self._model.fields.get(name)
            if layer is None:
                continue
            whole = np.rint(layer * _THOUSANDTHS).clip(0, np.iinfo(np.uint16).max)
            plain = whole.astype("<u2").tobytes()
            self._digest.update(plain)
            self._frames[name].append(zlib.compress(plain, level=1))

    def kept(self, name: str) -> Iterator[NDArray[np.float32]]:
        """Iterate over the kept frames of one layer, in its unit, rounded to thousandths."""
        shape = self._model.world.grid.shape
        for packed in self._frames[name]:
            whole = np.frombuffer(zlib.decompress(packed), dtype="<u2").reshape(shape)
            yield (whole / np.float32(_THOUSANDTHS)).astype(np.float32)

    def has(self, name: str) -> bool:
        """Whether any frame of this layer was kept."""
        return bool(self._frames.get(name))

    def state_sha256(self) -> str:
        """Return one digest of what happened: event log, what was kept, every resident's end."""
        both = hashlib.sha256(self._model.log.sha256().encode())
        both.update(self._digest.digest())
        for column in final_columns(self._model.people).values():
            both.update(column.tobytes())
        return both.hexdigest()
