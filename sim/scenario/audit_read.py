"""A plan under audit with the lines of its file, and one remark on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.core.errors import Problem
from sim.scenario.plan import Clause, Plan, Preparation
from sim.scenario.targets import Target, Targets
from sim.scenario.yaml_guard import Document, Where


@dataclass(frozen=True)
class Remark:
    """One thing a plan leaves open or contradicts.

    Attributes
    ----------
    sort : str
        One of `sim.scenario.audit.SORTS`.
    clause : str
        Its id, or a target's; empty when the remark is on the plan.
    problem : Problem
        File, line, and what is to be said, in any language.
    section, sentence : str
        The plan's own words that the remark is about.
    """

    sort: str
    clause: str
    problem: Problem
    section: str = ""
    sentence: str = ""

    @property
    def file(self) -> str:
        """As the user named it."""
        return self.problem.file

    @property
    def line(self) -> int:
        """Of the place in the file, from 1."""
        return self.problem.line


@dataclass(frozen=True)
class Audited:
    """A plan, its raw document, and the targets of the same text.

    Attributes
    ----------
    document, target_lines : Document
        What the files state, with lines; the model holds the same in SI.
    """

    file: str
    plan: Plan
    document: Document
    targets: Targets | None = None
    target_lines: Document | None = None

    def clauses(self, do: str | None = None) -> Iterator[tuple[int, Clause]]:
        """Iterate over clauses with their index, all or of one action."""
        for index, clause in enumerate(self.plan.clauses):
            if do in (None, clause.do):
                yield index, clause

    def states(self, where: Where) -> Any:
        """Return what the file states at a place, as it stands there."""
        value = self.document.value
        for key in where:
            value = value[key]
        return value

    def remark(
        self,
        sort: str,
        where: Where,
        says: str,
        clause: Clause | Preparation | None = None,
        name: str = "",
    ) -> Remark:
        """Return a remark on a place of the plan's file."""
        problem = Problem(self.file, self.document.line_of(where), name, says, warning=True)
        if clause is None:
            return Remark(sort, "", problem)
        return Remark(sort, clause.id, problem, clause.source.section, clause.source.text)

    def on_target(self, index: int, target: Target, says: str) -> Remark:
        """Return a remark on a target, at its line in the targets' own file."""
        assert self.target_lines is not None  # only targets that were read are remarked on
        line = self.target_lines.line_of(("targets", index))
        problem = Problem(self.target_lines.file, line, target.id, says, warning=True)
        source = target.source
        return Remark("weaker_promise", target.id, problem, source.section, source.text)
