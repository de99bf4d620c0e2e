"""A study from its first run to its last, when their number is given and when runs decide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.words import said
from sim.evaluation.ensembles.desk import Making, desk_of
from sim.evaluation.ensembles.ending import SELECTIONS, Ending, race, share_out, until_precise
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.study import Study
from sim.evaluation.statistics.rules import Rules, aimed


class EndingError(SimError):
    """How a study shall end does not fit what it compares."""


@dataclass(frozen=True)
class Until:
    """How a study ends.

    Attributes
    ----------
    precise : bool
        When the answer is precise, at most after ``study.most`` disasters.
    select : str
        ``kn`` or ``ocba``: when the best plan is found, or the runs are spent; else empty.
    by : str
        The key figure that decides; empty for the one that leads the answer.
    """

    precise: bool = False
    select: str = ""
    by: str = ""

    def check(self, study: Study) -> None:
        """Refuse what cannot be done.

        Raises
        ------
        EndingError
        """
        if self.by and self.by not in aimed():
            places = {"kpi": self.by, "guess": did_you_mean(self.by, aimed())}
            raise EndingError(said("improve.unknown_kpi", known=choices(aimed()), **places))
        if self.by and not (self.precise or self.select):
            raise EndingError(said("ending.by_alone", kpi=self.by))
        if self.select and self.select not in SELECTIONS:
            raise EndingError(said("ending.bad_select", found=self.select))
        if self.precise and study.design is not None:
            raise EndingError(said("sensitivity.auto"))
        if self.select and (len(study.plans) < 2 or study.design is not None):
            raise EndingError(said("ending.auto_or_select"))
        if self.select == "ocba" and self.precise:
            raise EndingError(said("ending.ocba_number"))


def conduct(study: Study, folder: Path, making: Making, until: Until) -> Outcome:
    """Make the runs of a study as far as they are wanted, and return what came out.

    Parameters
    ----------
    study : Study
    folder : Path
        Of its store.
    making : Making
    until : Until
    """
    until.check(study)
    with desk_of(study, folder, making) as desk:

        def make(wanted: Study) -> Outcome:
            """Make the runs that a study has beyond the last one, and read them all."""
            desk.make(wanted)
            return Outcome(wanted, folder)

        study, ending = _made(study, make, until)
        return Outcome(study, folder, ending)


def _made(
    study: Study, make: Callable[[Study], Outcome], until: Until
) -> tuple[Study, Ending | None]:
    rules = Rules()
    if until.select == "kn":
        return race(study, make, until.by, rules)
    if until.select == "ocba":
        return share_out(study, make, until.by, rules)
    if until.precise:
        return until_precise(study, make, until.by, rules)
    make(study)
    return study, None
