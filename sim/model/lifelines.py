"""What a failure of power or of the mobile network means for those who listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.world.tables import CHANNELS

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

#: the state of a zone that silences each channel of warnings
_SILENCED_BY: Final = {
    "sms": "zone_offline",
    "app": "zone_offline",
    "tv": "zone_unpowered",
    "broadcast": "zone_unpowered",
    "screen": "zone_unpowered",
}


class Lifelines:
    """Puts channels of warnings out of order where they have no power or network, and back."""

    def __init__(self, model: Disaster) -> None:
        self._states = model.states
        self._works = model.people.population.warnings.works
        self._down = np.zeros((model.world.zones.n, len(CHANNELS)), dtype=bool)

    def update(self, _: float) -> None:
        """Follow the states of zones; what somebody else put out of order stays so."""
        for channel, state in _SILENCED_BY.items():
            if not self._states.touched(state):
                continue
            row, down = CHANNELS.index(channel), self._states[state]
            changed = down != self._down[:, row]
            self._works[:-1][changed, row] = ~down[changed]
            self._down[:, row] = down
