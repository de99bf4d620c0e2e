"""One row of a verification: what was expected, who says so, what we got, how close it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sim.core.words import say


@dataclass(frozen=True)
class Case:
    """A quantity with a known value.

    Attributes
    ----------
    name : str
        ``"verify." + name`` is its key in the catalogue of words.
    source : str
        Who says what is expected: a paper, or the derivation in a few words.
    expected, ours, tolerance : float
        In `unit`; passed when they differ by the tolerance at most. For a bound, `expected` is 0
        and the tolerance is the bound.
    unit : str
        ``"1"`` for ratios and orders.
    limit : bool
        True for what the equations solved cannot do: shown, never a criterion.
    places : dict
        What fills the named places of the words.
    """

    name: str
    source: str
    expected: float
    ours: float
    tolerance: float
    unit: str
    limit: bool = False
    places: Mapping[str, object] = field(default_factory=dict)

    @property
    def close(self) -> bool:
        """Whether ours is within the tolerance; never for NaN."""
        return abs(self.ours - self.expected) <= self.tolerance

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong: close, or a documented limit."""
        return self.limit or self.close

    def title(self, lang: str) -> str:
        """Return what is compared, in words."""
        return say(f"verify.{self.name}", lang, **self.places)


@dataclass(frozen=True)
class Check:
    """A set-up that yields rows.

    Attributes
    ----------
    name : str
    run : callable
    quick : bool
        Whether a few seconds are enough.
    """

    name: str
    run: Callable[[], Iterable[Case]]
    quick: bool = True


def run_suite(checks: Sequence[Check], *, quick: bool) -> Iterator[Case]:
    """Yield the rows of a suite as they are computed; all checks, or only the quick ones."""
    for check in checks:
        if check.quick or not quick:
            yield from check.run()
