"""What fire does to people: in burning buildings, in the way of a flame front, in smoke.

When a building begins to burn, its occupants get out or are caught by the rates of house fires:
those of the dwelling of origin by the published deaths and injuries a fire, the rest of the
building by a share of it, more at night and for the frail. Who cannot move and has nobody to help,
or lies under rubble, stays inside and dies when the building is fully involved, unless the fire is
put out before. A flame front kills and burns those in the open or on their way where it passes, by
the heat of its flames; walls shield those indoors. Smoke poisons by its carbon monoxide. Each
chance is drawn once a person and way of coming to harm: thicker smoke and longer flames only ever
add to the toll.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import NO_ROWS, ON_THE_WAY, Toll
from sim.agents.harm_fire_rules import (
    COLLAPSE_COHB,
    DEADLY_COHB,
    SLIGHT_DOSE,
    FireRules,
    burn_p,
    collapse_p,
    flame_flux_w_per_m2,
    left_over,
    smoke_dose,
)
from sim.agents.indoors import Indoors
from sim.agents.ledger import N_HOME_STATES, STATE
from sim.agents.outdoors import Outdoors
from sim.agents.residents import MODES, Residents
from sim.agents.trapped import Trapped
from sim.agents.whereabouts import IN_THE_OPEN
from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.world.states import FIRE_STATES

Rows = NDArray[np.int64]
Columns = NDArray[np.float32]
_BURNING, _PUT_OUT = FIRE_STATES.index("burning"), FIRE_STATES.index("put_out")
_DAY_S: Final = 86400.0
#: the night of the published rates, 23:00 to 07:00
_NIGHT_FROM_S, _NIGHT_TO_S = 23 * 3600.0, 7 * 3600.0


@dataclass(frozen=True)
class Fire:
    """The fire where people are.

    Attributes
    ----------
    building_fire : (buildings,) uint8
        Codes of `sim.world.states.FIRE_STATES`.
    building_flame_m, party_flame_m : (buildings,), (households,) float32
        Length of the flames that pass now: over each building, over each household on its way.
    building_smoke, edge_smoke : float32
        Smoke in the open, kg/m3.
    edge_of : (households,) int
        Edge on which each household is; -1 when on none.
    seen : (buildings,) bool
        Flames or thick smoke are in sight.
    cause : int
        The event that brought the fire.
    """

    building_fire: NDArray[np.uint8]
    building_flame_m: Columns
    party_flame_m: Columns
    building_smoke: Columns
    edge_smoke: Columns
    edge_of: NDArray[np.int32]
    seen: NDArray[np.bool_]
    cause: int = -1


class FireHarm:
    """Hurts residents by fire.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
    outdoors : Outdoors
        Where those go who get out.
    trapped : Trapped
        Who lies under rubble that may burn.
    rules : FireRules
    streams : Streams
    day_starts_s : float
        Local time of day at the start of the run, s since midnight.
    """

    def __init__(
        self,
        residents: Residents,
        indoors: Indoors,
        outdoors: Outdoors,
        trapped: Trapped,
        rules: FireRules,
        streams: Streams,
        *,
        day_starts_s: float,
    ) -> None:
        self._residents, self._indoors, self._outdoors = residents, indoors, outdoors
        self._trapped, self._rules, self._streams = trapped, rules, streams
        self._day_starts_s, self._now_s = day_starts_s, 0.0
        self._caught_fire = np.zeros(residents.world.buildings.n, dtype=bool)
        self._inside, self._inside_building = NO_ROWS, NO_ROWS
        self._until_s = np.zeros(0)
        self._dose = np.zeros(0, dtype=np.float32)

    def advance(self, to_s: float, fire: Fire) -> Toll:
        """Return whom the fire of now kills and hurts."""
        span_s, self._now_s = to_s - self._now_s, to_s
        tolls = (
            self._left_inside(to_s, fire),
            self._burning_buildings(to_s, fire),
            self._flame_front(fire),
            self._smoke(fire, span_s),
        )
        dead, severe, light = (
            distinct(np.concatenate([getattr(toll, name) for toll in tolls]))
            for name in ("dead", "severe", "light")
        )
        return Toll(dead, severe, light)

    # -- burning buildings ----------------------------------------------------------------------

    def _burning_buildings(self, to_s: float, fire: Fire) -> Toll:
        new = (fire.building_fire == _BURNING) & ~self._caught_fire
        self._caught_fire |= new
        self._outdoors.ruin(new)
        if not new.any():
            return Toll()
        rows, building = self._indoors.of(new, to_s)
        risk = self._risk(rows, building, to_s)
        stuck = ~self._outdoors.gets_out(rows)
        luck = self._luck("house_fire", rows)
        dead = ~stuck & (luck < self._rules.death_at_origin * risk)
        hurt = ~stuck & ~dead & (luck < (self._rules.death_at_origin * risk + self._hurt_p(risk)))
        self._stay_inside(rows[stuck], building[stuck], to_s)
        below = new[self._trapped.building]
        self._stay_inside(self._trapped.rows[below], self._trapped.building[below], to_s)
        self._get_out(rows[~stuck & ~dead], building[~stuck & ~dead], fire.cause)
        return Toll(dead=rows[dead], light=rows[hurt])

    def _risk(self, rows: Rows, building: NDArray[np.int32], to_s: float) -> NDArray[np.float64]:
        """Return each occupant's risk as a share of the mean at the origin of a fire."""
        rules = self._rules
        clock_s = (self._day_starts_s + to_s) % _DAY_S
        night = clock_s >= _NIGHT_FROM_S or clock_s < _NIGHT_TO_S
        risk = np.where(self._residents.frail(rows), rules.frail_factor, 1.0)
        risk *= rules.night_factor if night else rules.day_factor
        return np.asarray(risk * np.where(self._at_origin(rows, building), 1.0, rules.elsewhere))

    def _at_origin(self, rows: Rows, building: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return who is of the household, one a building, where its fire began; drawn."""
        household = self._residents.household[rows]
        order = np.lexsort((self._luck("fire_origin", rows), building))
        _, first = np.unique(building[order], return_index=True)
        return np.asarray(np.isin(household, household[order[first]]))

    def _hurt_p(self, risk: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.minimum(self._rules.injury_at_origin * risk, 1.0))

    def _get_out(self, rows: Rows, building: NDArray[np.int32], cause: int) -> None:
        """Bring people out: those burnt out of home into the open, the others home."""
        home = self._residents.homes.building[self._residents.household[rows]]
        self._outdoors.burnt_out(rows[home == building], cause=cause)
        self._indoors.settle(rows[home != building])

    def _stay_inside(self, rows: Rows, building: NDArray[np.int32], to_s: float) -> None:
        self._inside = np.concatenate((self._inside, rows))
        self._inside_building = np.concatenate((self._inside_building, building))
        ends_s = np.full(len(rows), to_s + self._rules.involved_after)
        self._until_s = np.concatenate((self._until_s, ends_s))

    def _left_inside(self, to_s: float, fire: Fire) -> Toll:
        """Return who is still in a building that is fully involved; forget who was got out."""
        if len(self._inside) == 0:
            return Toll()
        state = self._residents.state[self._inside]
        not_away = (state < N_HOME_STATES) | (state == STATE["trapped"])
        burns = fire.building_fire[self._inside_building] != _PUT_OUT
        there = not_away & burns & ~self._residents.outside[self._inside]
        dies = there & (self._until_s <= to_s)
        dead, stays = self._inside[dies], there & ~dies
        self._inside, self._until_s = self._inside[stays], self._until_s[stays]
        self._inside_building = self._inside_building[stays]
        return Toll(dead=dead)

    # -- flame fronts and smoke -----------------------------------------------------------------

    def _flame_front(self, fire: Fire) -> Toll:
        rows, flame_m, in_car = self._in_flames(fire)
        if len(rows) == 0:
            return Toll()
        shield = np.where(in_car, self._rules.car_shields, 1.0)
        flux = flame_flux_w_per_m2(self._rules, flame_m) * shield
        luck = self._luck("flames", rows)
        dead, severe, light = (
            luck < burn_p(self._rules, flux, health) for health in ("dead", "severe", "light")
        )
        return Toll(rows[dead], rows[severe & ~dead], rows[light & ~severe & ~dead])

    def _in_flames(self, fire: Fire) -> tuple[Rows, NDArray[np.float64], NDArray[np.bool_]]:
        """Return who is in the open or on a road where flames pass, their length, who drives."""
        residents, homes = self._residents, self._residents.homes
        road = residents.members_in(np.flatnonzero(fire.party_flame_m > 0), *ON_THE_WAY)
        near = residents.members_in(residents.homes_in(fire.building_flame_m > 0), "outdoors")
        building = homes.building[residents.household[near]]
        flame_m = np.concatenate(
            (fire.party_flame_m[residents.household[road]], fire.building_flame_m[building])
        )
        on_foot = homes.mode[residents.household[road]] == MODES.index("foot")
        in_car = np.concatenate((~on_foot, np.zeros(len(near), dtype=bool)))
        return np.concatenate((road, near)), flame_m.astype(np.float64), in_car

    def _smoke(self, fire: Fire, span_s: float) -> Toll:
        if not fire.building_smoke.any() and not fire.edge_smoke.any():
            return Toll()
        residents, rules = self._residents, self._rules
        if len(self._dose) == 0:
            self._dose = np.zeros(residents.n, dtype=np.float32)
        place = residents.homes.building[residents.household]
        outside = residents.outside.copy()
        out = np.flatnonzero(self._indoors.away)
        if len(out):
            there = self._indoors.place_of(out)
            outside[out] = there == IN_THE_OPEN  # near home, for want of a better place
            place[out] = np.where(there == IN_THE_OPEN, place[out], there)
        near_home = residents.state < N_HOME_STATES
        smoke = np.where(near_home, fire.building_smoke[place], 0.0)
        smoke *= np.where(outside, 1.0, rules.smoke_indoors)
        edge = fire.edge_of[residents.household]
        on_road = np.flatnonzero(~near_home & (edge >= 0))
        smoke[on_road] = fire.edge_smoke[edge[on_road]]
        rows = np.flatnonzero(smoke > 0)
        self._dose *= left_over(rules, span_s)
        self._dose[rows] += smoke_dose(rules, smoke[rows], span_s)
        return self._poisoned(rows)

    def _poisoned(self, rows: Rows) -> Toll:
        """Return whom the dose so far has harmed."""
        dose, luck = self._dose[rows].astype(np.float64), self._luck("smoke", rows)
        dead = luck < collapse_p(self._rules, dose * COLLAPSE_COHB / DEADLY_COHB)
        severe = luck < collapse_p(self._rules, dose)
        light = luck < collapse_p(self._rules, dose / SLIGHT_DOSE)
        return Toll(rows[dead], rows[severe & ~dead], rows[light & ~severe])

    def _luck(self, purpose: str, rows: Rows) -> NDArray[np.float64]:
        return self._streams.at(f"people.harm_{purpose}", 0, self._residents.id[rows])
