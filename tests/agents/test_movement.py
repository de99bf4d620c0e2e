"""Queues on links against answers known beforehand. Times in seconds, distances in metres."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.movement import STATES, WALKING_CURVE, Movement
from sim.agents.network import Network

ARRIVED, MOVING, STRANDED = (STATES.index(s) for s in ("arrived", "moving", "stranded"))


def street(n_edges: int, **edges: float) -> Network:
    """Return a one-way street of edges in a row; 100 m at 10 m/s and 0.5 cars a second each."""
    columns = {"length_m": 100.0, "speed_m_per_s": 10.0, "flow_veh_per_s": 0.5, "lanes": 1.0}
    columns |= {"junction_s": 0.0, "foot_width_m": 2.0, **edges}
    nodes = np.arange(n_edges + 1)
    return Network.of_edges(nodes * 100.0, nodes * 0.0, nodes[:-1], nodes[1:], **columns)


def leave_together(network: Network, n: int, mode: str = "road", **options: float) -> Movement:
    """Return n parties of one person that leave node 0 for the last node at time 0."""
    movement = Movement(network, np.ones(n), **options)
    group = movement.add_group(movement.add_destinations([network.n_nodes - 1]))
    movement.depart(np.arange(n), mode, group, np.zeros(n))
    return movement


def test_n_cars_leave_one_link_after_free_flow_and_a_headway_each():
    """(N - 1) / q + t0: the first is on the road at once, each other 1 / q later."""
    movement = leave_together(street(1), 50)

    arrived_s = movement.step(200).arrived.at_s

    assert arrived_s == pytest.approx(10 + np.arange(50) / 0.5)


def test_a_narrow_link_sets_the_pace_of_all_before_it():
    """Three edges of 0.5, 0.25 and 0.5 cars a second: the last arrives (N - 1) / 0.25 + 30 s."""
    network = street(3, flow_veh_per_s=np.array([0.5, 0.25, 0.5]))
    movement = leave_together(network, 40)

    movement.step(1000)

    assert movement.arrived_s.max() == pytest.approx(39 / 0.25 + 30)


def test_a_jam_grows_back_into_the_link_before():
    """The third edge takes in one car in 50 s: the second fills, and then the first."""
    network = street(3, flow_veh_per_s=np.array([0.5, 0.5, 0.02]), jam_spacing_m=8.0)
    movement = leave_together(network, 40)

    movement.step(120)

    # into the third at 20 s and 70 s, 10 s long; 12 cars of 8 m fit on 100 m
    assert (movement.state == ARRIVED).sum() == 2
    assert list(movement.load(0)) == [12, 12, 0]
    assert movement.longest_wait_s() > 0


def test_links_that_merge_take_turns():
    """Two full streets into one of half their flow: neither gets ahead by more than one car."""
    network = Network.of_edges(
        [0, 0, 100, 200],
        [0, 100, 50, 50],
        [0, 1, 2],
        [2, 2, 3],
        length_m=[100, 100, 50],
        speed_m_per_s=10,
        flow_veh_per_s=[0.5, 0.5, 0.25],
        junction_s=0,
    )
    movement = Movement(network, np.ones(80))
    group = movement.add_group(movement.add_destinations([3]))
    movement.depart(np.arange(80), "road", group, np.repeat([0, 1], 40))

    rows = movement.step(2000).arrived.rows

    ahead = np.cumsum(np.where(rows < 40, 1, -1))
    assert len(rows) == 80
    assert np.abs(ahead).max() <= 2


def test_a_ring_of_full_links_moves_on_and_is_counted():
    """Eight one-way edges around a block, everybody going seven edges on: all places are taken."""
    angle = 2 * np.pi * np.arange(8) / 8
    nodes = np.arange(8)
    network = Network.of_edges(
        100 * np.cos(angle),
        100 * np.sin(angle),
        nodes,
        (nodes + 1) % 8,
        length_m=76.5,
        speed_m_per_s=10,
        flow_veh_per_s=0.5,
        junction_s=0,
    )
    movement = Movement(network, np.ones(400), stuck_s=10.0)
    groups = [movement.add_group(movement.add_destinations([node])) for node in nodes]
    for node in nodes:
        movement.depart(
            np.arange(node * 50, node * 50 + 50), "road", groups[(node + 7) % 8], np.full(50, node)
        )

    for minute in range(1, 200):
        movement.step(minute * 60)
        assert movement.load(0).max() <= 10.2

    assert (movement.state == ARRIVED).all()
    assert movement.ring_moves > 0


def test_who_is_on_an_edge_when_it_closes_stands_there_and_goes_on_when_it_opens():
    movement = leave_together(street(1), 10)
    movement.step(5)

    movement.set_water(0.0, closed=[True])
    during = movement.step(100)
    movement.set_water(0.0, closed=[False])
    after = movement.step(300)

    assert list(during.stranded.rows) == [0, 1, 2]  # entered at 0, 2 and 4 s
    assert sorted(during.no_way.rows) == list(range(3, 10))
    assert sorted(after.freed.rows) == list(range(10))
    # they stood from 5 s to 100 s; the seven behind them saw the road open, and entered from 100 s
    assert list(after.arrived.at_s) == pytest.approx([105, 107, 109, *(111 + 2 * np.arange(7))])


def test_an_edge_without_capacity_is_no_way():
    movement = leave_together(street(1, flow_veh_per_s=0.0), 3)

    result = movement.step(60)

    assert result.no_way.n == 3
    assert result.entered.n == 0
    assert list(movement.parties_by_state()) == [0, 3, 0, 0, 0]


def ladder() -> Network:
    """Return a short street 0-1-2 and a long one 0-3-2, both ways, plus a dead end 1."""
    pairs = np.array([(0, 1), (1, 2), (0, 3), (3, 2)])
    start, end = np.concatenate((pairs, pairs[:, ::-1])).T
    return Network.of_edges(
        [0, 100, 200, 100],
        [0, 0, 0, 300],
        start,
        end,
        length_m=np.tile([100, 100, 300, 300], 2),
        speed_m_per_s=10,
        flow_veh_per_s=0.5,
        junction_s=0,
    )


def test_who_meets_an_unknown_closure_turns_round_and_knows_from_then_on():
    """0-1 is 10 s, back 10 s, 0-3-2 is 60 s: 80 s in all."""
    movement = Movement(ladder(), [1])
    group = movement.add_group(movement.add_destinations([2]))
    closed = np.arange(8) % 4 == 1
    movement.set_water(0.0, closed=closed)
    movement.know(np.zeros(8, dtype=bool))
    movement.step(300)  # the refresh at which the public takes the road for open
    movement.depart([0], "road", group, [0])

    result = movement.step(600)

    assert list(result.saw_closure.places) == [1]
    assert movement.aware[0]
    assert result.arrived.at_s[0] == pytest.approx(300 + 80)


def test_a_closure_that_the_public_knows_is_driven_around():
    movement = Movement(ladder(), [1])
    group = movement.add_group(movement.add_destinations([2]))
    movement.set_water(0.0, closed=np.arange(8) % 4 == 1)
    movement.step(300)
    movement.depart([0], "road", group, [0])

    assert movement.step(600).arrived.at_s[0] == pytest.approx(300 + 60)


def test_a_full_shelter_turns_households_away_to_the_next_one():
    """Shelters at nodes 1 and 2, 3 persons each: of a single and two pairs, one pair drives on."""
    movement = Movement(street(2), [2, 2, 1])
    shelters = movement.add_destinations([1, 2], 3)
    group = movement.add_group(shelters)
    movement.depart([0, 1, 2], "road", group, [0, 0, 0])

    result = movement.step(100)

    assert list(result.turned_away.places) == [0]
    assert movement.persons_inside.tolist() == [3, 2]
    assert movement.persons_by_state()[ARRIVED] == 5


def test_a_given_shelter_that_is_full_sends_people_to_the_fallback():
    movement = Movement(street(2), [2, 2])
    near, far = movement.add_destinations([1, 2], [2, 100])
    group = movement.add_group([near], otherwise=movement.add_group([far]))
    movement.depart([0, 1], "road", group, [0, 0])

    movement.step(100)

    assert movement.destination.tolist() == [near, far]


def street_and_back(n: int) -> Network:
    """Return `n` edges of 100 m in a row and back, 10 m/s for cars."""
    nodes = np.arange(n + 1)
    there, back = (nodes[:-1], nodes[1:]), (nodes[1:], nodes[:-1])
    start, end = (np.concatenate(ends) for ends in zip(there, back, strict=True))
    columns = {"length_m": 100.0, "speed_m_per_s": 10.0, "flow_veh_per_s": 0.5, "lanes": 1.0}
    return Network.of_edges(
        nodes * 100.0, nodes * 0.0, start, end, junction_s=0.0, foot_width_m=2.0, **columns
    )


def test_who_has_heard_that_all_shelters_are_full_does_not_turn_round_for_a_bed():
    """A walker between the full shelter and another place; the bed is free again at 400 s."""
    movement = Movement(street_and_back(12), [2, 2], refresh_s=100)
    shelter, elsewhere = movement.add_destinations([0, 12], [2, 100])
    to_shelter = movement.add_group([shelter], movement.add_group([elsewhere]))
    movement.depart([0, 1], "foot", to_shelter, [1, 2])
    movement.step(400)
    movement.withdraw([0])
    movement.step(2000)

    # 200 m to the shut door, and 1,200 m from there
    assert movement.destination[1] == elsewhere
    assert movement.distance_m[1] == 1400


def test_a_full_shelter_is_not_announced_again_for_a_single_bed():
    """Of 40 places one becomes free, then two: a twentieth. The next place is 200 m on."""
    for n_leave, ends_at in ((1, 1), (2, 0)):
        movement = Movement(street_and_back(2), [1] * 42, refresh_s=100)
        places = movement.add_destinations([0, 2], [40, 100])
        group = movement.add_group(places)
        movement.depart(np.arange(41), "foot", group, np.zeros(41))
        movement.step(1000)
        movement.withdraw(np.flatnonzero(movement.destination == places[0])[:n_leave])
        movement.step(1100)
        movement.depart([41], "foot", group, [0])
        movement.step(2000)
        assert movement.destination[41] == places[ends_at]


def test_walkers_for_whom_the_next_shelter_is_too_far_go_over_to_the_next_group():
    movement = Movement(street_and_back(12), [1, 1])
    shelter, elsewhere = movement.add_destinations([12, 0], [9, 9])
    group = movement.add_group([shelter], movement.add_group([elsewhere]))
    movement.depart([0, 1], "foot", group, [4, 10])
    movement.step(60)
    movement.give_up(group, movement.within_a_walk([shelter], 500.0))
    movement.step(3000)
    assert movement.destination.tolist() == [elsewhere, shelter]


def test_within_a_walk_is_measured_along_the_street_to_places_with_room():
    movement = Movement(street_and_back(5), [1])
    open_one, full, shut = movement.add_destinations([0, 3, 5], [9, 0, 9], [True, True, False])
    movement.depart([0], "foot", movement.add_group([full]), [2])
    movement.step(200)
    near = movement.within_a_walk([open_one, full, shut], 200.0)
    assert near.tolist() == [True, True, True, False, False, False]


def test_people_who_leave_a_shelter_make_room():
    movement = Movement(street(2), [2, 2])
    places = movement.add_destinations([1, 2], [2, 100])
    group = movement.add_group(places)
    movement.depart([0], "road", group, [0])
    movement.step(60)
    movement.depart([0], "road", movement.add_group([places[1]]), [1])
    movement.depart([1], "road", group, [0])

    movement.step(120)

    assert movement.persons_inside.tolist() == [2, 2]


def test_cars_slow_down_in_water_as_pregnolato_found():
    """100 mm: 0.0009 w^2 - 0.5529 w + 86.9448 = 40.65 km/h, below the street's 20 m/s."""
    movement = leave_together(street(1, speed_m_per_s=20.0), 1)
    movement.set_water(0.1)
    movement.step(60)
    kilometres_per_h = 0.0009 * 100**2 - 0.5529 * 100 + 86.9448

    # the car entered at 0 s: it does all of its way in the water
    assert movement.arrived_s[0] == pytest.approx(100 / (kilometres_per_h / 3.6), rel=1e-5)


