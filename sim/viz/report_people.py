"""People in the report: towns and shelters, row by row, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.core.words import say
from sim.evaluation.crowd import by_town
from sim.evaluation.naming import Names, paragraph
from sim.viz.report_tables import Sheet, zone_name

if TYPE_CHECKING:
    from sim.model.results import Results

_MOST_SHELTERS: Final = 20
_TOWN_COLUMNS: Final = ("residents", "flooded", "warned", "ordered", "left", "safe", "caught")
_HARMS: Final = ("dead", "severe", "light")
_ALWAYS: Final = ("residents", "left", "safe", *_HARMS)


def towns(run: Results, lang: str) -> Sheet:
    """Return people by street or township, those with the most affected first, and their sum.

    What befell nobody has no column, but for who left, who is in safety and who was harmed.
    """
    table = by_town(run).sort_values("affected", ascending=False, kind="stable")
    columns = [name for name in (*_TOWN_COLUMNS, *_HARMS) if name in _ALWAYS or table[name].any()]
    rows = [
        [zone_name(run, int(row["zone"]), lang), *(_count(row[name]) for name in columns)]
        for row in table.to_dict("records")
    ]
    total = [say("buildings.all", lang), *(_count(table[name].sum()) for name in columns)]
    head = [say("roads.zone", lang), *(say(f"towns.{name}", lang) for name in columns)]
    return Sheet(head, [*rows, total], note=say("towns.note", lang), total=True)


def _count(people: float) -> str:
    return f"{people:,.0f}" if people else "–"


def shelters(run: Results, lang: str) -> Sheet:
    """Return the shelters that opened or hold people, the fullest first."""
    table = run.shelters
    used = table[table["opened"] | (table["people"] > 0)]
    shown = used.sort_values("people", ascending=False, kind="stable").head(_MOST_SHELTERS)
    names = Names(run, lang)
    rows = [
        [
            names.of(str(row["id"])),
            f"{row['capacity']:,.0f}",
            _count(row["people"]),
            f"{row['people'] / row['capacity']:.0%}" if row["capacity"] else "–",
        ]
        for row in shown.to_dict("records")
    ]
    head = [say(f"shelters.{key}", lang) for key in ("name", "places", "people", "use")]
    told = [("sent_on", "sent_on"), ("dark", "dark_person_h")]
    for key, column in told:
        if used[column].sum() > 0:
            head.append(say(f"shelters.{key}", lang))
            for row, value in zip(rows, shown[column], strict=True):
                row.append(_count(float(value)))
    note = say("shelters.note", lang, shown=len(rows), opened=len(used), n=len(table))
    if failed := int(used["failed_s"].notna().sum()):
        note = paragraph([note, say("shelters.failed", lang, n=failed)], lang)
    return Sheet(head, rows, note=note)
