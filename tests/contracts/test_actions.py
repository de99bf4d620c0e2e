"""Every action that a plan can order: its example is carried out, and it has words in both tongues.

All examples are orders by hand in one evening of the lesson's town, a few minutes after each other.
"""

from __future__ import annotations

import pytest

from sim.core.kinds import ACTIONS
from sim.core.words import LANGUAGES, say
from sim.model.build import world_of
from sim.model.disaster import Disaster
from sim.model.invariants import check
from sim.response.command import Command
from sim.response.registry import WORKFLOWS
from tests.model.conftest import LESSON, lesson_scenario
from tests.response.conftest import clause, plan_of

SPACED_S, HOURS = 180.0, 4
NAMES = sorted(ACTIONS)
#: done when the last one is out: hours in a town under water
SLOW = {"relocate_zone"}


def evening() -> tuple[Disaster, dict[str, bool]]:
    """Return a run in which every action was ordered once, and whether each has come to its end."""
    never = clause("N", "{reported: {event: earthquake}}", "open_shelter", "{shelters: all}")
    plan = plan_of(never)
    posts = tuple(
        plan.posts[0].model_copy(update={"id": name}) for name in ("commander", "duty-officer")
    )
    plan = plan.model_copy(update={"posts": plan.posts + posts})
    model = Disaster(
        lesson_scenario(), world_of(lesson_scenario(), LESSON), plan=plan, seed=1, every=40
    )
    orders = {}
    for number, action in enumerate(NAMES):
        model.env.run(until=1.0 + number * SPACED_S)
        params = ACTIONS[action].model_validate(ACTIONS[action].example)
        order = Command(model.now_s, "player", action, params, 0)
        orders[action] = model.operations.submit(order)
    model.env.run(until=HOURS * 3600.0)
    return model, {action: order.processed for action, order in orders.items()}


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Disaster, dict[str, bool]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHAPAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        return evening()


@pytest.mark.parametrize("action", NAMES)
def test_an_action_is_carried_out_by_a_standing_order(
    action: str, orders: tuple[Disaster, dict[str, bool]]
) -> None:
    """The order is in the log; it is done within the evening, unless people take their time."""
    model, ended = orders
    assert callable(WORKFLOWS[action])
    given = [event.who for event in model.log if event.facts.get("action") == action]
    assert given.count("player") == 1
    assert ended[action] or action in SLOW


def test_after_all_orders_nobody_and_nothing_is_lost(
    orders: tuple[Disaster, dict[str, bool]],
) -> None:
    check(orders[0])


@pytest.mark.parametrize("action", NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_action_has_words(action: str, lang: str) -> None:
    assert say(f"action.{action}", lang)
