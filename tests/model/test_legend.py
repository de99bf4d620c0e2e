"""Whoever opens a table of a run is told what its columns and codes mean."""

import json

import pandas as pd
import pyarrow as pa
import pytest

from sim.model.legend import codes, meaning, unit, with_legend, write_legend
from sim.model.write import write_table


def test_a_units_ending_is_read_from_the_columns_name():
    names = ("t_s", "inflow_m3_per_s", "unmet_food_person_h", "mass_error_share", "state")
    assert [unit(name) for name in names] == ["s", "m3/s", "person h", "1", ""]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_codes_of_people_have_names(lang):
    assert codes("people", "health", lang).count("=") == 4
    assert "255 = " in codes("people", "warned_by", lang)
    assert codes("buildings", "state", lang) == ""


def test_goods_and_states_of_people_are_named_by_their_own_words():
    assert meaning("series", "people_sheltered", "en") == "people: in a shelter"
    assert "drinking water" in meaning("series", "stock_drinking_water", "en").lower()


def test_parquet_columns_say_what_they_mean(tmp_path):
    table = pd.DataFrame({"state": [1, 2], "caught_s": [3.0, None]})
    write_table(tmp_path / "people.parquet", table)
    field = pa.parquet.read_schema(tmp_path / "people.parquet").field("state")
    assert "0 = at home" in field.metadata[b"codes_en"].decode()
    assert pd.read_parquet(tmp_path / "people.parquet").equals(table)


def test_what_nobody_has_explained_stays_as_it_is():
    table = with_legend("people", pa.table({"quux": [1]}))
    assert not table.schema.field("quux").metadata


def test_the_legend_lists_every_column_and_every_key_figure(tmp_path):
    write_table(tmp_path / "census.parquet", pd.DataFrame({"t_s": [0.0], "people": [1]}))
    pd.DataFrame({"kpi": ["caught"], "value": [3], "unit": ["1"]}).to_csv(
        tmp_path / "kpis.csv", index=False
    )
    write_legend(tmp_path)
    found = pd.read_csv(tmp_path / "columns.csv", encoding="utf-8-sig")
    assert found["column"].tolist() == ["t_s", "people", "kpi", "value", "unit", "caught"]
    assert found["meaning_zh"].notna().all()
    assert json.dumps(found["meaning_en"].tolist()).count("caught") == 1


def test_a_studys_key_figures_are_listed_once(tmp_path):
    rows = {"plan": ["a", "b"], "kpi": ["caught"] * 2, "value": [3, 4], "unit": ["1"] * 2}
    pd.DataFrame(rows).to_csv(tmp_path / "kpis.csv", index=False)
    write_legend(tmp_path)
    found = pd.read_csv(tmp_path / "columns.csv", encoding="utf-8-sig")
    assert found["column"].tolist() == ["plan", "kpi", "value", "unit", "caught"]
