"""A run's folder, read back: tables as pandas frames, layers as arrays, times as clock times."""

from __future__ import annotations

import functools
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import rasterio
from numpy.typing import NDArray

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.units import clock_s
from sim.model.build import world_of
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.world.world import World

DAY_S: Final = 86400


class NotARunError(SimError):
    """A folder was named that holds no finished run."""


class NoSuchLayerError(SimError):
    """A run keeps no layer of that name, or nothing at that time."""


class Results:
    """What a finished run left in its folder.

    Parameters
    ----------
    folder : path
        With ``manifest.json``.
    world : World, optional
        Spares making the map again when the caller has it.

    Raises
    ------
    NotARunError
        When there is no manifest.
    """

    def __init__(self, folder: Path | str, *, world: World | None = None) -> None:
        self.folder = Path(folder)
        path = self.folder / "manifest.json"
        if not path.is_file():
            raise NotARunError(f"{self.folder}: no manifest.json here; not a finished run")
        self.manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self._world = world

    @functools.cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was run, from the run's own copy of the inputs."""
        return load_scenario(self.folder / "inputs")

    @property
    def world(self) -> World:
        """The map, made again from the run's copy of the inputs when needed."""
        if self._world is None:
            self._world = world_of(self.scenario, self.folder / "inputs")
        return self._world

    def _table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / f"{name}.parquet")

    @functools.cached_property
    def events(self) -> pd.DataFrame:
        """The event log: id, t_s, kind, who, cause, facts (JSON)."""
        return self._table("events")

    @functools.cached_property
    def series(self) -> pd.DataFrame:
        """One row a tick: ``t_s`` and figures with units in their names."""
        return self._table("series")

    @functools.cached_property
    def closures(self) -> pd.DataFrame:
        """One row a road closure."""
        return self._table("closures")

    @functools.cached_property
    def buildings(self) -> pd.DataFrame:
        """One row a building that water entered."""
        return self._table("buildings")

    @functools.cached_property
    def people(self) -> pd.DataFrame:
        """One row a resident."""
        return self._table("people")

    @functools.cached_property
    def kpis(self) -> pd.DataFrame:
        """The run's key figures: kpi, value, unit."""
        return pd.read_csv(self.folder / "kpis.csv", encoding="utf-8-sig")

    @property
    def times_s(self) -> list[float]:
        """Moments at which layers were kept."""
        return list(self.manifest["kept_s"])

    @functools.cached_property
    def start(self) -> datetime:
        """Local date and time of second 0."""
        return datetime.fromisoformat(self.manifest["start"])

    def clock_text(self, t_s: float) -> str:
        """Return ``"18:30"``, with the day (``"+1 06:30"``) after the first midnight."""
        moment = self.start + timedelta(seconds=t_s)
        days = (moment.date() - self.start.date()).days
        return f"+{days} {moment:%H:%M}" if days else f"{moment:%H:%M}"

    def seconds_at(self, at: str | float) -> float:
        """Return seconds from start of ``"06:30"`` (its first coming), or ``at`` itself."""
        if not isinstance(at, str):
            return float(at)
        midnight = self.start.replace(hour=0, minute=0, second=0, microsecond=0)
        since = (self.start - midnight).total_seconds()
        return float((clock_s(at) - since) % DAY_S)

    def kept_index(self, at: str | float) -> int:
        """Return which kept moment is nearest to ``at``.

        Raises
        ------
        NoSuchLayerError
            When ``at`` lies outside the run.
        """
        wanted_s = self.seconds_at(at)
        if not 0 <= wanted_s <= self.manifest["duration_s"]:
            end = self.clock_text(self.manifest["duration_s"])
            raise NoSuchLayerError(f"at={at!r} is outside the run, {self.clock_text(0)}..{end}")
        return int(np.argmin(np.abs(np.array(self.times_s) - wanted_s)))

    def layer(self, name: str, at: str | float | None = None) -> NDArray[Any]:
        """Return a layer, (ny, nx).

        Parameters
        ----------
        name : str
            ``depth_m``, ``speed_m_per_s`` with a time; ``max_depth_m`` and the like without.
        at : str or float, optional
            ``"06:30"`` or seconds from start; the nearest kept moment is taken, by default the
            last.

        Raises
        ------
        NoSuchLayerError
            When the run has no such layer, or ``at`` is outside it.
        """
        path = self.folder / "rasters" / f"{name}.tif"
        if not path.is_file():
            kept = [file.stem for file in sorted((self.folder / "rasters").glob("*.tif"))]
            guess = did_you_mean(name, kept)
            raise NoSuchLayerError(f"no layer '{name}'; this run keeps {choices(kept)}{guess}")
        with rasterio.open(path) as raster:
            band = raster.count if at is None else self.kept_index(at) + 1
            values: NDArray[Any] = raster.read(min(band, raster.count))
        return values
