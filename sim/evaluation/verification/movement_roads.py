"""Cases on the roads: fundamental diagram, bottlenecks, jams, closures, water."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.agents.movement import STATES
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.movement_setups import TICK_S, RandomEvacuation, send, street

_ARRIVED = STATES.index("arrived")

#: value of an hour on the way, early, late: Small (1982), Am. Econ. Rev. 72:467, as used since
_ON_THE_WAY, _EARLY, _LATE = 6.4, 3.9, 15.21


def free_flow() -> Iterator[Case]:
    """A kilometre at 20 m/s, one car in two seconds for 500 s: nobody is delayed."""
    network = street(1, length_m=1000.0, flow_veh_per_s=0.8, jam_spacing_m=5.0)
    movement = send(network, 250, at_s=np.arange(250) * 2.0)
    movement.step(300)
    per_m = float(movement.load(0)[0]) / 1000
    movement.step(700)
    source = "1 km / 20 m/s; 0.5/s / 20 m/s: the free-flow case of UXsim's tests"
    trip_s = float(np.mean(movement.arrived_s - movement.entered_s))
    yield Case("movement.v13.trips", source, 250, int((movement.state == _ARRIVED).sum()), 0, "1")
    yield Case("movement.v13.time", source, 50.0, trip_s, 0.01, "s")
    yield Case("movement.v13.density", source, 0.025, per_m, 0.0005, "1/m")


def triangle() -> Iterator[Case]:
    """More demand than the triangle's top: u = 20, w = 5 m/s, 0.2 cars a metre give 0.8 cars/s."""
    network = street(3, flow_veh_per_s=20 * 5 * 0.2 / (20 + 5), jam_spacing_m=5.0)
    movement = send(network, 800, at_s=np.arange(800) * 0.5)
    movement.step(300)
    per_m = float(movement.load(0)[1]) / 100
    arrived_s = movement.step(2000).arrived.at_s
    rate = float((len(arrived_s) - 1) / (arrived_s[-1] - arrived_s[0]))
    source = "Newell (1993): q* = u w kj / (u + w), k* = q* / u"
    yield Case("movement.v14.flow", source, 0.8, rate, 0.001, "1/s")
    yield Case("movement.v14.density", source, 0.04, per_m, 0.01, "1/m")


def bottleneck() -> Iterator[Case]:
    """0.8 cars a second for 1,000 s through 0.4 a second."""
    n, rate, flow, free_s = 800, 0.8, 0.4, 10.0
    network = street(2, flow_veh_per_s=[2.0, flow], jam_spacing_m=0.1)
    movement = send(network, n, at_s=np.arange(n) / rate)
    movement.step(4000)
    delay_s = float(np.mean(movement.arrived_s - movement.entered_s) - free_s)
    source = "deterministic queue: (N / s - T) / 2; N / s and the free time"
    yield Case("movement.v16.delay", source, (n / flow - n / rate) / 2, delay_s, 1.0, "s")
    clear_s = float(movement.arrived_s.max())
    yield Case("movement.v16.clearance", source, n / flow + free_s, clear_s, 1 / flow, "s")


def rush_hour() -> Iterator[Case]:
    """Vickrey's morning: who leaves as his equilibrium says pays the same whenever he leaves."""
    n, flow, free_s = 1000, 0.5, 10.0
    lasts_s, wish_s = n / flow, 3000.0
    cost = _EARLY * _LATE / (_EARLY + _LATE) * lasts_s
    first_s = wish_s - _LATE / (_EARLY + _LATE) * lasts_s
    rise = flow * _ON_THE_WAY / (_ON_THE_WAY - _EARLY)
    fall = flow * _ON_THE_WAY / (_ON_THE_WAY + _LATE)
    on_time_s = wish_s - cost / _ON_THE_WAY
    number = np.arange(n) + 0.5
    early = rise * (on_time_s - first_s)
    leaves_s = np.where(
        number < early, first_s + number / rise, on_time_s + (number - early) / fall
    )
    movement = send(street(2, flow_veh_per_s=[5.0, flow], jam_spacing_m=0.1), n, at_s=leaves_s)
    movement.step(12_000)
    there_s = movement.arrived_s - free_s
    paid = (
        _ON_THE_WAY * (there_s - leaves_s)
        + _EARLY * np.maximum(wish_s - there_s, 0)
        + _LATE * np.maximum(there_s - wish_s, 0)
    )
    source = "Vickrey (1969); Arnott et al. (1990): delta N / s, for every driver"
    headway = (_ON_THE_WAY + _LATE) / flow  # cars are whole: each is served within a headway
    yield Case("movement.v21.cost", source, cost, float(paid.mean()), headway, "s")
    far = float(np.abs(paid - cost).max())
    yield Case("movement.v21.spread", source, 0.0, far, 2 * headway, "s")


