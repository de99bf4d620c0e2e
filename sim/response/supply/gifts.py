"""Gifts of goods: what people and firms bring by themselves, loads at a time, wanted or not.

What nobody can use takes the same time at the docks and helps nobody. Once a list of what is needed
has been published, donors who set out after it bring more of what can be used.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.supply.stores import Store
from sim.response.travel import NO_WAY_S
from sim.scenario.goods import kits, masses_g
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Gift

if TYPE_CHECKING:
    from sim.response.operations import Operations
    from sim.response.supply.desk import Supply

Process = Generator[simpy.Event, Any, None]


class Gifts:
    """The gifts of a run, brought to its stores.

    Parameters
    ----------
    supply : Supply
    """

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._asked_s = math.inf
        for gift in supply.stage.relief.gifts:
            for store in supply.stores_called(gift.at):
                store.is_given = True
                supply.env.process(self._keep_coming(gift, store))

    def publish(self) -> None:
        """Tell donors what is needed from now on."""
        self._asked_s = min(self._asked_s, self._supply.now_s)

    def _keep_coming(self, gift: Gift, store: Store) -> Process:
        env = self._supply.env
        yield env.timeout(gift.from_)
        while True:
            env.process(self._take_in(gift, store))
            yield env.timeout(gift.every)

    def _take_in(self, gift: Gift, store: Store) -> Process:
        """Unload one load at the store's docks, and put on its shelves what can be used."""
        supply = self._supply
        asked = supply.now_s >= self._asked_s + parameter("supply.gift_way").si
        wanted = parameter("supply.gift_wanted_asked" if asked else "supply.gift_wanted").si
        while not supply.can_load(store):
            yield supply.env.timeout(NO_WAY_S)
        with store.docks.request() as turn:
            yield turn
            yield supply.env.timeout(gift.load / 1e3 / supply.unload_t_per_s)
        persons = int(gift.load * 1e3 * wanted / float(kits(1) @ masses_g()))
        supply.books.bring_in(store.account, kits(persons))
        supply.ops.log.add(
            supply.now_s,
            "gifts_arrived",
            store.id,
            kg=gift.load,
            useful_kg=round(float(kits(persons) @ masses_g()) / 1e3, 1),
        )


def publish_needs(ops: Operations, command: Command, row: Row) -> Process:
    """Have a list of what is needed made and published; done when it is out."""
    yield ops.env.timeout(parameter("supply.needs_list").si)
    ops.supply.gifts.publish()
    row.event["work"] = ops.log.add(ops.now_s, "needs_published", command.by, cause=command.event)
