"""What the READMEs of shipped scenarios tell of a run is what a run gives."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import sim

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("place", "plan", "stated", "clauses"),
    [
        (
            "lesson-chain",
            "both",
            {"buildings_flooded": 223, "left_home": 2_574, "dead": 75},
            {"met": 2, "late": 2, "missed": 2},
        ),
        (
            "anshan-quake",
            "written",
            {"buried": 91, "dead": 40, "left_home": 213_800},
            {"met": 16, "late": 5, "missed": 4},
        ),
        (
            "lingyuan-fire",
            "written",
            {"ordered": 8_611, "ordered_left": 7_848, "dead": 0},
            {"met": 14, "late": 5, "missed": 3},
        ),
        (
            "zhuanghe-coast",
            "written",
            {"flooded_area": 1_070, "ordered": 72_000, "caught": 10_250, "dead": 106},
            {"met": 10, "late": 5, "missed": 4},
        ),
    ],
)
def test_a_run_gives_what_the_readme_tells(
    place: str, plan: str, stated: dict[str, float], clauses: dict[str, int], tmp_path: Path
) -> None:
    run = sim.run(SCENARIOS / place, plan=plan, seed=1, out=tmp_path / "run", report=False)
    found = run.kpis.set_index("kpi")["value"]
    assert {kpi: found[kpi] for kpi in stated} == {
        kpi: pytest.approx(value, rel=0.02) for kpi, value in stated.items()
    }
    outcomes = Counter(run.clauses["outcome"])
    assert {name: outcomes[name] for name in clauses} == clauses
