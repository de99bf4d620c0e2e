"""Keyed chance: a draw depends on (seed, purpose, key, row) and on nothing else.

Row ``i`` belongs to person, building or edge ``i`` whoever else was born, asked or moved, so two
plans on one seed differ only by the plan. The mixer is splitmix64 (Steele, Lea & Flood 2014,
doi 10.1145/2660193.2660195), used as a counter-based generator.
"""

from __future__ import annotations

import functools
import hashlib

import numpy as np
from numpy.typing import NDArray

_GOLDEN_INT, _MIX_1_INT, _MIX_2_INT = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_GOLDEN, _MIX_1, _MIX_2 = np.uint64(_GOLDEN_INT), np.uint64(_MIX_1_INT), np.uint64(_MIX_2_INT)
_ONE = np.uint64(1)
_11, _27, _30, _31 = (np.uint64(bits) for bits in (11, 27, 30, 31))
_WHOLE = 2**64 - 1
_TO_UNIT = 2.0**-53


def _uniform(z: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the uniform of each counter, which is written into."""
    z ^= z >> _30
    z *= _MIX_1
    z ^= z >> _27
    z *= _MIX_2
    z ^= z >> _31
    z >>= _11
    return z.astype(np.float64) * _TO_UNIT


@functools.lru_cache(maxsize=4096)
def _key(seed: int, purpose: str, key: int) -> int:
    text = f"{seed}/{purpose}/{key}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


class Streams:
    """The only source of chance in a run or a map.

    Parameters
    ----------
    seed : int
        Any integer; one seed a run.
    """

    def __init__(self, seed: int) -> None:
        self.seed = int(seed)

    def key(self, purpose: str, key: int = 0) -> int:
        """Return the 64-bit key of one purpose at one tick or for one entity."""
        return _key(self.seed, purpose, key)

    def page(self, purpose: str, key: int, n: int) -> NDArray[np.float64]:
        """Return ``n`` uniforms in [0, 1); row ``i`` does not depend on ``n``.

        Parameters
        ----------
        purpose : str
            What the draw decides, e.g. ``"leave"``.
        key : int
            Tick or entity.
        n : int
            Rows.
        """
        rows = np.arange(1, n + 1, dtype=np.uint64) * _GOLDEN + np.uint64(self.key(purpose, key))
        return _uniform(rows)

    def at(self, purpose: str, key: int, rows: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return ``page(purpose, key, n)[rows]`` without drawing for anybody else."""
        counters = np.array(rows, dtype=np.uint64, ndmin=1)
        counters += _ONE
        counters *= _GOLDEN
        counters += np.uint64(self.key(purpose, key))
        return _uniform(counters).reshape(np.shape(rows))

    def one(self, purpose: str, key: int, row: int) -> float:
        """Return ``page(purpose, key, n)[row]`` as a number, quicker than an array of one."""
        z = ((row + 1) * _GOLDEN_INT + self.key(purpose, key)) & _WHOLE
        z = ((z ^ (z >> 30)) * _MIX_1_INT) & _WHOLE
        z = ((z ^ (z >> 27)) * _MIX_2_INT) & _WHOLE
        return float((z ^ (z >> 31)) >> 11) * _TO_UNIT

    def generator(self, purpose: str, key: int = 0) -> np.random.Generator:
        """Return a NumPy generator of its own, for work whose draws have no natural row.

        Its stream is fixed by (seed, purpose, key); the order in which streams are made is free.
        """
        return np.random.Generator(np.random.Philox(key=self.key(purpose, key)))
