"""Threads inside kernels: one leads, others take parts of its work when they are free.

Waking a thread from Python takes 0.2 ms, more than many of the loops that are worth sharing. Here
helpers stay in compiled code for a whole round of work and watch a *ticket*, a number that says
which parts of the leader's work nobody has taken yet. A part is done by who takes it first, so a
helper that comes late or that the machine has stopped delays nobody before it has taken a part.
The leader takes the first parts, helpers the last, so that a part that comes again and again stays
near the core that had it before.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from sim.kernels.compile import steady_kernel

Ints = NDArray[np.int64]

#: elements of a crew's shared numbers, a cache line apart so that watching one slows none
_TICKET, _DONE, _SIZE = 0, 8, 16
#: ticket: how many parts there are, above how many helpers and the leader took; or that all is over
_PARTS, _BY_HELPERS, _BY_LEADER = 16, 8, 0
_HOME: Final = -(1 << 62)
#: what there may be to do besides a part
NOTHING: Final = -1
OVER: Final = -2
#: looks at a number before others get the core
_PATIENCE: Final = 4000


def shared_numbers() -> Ints:
    """Return the numbers through which a crew works, for one round of work."""
    return np.zeros(_SIZE, np.int64)


def _at(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, args[0])
    gep: Any = cgutils.gep_inbounds
    return gep(builder, array.data, args[1])


def _added_code(typingctx: Any, numbers: Any, index: Any, more: Any) -> Any:
    """Add to a number; return what it was. No other thread's access comes between."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _at(context, builder, signature, args)
        return builder.atomic_rmw("add", place, args[2], "seq_cst")

    return types.int64(numbers, types.intp, types.int64), code


_added: Any = intrinsic(_added_code)


def _seen_code(typingctx: Any, numbers: Any, index: Any) -> Any:
    """Return a number that other threads may change."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _at(context, builder, signature, args)
        return builder.load_atomic(place, "seq_cst", 8, typ=ir.IntType(64))

    return types.int64(numbers, types.intp), code


_seen: Any = intrinsic(_seen_code)


def _set_code(typingctx: Any, numbers: Any, index: Any, value: Any) -> Any:
    """Set a number that other threads watch; what was written before it they see too."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _at(context, builder, signature, args)
        builder.store_atomic(args[2], place, "seq_cst", 8)
        return context.get_dummy_value()

    return types.void(numbers, types.intp, types.int64), code


_set: Any = intrinsic(_set_code)


#: lets another thread have the core; a function of the system's own library
_yield: Final = types.ExternalFunction(
    "SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32()
)


@steady_kernel
def _idle(looks: int) -> int:
    """Count a look in vain; after many of them let others have the core."""
    if looks >= _PATIENCE:
        _yield()
    return looks + 1


@steady_kernel
def offer(numbers: Ints, parts: int) -> None:
    """Offer work in so many parts (at most 100) to helpers, and to the leader."""
    _set(numbers, _DONE, 0)
    _set(numbers, _TICKET, parts << _PARTS)


@steady_kernel
def _taken(ticket: int, who: int) -> int:
    """Return how many parts helpers, or the leader, took."""
    taken: int = (ticket >> who) % (1 << _BY_HELPERS)
    return taken


@steady_kernel
def _left(ticket: int) -> int:
    """Return how many parts nobody has taken; not above 0 when there is none."""
    parts: int = ticket >> _PARTS
    return parts - _taken(ticket, _BY_LEADER) - _taken(ticket, _BY_HELPERS)


@steady_kernel
def _take(numbers: Ints, who: int) -> int:
    """Count a part as taken; return the ticket of before, `NOTHING` or `OVER`."""
    ticket: int = _seen(numbers, _TICKET)
    if ticket < 0:
        return OVER
    if _left(ticket) <= 0:
        return NOTHING
    # another may have been faster, or the leader may have offered more
    ticket = _added(numbers, _TICKET, 1 << who)
    return ticket if ticket >= 0 and _left(ticket) > 0 else NOTHING


@steady_kernel
def take(numbers: Ints) -> int:
    """Return the first part that nobody has taken, for the leader; or `NOTHING` or `OVER`."""
    ticket = _take(numbers, _BY_LEADER)
    return ticket if ticket < 0 else _taken(ticket, _BY_LEADER)


@steady_kernel
def wait_for_work(numbers: Ints) -> int:
    """Return the last part that nobody has taken, for a helper, when there is one; or `OVER`."""
    looks = 0
    while True:
        ticket = _take(numbers, _BY_HELPERS)
        if ticket >= 0:
            return (ticket >> _PARTS) - 1 - _taken(ticket, _BY_HELPERS)
        if ticket == OVER:
            return OVER
        looks = _idle(looks)


@steady_kernel
def finish(numbers: Ints) -> None:
    """Say that a part is done."""
    _added(numbers, _DONE, 1)


@steady_kernel
def wait_until_done(numbers: Ints, parts: int) -> None:
    """Wait for those who took parts; none is left to be taken."""
    looks = 0
    while _seen(numbers, _DONE) < parts:
        looks = _idle(looks)


@steady_kernel
def end(numbers: Ints) -> None:
    """Send the helpers home."""
    _set(numbers, _TICKET, _HOME)
