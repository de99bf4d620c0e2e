"""The calendar of links: one-second buckets, each a list of the links that may let somebody out."""

from __future__ import annotations

from sim.kernels.compile import bare_kernel
from sim.kernels.movement_state import BUCKET_S, N_BUCKETS, NEXT_BUCKET, Queues


@bare_kernel
def plan(queues: Queues, link: int, at_s: float) -> None:
    """Have a link called at a time, at the end of that second's list; it must not be planned yet.

    Times gone by mean now; times beyond the calendar are planned anew when it gets that far.
    """
    links = queues.links
    now = queues.tally[NEXT_BUCKET]
    bucket = min(max(int(at_s / BUCKET_S), now), now + N_BUCKETS - 1)
    slot = bucket % N_BUCKETS
    last = queues.bucket_last[slot]
    links[link].bucket = slot
    links[link].earlier = last
    links[link].later = -1
    if last >= 0:
        links[last].later = link
    else:
        queues.bucket_first[slot] = link
    queues.bucket_last[slot] = link


@bare_kernel
def plan_first(queues: Queues, link: int) -> None:
    """Put a link back at the front of the second that is being worked off."""
    links = queues.links
    slot = queues.tally[NEXT_BUCKET] % N_BUCKETS
    first = queues.bucket_first[slot]
    links[link].bucket = slot
    links[link].earlier = -1
    links[link].later = first
    if first >= 0:
        links[first].earlier = link
    else:
        queues.bucket_last[slot] = link
    queues.bucket_first[slot] = link


@bare_kernel
def unplan(queues: Queues, link: int) -> None:
    """Take a link out of the calendar, if it is in it."""
    links = queues.links
    slot = links[link].bucket
    if slot < 0:
        return
    earlier, later = links[link].earlier, links[link].later
    if earlier >= 0:
        links[earlier].later = later
    else:
        queues.bucket_first[slot] = later
    if later >= 0:
        links[later].earlier = earlier
    else:
        queues.bucket_last[slot] = earlier
    links[link].bucket = -1


@bare_kernel
def replan(queues: Queues, link: int, at_s: float) -> None:
    """Have a link called at another time."""
    unplan(queues, link)
    plan(queues, link, at_s)
