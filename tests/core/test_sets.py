"""Sets of whole numbers agree with NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.core.sets import common, distinct, union, without

numbers = st.lists(st.integers(-5, 5), max_size=12).map(lambda n: np.array(n, np.int64))


@given(numbers, numbers)
def test_sets_of_numbers_are_those_of_numpy(a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
    assert distinct(a).tolist() == np.unique(a).tolist()
    assert union(a, b).tolist() == np.union1d(a, b).tolist()
    assert common(a, b).tolist() == np.intersect1d(a, b).tolist()
    assert without(a, b).tolist() == np.setdiff1d(a, b).tolist()


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int32, np.int64])
def test_a_set_keeps_its_kind_of_number(dtype: type[np.integer]) -> None:
    values = np.array([[3, 1], [1, 2]], dtype)

    assert distinct(values).dtype == dtype
    assert without(values, [2]).tolist() == [1, 3]
