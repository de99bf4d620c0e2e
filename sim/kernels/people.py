"""Loops over households: who hears a warning now, at whose door somebody knocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


@kernel
def draw(key: np.uint64, row: int) -> float:
    """Return the uniform of one row: the number that `sim.core.rng.Streams.page` holds there."""
    z = np.uint64(row + 1) * _GOLDEN + key
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * _TO_UNIT


@kernel
def hear(
    first: NDArray[np.int32],
    size: NDArray[np.uint8],
    zone: NDArray[np.int32],
    square: NDArray[np.int32],
    heard: NDArray[np.int16],
    person_id: NDArray[np.int32],
    age: NDArray[np.uint8],
    channels: NDArray[np.uint8],
    state: NDArray[np.uint8],
    n_home_states: int,
    of_zone: NDArray[np.int16],
    of_square: NDArray[np.int16],
    keys: NDArray[np.uint64],
    told_p: NDArray[np.float64],
    word_p: NDArray[np.float64],
    out_household: NDArray[np.int32],
    out_person: NDArray[np.int32],
    out_channel: NDArray[np.uint8],
    out_message: NDArray[np.int16],
) -> int:
    """Write, a household each, who is the first of it to hear a newer message, and return how many.

    Everybody has one uniform a message and channel; whoever's lies below the share that the channel
    has reached by now has heard (Sellke's construction), so a message sent earlier, or an outage
    less, never makes anybody hear later. Of several the one furthest below its share counts.

    Parameters
    ----------
    heard : (households,) int16
        Newest message known at home; -1 for none. Messages are numbered as they were issued.
    state : (people,) uint8
        Only people whose code is below ``n_home_states`` are at home to hear.
    of_zone, of_square : int16
        Message in force by zone (the last row stands for no zone); newest one known to somebody in
        the neighbourhood square.
    keys : (messages, channels) uint64
        Keys of chance; the last channel is word of mouth.
    told_p : (zones, channels - 1, ages) float64
        Share of the channel's people who have heard the zone's message by now.
    word_p : (squares,) float64
        The same for word of mouth.
    out_household, out_person, out_channel, out_message
        Rows written up to the returned count.
    """
    count = 0
    n_sent = told_p.shape[1]
    for h in range(len(first)):
        sent, rumour = of_zone[zone[h]], of_square[square[h]]
        if heard[h] >= sent and heard[h] >= rumour:
            continue
        best = 1.0
        for i in range(first[h], first[h] + size[h]):
            if state[i] >= n_home_states:
                continue
            if heard[h] < sent:
                for c in range(n_sent):
                    p = told_p[zone[h], c, age[i]]
                    if p > 0.0 and channels[i] & (1 << c):
                        ratio = draw(keys[sent, c], person_id[i]) / p
                        if ratio < best:
                            best = ratio
                            out_person[count], out_channel[count] = i, c
                            out_message[count] = sent
            p = word_p[square[h]]
            if heard[h] < rumour and p > 0.0 and channels[i] & (1 << n_sent):
                ratio = draw(keys[rumour, n_sent], person_id[i]) / p
                if ratio < best:
                    best = ratio
                    out_person[count], out_channel[count] = i, n_sent
                    out_message[count] = rumour
        if best < 1.0:
            out_household[count] = h
            count += 1
    return count


@kernel
def knock(
    round_of: NDArray[np.int32],
    ends: NDArray[np.int64],
    cursor: NDArray[np.int64],
    budget: NDArray[np.float64],
    cost: NDArray[np.float32],
    first: NDArray[np.int32],
    size: NDArray[np.uint8],
    state: NDArray[np.uint8],
    n_home_states: int,
    out: NDArray[np.int32],
) -> int:
    """Write the households whose doors are reached with the workers' time, and return how many.

    Parameters
    ----------
    round_of : (households,) int32
        Households in the order of visits, zone after zone.
    ends : (zones,) int64
        Where each zone's part of ``round_of`` ends.
    cursor, budget : (zones,)
        Next door; people whose visit is paid for by the time spent so far. Both are moved on.
    cost : (households,)
        People to talk to; an empty home costs nothing.
    first, size, state, n_home_states
        As for `hear`.
    """
    count = 0
    for z in range(len(ends)):
        while cursor[z] < ends[z]:
            h = round_of[cursor[z]]
            at_home = False
            for i in range(first[h], first[h] + size[h]):
                at_home = at_home or state[i] < n_home_states
            if at_home:
                if budget[z] < cost[h]:
                    break
                budget[z] -= cost[h]
                out[count] = h
                count += 1
            cursor[z] += 1
        if cursor[z] >= ends[z]:
            budget[z] = 0.0
    return count
