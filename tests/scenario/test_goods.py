"""The catalogues of goods and carriers: sound, complete, and the same as files may name."""

from __future__ import annotations

from typing import get_args

import pytest

from sim.core.errors import InputError
from sim.scenario.actions import SendSupplies
from sim.scenario.goods import CarrierName, ItemName, carriers, is_cold, items, kits, masses_g
from sim.scenario.loading import load_scenario
from sim.scenario.stocks import Relief, Stock
from tests.model.conftest import LESSON


def test_files_can_name_exactly_what_the_catalogues_hold():
    assert {item.name for item in items()} == set(get_args(ItemName))
    assert set(carriers()) == set(get_args(CarrierName))


def test_what_is_used_up_is_not_also_given_for_good():
    assert all(item.per_day == 0 or item.per_person == 0 for item in items())


def test_a_kit_is_food_and_water_for_three_days_and_a_quilt():
    whole = dict(zip([item.name for item in items()], kits(2).tolist(), strict=True))
    assert {name: n for name, n in whole.items() if n} == {
        "drinking_water": 18,
        "food": 18,
        "quilt": 2,
    }
    assert int(kits(1) @ masses_g()) == 9 * 1030 + 9 * 200 + 2500


def test_cold_people_need_a_second_quilt():
    quilt = next(item for item in items() if item.name == "quilt")
    assert quilt.pieces_for(10, 0.0, cold=is_cold(-5.0)) == 2 * quilt.pieces_for(10, 0.0)
    assert not is_cold(20.0)


def test_a_place_has_one_stock():
    stock = Stock(at="depot", kits=10)
    with pytest.raises(ValueError, match="two stocks at one place: depot"):
        Relief(stocks=(stock, stock))


def test_goods_must_go_somewhere():
    with pytest.raises(ValueError, match="shelters, zones, to"):
        SendSupplies.model_validate({"depots": "all"})


def test_a_stock_at_a_place_the_map_does_not_have_is_told_with_its_line(tmp_path):
    for name in ("scenario.yaml", "facts.yaml"):
        (tmp_path / name).write_text((LESSON / name).read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / "scenario.yaml").open("a", encoding="utf-8") as file:
        file.write("relief:\n  stocks:\n    - {at: dep0t, kits: 5}\n")
    with pytest.raises(InputError, match=r"relief\.stocks\[0\]\.at.*depot"):
        load_scenario(tmp_path)
