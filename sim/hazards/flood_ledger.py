"""Every cubic metre that came, went or stayed."""

from __future__ import annotations

from dataclasses import dataclass

from sim.kernels.flood import F8
from sim.kernels.flood_columns import BORDER_IN, BORDER_OUT, INFLOW, PUMPED
from sim.kernels.flood_course import DRAINED, FALLEN, SOAKED


@dataclass
class Ledger:
    """Volumes since the start, m3.

    Attributes
    ----------
    stored0, stored : float
        On the map at the start and now.
    rain, inflow, border_in : float
        Came in.
    border_out, infiltration, drained, pumped_out : float
        Went out.
    """

    stored0: float = 0.0
    stored: float = 0.0
    rain: float = 0.0
    inflow: float = 0.0
    border_in: float = 0.0
    border_out: float = 0.0
    infiltration: float = 0.0
    drained: float = 0.0
    pumped_out: float = 0.0

    def take(self, book: F8) -> None:
        """Take what a flow has booked so far."""
        volumes: list[float] = book.tolist()
        self.inflow, self.pumped_out = volumes[INFLOW], volumes[PUMPED]
        self.border_in, self.border_out = volumes[BORDER_IN], volumes[BORDER_OUT]
        self.rain, self.infiltration = volumes[FALLEN], volumes[SOAKED]
        self.drained = volumes[DRAINED]

    @property
    def came(self) -> float:
        """All that was ever there: the first water and what came in."""
        return self.stored0 + self.rain + self.inflow + self.border_in

    @property
    def went(self) -> float:
        """All that left."""
        return self.border_out + self.infiltration + self.drained + self.pumped_out

    def error_share(self) -> float:
        """Return what is missing (negative) or too much, as a share of all water there was."""
        return (self.stored + self.went - self.came) / self.came if self.came else self.stored

    def volumes_m3(self) -> dict[str, float]:
        """Return all entries by name."""
        return dict(vars(self))
