"""Where goods are handed out: a shelter, or the meeting place of a community that is cut off."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.response.supply.books import Pieces
from sim.response.supply.needs import Waiting, Want
from sim.scenario.goods import Item, is_cold, item_index, items
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.supply.desk import Supply

Process = Generator[simpy.Event, Any, None]
#: what a person must have had to count as relieved
RELIEF: Final = ("drinking_water", "food")


class Point:
    """One distribution point and the people who depend on it.

    Parameters
    ----------
    supply : Supply
    point_id : str
        The shelter's id, or the community's.
    node : int
    own_s : float
        How long people live on what they have of their own.
    taps : bool
        Whether there is water from the mains as long as they work.

    Attributes
    ----------
    persons : int
        Who depends on it now.
    in_need_since_s : float
        When the first people came; infinity before.
    wants : list of Want
        One for each basic item.
    account, given : int
        Rows of the books: what lies there, what people were given.
    coming : (items,) int64
        Under way to it, or promised to it.
    gate : simpy.Resource
        Trucks unloaded at once.
    dry : bool
        Whether its taps give nothing, so that piped water is needed as well.
    """

    def __init__(
        self, supply: Supply, point_id: str, node: int, own_s: float, *, taps: bool = False
    ) -> None:
        self._supply = supply
        self.id, self.node, self._own_s = point_id, node, own_s
        self.persons = 0
        self.in_need_since_s = math.inf
        cold = is_cold(supply.stage.night_c)
        self.dry = False
        self.wants = [_want(item, cold) for item in items() if item.basic or (item.piped and taps)]
        self._places = [_serves(want.item.name) for want in self.wants]
        self.account, self.given = supply.books.open(), supply.books.open(for_good=True)
        self.coming = np.zeros(len(items()), dtype=np.int64)
        places = int(parameter("supply.unload_places").si)
        self.gate = simpy.Resource(supply.env, capacity=places)
        self.waiting = Waiting()
        self.last_delivery = -1
        self._session = 0
        self._wake: simpy.Event = supply.env.event()
        supply.env.process(self._hand_out())

    def set_persons(self, persons: int) -> None:
        """Let people come or go."""
        if persons == self.persons == 0:
            return
        now_s = self._supply.now_s
        self._go_on()
        if persons > self.persons:
            came = persons - self.persons
            self.in_need_since_s = min(self.in_need_since_s, now_s)
            for want in self.wants:
                brought = self._own_s > 0 and not want.item.piped
                if brought and not math.isinf(want.ration_s):
                    want.supply(came, now_s + self._own_s)
            self.waiting.come(now_s + self._own_s, came)
        elif persons < self.persons:
            for want in self.wants:
                want.leave(self.persons - persons, self.persons)
            self.waiting.leave(self.persons - persons)
        self.persons = persons
        self.wake()

    def set_dry(self, dry: bool) -> None:
        """Let the taps fail, or run again."""
        self._go_on()
        self.dry = dry
        self.wake()

    @property
    def parched(self) -> bool:
        """Whether there are people, the taps are dry, and nobody has water from elsewhere."""
        self._go_on()
        lacks = [want.unmet(self._of(want)) for want in self.wants if want.item.piped]
        return self.persons > 0 and any(n >= self.persons for n in lacks)

    def _of(self, want: Want) -> int:
        """Return how many of the people here need something that is handed out."""
        return self.persons if self.dry or not want.item.piped else 0

    def wake(self) -> None:
        """Let the counters see whether there is something to hand out."""
        if not self._wake.triggered:
            self._wake.succeed()

    def unmet(self) -> dict[str, int]:
        """Return, by item, how many people are without now."""
        self._go_on()
        return {want.item.name: want.unmet(self._of(want)) for want in self.wants}

    def add_unmet_person_h(self, totals: dict[str, float]) -> None:
        """Add, by item, the time that people have gone without so far."""
        if self.persons == 0:  # nobody goes without any more
            for want in self.wants:
                totals[want.item.name] += want.unmet_person_s / 3600
            return
        now_s = self._supply.now_s
        for want in self.wants:
            totals[want.item.name] += want.unmet_by(now_s, self._of(want)) / 3600

    def short_of(self, span_s: float) -> Pieces:
        """Return the pieces that must be sent to last everybody here for a time."""
        self._go_on()
        short = np.zeros(len(items()), dtype=np.int64)
        there = self._supply.books.pieces[self.account] + self.coming
        for want, places in zip(self.wants, self._places, strict=True):
            lacks = want.short_of(self._of(want), span_s) - int(there[places].sum())
            short[places[-1]] = max(0, lacks)
        return short

    def can_serve_all(self, deals: NDArray[np.bool_]) -> bool:
        """Whether what lies here is enough for everybody who is without now.

        Parameters
        ----------
        deals : (items,) bool
            Which goods are asked about.
        """
        self._go_on()
        here = self._supply.books.pieces[self.account]
        return all(
            want.can_serve(int(here[places].sum())) >= want.unmet(self._of(want))
            for want, places in zip(self.wants, self._places, strict=True)
            if deals[places].any()
        )

    def _go_on(self) -> None:
        for want in self.wants:
            want.go_to(self._supply.now_s, self._of(want))

    def _due(self) -> list[int]:
        """Return, by want, how many of those who queue can be served from what is here."""
        self._go_on()
        self._supply.spoil()
        here: list[int] = self._supply.books.pieces[self.account].tolist()
        ahead_s = parameter("supply.ahead").si
        return [
            min(
                want.due(self._of(want), ahead_s),
                want.can_serve(sum([here[place] for place in places])),
            )
            for want, places in zip(self.wants, self._places, strict=True)
        ]

    def _hand_out(self) -> Process:
        """Serve round after round while anybody is without and anything is here."""
        env, each_s = self._supply.env, parameter("supply.hand_out").si
        round_s = parameter("supply.hand_out_round").si
        while True:
            most = max(self._due())
            if most == 0:
                self._end_session()
                self._wake = env.event()
                yield self._wake
                continue
            counters = math.ceil(self.persons / parameter("supply.people_per_counter").si)
            n = min(most, max(1, math.floor(counters * round_s / each_s)))
            yield env.timeout(math.ceil(n / counters) * each_s)
            self._give(n)

    def _give(self, n: int) -> None:
        now_s, books = self._supply.now_s, self._supply.books
        pieces = np.zeros(len(items()), dtype=np.int64)
        served: dict[str, int] = {}
        due = self._due()
        for want, places, can in zip(self.wants, self._places, due, strict=True):
            served[want.item.name] = persons = min(n, can)
            left = want.pieces_for(persons)
            for place in places:
                pieces[place] = min(left, int(books.pieces[self.account, place]))
                left -= pieces[place]
            want.serve(persons, self._of(want))
        books.move(self.account, self.given, pieces)
        self.waiting.serve(now_s, min(served[name] for name in RELIEF))
        self._session += max(served.values())

    def _end_session(self) -> None:
        if self._session:
            self._supply.ops.log.add(
                self._supply.now_s,
                "supplies_handed_out",
                self.id,
                cause=self.last_delivery,
                servings=self._session,
            )
            self._session = 0


def _serves(name: str) -> list[int]:
    """Return the places of the goods that an item can be handed out as, the item itself last."""
    instead = [index for index, item in enumerate(items()) if item.stands_for == name]
    return [*instead, item_index()[name]]


def _want(item: Item, cold: bool) -> Want:
    share = 1.0 + (item.cold_extra if cold else 0.0)
    ration_s = parameter("supply.ration").si if item.per_day else math.inf
    return Want(item, share, ration_s)
