"""Lines of command: which posts tell each other what they learn, and who shares a list of tasks."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.picture import Key
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations


class Lines:
    """The tree of posts, up and down which news goes, call by call.

    Under a unified command the posts at the top of their trees tell each other too; under a split
    one they do not, until a joint command brings them together: its members sit in one room and
    know the same at once.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        posts = ops.plan.posts
        self._above = {post.id: post.reports_to for post in posts}
        self._joint: list[frozenset[str]] = []
        self._unified = ops.plan.command == "unified"
        self._hand_over_s = parameter("reports.hand_over").si
        for post in posts:
            if post.reports_to in ops.desks:
                ops.desks[post.reports_to].leads += 1

    def join(self, members: frozenset[str]) -> None:
        """Bring posts together in a joint command, and let each know what the others knew."""
        self._joint.append(members)
        for one in sorted(members):
            for key, told in list(self._ops.desks[one].picture.facts.items()):
                for other in sorted(members - {one}):
                    self.tell(other, key, told.value, told.event, told.origin)

    def neighbours(self, post: str) -> list[str]:
        """Return the posts that one calls when it learns something, in the plan's order."""
        room = self.room(post)
        return [other for other in self._above if other != post and self._linked(post, other, room)]

    def _linked(self, post: str, other: str, room: frozenset[str]) -> bool:
        if other in room or other == self._above[post] or self._above[other] == post:
            return True
        tops = self._above[post] is None and self._above[other] is None
        return self._unified and tops

    def room(self, post: str) -> frozenset[str]:
        """Return the members of the joint commands that a post sits in."""
        return frozenset().union(*(members for members in self._joint if post in members))

    def task_list(self, post: str) -> str:
        """Return the name of the list of tasks that a post's teams share: one for all, or a top's.

        Tops that sit in one joint command keep one list.
        """
        if self._unified or post not in self._above:
            return ""
        top = post
        while (above := self._above[top]) is not None:
            top = above
        return min(self.room(top) | self.room(post), default=top)

    # -- news -----------------------------------------------------------------------------------

    def tell(
        self, post: str, key: Key, value: float | str, event: int, origin: int | None = None
    ) -> None:
        """Let a post know something now; it calls its neighbours when that was new to it."""
        ops, origin = self._ops, event if origin is None else origin
        if not ops.note(post, key, value, event, origin):
            return
        for other in self.neighbours(post):
            if not ops.desks[other].picture.knows(key, origin):
                ops.env.process(self._call(post, other, key, value, event, origin))

    def _call(
        self, post: str, other: str, key: Key, value: float | str, event: int, origin: int
    ) -> Generator[simpy.Event, Any, None]:
        ops, way = self._ops, "in_person"
        if other not in self.room(post):
            ends = ops.comms.ends
            matter = f"{post}/{other}/{'/'.join(key)}/{value}"
            delivery = yield from ops.comms.call(ends[post], ends[other], matter)
            if delivery is None:
                ops.log.add(ops.now_s, "news_lost", other, cause=event, by=post)
                return
            way = delivery.channel
        if not ops.desks[other].picture.knows(key, origin):
            if key[0] == "event":
                event = self.log_news(other, key, event, by=post, way=way)
            self.tell(other, key, value, event, origin)

    def log_news(self, post: str, key: Key, cause: int, *, by: str, way: str) -> int:
        """Log that news of an incident came in; returns the event that a clause can rest on."""
        ops = self._ops
        return ops.log.add(
            ops.now_s, "news_received", post, cause=cause, news=key[1], place=key[2], by=by, way=way
        )
