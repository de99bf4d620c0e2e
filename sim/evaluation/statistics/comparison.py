"""What a comparison of two plans on one key figure says: the numbers, and the verdict on them.

Two plans are compared in the same disasters: a pair is one (scenario, replication) that both plans
went through. ``sim.evaluation.statistics.compare.compare`` makes comparisons,
``sim.evaluation.statistics.verdict.verdict`` finds the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sim.core.words import Said, said
from sim.evaluation.statistics.estimate import Estimate

#: whether less or more of a key figure is better
Better = Literal["low", "high"]


@dataclass(frozen=True)
class Verdict:
    """A sentence fixed by rule.

    Attributes
    ----------
    key : str
        ``better``, ``slightly_better``, ``usually_better``, ``same``, ``no_difference``,
        ``cannot_tell``,
        ``on_the_edge``, ``unfinished``, ``too_few_runs``, ``rare_losses``, ``failed_runs`` or
        ``no_pairs``; its words are ``verdict.<key>``.
    places : mapping
        What fills the named places of the words.
    winner : str
        The plan that is better, where one is: see `decided`. Nobody acting has the empty name.
    """

    key: str
    places: Mapping[str, object]
    winner: str = ""

    @property
    def decided(self) -> bool:
        """Whether one of the plans is better."""
        return self.key in ("better", "slightly_better", "usually_better")

    def words(self) -> Said:
        """Return the sentence, which can be said in each language."""
        return said(f"verdict.{self.key}", **self.places)


@dataclass(frozen=True)
class Pairs:
    """How many disasters there were, and why some of them could not be compared.

    Attributes
    ----------
    compared : int
        Disasters in which both plans have a figure, finished or not.
    a_better, b_better, equal : int
        They add up to `compared`. Not to have finished is worse than any time.
    unfinished_a, unfinished_b : int
        Of `compared`: the plan had not reached the figure when the run ended.
    failed_a, failed_b : int
        Runs that broke down; not in `compared`.
    not_judged : int
        Disasters in which the figure does not apply to one of the plans; not in `compared`.
    """

    compared: int
    a_better: int
    b_better: int
    equal: int
    unfinished_a: int = 0
    unfinished_b: int = 0
    failed_a: int = 0
    failed_b: int = 0
    not_judged: int = 0

    @property
    def failed(self) -> int:
        """Runs of either plan that broke down."""
        return self.failed_a + self.failed_b

    @property
    def unfinished(self) -> int:
        """Runs of either plan that ended before the figure was reached."""
        return self.unfinished_a + self.unfinished_b


@dataclass(frozen=True)
class Comparison:
    """Plan ``a`` against plan ``b`` on one key figure, in the same disasters.

    Attributes
    ----------
    kpi, unit : str
        The figure, and the unit of all its values here.
    kind : str
        What its differences are said in; key under ``difference.`` of the catalogue of words.
    better : str
        ``low`` or ``high``.
    plan_a, plan_b : str
    n : int
        Disasters compared.
    pairs : Pairs
    mean_a, mean_b : float
        Over the disasters compared; NaN as soon as one run had not finished.
    median_a, median_b : float
        Infinite when most runs had not finished.
    difference : Estimate
        Of a - b, what the verdict is passed on. Its method is ``t_and_bca`` (mean, the outer ends
        of both intervals), or ``median`` (median difference by order statistics) when there are
        runs that had not finished.
    usual : Estimate
        The median of a - b.
    by_t, by_bca : Estimate
        Mean of a - b by each method.
    share_better : Estimate
        Share of disasters in which ``a`` is better than ``b`` in the same disaster.
    worst : Estimate
        Mean of the worst `tail_share` of runs of ``a``, less the same of ``b``.
    tail_share : float
        E.g. 0.05.
    typical : float
        The median of all runs of both plans.
    beyond_a, beyond_b : Estimate
        Share of disasters worse than `typical`.
    bad_a, bad_b : Estimate
        The figure that all but the worst `tail_share` of disasters keep to.
    zone : float
        Differences up to this do not matter, in `unit`.
    too_skewed : bool
        Rare heavy losses decide, so the interval of the mean is too narrow (Cochran's rule).
    least_n : int
        Disasters below which no verdict is passed on this figure.
    more_runs : int
        About as many more disasters would settle it; 0 when it is settled, -1 when none would.
    if_failed : tuple of Estimate
        `difference` with the failed runs of ``a`` at worst and of ``b`` at best, and the other way
        round; empty when no run failed.
    disasters : str
        What the disasters are; key under ``disasters.`` and ``disaster.`` of the words.
    verdict : Verdict
    """

    kpi: str
    unit: str
    kind: str
    better: Better
    plan_a: str
    plan_b: str
    n: int
    pairs: Pairs
    mean_a: float
    mean_b: float
    median_a: float
    median_b: float
    difference: Estimate
    usual: Estimate
    by_t: Estimate
    by_bca: Estimate
    share_better: Estimate
    worst: Estimate
    tail_share: float
    typical: float
    beyond_a: Estimate
    beyond_b: Estimate
    bad_a: Estimate
    bad_b: Estimate
    zone: float
    too_skewed: bool
    least_n: int
    more_runs: int
    if_failed: tuple[Estimate, ...]
    disasters: str
    verdict: Verdict
