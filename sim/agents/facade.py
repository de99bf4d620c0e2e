"""Residents as Mesa agents: light handles over rows, made when asked for and never kept.

``model.agents_by_type[Resident]`` is a `LazySet` and ``model.agents`` holds residents, teams and
buses alike; `select`, `get`, `agg`, `groupby`, `sort`, `do` and a plain ``for`` work as in Mesa
3.3, most of them on whole columns.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import mesa
import numpy as np
from mesa.agent import AgentSet, GroupBy
from numpy.typing import NDArray

from sim.agents.facade_columns import CODED, OF_HOME, OF_PERSON, codes_of, values_of
from sim.agents.facade_walk import Held, Walked
from sim.agents.residents import Residents, Rows, names


class Resident(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """One person: a row of `Residents` with the face of a Mesa agent.

    Equal handles are the same person. `unique_id` is the row plus one. Attributes are read from the
    columns; what changes a person goes through `Population`, so that the ledger stays true.
    """

    _of: Residents
    row: int

    def __init__(self, model: mesa.Model, residents: Residents, row: int) -> None:
        # Mesa's own __init__ would register the handle and keep it: 489 bytes and 5 us a person
        object.__setattr__(self, "__dict__", {"model": model, "_of": residents, "row": row})

    def __getattr__(self, name: str) -> Any:
        """Return an attribute from the columns."""
        if name.startswith("_"):
            raise AttributeError(f"'Resident' object has no attribute '{name}'")
        return values_of(self._of, name, np.array([self.row]))[0]

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a person changes through `Population`."""
        raise AttributeError(f"'{name}' of a resident is set by Population, not on the handle")

    @property
    def pos(self) -> tuple[float, float]:
        """Where the person lives: x and y in the map's metres."""
        buildings = self._of.world.buildings
        home = self._of.homes.building[self._of.household[self.row]]
        return (float(buildings.x_m[home]), float(buildings.y_m[home]))

    def __eq__(self, other: object) -> bool:
        """Whether both are the same row of the same residents."""
        return isinstance(other, Resident) and (self._of, self.row) == (other._of, other.row)

    def __hash__(self) -> int:
        """Return a hash of the row."""
        return hash((id(self._of), self.row))

    def __repr__(self) -> str:
        """Return who this is."""
        return f"<Resident {self.row + 1}, {self.state}>"

    def remove(self) -> None:
        """Refuse: the dead keep their row."""
        raise TypeError("residents are never removed from a model; the dead keep their row")


