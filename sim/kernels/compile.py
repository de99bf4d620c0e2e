"""The `kernel` decorators: compiled once, kept on disk, never touched by `shapan --help`.

numba looks only at the file of the function it compiles to see whether compiled code is stale; a
kernel that calls one of another file would go on with the old callee. So compiled code is kept in a
folder named after all kernel sources together.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import llvmlite.binding
import numba
from numba.core.compiler import Compiler

F = TypeVar("F", bound=Callable[..., Any])


def _use_wide_vectors() -> None:
    """Let LLVM use 512-bit vectors where the processor has them; by default it stays at 256.

    The flood's sweep gains 30 %, and every element's bits are the same.
    """
    config: Any = numba.config
    features = llvmlite.binding.get_host_cpu_features()
    if config.CPU_FEATURES is None and config.CPU_NAME is None and features.get("avx512f"):
        config.CPU_NAME = llvmlite.binding.get_host_cpu_name()
        config.CPU_FEATURES = features.flatten() + ",-prefer-256-bit"


_use_wide_vectors()


@functools.cache
def kernel_cache() -> Path:
    """Return the folder of the compiled code of these sources, on this processor."""
    here = Path(__file__).parent
    digest = hashlib.sha256(f"{numba.__version__}/{llvmlite.binding.get_host_cpu_name()}".encode())
    for source in sorted(here.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    named = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(named) if named else here / "__pycache__"
    if not os.access(base.parent, os.W_OK):
        base = Path.home() / ".cache" / "shapan"
    return base / f"kernels-{digest.hexdigest()[:16]}"


def _compiled(function: F, **options: Any) -> F:
    """Hand a function to numba, with `kernel_cache` as the place to keep its code.

    No kernel is called back from C: without the code for that the first compile takes 7 % less.
    """
    make: Any = numba.njit  # its stub does not know every option
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(kernel_cache())
    try:
        return cast(
            "F",
            make(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(
                function
            ),
        )
    finally:
        config.CACHE_DIR = before


#: what a fast kernel may assume: no NaN, no infinity, sums in any order; never for exact sums
FAST: Final = {"contract", "reassoc", "nsz", "arcp", "nnan", "ninf"}


def kernel(function: F) -> F:
    """Compile to machine code on first call, cached; IEEE arithmetic, division by zero is inf."""
    return _compiled(function)


def fast_kernel(function: F) -> F:
    """Compile as `kernel`, with the arithmetic freedoms of `FAST` so that loops vectorise."""
    return _compiled(function, fastmath=FAST)


#: the freedoms that leave every element's result independent of where a vector loop begins
STEADY: Final = {"contract", "nsz", "nnan", "ninf"}


class _Flagged(Compiler):
    """Sets one of the compiler's flags."""

    flag: str

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
        setattr(flags, self.flag, True)
        make: Any = super().__init__
        make(typingctx, targetctx, library, args, return_type, flags, locals)


class _Counts(_Flagged):
    """Lets a function make arrays even if its caller, a `lead_kernel`, counts no references."""

    flag = "nrt"


def steady_kernel(function: F) -> F:
    """Compile vectorised with `STEADY`: the same cell gives the same bits in any window or thread.

    Sums keep their written order and divisions stay divisions (``arcp`` would let the vector body
    of a loop use reciprocal estimates that its scalar rest does not).
    """
    return _compiled(function, fastmath=STEADY, pipeline_class=_Counts)


class _Apart(_Flagged):
    """Tells LLVM that no two array arguments share memory."""

    flag = "noalias"


def row_kernel(function: F) -> F:
    """Compile as `steady_kernel` a loop whose array arguments never overlap, unless only read.

    Without that promise each call first compares all pointers; on rows of 16 cells that was 40 %
    of the time. It becomes part of its caller: a call hands over seven numbers for each array,
    which took as long as 20 cells of the flood's sweep.
    """
    return _compiled(function, fastmath=STEADY, pipeline_class=_Apart, forceinline=True)


def glue_kernel(function: F) -> F:
    """Make a function part of the kernels that call it, before anything is compiled.

    For those that hand on tuples of many arrays: compiled one by one, each would go through the
    optimiser again with all that it calls.
    """
    return _compiled(function, inline="always")


def lead_kernel(function: F) -> F:
    """Compile as `kernel`, for functions that hold tuples of many arrays but make none.

    References are not counted, nor in the `kernel` functions that it is the first to call. It may
    slice arrays, but ``ravel``, ``view`` and the like belong into a `steady_kernel`.
    """
    return _compiled(function, _nrt=False)


def bare_kernel(function: F) -> F:
    """Compile as `kernel`, for functions that make no arrays: references are not counted.

    A kernel made of many small ones that hand on tuples of arrays would otherwise pay an atomic
    count for each array at each call: 2.6 of the 2.7 us of a vehicle's passage to the next road.
    """
    return _compiled(function, _nrt=False, forceinline=True)
