"""A small disaster for many tests: the lesson town on coarse cells, an evening of rain."""

from pathlib import Path

import pytest

from sim.model.build import world_of
from sim.model.disaster import Disaster
from sim.scenario.loading import load_plan, load_scenario

LESSON = Path(__file__).parents[2] / "scenarios" / "lesson-town"
HOURS = 6


def lesson_with(folder, lines):
    """Return the lesson's scenario with lines more at its end, from a copy in a folder."""
    for name in ("scenario.yaml", "facts.yaml"):
        (folder / name).write_text((LESSON / name).read_text(encoding="utf-8"), encoding="utf-8")
    with (folder / "scenario.yaml").open("a", encoding="utf-8") as file:
        file.write(lines)
    return load_scenario(folder)


def lesson_scenario(*, rain=True):
    """Return the lesson's scenario on 50 m cells, cut to an evening."""
    scenario = load_scenario(LESSON)
    storm = scenario.hazards[0]
    if not rain:
        dry = {"points": [(0.0, 0.0), (3600.0, 0.0)], "kind": "hyetograph"}
        still = {"rain": type(storm).model_validate({"id": "x", "kind": "flood", "rain": dry}).rain}
        storm = storm.model_copy(update=still | {"inflows": (), "breaches": ()})
    return scenario.model_copy(
        update={
            "map": scenario.map.model_copy(update={"cell": 50.0}),
            "clock": scenario.clock.model_copy(update={"duration": HOURS * 3600.0}),
            "hazards": (storm,),
        }
    )


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """The lesson's map, made once."""
    patch = pytest.MonkeyPatch()
    patch.setenv("SHAPAN_CACHE", str(tmp_path_factory.mktemp("cache")))
    made = world_of(lesson_scenario(), LESSON)
    patch.undo()
    return made


def run_lesson(world, *, plan="early", seed=1, rain=True, every=1, on_tick=None):
    """Run the lesson and return the finished model."""
    chosen = load_plan(LESSON / "plans" / f"{plan}.yaml") if plan else None
    model = Disaster(lesson_scenario(rain=rain), world, plan=chosen, seed=seed, every=every)
    model.run(on_tick)
    return model


@pytest.fixture(scope="session")
def early(world):
    """A finished run by the early plan."""
    return run_lesson(world)