def test_water_that_comes_slows_those_under_way():
    """Half of 100 m dry at 10 m/s, the rest where only 5.03 km/h is safe (250 mm)."""
    movement = leave_together(street(1), 1)
    movement.step(5)
    movement.set_water(0.25)
    movement.step(120)
    slow_m_per_s = (0.0009 * 250**2 - 0.5529 * 250 + 86.9448) / 3.6

    assert movement.arrived_s[0] == pytest.approx(5 + 50 / slow_m_per_s, rel=1e-5)


def test_water_closes_roads_to_cars_before_it_closes_them_to_walkers():
    movement = leave_together(street(1), 1)
    movement.set_water(0.4)

    assert movement.closed[:, 0].tolist() == [True, False]


def test_a_party_does_not_drive_into_water_deeper_than_it_dares():
    movement = Movement(street(1), [1, 1], fording_m=[0.1, 0.3])
    group = movement.add_group(movement.add_destinations([1]))
    movement.set_water(0.2)
    movement.depart([0, 1], "road", group, [0, 0])

    result = movement.step(200)

    assert result.arrived.rows.tolist() == [1]
    assert result.no_way.rows.tolist() == [0]


def test_a_lone_walker_takes_length_over_speed():
    movement = leave_together(street(1), 1, mode="foot", walk_m_per_s=1.25)

    assert movement.step(100).arrived.at_s[0] == pytest.approx(80)


