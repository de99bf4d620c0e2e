"""Hazards written down once, so that many plans can meet the very same disaster.

What hazards do does not depend on people unless the response works on the hazard itself (mobile
pumps, jets of water, fire lines, gas shut off: `FEEDBACK`). A recording holds, after every hazard
and tick, what changed in the layers and states it writes, its events, figures and cause. Played
again (`sim.hazards.replay`) it leaves in a run bit for bit what the live hazards would.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.files import whole_folder, write_text
from sim.core.rng import Streams
from sim.hazards.base import HAZARDS, LINKS, Hazard, Surroundings
from sim.hazards.together import hazards_of, set_out
from sim.scenario.base import HazardParams
from sim.world.layers import LAYERS
from sim.world.states import STATES

#: layers and states by which the response works on hazards, and what is ordered that writes them; a
#: hazard that reads one feels the plan
FEEDBACK: Final = {
    "pumped_m_per_s": ("run_pumps",),
    "fire_line": ("build_fire_line", "cut_fire_breaks"),
    "building_gas_off": ("close_gas",),
    "building_water_m3_per_s": ("fight_fire",),
    "leak_plugged": ("stop_leak",),
    "levee_opened": ("open_detention",),
}
#: layers that a run looks at every tick, in the cells that are looked at
EVERY_TICK: Final = (
    "depth_m",
    "speed_m_per_s",
    "smoke_kg_per_m3",
    "gas_kind",
    "pga_m_per_s2",
    "intensity",
)
#: layers that a run looks at every tick, in every cell; other layers only when maps are kept
EVERYWHERE: Final = (
    "fire_arrival_s",
    "flame_length_m",
    "gas_kg_per_m3",
    "gas_escapes_kg_per_s",
)

ABOUT: Final = "recording.json"
CHUNKS: Final = "chunks.npy"
DATA: Final = "data.bin"
#: columns of the table of chunks; ``name`` counts through the hazard's ``writes``
CHUNK: Final = np.dtype(
    [("tick", "<i4"), ("hazard", "<i4"), ("name", "<i4"), ("n", "<i8"), ("offset", "<i8")]
)
ROW: Final = np.dtype("<i4")
#: integers of each width, to compare numbers bit by bit (NaN equals itself, -0 is not 0)
_BITS: Final = {1: "u1", 2: "u2", 4: "u4", 8: "u8"}

Rows = NDArray[np.int64]
_NOWHERE: Final[Rows] = np.zeros(0, dtype=np.int64)


class WatchedStreams(Streams):
    """Chance that knows whether anybody drew."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.drawn = False

    def key(self, purpose: str, key: int = 0) -> int:
        """Return the key of a stream, and remember that there was one."""
        self.drawn = True
        return super().key(purpose, key)


class _Tape:
    """A recording as it grows."""

    def __init__(self, data: BinaryIO, around: Surroundings, looked_at: Rows) -> None:
        self._data, self._around, self._looked_at = data, around, looked_at
        self._shadows: dict[str, NDArray[Any]] = {}
        self._told = len(around.log)
        self.chunks: list[tuple[int, int, int, int, int]] = []
        self.events: list[list[Any]] = []
        self.causes: list[list[int]] = []

    def keep(self, hazard: Hazard, number: int, tick: int, *, everywhere: bool) -> None:
        """Write down what a hazard did in one tick."""
        for index, name in enumerate(hazard.writes):
            now = self._now(name)
            if now is None:
                continue
            first = name not in self._shadows
            if first:
                self._shadows[name] = at_rest(name, now.shape)
            rows = self._changed(name, now.reshape(-1), everywhere=everywhere)
            if len(rows) or first:
                self.chunks.append((tick, number, index, len(rows), self._data.tell()))
                self._append(rows, now.reshape(-1)[rows])
                self._shadows[name].reshape(-1)[rows] = now.reshape(-1)[rows]
        log = self._around.log
        for event in (log[k] for k in range(self._told, len(log))):
            what = [event.t_s, event.kind, event.who, event.cause, event.facts]
            self.events.append([tick, number, event.id, *what])
        self._told = len(log)
        self.causes[number].append(hazard.cause)

    def _now(self, name: str) -> NDArray[Any] | None:
        """Return a layer or state as it is; nothing while nobody has written it."""
        fields, states = self._around.fields, self._around.states
        if name in LAYERS:
            return fields.get(name)
        return states[name] if states.touched(name) else None

    def _changed(self, name: str, now: NDArray[Any], *, everywhere: bool) -> Rows:
        """Return the rows that differ from what is written, among those that must be right now."""
        bits = _BITS[now.dtype.itemsize]
        new, old = now.view(bits), self._shadows[name].reshape(-1).view(bits)
        if everywhere or name in STATES or name in EVERYWHERE:
            return np.flatnonzero(new != old)
        cells = self._looked_at if name in EVERY_TICK else _NOWHERE
        changed: Rows = cells[new[cells] != old[cells]]
        return changed

    def _append(self, rows: Rows, values: NDArray[Any]) -> None:
        self._data.write(rows.astype(ROW).tobytes())
        self._data.write(values.tobytes())
        self._data.write(b"\0" * (-self._data.tell() % 8))  # every chunk begins aligned


