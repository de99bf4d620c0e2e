"""Gifts at a depot with one dock: what can be used of them, and what they hold up."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evaluation.verification.supply_setups import Bench, depot
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.supply.gifts import publish_needs
from sim.scenario.actions import PublishNeeds
from sim.scenario.goods import kits, masses_g
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Gift

H = 3600.0
KIT_KG = float(kits(1) @ masses_g()) / 1e3
UNLOAD_KG_PER_H = 6000.0


def given(
    *, every_h: float = 1.0, load_t: float = 3.0, goods: dict[str, int] | None = None
) -> Bench:
    """Return a depot to which a load comes at 02:00 and then again and again."""
    gift = {"at": "depot", "from": "2 h", "every": f"{every_h} h", "load": f"{load_t} t"}
    relief = depot(goods or {}, docks=1, trucks=2)
    bench = Bench(relief.model_copy(update={"gifts": (Gift.model_validate(gift),)}))
    bench.supply.books.strict = True
    return bench


def arrivals(bench: Bench) -> list[tuple[float, float]]:
    """Return (hour, share of use) of every load that was unloaded."""
    found = [event for event in bench.log if event.kind == "gifts_arrived"]
    return [(one.t_s / H, float(one.facts["useful_kg"]) / float(one.facts["kg"])) for one in found]


def publish_at_once(bench: Bench) -> None:
    order = Command(0.0, "chief", "publish_needs", PublishNeeds(), -1, "D")
    row = Row("D", "chief", "publish_needs", None, at_s={"triggered": 0.0})
    bench.now_s = 0.0
    bench.env.process(publish_needs(bench, order, row))


def test_a_load_is_on_the_shelf_when_the_dock_has_emptied_it() -> None:
    bench = given(every_h=24)
    bench.env.run(until=4 * H)
    unloaded_h = 2 + 3000 / UNLOAD_KG_PER_H
    kits_of_use = int(3000 * parameter("supply.gift_wanted").si / KIT_KG)
    assert arrivals(bench) == [(pytest.approx(unloaded_h), pytest.approx(0.4, abs=KIT_KG / 3000))]
    store = bench.supply.stores[0]
    assert np.array_equal(bench.supply.books.pieces[store.account], kits(kits_of_use))


def test_gifts_bring_more_of_use_once_needs_are_known_to_who_sets_out() -> None:
    """The list is out after an hour; a load on its way for three hours then knows nothing of it."""
    bench = given()
    publish_at_once(bench)
    bench.env.run(until=7 * H)
    known_h = (parameter("supply.needs_list").si + parameter("supply.gift_way").si) / H
    for hour, useful in arrivals(bench):
        came_h = hour - 3000 / UNLOAD_KG_PER_H
        expected = 0.9 if came_h >= known_h - 1e-9 else 0.4
        assert useful == pytest.approx(expected, abs=KIT_KG / 3000)


def test_gifts_keep_trucks_waiting_at_the_dock() -> None:
    """Twelve tonnes take two hours at the only dock: quilts ordered meanwhile wait for it."""
    bench = given(every_h=24, load_t=12.0, goods={"quilt": 500})
    bench.env.run(until=2 * H + 60)
    row, done = bench.order(goods={"quilt": 100})
    bench.env.run(until=done)
    assert float(bench.env.now) > 4 * H
    assert row.hindrance == "dock_full"


def test_an_order_is_not_given_up_as_long_as_gifts_come() -> None:
    bench = given(every_h=1)
    bench.persons = 10
    row, _ = bench.order(kits="by_need", cover="8 h", within_s=12 * H)
    bench.env.run(until=8 * H)
    assert not row.lacking
    assert row.detail["kg"] > 0
    bench.supply.books.check()
