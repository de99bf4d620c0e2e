"""Whatever is done to a file, it loads or says what is wrong; nothing else comes out."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.scenario.base import Part
from sim.scenario.loading import load_plan, load_scenario, load_targets
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario
from sim.scenario.targets import Targets

SHIPPED = Path(__file__).parents[2] / "scenarios" / "tiexi-storm"
PLAN = yaml.safe_load((SHIPPED / "plans" / "current.yaml").read_text(encoding="utf-8"))
SCENARIO = yaml.safe_load((SHIPPED / "scenario.yaml").read_text(encoding="utf-8"))
SCENARIO["map"] = {"folder": "map"}
PLAN["clauses"] = PLAN["clauses"][:4]
TARGETS = yaml.safe_load((SHIPPED / "targets.yaml").read_text(encoding="utf-8"))
TARGETS["targets"] = TARGETS["targets"][:4]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, width=32)
    | st.sampled_from(["", "3 h", "-1 mm", "12:30", "duty-officer", "L4", "all", "\u202e", "½"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def mutated(document: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """Return a copy in which one to three places were replaced, removed, renamed or doubled."""
    changed = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        at: Any = changed
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(at[key], (dict, list)) and data.draw(st.booleans()):
                at = at[key]
                continue
            _change(at, key, data)
            break
    return changed


def _change(at: Any, key: Any, data: st.DataObject) -> None:
    way = data.draw(st.sampled_from(["replace", "remove", "rename", "double"]))
    if way == "replace":
        at[key] = data.draw(values)
    elif way == "remove":
        del at[key]
    elif isinstance(at, dict):
        at[f"{key}x"] = at.pop(key) if way == "rename" else copy.deepcopy(at[key])
    else:
        at.append(copy.deepcopy(at[key]))


@pytest.mark.parametrize(
    ("document", "load", "model"),
    [
        (PLAN, load_plan, Plan),
        (TARGETS, load_targets, Targets),
        (SCENARIO, load_scenario, Scenario),
    ],
    ids=["plan", "targets", "scenario"],
)
@given(data=st.data())
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_mutated_file_loads_or_names_its_problems(document, load, model, data, tmp_path) -> None:
    (tmp_path / "map").mkdir(exist_ok=True)
    file = tmp_path / "file.yaml"
    file.write_text(json.dumps(mutated(document, data), indent=1), encoding="utf-8")
    told = problems(load, file, model)
    assert all(line.startswith(str(file)) and "\n" not in line for line in told)


def problems(load: Callable[[Path], Part], file: Path, model: type[Part]) -> list[str]:
    """Return every problem in both languages; none when the file loads as what it should be."""
    try:
        loaded = load(file)
    except InputError as error:
        return [one.in_language(lang) for one in error.problems for lang in ("en", "zh")] or [""]
    return [] if isinstance(loaded, model) else ["loaded as something else"]
