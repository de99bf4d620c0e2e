"""What plans are called where they are compared."""

import pytest

from sim.viz.compare_figures import plan_label


@pytest.mark.parametrize(
    ("plan", "en", "zh"),
    [
        ("current", "current", "现行预案"),
        ("improved", "improved", "改进预案"),
        ("high-ground", "high-ground", "high-ground"),
        ("", "nobody acting", "无人行动"),
    ],
)
def test_usual_plans_are_called_in_words_and_others_by_their_file(plan, en, zh):
    assert (plan_label(plan, "en"), plan_label(plan, "zh")) == (en, zh)
