"""A post at work: it holds a few things at once, takes time to decide, knows what it was told."""

from __future__ import annotations

import math

import simpy

from sim.core.rng import Streams
from sim.response.conditions import Conditions
from sim.response.picture import Picture
from sim.scenario.plan import Post

#: spread of decision times: the standard deviation of their logarithm
DECISION_SPREAD = 0.4


class Desk:
    """One post of the plan, on duty.

    Attributes
    ----------
    post : Post
    picture : Picture
        What it has been told.
    hands : simpy.Resource
        As many things as it can hold at once; more wait in the order they came.
    """

    def __init__(
        self, env: simpy.Environment, post: Post, streams: Streams, start_of_day_s: float
    ) -> None:
        self.post = post
        self.picture = Picture()
        self.conditions = Conditions(self.picture, start_of_day_s)
        self.hands = simpy.Resource(env, capacity=post.at_once)
        self._streams = streams

    def decision_s(self, matter: str) -> float:
        """Return how long this post takes to decide a matter.

        The plan's figure is the median; the spread is lognormal, keyed by post and matter, so that
        the same post takes equally long over the same matter in every plan it appears in.
        """
        normal = float(self._streams.generator(f"decide/{self.post.id}/{matter}").standard_normal())
        return self.post.decides_within * math.exp(DECISION_SPREAD * normal)
