"""Record the golden figures anew: `make golden`. Say in CHANGELOG.md why they moved."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path

import sim

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("figures.json")
#: what is recorded: scenario, plan; small enough to run in every test
RUNS = (("lesson-town", "basic"), ("lesson-town", "early"))


def figures_of(scenario: str, plan: str, folder: Path) -> dict[str, float]:
    """Run a scenario by a plan and return its key figures, rounded to six digits."""
    run = sim.run(ROOT / "scenarios" / scenario, plan=plan, seed=1, report=False, out=folder / plan)
    pairs = zip(run.kpis["kpi"], run.kpis["value"], strict=True)
    return {kpi: float(f"{value:.6g}") for kpi, value in pairs if not math.isnan(value)}


def main() -> None:
    """Write `figures.json` and print what changed."""
    before = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    after: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for scenario, plan in RUNS:
            after[f"{scenario}/{plan}"] = figures_of(scenario, plan, Path(folder))
    for name, figures in after.items():
        for kpi in sorted(figures.keys() | before.get(name, {}).keys()):
            old, new = before.get(name, {}).get(kpi), figures.get(kpi)
            if old != new:
                sys.stdout.write(f"{name}  {kpi}: {old} -> {new}\n")
    GOLDEN.write_text(json.dumps(after, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