def test_a_crowd_walks_at_the_pace_of_its_density():
    """A party of 200 on 100 m x 1 m is 2 persons a m2: between 0.67 and 0.20 m/s in IMO's table."""
    movement = Movement(street(1, foot_width_m=1.0), [200])
    group = movement.add_group(movement.add_destinations([1]))
    movement.depart([0], "foot", group, [0])
    crowd, speed = WALKING_CURVE

    arrived_s = movement.step(600).arrived.at_s[0]

    assert arrived_s == pytest.approx(100 / np.interp(2.0, crowd, speed), rel=1e-5)


def test_a_fast_walker_overtakes_a_slow_one():
    movement = Movement(street(1), [1, 1], walk_m_per_s=[0.5, 1.25])
    group = movement.add_group(movement.add_destinations([1]))
    movement.depart([0, 1], "foot", group, [0, 0])

    assert movement.step(300).arrived.rows.tolist() == [1, 0]


def test_cars_keep_their_order_on_a_link():
    movement = leave_together(street(3, flow_veh_per_s=np.array([0.5, 0.3, 0.5])), 30)

    arrived = movement.step(400).arrived.rows.tolist()

    assert arrived == sorted(arrived)


def test_a_bus_takes_the_room_of_its_passenger_cars():
    """2.5 cars in 12.5 places of 8 m: five buses fill 100 m."""
    network = street(3, flow_veh_per_s=np.array([0.5, 0.5, 1e-4]), jam_spacing_m=8.0)
    movement = Movement(network, np.full(20, 50))
    movement.pce[:] = 2.5
    group = movement.add_group(movement.add_destinations([3]))
    movement.depart(np.arange(20), "road", group, np.zeros(20))

    movement.step(300)

    assert movement.load(0)[1] == 12.5


