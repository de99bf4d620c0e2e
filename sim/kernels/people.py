"""Loops over households and people: who hears a warning, whose door is knocked at, who is where."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel, kernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


@bare_kernel
def draw(key: np.uint64, row: int) -> float:
    """Return the uniform of one row: the number that `sim.core.rng.Streams.page` holds there."""
    z = np.uint64(row + 1) * _GOLDEN + key
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * _TO_UNIT


@kernel
def runs(first: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``first[i] .. first[i] + size[i]`` of all i, one after the other."""
    out = np.empty(size.sum(), dtype=np.int64)
    n = 0
    for i in range(len(first)):
        for row in range(first[i], first[i] + size[i]):
            out[n] = row
            n += 1
    return out


@bare_kernel
def missed_by(log_missed: NDArray[np.float64], channels: int) -> float:
    """Return the probability that none of somebody's channels, one a bit, has told him."""
    total = 0.0
    for c in range(len(log_missed)):
        if (channels >> c) & 1:
            total += log_missed[c]
    return math.exp(total)


@bare_kernel
def heard_by(
    luck: float, channels: int, gained: NDArray[np.float64], asks: bool, word: float
) -> int:
    """Return which of somebody's channels told him, each as likely as what it gained; or word."""
    n_sent, total = len(gained), 0.0
    for c in range(n_sent):
        total += gained[c] * ((channels >> c) & 1) * asks
    pick = luck * (total + word * ((channels >> n_sent) & 1))
    for c in range(n_sent):
        pick -= gained[c] * ((channels >> c) & 1) * asks
        if pick < 0.0:
            return c
    return n_sent


@bare_kernel
def within_hearing(
    i: int,
    where: int,
    channels: NDArray[np.uint8],
    away: NDArray[np.bool_],
    place: NDArray[np.int32],
    building_zone: NDArray[np.int32],
    of_zone: NDArray[np.int16],
    carried: int,
) -> int:
    """Return the channels that reach somebody, whose home is in zone ``where``, where he is.

    Who is out keeps what he carries about, and all others where the same message is out.
    """
    if not away[i]:
        return int(channels[i])
    if place[i] < 0 or of_zone[building_zone[place[i]]] != of_zone[where]:
        return int(channels[i] & carried)
    return int(channels[i])


