"""Every action that a plan can order: it is carried out, and it has words in both languages."""

from __future__ import annotations

import pytest

from sim.core.kinds import ACTIONS
from sim.core.words import LANGUAGES, say
from sim.response.registry import WORKFLOWS


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_an_action_is_carried_out_by_a_standing_order(action: str) -> None:
    assert callable(WORKFLOWS[action])


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_action_has_words(action: str, lang: str) -> None:
    assert say(f"action.{action}", lang)
