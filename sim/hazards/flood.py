"""Flood: rain, rivers, drains and levees move water over the map; the water layers show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.hands import aside
from sim.hazards.base import Surroundings
from sim.hazards.flood_levees import Gap
from sim.hazards.flood_params import FloodParams, Trigger
from sim.hazards.flood_site import site_of
from sim.hazards.flood_weirs import NEVER_S
from sim.hazards.rain import Hyetograph
from sim.hazards.series import Series

#: while a breach grows, and where a trigger is watched, the time between looks at it
_BREACH_STEP_S: Final = 20.0
_MM_PER_H: Final = 3.6e6


class Flood:
    """Surface water by `sim.hazards.local_inertial.LocalInertial`, with what fails and when.

    Attributes
    ----------
    cause : int
        The event that new water is due to: the newest of rain, rising rivers, levees overtopped
        or breached; -1 before any.
    rain : Hyetograph or None
    solver : LocalInertial
    """

    kind: ClassVar[str] = "flood"
    Params: ClassVar[type[FloodParams]] = FloodParams
    reads: ClassVar[tuple[str, ...]] = (
        "elevation_m",
        "manning_n",
        "infiltration_m_per_s",
        "drain_m_per_s",
        "built_share",
        "land",
        "underpass_share",
        "underpass_drop_m",
        "pumped_m_per_s",
        "poured_m_per_s",
        "sea_level_m",
        "levee_damaged",
        "levee_opened",
        "facility_out",
    )
    writes: ClassVar[tuple[str, ...]] = (
        "rain_m_per_s",
        "depth_m",
        "speed_m_per_s",
        "max_depth_m",
        "max_speed_m_per_s",
        "max_hazard_rating",
        "arrival_s",
        "wet_s",
    )
    example: ClassVar[Mapping[str, Any]] = {
        "id": "storm",
        "kind": "flood",
        "rain": {
            "kind": "hyetograph",
            "points": [["0 h", "50 mm/h"], ["30 min", "0 mm/h"]],
        },
        "inflows": [
            {"id": "spring", "at": {"x_m": 105.0, "y_m": 105.0}, "points": [["0 h", "2 m3/s"]]}
        ],
    }

    def __init__(self, params: FloodParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        sea_m = around.fields.get("sea_level_m")
        site = site_of(params, around.world, sea_m=0.0 if sea_m is None else float(sea_m.flat[0]))
        self.solver = site.solver
        self.rain: Hyetograph | None = site.rain
        self._inflows = [Series(*zip(*i.points, strict=True)) for i in params.inflows]
        self._levees = site.levees
        self._gaps = site.gaps
        self._pumps, self._pump_sites, self._sea = site.pumps, site.pump_sites, site.sea
        self._rows = {str(name): row for row, name in enumerate(around.world.levees.id)}
        self._rain_m_per_s = 0.0
        self._falling_s = None if site.rain is None else _falling_s(site.rain)
        self._fallen_m = 0.0 if site.rain is None else site.rain.depth_m(0.0)
        self._rising = _rising(params)
        self._pumping = np.zeros(len(site.pumps), np.bool_)
        self._logged: dict[str, int] = {}
        self._now_s = 0.0
        self._arrive: Callable[[], None] | None = None
        self._failed: dict[str, NDArray[np.bool_]] = {}
        self._volumes: dict[str, float] = {}
        if self.rain is not None:
            around.fields.write("rain_m_per_s", self._evenly(0.0))
        self._write()

    def advance(self, to_s: float) -> None:
        """Go on to ``to_s``; log what began, with the exact moment as ``at_s``."""
        arrive = self._arrive or self.set_out(to_s)
        self._arrive = None
        arrive()
        self._tell_rain(to_s)
        self._tell_rivers(to_s)
        self._tell_levees(to_s)
        self._tell_drains(to_s)
        self._tell_pumps(to_s)
        self._write_rain(to_s)
        self._write()
        self._now_s = to_s

    def set_out(self, to_s: float) -> Callable[[], None]:
        """Begin to flow to ``to_s`` while others look at the water of now; `advance` ends it.

        What others have written until now is what acts on the way. Returns what waits for the end.
        """
        self._take_in()
        stops_s = list(self._stops(to_s))
        self._arrive = aside(lambda: self._flow(stops_s), self.solver.help_out)
        return self._arrive

    def _flow(self, stops_s: list[float]) -> None:
        for stop_s in stops_s:
            for _, gap in self._gaps:
                gap.open(self.solver.weirs, stop_s)
            self.solver.advance(stop_s)
            self._trigger(stop_s)

    def report(self) -> Mapping[str, float]:
        """Return rates now, and volumes (m3) since the start."""
        solver = self.solver
        rain = 0.0 if self.rain is None else solver.rain_m_per_s(self._now_s)
        flows = [series.at(self._now_s) for series in self._inflows]
        wet = int(np.count_nonzero(self._around.fields["depth_m"] > solver.maxima.wet_m))
        return {
            "rain_mm_per_h": rain * _MM_PER_H,
            "inflow_m3_per_s": float(sum(flows)),
            "wet_area_m2": wet * solver.area_m2,
            **self._volumes,
        }

    # -- time within a tick -------------------------------------------------------------------

    def _stops(self, to_s: float) -> Iterator[float]:
        """Where to look at breaches on the way; once, at the end, when none is under way."""
        waiting = [gap for breach, gap in self._gaps if gap.begins_s == NEVER_S]
        if any(gap.growing(self._now_s) for _, gap in self._gaps) or waiting:
            n = int(np.ceil((to_s - self._now_s) / _BREACH_STEP_S))
            yield from np.linspace(self._now_s, to_s, n + 1)[1:-1].tolist()
        yield to_s

    def _trigger(self, now_s: float) -> None:
        for breach, gap in self._gaps:
            if gap.begins_s == NEVER_S:
                gap.begins_s = self._trigger_s(breach.trigger, gap, now_s)

    def _trigger_s(self, trigger: Trigger, gap: Gap, now_s: float) -> float:
        if trigger.time is not None:
            return trigger.time if trigger.time <= now_s else NEVER_S
        solver, levee = self.solver, gap.levee
        if len(levee.rows) == 0:
            return NEVER_S
        if trigger.failure:
            return now_s if self._failed[trigger.failure][self._rows[levee.id]] else NEVER_S
        if trigger.overtopping:
            first_s = float(solver.weirs.first_over_s[levee.rows[gap.face]])
            return first_s if first_s <= now_s else NEVER_S
        level_m = solver.level_m(levee.cells[gap.face])
        return now_s if trigger.level is not None and level_m >= trigger.level else NEVER_S

    def _take_in(self) -> None:
        """Take what others wrote: mobile pumps, water poured in, the sea, stations out of work."""
        fields, states, sites = self._around.fields, self._around.states, self._pump_sites
        for breach, _ in self._gaps:
            if breach.trigger.failure:
                self._failed[breach.trigger.failure] = states[breach.trigger.failure].copy()
        pumped, poured = fields.get("pumped_m_per_s"), fields.get("poured_m_per_s")
        if pumped is not None:
            self.solver.set_mobile_pumps(pumped)
        if poured is not None:
            self.solver.set_sources(poured)
        sea_m = fields.get("sea_level_m")
        if sea_m is not None:
            self._sea.hold(float(sea_m.flat[0]))
        if len(sites):
            out = states["facility_out"][sites]
            self.solver.pumps.powered[:] = ~(out & (sites >= 0))

    # -- what began ---------------------------------------------------------------------------

    def _tell_rain(self, to_s: float) -> None:
        if self.rain is None or self._falling_s is None:
            return
        begins_s, ends_s = self._falling_s
        if begins_s <= to_s:
            self._once("rain_started", self.params.id, to_s, at_s=begins_s, onset=True)
        if ends_s <= to_s:
            depth_mm = round(1000.0 * self.rain.depth_m(ends_s), 1)
            cause = self._logged[f"rain_started {self.params.id}"]
            self._once(
                "rain_ended", self.params.id, to_s, at_s=ends_s, cause=cause, depth_mm=depth_mm
            )
            self._falling_s = None  # all is told

    def _tell_rivers(self, to_s: float) -> None:
        for river, (from_s, from_m3_per_s), (peak_s, peak_m3_per_s) in self._rising:
            if from_s < to_s:
                self._once(
                    "inflow_rose", river, to_s, at_s=from_s, onset=True,
                    from_m3_per_s=from_m3_per_s,
                )  # fmt: skip
            if peak_s <= to_s:
                cause = self._logged[f"inflow_rose {river}"]
                self._once(
                    "inflow_peaked", river, to_s, at_s=peak_s, cause=cause, onset=True,
                    flow_m3_per_s=peak_m3_per_s,
                )  # fmt: skip

    def _tell_levees(self, to_s: float) -> None:
        for levee in self._levees:
            first_s = levee.first_over_s(self.solver.weirs)
            if first_s <= to_s:
                self._once("levee_overtopped", levee.id, to_s, at_s=first_s, onset=True)
        for breach, gap in self._gaps:
            if gap.begins_s <= to_s:
                kind = "diversion_began" if breach.trigger.opened else "levee_breached"
                self._once(
                    kind, gap.levee.id, to_s, at_s=gap.begins_s, onset=True,
                    cause=self._why_breached(breach.trigger, gap.levee.id), breach=breach.id,
                    width_m=breach.width, along=round(breach.at, 2),
                )  # fmt: skip

    def _why_breached(self, trigger: Trigger, levee: str) -> int:
        if trigger.time is not None:
            return -1
        if trigger.damage:
            return self._around.log.newest(("levee_damaged",), levee)
        if trigger.opened:
            return self._around.log.newest(("levee_opened",), levee)
        return self._logged.get(f"levee_overtopped {levee}", self.cause)

    def _tell_drains(self, to_s: float) -> None:
        for failure in self.params.drain_failures:
            if failure.from_ <= to_s:
                self._once(
                    "drains_failed", failure.id, to_s, at_s=failure.from_, cause=-1,
                    share=failure.share, until_s=failure.to,
                )  # fmt: skip

    def _tell_pumps(self, to_s: float) -> None:
        on = self.solver.pumps.on
        changed = np.flatnonzero(on != self._pumping)
        if len(changed) == 0:
            return
        for k in changed:
            name = self._pumps[k]
            if on[k]:
                self._logged[name] = self._around.log.add(
                    to_s, "pump_started", name, cause=self.cause
                )
            else:
                why = -1 if self.solver.pumps.powered[k] else self._why_out(int(k))
                self._around.log.add(
                    to_s, "pump_stopped", name, cause=max(why, self._logged[name]),
                    pumped_m3=round(float(self.solver.pumps.moved_m3[k]), 1),
                )  # fmt: skip
        self._pumping = on.copy()

    def _why_out(self, pump: int) -> int:
        station = str(self._around.world.facilities.id[self._pump_sites[pump]])
        return self._around.log.newest(("facility_damaged", "facility_lost_power"), station)

    def _once(
        self,
        kind: str,
        who: str,
        to_s: float,
        *,
        at_s: float,
        cause: int | None = None,
        onset: bool = False,
        **facts: float | str,
    ) -> None:
        """Log an event the first time; an onset becomes the cause of what follows."""
        key = f"{kind} {who}" if "breach" not in facts else f"{kind} {facts['breach']}"
        if key in self._logged:
            return
        if cause is None:
            cause = self.cause if kind == "levee_overtopped" else -1
        event = self._around.log.add(to_s, kind, who, cause=cause, at_s=round(at_s, 3), **facts)
        self._logged[key] = event
        if onset:
            self.cause = event

    def _write_rain(self, to_s: float) -> None:
        """Write the mean rain of the tick, when it is another than before."""
        if self.rain is None:
            return
        if self._now_s >= self.rain.times_s[-1] and self._rain_m_per_s == 0.0:
            return
        before_m, self._fallen_m = self._fallen_m, self.rain.depth_m(to_s)
        rate = (self._fallen_m - before_m) / (to_s - self._now_s) if to_s > self._now_s else 0.0
        if rate != self._rain_m_per_s:
            self._rain_m_per_s = rate
            self._around.fields.write("rain_m_per_s", self._evenly(rate))

    def _evenly(self, rate: float) -> NDArray[np.float32]:
        return np.full(self._around.world.grid.shape, rate, np.float32)

    def _write(self) -> None:
        solver, fields = self.solver, self._around.fields
        for name, values in zip(("depth_m", "speed_m_per_s"), solver.snapshot(), strict=True):
            fields.write(name, values)
        for name in ("max_depth_m", "max_speed_m_per_s", "max_hazard_rating", "arrival_s", "wet_s"):
            fields.write(name, getattr(solver, name))
        volumes_m3 = solver.ledger.volumes_m3()
        self._volumes = {f"{name}_m3": volume for name, volume in volumes_m3.items()}
        self._volumes["mass_error_share"] = solver.ledger.error_share()


def _falling_s(rain: Hyetograph) -> tuple[float, float] | None:
    """Return when rain begins and ends; None when none falls."""
    falling = np.flatnonzero(rain.rates_m_per_s > 0.0)
    if len(falling) == 0:
        return None
    return float(rain.times_s[falling[0]]), float(rain.times_s[falling[-1] + 1])


def _rising(params: FloodParams) -> list[tuple[str, tuple[float, float], tuple[float, float]]]:
    """Return the inflows that rise: id, and the points (s, m3/s) of its beginning and peak."""
    rising = []
    for inflow in params.inflows:
        flows = [flow for _, flow in inflow.points]
        rises = next((k for k in range(1, len(flows)) if flows[k] > flows[0]), None)
        if rises is not None:
            rising.append((inflow.id, inflow.points[rises - 1], inflow.points[np.argmax(flows)]))
    return rising
