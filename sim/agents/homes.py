"""Households: one row of columns each. `sim.agents.residents` builds and changes them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(eq=False)
class Homes:
    """Columns of households, which hear, decide and leave together.

    Attributes
    ----------
    id : (n,) int32
        Row of the world's households; chance is keyed by it.
    first, size
        Their people: rows ``first .. first + size`` of `Residents`.
    weight : (n,) uint16
        Households that this one stands for.
    building, zone, square : (n,) int32
        Rows of the world's buildings and zones; square of neighbours.
    storey : (n,) uint8
        Where they live, 1 is the ground floor; `Residents.storey` says where each is now.
    flags : (n,) uint8
        `OFFICIAL`, `FACE_TO_FACE`, `SEES_WATER`, `DRILLED`, `SEES_FIRE`.
    heard : (n,) int16
        Newest message that came in; -1 for none.
    level, n_heard : (n,) uint8
        Highest colour heard (1 blue .. 4 red); number of messages.
    order : (n,) int16
        The relocation order it is under; -1 for none.
    decision, wait, mode, group : (n,) uint8
        Codes of `DECISIONS`, `WAITS`, `MODES`, `GROUPS`.
    decided_s, ready_s, left_s : (n,) float32
        When it decided, can go, went. Infinity when never.
    decided_by : (n,) int32
        Event of the log that brought the decision about; -1 for none.
    upstairs : (n,) bool
        Those of it who are stranded or blocked are in `refuge`, on the floor `Residents.storey`.
    refuge : (n,) int32
        The building beside the road into which it last went from the water; -1 for none.
    refuge_s : (n,) float32
        When it did; infinity when never.
    """

    id: NDArray[np.int32]
    first: NDArray[np.int32]
    size: NDArray[np.uint8]
    weight: NDArray[np.uint16]
    building: NDArray[np.int32]
    zone: NDArray[np.int32]
    storey: NDArray[np.uint8]
    has_car: NDArray[np.bool_]
    square: NDArray[np.int32] = field(init=False)
    flags: NDArray[np.uint8] = field(init=False)
    heard: NDArray[np.int16] = field(init=False)
    level: NDArray[np.uint8] = field(init=False)
    n_heard: NDArray[np.uint8] = field(init=False)
    order: NDArray[np.int16] = field(init=False)
    decision: NDArray[np.uint8] = field(init=False)
    wait: NDArray[np.uint8] = field(init=False)
    mode: NDArray[np.uint8] = field(init=False)
    group: NDArray[np.uint8] = field(init=False)
    decided_s: NDArray[np.float32] = field(init=False)
    ready_s: NDArray[np.float32] = field(init=False)
    left_s: NDArray[np.float32] = field(init=False)
    decided_by: NDArray[np.int32] = field(init=False)
    upstairs: NDArray[np.bool_] = field(init=False)
    refuge: NDArray[np.int32] = field(init=False)
    refuge_s: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing heard and nothing decided."""
        self.square = np.zeros(self.n, dtype=np.int32)
        for name in ("flags", "level", "n_heard", "decision", "wait", "mode", "group"):
            setattr(self, name, np.zeros(self.n, dtype=np.uint8))
        for name in ("heard", "order"):
            setattr(self, name, np.full(self.n, -1, dtype=np.int16))
        for name in ("decided_s", "ready_s", "left_s", "refuge_s"):
            setattr(self, name, np.full(self.n, np.inf, dtype=np.float32))
        for name in ("decided_by", "refuge"):
            setattr(self, name, np.full(self.n, -1, dtype=np.int32))
        self.upstairs = np.zeros(self.n, dtype=bool)

    @property
    def n(self) -> int:
        """Households."""
        return len(self.id)
