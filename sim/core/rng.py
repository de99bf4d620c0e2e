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
_WHOLE = 2**64 - 1
_TO_UNIT = 2.0**-53


def _mixed(counter: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = (counter ^ (counter >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


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
        return (_mixed(rows) >> np.uint64(11)).astype(np.float64) * _TO_UNIT

    def at(self, purpose: str, key: int, rows: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return ``page(purpose, key, n)[rows]`` without drawing for anybody else."""
        wanted = np.asarray(rows)
        counters = wanted.reshape(-1).astype(np.uint64) + np.uint64(1)
        counters = counters * _GOLDEN + np.uint64(self.key(purpose, key))
        drawn = (_mixed(counters) >> np.uint64(11)).astype(np.float64) * _TO_UNIT
        return drawn.reshape(wanted.shape)

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