def live(kind: str) -> type[Hazard]:
    """Return the hazard or link of a kind."""
    found: type[Hazard] = (LINKS if kind in LINKS else HAZARDS)[kind]
    return found


def works_on(orders: Collection[str], kinds: Collection[str]) -> bool:
    """Whether hazards of these kinds feel a plan with these orders, if those are carried out."""
    read = {name for kind in kinds for name in live(kind).reads}
    return any(order in FEEDBACK.get(name, ()) for name in read for order in orders)


def record(
    params: Sequence[HazardParams],
    around: Surroundings,
    folder: Path,
    *,
    times_s: Sequence[float],
    kept_s: Collection[float],
    looked_at: Rows,
) -> None:
    """Let hazards go by without people, and write down what they do.

    Parameters
    ----------
    params : sequence of HazardParams
        The scenario's hazards, then its chains.
    around : Surroundings
        Fresh ones; the log holds what a run logs before its hazards are built.
    folder : Path
        Appears whole or not at all.
    times_s : sequence of float
        Every tick of the run.
    kept_s : collection of float
        Ticks at which maps are kept, so that every cell must be right; the last tick is one.
    looked_at : (n,) int64
        Flat cells that somebody looks at in between, rising.
    """
    with whole_folder(folder, marker=ABOUT) as partial:
        with (partial / DATA).open("wb") as data:
            tape = _Tape(data, around, looked_at)
            hazards: list[Hazard] = []
            for number, hazard in enumerate(hazards_of(params, around)):
                hazards.append(hazard)
                tape.causes.append([])
                tape.keep(hazards[number], number, 0, everywhere=True)
            figures = []
            for tick, to_s in enumerate(times_s, start=1):
                figures.append(_tick(hazards, tape, tick, to_s, kept_s))
                set_out(hazards, times_s[tick : tick + 1])
        about = {
            "kinds": [hazard.kind for hazard in hazards],
            "rain": [_rain(hazard) for hazard in hazards],
            "events": tape.events,
            "causes": tape.causes,
            "figures": figures,
            "drawn": isinstance(around.streams, WatchedStreams) and around.streams.drawn,
        }
        np.save(partial / CHUNKS, np.array(tape.chunks, dtype=CHUNK))
        write_text(partial / ABOUT, json.dumps(about))


def _tick(
    hazards: Sequence[Hazard], tape: _Tape, tick: int, to_s: float, kept_s: Collection[float]
) -> list[dict[str, float]]:
    """Let all hazards go on to ``to_s``; return their figures then."""
    for number, hazard in enumerate(hazards):
        hazard.advance(to_s)
        tape.keep(hazard, number, tick, everywhere=to_s in kept_s)
    return [{name: float(value) for name, value in one.report().items()} for one in hazards]


def at_rest(name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return what a layer or state is taken to be before its first chunk."""
    if name in LAYERS:
        return np.zeros(shape, dtype=LAYERS[name].dtype)
    return np.full(shape, STATES[name].at_rest, dtype=STATES[name].dtype)


def _rain(hazard: Hazard) -> list[list[float]] | None:
    rain = getattr(hazard, "rain", None)
    return None if rain is None else [rain.times_s.tolist(), rain.rates_m_per_s.tolist()]


@dataclass(frozen=True)
class Recording:
    """What `record` wrote, opened; chunks stay on disk until they are played.

    Attributes
    ----------
    about : dict
        Events, figures, causes, rain, and whether chance was ``drawn``.
    chunks : (n,) CHUNK
        By tick, hazard and name.
    data : (n,) uint8
        Mapped into memory.
    """

    about: dict[str, Any]
    chunks: NDArray[Any]
    data: NDArray[np.uint8]

    @classmethod
    def opened(cls, folder: Path) -> Recording:
        """Open a recording's folder."""
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        data: NDArray[np.uint8] = np.zeros(0, np.uint8)
        if (folder / DATA).stat().st_size:
            data = np.memmap(folder / DATA, dtype=np.uint8, mode="r")
        return cls(about, np.load(folder / CHUNKS), data)

    def rows(self, chunk: Any, dtype: str) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Return the rows and values of one chunk."""
        n, start = int(chunk["n"]), int(chunk["offset"])
        middle = start + n * ROW.itemsize
        end = middle + n * np.dtype(dtype).itemsize
        return self.data[start:middle].view(ROW), self.data[middle:end].view(dtype)
