"""The plan in the report: promises scored, the first break explained, every clause in its row."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from types import MethodType

import numpy as np
import pandas as pd
import pytest

from sim.agents.ledger import STATE, STATES
from sim.agents.residents import WAITS
from sim.core.words import LANGUAGES, catalogue
from sim.evaluation.delays import WAITS as SPENT
from sim.model.columns import CLAUSE_COLUMNS, SHELTER_COLUMNS
from sim.model.results import Results
from sim.response.ledger import STAGES
from sim.scenario.loading import load_plan, load_targets
from sim.viz.narrative import summary, timeline
from sim.viz.people_figures import reach, shares_by_zone, whereabouts
from sim.viz.report import report_html
from sim.viz.report_people import shelters, towns
from sim.viz.report_plan import (
    _amount,
    anchor,
    answer,
    assumed_note,
    broken_first,
    clause_rows,
    verdicts,
)

NEVER = float("nan")
PAYLOAD = "<img src=x onerror=alert(1)>"
PLAN = """
format: shapan/plan/1
id: written
title: {en: As written, zh: 现行预案}
document: A document of a test
posts:
  - {id: chief, title: {en: Commander, zh: 指挥长}, level: county}
clauses:
  - id: W1
    title: {en: "%s", zh: 发布预警}
    when: {forecast_rain: {over: 3 h, at_least: 50 mm}}
    post: chief
    do: issue_warning
    with: {level: red, channels: [sms], zones: all, advice: leave_now}
    within: 30 min
    again: true
    source: {section: "1", text: "三十分钟内发布%s"}
    assumed: [when, within]
  - id: S1
    title: {en: Open shelters, zh: 启用避难场所}
    when: {clause: {id: W1, is: done}}
    post: chief
    do: open_shelter
    with: {shelters: all}
    source: {section: "2", text: "启用避难场所"}
  - id: L1
    title: {en: Level I, zh: 一级响应}
    when: {response_level: {at_least: II}}
    post: chief
    do: set_response_level
    with: {level: I}
    source: {section: "3", text: "启动一级响应"}
"""
TARGETS = """
format: shapan/targets/1
id: promises
title: {en: Promises, zh: 目标}
document: A document of a test
targets:
  - id: sites
    title: {en: Key sites, zh: 重要场所}
    kind: simulated
    kpi: key_sites_flooded
    at_most: 0
    unit: "1"
    source: {section: "1", text: "无一进水"}
  - id: roads
    title: {en: Roads, zh: 道路}
    kind: simulated
    kpi: roads_passable_worst
    at_least: 0.8
    unit: "1"
    source: {section: "2", text: "畅通率80%%以上"}
  - id: crews
    title: {en: Firefighters, zh: 专职消防人员}
    kind: input
    kpi: firefighters_per_1000
    at_least: 0.4
    unit: 1/1e3
    source: {section: "4", text: "达到0.4‰"}
  - id: staff
    title: {en: Staff, zh: 专业人才}
    kind: audit
    at_least: 0.75
    unit: "1"
    source: {section: "5", text: "占比超过75%%"}
"""
EVENTS = (
    (0, "run_started", "small-flood", -1, {}),
    (1800, "forecast_issued", "weather_office", 0, {"next_3h_mm": 60, "next_12h_mm": 90}),
    (2100, "clause_triggered", "W1", 1, {"post": "chief"}),
    (2100, "clause_taken_up", "W1", 2, {"post": "chief"}),
    (4500, "clause_decided", "W1", 3, {"post": "chief"}),
    (4500, "order_given", "chief", 4, {"action": "issue_warning", "clause": "W1"}),
    (5100, "clause_done", "W1", 5, {}),
    (5100, "clause_triggered", "S1", 6, {"post": "chief"}),
)


class Page(HTMLParser):
    """Ids, links, tags and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str | None] = []
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.attributes |= set(known)
        self.ids += [known["id"]] if "id" in known else []
        self.links += [known["href"]] if "href" in known else []

    def handle_data(self, data):
        self.text += data


def clause(name, outcome, events=(), *, due_s=NEVER, held_up_by="", action="issue_warning"):
    """A row of the ledger with the events of its stages, in their order."""
    row = dict.fromkeys(CLAUSE_COLUMNS, NEVER)
    row |= {"clause": name, "post": "chief", "action": action, "outcome": outcome}
    row |= {f"{stage}_event": -1 for stage in STAGES}
    row |= {"overtaken_by": -1, "held_up_by": held_up_by, "detail": "{}", "deadline_s": due_s}
    for stage, event in zip(STAGES, events, strict=False):
        row |= {f"{stage}_s": float(EVENTS[event][0]), f"{stage}_event": event}
    return row | {"margin_s": due_s - row["done_s"]}


