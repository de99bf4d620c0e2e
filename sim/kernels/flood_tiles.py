"""Which cells need work, and how often: tiles wake when water comes, deep ones take short steps."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.kernels.compile import steady_kernel
from sim.kernels.flood import F8, I4, I8, TILE
from sim.kernels.flood_sweep import DEEPEST, EAST, NORTH, SOUTH, WEST, Small

#: steps that an awake tile takes before it may sleep; the last writes flows of zero
_WARM: Final = np.int8(2)


@steady_kernel
def _deepest(bits: I8) -> np.int64:
    most = np.int64(0)
    least = np.int64(0)
    for k in range(bits.size):
        most = max(most, bits[k])
        least = min(least, bits[k])
    return most if least >= 0 else least


@steady_kernel
def _measure_row(
    i: int, first: bool, row: int, a: int, b: int, bits: I8, measures: I8, negative: I8, found: int
) -> int:
    """Take one row of cells into the measures of its tiles, list cells below zero."""
    for left in range(a, b, TILE):
        right = min(left + TILE, b)
        column = (left - 1) // TILE
        most = _deepest(bits[i, left:right])
        if most < 0:
            most = np.int64(0)
            for j in range(left, right):
                most = max(most, bits[i, j])
                if bits[i, j] < 0:
                    if found < negative.size:
                        negative[found] = i * bits.shape[1] + j
                    found += 1
        west, east = max(bits[i, left], 0), max(bits[i, right - 1], 0)
        if first:
            measures[NORTH, row, column] = most
            measures[DEEPEST, row, column] = most
            measures[WEST, row, column] = west
            measures[EAST, row, column] = east
        else:
            measures[DEEPEST, row, column] = max(measures[DEEPEST, row, column], most)
            measures[WEST, row, column] = max(measures[WEST, row, column], west)
            measures[EAST, row, column] = max(measures[EAST, row, column], east)
        measures[SOUTH, row, column] = most
    return found


@steady_kernel
def measure(spans: I4, n: int, ny: int, bits: I8, measures: I8, negative: I8) -> int:
    """Measure the spans' tiles and list cells below zero; return how many there are.

    Parameters
    ----------
    spans : (n, 4) int32
        Tile row, first and last + 1 padded column, level (not used).
    bits : int64
        The padded depths seen as integers: for depths of zero and more the order is the same, and
        maxima of integers vectorise.
    measures : (5, tile rows, tile columns) int64
        Deepest cell of each tile and of its four rims, written; depths seen as integers.
    negative : (m,) int64
        Flat padded indices, written; counting goes on when it is full.
    """
    found = 0
    for s in range(n):
        row, a, b = spans[s, 0], spans[s, 1], spans[s, 2]
        top = row * TILE + 1
        for i in range(top, min(top + TILE, ny + 1)):
            found = _measure_row(i, i == top, row, a, b, bits, measures, negative, found)
    return found


@steady_kernel
def list_spans(chosen: Small, nx: int, spans: I4) -> int:
    """Write runs of tiles that are chosen (not negative) with equal values; return how many.

    The value goes into the span's fourth column, its level.
    """
    n = 0
    rows, columns = chosen.shape
    for r in range(rows):
        start = 0
        for c in range(1, columns + 1):
            if c < columns and chosen[r, c] == chosen[r, start]:
                continue
            if chosen[r, start] >= 0:
                spans[n, 0] = r
                spans[n, 1] = start * TILE + 1
                spans[n, 2] = min(c * TILE, nx) + 1
                spans[n, 3] = chosen[r, start]
                n += 1
            start = c
    return n


@steady_kernel
def deeper_than(measures: F8, least_m: float, chosen: Small) -> float:
    """Choose the tiles with water deeper than ``least_m``; return the deepest of all (m)."""
    deepest = 0.0
    rows, columns = chosen.shape
    for r in range(rows):
        for c in range(columns):
            deepest = max(deepest, measures[DEEPEST, r, c])
            chosen[r, c] = 0 if measures[DEEPEST, r, c] > least_m else -1
    return deepest


@steady_kernel
def set_levels(measures: F8, pinned: Small, film_m: float, reach_m: F8, levels: Small) -> int:
    """Give each tile the longest step its surroundings allow; return the highest level in use.

    A tile and its eight neighbours count, so that no wave reaches it unforeseen before levels are
    set again; beside sources and borders the level is 0.

    Parameters
    ----------
    reach_m : (n levels,) float64
        Deepest water for which each level is stable; falling.
    """
    highest = 0
    rows, columns = levels.shape
    for r in range(rows):
        for c in range(columns):
            deepest = 0.0
            level = reach_m.size - 1
            for i in range(max(r - 1, 0), min(r + 2, rows)):
                for j in range(max(c - 1, 0), min(c + 2, columns)):
                    deepest = max(deepest, measures[DEEPEST, i, j])
                    if pinned[i, j] > 0:
                        level = 0
            while level > 0 and deepest > reach_m[level]:
                level -= 1
            levels[r, c] = level
            if deepest > film_m:
                highest = max(highest, level)
    for r in range(rows):
        for c in range(columns):
            levels[r, c] = min(levels[r, c], highest)
    return highest


@steady_kernel
def choose(
    turn: int, measures: F8, pinned: Small, warmth: Small, levels: Small, film_m: float,
    everything: bool, dt_s: float, stepping: Small, touched: Small, step_s: F8,
) -> int:  # fmt: skip
    """Choose the tiles that step in this turn; return how many.

    A tile is awake when one of its cells, or a cell of a neighbour's rim beside it, is deeper than
    the film; it sleeps after a step has found all its flows zero. Of the awake ones those whose
    level divides the turn step now.

    Parameters
    ----------
    stepping : int8
        Level where a tile steps, else -1; written.
    touched : int8
        0 where depths may change: tiles that step and their western and northern neighbours,
        whose faces they own; else -1; written.
    step_s : float64
        Length of each tile's step, 0 where it rests; written.
    """
    n = 0
    rows, columns = levels.shape
    touched[:] = -1
    for r in range(rows):
        for c in range(columns):
            stepping[r, c] = -1
            step_s[r, c] = 0.0
            if turn % (1 << levels[r, c]) != 0:
                continue
            awake = (
                everything
                or pinned[r, c] > 0
                or measures[DEEPEST, r, c] > film_m
                or (c > 0 and measures[EAST, r, c - 1] > film_m)
                or (c + 1 < columns and measures[WEST, r, c + 1] > film_m)
                or (r > 0 and measures[SOUTH, r - 1, c] > film_m)
                or (r + 1 < rows and measures[NORTH, r + 1, c] > film_m)
            )
            warmth[r, c] = _WARM if awake else max(warmth[r, c] - 1, 0)
            if warmth[r, c] == 0:
                continue
            n += 1
            stepping[r, c] = levels[r, c]
            step_s[r, c] = dt_s * (1 << levels[r, c])
            touched[r, c] = 0
            if c > 0:
                touched[r, c - 1] = 0
            if r > 0:
                touched[r - 1, c] = 0
    return n
