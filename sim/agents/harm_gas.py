"""What poisonous gas does to people: in the open at once, indoors as the air comes in.

Everybody gathers a toxic load where he is: outdoors and on the road in the plume itself, indoors in
what closed windows have let in so far, which lingers when the plume has gone. Each person has one
draw for the whole run and dies when the probit of his load passes it; who lives and has taken in
the load of an hour at AEGL-3 is hurt badly, at AEGL-2 lightly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import ON_THE_WAY, Toll
from sim.agents.harm_gas_rules import MG_PER_KG, GasRules, indoors_after, poison
from sim.agents.indoors import Indoors
from sim.agents.ledger import N_HOME_STATES, STATE, WITHIN_REACH
from sim.agents.residents import Residents
from sim.agents.whereabouts import IN_THE_OPEN
from sim.core.rng import Streams
from sim.world.layers import GASES

Floats = NDArray[np.float64]
Columns = NDArray[np.float32]
#: indoors, less than this is taken for clean air, mg/m3
_CLEAN: Final = 1e-3


@dataclass(frozen=True)
class Gas:
    """The gas where people are.

    Attributes
    ----------
    building_gas, party_gas : (buildings,), (households,) float32
        In the open, kg/m3: at each building, at each household on its way.
    kind : int
        Code of `GASES`: the gas there is, and of several the last in that list.
    cause : int
        The event that let it go.
    """

    building_gas: Columns
    party_gas: Columns
    kind: int
    cause: int = -1


class GasHarm:
    """Poisons residents.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
    rules : GasRules
    streams : Streams

    Attributes
    ----------
    tainted : (people,) bool
        Who is poisoned and has gas in his clothes and hair: nobody has washed him yet.
    """

    def __init__(
        self, residents: Residents, indoors: Indoors, rules: GasRules, streams: Streams
    ) -> None:
        self._residents, self._indoors = residents, indoors
        self._rules, self._streams = rules, streams
        self._now_s = 0.0
        self._inside = np.zeros(residents.world.buildings.n)
        self._load = np.zeros(residents.n)
        self.tainted = np.zeros(residents.n, dtype=bool)
        self._poisons = [poison(gas) for gas in GASES]

    def advance(self, to_s: float, gas: Gas) -> Toll:
        """Return whom the gas of now kills and hurts."""
        span_s, self._now_s = to_s - self._now_s, to_s
        outside = gas.building_gas.astype(np.float64) * MG_PER_KG
        if not outside.any() and not gas.party_gas.any() and self._inside.max(initial=0) < _CLEAN:
            return Toll()
        self._inside = indoors_after(self._inside, outside, self._rules.air_changes, span_s)
        breathed = self._breathed(to_s, outside, gas)
        rows = np.flatnonzero(breathed > 0)
        if len(rows) == 0:
            return Toll()
        harm = self._poisons[gas.kind]
        self._load[rows] += harm.load(breathed[rows], span_s / 60.0)
        load = self._load[rows]
        dead = self._streams.at("people.gas", 0, self._residents.id[rows]) < harm.death_p(load)
        severe, light = load >= harm.severe_load, load >= harm.light_load
        self.tainted[rows[light]] = True
        return Toll(rows[dead], rows[severe & ~dead], rows[light & ~severe & ~dead])

    def waiting(self) -> NDArray[np.int64]:
        """Return who is to be washed where he is now, sorted."""
        rows = np.flatnonzero(self.tainted)
        return rows[WITHIN_REACH[self._residents.state[rows]]]

    def wash(self, rows: NDArray[np.int64]) -> None:
        """Undress people and wash them."""
        self.tainted[rows] = False

    def _breathed(self, to_s: float, outside: Floats, gas: Gas) -> Floats:
        """Return what each resident breathes now, mg/m3; 0 for who has left, or is cared for."""
        residents = self._residents
        home = residents.homes.building[residents.household]
        place = self._indoors.buildings(to_s)
        air = np.where(place == IN_THE_OPEN, outside[home], self._inside[place])
        away = residents.state >= N_HOME_STATES
        on_the_way = np.isin(residents.state, [STATE[name] for name in ON_THE_WAY])
        met = gas.party_gas[residents.household].astype(np.float64) * MG_PER_KG
        return np.where(on_the_way, met, np.where(away, 0.0, air))
