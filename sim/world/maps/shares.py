"""Sharing out whole things so that the sum is exact, and places so that they cover the ground."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree


def share_out(total: int, weights: ArrayLike) -> NDArray[np.int64]:
    """Return whole parts in proportion to weights that add up to ``total`` (largest remainder).

    Ties go to the earlier row; with no weight at all everything goes to the first row.
    """
    weight = np.asarray(weights, dtype=np.float64)
    if weight.sum() <= 0:
        weight = np.zeros_like(weight)
        weight[0] = 1.0
    exact = total * (weight / weight.sum())
    parts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:left]] += 1
    return parts


def share_out_groups(
    totals: NDArray[np.int64], group: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return whole parts so that the rows of group g add up to ``totals[g]``.

    Parameters
    ----------
    totals : (groups,) int64
    group : (n,) int64
        Group of each row; a group with a total needs at least one row.
    weights : (n,) float64
        Positive.
    """
    sums = np.bincount(group, weights=weights, minlength=len(totals))
    exact = totals[group] * weights / sums[group]
    parts = np.floor(exact).astype(np.int64)
    left = totals - np.bincount(group, weights=parts, minlength=len(totals)).astype(np.int64)
    order = np.lexsort((parts - exact, group))
    first = np.searchsorted(group[order], np.arange(len(totals)))
    rank = np.arange(len(group)) - first[group[order]]
    parts[order] += rank < left[group[order]]
    return parts


def spread(points: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return ``n`` of the points, spread evenly over the area they cover (farthest first)."""
    chosen = [int(np.argmin(((points - points.mean(axis=0)) ** 2).sum(axis=1)))]
    far2 = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < n:
        chosen.append(int(np.argmax(far2)))
        far2 = np.minimum(far2, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return centred(points, points[chosen], 6)


def centred(
    points: NDArray[np.float64], centres: NDArray[np.float64], steps: int
) -> NDArray[np.float64]:
    """Return the points nearest to the centres after Lloyd's steps towards their own shares."""
    centres, n = centres.astype(np.float64), len(centres)
    for _ in range(steps):
        owner = cKDTree(centres).query(points)[1]
        count = np.bincount(owner, minlength=n)
        for axis in (0, 1):
            total = np.bincount(owner, weights=points[:, axis], minlength=n)
            centres[:, axis] = np.where(count > 0, total / np.maximum(count, 1), centres[:, axis])
    nearest: NDArray[np.float64] = points[cKDTree(points).query(centres)[1]]
    return nearest


def weighted_choice(
    luck: NDArray[np.float64], weights: NDArray[np.float64], n: int
) -> NDArray[np.bool_]:
    """Choose exactly ``n`` rows, likelier where the weight is larger, never where it is 0.

    Efraimidis & Spirakis 2006, doi 10.1016/j.ipl.2005.11.003; with fewer than ``n`` positive
    weights all of those are chosen.
    """
    chosen = np.zeros(len(luck), bool)
    rows = np.flatnonzero(weights > 0)
    n = min(n, len(rows))
    if n > 0:
        score = np.log(np.maximum(luck[rows], 1e-300)) / weights[rows]
        chosen[rows[np.argpartition(-score, n - 1)[:n]]] = True
    return chosen