def people(world) -> pd.DataFrame:
    """Ten residents in one town, thirty in the other; the ten heard, four of them left."""
    n = 40
    zone = np.repeat([3, 4], [10, 30])
    heard = np.where(zone == 3, 5400.0, NEVER)
    left = np.where(np.arange(n) < 4, 7200.0, NEVER)
    state = np.where(np.arange(n) < 4, STATE["sheltered"], STATE["at_home"])
    codes = ("decision", "mobility", "flags", "health")
    return pd.DataFrame(
        {
            "weight": np.ones(n, np.int64),
            "zone": zone,
            "home_first_wet_s": np.where(np.arange(n) < 2, 9000.0, NEVER),
            "warned_s": heard,
            "left_s": left,
            "safe_s": left + 600,
            "caught_s": np.full(n, NEVER),
            "order": np.full(n, -1),
            "hurt_by": np.full(n, -1),
            "waits_for": np.full(n, WAITS.index("nothing")),
            "state": state,
            **{code: np.zeros(n, np.int64) for code in codes},
        }
    )


def with_plan(run, folder, *, said=""):
    """The small flood, with a plan of three clauses; ``said`` is in a title and a source."""
    (folder / "plan.yaml").write_text(PLAN % (said or "Warn all", said), encoding="utf-8")
    (folder / "targets.yaml").write_text(TARGETS.replace("%%", "%"), encoding="utf-8")
    run.manifest = run.manifest | {"plan": "written", "every": 10}
    run.plan, run.targets = load_plan(folder / "plan.yaml"), load_targets(folder / "targets.yaml")
    run.plan_posts = lambda: run.plan.posts
    run.events = pd.DataFrame(
        {"id": i, "t_s": float(t), "kind": k, "who": w, "cause": c, "facts": json.dumps(f)}
        for i, (t, k, w, c, f) in enumerate(EVENTS)
    )
    run._causes = run.events["cause"].to_numpy()
    run.chain = MethodType(Results.chain, run)
    run.clauses = pd.DataFrame(
        [
            clause("S1", "open", (7,), held_up_by="decision", action="open_shelter"),
            clause("W1", "late", (2, 3, 4, 5, 6), due_s=3900.0, held_up_by="decision"),
            clause("W1", "not_triggered"),
            clause("L1", "not_triggered"),
        ]
    )
    run.people = people(run.world)
    run.messages = pd.DataFrame(columns=["zones", "issued_s", "is_order", "event"])
    facilities = run.world.facilities
    run.shelters = pd.DataFrame(
        {
            "facility": [0, 1],
            "id": facilities.id[:2],
            "capacity": [100.0, 50.0],
            "people": [4, 0],
            "opened": [True, False],
        }
    ).reindex(columns=SHELTER_COLUMNS)
    states = {f"people_{state}": 0.0 for state in STATES} | {"people_at_home": 36.0}
    states |= {"people_sheltered": 4.0, "people_warned": 10.0}
    run.series = run.series.assign(**states)
    return run


@pytest.fixture
def acted(run, tmp_path):
    return with_plan(run, tmp_path)


@pytest.fixture
def undrawn(monkeypatch):
    """Reports without their pictures, and without the story of figures that are not there."""
    monkeypatch.setattr("sim.viz.narrative.people_sentences", lambda *_: iter(("People acted.",)))
    monkeypatch.setattr("sim.viz.report_plan.promises_kept", lambda *_: iter(("One held.",)))
    monkeypatch.setattr("sim.viz.report._packed", lambda path: ("png", ""))
    monkeypatch.setattr("sim.viz.report.write_figures", lambda *args, **named: None)


def test_every_promise_is_met_missed_or_said_to_be_beyond_judging(acted):
    rows = {row.title: row for row in verdicts(acted, "en")}
    assert {title: row.verdict for title, row in rows.items()} == {
        "Key sites": "missed",
        "Roads": "met",
        "Firefighters": "not_judged",
        "Staff": "not_judged",
    }


def test_what_can_be_judged_stands_before_what_cannot(acted):
    acted.kpis.loc[acted.kpis["kpi"] == "key_sites_flooded", ["value", "why"]] = [NEVER, "no_case"]
    judged = [row.verdict != "not_judged" for row in verdicts(acted, "en")]
    assert judged == [True, False, False, False]


def test_a_promise_shows_its_bound_and_the_figure_in_the_readers_unit(acted):
    rows = {row.title: (row.promised, row.got) for row in verdicts(acted, "en")}
    assert rows["Roads"] == ("at least 80.0%", "84.0%")
    assert rows["Firefighters"] == ("at least 0.4‰", "–")
    assert rows["Staff"] == ("at least 75%", "–")


