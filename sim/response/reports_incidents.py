"""Who notices an incident, whom he calls, and how the call goes: residents, officers, instruments.

Residents call as soon as they have seen it, several of them about the same: each is heard out by
the desk that picks up. Some say the wrong place at first. Grid workers and disaster information
officers are the posts of communities: they know after they have looked, and pass it on by their own
ways, also where the telephone is dead. Instruments tell of rivers, shocks and networks, and of
fires in buildings that a monitoring platform watches.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.core.events import Event
from sim.core.sets import common
from sim.response.communications import End
from sim.response.desk import Desk
from sim.response.picture import Key
from sim.scenario.parameters import parameter
from sim.world.tables import ZONE_LEVELS
from sim.world.zoning import zones_within

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
#: events that somebody notices and reports; the others are the simulator's own book-keeping
NOTICED: Final = frozenset(
    {
        "levee_overtopped",
        "levee_breached",
        "drains_failed",
        "point_flooded",
        "buildings_flooded",
        "people_stranded",
        "earthquake",
        "aftershock",
        "buildings_damaged",
        "people_trapped",
        "fire_started",
        "fire_spread",
        "fire_reached_point",
        "landslide",
        "gas_released",
        "dam_failed",
        "levee_damaged",
        "pipes_burst",
        "power_failed",
        "network_lost",
        "shelter_failed",
    }
)
#: of these, the ones with instruments: known after the delay of telemetry
MONITORED: Final = frozenset(
    {"levee_overtopped", "levee_breached", "drains_failed", "earthquake", "aftershock"}
    | {"power_failed", "network_lost"}
)


class Incidents:
    """News of incidents on its way to the posts that hear it first.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        world = ops.stage.world
        self._reported: set[tuple[str, str]] = set()
        self._zone_rows = {str(name): row for row, name in enumerate(world.zones.id)}

    def notice(self, event: Event) -> None:
        """Let those who can see an event see it."""
        if event.kind == "earthquake":
            self._ops.comms.overload(event.t_s)
        if event.kind in MONITORED or self._is_networked(event):
            self._telemetry(event)
        if event.kind in MONITORED:
            return
        zone, place = self._where(event.who)
        self._residents(event, zone, place)
        self._officers(event, zone)

    # -- instruments ----------------------------------------------------------------------------

    def _telemetry(self, event: Event) -> None:
        for name, desk in self._ops.desks.items():
            if desk.hears("sensors"):
                self._ops.env.process(self._read(name, event))

    def _is_networked(self, event: Event) -> bool:
        """Whether a building that has caught fire is watched by a fire monitoring platform."""
        share = parameter("reports.networked_share").si
        if event.kind != "fire_started" or "building" not in event.facts or share == 0:
            return False
        building = np.array([event.facts["building"]])
        return bool(self._ops.stage.streams.at("reports.networked", 0, building)[0] < share)

    def _read(self, post: str, event: Event) -> Process:
        yield self._ops.env.timeout(parameter("reports.gauge_delay").si)
        if self._ops.comms.reads(post):
            self._hear(post, _key(event), event, by="sensors", way="network")

    # -- residents ------------------------------------------------------------------------------

    def _residents(self, event: Event, zone: int, place: End) -> None:
        """Let the first caller of several get through to the desks that take calls."""
        luck = self._ops.stage.streams.generator(f"seen/{event.kind}/{event.who}/{event.t_s}")
        n_calls = 1 + int(luck.poisson(max(0.0, parameter("reports.calls").si - 1.0)))
        median_s = parameter("reports.resident_delay").si
        spread = parameter("reports.resident_spread").si
        first_s = median_s * math.exp(spread * float(luck.standard_normal()))
        wrong, which = luck.random(2)
        posts = [name for name, desk in self._ops.desks.items() if desk.hears("residents")]
        if not posts:
            return
        if self._ops.plan.command == "split":
            posts = [posts[int(which * len(posts))]]  # each number is another desk
        late_s = first_s + median_s * np.exp(spread * luck.standard_normal(n_calls - 1))
        for after_s, picks_up in zip(late_s, luck.random(n_calls - 1), strict=True):
            desk = self._ops.desks[posts[int(picks_up * len(posts))]]
            self._ops.env.process(self._calls_again(desk, place, event, float(after_s)))
        key = _key(event)
        first = (event.kind, event.who) not in self._reported
        self._reported.add((event.kind, event.who))
        if first and zone in self._next_door and wrong < parameter("reports.wrong_place").si:
            key = (*key[:2], str(self._ops.stage.world.zones.id[self._next_door[zone]]))
        for post in posts:
            self._ops.env.process(self._calls(post, place, key, event, first_s))

    def _calls_again(self, desk: Desk, caller: End, event: Event, after_s: float) -> Process:
        """Let one more resident tell a desk what it knows: he is heard out all the same."""
        ops, post = self._ops, desk.post.id
        yield ops.env.timeout(after_s)
        matter = f"{post}/{'/'.join(_key(event))}/{event.t_s}/{after_s}"
        if (yield from ops.comms.call(caller, ops.comms.ends[post], matter)) is None:
            return
        with desk.hands.request() as turn:
            yield turn
            yield ops.env.timeout(parameter("reports.duplicate_takes").si)
        ops.log.add(ops.now_s, "news_repeated", post, cause=event.id)

    def _calls(self, post: str, caller: End, key: Key, event: Event, after_s: float) -> Process:
        ops = self._ops
        yield ops.env.timeout(after_s)
        matter = f"{post}/{'/'.join(_key(event))}/{event.t_s}"
        delivery = yield from ops.comms.call(caller, ops.comms.ends[post], matter)
        if delivery is None:
            ops.log.add(ops.now_s, "news_lost", post, cause=event.id, by="residents")
            return
        self._hear(post, key, event, by="residents", way=delivery.channel)
        if key != _key(event):
            yield ops.env.timeout(parameter("reports.corrected_after").si)
            for one in ops.desks:
                ops.strike(one, key, event.id)
            self._hear(post, _key(event), event, by="residents", way=delivery.channel)

    # -- officers -------------------------------------------------------------------------------

    def _officers(self, event: Event, zone: int) -> None:
        median_s = parameter("reports.officer_delay").si
        spread = parameter("reports.resident_spread").si
        for name, desk in self._ops.desks.items():
            if desk.hears("officers") and self._answers_for(desk, zone):
                purpose = f"looks/{name}/{event.kind}/{event.who}/{event.t_s}"
                normal = float(self._ops.stage.streams.generator(purpose).standard_normal())
                delay_s = median_s * math.exp(spread * normal)
                self._ops.env.process(self._looks(name, event, delay_s))

    def _looks(self, post: str, event: Event, delay_s: float) -> Process:
        yield self._ops.env.timeout(delay_s)
        self._hear(post, _key(event), event, by="officers", way="in_person")

    def _answers_for(self, desk: Desk, zone: int) -> bool:
        if not desk.post.zones or zone < 0:
            return True
        rows = [self._zone_rows[name] for name in desk.post.zones if name in self._zone_rows]
        return bool(zones_within(self._ops.stage.world, np.array(rows, dtype=np.int64))[zone])

    # -- common ---------------------------------------------------------------------------------

    def _hear(self, post: str, key: Key, event: Event, *, by: str, way: str) -> None:
        """Let a post learn of an incident that it does not know of."""
        ops = self._ops
        if ops.desks[post].picture.knows(key, event.id):
            return
        told = ops.lines.log_news(post, key, event.id, by=by, way=way)
        ops.lines.tell(post, key, event.t_s, told, event.id)

    def _where(self, who: str) -> tuple[int, End]:
        """Return the zone of what an event names, and somebody who can see it; -1 for no zone."""
        comms = self._ops.comms
        zone = self._zone_rows.get(who, -1)
        if zone < 0:
            zone = self._zones_of_things.get(who, -1)
        return zone, comms.at_zone(zone) if zone >= 0 else comms.anywhere()

    @cached_property
    def _zones_of_things(self) -> dict[str, int]:
        """Community row of every facility and point of the map: of a point, its nearest home's."""
        world = self._ops.stage.world
        facilities, points, buildings = world.facilities, world.points, world.buildings
        found = dict(zip(map(str, facilities.id), facilities.zone.tolist(), strict=True))
        for row, name in enumerate(map(str, points.id)):
            if buildings.n:
                away_m = np.hypot(buildings.x_m - points.x_m[row], buildings.y_m - points.y_m[row])
                found[name] = int(buildings.zone[np.argmin(away_m)])
        return found

    @cached_property
    def _next_door(self) -> dict[int, int]:
        """Community row -> the community next to it: what people take it for."""
        world = self._ops.stage.world
        level = world.zones.level == ZONE_LEVELS.index("community")
        rows = common(np.flatnonzero(level), world.buildings.zone)
        if len(rows) < 2:
            return {}
        middles_m = np.array([_middle_m(world.buildings, row) for row in rows.tolist()])
        apart_m = np.hypot(*(middles_m[:, None] - middles_m[None]).transpose(2, 0, 1))
        np.fill_diagonal(apart_m, np.inf)
        nearest = rows[apart_m.argmin(axis=1)]
        return dict(zip(rows.tolist(), nearest.tolist(), strict=True))


def _middle_m(buildings: Any, zone: int) -> NDArray[np.float64]:
    there = buildings.zone == zone
    return np.array([buildings.x_m[there].mean(), buildings.y_m[there].mean()])


def _key(event: Event) -> Key:
    return ("event", event.kind, event.who)
