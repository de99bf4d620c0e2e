"""Who sits in a post's chair: absent or there, fresh or tired, in the middle of a hand-over."""

from __future__ import annotations

from sim.scenario.parameters import parameter
from sim.scenario.plan import Post

_DAY_S = 86400.0


class Shifts:
    """The hours of one post.

    Parameters
    ----------
    post : Post
    start_of_day_s : float
        Time of day at second 0 of the run, s since midnight.
    """

    def __init__(self, post: Post, start_of_day_s: float) -> None:
        self._shift_s = post.shift
        first_s = parameter("command.shift_change").si
        # at second 0 the first shift of the day has lasted this long
        self._since_change_s = (start_of_day_s - first_s) % _DAY_S

    def awake_s(self, now_s: float) -> float:
        """Return how long the one on duty has been awake.

        Without a relief he has been up since the morning of the first day.
        """
        return parameter("command.awake_before").si + self._into_shift_s(now_s)

    def hand_over_left_s(self, now_s: float) -> float:
        """Return how long the hand-over of a change of shift still takes; 0 when there is none."""
        if self._shift_s is None:
            return 0.0
        return max(0.0, parameter("command.hand_over").si - self._into_shift_s(now_s))

    def slowed(self, now_s: float) -> float:
        """Return the factor by which tiredness stretches a decision: 1 for the fresh."""
        fresh_s, tired_s = parameter("command.fresh_for").si, parameter("command.tired_after").si
        tiredness = (self.awake_s(now_s) - fresh_s) / (tired_s - fresh_s)
        return 1.0 + parameter("command.tired_by").si * max(0.0, tiredness)

    def _into_shift_s(self, now_s: float) -> float:
        since_s = self._since_change_s + now_s
        return since_s if self._shift_s is None else since_s % self._shift_s
