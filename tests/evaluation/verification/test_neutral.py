"""The neutral case has the relief and the water its description promises."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evaluation.verification.neutral import neutral_case


@pytest.mark.parametrize(("n", "volume_m3"), [(500, 1_394_000.0), (1000, 5_144_000.0)])
def test_two_hours_bring_the_stated_volume(n: int, volume_m3: float) -> None:
    assert neutral_case(n).volume_m3(7200.0) == pytest.approx(volume_m3, rel=1e-12)


def test_the_relief_is_a_metre_rms_around_the_valley() -> None:
    n = 200
    along_m = (np.arange(n) + 0.5) * 10.0
    valley_m = 0.002 * along_m[::-1, None] + 0.004 * np.abs(along_m - n * 5.0)
    relief_m = neutral_case(n).elevation_m - valley_m
    assert relief_m.std() == pytest.approx(np.hypot(1.0, 0.15), rel=0.05)


def test_a_seed_gives_the_same_ground_again() -> None:
    assert np.array_equal(neutral_case(60).elevation_m, neutral_case(60).elevation_m)
