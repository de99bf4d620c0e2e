"""Squads that dig: what they know of a site, and when they leave it."""

from types import SimpleNamespace

import numpy as np

from sim.response.rescue import Digging


def test_a_searched_site_without_a_sign_of_life_is_left():
    digging = Digging.__new__(Digging)
    digging._ops = SimpleNamespace(now_s=100.0)
    digging._buried = SimpleNamespace(
        rows=np.array([1, 2, 4]),
        building=np.array([3, 3, 5]),
        living=lambda at_s: np.array([2]) if at_s == 100.0 else np.array([1, 2, 4]),
    )
    digging._searched = {3}
    # row 1 died under the searched building 3; nobody has listened at building 5 yet
    assert digging._given_up(np.array([0, 1, 2])).tolist() == [True, False, False]
