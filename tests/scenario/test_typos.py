"""IN-02: an unknown key is named, and the guess at what was meant is right."""

import random
import string
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from sim.core.errors import did_you_mean
from sim.core.kinds import ACTIONS
from sim.scenario import actions, facts, plan, scenario, targets, triggers
from sim.scenario.base import Part
from sim.scenario.explain import keys_of

MODELS = sorted(
    {
        model
        for module in (actions, facts, plan, scenario, targets, triggers)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, Part) and model is not Part
    },
    key=lambda model: model.__name__,
)


def one_edit_typos(word: str, chance: random.Random) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        letter = chance.choice(string.ascii_lowercase)
        yield word[:place] + letter + word[place:]
        yield word[:place] + letter + word[place + 1 :]
        if place:
            yield word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def guesses() -> list[tuple[str, str, bool]]:
    chance = random.Random(4)
    tried = []
    for model in MODELS:
        keys = keys_of(model)
        for key in keys:
            for typo in one_edit_typos(key, chance):
                if typo and typo not in keys:
                    right = f"'{key}'" in did_you_mean(typo, keys)
                    tried.append((key, typo, right))
    return tried


def test_at_least_98_of_100_one_edit_typos_of_every_key_are_guessed_right() -> None:
    tried = guesses()
    wrong = [(key, typo) for key, typo, right in tried if not right]
    assert len(tried) > 3000
    assert len(wrong) <= 0.02 * len(tried), wrong[:40]


def test_at_least_98_of_100_one_edit_typos_of_every_action_are_guessed_right() -> None:
    chance = random.Random(5)
    tried = [(name, typo) for name in ACTIONS for typo in one_edit_typos(name, chance)]
    tried = [(name, typo) for name, typo in tried if typo not in ACTIONS]
    right = [name for name, typo in tried if f"'{name}'" in did_you_mean(typo, ACTIONS)]
    assert len(right) >= 0.98 * len(tried)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_of_a_file_refuses_unknown_keys(model: type[BaseModel]) -> None:
    assert model.model_config["extra"] == "forbid"


def test_a_name_as_long_as_a_book_gets_no_guess() -> None:
    assert did_you_mean("x" * 1_000_000, ["level"]) == ""
