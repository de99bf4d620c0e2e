"""IN-09: nothing in the tree turns data into code."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("sim", "tests", "notebooks", "scenarios")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".ipynb", ".j2", ".sh") and path != Path(__file__)
)

FORBIDDEN = {
    "pickle": r"\b(?:c?pickle|dill|cloudpickle|shelve|marshal)\b(?!_protocol)",
    "allow_pickle": r"allow_pickle\s*=\s*True",
    "eval": r"(?<![\w.])eval\s*\(",
    "exec": r"(?<![\w.])exec\s*\(",
    "shell": r"shell\s*=\s*True|os\.system\s*\(|os\.popen\s*\(",
    "joblib": r"joblib\.load",
    "yaml": r"yaml\.(?:unsafe_load|full_load|load|load_all)\s*\(",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_file_of_the_tree_turns_data_into_code(name: str) -> None:
    pattern = re.compile(FORBIDDEN[name])
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_search_would_find_what_it_looks_for() -> None:
    lines = {
        "pickle": "import pickle",
        "allow_pickle": "np.load(p, allow_pickle=True)",
        "eval": "x = eval(text)",
        "exec": "exec(code)",
        "shell": "subprocess.run(c, shell=True)",
        "joblib": "joblib.load(p)",
        "yaml": "yaml.load(text)",
    }
    assert all(re.search(FORBIDDEN[name], line) for name, line in lines.items())


def test_only_the_guard_reads_yaml_in_the_product() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if path.is_relative_to(ROOT / "sim")
        and re.search(r"^\s*(?:import|from) yaml", path.read_text(encoding="utf-8"), re.M)
    ]
    assert readers == ["sim/scenario/yaml_guard.py"]
