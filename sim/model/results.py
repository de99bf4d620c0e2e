"""A run's folder, read back: tables as pandas frames, layers as arrays, times as clock times."""

from __future__ import annotations

import contextlib
import functools
import json
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import rasterio
from numpy.typing import NDArray

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.units import clock_s
from sim.core.words import said
from sim.model.before import map_of_run
from sim.model.build import plan_file, world_of
from sim.model.columns import (
    CLAUSE_COLUMNS,
    MESSAGE_COLUMNS,
    RELIEF_COLUMNS,
    SCORECARD_COLUMNS,
    SHELTER_COLUMNS,
    TOLD_COLUMNS,
    TRAPPED_COLUMNS,
    TRIP_COLUMNS,
)
from sim.scenario.loading import TARGETS_FILE, load_plan, load_scenario, load_targets
from sim.scenario.parameters import own_parameters
from sim.scenario.plan import Plan, Post
from sim.scenario.scenario import Scenario, on_cells
from sim.scenario.targets import Targets
from sim.world.digest import world_sha256
from sim.world.states import States
from sim.world.world import World

#: what a run's folder holds; a folder of another format is not read
FORMAT: Final = "shapan/run/3"
#: the file by which a folder is known as a run
MANIFEST: Final = "manifest.json"
DAY_S: Final = 86400


class NotARunError(SimError):
    """A folder was named that holds no finished run."""


class OtherMapError(SimError):
    """A run's map can no longer be made as it was."""


