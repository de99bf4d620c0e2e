"""What becomes of the badly hurt: how long each can still be saved, and who dies while he waits.

Whoever is badly hurt and not under rubble draws, keyed by the person, whether his life is in danger
at once (red, else yellow) and until when treatment still saves him. Whose treatment begins later
has died by then. Under rubble the survival of `sim.agents.trapped` counts instead; the clock of the
wound starts when he is out. Of the treated a few die all the same.

Nobody whom water has hurt dies of waiting: mortality in floods counts all the dead, whenever they
die. Ambulances fetch them like all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import Toll
from sim.agents.ledger import FOUND_BY_AMBULANCE, HEALTHS, STATE
from sim.agents.residents import Residents, Rows
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.core.sets import union
from sim.scenario.parameters import parameter

_SEVERE: Final = HEALTHS.index("severe")


@dataclass(frozen=True)
class Untreated:
    """Wounds of water, shaking, fire and poison.

    Attributes
    ----------
    cause : int
        The event behind them.
    """

    cause: int = -1


def saved_until_s(scale_s: float, shape: float, luck: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return until when treatment still saves: the inverse of 1 / (1 + (t / scale)^shape)."""
    return np.asarray(scale_s * (luck / (1.0 - luck)) ** (1.0 / shape))


class Wounds:
    """The badly hurt of a run.

    Parameters
    ----------
    residents : Residents
    streams : Streams
    log : EventLog
        ``wounded_died`` a tick, with counts of residents.

    Attributes
    ----------
    red : (people,) bool
        Whose life is in danger at once.
    treated : (people,) bool
        Whose treatment has begun.
    since_s : (people,) float64
        Hurt, or brought out from under the rubble, at this time; infinity for all others.
    by_water : (people,) bool
        Whom water has hurt badly; written by `sim.agents.harm_water`.
    """

    def __init__(self, residents: Residents, streams: Streams, log: EventLog) -> None:
        self._residents, self._streams, self._log = residents, streams, log
        self.red = np.zeros(residents.n, dtype=bool)
        self.treated = np.zeros(residents.n, dtype=bool)
        self.since_s = np.full(residents.n, np.inf)
        self.by_water = np.zeros(residents.n, dtype=bool)
        self._until_s = np.full(residents.n, np.inf)
        self._open = np.zeros(0, dtype=np.int64)

    def advance(self, to_s: float, untreated: Untreated) -> Toll:
        """Go on to a time: take up who was hurt or came out, and let die whose time is over."""
        residents = self._residents
        hurt = np.flatnonzero(residents.health == _SEVERE)
        hurt = hurt[residents.state[hurt] != STATE["trapped"]]
        self._take_up(hurt[np.isinf(self.since_s[hurt])], to_s)
        dead = hurt[self._until_s[hurt] <= to_s]
        if len(dead):
            weight, treated = residents.weight[dead], self.treated[dead]
            self._log.add(
                to_s, "wounded_died", "wounds", cause=untreated.cause,
                waiting=int(weight[~treated].sum()), treated=int(weight[treated].sum()),
            )  # fmt: skip
        return Toll(dead=dead)

    def treat(self, rows: Rows, now_s: float) -> None:
        """Begin the treatment of people: nearly all of them live from now on."""
        rows = np.asarray(rows)
        ids = self._residents.id[rows]
        lost = self._luck("treated", ids) < parameter("medical.hospital_mortality").si
        after_s = -np.log1p(-self._luck("dies_after", ids)) * parameter("medical.stay").si
        lost &= ~self.by_water[rows]
        self._until_s[rows] = np.where(lost, now_s + after_s, np.inf)
        self.treated[rows] = True

    def waiting(self, now_s: float) -> NDArray[np.int64]:
        """Return whom ambulances know of and can reach, not treated yet, sorted."""
        self._open = self._open[~self.treated[self._open]]
        rows = self._open[self.since_s[self._open] + parameter("medical.known_after").si <= now_s]
        return rows[FOUND_BY_AMBULANCE[self._residents.state[rows]]]

    def untreated(self) -> bool:
        """Whether anybody alive has not been treated yet, those under rubble included."""
        residents = self._residents
        bad = (residents.health == _SEVERE) & ~self.treated
        return bool(bad.any())

    def _take_up(self, rows: NDArray[np.int64], to_s: float) -> None:
        if len(rows) == 0:
            return
        ids = self._residents.id[rows]
        red = self._luck("red", ids) < parameter("medical.immediate_share").si
        luck = self._luck("until", ids)
        until_s = [
            saved_until_s(
                parameter(f"medical.{sort}_time").si, parameter(f"medical.{sort}_shape").si, luck
            )
            for sort in ("immediate", "delayed")
        ]
        self.red[rows], self.since_s[rows] = red, to_s
        self._open = union(self._open, rows)
        self._until_s[rows] = to_s + np.where(red, *until_s)
        self._until_s[rows[self.by_water[rows]]] = np.inf

    def _luck(self, purpose: str, ids: NDArray[np.int32]) -> NDArray[np.float64]:
        return self._streams.at(f"people.wounds_{purpose}", 0, ids)