@bare_kernel
def hear(
    candidates: NDArray[np.int64],
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
    away: NDArray[np.bool_],
    place: NDArray[np.int32],
    building_zone: NDArray[np.int32],
    carried: int,
    of_zone: NDArray[np.int16],
    of_square: NDArray[np.int16],
    keys: NDArray[np.uint64],
    log_missed: NDArray[np.float64],
    least_missed_p: NDArray[np.float64],
    gained: NDArray[np.float64],
    word_missed_p: NDArray[np.float64],
    word_gained: NDArray[np.float64],
    out_household: NDArray[np.int32],
    out_person: NDArray[np.int32],
    out_channel: NDArray[np.uint8],
    out_message: NDArray[np.int16],
) -> tuple[int, int]:
    """Write, a household each, who is the first of it to hear a newer message.

    Returns how many did, and how many candidates had something to hear before that; these are then
    the first of ``candidates``.

    Everybody has one uniform a message; whose lies below the probability of having heard by now has
    heard (Sellke's construction), so a message sent earlier, or an outage less, never makes anybody
    hear later. Of a household the one furthest below counts; who hears nothing by word of mouth of
    a message newer than his zone's may still hear that one. By which channel is then drawn in
    proportion to what each channel added since the last look.

    Parameters
    ----------
    candidates : (n,) int64
        Households to look at, sorted. Written.
    heard : (households,) int16
        Newest message known at home; -1 for none. Messages are numbered as they were issued.
    state : (people,) uint8
        Only people whose code is below ``n_home_states`` are at home to hear.
    away, place, building_zone, carried
        Who is out for the day, in which building (-1 in the open), the zone of each building, and
        the bits of the channels that people carry about.
    of_zone, of_square : int16
        Message in force by zone (the last row stands for no zone); newest one known to somebody in
        the neighbourhood square.
    keys : (messages, 2) uint64
        Keys of chance: whether, and by what.
    log_missed : (zones, ages, sent) float64
        Logarithm of the probability of not having heard the zone's message yet by each channel.
    least_missed_p : (zones, ages) float64
        That probability for somebody who has all channels.
    gained : (zones, ages, sent) float64
        Growth of ``-log`` of each channel's part of it since the last look.
    word_missed_p, word_gained : (squares,) float64
        The same for word of mouth, whose bit comes after those of the channels sent by.
    out_household, out_person, out_channel, out_message
        Rows written up to the returned count.
    """
    count, n_behind, n_sent, no_zone = 0, 0, gained.shape[2], len(of_zone) - 1
    for h in candidates:
        where, near = zone[h] if zone[h] >= 0 else no_zone, square[h]
        sent, rumour = of_zone[where], of_square[near]
        if heard[h] >= sent and heard[h] >= rumour:
            continue
        candidates[n_behind] = h
        n_behind += 1
        asks, talks = heard[h] < sent, heard[h] < rumour and word_missed_p[near] < 1.0
        if not asks and not talks:
            continue
        newest = rumour if talks and (not asks or rumour > sent) else sent
        best = 1.0
        while True:
            by_channel, by_word = asks and sent == newest, talks and rumour == newest
            for i in range(first[h], first[h] + size[h]):
                if state[i] >= n_home_states:
                    continue
                luck = draw(keys[newest, 0], person_id[i])
                told = word_missed_p[near] if by_word and (channels[i] >> n_sent) & 1 else 1.0
                least = least_missed_p[where, age[i]] if by_channel else 1.0
                if luck >= best * (1.0 - told * least):
                    continue
                reached = within_hearing(
                    i, where, channels, away, place, building_zone, of_zone, carried
                )
                missed = word_missed_p[near] if by_word and (reached >> n_sent) & 1 else 1.0
                if by_channel:
                    missed *= missed_by(log_missed[where, age[i]], reached)
                if luck < best * (1.0 - missed):
                    best = luck / (1.0 - missed)
                    out_person[count] = i
            if best < 1.0 or not asks or newest == sent:
                break
            newest = sent
        if best == 1.0:
            continue
        i = out_person[count]
        luck, word = draw(keys[newest, 1], person_id[i]), word_gained[near] if by_word else 0.0
        reached = within_hearing(i, where, channels, away, place, building_zone, of_zone, carried)
        out_channel[count] = heard_by(luck, reached, gained[where, age[i]], by_channel, word)
        out_household[count], out_message[count] = h, newest
        count += 1
    return count, n_behind


@bare_kernel
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
    away: NDArray[np.bool_],
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
    away : (people,) bool
        Who is out for the day, though at home by his state.
    """
    count = 0
    for z in range(len(ends)):
        while cursor[z] < ends[z]:
            h = round_of[cursor[z]]
            at_home = False
            for i in range(first[h], first[h] + size[h]):
                at_home = at_home or (state[i] < n_home_states and not away[i])
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


@kernel
def daily_round(
    rank: NDArray[np.float64],
    out_share: NDArray[np.float64],
    home: NDArray[np.int32],
    day_place: NDArray[np.int32],
    indoor_luck: NDArray[np.float64],
    child: NDArray[np.bool_],
    of_pupils: float,
    of_others: float,
    in_the_open: int,
) -> NDArray[np.int32]:
    """Return the building each person is in by the hour; ``in_the_open`` for none.

    Parameters
    ----------
    rank : (people,) float64
        Share of the people of a home who go out before each.
    out_share : (buildings,) float64
        Share of a home's people who are out now.
    home, day_place : (people,) int32
        Where each lives, and is when out and in a building.
    indoor_luck : (people,) float64
    child : (people,) bool
    of_pupils, of_others : float
        Share of the children who are out, and of all others, that is in a building.
    in_the_open : int
    """
    place = home.copy()
    for i in range(len(home)):
        if rank[i] < out_share[home[i]]:
            indoors = indoor_luck[i] < (of_pupils if child[i] else of_others)
            place[i] = day_place[i] if indoors else in_the_open
    return place