def test_withdrawn_parties_are_off_the_roads_and_may_leave_again():
    movement = leave_together(street(2), 5)
    movement.step(15)
    movement.withdraw([0, 4])
    movement.step(100)
    movement.depart([0], "foot", 0, movement.node[[0]])
    movement.step(200)

    # the first was half along the second edge: it walks on from node 2, where it wants to be
    assert movement.state.tolist() == [ARRIVED] * 4 + [0]


def test_a_party_on_its_way_cannot_be_sent_off_again():
    movement = leave_together(street(1), 2)

    with pytest.raises(ValueError, match="party 0 is on its way already"):
        movement.depart([0], "road", 0, [0])


def test_a_later_departure_shifts_everything_by_the_delay():
    first, second = (Movement(street(2), np.ones(20)) for _ in range(2))
    for movement, at_s in ((first, 0.0), (second, 137.0)):
        group = movement.add_group(movement.add_destinations([2]))
        movement.depart(np.arange(20), "road", group, np.zeros(20), at_s=np.full(20, at_s))
        movement.step(600)

    assert second.arrived_s - first.arrived_s == pytest.approx(np.full(20, 137.0))


def test_positions_lie_on_the_edges_and_queues_stand_back():
    network = street(3, flow_veh_per_s=np.array([0.5, 0.5, 0.02]), jam_spacing_m=10.0)
    movement = leave_together(network, 8)
    movement.step(60)

    x_m, y_m = movement.positions_m()

    # the first went on at 20 s, the next may at 70 s: it stands at 195 m, the others behind it
    moving = movement.state == MOVING
    assert x_m[moving] == pytest.approx(195 - 10 * np.arange(moving.sum()))
    assert np.all(y_m == 0)


