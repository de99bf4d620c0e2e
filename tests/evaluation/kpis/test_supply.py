"""Relief: how long people waited, what they went without, what held goods up."""

from __future__ import annotations

import pytest

H = 3600.0


def need(hand, needed_h, relieved_h, persons):
    relieved_s = float("nan") if relieved_h is None else relieved_h * H
    hand.relief.append(
        {"point": "school", "needed_s": needed_h * H, "relieved_s": relieved_s, "persons": persons}
    )


def load(hand, level, **at_h):
    stages = (
        "ordered",
        "shared",
        "truck",
        "at_store",
        "at_dock",
        "loaded",
        "arrived",
        "unloaded",
        "home",
    )
    times = {f"{name}_s": at_h.get(name, float("nan")) * H for name in stages}
    about = {"truck": "t", "carrier": "van", "clause": "G1", "store": "depot", "point": "school"}
    hand.trips.append(about | {"level": level, "kg": 500.0} | times)


def test_waits_count_from_when_each_came_to_need_relief(hand):
    need(hand, 1, 3, 60)
    need(hand, 2, 10, 40)
    assert hand.values("relief_median", "relief_last") == [2.0, 8.0]
    assert hand.values("relief_persons", "relief_given", "relief_waiting") == [100, 100, 0]


def test_who_still_waits_is_not_judged_before_his_time_is_over(hand):
    need(hand, 1, 3, 60)
    need(hand, 11, None, 40)  # the run ends after twelve hours
    assert hand.figure("relief_last").why == "relief_unfinished"
    assert hand.value("relief_in_10h") == 1.0
    assert hand.value("relief_waiting") == 40


def test_who_has_waited_too_long_breaks_the_promise_though_he_still_waits(hand):
    need(hand, 0, 3, 60)
    need(hand, 1, None, 40)
    assert hand.value("relief_last") == 11.0
    assert hand.value("relief_in_10h") == pytest.approx(0.6)


def test_the_first_batch_of_a_level_is_the_first_set_down_not_the_first_sent(hand):
    load(hand, "county", ordered=1, unloaded=7)
    load(hand, "county", ordered=1, unloaded=4)
    load(hand, "city", ordered=1)
    assert hand.value("first_batch_county") == 3.0
    assert hand.figure("first_batch_city").why == "no_load"
    assert hand.values("loads_delivered", "goods_delivered") == [2.0, 1.0]


def test_stock_is_measured_by_its_scarcest_item(hand):
    need(hand, 1, 3, 100)
    stock = {"drinking_water": 900.0, "food": 600.0, "quilt": 50.0}
    others = ("washing_water", "tent", "medicine", "fuel", "boat", "pump", "sandbag")
    hand.series = {f"stock_{name}": [n] for name, n in stock.items()}
    hand.series |= {f"stock_{name}": [0.0] for name in others}
    assert hand.value("stock_over_demand") == 0.5


def test_docks_and_trucks_show_where_the_time_went(hand):
    load(hand, "county", shared=0, truck=1, at_store=1.5, at_dock=2, home=4)
    assert hand.values("truck_wait_median", "dock_wait_median", "load_cycle_median") == [
        pytest.approx(60),
        pytest.approx(30),
        pytest.approx(180),
    ]


def test_an_evening_without_need_is_not_judged(hand):
    hand.person(0)
    assert hand.figure("relief_last").why == "nobody_in_need"
    assert hand.figure("stock_over_demand").why == "nobody_in_need"
