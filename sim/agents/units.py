"""Teams and vehicles that plans send out: ordinary Mesa agents, each with a place and a task."""

from __future__ import annotations

import math
from typing import Final

import mesa

from sim.scenario.forces import UnitKind
from sim.scenario.goods import VehicleSize
from sim.scenario.parameters import parameter

#: what a unit is doing now
DUTIES: Final = ("ready", "turning_out", "driving", "working", "returning", "resting")


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
    turnout_s : float
        From the call until it leaves its base.
    flight_m_per_s : float
        Of what flies; 0 for what drives.
    walks_m_per_s : float
        Of what goes on by foot where no road leads; 0 for what does not.
    sector : int
        Row of the town its base is in; -1 for none.
    gross_kg, height_m : float
        Of its heaviest and its highest vehicle on the road; 0 for what flies.
    barred : int
        The signs at bridges and underpasses that hold it back; see `sim.world.limits.RoadLimits`.
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
        self.turnout_s = 0.0
        self.flight_m_per_s = self.walks_m_per_s = 0.0
        self.sector = -1
        self.gross_kg = self.height_m = 0.0
        self.barred = 0

    def measure(self, size: VehicleSize | None) -> None:
        """Take the size of its vehicles; None for what flies."""
        if size is not None:
            self.gross_kg, self.height_m = size.gross_kg, size.height_m

    @property
    def flies(self) -> bool:
        """Whether it needs no road."""
        return self.flight_m_per_s > 0

    def answers_to(self, trade: str) -> bool:
        """Whether a plan that asks for a trade may be given this unit."""
        return trade == self.kind


class RescueTeam(Unit):
    """A team with its vehicles; its kind says what it is trained and equipped for.

    Attributes
    ----------
    spec : UnitKind
    shift_ends_s : float
        When it must go and rest; infinity while it has not begun.
    tank_m3 : float
        Water it carries now.
    aboard : int
        People it carries; while there are any nobody calls it off.
    outside_s : float
        Drive from its base outside to where it comes onto the map.
    sent, there : int
        Events that sent it out and saw it arrive last; -1 before.
    """

    def __init__(
        self,
        model: mesa.Model,
        unit_id: str,
        spec: UnitKind,
        *,
        base_node: int,
        crew: int | None = None,
    ) -> None:
        super().__init__(
            model, unit_id, spec.name, crew=spec.crew if crew is None else crew, base_node=base_node
        )
        self.spec = spec
        self.turnout_s, self.flight_m_per_s = spec.turnout_s, spec.speed_m_per_s
        self.walks_m_per_s = spec.walks_m_per_s
        self.shift_ends_s = math.inf
        self.tank_m3 = spec.tank_m3
        self.aboard = 0
        self.outside_s = 0.0
        self.sent = self.there = -1
        self.measure(spec.size)

    def answers_to(self, trade: str) -> bool:
        """Whether a plan that asks for a trade may be given this unit."""
        return self.spec.answers_to(trade)


class Bus(Unit):
    """A bus that carries people from a meeting point to a shelter.

    Attributes
    ----------
    seats : int
    """

    def __init__(self, model: mesa.Model, unit_id: str, *, seats: int, base_node: int) -> None:
        super().__init__(model, unit_id, "bus", crew=1, base_node=base_node)
        self.seats = seats
        self.gross_kg = parameter("response.bus_mass").si
        self.height_m = parameter("response.bus_height").si


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
        self.gross_kg = parameter("response.pump_mass").si
        self.height_m = parameter("response.pump_height").si
