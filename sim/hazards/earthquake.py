"""Earthquake: a mainshock and its aftershocks shake the ground, and what stands on it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from sim.hazards.base import Surroundings
from sim.hazards.earthquake_aftershocks import Sequence, Shock, drawn_aftershocks
from sim.hazards.earthquake_damage import Damage, Harm
from sim.hazards.earthquake_params import EarthquakeParams
from sim.hazards.earthquake_rupture import M_PER_KM
from sim.hazards.earthquake_shaking import Shaker, Shaking
from sim.hazards.ground_motion_intensity import instrumental_intensity
from sim.world.states import DAMAGE_STATES


class Earthquake:
    """A sequence of earthquakes, each an instant; the layers keep the strongest shaking so far.

    Attributes
    ----------
    cause : int
        The newest earthquake that shook the map; -1 before any.
    shocks : tuple of Shock
        The mainshock and all aftershocks of the sequence, in time.
    shaker : Shaker
    """

    kind: ClassVar[str] = "earthquake"
    Params: ClassVar[type[EarthquakeParams]] = EarthquakeParams
    reads: ClassVar[tuple[str, ...]] = ("land", "vs30_m_per_s")
    writes: ClassVar[tuple[str, ...]] = (
        "pga_m_per_s2",
        "pgv_m_per_s",
        "intensity",
        "building_damage",
        "building_collapsed",
        "road_free_m",
        "road_down",
        "facility_damaged",
        "facility_out",
    )
    example: ClassVar[Mapping[str, Any]] = {
        "id": "quake",
        "kind": "earthquake",
        "occurs_at": "30 s",
        "magnitude": 6.5,
        "epicentre": {"x_m": 2000.0, "y_m": -3000.0},
        "strike_deg": 30.0,
        "ground_motion": {"bssa14": 0.5, "yu13": 0.3, "intensity": 0.2},
        "aftershocks": {"lasting": "1 d"},
    }

    def __init__(self, params: EarthquakeParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        self.shaker = Shaker(params, around.world, around.streams)
        self.shocks = _shocks(params, around)
        self._next = 0
        self._mainshock = -1
        sites = self.shaker.sites
        self._damage = Damage(params, around.world, around.states, around.streams, sites)
        nothing = np.zeros(len(sites.x_m))
        self._strongest = Shaking(nothing, nothing.copy())
        self._intensity = np.ones(len(sites.x_m))
        self._write()

    def advance(self, to_s: float) -> None:
        """Let every earthquake up to ``to_s`` happen; its exact moment is ``at_s``."""
        while self._next < len(self.shocks) and self.shocks[self._next].at_s <= to_s:
            self._strike(self.shocks[self._next], to_s)
            self._next += 1

    def report(self) -> Mapping[str, float]:
        """Return the strongest shaking so far and what is broken."""
        states = self._around.states
        counts = np.bincount(states["building_damage"], minlength=len(DAMAGE_STATES))
        return {
            "pga_max_m_per_s2": float(self._strongest.pga_m_per_s2.max()),
            "intensity_max": float(self._intensity.max()),
            **{
                f"buildings_{name}": float(n) for name, n in zip(DAMAGE_STATES, counts, strict=True)
            },
            "buildings_collapsed": float(np.count_nonzero(states["building_collapsed"])),
            "edges_down": float(np.count_nonzero(states["road_down"])),
            "edges_narrowed": float(np.count_nonzero(np.isfinite(states["road_free_m"]))),
            "facilities_out": float(np.count_nonzero(states["facility_out"])),
        }

    def _strike(self, shock: Shock, to_s: float) -> None:
        rupture = self.shaker.rupture_of(shock)
        shaking = self.shaker.shake(shock, rupture)
        kind = "earthquake" if shock.number == 0 else "aftershock"
        felt = {} if shaking is None else _strength(shaking)
        event = self._around.log.add(
            to_s, kind, self.params.id, cause=self._mainshock, at_s=round(shock.at_s, 3),
            magnitude=round(shock.magnitude, 2), scale=self.params.scale,
            depth_km=round(self.params.depth / M_PER_KM, 1), x_m=round(rupture.x_m, 1),
            y_m=round(rupture.y_m, 1), law=self.shaker.law, **felt,
        )  # fmt: skip
        if shock.number == 0:
            self._mainshock = event
        if shaking is None:
            return
        self.cause = event
        self._tell(self._damage.strike(shaking, shock.number), to_s, event)
        for kept, now in zip(self._strongest, shaking, strict=True):
            np.maximum(kept, now, out=kept)
        np.maximum(self._intensity, instrumental_intensity(*shaking), out=self._intensity)
        self._write()

    def _tell(self, harm: Harm, to_s: float, event: int) -> None:
        """Log what an earthquake broke."""
        log, world = self._around.log, self._around.world
        if harm.worse.any():
            counts = dict(zip(DAMAGE_STATES[1:], harm.worse[1:].tolist(), strict=True))
            damaged = log.add(
                to_s, "buildings_damaged", self.params.id, cause=event, **counts,
                collapsed=len(harm.fallen),
            )  # fmt: skip
            if harm.narrowed:
                log.add(to_s, "debris_fell", self.params.id, cause=damaged, streets=harm.narrowed)
        for edge in harm.bridges.tolist():
            log.add(to_s, "bridge_failed", f"edge-{edge}", cause=event)
        for row in harm.facilities.tolist():
            log.add(to_s, "facility_damaged", str(world.facilities.id[row]), cause=event)

    def _write(self) -> None:
        fields, sites = self._around.fields, self.shaker.sites
        fields.write("pga_m_per_s2", sites.on_grid(self._strongest.pga_m_per_s2))
        fields.write("pgv_m_per_s", sites.on_grid(self._strongest.pgv_m_per_s))
        fields.write("intensity", sites.on_grid(self._intensity))


def _strength(shaking: Shaking) -> dict[str, float]:
    """Return the strongest shaking on the map, for the log."""
    intensity = float(instrumental_intensity(*shaking).max())
    return {
        "intensity_max": round(intensity, 2),
        "pga_max_m_per_s2": round(float(shaking.pga_m_per_s2.max()), 3),
    }


def _shocks(params: EarthquakeParams, around: Surroundings) -> tuple[Shock, ...]:
    """Return the mainshock, the known aftershocks and the drawn ones, in time."""
    main = Shock(0, params.occurs_at, params.magnitude, params.focus_at, 0.0)
    after = params.aftershocks
    law = Sequence(after.a, after.b, after.c, after.p, after.largest_gap)
    drawn = list(
        drawn_aftershocks(
            law, around.streams, f"earthquake.aftershock/{params.id}",
            mainshock=params.magnitude, smallest=after.smallest, after_s=params.occurs_at,
            lasting_s=after.lasting, scatter_m=after.scatter,
        )
    )  # fmt: skip
    known = [
        Shock(-1 - k, params.occurs_at + one.after, one.magnitude, one.at, 0.0)
        for k, one in enumerate(after.known)
    ]
    return (main, *sorted([*drawn, *known], key=lambda shock: shock.at_s))
