"""A small plan and small targets that are sound, to be broken in one way at a time."""

from pathlib import Path

import pytest

from sim.scenario.loading import check_file

PLAN = """\
format: shapan/plan/1
id: small
title: {en: Small, zh: 小}
document: "A plan"
posts:
  - id: duty
    title: {en: Duty officer, zh: 值班员}
    level: county
  - id: chief
    title: {en: Chief, zh: 街道主任}
    level: town
    reports_to: duty
    decides_within: 10 min
clauses:
  - id: W1
    title: {en: Warn, zh: 预警}
    when: {forecast_rain: {over: 3 h, at_least: 50 mm}}
    post: duty
    do: issue_warning
    with: {level: orange, channels: [sms, broadcast], zones: low_lying}
    within: 15 min
    source: {section: "3", text: "warn"}
    assumed: [when.forecast_rain.at_least]
  - id: R1
    title: {en: Close, zh: 封闭}
    when: {any: [{water_depth: {at: p1, at_least: 15 cm}}, {clause: {id: W1}}], held: 5 min}
    post: chief
    do: close_road
    with: {points: [p1], guards: 2}
    after: [W1]
    source: {section: "4", text: "close"}
"""


class Broken:
    """Writes a changed text and tells what the check says of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "file.yaml"

    def says(self, text: str, *, warnings: bool = False) -> list[str]:
        """Return ``line path: says`` of every problem."""
        self._file.write_text(text, encoding="utf-8")
        checked = check_file(self._file)
        chosen = checked.warnings if warnings else checked.errors
        return [str(problem).removeprefix(str(self._file)) for problem in chosen]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    return Broken(tmp_path)


@pytest.fixture
def plan() -> str:
    return PLAN
