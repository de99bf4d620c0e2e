"""A smaller crowd that stands for all: one household in so many, with whole weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.world.world import World

Kept = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def sample_households(world: World, every: int, streams: Streams) -> Kept:
    """Return the households kept, the households each stands for, and its people's weights.

    In every community the households with the smallest keyed draws are kept, one in ``every`` and
    at least one. Their people share the community's population evenly; what is left over by whole
    numbers goes, one resident a person, to households in the order of their draws as far as they
    fit.

    Raises
    ------
    ValueError
        When ``every`` is less than 1.
    """
    if every < 1:
        raise ValueError(f"every(={every}) must be >= 1")
    homes = world.households
    zone = world.buildings.zone[homes.building]
    luck = streams.page("people.sample", 0, homes.n)
    by_zone = np.argsort(zone, kind="stable")
    ends = np.flatnonzero(np.diff(zone[by_zone], append=-2)) + 1
    kept, weights, person_weights = [], [], []
    for start, end in zip(np.concatenate(([0], ends[:-1])), ends, strict=True):
        community = by_zone[start:end]
        community = community[np.argsort(luck[community], kind="stable")]
        chosen = community[: -(-len(community) // every)]
        size = homes.size[chosen].astype(np.int64)
        shared = _shared(int(homes.size[community].sum()), size)
        keep_order = np.argsort(chosen)
        kept.append(chosen[keep_order])
        weights.append(_even(len(community), len(chosen))[keep_order])
        person_weights.append(np.repeat(shared[keep_order], size[keep_order]))
    if not kept:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    return _in_world_order(
        np.concatenate(kept), np.concatenate(weights), np.concatenate(person_weights), homes.size
    )


def _even(total: int, n: int) -> NDArray[np.int64]:
    """Return ``n`` whole numbers that differ by one at most and add up to ``total``."""
    base, more = divmod(total, n)
    return base + (np.arange(n) < more).astype(np.int64)


def _shared(population: int, size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the weight of the people of each household, so that all add up to the population."""
    base, left = divmod(population, int(size.sum()))
    weight = np.full(len(size), base, dtype=np.int64)
    while left >= size.min():
        for row in range(len(size)):
            if size[row] <= left:
                weight[row] += 1
                left -= int(size[row])
    return weight


def _in_world_order(
    kept: NDArray[np.int64],
    weight: NDArray[np.int64],
    person_weight: NDArray[np.int64],
    world_size: NDArray[np.uint8],
) -> Kept:
    size = world_size[kept].astype(np.int64)
    first = np.cumsum(size) - size
    order = np.argsort(kept)
    sizes = size[order]
    starts = np.repeat(first[order] - (np.cumsum(sizes) - sizes), sizes)
    return kept[order], weight[order], person_weight[starts + np.arange(len(starts))]
