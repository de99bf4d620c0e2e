"""The residents of a finished run as flags and times: what "left", "warned" or "affected" mean.

Every count of people in figures, story and report comes from here, so that they agree.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.agents.ledger import HEALTHS, STATE
from sim.agents.residents import DECISIONS, FACE_TO_FACE, WAITS
from sim.model.results import Results
from sim.world.tables import MOBILITIES
from sim.world.zoning import zones_within

Flags = NDArray[np.bool_]
Times = NDArray[np.float64]
#: what became of people under a relocation order: exactly one of these for each of them
FATES: Final = ("left", "stayed", "could_not", "preparing", "not_reached")


class Crowd:
    """Residents of a run, row i of ``people.parquet``; times in s from the start, NaN for never.

    Attributes
    ----------
    weight : (n,) int64
        Residents that each row stands for.
    """

    def __init__(self, results: Results) -> None:
        self._results, self._people = results, results.people
        self.weight = self._column("weight").astype(np.int64)

    def _column(self, name: str) -> NDArray[Any]:
        return self._people[name].to_numpy()

    def _time_s(self, name: str) -> Times:
        return self._column(name).astype(np.float64)

    def count(self, rows: Flags) -> float:
        """Return how many residents some rows stand for."""
        return float(self.weight[rows].sum())

    @property
    def population(self) -> float:
        """All residents."""
        return float(self.weight.sum())

    # -- water ----------------------------------------------------------------------------------

    @cached_property
    def wet_s(self) -> Times:
        """When water first entered the home building, whatever the storey."""
        return self._time_s("home_first_wet_s")

    @cached_property
    def flooded(self) -> Flags:
        """Whose home building water entered."""
        return ~np.isnan(self.wet_s)

    # -- warning --------------------------------------------------------------------------------

    @cached_property
    def issued_s(self) -> Times:
        """When the first warning or order went out that named the resident's zone."""
        first_s = np.full(self._results.world.zones.n + 1, np.nan)
        messages = self._results.messages
        for zones, issued_s in zip(messages["zones"], messages["issued_s"], strict=True):
            inside = zones_within(self._results.world, np.asarray(zones))
            first_s[inside] = np.fmin(first_s[inside], float(issued_s))
        named: Times = first_s[self._column("zone")]
        return named

    @cached_property
    def to_warn(self) -> Flags:
        """Who lives in a zone that a warning or order named."""
        return ~np.isnan(self.issued_s)

    @cached_property
    def decided_s(self) -> Times:
        """When each resident's household last decided to leave or to stay."""
        return self._time_s("decided_s")

    @cached_property
    def warned_s(self) -> Times:
        """First alert, by whatever way."""
        return self._time_s("warned_s")

    @cached_property
    def warned(self) -> Flags:
        """Who heard a warning at all."""
        return ~np.isnan(self.warned_s)

    @cached_property
    def warned_in_time(self) -> Flags:
        """Who heard before water entered the home building; where none did, whoever heard."""
        return self.warned & ~(self.warned_s >= self.wet_s)

    # -- relocation -----------------------------------------------------------------------------

    @cached_property
    def ordered_s(self) -> Times:
        """When the relocation order was given that the household is under."""
        messages = self._results.messages
        issued_s = messages.loc[messages["is_order"], "issued_s"].to_numpy(dtype=float)
        times_s: Times = np.append(issued_s, np.nan)[self._column("order")]
        return times_s

    @cached_property
    def ordered(self) -> Flags:
        """Who is under a relocation order."""
        return self._column("order") >= 0

    def under_order_of(self, clause: str) -> Flags:
        """Who is under a relocation order that carries out a clause."""
        messages = self._results.messages
        events = messages.loc[messages["is_order"], "event"].to_numpy(dtype=np.int64)
        given_by = self._results.events["who"].to_numpy(dtype=object)[events]
        of_clause: Flags = np.append(given_by == clause, False)[self._column("order")]
        return of_clause

    @cached_property
    def left_s(self) -> Times:
        """When the household left home, by itself or with a team."""
        return self._time_s("left_s")

    @cached_property
    def left(self) -> Flags:
        """Whose household left home; who is still buried there has not."""
        return ~np.isnan(self.left_s) & ~self.in_state("trapped")

    @cached_property
    def fates(self) -> dict[str, Flags]:
        """What became of those under an order, by the names of `FATES`; each is in one."""
        decision, wait = self._column("decision"), self._column("waits_for")
        held = (decision == DECISIONS.index("cannot_leave")) | (wait != WAITS.index("nothing"))
        wants = decision == DECISIONS.index("leave")
        stays = (decision == DECISIONS.index("stay_by_choice")) & self._was_asked
        inside: Flags = self.ordered & ~self.left
        return {
            "left": self.ordered & self.left,
            "stayed": inside & ~held & stays,
            "could_not": inside & held,
            "preparing": inside & ~held & wants,
            "not_reached": inside & ~held & ~wants & ~stays,
        }

    @cached_property
    def _was_asked(self) -> Flags:
        """Whose household has heard a message to leave."""
        asks = self._results.messages["advice"].to_numpy(dtype=object) == "leave_now"
        asked: Flags = np.append(asks, False)[self._column("heard")]
        return asked

    @cached_property
    def safe_s(self) -> Times:
        """When the resident first was in a shelter, out of the map or in a hospital."""
        return self._time_s("safe_s")

    @cached_property
    def caught_s(self) -> Times:
        """When the resident was first caught away from home."""
        return self._time_s("caught_s")

    @property
    def took_refuge(self) -> Flags:
        """Who went up into a house beside the road."""
        away = ~np.isnan(self.caught_s) | ~np.isnan(self.blocked_s)
        return np.asarray(away & ~np.isnan(self._time_s("refuge_s")))

    @property
    def blocked_s(self) -> Times:
        """When the resident first found no way on, or no place with room."""
        return self._time_s("blocked_s")

    def in_state(self, *states: str) -> Flags:
        """Return who is in one of some states (`sim.agents.ledger.STATES`) at the end."""
        return np.isin(self._column("state"), [STATE[name] for name in states])

    @cached_property
    def waits_for_help(self) -> Flags:
        """Who waits at home for a team at the end."""
        waits = self._column("waits_for") == WAITS.index("help")
        return np.asarray(self.in_state("waiting") & waits)

    @cached_property
    def vulnerable(self) -> Flags:
        """Who cannot leave alone: assisted and bedridden people."""
        return np.asarray(self._column("mobility") >= MOBILITIES.index("assisted"))

    @cached_property
    def visited(self) -> Flags:
        """At whose door a grid worker stood."""
        return np.asarray((self._column("flags") & FACE_TO_FACE) > 0)

    # -- harm -----------------------------------------------------------------------------------

    def harmed(self, health: str) -> Flags:
        """Return whose health ended at one of `sim.agents.ledger.HEALTHS`."""
        return np.asarray(self._column("health") == HEALTHS.index(health))

    @cached_property
    def on_the_way(self) -> Flags:
        """Who was away from home, and not yet in safety, when last hurt."""
        hurt_by = self._column("hurt_by")
        times_s = np.append(self._results.events["t_s"].to_numpy(dtype=float), np.nan)
        hurt_s = times_s[hurt_by]
        return np.asarray((self.left_s <= hurt_s) & ~(self.safe_s <= hurt_s))

    @cached_property
    def affected(self) -> Flags:
        """Whose home building water entered, who left home, or who was hurt or killed."""
        return self.flooded | self.left | ~self.harmed("well")


def by_town(results: Results) -> pd.DataFrame:
    """Return people by street or township: one row each, ``zone`` -1 for outside all of them.

    Columns: zone (row of the world's zones), id, residents, flooded, warned, ordered, left, safe,
    caught, dead, severe, light, affected. Each column sums to the figure of the whole run.
    """
    crowd = Crowd(results)
    columns = {
        "residents": np.ones(len(crowd.weight), dtype=bool),
        "flooded": crowd.flooded,
        "warned": crowd.warned,
        "ordered": crowd.ordered,
        "left": crowd.left,
        "safe": crowd.in_state("sheltered", "hosted", "left_area", "in_hospital"),
        "caught": ~np.isnan(crowd.caught_s),
        **{health: crowd.harmed(health) for health in reversed(HEALTHS[1:])},
        "affected": crowd.affected,
    }
    town = results.world.town_of(results.people["zone"].to_numpy())
    table = pd.DataFrame({name: rows * crowd.weight for name, rows in columns.items()})
    table = table.groupby(town).sum().rename_axis("zone").reset_index()
    ids = np.append(results.world.zones.id, "")
    table.insert(1, "id", ids[table["zone"].to_numpy()])
    return table