@pytest.mark.parametrize(
    ("unit", "value", "en", "zh"),
    [
        ("people", 1000.0, "1,000 people", "1,000 人"),
        ("m2", 6000.0, "6,000 m²", "6,000 平方米"),
        ("1/a", 1.0, "1 a year", "每年 1 次"),
        ("M", 6.0, "magnitude 6", "6 级"),
        ("1/1e5", 0.25, "0.25 per 100,000", "0.25 人/十万人"),
        ("kg", 3.0, "3 kg", "3 kg"),
    ],
)
def test_a_promise_that_no_run_can_judge_is_in_words_too(unit, value, en, zh):
    row = {"unit": unit, "kpi": "", "at_least": value}
    assert [_amount(row, "at_least", lang) for lang in LANGUAGES] == [en, zh]


def test_the_page_begins_with_how_many_clauses_and_figures_held(acted, undrawn):
    told = list(answer(acted, "en"))
    assert told == ["One held.", "Promised figures that this run can judge: 2; met 1, missed 1."]
    head, _, rest = report_html(acted, languages=["en"]).partition('<p class="notice">')
    assert " ".join(told) in head
    assert told[0] not in rest


def test_the_chain_of_the_first_break_begins_at_its_root_and_tells_the_gaps(acted):
    broken = broken_first(acted, "en")
    assert broken.anchor == "en-clause-W1-1"
    assert [moment.clock for moment in broken.moments] == [
        "18:00", "18:30", "18:35", "18:35", "19:15", "19:15", "19:25",
    ]  # fmt: skip
    assert broken.moments[4].after == "+40 min"
    assert broken.moments[-1].what == "clause W1 is done"


def test_the_shares_of_lost_time_are_those_of_the_ledger(acted):
    waits = {wait.what: wait.percent for wait in broken_first(acted, "en").waits}
    # 300 s of news, 2,400 s of deciding, 600 s of work
    assert waits == {"News on its way": 9.1, "Deciding": 72.7, "Carrying it out": 18.2}


def test_no_break_is_said_when_every_clause_held(acted, undrawn):
    acted.clauses = acted.clauses.assign(outcome="met")
    assert broken_first(acted, "en") is None
    assert "No clause that fell due was late or missed." in Page(report_html(acted)).text


def test_clauses_stand_in_the_order_of_the_plan_with_what_became_of_them(acted):
    rows = clause_rows(acted, "en")
    assert [(row.clause, row.outcome) for row in rows] == [
        ("W1", "late"),
        ("S1", "open"),
        ("L1", "not_triggered"),
    ]


def test_a_late_clause_shows_its_times_its_margin_and_what_held_it_up(acted):
    late = clause_rows(acted, "en")[0]
    assert late.times == ["18:35", "19:15", "19:15", "19:25", "19:05"]
    assert late.margin == "−20 min"
    assert late.why == "the decision took long"
    assert late.assumed == "Assumed here: trigger, time allowed"


def test_a_clause_that_never_came_up_says_so_and_shows_no_times(acted):
    never = clause_rows(acted, "en")[2]
    assert set(never.times) == {"–"}
    assert never.why == "its condition did not come about, or its post never learnt of it"


def test_of_many_rounds_the_broken_ones_stay_and_the_rest_are_counted(acted):
    kept = [clause("W1", "met", (2, 3, 4, 5, 6), due_s=9000.0) for _ in range(7)]
    acted.clauses = pd.DataFrame(
        [*kept, clause("W1", "late", (2, 3, 4, 5, 6), due_s=3900.0, held_up_by="decision")]
    )
    rows = [row for row in clause_rows(acted, "en") if row.clause == "W1"]
    assert len(rows) == 4
    assert [row.outcome for row in rows].count("late") == 1
    assert rows[-1].why.endswith("Further rounds: 4 met.")


def test_the_timeline_folds_a_clause_into_one_row_that_links_to_the_table(acted):
    lines = [line for line in timeline(acted, "en") if line.link]
    assert [line.link for line in lines] == [anchor("en", "W1"), anchor("en", "S1")]
    assert lines[0].what == 'Clause W1 "Warn all": decided 19:15, done 19:25, late'


def test_the_timeline_of_a_busy_run_is_short(acted):
    busy = [
        {"id": 0, "t_s": 60.0 * k, "kind": kind, "who": "west", "cause": -1, "facts": "{}"}
        for k in range(300)
        for kind in ("team_sent", "bus_sent", "road_barred", "point_flooded", "rain_measured")
    ]
    acted.events = pd.concat([acted.events, pd.DataFrame(busy)], ignore_index=True)
    acted.events["id"] = range(len(acted.events))
    assert len(timeline(acted, "en")) <= 25


