"""Which disasters a sensitivity analysis looks at: points of the ranges, each met several times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sim.core.words import said
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.sensitivity import (
    Factor,
    SensitivityError,
    morris_design,
    sobol_design,
)
from sim.scenario.parameters import parameter
from sim.scenario.varying import Range, Value

Method = Literal["morris", "sobol"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)


@dataclass(frozen=True)
class Design:
    """Points of the ranges at which every plan meets the same disasters.

    Attributes
    ----------
    method : str
        ``morris`` screens many ranges, ``sobol`` measures few.
    size : int
        Trajectories of Morris, or the base of Sobol, a power of two.
    each : int
        Disasters at every point; those of one place in the list have the same seed everywhere.
    """

    method: Method
    size: int
    each: int

    def __post_init__(self) -> None:
        """Refuse what makes no design."""
        if self.size < 2 or self.each < 1:
            raise SensitivityError(said("sensitivity.too_small", size=self.size, each=self.each))
        if self.method == "sobol" and self.size & (self.size - 1):
            raise SensitivityError(said("sensitivity.no_power", size=self.size))

    def points(self, ranges: Sequence[Range], seed: int) -> FloatArray:
        """Return one row a point, one column a range: shares of the way from low to high."""
        make = morris_design if self.method == "morris" else sobol_design
        return make(factors_of(ranges), self.size, seed)

    def of_disasters(self, ranges: Sequence[Range], seed: int) -> list[dict[str, Value]]:
        """Return the values of every disaster, point by point."""
        points = self.points(ranges, seed)
        columns = {one.id: one.values(points[:, place]) for place, one in enumerate(ranges)}
        rows = [
            {name: values[row] for name, values in columns.items()} for row in range(len(points))
        ]
        return [row for row in rows for _ in range(self.each)]


def design_of(method: str, size: int | None, each: int | None) -> Design:
    """Return a design; what is not said is the catalogue's.

    Raises
    ------
    SensitivityError
        When there is no such method, or the sizes make no design.
    """
    known = next((name for name in METHODS if name == method), None)
    if known is None:
        raise SensitivityError(said("sensitivity.bad_method", found=method))
    usual = "morris_trajectories" if known == "morris" else "sobol_base"
    return Design(
        known,
        size if size is not None else int(parameter(f"comparison.{usual}").value),
        each if each is not None else int(parameter("comparison.each_point").value),
    )


def factors_of(ranges: Sequence[Range]) -> list[Factor]:
    """Return the ranges as what is varied evenly: a share of each."""
    return [Factor(one.id, 0.0, 1.0) for one in ranges]
