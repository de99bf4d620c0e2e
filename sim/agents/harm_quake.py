"""What shaking does to people: hurt by the damage of the building they are in, buried by its fall.

Whenever a building gets worse, by the main shock or an aftershock, those inside at that moment
suffer the HAZUS rates of its class and new state. Of a building that has fallen, who is not killed
at once is trapped (`sim.agents.trapped`); out of low masonry some get before it falls, the more the
weaker the shaking. People outdoors, on the roads or in shelters are not hurt by it. Damage that
does not grow hurts nobody twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import NO_ROWS, Toll
from sim.agents.harm_quake_rules import COLLAPSED, QuakeRules, severities, severity_rates
from sim.agents.indoors import Indoors
from sim.agents.residents import Residents
from sim.agents.trapped import Trapped
from sim.core.rng import Streams

_LIGHT, _DEADLY = 1, 4


@dataclass(frozen=True)
class Shaking:
    """What shaking has made of the buildings so far.

    Attributes
    ----------
    damage : (buildings,) uint8
        Codes of `sim.world.states.DAMAGE_STATES`.
    collapsed : (buildings,) bool
    intensity : (buildings,) float32 or None
        Largest so far; without it nobody gets out of a falling building.
    cause : int
        The shock behind the newest damage.
    """

    damage: NDArray[np.uint8]
    collapsed: NDArray[np.bool_]
    intensity: NDArray[np.float32] | None = None
    cause: int = -1


class QuakeHarm:
    """Hurts and buries residents.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
        Who is in which building now.
    trapped : Trapped
        Where the buried go.
    rules : QuakeRules
    streams : Streams
    """

    def __init__(
        self,
        residents: Residents,
        indoors: Indoors,
        trapped: Trapped,
        rules: QuakeRules,
        streams: Streams,
    ) -> None:
        self._residents, self._indoors, self._trapped = residents, indoors, trapped
        self._rules, self._streams = rules, streams
        self._rates = severity_rates()
        self._seen = np.zeros(residents.world.buildings.n, dtype=np.uint8)
        self._shocks = 0

    def advance(self, to_s: float, shaking: Shaking) -> Toll:
        """Return whom buildings that got worse kill and hurt; bury the rest of those that fell."""
        now = np.where(shaking.collapsed, COLLAPSED, shaking.damage).astype(np.uint8)
        worse = now > self._seen
        np.maximum(self._seen, now, out=self._seen)
        if not worse.any():
            return Toll()
        rows, building = self._indoors.of(worse, to_s)
        inside = ~self._get_out(rows, building, shaking)
        rows, building = rows[inside], building[inside]
        severity = self._severity(rows, building)
        self._shocks += 1
        buried = (self._seen[building] == COLLAPSED) & (severity < _DEADLY)
        self._trapped.bury(rows[buried], building[buried], to_s, cause=shaking.cause)
        return Toll(
            dead=rows[severity == _DEADLY],
            severe=rows[(severity > _LIGHT) & (severity < _DEADLY)],
            light=rows[severity == _LIGHT],
        )

    def _get_out(
        self, rows: NDArray[np.int64], building: NDArray[np.int32], shaking: Shaking
    ) -> NDArray[np.bool_]:
        """Bring those into the open, or home, who are out before their building falls."""
        if shaking.intensity is None:
            return np.zeros(len(rows), dtype=bool)
        buildings = self._residents.world.buildings
        p = self._rules.gets_out_p(
            shaking.intensity[building],
            buildings.building_class[building],
            buildings.storeys[building],
        )
        luck = self._streams.at("people.gets_out", self._shocks, self._residents.id[rows])
        out = (self._seen[building] == COLLAPSED) & (luck < p)
        home = self._residents.homes.building[self._residents.household[rows]]
        self._residents.go_out(rows[out & (home == building)], cause=shaking.cause)
        self._indoors.settle(rows[out & (home != building)])
        return np.asarray(out)

    def _severity(self, rows: NDArray[np.int64], building: NDArray[np.int32]) -> NDArray[np.int64]:
        if len(rows) == 0:
            return NO_ROWS
        kinds = self._residents.world.buildings.building_class[building]
        ids = self._residents.id[rows]
        luck = self._streams.at("people.harm_quake", self._shocks, ids)
        return severities(self._rates[kinds, self._seen[building]], luck)
