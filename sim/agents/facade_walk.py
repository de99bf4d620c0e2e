"""Mesa agent sets that are not built of weak references: only a way to walk through agents."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any, Self

import mesa
from mesa.agent import AgentSet


class Walked(AgentSet):  # type: ignore[misc]  # mesa ships no types
    """An agent set known only by how to walk through it; Mesa's verbs follow from that."""

    random: Random

    def __contains__(self, agent: object) -> bool:
        """Whether the agent is met on the walk."""
        return any(agent == other for other in self)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function, on each agent in order."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method, or a function, on each agent in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method, or a function, on each agent and return what they returned."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def get(
        self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        """Return an attribute, or a list of attributes, of every agent."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing={handle_missing!r} must be 'error' or 'default'")
        missing = () if handle_missing == "error" else (default_value,)
        if isinstance(attr_names, str):
            return [getattr(agent, attr_names, *missing) for agent in self]
        return [[getattr(agent, name, *missing) for name in attr_names] for agent in self]

    def __getstate__(self) -> dict[str, Any]:
        """Return everything but the caches."""
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take everything back."""
        self.__dict__.update(state)


class Held(Walked):
    """A list of agents of any kind, held for as long as the list."""

    def __init__(self, agents: Iterable[Any], random: Random) -> None:
        self._held = list(agents)
        self.random = random

    def __len__(self) -> int:
        """Return how many."""
        return len(self._held)

    def __iter__(self) -> Iterator[Any]:
        """Iterate in order."""
        return iter(self._held)

    def __getitem__(self, item: int | slice) -> Any:
        """Return one agent, or a list of agents."""
        return self._held[item]

    def _update(self, agents: Iterable[Any]) -> Self:
        self._held = list(agents)
        return self

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[mesa.Agent] | None = None,
    ) -> Held:
        """Return those of a type for whom a function is true."""
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        kept = (
            agent
            for agent in self
            if (agent_type is None or isinstance(agent, agent_type))
            and (filter_func is None or filter_func(agent))
        )
        limit = None if at_most == float("inf") else int(at_most)
        return self._settle(itertools.islice(kept, limit), inplace)

    def shuffle(self, inplace: bool = False) -> Held:
        """Return these in random order."""
        agents = list(self)
        self.random.shuffle(agents)
        return self._settle(agents, inplace)

    def sort(
        self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> Held:
        """Return these ordered by an attribute or a function."""
        by = operator.attrgetter(key) if isinstance(key, str) else key
        return self._settle(sorted(self, key=by, reverse=not ascending), inplace)

    def _settle(self, agents: Iterable[Any], inplace: bool) -> Held:
        return self._update(agents) if inplace else Held(agents, self.random)
