"""The life of a fire over a grid: burn up to a time, take up new fires and new lines."""

from __future__ import annotations

from math import inf
from typing import Final

import numpy as np

from sim.kernels.compile import kernel
from sim.kernels.wildfire import I4, I8, Ground, Growth, Queue, Rays, offer, pop, push
from sim.kernels.wildfire_spots import MOST, Brands, throw

#: why `burn` came back: all is done, or a buffer is to be emptied or made larger
DONE, NO_ROOM = 0, 1
_NEVER: Final = np.float32(inf)


@kernel
def burn(
    ground: Ground,
    rays: Rays,
    growth: Growth,
    queue: Queue,
    brands: Brands,
    throws: bool,
    fresh: I4,
    to_s: float,
    eps_s: float,
    late: bool,
) -> tuple[int, int]:
    """Burn on up to a time; return why it ended and how many cells of ``fresh`` were written.

    Parameters
    ----------
    brands : Brands
        Takes the fires that brands light.
    throws : bool
        Whether there are brands at all.
    fresh : (m,) int32
        Takes the cells that burnt or got a better time, in the order of time.
    eps_s : float
        A burnt cell's time is bettered only by more than this.
    late : bool
        See `offer`.
    """
    n_fresh, n_rays = 0, len(rays.offset)
    while queue.n[0] > 0 and queue.time_s[0] <= to_s:
        full = n_fresh == len(fresh) or queue.n[0] + n_rays + MOST > len(queue.cell)
        if full or brands.n[0] + MOST > len(brands.found_s):
            return NO_ROOM, n_fresh
        t_s = queue.time_s[0]
        cell = pop(queue)
        if t_s != ground.arrive_s[cell]:
            continue
        if ground.burnt[cell] == 0:
            ground.burnt[cell] = 1
            if throws:
                throw(ground, growth, brands, queue, cell)
        fresh[n_fresh] = cell
        n_fresh += 1
        for k in range(n_rays):
            offer(ground, rays, growth, queue, cell, k, eps_s, late)
    return DONE, n_fresh


@kernel
def offer_again(
    ground: Ground, rays: Rays, growth: Growth, queue: Queue, lost: I8, now_s: float
) -> None:
    """Take back the offers to cells and let their burnt neighbours make new ones.

    For use where the ground has changed: a line was built through what the rays crossed.
    """
    for cell in lost:
        ground.arrive_s[cell] = _NEVER
    n = len(rays.offset)
    for cell in lost:
        for k in range(n):
            source = cell - rays.offset[k]
            if ground.burnt[source] and ground.arrive_s[source] <= now_s:
                offer(ground, rays, growth, queue, source, k, 0.0, False)


@kernel
def enqueue(queue: Queue, time_s: float, cell: int) -> None:
    """Put an ignition into the queue; there must be room."""
    push(queue, time_s, cell)