class LazySet(Walked):
    """Some residents, by their rows, in that order."""

    def __init__(self, model: mesa.Model, residents: Residents, rows: Rows | None = None) -> None:
        self._model, self._residents = model, residents
        self.rows = np.arange(residents.n) if rows is None else np.asarray(rows)
        self.random = model.random

    def _of(self, rows: Rows) -> LazySet:
        return LazySet(self._model, self._residents, rows)

    def __len__(self) -> int:
        """Return how many."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Resident]:
        """Make a handle for each, one after the other."""
        model, residents = self._model, self._residents
        return (Resident(model, residents, row) for row in self.rows.tolist())

    def __contains__(self, agent: object) -> bool:
        """Whether the person is one of these."""
        return (
            isinstance(agent, Resident)
            and agent._of is self._residents
            and bool((self.rows == agent.row).any())
        )

    def __getitem__(self, item: int | slice) -> Any:
        """Return one handle, or a list of handles."""
        picked = self.rows[item]
        if isinstance(item, slice):
            return list(self._of(picked))
        return Resident(self._model, self._residents, int(picked))

    def column(self, name: str) -> NDArray[Any]:
        """Return an attribute as an array: numbers, or codes of `CODED`."""
        return codes_of(self._residents, name, self.rows)

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
        *,
        mask: NDArray[np.bool_] | None = None,
    ) -> LazySet:
        """Return those for whom a function, or a mask over these rows, is true."""
        rows = self.rows if mask is None else self.rows[mask]
        if agent_type is not None and not issubclass(Resident, agent_type):
            rows = rows[:0]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        if filter_func is not None:
            kept = (agent.row for agent in self._of(rows) if filter_func(agent))
            limit = None if at_most == float("inf") else int(at_most)
            rows = np.fromiter(itertools.islice(kept, limit), dtype=np.int64)
        elif at_most != float("inf"):
            rows = rows[: int(at_most)]
        return self._settle(rows, inplace)

    def _settle(self, rows: Rows, inplace: bool) -> LazySet:
        if not inplace:
            return self._of(rows)
        self.rows = rows
        return self

    def shuffle(self, inplace: bool = False) -> LazySet:
        """Return these in random order, by the model's `random`."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._settle(np.array(rows, dtype=np.int64), inplace)

    def sort(
        self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> LazySet:
        """Return these ordered by an attribute or a function; equal ones keep their order."""
        values = self.get(key) if isinstance(key, str) else [key(agent) for agent in self]
        places = sorted(range(len(values)), key=values.__getitem__, reverse=not ascending)
        return self._settle(self.rows[places], inplace)

    def get(
        self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        """Return an attribute, or a list of attributes, of every one."""
        if isinstance(attr_names, str):
            try:
                return values_of(self._residents, attr_names, self.rows)
            except AttributeError:
                return super().get(attr_names, handle_missing, default_value)
        parts = [self.get(name, handle_missing, default_value) for name in attr_names]
        return [list(values) for values in zip(*parts, strict=True)]

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """Return a function, or several, of all values of an attribute."""
        plain = attribute in CODED or attribute not in {*OF_HOME, *OF_PERSON, "unique_id"}
        values = self.get(attribute) if plain else self.column(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Group by an attribute or a function; groups come in the order of their first member."""
        if isinstance(by, str):
            keys, group = np.unique(self.column(by), return_inverse=True)
            labels = names(keys, CODED[by]) if by in CODED else keys.tolist()
        else:
            found = [by(agent) for agent in self]
            labels = list(dict.fromkeys(found))
            index = {label: number for number, label in enumerate(labels)}
            group = np.array([index[label] for label in found], dtype=np.int64)
        order = np.argsort(group, kind="stable")
        parts = np.split(self.rows[order], np.searchsorted(group[order], range(1, len(labels))))
        first = np.array([order[np.searchsorted(group[order], n)] for n in range(len(labels))])
        groups = {labels[n]: self._of(parts[n]) for n in np.argsort(first)}
        if result_type == "list":
            return GroupBy({label: list(group) for label, group in groups.items()})
        return GroupBy(groups)

    def set(self, attr_name: str, value: Any) -> LazySet:
        """Refuse: people change through `Population`."""
        raise TypeError(f"'{attr_name}' of residents is set by Population, not on an agent set")

    def add(self, agent: mesa.Agent) -> None:
        """Refuse: everybody is here from the start."""
        raise TypeError("residents are columns; nobody can be added to them")

    def discard(self, agent: mesa.Agent) -> None:
        """Refuse: the dead keep their row."""
        raise TypeError("residents are never removed from a model; the dead keep their row")

    remove = discard


class Everybody(Held):
    """All agents of a model: residents by row first, then teams and vehicles as they came."""

    def __init__(self, residents: LazySet, others: AgentSet) -> None:
        self.residents, self.others = residents, others
        self.random = residents.random

    def __len__(self) -> int:
        """Return how many."""
        return len(self.residents) + len(self.others)

    def __iter__(self) -> Iterator[Any]:
        """Iterate over residents, then the others."""
        return itertools.chain(self.residents, self.others)

    def __contains__(self, agent: object) -> bool:
        """Whether the agent is in the model."""
        return agent in (self.residents if isinstance(agent, Resident) else self.others)

    def __getitem__(self, item: int | slice) -> Any:
        """Return one agent, or a list of agents."""
        if isinstance(item, slice):
            return [self[place] for place in range(*item.indices(len(self)))]
        place = operator.index(item) + (len(self) if item < 0 else 0)
        if place < len(self.residents):
            return self.residents[place]
        return list(self.others)[place - len(self.residents)]

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
    ) -> Any:
        """Return those of a type for whom a function is true; residents alone stay columns."""
        if not inplace and agent_type is not None and issubclass(agent_type, Resident):
            return self.residents.select(filter_func, at_most, agent_type=agent_type)
        return super().select(filter_func, at_most, inplace, agent_type)

    def get(
        self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        """Return an attribute, or a list of attributes, of every agent."""
        return [
            *self.residents.get(attr_names, handle_missing, default_value),
            *self.others.get(attr_names, handle_missing, default_value),
        ]

    def add(self, agent: mesa.Agent) -> None:
        """Add a team or a vehicle."""
        self.others.add(agent)

    def discard(self, agent: mesa.Agent) -> None:
        """Take a team or a vehicle out."""
        (self.residents if isinstance(agent, Resident) else self.others).discard(agent)

    def remove(self, agent: mesa.Agent) -> None:
        """Take a team or a vehicle out; it must be there."""
        (self.residents if isinstance(agent, Resident) else self.others).remove(agent)

    def _update(self, agents: Iterable[Any]) -> Self:
        raise TypeError("the set of all agents of a model cannot be cut down or reordered in place")


def attach(model: mesa.Model, residents: Residents) -> LazySet:
    """Make residents agents of a model, with ids 1 .. n; teams made later come after them.

    Raises
    ------
    ValueError
        When the model has agents already, whose ids would collide.
    """
    if len(model.agents):
        raise ValueError(f"{len(model.agents)} agents are there before the residents")
    handles = LazySet(model, residents)
    mesa.Agent._ids[model] = itertools.count(residents.n + 1)
    model._agents_by_type[Resident] = handles
    model._all_agents = Everybody(handles, model._all_agents)
    return handles


def release(model: mesa.Model) -> None:
    """Let go of a model that is no longer needed.

    Mesa 3.3 keeps every model that ever had an agent alive through a counter of ids on the class
    (its issue 3179, mended in 3.5).
    """
    model.remove_all_agents()
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
