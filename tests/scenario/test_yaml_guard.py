"""IN-01 and the YAML part of IN-03: no file hangs, crashes or is read as something else."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.yaml_guard import MAX_PROBLEMS, Document, dotted, read_file, read_text

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

HOSTILE = {
    "billion laughs": (LAUGHS, "anchor &a"),
    "100,000 brackets": ("[" * 100_000, "nested deeper than 40"),
    "100,000 braces": ("{a: " * 100_000, "nested deeper than 40"),
    "100,000 dashes": ("- " * 100_000, "nested deeper than 40"),
    "600,000 values": ("[" + "1," * 600_000 + "]", "more than 100,000"),
    "60,000 keys": ("".join(f"k{row}: 1\n" for row in range(60_000)), "more than 100,000"),
    "3 MB": ("a: " + "x" * 3_000_000, "larger than 2,000,000 bytes"),
    "90,000 anchors": ("".join(f"- &a{row} x\n" for row in range(90_000)), "anchor &a0"),
    "a key of 1.9 MB": ("? " + "x" * 1_900_000 + "\n: [", "is not YAML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_a_second(name: str) -> None:
    text, says = HOSTILE[name]
    began = time.process_time()
    document = read_text(text, "x.yaml")
    assert says in str(document.problems[0])
    assert time.process_time() - began < 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
def test_the_process_survives_deep_nesting_in_200_mb(tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("[" * 1_000_000)
    code = (
        "from pathlib import Path\n"
        "from sim.scenario.yaml_guard import read_file\n"
        f"document = read_file(Path({str(file)!r}))\n"
        "print(document.problems[0].says)\n"
        "status = Path('/proc/self/status').read_text().split('VmHWM:')[1]\n"
        "assert int(status.split()[0]) < 200_000, status\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nested deeper" in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: !!python/object/apply:os.system ['true']", "tag tag:yaml.org,2002:python/object"),
        ("a: !!binary aGVsbG8=", "tag tag:yaml.org,2002:binary"),
        ("a: !ours x", "tag !ours"),
        ("a: &x 1\nb: *x", "alias *x"),
        ("a: {<<: {b: 1}}", "merge keys"),
        ("a: 1\na: 2", "stands twice; first on line 1"),
        ("1: a", "a key must be a name; found 1"),
        ("~: a", "a key must be a name; found ~"),
        ("true: a", "a key must be a name"),
        ("on: a", 'write "on"'),
        ("? [a, b]\n: c", "a key must be a name"),
        ("? {a: b}\n: c", "a key must be a name"),
        ("a: 1\n---\nb: 2", "second document"),
        ("at: 12:30", 'write "12:30"'),
        ("at: 6:30:00", 'write "6:30:00"'),
        ("a: .nan", "not a finite number"),
        ("a: -.inf", "not a finite number"),
        ("a: nan", "not a finite number"),
        ("a: 1e999", "too large a number"),
        ("a: 123456789012345678901234567890", "a number of 30 digits"),
        ("a: 017", "is read as another number"),
        ("a: 0x1F", "is read as another number"),
        ("a: yes", 'yes unquoted is read as true; write true, or "yes"'),
        ("a: Off", 'Off unquoted is read as false; write false, or "Off"'),
        ('a: "\\ud800"', "is not YAML"),
        ("a: [1, 2", "is not YAML"),
        ("a: b: c", "is not YAML"),
        ("a:\n\t- b", "is not YAML"),
        ("a: \x07", "is not YAML"),
    ],
)
def test_what_yaml_would_misread_is_refused(text: str, says: str) -> None:
    assert says in "\n".join(str(problem) for problem in read_text(text, "x.yaml").problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30 h", "12:30 h"),
        ('"12:30"', "12:30"),
        ("'no'", "no"),
        ("true", True),
        ("~", None),
        ("-3", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("3 h", "3 h"),
        ("2022-07-28", "2022-07-28"),
        ("0", 0),
        ("一二", "一二"),
    ],
)
def test_plain_values_mean_what_they_look_like(text: str, value: object) -> None:
    document = read_text(f"a: {text}", "x.yaml")
    assert (document.value, document.problems) == ({"a": value}, [])


def test_all_problems_of_a_file_come_at_once_with_their_lines() -> None:
    document = read_text("a: no\nb:\n  - 017\n  - {c: 1, c: 2}\nd: &x 1\n", "x.yaml")
    assert [(one.line, one.path) for one in document.problems] == [
        (1, "a"),
        (3, "b[0]"),
        (4, "b[1].c"),
        (5, "d"),
    ]


def test_bytes_that_are_not_utf_8_are_placed(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes(b"a: 1\nb: " + "铁西".encode("gbk"))
    assert str(read_file(file).problems[0]).startswith(f"{file}:2  byte 0x")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "bom.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_file(file).value == {"a": 1}


def test_text_that_would_turn_a_line_around_is_shown_as_escapes() -> None:
    document = read_text('title: "a\\u202eb\\x1b[31m"', "x.yaml")
    assert document.value == {"title": "a\\u202eb\\x1b[31m"}
    assert [one.warning for one in document.problems] == [True]


def test_a_hopeless_file_is_not_listed_to_its_end() -> None:
    document = read_text("- no\n" * 5_000, "x.yaml")
    assert len(document.problems) == MAX_PROBLEMS + 1
    assert "the rest is not read" in str(document.problems[-1])


@pytest.mark.parametrize("target", ["missing", "folder"])
def test_what_is_no_file_is_said_to_be_none(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    says = {"missing": "no such file", "folder": "is not a regular file"}[target]
    assert read_file(tmp_path / target).problems[0].says == says


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("ab 是", max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner),
    max_leaves=20,
)


@given(value=plain)
@settings(deadline=None, max_examples=100)
def test_what_json_writes_is_read_back_with_a_line_for_every_place(value: object) -> None:
    document = read_text(json.dumps(value, indent=1, ensure_ascii=False), "x.yaml")
    assert document.value == value
    assert not document.problems
    assert all(line > 0 and dotted(path) is not None for path, line in document.lines.items())


def check_places(document: Document, text: str) -> None:
    """Check that every place of a document, good or bad, is on a line that the text has."""
    n_lines = len(re.split("\r\n|[\n\r\x85\u2028\u2029]", text))
    assert all(0 < line <= n_lines for line in document.lines.values())
    assert all(0 <= problem.line <= n_lines + 1 for problem in document.problems)
    assert document.problems or document.lines or document.value is None


@given(text=st.text(st.characters(codec="utf-8"), max_size=200))
@settings(deadline=None, max_examples=300)
def test_any_text_gives_a_document(text: str) -> None:
    check_places(read_text(text, "x.yaml"), text)


@given(text=st.text("[]{}:,-&*!|>'\"%#?<\n \tab1~", max_size=120))
@settings(deadline=None, max_examples=300)
def test_any_heap_of_signs_gives_a_document(text: str) -> None:
    check_places(read_text(text, "x.yaml"), text)
