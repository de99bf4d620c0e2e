"""Asking for memory before it is needed.

Processors foresee long runs through memory by themselves. Where work goes through short pieces of
many lines, each on a page of its own, they do not, and every piece would be waited for.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

#: to read, to keep in the second cache, data
_HOW: Final = (0, 2, 1)
_BYTE: Final = ir.IntType(8).as_pointer()
_INT: Final = ir.IntType(32)


def _soon_code(typingctx: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of an element; never fails, also beyond the array's end."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        place = builder.bitcast(builder.gep(data, [args[1]]), _BYTE)
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [_BYTE], ir.FunctionType(ir.VoidType(), [_BYTE, _INT, _INT, _INT])
        )
        builder.call(prefetch, [place, *(_INT(number) for number in _HOW)])
        return context.get_dummy_value()

    return types.void(array, index), code


soon: Any = intrinsic(_soon_code)
