"""Cases on foot: IMO MSC.1/Circ.1533, NIST TN 1822 (ISO 20414) and RiMEA, as far as streets go."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.agents.movement import Movement
from sim.agents.network import Network
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.movement_setups import send, street

#: SFPE: 84 (1 - 0.266 D) m/min, as two knots; IMO test 12 and NIST 5.1 use it
_SFPE_CURVE = ((0.0, 3.0), (84 / 60, 84 / 60 * (1 - 0.266 * 3.0)))


def corridors() -> Iterator[Case]:
    """One walker on 40 m."""
    for name, source, pace, expected_s, tolerance_s in (
        ("v01", "IMO 1533 test 1, NIST Verif.2.1", 1.0, 40.0, 1.0),
        ("v02", "RiMEA 4.1.1 test 1: 26-34 s", 1.33, 30.0, 4.0),
    ):
        movement = send(street(1, length_m=40.0), 1, "foot", walk_m_per_s=pace)
        movement.step(120)
        ours_s = float(movement.arrived_s[0])
        yield Case(f"movement.{name}", source, expected_s, ours_s, tolerance_s, "s")


def doors() -> Iterator[Case]:
    """A crowd through a door: N people take (N - 1) / C from the first to the last."""
    for name, source, n, flow_per_m_s, width_m in (
        ("v03", "IMO 1533 test 4; width less 0.15 m a side (SFPE): C = 0.931/s", 100, 1.33, 0.7),
        ("v04", "49 / (1.3 x 0.6): IMO 1238 table 1.2", 50, 1.3, 0.6),
    ):
        network = street(
            2, length_m=[5.0, 0.5], foot_width_m=[8.0, width_m], foot_flow_per_m_s=flow_per_m_s
        )
        arrived_s = send(network, n, "foot").step(600).arrived.at_s
        flow_per_s = flow_per_m_s * width_m
        expected_s = (n - 1) / flow_per_s
        took_s = float(arrived_s[-1] - arrived_s[0])
        yield Case(f"movement.{name}", source, expected_s, took_s, 0.01 * expected_s, "s")
        over = _over_the_flow(np.sort(arrived_s), flow_per_s)
        yield Case(f"movement.{name}.window", "at most 1 + C t in any t", 0.0, over, 1e-3, "1")


def _over_the_flow(at_s: NDArray[np.float64], flow_per_s: float) -> float:
    """Return by how many people the fullest window of time exceeds one and the flow."""
    first, last = np.triu_indices(len(at_s))
    people = last - first + 1
    return max(float(np.max(people - 1 - flow_per_s * (at_s[last] - at_s[first]))), 0.0)


def delays() -> Iterator[Case]:
    """Everybody starts at the end of the own delay, and a later start shifts the clearance."""
    delay_s = np.linspace(10, 100, 10)
    first = send(street(2, foot_width_m=8.0), 10, "foot", at_s=delay_s)
    later = send(street(2, foot_width_m=8.0), 10, "foot", at_s=delay_s + 77)
    first.step(600)
    later.step(600)
    late_s = float(np.max(np.abs(first.entered_s - delay_s)))
    yield Case("movement.v05.start", "IMO 1533 test 5, NIST Verif.1.1", 0.0, late_s, 0.01, "s")
    shift_s = float(later.arrived_s.max() - first.arrived_s.max())
    yield Case(
        "movement.v05.shift", "NIST Verif.1.1: by exactly the delay", 77.0, shift_s, 0.01, "s"
    )


def paces() -> Iterator[Case]:
    """Everybody at the own pace; a family at that of its slowest."""
    pace = np.linspace(0.6, 1.6, 50)
    network = street(1, foot_width_m=100.0)
    movement = send(network, 50, "foot", at_s=np.arange(50) * 5.0, walk_m_per_s=pace)
    movement.step(1000)
    took_s = movement.arrived_s - movement.entered_s
    worst = float(np.max(np.abs(took_s * pace / 100 - 1)))
    yield Case(
        "movement.v06", "IMO 1533 test 7, RiMEA test 7: 100 m / pace", 0.0, worst, 0.001, "1"
    )
    family = send(network, 1, "foot", size=4, walk_m_per_s=0.5)
    family.step(1000)
    ours_s = float(family.arrived_s[0])
    yield Case("movement.v12", "NIST Verif.2.9, 2.10: 100 m / 0.5 m/s", 200.0, ours_s, 0.1, "s")


def exits() -> Iterator[Case]:
    """Each by the exit assigned; and half of the doors take twice as long."""
    network = _rooms(12)
    movement = Movement(network, np.ones(23), walk_m_per_s=1.0)
    ends = movement.add_destinations([12, 13])
    groups = [movement.add_group([end]) for end in ends]
    room = np.arange(23) % 12
    for side in (0, 1):
        rows = np.flatnonzero((room < 8) == (side == 0))
        movement.depart(rows, "foot", groups[side], room[rows])
    movement.step(3600)
    right = int(np.sum(movement.destination == np.where(room < 8, ends[0], ends[1])))
    yield Case("movement.v08", "IMO 1533 test 10: 23 of 23", 23.0, right, 0.0, "1")
    four_s, two_s = _hall_s(4), _hall_s(2)
    yield Case("movement.v09", "IMO 1533 test 9: C halves, the rest is walking", 2.0,
               two_s / four_s, 0.1, "1")  # fmt: skip


def crowds() -> Iterator[Case]:
    """A dense crowd is slow; the two directions of a street do not see each other."""
    network = street(1, length_m=20.0, foot_width_m=5.0, foot_jam_per_m2=4.0)
    pace = _SFPE_CURVE[1][0]
    movement = send(network, 1, "foot", size=200, walk_m_per_s=pace, walking_curve=_SFPE_CURVE)
    movement.step(600)
    ours_s = float(movement.arrived_s[0])
    source = "NIST Verif.5.1, IMO test 12: 84 (1 - 0.266 D) m/min at 2/m2"
    yield Case("movement.v11", source, 20 / (84 / 60 * (1 - 0.532)), ours_s, 0.1, "s")
    both = Network.of_edges([0, 100], [0, 0], [0, 1], [1, 0], length_m=100, speed_m_per_s=10,
                            flow_veh_per_s=0.5, foot_width_m=2.0)  # fmt: skip
    alone_s, met_s = (_two_way_s(both, n_against) for n_against in (0, 100))
    yield Case("movement.v07", "IMO 1533 test 8 asks for slower: each direction has its half",
               1.0, met_s / alone_s, 0.0, "1", limit=True)  # fmt: skip


def density_and_pace() -> Iterator[Case]:
    """A crowd's pace at each density of the published curve, and the most that passes a metre.

    Where a row lies between two of the table's densities, its pace lies between theirs.
    """
    flows = []
    for per_m2, pace_m_per_s in ((0.3, 1.2), (0.5, 1.2), (1.2, 0.935), (1.9, 0.67), (3.2, 0.20)):
        network = street(1, length_m=20.0, foot_width_m=2.5, foot_jam_per_m2=4.0)
        movement = send(network, 1, "foot", size=round(50 * per_m2), walk_m_per_s=1.2)
        movement.step(600)
        ours = 20.0 / float(movement.arrived_s[0])
        flows.append(per_m2 * ours)
        source, places = "IMO MSC.1/Circ.1238, table 1.1; RiMEA test 4", {"density": per_m2}
        yield Case("movement.density", source, pace_m_per_s, ours, 0.005, "m/s", places=places)
    source = "IMO MSC.1/Circ.1238, table 1.2: 1.3 persons a metre and second"
    yield Case("movement.density.flow", source, 1.3, max(flows), 0.05, "1/(m s)")


def _two_way_s(network: Network, n_against: int) -> float:
    movement = Movement(network, np.ones(100 + n_against))
    here, there = movement.add_destinations([0, 1])
    movement.depart(np.arange(100), "foot", movement.add_group([there]), np.zeros(100))
    if n_against:
        against = np.arange(100, 100 + n_against)
        movement.depart(against, "foot", movement.add_group([here]), np.ones(n_against))
    movement.step(3600)
    return float(movement.arrived_s[:100].max())


def _rooms(n: int) -> Network:
    """Return rooms in a row along a corridor with an exit at either end, nodes n and n + 1."""
    chain = np.concatenate(([n], np.arange(n), [n + 1]))
    start, end = np.concatenate((chain[:-1], chain[1:])), np.concatenate((chain[1:], chain[:-1]))
    x_m = np.concatenate((np.arange(n), [-1, n])) * 5.0
    return Network.of_edges(x_m, x_m * 0, start, end, length_m=5.0, speed_m_per_s=10,
                            flow_veh_per_s=0.0, foot_width_m=1.2)  # fmt: skip


def _hall_s(n_doors: int) -> float:
    """Return the time to clear 1,000 people out of a hall of four quarters with 4 or 2 doors."""
    quarter = np.arange(4)
    start = np.concatenate((quarter, (quarter + 1) % 4, quarter))
    end = np.concatenate(((quarter + 1) % 4, quarter, quarter + 4))
    width_m = np.where(end >= 4, 1.0, 20.0)
    place = np.zeros(8)
    network = Network.of_edges(place, place, start, end, length_m=5.0, speed_m_per_s=10,
                               flow_veh_per_s=0.0, foot_width_m=width_m)  # fmt: skip
    movement = Movement(network, np.ones(1000))
    doors = movement.add_destinations(np.arange(4, 8))
    for k in quarter:  # to the own door, or the one before it where that is shut
        door = doors[k // (4 // n_doors) * (4 // n_doors)]
        rows = np.flatnonzero(np.arange(1000) % 4 == k)
        movement.depart(rows, "foot", movement.add_group(door), np.full(len(rows), k))
    movement.step(3600)
    return float(movement.arrived_s.max())
