"""IN-03, IN-04: values of the wrong kind, size or sign, and what is said about them."""

import re

import pytest

FORECAST = "when: {forecast_rain: {over: 3 h, at_least: 50 mm}}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("within: 15 min", "within: -15 min", "'-15 min' is not > 0"),
        ("within: 15 min", "within: 0 min", "'0 min' is not > 0"),
        ("within: 15 min", "within: 15", '15 has no unit; write for example "15 min"'),
        ("within: 15 min", "within: 15 mn", "'mn' is not a unit of duration"),
        ("within: 15 min", "within: 15 mm", "'mm' is not a unit of duration"),
        ("within: 15 min", "within: soon", "'soon' is not a number with a unit"),
        ("within: 15 min", "within: true", "found true; a number is needed"),
        ("within: 15 min", "within: [15 min]", "found [...]; a number is needed"),
        ("guards: 2", "guards: 2.5", "found 2.5; a whole number is needed"),
        ("guards: 2", "guards: true", "found true; a whole number is needed"),
        ("guards: 2", "guards: 0", "0 is not >= 1"),
        ("guards: 2", "guards: '2'", "found '2'; a whole number is needed"),
        ("level: county", "level: contry", "did you mean 'county'?"),
        ("level: county", "level: 3", "3 is not allowed; allowed: city, community, county, team"),
        ("  - id: duty", "  - id: Duty Officer", "'Duty Officer' is not an id"),
        ("  - id: duty", '  - id: "duty\\u202e"', "is not an id"),
        ("  - id: duty", '  - id: "duty\\x07"', "is not an id"),
        ("  - id: duty", "  - id: 7", "found 7; text is needed"),
        ("  - id: duty", "  - id: " + "d" * 65, "is not an id"),
        ("posts:\n", "posts: []\nposts2:\n", "has 0 entries; at least 1 needed"),
        ("points: [p1]", "points: []", "has 0 entries; at least 1 needed"),
        ("title: {en: Warn, zh: 预警}", 'title: {en: Warn, zh: ""}', "title.zh: is empty"),
        ("title: {en: Warn, zh: 预警}", "title: Warn", "'Warn'; a mapping of keys is needed"),
        ("    do: issue_warning\n", "", "clauses[0].do: is missing"),
        ("do: issue_warning", "do: issue_warnings", "did you mean 'issue_warning'?"),
        ("channels: [sms, broadcast]", "channels: [sms, pigeon]", "'pigeon' is not allowed"),
        ("level: orange, ", "", "clauses[0].with.level: is missing"),
        ("level: orange", "levle: orange", "did you mean 'level'?"),
        ("    do: issue", "    do_: x\n    do: issue", "clauses[0].do_: unknown key"),
        ("over: 3 h, ", "", "clauses[0].when.forecast_rain.over: is missing"),
        (", at_least: 50 mm", "", "one of these is needed: at_least, at_most"),
        ("at_least: 50 mm", "at_least: 5 mm, at_most: 1 mm", "found at_least, at_most"),
        ("{forecast_rain:", "{time: {after: 1 h}, forecast_rain:", "found forecast_rain, time"),
        ("when: {forecast_rain:", "when: {forcast_rain:", "did you mean 'forecast_rain'?"),
        (FORECAST, "when: {time: {at: '25:00'}}", "not a time of day"),
        (FORECAST, "when: {reported: {event: leve_breached}}", "'levee_breached'?"),
        ("format: shapan/plan/1", "format: shapan/plan/2", "did you mean 'shapan/plan/1'?"),
        ("format: shapan/plan/1\n", "", "format: is missing"),
        ("format: shapan/plan/1", "format: 3", "'3' is not a known format"),
        ("format: shapan/plan/1", "format: shapan/targets/1", "unknown key"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_what_is_allowed(broken, plan, old, new, says) -> None:
    assert old in plan
    assert says in "\n".join(broken.says(plan.replace(old, new, 1)))


def test_a_sound_plan_has_no_problem(broken, plan) -> None:
    assert broken.says(plan) == broken.says(plan, warnings=True) == []


def test_five_faults_of_one_file_are_told_at_once_by_line(broken, plan) -> None:
    text = (
        plan.replace("level: county", "level: contry")
        .replace("within: 15 min", "within: 15")
        .replace("do: issue_warning", "do: issue_warnings")
        .replace("guards: 2", "guards: 12:30")
        .replace("after: [W1]", "after: [W2]")
    )
    faulty = re.compile(r"contry|within: 15$|issue_warnings|12:30|W2")
    lines = [row for row, line in enumerate(text.splitlines(), 1) if faulty.search(line)]
    told = [line.split("  ")[0] for line in broken.says(text)]
    assert (told, len(told)) == ([f":{row}" for row in lines], 5)


def test_a_fault_of_yaml_and_one_of_a_value_are_told_together(broken, plan) -> None:
    told = broken.says(plan.replace("county", "no").replace("guards: 2", "guards: 0"))
    assert ["no unquoted" in told[0], "is not >= 1" in told[1], len(told)] == [True, True, 2]


def test_a_value_outside_the_plausible_range_is_a_warning(broken, plan) -> None:
    text = plan.replace("decides_within: 10 min", "decides_within: 3 h")
    (warning,) = broken.says(text, warnings=True)
    assert broken.says(text) == []
    assert "3 h is outside the plausible range 1 to 60 min" in warning


@pytest.mark.parametrize("text", ["", "[]", "3", "just words", "~", "# nothing"])
def test_a_file_that_is_no_mapping_lacks_its_format(broken, text) -> None:
    assert "format: is missing" in broken.says(text)[0]
