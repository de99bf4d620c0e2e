"""A finished model read as its results, without a folder between: what ensembles need is little."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.core.words import said
from sim.model.disaster import Disaster
from sim.model.results import NoSuchLayerError, Results
from sim.model.write import outline, tables
from sim.scenario.plan import Plan


class LiveResults(Results):
    """What `sim.model.results.Results` reads from a folder, taken from the model itself.

    Parameters
    ----------
    model : Disaster
        At its end.
    folder : Path
        Of the scenario; messages name it.
    plan : Plan or None
    every : int
    """

    def __init__(self, model: Disaster, folder: Path, plan: Plan | None, every: int) -> None:
        self.folder, self._model = folder, model
        name = None if plan is None else plan.id
        self.manifest: dict[str, Any] = outline(model) | {"plan": name, "every": every}
        vars(self).update(scenario=model.scenario, plan=plan, targets=None, world=model.world)

    @functools.cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return tables(self._model)

    def _table(self, name: str) -> pd.DataFrame:
        """Return a table with the types that it has when it is read from a run's folder."""
        arrow = pa.Table.from_pandas(self._tables[name], preserve_index=False)
        read: pd.DataFrame = arrow.to_pandas()
        return read

    def layer(self, name: str, at: str | float | None = None) -> NDArray[Any]:
        """Return a layer as it is at the end, or as it was at a kept moment."""
        recorder = self._model.recorder
        if recorder.has(name) and at is not None:
            return list(recorder.kept(name))[self.kept_index(at)]
        if name not in self._model.fields:
            kept = ", ".join(sorted(self._model.fields))
            raise NoSuchLayerError(said("run.no_layer", name=name, kept=kept, guess=""))
        return np.asarray(self._model.fields[name])
