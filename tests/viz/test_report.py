"""The report: one safe file, two languages, every figure where a reader looks for it."""

import base64
import dataclasses
import hashlib
import html
import io
import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest
from PIL import Image

from sim.core.events import KINDS
from sim.core.words import LANGUAGES, catalogue
from sim.evaluation.kpis import KPIS
from sim.evaluation.naming import Names, event_text, fact_text, scientific
from sim.response.reports_incidents import NOTICED
from sim.response.reports_sightings import _FIRE_NEWS
from sim.scenario.base import Title
from sim.scenario.facts import Facts
from sim.viz.narrative import summary, timeline
from sim.viz.report import report_html, write_report
from sim.viz.report_tables import balance, buildings, doubtful_parameters, roads
from sim.world.tables import BUILDING_CLASSES

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "{{ 7 * 7 }}{% for x in () %}",
    "<!--<script>alert(1)//-->",
    '" onmouseover="alert(1)" x="',
    "<math><mtext></mtext><mglyph><style><img src onerror=alert(1)>",
)


class Page(HTMLParser):
    """Elements and text of a page, as a browser would see them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def run(run, drawn):
    run.folder = drawn
    return run


@pytest.fixture(scope="module")
def page(drawn_run) -> str:
    return report_html(drawn_run)


def poisoned(run, payload):
    """The same run with a payload in every text that a file may bring in."""
    manifest = json.loads(json.dumps(run.manifest))
    manifest |= {"title": {"en": payload, "zh": payload}, "map": {"source": payload}}
    manifest |= {"id": payload, "inputs": {payload: payload}, "state_sha256": payload}
    world = run.world
    tables = {
        name: dataclasses.replace(
            table := getattr(world, name),
            name_en=_all(table.name_en, payload),
            name_zh=_all(table.name_zh, payload),
        )
        for name in ("zones", "facilities", "waters", "levees", "points")
    }
    run.world = dataclasses.replace(
        world,
        name_en=payload,
        name_zh=payload,
        road_names=_all(world.road_names, payload),
        provenance={"licence": payload},
        **tables,
    )
    run.manifest = manifest
    run.events = run.events.assign(who=payload, facts=json.dumps({payload: payload}))
    run.closures = run.closures.assign(road=payload)
    return run


def _all(texts, payload):
    changed = texts.copy()
    changed[:] = payload
    return changed


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_a_scenario_says_becomes_markup(run, page, payload, monkeypatch):
    wanted = {tag for tag, _ in Page(page).tags}
    monkeypatch.setattr("sim.viz.report._packed", lambda path: ("png", ""))
    seen = Page(report_html(poisoned(run, payload)))
    assert {tag for tag, _ in seen.tags} <= wanted
    assert not any(name.startswith("on") for _, attributes in seen.tags for name in attributes)
    assert payload in seen.text


def test_the_report_has_no_script_and_loads_nothing(page):
    loads = [
        value
        for tag, attributes in Page(page).tags
        for name, value in attributes.items()
        if name in {"src", "href", "srcset", "action", "data", "poster"}
    ]
    assert loads
    assert all(value.startswith("data:image/") for value in loads)
    assert not {"script", "link", "iframe", "object", "base"} & {tag for tag, _ in Page(page).tags}
    assert not re.findall(r"url\((?!data:font/woff)|@import|https?://", page)


def test_the_security_policy_allows_just_the_styles_that_the_page_has(page):
    policy = next(
        attributes["content"]
        for tag, attributes in Page(page).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    styles = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    for style in styles:
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert " style=" not in page


def test_every_picture_in_the_report_opens(page):
    pictures = re.findall(r'src="data:image/(\w+);base64,([^"]+)"', page)
    assert len(pictures) >= 12
    for sort, data in pictures:
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            picture.load()
            assert picture.format == sort.upper()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_asked_for_is_shown_first_and_the_other_is_there(run, lang):
    other = next(each for each in LANGUAGES if each != lang)
    seen = Page(report_html(run, languages=(lang, other)))
    assert {a["lang"] for tag, a in seen.tags if tag == "main"} == {"en", "zh-CN"}
    checked = [a["id"] for tag, a in seen.tags if tag == "input" and "checked" in a]
    assert checked == [f"choose-{lang}"]
    assert "Liuhe: a flood for a test" in seen.text
    assert "柳河县:试验洪水" in seen.text


def test_a_report_in_one_language_holds_no_other_and_no_switch(run):
    seen = Page(report_html(run, languages=("zh",)))
    assert [a["lang"] for tag, a in seen.tags if tag == "main"] == ["zh-CN"]
    assert not [tag for tag, _ in seen.tags if tag == "input"]
    assert "Liuhe: a flood for a test" not in seen.text


def test_two_reports_of_one_run_are_the_same_bytes(run, tmp_path):
    write_report(run, tmp_path / "a.html")
    write_report(run, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_every_kind_of_event_every_key_figure_and_building_class_has_its_words():
    words = {f"event.{kind}" for kind in KINDS} | {f"kpi.{name}" for name in KPIS}
    words |= {f"kpi_value.{name}" for name in KPIS}
    words |= {f"building_class.{name}" for name in BUILDING_CLASSES}
    assert words <= set(catalogue())


def test_the_paragraph_tells_rain_rivers_levees_land_roads_and_buildings(run):
    text = summary(run, "en")[0].replace("\u00a0", " ")
    assert text == (
        "In 6 hours 98 mm of rain fell on Liuhe. Rivers brought in 10.8 million m³ of water. "
        "Water ran over Liu left levee at 20:00. Liu left levee breached at 20:05. "
        "In all, 9.3 km² of land stood at some time under 0.15 m of water or more; the deepest "
        "water on land was 2.9 m. The first road closed at 20:13; at the worst moment 84.0% of the "
        "road network was still open. From 20:46 on, water entered 20 buildings, home to 612 "
        "people. Among shelters, hospitals, fire stations, depots and command posts, 2 had water "
        "at the sill."
    )


def test_the_paragraph_of_a_dry_run_says_that_nothing_happened(run):
    run.kpis = run.kpis.assign(value=0.0)
    run.events = run.events[run.events["kind"].str.startswith("run_")].reset_index(drop=True)
    run.series = run.series.assign(inflow_m3=0.0)
    assert "".join(summary(run, "en")) == (
        "No rain fell on Liuhe in 6 hours. No land stood under 0.15 m of water or more. "
        "No road closed. Water entered no building."
    )


def test_an_event_names_who_what_and_how_much(run):
    names = Names(run, "zh")
    facts = json.dumps({"depth_m": 0.31, "threshold_m": 0.3})
    assert (
        event_text("point_flooded", "low-1", names, "zh", facts)
        == "磨坊下穿通道积水达到警戒深度（水深 0.31 m，警戒深度 0.3 m）"
    )


def test_how_many_people_comes_before_what_they_are_made_up_of(run):
    facts = json.dumps({"at_school": 10, "elsewhere": 20, "people": 30})
    told = event_text("people_away", "storm", Names(run, "zh"), "zh", facts)
    assert told == "白天外出人员（30 人，在校 10 人，在单位、商店等处 20 人）"


def test_a_road_is_named_by_its_street_and_an_unknown_id_by_itself(run):
    names = Names(run, "en")
    assert [names.of("edge-1"), names.of("edge-999999"), names.of("gale")] == [
        "建设路",
        "edge-999999",
        "gale",
    ]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("flow_m3_per_s", 812.5, "flow 812.5 m³/s"),
        ("closed_for_s", 3820.0, "closed for 1 h 03 min"),
        ("speed_m_per_s", 1.5, "speed 1.5 m/s"),
        ("buildings", 17, "17 buildings"),
        ("until_s", 25200.0, "until 01:00 on 29 July"),
        ("share", 0.5, "50% of capacity"),
        ("seed", 1, ""),
    ],
)
def test_the_unit_of_a_fact_is_read_from_its_name(run, name, value, says):
    assert fact_text(name, value, Names(run, "en"), "en") == says


def test_the_level_of_a_warning_is_no_level_of_water(run):
    assert fact_text("level", "orange", Names(run, "zh"), "zh") == "橙色"
    assert fact_text("level_m", 3.5, Names(run, "zh"), "zh") == "水位 3.5 m"


def test_an_inflow_is_called_by_its_river(run):
    assert Names(run, "zh").of("upstream") == "柳河"


def test_an_inflow_that_is_no_river_is_called_by_its_title(run):
    title = Title(en="release from above", zh="上游下泄")
    run.scenario.hazards[0].inflows = (SimpleNamespace(id="spill", river=None, title=title),)
    assert Names(run, "zh").of("spill") == "来水：上游下泄"


def test_the_timeline_gathers_frequent_events_and_leaves_none_out(run):
    lines = timeline(run, "en")
    told = sum(1 + int((re.findall(r"and (\d+) more", line.what) or [0])[0]) for line in lines)
    assert told == len(run.events)
    assert len(lines) < len(run.events) / 2


def test_gathered_events_add_up_what_they_count(run):
    flooded = run.events[run.events["kind"] == "buildings_flooded"]
    many = pd.concat([run.events.iloc[:-1], *[flooded] * 11, run.events.iloc[-1:]])
    run.events = many.assign(id=range(len(many)))
    assert "Water enters buildings in West Bank; in all 204 buildings by 20:46" in {
        line.what for line in timeline(run, "en")
    }


def test_the_timeline_tells_the_cause_of_a_breach(run):
    breach = next(line for line in timeline(run, "en") if "breach" in line.what)
    assert breach.why == "Water runs over the levee: Liu left levee (20:00)"


def test_the_ledger_of_the_report_adds_up(run):
    rows = balance(run, "en").rows
    amount = {row[0]: float(row[1].replace(",", "")) for row in rows}
    came = sum(m3 for entry, m3 in amount.items() if entry.startswith("+"))
    went = sum(m3 for entry, m3 in amount.items() if entry.startswith(("−", "=")))
    assert came == pytest.approx(went, abs=1)


def test_buildings_by_town_and_class_add_up_to_all_that_were_entered(run):
    sheet = buildings(run, "en")
    count = lambda row: [int(cell) if cell != "–" else 0 for cell in row[1:]]  # noqa: E731
    *towns, total = [count(row) for row in sheet.rows]
    assert [sum(column) for column in zip(*towns, strict=True)] == total
    assert total[0] == sum(total[1:]) == len(run.buildings)


def test_a_road_still_under_water_at_the_end_is_said_to_be_closed(run):
    rows = {row[0] + row[1]: row[4] for row in roads(run, "en").rows}
    assert set(rows.values()) == {"still closed at the end"}


def test_a_road_that_closed_twice_counts_its_length_once(run):
    again = run.closures.iloc[[3]].assign(closed_s=15000.0, reopened_s=16000.0)
    once = {(row[0], row[1]): row[2] for row in roads(run, "en").rows}
    run.closures = pd.concat([run.closures, again], ignore_index=True)
    assert {(row[0], row[1]): row[2] for row in roads(run, "en").rows} == once


def test_a_run_without_closures_and_wet_buildings_has_a_report(run):
    run.closures, run.buildings = run.closures.iloc[:0], run.buildings.iloc[:0]
    text = Page(report_html(run)).text
    assert "No road was closed." in text
    assert "没有房屋进水。" in text


def test_the_report_lists_what_must_not_be_taken_for_granted(run):
    sheet = doubtful_parameters(run, "en")
    assert {row[3] for row in sheet.rows} <= {"assumed", "unconfirmed"}
    assert any("rain.anshan_" in row[0] for row in sheet.rows)
    assert not any("rain.shenyang_" in row[0] for row in sheet.rows)


def test_figures_that_do_not_apply_are_left_out_and_blocks_are_told_apart(run):
    run.kpis = run.kpis.assign(block=["water"] * 11 + ["harm"])
    run.kpis.loc[0, "value"] = float("nan")
    text = Page(report_html(run)).text
    assert "Rain on the map" not in text
    assert "Deepest water on land" in text
    assert "人员伤亡" in text


def test_the_report_says_how_to_repeat_the_run(page):
    text = Page(page).text
    assert "shapan run small-flood --seed 1" in text
    assert "ab" * 32 in text
    assert html.unescape(page).count("numpy 2.4.6") == 2


def test_what_the_map_is_made_from_is_named_in_the_language_of_the_report(run):
    sources = [{"en": "a book", "zh": "一本书"}, "ISBN 7"]
    run.world = dataclasses.replace(run.world, provenance={"sources": sources}, schematic=True)
    run.manifest["map"] |= {"facts": "liuhe", "seed": 7, "other": "x"}
    text = Page(report_html(run, languages=("zh",))).text
    assert "一本书" in text
    assert "ISBN 7" in text
    assert "a book" not in text
    assert "来源：依据公开资料生成的示意地图" in text
    assert "概况文件：liuhe" in text
    assert "other：x" in text


def test_small_numbers_are_written_with_powers_of_ten():
    assert [scientific(2.1e-12), scientific(0.0), scientific(-1.25e3)] == [
        "2.1 × 10⁻¹²",
        "0",
        "-1.2 × 10³",
    ]


def test_a_run_without_water_has_no_column_of_depths(run, monkeypatch):
    monkeypatch.setattr(run, "keeps", lambda _: False)
    sheet = roads(run, "en")
    assert len(sheet.head) == 5
    assert all(len(row) == 5 for row in sheet.rows)


def test_everything_that_facts_may_assume_has_a_word():
    named = set(Facts.model_fields) - {"format", "id", "name"}
    assert {field for field in named if f"facts.{field}" not in catalogue()} == set()


def test_all_news_that_a_post_may_hear_has_a_word():
    assert {kind for kind in NOTICED | {*_FIRE_NEWS} if f"news.{kind}" not in catalogue()} == set()