def volume_and_delay() -> Iterator[Case]:
    """An hour of demand over 10 km: what queues make of it, beside the curve of volume and delay.

    The curve is fitted to hours of traffic that a queue does not outlast; here cars wait, and no
    car waits below the road's flow.
    """
    flow, free_s = 0.5, 500.0
    network = street(2, length_m=[9_900.0, 100.0], flow_veh_per_s=[5.0, flow], jam_spacing_m=0.1)
    for load in (0.5, 1.0, 1.5, 2.0):
        n = round(load * flow * 3600)
        movement = send(network, n, at_s=np.arange(n) / (load * flow))
        movement.step(20_000)
        ours = float(np.mean(movement.arrived_s - movement.entered_s)) / free_s
        waited = max(load - 1, 0.0) * 3600 / 2 / free_s
        places = {"load": load}
        source = "queue of an hour: 1 + (v/c - 1) 3600 s / 2 / 500 s"
        yield Case("movement.v19.queue", source, 1 + waited, ours, 0.005, "1", places=places)
        curve = 1 + 0.15 * load**4
        source = "Bureau of Public Roads (1964): 1 + 0.15 (v/c)^4"
        yield Case("movement.v19", source, curve, ours, 0.0, "1", limit=True, places=places)


def jam() -> Iterator[Case]:
    """Behind a bottleneck cars stand at jam density, link after link; how they start again."""
    spacing_m, wave_m_per_s = 8.0, 5.0
    network = street(6, flow_veh_per_s=[0.5] * 5 + [1e-3], jam_spacing_m=spacing_m)
    movement = send(network, 80)
    movement.step(900)
    held = movement.load(0)[:5]
    source = "storage: length / spacing, whole cars"
    expected = float(np.floor(100 / spacing_m))
    yield Case("movement.v15.density", source, expected, float(held.min()), 0.0, "1")
    before_s = movement.now_s
    while movement.load(0)[0] == held[0] and movement.now_s < 3000:
        movement.step(movement.now_s + 1)
    fills_s = movement.now_s - before_s
    source = "kinematic waves start 500 m of queue in L / w = 100 s; here room passes at once"
    yield Case("movement.v15.wave", source, 500 / wave_m_per_s, min(fills_s, 1.0), 0.0, "s",
               limit=True)  # fmt: skip


def incident() -> Iterator[Case]:
    """A road of 0.8 cars a second shut for 300 s under 0.4: the queue is gone 300 s later."""
    network = street(2, flow_veh_per_s=0.8, jam_spacing_m=0.1)
    n = 800
    movement = send(network, n, at_s=np.arange(n) / 0.4, refresh_s=60.0)
    movement.step(599)
    movement.set_water(0.0, closed=[False, True])
    stood = int(np.sum(movement.edge == 1))
    movement.step(899)
    crossed = int(np.sum(movement.arrived_s > 599)) + int(np.sum(movement.edge == 1))
    movement.set_water(0.0, closed=[False, False])
    movement.step(3000)
    waited = np.flatnonzero(movement.arrived_s - np.arange(n) / 0.4 > 10.5)
    source = "queue of 0.4 x 300 cars, less 0.8 - 0.4 a second"
    gone_s = float(movement.arrived_s[waited[-1]]) - 899
    yield Case("movement.v17", source, 300.0, gone_s, 10.0, "s")
    source = "NIST Verif.4.1: nobody enters; who is on it stands"
    yield Case("movement.v10", source, stood, crossed, 0, "1")


def water() -> Iterator[Case]:
    """Slower in 100 mm of water, closed at 300 mm."""
    movement = send(street(1), 1)
    movement.set_water(0.1)
    movement.step(600)
    safe_km_per_h = 0.0009 * 100**2 - 0.5529 * 100 + 86.9448
    source = "Pregnolato et al. (2017): 40.7 km/h at 100 mm"
    ours_s = float(movement.arrived_s[0])
    yield Case("movement.v18", source, 100 / (safe_km_per_h / 3.6), ours_s, 0.01, "s")
    movement.set_water(0.3)
    shut = float(movement.closed[0, 0])
    yield Case("movement.v18.closed", "Pregnolato et al. (2017): 300 mm", 1.0, shut, 0.0, "1")


def quickest() -> Iterator[Case]:
    """No clearance beats the quickest flow."""
    rng = np.random.default_rng(20_240_630)
    cases = [RandomEvacuation(rng) for _ in range(40)]
    ratio = np.array([case.simulated_s() / max(case.quickest_s(), 1.0) for case in cases])
    source = "quickest transshipment, Hoppe & Tardos (2000); 40 random networks"
    exact_s = np.array([case.quickest_s() for case in cases]) + TICK_S  # the last tick's end
    bound = np.array([case.bound_s() for case in cases]) / exact_s
    yield Case("movement.quickest.bound", source, 0, int(np.sum(bound > 1 + 1e-3)), 0, "1")
    yield Case("movement.quickest.near", source, 1.0, float(bound.mean()), 0.0, "1", limit=True)
    yield Case("movement.quickest.beaten", source, 0, int(np.sum(ratio < 1)), 0, "1")
    yield Case("movement.quickest.ratio", f"{source}; nobody coordinates the drivers", 1.0,
               float(ratio.mean()), 0.0, "1", limit=True)  # fmt: skip
