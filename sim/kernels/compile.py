"""The `kernel` decorator: compiled once, kept on disk, never touched by `shapan --help`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
from numba.core.compiler import Compiler

F = TypeVar("F", bound=Callable[..., Any])

#: what a fast kernel may assume: no NaN, no infinity, sums in any order; never for exact sums
FAST: Final = {"contract", "reassoc", "nsz", "arcp", "nnan", "ninf"}


def kernel(function: F) -> F:
    """Compile to machine code on first call, cached; IEEE arithmetic, division by zero is inf."""
    return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def fast_kernel(function: F) -> F:
    """Compile as `kernel`, with the arithmetic freedoms of `FAST` so that loops vectorise."""
    return cast(
        "F", numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)(function)
    )


#: the freedoms that leave every element's result independent of where a vector loop begins
STEADY: Final = {"contract", "nsz", "nnan", "ninf"}


def steady_kernel(function: F) -> F:
    """Compile vectorised with `STEADY`: the same cell gives the same bits in any window or thread.

    Sums keep their written order and divisions stay divisions (``arcp`` would let the vector body
    of a loop use reciprocal estimates that its scalar rest does not).
    """
    return cast(
        "F", numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=STEADY)(function)
    )


class _Apart(Compiler):  # type: ignore[misc]  # numba ships no types for its compiler
    """Tells LLVM that no two array arguments share memory."""

    def __init__(
        self,
        typingctx: Any,
        targetctx: Any,
        library: Any,
        args: Any,
        return_type: Any,
        flags: Any,
        locals: Any,  # noqa: A002
    ) -> None:
        flags.noalias = True
        super().__init__(typingctx, targetctx, library, args, return_type, flags, locals)


def row_kernel(function: F) -> F:
    """Compile as `steady_kernel` a loop whose array arguments never overlap, unless only read.

    Without that promise each call first compares all pointers; on rows of 16 cells that was 40 %
    of the time.
    """
    return cast(
        "F",
        numba.njit(
            cache=True, nogil=True, error_model="numpy", fastmath=STEADY, pipeline_class=_Apart
        )(function),
    )


def bare_kernel(function: F) -> F:
    """Compile as `kernel`, for functions that make no arrays: references are not counted.

    A kernel made of many small ones that hand on tuples of arrays would otherwise pay an atomic
    count for each array at each call: 2.6 of the 2.7 us of a vehicle's passage to the next road.
    """
    make: Any = numba.njit  # its stub does not know _nrt
    options = {"_nrt": False, "forceinline": True, "error_model": "numpy"}
    return cast("F", make(cache=True, nogil=True, **options)(function))
