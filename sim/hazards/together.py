"""Several hazards of one kind in one run: each writes pages of its own, the run reads the joined.

Two wildfires, two storms or a foreshock before a shock know nothing of each other. What they write
is joined cell by cell as the meaning of each layer and state says (`LayerSpec.joins`): the deeper
water, the earlier fire. For fire that is exact, as no way through ground that another fire has
burnt is earlier than that fire's own; water of two floods does not push: sources that meet belong
into one flood. What lasts and only gets worse (damage, roads that are down) they write in place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from sim.core.kinds import HAZARDS, LINKS
from sim.hazards.base import Hazard, Surroundings
from sim.scenario.base import HazardParams
from sim.world.layers import LAYERS, Layers
from sim.world.states import FIRE_STATES, STATES, States

Pages = Sequence[NDArray[Any]]
#: of two fires in one house, the one that goes further: codes of FIRE_STATES from least to most
_BURNS_ON: Final = tuple(map(FIRE_STATES.index, ("none", "put_out", "burning", "burnt_out")))


def hazards_of(params: Sequence[HazardParams], around: Surroundings) -> Iterator[Hazard]:
    """Build hazards and links one after the other, those that share a kind to be joined."""
    count = Counter(one.kind for one in params)
    groups: dict[str, list[OneOfSeveral]] = {}
    for one in params:
        made = (LINKS if one.kind in LINKS else HAZARDS)[one.kind]
        if count[one.kind] > 1 and any(_rule(name) for name in made.writes):
            yield cast("Hazard", OneOfSeveral(made, one, around, groups.setdefault(one.kind, [])))
        else:
            yield made(one, around)


def set_out(hazards: Sequence[Hazard], times_s: Sequence[float]) -> None:
    """Let hazards that can go on beside people set out for the next tick, when all told of now.

    They have a method ``set_out(to_s)``; the next ``advance(to_s)`` waits for its end.

    Parameters
    ----------
    hazards : sequence of Hazard
    times_s : sequence of float
        The ticks still to come; nobody sets out after the last.
    """
    for hazard in hazards:
        begin = getattr(hazard, "set_out", None)
        if begin is not None and len(times_s):
            begin(times_s[0])


class OneOfSeveral:
    """A hazard beside others of its kind; after each of its ticks the joined pages are written.

    Everything else that is asked of it, its hazard answers.
    """

    def __init__(
        self,
        made: type[Hazard],
        params: HazardParams,
        around: Surroundings,
        group: list[OneOfSeveral],
    ) -> None:
        own = tuple(name for name in made.writes if _rule(name))
        self._fields, self._states = around.fields, around.states
        self.own_fields = _OwnLayers(around.fields, own)
        self.own_states = _OwnStates(around, own)
        self._own, self._group = own, group
        group.append(self)
        self._hazard = made(params, replace(around, fields=self.own_fields, states=self.own_states))
        self._join()

    def __getattr__(self, name: str) -> Any:
        """Return what the hazard has: kind, writes, cause, rain."""
        if name == "_hazard":
            raise AttributeError(name)
        return getattr(self._hazard, name)

    def advance(self, to_s: float) -> None:
        """Let the hazard go on, and join what it wrote with the others'."""
        self._hazard.advance(to_s)
        self._join()

    def report(self) -> Mapping[str, float]:
        """Return the figures of all of the kind, by the last of them: sums, and largest maxima."""
        if self is not self._group[-1]:
            return {}
        figures: dict[str, float] = {}
        for one in self._group:
            for name, value in one._hazard.report().items():
                join = max if "max" in name else sum
                figures[name] = float(join((figures[name], value))) if name in figures else value
        return figures

    def _join(self) -> None:
        for name in self._own:
            pages = [page for one in self._group if (page := one._page(name)) is not None]
            if not pages:
                continue
            joined = _JOINS[_rule(name)](pages, self._order(name))
            if name in LAYERS:
                self._fields.write(name, joined)
            else:
                self._states[name][:] = joined

    def _page(self, name: str) -> NDArray[Any] | None:
        if name in LAYERS:
            return self.own_fields.get(name)
        return self.own_states[name] if self.own_states.touched(name) else None

    def _order(self, name: str) -> Pages:
        """Return the pages by which the first of several is told; none where none is asked for."""
        if _rule(name) != "first":
            return ()
        pages = (one._page("fire_arrival_s") for one in self._group)
        return [page for page in pages if page is not None]


class _OwnLayers(Layers):
    """The layers of a run, with some that are one hazard's own."""

    def __init__(self, shared: Layers, own: Sequence[str]) -> None:
        super().__init__(shared.grid)
        self._shared, self._own = shared, frozenset(own)

    def write(self, name: str, values: NDArray[Any]) -> None:
        """Set a layer of its own, or one of the run's."""
        super().write(name, values) if name in self._own else self._shared.write(name, values)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a layer."""
        return super().__getitem__(name) if name in self._own else self._shared[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names present."""
        yield from super().__iter__()
        yield from (name for name in self._shared if name not in self._own)

    def __len__(self) -> int:
        """Return how many layers are present."""
        return sum(1 for _ in self)


class _OwnStates(States):
    """The states of a run, with some that are one hazard's own."""

    def __init__(self, around: Surroundings, own: Sequence[str]) -> None:
        super().__init__(around.world)
        self._shared, self._own = around.states, frozenset(own)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column."""
        return super().__getitem__(name) if name in self._own else self._shared[name]

    def touched(self, name: str) -> bool:
        """Whether anybody has asked for a column."""
        return super().touched(name) if name in self._own else self._shared.touched(name)


def _rule(name: str) -> str:
    """Return how a layer or state of several hazards is joined; empty when written in place."""
    return LAYERS[name].joins if name in LAYERS else STATES[name].joins


def _first(pages: Pages, order: Pages) -> NDArray[Any]:
    """Take each cell from the page whose fire came first."""
    earliest = np.argmin(np.stack(order), axis=0)[None]
    return np.asarray(np.take_along_axis(np.stack(pages), earliest, axis=0)[0])


def furthest(pages: Pages, _: Pages) -> NDArray[Any]:
    """Take the state of the fire that has gone furthest in each building."""
    rank = np.argsort(_BURNS_ON)
    most = np.max(np.stack([rank[page] for page in pages]), axis=0)
    return np.asarray(np.array(_BURNS_ON, dtype=pages[0].dtype)[most])


_JOINS: Final[dict[str, Callable[[Pages, Pages], NDArray[Any]]]] = {
    "max": lambda pages, _: np.asarray(np.max(np.stack(pages), axis=0)),
    "min": lambda pages, _: np.asarray(np.min(np.stack(pages), axis=0)),
    "sum": lambda pages, _: np.asarray(np.sum(np.stack(pages), axis=0)),
    "first": _first,
    "furthest": furthest,
}
