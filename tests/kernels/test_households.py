"""People of households, against the same in NumPy."""

import numpy as np

from sim.kernels.households import any_among, members, members_among


def test_people_of_households_come_household_by_household():
    rng = np.random.default_rng(1)
    size = rng.integers(1, 5, 50).astype(np.uint8)
    first = (np.cumsum(size, dtype=np.int64) - size).astype(np.int32)
    state = rng.integers(0, 6, int(size.sum())).astype(np.uint8)
    among = np.array([True, False, False, True, False, False])
    homes = rng.permutation(50)[:20]
    people = [np.arange(first[home], first[home] + size[home]) for home in homes]
    everybody = np.concatenate(people)
    assert members(homes, first, size).tolist() == everybody.tolist()
    some = everybody[among[state[everybody]]]
    assert members_among(homes, first, size, state, among).tolist() == some.tolist()
    any_of = [bool(among[state[rows]].any()) for rows in people]
    assert any_among(homes, first, size, state, among).tolist() == any_of
    assert 0 < sum(any_of) < len(any_of)
    assert len(members(homes[:0], first, size)) == 0