class NoSuchLayerError(SimError):
    """A run keeps no layer of that name, or nothing at that time."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a run says of itself.

    Raises
    ------
    NotARunError
        When the folder holds no manifest, or one that cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotARunError(said("run.no_manifest", folder=folder))
    with _whole(path):
        manifest: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
    return manifest


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Tell a user which file of a run is missing or torn."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        why = str(error).partition("\n")[0]
        raise NotARunError(said("run.torn", file=path, why=why)) from error


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
        When there is no manifest, or one of another format.
    """

    def __init__(self, folder: Path | str, *, world: World | None = None) -> None:
        self.folder = Path(folder)
        self.manifest: dict[str, Any] = read_manifest(self.folder)
        found = self.manifest.get("format")
        if found != FORMAT:
            raise NotARunError(
                said("run.other_format", folder=self.folder, found=found, known=FORMAT)
            )
        self._drawn = world

    def __repr__(self) -> str:
        """Tell a notebook which run this is."""
        about = self.manifest
        who = f"{about['id']}, plan={about.get('plan')}, seed={about['seed']}"
        return f"{type(self).__name__}({who}, folder={str(self.folder)!r})"

    @functools.cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was run, from the run's own copy of the inputs."""
        return on_cells(load_scenario(self.folder / "inputs"), self.manifest.get("cell_m"))

    @functools.cached_property
    def plan(self) -> Plan | None:
        """The plan by which people acted, from the run's own copy; None when nobody did."""
        name = self.manifest.get("plan")
        if name is None:
            return None
        with own_parameters(self.scenario.parameters):
            return load_plan(plan_file(self.folder / "inputs", name))

    @property
    def every(self) -> int:
        """One household in so many was kept, and stands for that many."""
        return int(self.manifest.get("every", 1))

    def plan_posts(self) -> tuple[Post, ...]:
        """The plan's posts; none without a plan."""
        return () if self.plan is None else self.plan.posts

    @functools.cached_property
    def targets(self) -> Targets | None:
        """What the place has promised; None when the scenario has no targets file."""
        path = self.folder / "inputs" / TARGETS_FILE
        return load_targets(path) if path.is_file() else None

    @functools.cached_property
    def world(self) -> World:
        """The map on which the run began: people live where its plan had moved them.

        It is made again from the run's copy of the inputs when needed.

        Raises
        ------
        OtherMapError
            When this version makes another map from them; tables can still be read.
        """
        if self._drawn is None:
            made = world_of(self.scenario, self.folder / "inputs")
            if world_sha256(made) != self.manifest["map_sha256"]:
                version = self.manifest["versions"]["shapan"]
                raise OtherMapError(said("run.other_map", folder=self.folder, version=version))
            self._drawn = made
        return map_of_run(self._drawn, self.plan, int(self.manifest["seed"]))

    def _table(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        with _whole(path):
            return pd.read_parquet(path)

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
    def census(self) -> pd.DataFrame:
        """People by square and group at the kept moments: t_s, x_m, y_m, group, people.

        Groups are those of `sim.model.census`.
        """
        return self._table("census")

    def people_at(self, at: str | float) -> pd.DataFrame:
        """Return the rows of `census` of the kept moment nearest to ``at``."""
        table = self.census
        return table[table["t_s"] == self.times_s[self.kept_index(at)]]

    @functools.cached_property
    def clauses(self) -> pd.DataFrame:
        """The clause ledger (`sim.response.ledger`); without a plan no rows.

        One row a clause and round: clause, post, action, each stage's time ``<stage>_s`` and event
        ``<stage>_event``, deadline_s, margin_s, outcome, held_up_by, overtaken_by, detail (JSON).
        """
        table = self._table("clauses").reindex(columns=CLAUSE_COLUMNS)
        times = [name for name in CLAUSE_COLUMNS if name.endswith("_s")]
        return table.astype(dict.fromkeys(times, float))  # a column of Nones would be of objects

    @functools.cached_property
    def shelters(self) -> pd.DataFrame:
        """One row a shelter: facility, id, capacity, people (at the end), opened, life inside.

        The columns from ``area_m2`` on are NaN in a run in which no shelter opened.
        """
        return self._table("shelters").reindex(columns=SHELTER_COLUMNS)

    @functools.cached_property
    def messages(self) -> pd.DataFrame:
        """One row a warning or order to the public, in the order of issue.

        Columns: message, colour, advice, is_order, channels, zones (rows of the world's), issued_s,
        event. ``heard`` of `people` counts these rows, ``order`` those that are orders.
        """
        table = self._table("messages").reindex(columns=MESSAGE_COLUMNS)
        return table.assign(is_order=table["is_order"].astype(bool))

    @functools.cached_property
    def relief(self) -> pd.DataFrame:
        """One row a group of people in need: point, needed_s, relieved_s (NaN: never), persons."""
        return self._table("relief").reindex(columns=RELIEF_COLUMNS)

    @functools.cached_property
    def trips(self) -> pd.DataFrame:
        """One row a load of relief goods: who, from where, how much, the time of every stage."""
        return self._table("trips").reindex(columns=TRIP_COLUMNS)

    @functools.cached_property
    def trapped(self) -> pd.DataFrame:
        """One row a resident who was ever buried: building, since_s, end_s, how, weight.

        ``how`` is ``team``, ``neighbours``, ``alone``, ``died`` or ``buried`` at the end.
        """
        if not (self.folder / "trapped.parquet").exists():
            return pd.DataFrame(columns=TRAPPED_COLUMNS)
        return self._table("trapped").reindex(columns=TRAPPED_COLUMNS)

    @functools.cached_property
    def told(self) -> pd.DataFrame:
        """One row a change of what a post believed: post, about, what, place, value, t_s, event.

        ``about`` is ``event`` (``what`` happened at ``place``), ``depth``, ``stage``, ``warning``,
        ``level``; ``origin`` is the event it is about; an empty value strikes a false report out.
        """
        table = self._table("told").reindex(columns=TOLD_COLUMNS)
        kinds = dict.fromkeys(TOLD_COLUMNS[:5], "str") | {"t_s": "float64"}
        return table.astype(kinds | dict.fromkeys(TOLD_COLUMNS[6:], "int64"))

    @functools.cached_property
    def kpis(self) -> pd.DataFrame:
        """The run's key figures: kpi, value (NaN when not to be judged), unit, block, why."""
        return _read_csv(self.folder / "kpis.csv", numbers=("value",))

    @functools.cached_property
    def scorecard(self) -> pd.DataFrame:
        """The targets against this run; see `sim.evaluation.scorecard`. No rows without targets."""
        if self.targets is None:
            return pd.DataFrame(columns=SCORECARD_COLUMNS)
        numbers = ("at_least", "at_most", "value", "margin")
        return _read_csv(self.folder / "scorecard.csv", numbers=numbers)

    @functools.cached_property
    def states(self) -> pd.DataFrame:
        """One row a change of a state of `sim.world.states.STATES`: t_s, state, row, value.

        ``t_s`` is the kept moment that showed it first.
        """
        return self._table("states")

    def changed(self, state: str) -> bool:
        """Whether anything ever was in a state other than at rest."""
        return bool((self.states["state"] == state).any())

    def states_at(self, at: str | float | None = None) -> States:
        """Return the states of things at a kept moment, by default at the end."""
        until_s = math.inf if at is None else self.times_s[self.kept_index(at)]
        found, table = States(self.world), self.states
        for name, part in table[table["t_s"] <= until_s].groupby("state"):
            newest = part.drop_duplicates("row", keep="last")
            found[str(name)][newest["row"].to_numpy(dtype=np.int64)] = newest["value"].to_numpy()
        return found

    def keeps(self, layer: str) -> bool:
        """Whether the run has a layer: one without a flood has no depths."""
        return (self.folder / "rasters" / f"{layer}.tif").is_file()

    def nearest_cause(self, event: int, kind: str) -> int | None:
        """Return the nearest cause of an event (or itself) that is of a kind; None for none."""
        return next((row for row in self.chain(event) if self._kinds[row] == kind), None)

    def chain(self, event: int) -> list[int]:
        """Return an event and its causes, the first cause last; empty for -1."""
        found = []
        while event >= 0:
            found.append(event)
            event = int(self._causes[event])
        return found

    @functools.cached_property
    def _causes(self) -> NDArray[np.int64]:
        return self.events["cause"].to_numpy(dtype=np.int64)

    @functools.cached_property
    def _kinds(self) -> NDArray[Any]:
        return self.events["kind"].to_numpy(dtype=object)

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
            asked = at if isinstance(at, str) else self.clock_text(wanted_s)
            raise NoSuchLayerError(said("run.outside", at=asked, start=self.clock_text(0), end=end))
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
            raise NoSuchLayerError(said("run.no_layer", name=name, kept=choices(kept), guess=guess))
        wanted = None if at is None else self.kept_index(at) + 1
        with _whole(path), rasterio.open(path) as raster:
            values: NDArray[Any] = raster.read(min(wanted or raster.count, raster.count))
        return values


def _read_csv(path: Path, *, numbers: tuple[str, ...]) -> pd.DataFrame:
    """Return a table whose other columns are text, also where they are empty throughout."""
    with _whole(path):
        table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
        return table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})
