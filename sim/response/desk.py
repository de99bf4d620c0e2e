"""A post at work: it holds a few things at once, takes time to decide, knows what it was told."""

from __future__ import annotations

import math

import simpy

from sim.core.rng import Streams
from sim.response.conditions import Conditions
from sim.response.picture import Picture
from sim.response.shifts import Shifts
from sim.scenario.parameters import parameter
from sim.scenario.plan import Hears, Post

#: spread of decision times: the standard deviation of their logarithm
DECISION_SPREAD = 0.4
#: who reports to the posts of a level at first hand
_HEARS: dict[str, tuple[Hears, ...]] = {
    "community": ("sensors", "officers"),
    "city": ("sensors",),
}
_OTHERS_HEAR: tuple[Hears, ...] = ("sensors", "residents")


class Desk:
    """One post of the plan, on duty.

    Attributes
    ----------
    post : Post
    picture : Picture
        What it has been told.
    hands : simpy.Resource
        As many things as it can hold at once; more wait in the order they came.
    shifts : Shifts
        Who is in its chair, and for how long.
    leads : int
        Posts that report to it.
    forward : bool
        Whether it commands from the place itself.
    """

    def __init__(
        self, env: simpy.Environment, post: Post, streams: Streams, start_of_day_s: float
    ) -> None:
        self.post = post
        self.picture = Picture()
        self.conditions = Conditions(self.picture, start_of_day_s)
        self.hands = simpy.Resource(env, capacity=post.at_once)
        self.shifts = Shifts(post, start_of_day_s)
        self.leads = 0
        self.forward = False
        self._streams = streams

    def hears(self, whom: Hears) -> bool:
        """Whether some report to this post at first hand."""
        hears = self.post.hears
        return whom in (_HEARS.get(self.post.level, _OTHERS_HEAR) if hears is None else hears)

    def absent(self, matter: str) -> bool:
        """Whether the holder of the post cannot be reached in a matter; the same in every plan."""
        luck = self._streams.generator(f"absent/{self.post.id}/{matter}").random()
        return bool(luck < self.post.absence)

    def decision_s(self, matter: str, now_s: float = 0.0) -> float:
        """Return how long this post takes to decide a matter.

        The plan's figure is the median; the spread is lognormal, keyed by post and matter, so that
        the same post takes equally long over the same matter in every plan it appears in. The tired
        and those who lead more posts than one can are slower, a command at the place is faster.
        """
        normal = float(self._streams.generator(f"decide/{self.post.id}/{matter}").standard_normal())
        usual_s = self.post.decides_within * math.exp(DECISION_SPREAD * normal)
        crowded = max(1.0, self.leads / parameter("command.span").si)
        gained = parameter("command.forward_gain").si if self.forward else 0.0
        return usual_s * self.shifts.slowed(now_s) * crowded * (1.0 - gained)
