"""Loops over the people of households: one call each instead of half a dozen on small arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel


@kernel
def members(
    households: NDArray[np.int64], first: NDArray[np.int32], size: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Return the people of some households, one household after the other."""
    n = 0
    for h in households:
        n += size[h]
    out = np.empty(n, dtype=np.int64)
    n = 0
    for h in households:
        for row in range(first[h], first[h] + size[h]):
            out[n] = row
            n += 1
    return out


@kernel
def members_among(
    households: NDArray[np.int64],
    first: NDArray[np.int32],
    size: NDArray[np.uint8],
    code: NDArray[np.uint8],
    among: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return those of `members` whose code is one of some.

    Parameters
    ----------
    code : (people,) uint8
    among : (codes,) bool
    """
    n = 0
    for h in households:
        for row in range(first[h], first[h] + size[h]):
            n += among[code[row]]
    out = np.empty(n, dtype=np.int64)
    n = 0
    for h in households:
        for row in range(first[h], first[h] + size[h]):
            if among[code[row]]:
                out[n] = row
                n += 1
    return out


@kernel
def any_among(
    households: NDArray[np.int64],
    first: NDArray[np.int32],
    size: NDArray[np.uint8],
    code: NDArray[np.uint8],
    among: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return for each of some households whether the code of any of its people is one of some.

    Parameters
    ----------
    code : (people,) uint8
    among : (codes,) bool
    """
    out = np.zeros(len(households), dtype=np.bool_)
    for k in range(len(households)):
        h = households[k]
        for row in range(first[h], first[h] + size[h]):
            out[k] |= among[code[row]]
    return out


@kernel
def count_hands(
    households: NDArray[np.int64],
    first: NDArray[np.int32],
    size: NDArray[np.uint8],
    state: NDArray[np.uint8],
    among: NDArray[np.bool_],
    health: NDArray[np.uint8],
    too_ill: int,
    can_help: NDArray[np.bool_],
    burden: NDArray[np.uint8],
    child: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return how many of each household help, how many they carry, and its children: (3, n).

    Parameters
    ----------
    state, health, among, too_ill
        Only people in one of some states count; who is as ill as ``too_ill`` helps nobody.
    can_help, child : (people,) bool
    burden : (people,) uint8
        Pairs of hands that each needs.
    """
    out = np.zeros((3, len(households)), dtype=np.int64)
    for k in range(len(households)):
        h = households[k]
        for row in range(first[h], first[h] + size[h]):
            if among[state[row]]:
                out[0, k] += can_help[row] and health[row] < too_ill
                out[1, k] += burden[row]
                out[2, k] += child[row]
    return out
