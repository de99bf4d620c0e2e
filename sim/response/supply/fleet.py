"""Trucks and aircraft: which one takes a load, and who waits for one."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.agents.trucks import SupplyTruck
from sim.response.supply.books import Pieces
from sim.response.supply.means import fleets_of
from sim.response.supply.stores import border_node, facility_row, outside_travel_s
from sim.scenario.goods import carriers, masses_g
from sim.scenario.stocks import Fleet as FleetPart

if TYPE_CHECKING:
    from sim.response.supply.desk import Supply

Suits = Callable[[SupplyTruck], bool]


class Fleet:
    """All trucks of a run; who asks first is served first, by a truck that suits him.

    Parameters
    ----------
    supply : Supply

    Attributes
    ----------
    trucks : list of SupplyTruck
    accounts : dict of str to int
        Row of the books of every truck.
    barred : frozenset of int
        The signs that hold back each sort of truck on the road; no sign without such a truck.
    """

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        stage = supply.stage
        parts = fleets_of(stage.relief, stage.world.facilities)
        self.trucks: list[SupplyTruck] = [truck for part in parts for truck in self._made(part)]
        on_road = (one for one in self.trucks if not one.carrier.flies and not one.carrier.sails)
        self.barred = frozenset(truck.barred for truck in on_road) or frozenset({0})
        self._free = list(self.trucks)
        self._waiting: list[tuple[Suits, Pieces, int, simpy.Event]] = []
        self.accounts = {truck.id: supply.books.open() for truck in self.trucks}

    def any_suits(self, suits: Suits) -> bool:
        """Whether there is such a truck at all, busy or free."""
        return any(suits(truck) for truck in self.trucks)

    def take(
        self, suits: Suits, wanted: Pieces, node: int
    ) -> Generator[simpy.Event, Any, SupplyTruck]:
        """Wait for a truck that suits and take the one that brings most, then the nearest.

        Nothing is lost when the wait is broken off, even at the instant in which it ends.
        """
        found = self._best(suits, wanted, node)
        if found is not None:
            self._free.remove(found)
            return found
        turn = self._supply.env.event()
        wait = (suits, wanted, node, turn)
        self._waiting.append(wait)
        try:
            truck: SupplyTruck = yield turn
        except simpy.Interrupt:
            if turn.triggered and isinstance(turn.value, SupplyTruck):
                self.give_back(turn.value)
            else:
                self._waiting.remove(wait)
            raise
        return truck

    def give_back(self, truck: SupplyTruck) -> None:
        """Make a truck free again; the first who waits for one that suits gets it."""
        truck.duty = "ready"
        for place, (suits, _, _, turn) in enumerate(self._waiting):
            if suits(truck):
                del self._waiting[place]
                turn.succeed(truck)
                return
        self._free.append(truck)

    def wanted_by_others(self, truck: SupplyTruck) -> bool:
        """Whether somebody waits for a truck like this one."""
        return any(suits(truck) for suits, _, _, _ in self._waiting)

    def _best(self, suits: Suits, wanted: Pieces, node: int) -> SupplyTruck | None:
        network = self._supply.stage.network
        kg = float(wanted @ masses_g()) / 1e3

        def worth(truck: SupplyTruck) -> tuple[float, float, float]:
            """What to choose by: most aboard, then nearest, then the smallest truck."""
            payload_kg = truck.carrier.payload_kg
            dx_m = network.x_m[truck.node] - network.x_m[node]
            dy_m = network.y_m[truck.node] - network.y_m[node]
            away_m = float(np.hypot(dx_m, dy_m)) + truck.outside_s * 15.0
            return -min(payload_kg, kg), away_m, payload_kg

        return min((truck for truck in self._free if suits(truck)), key=worth, default=None)

    def _made(self, part: FleetPart) -> list[SupplyTruck]:
        stage, carrier = self._supply.stage, carriers()[part.kind]
        place = part.place
        inside = part.at is not None
        node = border_node(stage) if not inside else _node(self._supply, place)
        outside_s = 0.0 if inside else _outside_s(self._supply, part)
        trucks = [
            SupplyTruck(
                stage.model,
                f"{place}-{part.kind.replace('_', '-')}-{number}",
                carrier,
                base_node=node,
                ready_after_s=part.ready_after,
                outside="" if inside else place,
                outside_s=outside_s,
            )
            for number in range(1, part.count + 1)
        ]
        for truck in trucks:
            truck.barred = stage.limits.barring(truck.gross_kg, truck.height_m)
        return trucks


def _node(supply: Supply, facility: str) -> int:
    facilities = supply.stage.world.facilities
    return int(facilities.node[facility_row(supply.stage, facility)])


def _outside_s(supply: Supply, part: FleetPart) -> float:
    """Return the drive of the store there, or the catalogue's where no stock stands there."""
    found = (store.outside_s for store in supply.stores if store.id == part.place)
    return next(found, outside_travel_s(str(part.outside)))
