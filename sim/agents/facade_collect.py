"""Mesa's `DataCollector`, with whole columns for residents; the frames are the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.datacollection import DataCollector
from numpy.typing import NDArray

from sim.agents.facade import Everybody, LazySet, Resident
from sim.agents.facade_columns import CODED
from sim.agents.residents import names

Record = tuple[NDArray[np.int64], dict[str, Any]]


class ColCollector(DataCollector):  # type: ignore[misc]  # mesa ships no types
    """Collects residents' attributes named by strings as arrays, and everything else as Mesa does.

    Parameters are those of `mesa.DataCollector`. Reporters that are functions are called a resident
    each, as in Mesa, and cost as much.
    """

    def __init__(
        self,
        model_reporters: Mapping[str, Any] | None = None,
        agent_reporters: Mapping[str, Any] | None = None,
        agenttype_reporters: Mapping[type[mesa.Agent], Mapping[str, Any]] | None = None,
        tables: Mapping[str, list[str]] | None = None,
    ) -> None:
        by_type = dict(agenttype_reporters or {})
        everybody, residents = dict(agent_reporters or {}), dict(by_type.get(Resident, {}))
        self._everybody = everybody if _all_named(everybody) else {}
        self._residents = residents if _all_named(residents) else {}
        if self._residents:
            del by_type[Resident]
        super().__init__(
            model_reporters=model_reporters,
            agent_reporters=None if self._everybody else everybody or None,
            agenttype_reporters=by_type or None,
            tables=tables,
        )
        self._of_everybody: dict[int, list[Record]] = {}
        self._of_residents: dict[int, list[Record]] = {}

    def collect(self, model: mesa.Model) -> None:
        """Collect everything for this step of the model."""
        super().collect(model)
        if self._everybody:
            self._of_everybody[model.steps] = _records(model.agents, self._everybody)
        if self._residents:
            handles = model.agents_by_type[Resident]
            self._of_residents[model.steps] = _records(handles, self._residents)

    def get_agent_vars_dataframe(self) -> pd.DataFrame:
        """Return one row a step and agent, as Mesa does."""
        if not self._everybody:
            frame: pd.DataFrame = super().get_agent_vars_dataframe()
            return frame
        return _frame(self._of_everybody, list(self._everybody))

    def get_agenttype_vars_dataframe(self, agent_type: type[mesa.Agent]) -> pd.DataFrame:
        """Return one row a step and agent of a type, as Mesa does."""
        if agent_type is not Resident or not self._residents:
            frame: pd.DataFrame = super().get_agenttype_vars_dataframe(agent_type)
            return frame
        return _frame(self._of_residents, list(self._residents))


def _all_named(reporters: Mapping[str, Any]) -> bool:
    return bool(reporters) and all(isinstance(what, str) for what in reporters.values())


def _records(agents: Any, reporters: Mapping[str, str]) -> list[Record]:
    """Return copies of the columns of residents, and the values of the agents beside them."""
    if isinstance(agents, LazySet):
        return [_columns(agents, reporters)]
    if isinstance(agents, Everybody):
        return [_columns(agents.residents, reporters), _values(agents.others, reporters)]
    return [_values(agents, reporters)]


def _columns(residents: LazySet, reporters: Mapping[str, str]) -> Record:
    kept: dict[str, Any] = {}
    for name, attribute in reporters.items():
        try:
            kept[name] = (attribute, residents.column(attribute).copy())
        except AttributeError:
            kept[name] = (None, residents.get(attribute, "default"))
    return residents.rows.astype(np.int64) + 1, kept


def _values(agents: Any, reporters: Mapping[str, str]) -> Record:
    ids = np.array([agent.unique_id for agent in agents], dtype=np.int64)
    return ids, {
        name: (None, [getattr(agent, attribute, None) for agent in agents])
        for name, attribute in reporters.items()
    }


def _frame(records: dict[int, list[Record]], reporters: list[str]) -> pd.DataFrame:
    parts = [(step, ids, kept) for step, found in records.items() for ids, kept in found]
    index = pd.MultiIndex.from_arrays(
        [
            np.concatenate([np.full(len(ids), step, dtype=np.int64) for step, ids, _ in parts]),
            np.concatenate([ids for _, ids, _ in parts]),
        ],
        names=["Step", "AgentID"],
    )
    columns = {name: _joined([kept[name] for _, _, kept in parts]) for name in reporters}
    return pd.DataFrame(columns, index=index)


def _joined(parts: list[tuple[str | None, Any]]) -> pd.Series[Any] | NDArray[Any] | list[Any]:
    """Return one column: an array of Mesa's type where all parts are numbers, else its values."""
    parts = [part for part in parts if len(part[1])]
    if parts and all(name is not None and name not in CODED for name, _ in parts):
        joined = np.concatenate([values for _, values in parts])
        wide = {"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}
        return joined.astype(wide[joined.dtype.kind])
    return [
        value
        for name, values in parts
        for value in (names(values, CODED[name]) if name in CODED else list(values))
    ]
