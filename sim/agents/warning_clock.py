"""The seven steps from a danger to people out of its way, for one message."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sim.agents.residents import Residents
from sim.agents.warning import Message


@dataclass(frozen=True)
class WarningClock:
    """When each step was reached, s from scenario start; NaN when it was not.

    The steps are those of the HEC-LifeSim Technical Reference Manual, chapter 6. The last three
    belong to many people: each is the time at which half of those concerned had reached it.

    Attributes
    ----------
    occurred_s, identified_s, notified_s, issued_s : float
        Danger there, seen, told to those who warn, warning out.
    alerted_s : float
        Half of the residents of the message's zones warned.
    acted_s : float
        Half of the households that left had gone.
    arrived_s : float
        Water at half of the buildings of the zones that it reached.
    """

    occurred_s: float
    identified_s: float
    notified_s: float
    issued_s: float
    alerted_s: float
    acted_s: float
    arrived_s: float

    def delays_s(self) -> dict[str, float]:
        """Return what each step took since the one before, by the name of the step."""
        times = [getattr(self, field.name) for field in fields(self)]
        names = [field.name.removesuffix("_s") for field in fields(self)][1:]
        return dict(zip(names, np.diff(times).tolist(), strict=True))


def warning_clock(
    message: Message, residents: Residents, arrival_s: NDArray[np.float64] | None = None
) -> WarningClock:
    """Return the clock of a message as residents have lived it so far.

    Parameters
    ----------
    arrival_s : (buildings,) float or None
        When water came to each building; infinity where it did not.
    """
    homes = residents.homes
    told = residents.zones_within(message.zones)
    concerned = told[homes.zone]
    alerts_s = residents.warned_s[concerned[residents.household]]
    left_s = homes.left_s[concerned & np.isfinite(homes.left_s)]
    wet_s = np.zeros(0)
    if arrival_s is not None:
        wet_s = arrival_s[told[residents.world.buildings.zone] & np.isfinite(arrival_s)]
    return WarningClock(
        message.occurred_s,
        message.identified_s,
        message.notified_s,
        message.issued_s,
        _half(alerts_s),
        _half(left_s),
        _half(wet_s),
    )


def _half(times_s: NDArray[np.floating]) -> float:
    """Return the time by which half of them is reached; NaN when that never happens."""
    if len(times_s) == 0:
        return float("nan")
    middle_s = float(np.sort(times_s)[(len(times_s) - 1) // 2])
    return middle_s if np.isfinite(middle_s) else float("nan")