def test_gathered_harm_adds_up_by_severity(acted):
    hurt = {"id": 0, "t_s": 9000.0, "kind": "people_hurt", "who": "west", "cause": -1}
    hurt |= {"facts": json.dumps({"dead": 1, "severe": 2, "light": 3})}
    filler = [hurt | {"kind": f"{kind}_started", "facts": "{}"} for kind in ("rain", "pump")] * 9
    acted.events = pd.concat([acted.events, pd.DataFrame([hurt] * 12 + filler)])
    acted.events["id"] = range(len(acted.events))
    said = next(line.what for line in timeline(acted, "en") if "hurt" in line.what)
    assert "12 dead, 24 severely hurt, 36 lightly hurt" in said


def test_gathered_harm_does_not_tell_of_no_dead(acted):
    hurt = {"id": 0, "t_s": 9000.0, "kind": "people_hurt", "who": "west", "cause": -1}
    hurt |= {"facts": json.dumps({"dead": 0, "severe": 2, "light": 3})}
    filler = [hurt | {"kind": f"{kind}_started", "facts": "{}"} for kind in ("rain", "pump")] * 9
    acted.events = pd.concat([acted.events, pd.DataFrame([hurt] * 12 + filler)])
    acted.events["id"] = range(len(acted.events))
    said = next(line.what for line in timeline(acted, "en") if "hurt" in line.what)
    assert "in all 24 severely hurt, 36 lightly hurt" in said


def test_the_paragraphs_leave_out_what_the_page_tells_elsewhere(acted, monkeypatch):
    monkeypatch.setattr("sim.viz.narrative.people_sentences", lambda *_: iter(("A.", "B: told.")))
    assert summary(acted, "en", told=["nothing", "told"])[1] == "A."


def test_towns_add_up_and_the_most_affected_come_first(acted):
    sheet = towns(acted, "en")
    counts = [[int(cell.replace("–", "0")) for cell in row[1:]] for row in sheet.rows]
    assert counts[-1][:3] == [40, 2, 10]
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert counts[0][1] == 2


def test_only_shelters_that_opened_are_listed(acted):
    sheet = shelters(acted, "en")
    assert [row[1:] for row in sheet.rows] == [["100", "4", "4%"]]
    assert "1 of the 1 shelters that opened; the map has 2." in sheet.note


def test_the_shares_of_a_place_are_of_those_who_live_there(acted):
    shares = shares_by_zone(acted)
    assert [shares["warned"][zone] for zone in (3, 4)] == [1.0, 0.0]
    assert shares["left"][3] == pytest.approx(0.4)
    assert np.isnan(shares["left"][0])


def test_the_chart_of_people_ends_at_those_who_are_not_at_home(acted):
    axes = whereabouts(acted)
    band = axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == 4.0
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["in a shelter"]


def test_four_small_maps_show_who_was_reached(acted):
    titles = [axes.get_title(loc="left") for axes in reach(acted).axes]
    assert {"Heard a warning", "Left home", "In safety at the end"} <= set(titles)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_of_the_report_leads_to_a_clause_in_it(acted, undrawn, lang):
    page = Page(report_html(acted, languages=(lang,)))
    assert page.links
    assert {str(link).removeprefix("#") for link in page.links} <= set(page.ids)


def test_the_report_says_that_it_is_a_sample_and_how_much_of_the_plan_is_assumed(acted, undrawn):
    text = Page(report_html(acted)).text
    assert "one household in 10 was kept" in text
    assert "每 10 户保留 1 户" in text
    assert "leaves 2 places open in 1 of its 3 clauses" in assumed_note(acted, "en")
    assert assumed_note(acted, "zh") in text
    assert "--plan written --seed 1 --every 10" in text


def test_nothing_a_plan_says_becomes_markup(run, tmp_path, undrawn):
    page = Page(report_html(with_plan(run, tmp_path, said=PAYLOAD)))
    assert not {name for name in page.attributes if name.startswith("on")}
    assert page.text.count(PAYLOAD) >= 4


def test_a_plan_without_targets_is_told_without_a_scorecard(acted, undrawn):
    acted.targets = None
    assert "nothing to score" in Page(report_html(acted)).text


def test_every_outcome_wait_and_place_of_the_table_has_its_words():
    outcomes = ["met", "late", "missed", "open", "not_triggered", "overtaken", "not_simulated"]
    words = {f"outcome.{outcome}" for outcome in outcomes}
    words |= {f"wait.{name}" for name in ("told", *SPENT.values())}
    assert words <= set(catalogue())
