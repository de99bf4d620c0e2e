"""Who hears a warning, when, and by which channel.

A message goes out by channels. Each channel reaches a share of the people who have it, by the
curve ``reach (1 - exp(-a t^b))`` (Lindell; HEC-LifeSim Technical Reference Manual eq. 9), where
``t`` runs slower at night and stands still where the channel is out of order. Those who know tell
their neighbours (the contagion of Rogers and Sorensen's diffusion model), grid workers go from door
to door, and whoever hears tells the household. A newer message in a zone takes the older one's
place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.indoors import Indoors
from sim.agents.ledger import N_HOME_STATES
from sim.agents.residents import FACE_TO_FACE, OFFICIAL, WARNED_BY, Residents, Rows
from sim.agents.warning_doors import Doors
from sim.agents.warning_rules import SENT_BY, WarningRules
from sim.core.errors import SimError, choices, did_you_mean
from sim.core.rng import Streams
from sim.kernels.people import hear
from sim.world.tables import AGE_BANDS, CHANNELS

COLOURS: Final = ("blue", "yellow", "orange", "red")
ADVICE: Final = ("prepare", "stay_in", "move_up", "leave_now", "shelter_outdoors")
_NEIGHBOUR: Final = CHANNELS.index("neighbour")
_DOOR: Final = CHANNELS.index("grid_worker")
#: bits of the channels that people carry about
_ON_THE_PERSON: Final = sum(1 << CHANNELS.index(name) for name in ("sms", "app"))


class UnknownChannelError(SimError):
    """A warning is to be sent by a channel that does not exist."""


@dataclass(frozen=True)
class Message:
    """One warning as it goes out to the public.

    Attributes
    ----------
    id : str
    colour, advice : str
        Of `COLOURS`, `ADVICE`.
    zones : (n,) int
        Rows of the world's zones, of any level.
    channels : tuple of str
        Of `sim.world.tables.CHANNELS`, without ``neighbour``, which is nobody's to order.
    issued_s : float
    cause : int
        The event of the log that this is.
    order : bool
        True when people are ordered, not advised, to leave: see `Choices.set_order`.
    occurred_s, identified_s, notified_s : float
        The steps of the warning clock before the issue; NaN when not known.
    until_s : float
        How long people called outdoors are to stay there.
    """

    id: str
    colour: str
    advice: str
    zones: Rows
    channels: tuple[str, ...]
    issued_s: float
    cause: int = -1
    order: bool = False
    occurred_s: float = float("nan")
    identified_s: float = float("nan")
    notified_s: float = float("nan")
    until_s: float = float("inf")

    def __post_init__(self) -> None:
        """Refuse channels, colours and advice that do not exist."""
        for name in self.channels:
            if name not in SENT_BY:
                raise UnknownChannelError(
                    f"unknown channel '{name}'; known: {choices(SENT_BY)}"
                    f"{did_you_mean(name, SENT_BY)}"
                )
        if self.colour not in COLOURS or self.advice not in ADVICE:
            raise ValueError(
                f"colour={self.colour!r} must be one of {COLOURS}, "
                f"advice={self.advice!r} one of {ADVICE}"
            )

    @property
    def level(self) -> int:
        """The colour as a number, 1 blue .. 4 red."""
        return COLOURS.index(self.colour) + 1


@dataclass(frozen=True)
class Heard:
    """What one tick of warning did.

    Attributes
    ----------
    households : (n,) int64
        Those with news: a newer message, or a worker at the door.
    newly_warned : (m,) int64
        People who heard of anything for the first time.
    """

    households: NDArray[np.int64]
    newly_warned: NDArray[np.int64]


class _News(NamedTuple):
    """Who hears what: households, the first person of each, channel and message."""

    households: NDArray[np.int32]
    rows: NDArray[np.int32]
    channels: NDArray[np.uint8]
    numbers: NDArray[np.int16]

    def first(self, n: int) -> _News:
        """Return a copy of the first ``n``."""
        return _News(
            self.households[:n].copy(),
            self.rows[:n].copy(),
            self.channels[:n].copy(),
            self.numbers[:n].copy(),
        )


class Warnings:
    """Spreads messages among residents.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
    rules : WarningRules
    streams : Streams
    day_starts_s : float
        Local time of day at the start of the run, seconds since midnight.

    Attributes
    ----------
    messages : list of Message
        In the order of issue; `Homes.heard` is an index into it.
    warned : int
        Residents who have heard anything.
    works : (zones + 1, channels) bool
        Which channels work where; the last row is for people of no zone.
    """

    def __init__(
        self,
        residents: Residents,
        indoors: Indoors,
        rules: WarningRules,
        streams: Streams,
        *,
        day_starts_s: float = 0.0,
    ) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams
        self._indoors = indoors
        self._day_starts_s = day_starts_s
        self._now_s = 0.0
        n_zones = residents.world.zones.n + 1
        self.messages: list[Message] = []
        self.works = np.ones((n_zones, len(CHANNELS)), dtype=bool)
        self.doors = Doors(residents, indoors, rules)
        self._in_force = np.full(n_zones, -1, dtype=np.int16)
        self._sent = np.zeros((n_zones, len(SENT_BY)), dtype=bool)
        self._listened_s = np.zeros((n_zones, len(SENT_BY)))
        self._keys = np.zeros((0, 2), dtype=np.uint64)
        self._missed = np.zeros((n_zones, len(AGE_BANDS), len(SENT_BY)))
        self._settle_squares()
        self._behind = np.zeros(0, dtype=np.int64)
        self._all_anew = True
        n_homes = residents.homes.n
        self.warned = 0
        self._news = _News(
            np.zeros(n_homes, np.int32),
            np.zeros(n_homes, np.int32),
            np.zeros(n_homes, np.uint8),
            np.zeros(n_homes, np.int16),
        )

    def _settle_squares(self) -> None:
        """Put every household into its square of neighbours, by where its building stands."""
        homes, world = self._residents.homes, self._residents.world
        side_m = self._rules.neighbourhood
        column = np.floor((world.buildings.x_m - world.grid.west_m) / side_m).astype(np.int64)
        row = np.floor((world.grid.north_m - world.buildings.y_m) / side_m).astype(np.int64)
        width = int(column.max(initial=0) - column.min(initial=0)) + 1
        _, square = np.unique(row * width + column, return_inverse=True)
        homes.square = square[homes.building].astype(np.int32)
        n = int(square.max(initial=-1)) + 1
        self._newest = np.full(n, -1, dtype=np.int16)
        self._know = np.zeros(n)
        self._people = self._residents.household_people()
        self._live = np.bincount(homes.square, weights=self._people, minlength=n)
        self._pressure = np.zeros(n)
        self._word_gained = np.zeros(n)

    def issue(self, message: Message) -> int:
        """Send a message out; from the next tick on people hear it. Returns its number.

        It takes the place of the one in force in its zones, but for a message that is only carried
        from door to door: what was sent by telephone or loudspeaker before goes on to be heard.
        """
        number = len(self.messages)
        self.messages.append(message)
        keys = [self._streams.key(purpose, number) for purpose in ("people.warn", "people.warn_by")]
        self._keys = np.vstack((self._keys, np.array([keys], dtype=np.uint64)))
        told = self._residents.zones_within(message.zones)
        sent = told & (self._in_force < 0) if message.channels == (SENT_BY[_DOOR],) else told
        self._in_force[sent] = number
        self._all_anew = True
        self._listened_s[sent] = self._missed[sent] = 0.0
        self._sent[sent] = [channel in message.channels for channel in SENT_BY]
        if SENT_BY[_DOOR] in message.channels:
            self.doors.begin(told, number, message.issued_s)
        return number

    def set_channel(self, channel: str, zones: Rows, *, works: bool) -> None:
        """Put a channel out of order in zones, or in order again; what was told stays told."""
        self.works[self._residents.zones_within(zones), CHANNELS.index(channel)] = works

    def spread_word(self, households: Rows, number: int, to_s: float) -> Heard:
        """Let households know a message from outside any channel, as if told by a neighbour."""
        homes = np.asarray(households, dtype=np.int32)
        rows = self._residents.homes.first[homes]
        channels = np.full(len(rows), _NEIGHBOUR, dtype=np.uint8)
        numbers = np.full(len(rows), number, dtype=np.int16)
        return self._tell(_News(homes, rows, channels, numbers), to_s)

    def advance(self, to_s: float) -> Heard:
        """Let the messages in force spread up to a time."""
        span_s, self._now_s = to_s - self._now_s, to_s
        if not self.messages:
            return Heard(np.zeros(0, np.int64), np.zeros(0, np.int64))
        night = self._rules.night_share(self._day_starts_s + to_s, span_s)
        self._listen(span_s, night)
        by_door = self._knock(to_s, span_s)
        by_channel = self._tell(self._hear(), to_s)
        return Heard(
            self._residents.merged(by_door.households, by_channel.households),
            np.concatenate((by_door.newly_warned, by_channel.newly_warned)),
        )

    def _listen(self, span_s: float, night: float) -> None:
        slower = 1 - night * (1 - self._rules.at_night)
        runs = self._sent & self.works[:, : len(SENT_BY)]
        self._listened_s += span_s * runs * slower
        know = np.divide(
            self._know, self._live, out=np.zeros_like(self._know), where=self._live > 0
        )
        talk = span_s / 3600 * (1 - night * (1 - self._rules.word_of_mouth_at_night))
        self._word_gained = self._rules.word_of_mouth_per_h * talk * know
        self._pressure += self._word_gained

    def _hear(self) -> _News:
        residents, homes = self._residents, self._residents.homes
        if self._all_anew:
            self._behind, self._all_anew = np.arange(homes.n), False
        before = self._missed
        self._missed = self._rules.log_missed(self._listened_s)
        n, n_behind = hear(
            self._behind,
            homes.first,
            homes.size,
            homes.zone,
            homes.square,
            homes.heard,
            residents.id,
            residents.age,
            residents.channels,
            residents.state,
            N_HOME_STATES,
            self._indoors.away,
            self._indoors.place,
            residents.world.buildings.zone,
            _ON_THE_PERSON,
            self._in_force,
            self._newest,
            self._keys,
            self._missed,
            np.exp(self._missed.sum(axis=2)),
            before - self._missed,
            np.exp(-self._pressure),
            self._word_gained,
            *self._news,
        )
        self._behind = self._behind[:n_behind]
        return self._news.first(n)

    def _knock(self, to_s: float, span_s: float) -> Heard:
        visited = self.doors.advance(to_s, span_s, self.works[:, _DOOR])
        if len(visited) == 0:
            return Heard(visited.astype(np.int64), np.zeros(0, np.int64))
        homes = self._residents.homes
        homes.flags[visited] |= FACE_TO_FACE
        number = self.doors.message[homes.zone[visited]]
        at_home = self._residents.members_at_home(visited)
        at_home = at_home[~self._indoors.away[at_home]]
        owner, first = np.unique(self._residents.household[at_home], return_index=True)
        rows = np.zeros(len(visited), dtype=np.int32)
        rows[np.searchsorted(visited, owner)] = at_home[first]
        channels = np.full(len(visited), _DOOR, dtype=np.uint8)
        return self._tell(_News(visited, rows, channels, number), to_s)

    def _tell(self, news: _News, to_s: float) -> Heard:
        """Note what each household heard through one of its people, and tell the rest of it."""
        residents, homes = self._residents, self._residents.homes
        households, rows, channels, numbers = news
        if len(households) == 0:
            return Heard(np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._count_knowers(households, numbers)
        levels = np.array([message.level for message in self.messages], dtype=np.uint8)
        homes.n_heard[households] += (homes.heard[households] < numbers) & (
            homes.n_heard[households] < 255
        )
        homes.heard[households] = np.maximum(homes.heard[households], numbers)
        homes.level[households] = np.maximum(homes.level[households], levels[numbers])
        homes.flags[households[channels != _NEIGHBOUR]] |= OFFICIAL
        unwarned = np.isinf(residents.warned_s[rows])
        first = rows[unwarned]
        residents.warned_by[first] = channels[unwarned]
        residents.warned_s[first] = to_s
        family = residents.members_at_home(households)
        family = family[np.isinf(residents.warned_s[family])]
        residents.warned_by[family] = WARNED_BY.index("family")
        residents.warned_s[family] = to_s
        self.warned += int(residents.weight[first].sum() + residents.weight[family].sum())
        return Heard(households.astype(np.int64), np.concatenate((first, family)))

    def _count_knowers(self, households: NDArray[np.int32], numbers: NDArray[np.int16]) -> None:
        """Keep, for each square, how many of its people know the newest message known in it."""
        homes = self._residents.homes
        square = homes.square[households]
        before = self._newest.copy()
        np.maximum.at(self._newest, square, numbers)
        renewed = self._newest > before
        self._all_anew |= bool(renewed.any())
        self._know[renewed] = 0.0
        self._pressure[renewed] = 0.0
        new = (numbers == self._newest[square]) & (homes.heard[households] < numbers)
        self._know += np.bincount(
            square[new], weights=self._people[households[new]], minlength=len(self._know)
        )