def two_way_street() -> Network:
    """Return a street of nodes 0, 1, 2 with 10 s between them, and 100 s of a way round by 3."""
    return Network.of_edges(
        [0.0, 100.0, 200.0, 100.0],
        [0.0, 0.0, 0.0, 300.0],
        [0, 1, 1, 2, 0, 3],
        [1, 0, 2, 1, 3, 2],
        length_m=[100, 100, 100, 100, 500, 500],
        speed_m_per_s=10,
        flow_veh_per_s=0.5,
        junction_s=0,
    )


def fire_on(network: Network, edge: int, at: float) -> tuple[np.ndarray, np.ndarray]:
    closed, fire_at = np.zeros(network.n_edges, bool), np.full(network.n_edges, np.nan)
    closed[edge], fire_at[edge] = True, at
    return closed, fire_at


def test_who_has_fire_before_it_turns_back_and_goes_round():
    movement = Movement(two_way_street(), np.ones(1))
    group = movement.add_group(movement.add_destinations([2]))
    movement.depart([0], "road", group, [0])
    movement.step(13)

    closed, fire_at = fire_on(movement.network, 2, 0.8)
    movement.set_water(0.0, closed, stops_at=fire_at)
    result = movement.step(400)

    # 3 s into the second edge and 3 s back, then back to node 0 and round: 10 + 3 + 3 + 10 + 100
    assert result.stranded.n == 0
    assert movement.arrived_s[0] == pytest.approx(126, abs=1)


def test_who_has_the_fire_behind_goes_on():
    movement = Movement(two_way_street(), np.ones(1))
    group = movement.add_group(movement.add_destinations([2]))
    movement.depart([0], "road", group, [0])
    movement.step(18)

    closed, fire_at = fire_on(movement.network, 2, 0.2)
    movement.set_water(0.0, closed, stops_at=fire_at)
    movement.step(400)

    assert movement.arrived_s[0] == pytest.approx(20, abs=1)


def test_people_go_round_fire_in_sight_and_pass_it_where_there_is_no_other_way():
    network = two_way_street()
    passed = []
    for near in ([2], [2, 4, 5]):
        movement = Movement(network, np.ones(1))
        group = movement.add_group(movement.add_destinations([2]))
        movement.keep_away(np.isin(np.arange(network.n_edges), near))
        movement.depart([0], "road", group, [0])
        movement.step(1000)
        passed.append(float(movement.arrived_s[0]))
    assert passed == [pytest.approx(100, abs=1), pytest.approx(20, abs=1)]


def test_parties_of_more_than_a_byte_holds_keep_their_size():
    """A household of four that stands for eighty such is 320 people, not 64."""
    movement = Movement(street(1), np.array([320]))
    group = movement.add_group(movement.add_destinations([1], [1000]))
    movement.depart(np.arange(1), "foot", group, np.zeros(1))

    movement.step(3600)

    assert movement.size[0] == 320
    with pytest.raises(ValueError, match="a party of 70000"):
        Movement(street(1), np.array([70_000]))


def test_who_is_on_an_edge_is_found_whatever_happens_on_the_way():
    movement = Movement(two_way_street(), np.ones(6))
    group = movement.add_group(movement.add_destinations([2]))
    movement.depart(np.arange(4), "road", group, np.zeros(4), np.array([0.0, 2.0, 4.0, 50.0]))
    seen = set()

    def look():
        on_edges = movement.on_edges()
        assert on_edges.tolist() == np.flatnonzero(movement.edge >= 0).tolist()
        seen.add(len(on_edges))

    for now_s in range(1, 60):
        movement.step(now_s)
        look()
        if now_s == 6:
            movement.set_water(0.4)
            look()
        elif now_s == 9:
            movement.withdraw([1])
            look()
            movement.set_water(0.0)
    assert seen >= {0, 1, 2, 3}
