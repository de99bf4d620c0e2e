"""Ways by which people and posts reach each other: who can be reached how, how fast, and when not.

Every caller has an order of ways and tries one after another: a few attempts by telephone, then the
radio, a satellite message, in the end a messenger. A way is open when its network works at both
ends; an attempt fails by chance. With no way open the caller tries again later, until the news is
too old.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.response.stage import Stage
from sim.scenario.parameters import parameter
from sim.scenario.plan import Post
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS
from sim.world.zoning import zones_within

Rows = NDArray[np.int64]
#: ways that residents have
PUBLIC: Final = ("mobile", "phone")
#: spread of delays: the standard deviation of their logarithm
_SPREAD: Final = 0.3
#: a draw of 0 or 1 would be infinitely far out
_EDGE: Final = 1e-9
#: where a post of a level sits when its plan names no zones; the first kind that the map has
_SEATS: Final = {"team": ("fire_station", "command_post")}


@dataclass(frozen=True)
class End:
    """One end of a call.

    Attributes
    ----------
    communities : (n,) int
        Rows of the zones whose networks serve it.
    channels : tuple of str
        The ways it has, in the order it tries them.
    """

    x_m: float
    y_m: float
    communities: Rows
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """A message that arrived.

    Attributes
    ----------
    after_s : float
        From the first attempt until it was through.
    tries : int
        Attempts by all ways together.
    """

    channel: str
    after_s: float
    tries: int


class Communications:
    """The networks of a run, and where its posts sit.

    Parameters
    ----------
    stage : Stage
    posts : iterable of Post
    """

    def __init__(self, stage: Stage, posts: Iterable[Post]) -> None:
        self._stage, self._world = stage, stage.world
        self._stations = self._facilities("base_station")
        self._people_of: dict[tuple[int, tuple[str, ...]], End] = {}
        self._in_reach: dict[tuple[float, float], Rows] = {}
        self._congested_until_s = -math.inf
        self._mesh_ready_s = math.inf
        self.ends = {post.id: self._seat_of(post) for post in posts}
        self._open: dict[str, Callable[[End, End], bool]] = {
            "phone": lambda a, b: self._powered(a) and self._powered(b),
            "mobile": lambda a, b: self._online(a) and self._online(b),
            "radio": lambda a, b: _away_m(a, b) <= parameter("communications.radio_range").si,
            "mesh": lambda a, b: _away_m(a, b) <= parameter("communications.mesh_range").si,
            "satellite": lambda a, b: True,
            "runner": lambda a, b: True,
        }

    # -- ends -----------------------------------------------------------------------------------

    def at_zone(self, zone: int, channels: tuple[str, ...] = PUBLIC) -> End:
        """Return somebody in the middle of a zone's buildings."""
        if (zone, channels) not in self._people_of:
            self._people_of[zone, channels] = self._middle_of(zone, channels)
        return self._people_of[zone, channels]

    def _middle_of(self, zone: int, channels: tuple[str, ...]) -> End:
        inside = zones_within(self._world, np.array([zone]))
        buildings = self._world.buildings
        there = inside[buildings.zone]
        if not there.any():
            return self._middle(channels)
        x_m, y_m = float(buildings.x_m[there].mean()), float(buildings.y_m[there].mean())
        return End(x_m, y_m, self._communities(inside), channels)

    def anywhere(self) -> End:
        """Return a resident in the middle of the map."""
        return self._middle(PUBLIC)

    def _seat_of(self, post: Post) -> End:
        ids = self._world.zones.id
        named = np.flatnonzero(np.isin(ids, list(post.zones)))
        if len(named):
            return self.at_zone(int(named[0]), post.channels)
        for kind in _SEATS.get(post.level, ("command_post",)):
            rows = self._facilities(kind)
            if len(rows):
                seat, zone = int(rows[0]), int(self._world.facilities.zone[rows[0]])
                x_m, y_m = self._world.facilities.x_m[seat], self._world.facilities.y_m[seat]
                inside = zones_within(self._world, np.array([zone]))
                return End(float(x_m), float(y_m), self._communities(inside), post.channels)
        return self._middle(post.channels)

    def _middle(self, channels: tuple[str, ...]) -> End:
        west, south, east, north = self._world.grid.bounds_m
        every = np.ones(self._world.zones.n + 1, dtype=bool)
        return End((west + east) / 2, (south + north) / 2, self._communities(every), channels)

    def _communities(self, inside: NDArray[np.bool_]) -> Rows:
        level = self._world.zones.level == ZONE_LEVELS.index("community")
        return np.flatnonzero(level & inside[:-1])

    def _facilities(self, kind: str) -> Rows:
        return np.flatnonzero(self._world.facilities.kind == FACILITY_KINDS.index(kind))

    # -- networks -------------------------------------------------------------------------------

    def overload(self, now_s: float) -> None:
        """Let everybody call everybody: the ground has shaken."""
        self._congested_until_s = now_s + parameter("communications.congestion_for").si

    def reads(self, post: str) -> bool:
        """Whether a post gets what the monitoring network sends: by any way but a messenger."""
        end = self.ends[post]
        return any(self._open[way](end, end) for way in end.channels if way != "runner")

    def _powered(self, end: End) -> bool:
        return not self._most(end, "zone_unpowered")

    def _online(self, end: End) -> bool:
        return not self._most(end, "zone_offline") and self._has_station(end)

    def _most(self, end: End, state: str) -> bool:
        """Whether more than half of an end's communities are in a state."""
        if len(end.communities) == 0 or not self._stage.states.touched(state):
            return False
        in_state = np.count_nonzero(self._stage.states[state][end.communities])
        return bool(2 * in_state > len(end.communities))

    def _has_station(self, end: End) -> bool:
        """Whether a base station in reach works; where the map has none in reach, one is there."""
        if len(self._stations) == 0 or not self._stage.states.touched("facility_out"):
            return True
        near = self._stations_near(end.x_m, end.y_m)
        return len(near) == 0 or not bool(self._stage.states["facility_out"][near].all())

    def _stations_near(self, x_m: float, y_m: float) -> Rows:
        if (x_m, y_m) not in self._in_reach:
            sites = self._world.facilities
            away_m = np.hypot(sites.x_m[self._stations] - x_m, sites.y_m[self._stations] - y_m)
            near = away_m <= parameter("communications.base_station_range").si
            self._in_reach[x_m, y_m] = self._stations[near]
        return self._in_reach[x_m, y_m]

    # -- calls ----------------------------------------------------------------------------------

    def call(
        self, sender: End, receiver: End, matter: str
    ) -> Generator[simpy.Event, Any, Delivery | None]:
        """Bring a message over, however long it takes; None when it was given up.

        The talk itself takes ``reports.hand_over``.
        """
        env, began_s, attempt, tries = self._stage.env, float(self._stage.env.now), 0, 0
        while env.now - began_s <= parameter("communications.give_up").si:
            found, in_vain = self.attempt(sender, receiver, f"{matter}/{attempt}")
            tries += in_vain
            if found is not None:
                yield env.timeout(found.after_s + parameter("reports.hand_over").si)
                return Delivery(found.channel, float(env.now) - began_s, tries + 1)
            yield env.timeout(parameter("communications.try_again").si)
            attempt += 1
        return None

    def attempt(self, sender: End, receiver: End, matter: str) -> tuple[Delivery | None, int]:
        """Try every way once through now; returns what came of it, and the attempts in vain.

        Chance belongs to the matter: the same call meets the same luck in every plan.
        """
        n_each = int(parameter("communications.attempts").value)
        n = n_each * len(sender.channels)
        one, purpose = self._stage.streams.one, f"call/{matter}"
        spent_s, in_vain = 0.0, 0
        for way in sender.channels:
            if way not in receiver.channels or not self._open[way](sender, receiver):
                continue
            for _ in range(n_each):
                if one(purpose, 0, in_vain) >= self._loss(way):
                    luck = one(purpose, 0, n + in_vain)
                    normal = float(ndtri(min(max(luck, _EDGE), 1 - _EDGE)))
                    takes_s = self._delay_s(way, sender, receiver) * math.exp(_SPREAD * normal)
                    return Delivery(way, spent_s + takes_s, in_vain + 1), in_vain
                spent_s += parameter("communications.attempt").si
                in_vain += 1
        return None, in_vain

    def _loss(self, way: str) -> float:
        if way == "runner":
            return 0.0
        usual = parameter(f"communications.{way}_loss").si
        if way in PUBLIC and self._stage.env.now < self._congested_until_s:
            return max(usual, parameter("communications.congestion").si)
        return usual

    def _delay_s(self, way: str, sender: End, receiver: End) -> float:
        if way == "runner":
            return _away_m(sender, receiver) / parameter("communications.runner_speed").si
        delay_s = parameter(f"communications.{way}_delay").si
        if way == "mesh":
            now_s = float(self._stage.env.now)
            if math.isinf(self._mesh_ready_s):
                self._mesh_ready_s = now_s + parameter("communications.mesh_setup").si
            delay_s += max(0.0, self._mesh_ready_s - now_s)
        return delay_s


def _away_m(a: End, b: End) -> float:
    return math.hypot(a.x_m - b.x_m, a.y_m - b.y_m)
