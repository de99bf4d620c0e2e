"""Trucks and aircraft that carry relief goods: Mesa agents with a load and a driver's clock."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.agents.units import Unit
from sim.scenario.goods import By, Carrier, masses_g, volumes_l
from sim.scenario.parameters import parameter

Pieces = NDArray[np.int64]


class SupplyTruck(Unit):
    """A truck, drone or helicopter; what it carries stands in the books of goods.

    Attributes
    ----------
    carrier : Carrier
    ready_after_s : float
        From the first call to being under way.
    outside : str
        The depot outside the map that it belongs to; else empty.
    outside_s : float
        Drive between that depot and the border of the map.
    on_map : bool
        Whether it is inside the border now.
    trips : int
        Loads brought so far.
    at_wheel_s : float
        Driving since the last rest.
    on_duty_since_s : float
        Infinity while its drivers are rested.
    """

    def __init__(
        self,
        model: mesa.Model,
        unit_id: str,
        carrier: Carrier,
        *,
        base_node: int,
        ready_after_s: float,
        outside: str = "",
        outside_s: float = 0.0,
    ) -> None:
        crew = int(parameter("supply.drivers").si)
        super().__init__(model, unit_id, carrier.name, crew=crew, base_node=base_node)
        self.carrier = carrier
        self.ready_after_s = ready_after_s
        self.outside = outside
        self.outside_s = outside_s
        self.on_map = not outside
        self.trips = 0
        self.at_wheel_s = 0.0
        self.on_duty_since_s = float("inf")
        self.measure(carrier.size)

    @property
    def way(self) -> By:
        """What its way depends on."""
        return By(self.carrier.wading_m, self.carrier.sails_m_per_s, self.barred)

    def load_of(self, wanted: Pieces) -> Pieces:
        """Return what of some wanted pieces it takes at once: the same share of each, then more.

        Only what it is made for: piped water goes into tankers, the rest into whatever else.

        Never more than its payload and its room; zeros where not even one piece fits.
        """
        wanted = self.carrier.of_its_sort(wanted)
        payload_g, room_l = self.carrier.payload_kg * 1e3, self.carrier.volume_m3 * 1e3
        mass_g, volume_l = float(wanted @ masses_g()), float(wanted @ volumes_l())
        if mass_g <= payload_g and volume_l <= room_l:
            return np.array(wanted)
        share = min(payload_g / mass_g, room_l / volume_l)
        load: Pieces = np.floor(wanted * share).astype(np.int64)
        for item in np.flatnonzero(wanted):
            left_g = payload_g - float(load @ masses_g())
            left_l = room_l - float(load @ volumes_l())
            fit = min(left_g // masses_g()[item], left_l // volumes_l()[item])
            load[item] += min(int(wanted[item] - load[item]), max(0, int(fit)))
        return load

    def drive_limit_s(self) -> float:
        """Return how long it may be driven without a rest: its drivers take turns."""
        return parameter("supply.drive_at_most").si * self.crew

    def duty_limit_s(self) -> float:
        """Return how long it may be on duty before its drivers sleep."""
        return parameter("supply.duty_at_most").si * self.crew
