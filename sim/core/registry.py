"""Named kinds (hazards, actions, KPIs ...) as plain strings, imported when first used."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.errors import SimError, choices, did_you_mean


class UnknownKindError(SimError):
    """A file names a kind that nobody registered."""


class Registry(Mapping[str, Any]):
    """Kinds of one sort, by name: ``{"flood": "sim.hazards.flood:Flood"}``.

    Nothing is imported before it is asked for, so a command that needs no hazard pays for none.
    """

    def __init__(self, sort: str, kinds: Mapping[str, str]) -> None:
        self.sort = sort
        self._kinds = dict(kinds)

    def __getitem__(self, name: str) -> Any:
        """Return the registered object, importing its module."""
        try:
            module, _, attribute = self._kinds[name].partition(":")
        except KeyError:
            raise UnknownKindError(
                f"unknown {self.sort} '{name}'; known: {choices(self._kinds)}"
                f"{did_you_mean(name, self._kinds)}"
            ) from None
        return getattr(importlib.import_module(module), attribute)

    def __contains__(self, name: object) -> bool:
        """Whether a kind is registered; imports nothing."""
        return name in self._kinds

    def __iter__(self) -> Iterator[str]:
        """Iterate over names in the order of registration."""
        return iter(self._kinds)

    def __len__(self) -> int:
        """Return how many kinds are registered."""
        return len(self._kinds)
