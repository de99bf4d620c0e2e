"""When Python looks for garbage: it finds little in a run, and looks at all of it each time."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

#: how often: with Python's own thresholds it looks through all modules, tables and pictures again
#: and again, for a tenth of the time of a report
SELDOM: Final = (50_000, 20, 20)


@contextlib.contextmanager
def little_looked_for() -> Iterator[None]:
    """Look for garbage seldom, and only among what is made within the block."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
