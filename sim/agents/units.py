"""Teams and vehicles that plans send out: ordinary Mesa agents, each with a place and a task."""

from __future__ import annotations

from typing import Final

import mesa

#: what a unit is doing now
DUTIES: Final = ("ready", "turning_out", "driving", "working", "returning")


class Unit(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """Something that can be sent: it has a base, a crew, and is in one place.

    Attributes
    ----------
    id : str
        As events name it.
    kind : str
        What it can do: ``"street"``, ``"water_rescue"``, ``"bus"`` ...
    crew : int
        People in it.
    base_node, node : int
        Rows of the world's `Nodes`: where it lives, where it is.
    duty : str
        One of `DUTIES`.
    """

    def __init__(
        self, model: mesa.Model, unit_id: str, kind: str, *, crew: int, base_node: int
    ) -> None:
        super().__init__(model)
        self.id = unit_id
        self.kind = kind
        self.crew = crew
        self.base_node = base_node
        self.node = base_node
        self.duty = DUTIES[0]
        self.driven_m = 0.0
        self.busy_s = 0.0


class RescueTeam(Unit):
    """A team of a few dozen people with its vehicles; its kind says what it is trained for."""


class Bus(Unit):
    """A bus that carries people from a meeting point to a shelter.

    Attributes
    ----------
    seats : int
    """

    def __init__(self, model: mesa.Model, unit_id: str, *, seats: int, base_node: int) -> None:
        super().__init__(model, unit_id, "bus", crew=1, base_node=base_node)
        self.seats = seats


class PumpTruck(Unit):
    """A mobile pump.

    Attributes
    ----------
    capacity_m3_per_s : float
    """

    def __init__(
        self, model: mesa.Model, unit_id: str, *, capacity_m3_per_s: float, base_node: int
    ) -> None:
        super().__init__(model, unit_id, "pump", crew=3, base_node=base_node)
        self.capacity_m3_per_s = capacity_m3_per_s
