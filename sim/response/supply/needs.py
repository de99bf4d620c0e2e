"""What people at one place need, from one count of them: who has it, until when, who has not."""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass, field

from sim.scenario.goods import DAY_S, Item

#: tolerance of whole pieces, far below one
_EPS = 1e-9


@dataclass
class Want:
    """One item at one place: groups of people who are supplied until some time.

    Attributes
    ----------
    item : Item
    share : float
        Need over the catalogue's: above 1 when it is cold.
    ration_s : float
        Time that goods handed out once last; infinity for what is given for good.
    served : int
        People served so far, each as often as he was.
    unmet_person_s : float
        Time that people have gone without, summed over people.
    """

    item: Item
    share: float
    ration_s: float
    served: int = 0
    unmet_person_s: float = 0.0
    _valid: int = 0
    _groups: list[tuple[float, int]] = field(default_factory=list)
    _now_s: float = 0.0

    @property
    def each(self) -> float:
        """Pieces for one person at one time."""
        if math.isinf(self.ration_s):
            return self.item.per_person * self.share
        return self.item.per_day * self.share * self.ration_s / DAY_S

    def go_to(self, now_s: float, persons: int) -> None:
        """Let time pass: supplies run out, and who has none goes without."""
        while self._groups and self._groups[0][0] <= now_s:
            until_s, n = heapq.heappop(self._groups)
            self._lack(until_s, persons)
            self._valid -= n
        self._lack(now_s, persons)

    def _lack(self, to_s: float, persons: int) -> None:
        self.unmet_person_s += self.unmet(persons) * (to_s - self._now_s)
        self._now_s = to_s

    def unmet_by(self, now_s: float, persons: int) -> float:
        """Return the time people have gone without up to a moment, summed over people."""
        if self._groups and self._groups[0][0] <= now_s:
            self.go_to(now_s, persons)
        lacking = persons - self._valid
        if lacking <= 0:
            return self.unmet_person_s
        return self.unmet_person_s + lacking * (now_s - self._now_s)

    def unmet(self, persons: int) -> int:
        """Return how many of the people here are without."""
        return max(0, persons - self._valid)

    def due(self, persons: int, ahead_s: float) -> int:
        """Return how many are without, or will be so soon that they queue already."""
        later, soon_s = self._valid, self._now_s + ahead_s
        if self._groups and self._groups[0][0] <= soon_s:
            later -= sum([n for until_s, n in self._groups if until_s <= soon_s])
        return max(0, persons - later)

    def serve(self, n: int, persons: int) -> None:
        """Give people their next ration: first who is without, then who runs out first.

        What they still have is not lost: the new ration lasts from the end of the old one.
        """
        self.served += n
        without = min(n, self.unmet(persons))
        self.supply(without, self._now_s + self.ration_s)
        n -= without
        renewed: list[tuple[float, int]] = []
        while n > 0 and self._groups:
            until_s, there = heapq.heappop(self._groups)
            took = min(n, there)
            renewed.append((until_s + self.ration_s, took))
            if there > took:
                heapq.heappush(self._groups, (until_s, there - took))
            n -= took
        for group in renewed:
            heapq.heappush(self._groups, group)

    def supply(self, n: int, until_s: float) -> None:
        """Note that so many people more are supplied until some time."""
        if n > 0:
            heapq.heappush(self._groups, (until_s, n))
            self._valid += n

    def leave(self, n: int, persons: int) -> None:
        """Let some of the people here go; they are supplied as often as the rest."""
        gone = round(self._valid * n / persons) if persons else 0
        self._valid -= gone
        while gone > 0:
            until_s, there = heapq.heappop(self._groups)
            if there > gone:
                heapq.heappush(self._groups, (until_s, there - gone))
            gone -= min(gone, there)

    def pieces_for(self, n: int) -> int:
        """Return the pieces for the next people; parts of a piece add up over people."""
        return _whole((self.served + n) * self.each) - _whole(self.served * self.each)

    def can_serve(self, stock: int) -> int:
        """Return how many people a stock is enough for."""
        if self.each <= 0:
            return 0
        most = math.floor((stock + _whole(self.served * self.each)) / self.each + _EPS)
        return max(0, most - self.served)

    def short_of(self, persons: int, span_s: float) -> int:
        """Return the pieces needed to last everybody here for a time from now."""
        if math.isinf(self.ration_s):
            return _whole(self.unmet(persons) * self.each)
        covered_s = sum(min(span_s, until_s - self._now_s) * n for until_s, n in self._groups)
        return _whole(max(0.0, persons * span_s - covered_s) / self.ration_s * self.each)


def _whole(pieces: float) -> int:
    return math.ceil(pieces - _EPS)


@dataclass
class Waiting:
    """People who wait for their first relief, in the order in which they came to need it.

    Attributes
    ----------
    relieved : list of (needed_s, relieved_s, persons)
        Relief goes to who has waited longest.
    n_relieved : int
        All persons of these.
    """

    relieved: list[tuple[float, float, int]] = field(default_factory=list)
    n_relieved: int = 0
    _queue: deque[tuple[float, int]] = field(default_factory=deque)
    _n_queued: int = 0

    def come(self, needs_s: float, n: int) -> None:
        """Let people come who need relief from some time on."""
        self._queue.append((needs_s, n))
        self._n_queued += n

    def serve(self, now_s: float, n: int) -> int:
        """Relieve as many as wait, up to ``n``; returns how many it was the first time for."""
        first = 0
        while n > 0 and self._queue and self._queue[0][0] <= now_s:
            needs_s, there = self._queue.popleft()
            served = min(n, there)
            self.relieved.append((needs_s, now_s, served))
            if there > served:
                self._queue.appendleft((needs_s, there - served))
            n, first = n - served, first + served
        self.n_relieved += first
        self._n_queued -= first
        return first

    def leave(self, n: int) -> None:
        """Let the last who came go, as far as they still wait."""
        while n > 0 and self._queue:
            needs_s, there = self._queue.pop()
            if there > n:
                self._queue.append((needs_s, there - n))
            self._n_queued -= min(n, there)
            n -= min(n, there)

    def count(self, now_s: float) -> int:
        """Return how many need relief and have had none."""
        n, later = self._n_queued, 0
        for needs_s, there in reversed(self._queue):  # who came last needs it last
            if needs_s <= now_s:
                break
            later += there
        return n - later

    def open_rows(self, now_s: float) -> list[tuple[float, int]]:
        """Return (since when, persons) of those who still wait."""
        return [(needs_s, n) for needs_s, n in self._queue if needs_s <= now_s]
