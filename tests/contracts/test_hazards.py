"""Every registered hazard: its example is sound as a file, and its schema can be shipped."""

import importlib
import json

import pytest

from sim.core.kinds import ACTIONS, HAZARDS, LINKS
from sim.scenario.base import Part
from sim.scenario.schemas import SCHEMAS, schema_of


@pytest.mark.parametrize("kind", [*HAZARDS, *LINKS])
def test_the_example_of_every_hazard_and_link_validates(kind: str) -> None:
    hazard = {**HAZARDS, **LINKS}[kind]
    assert hazard.Params.model_validate(dict(hazard.example)).kind == kind == hazard.kind


@pytest.mark.parametrize("kind", LINKS)
def test_every_link_says_what_it_reads_and_writes(kind: str) -> None:
    assert LINKS[kind].reads
    assert LINKS[kind].writes


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_json_and_refers_only_to_itself(name: str) -> None:
    schema = schema_of(name)
    text = json.dumps(schema)
    named = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert named <= set(schema.get("$defs", {}))


def test_every_action_has_a_model() -> None:
    assert all(ACTIONS[name].model_config["extra"] == "forbid" for name in ACTIONS)


def test_no_action_is_defined_without_being_registered() -> None:
    registered = set(ACTIONS.values())
    modules = [importlib.import_module(action.__module__) for action in registered]
    defined = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Part) and one.__module__ == module.__name__
    }
    assert {one for one in defined if not one.__subclasses__()} == registered
