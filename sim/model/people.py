"""Residents on the map: the population, the roads they take, the shelters that take them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.decision import Order
from sim.agents.decision_rules import dared_depth_m
from sim.agents.ledger import STATE, STATES
from sim.agents.movement import Movement
from sim.agents.movement_arrays import Noted, StepResult
from sim.agents.network import Network, exits_of
from sim.agents.population import Population
from sim.agents.residents import GROUPS, MODES, Residents
from sim.agents.warning import Message
from sim.core.sets import distinct, union, without
from sim.model.before import search_detour
from sim.model.guests import Guests
from sim.model.hosts import Hosts
from sim.model.refuge import BesideTheRoad
from sim.model.shelters import Shelters
from sim.scenario.parameters import parameter
from sim.scenario.plan import Plan
from sim.world.tables import AGE_BANDS, MOBILITIES

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

Rows = NDArray[np.int64]
_FOOT: Final = MODES.index("foot")
_CAR: Final = MODES.index("car")
_TO_SHELTER: Final = GROUPS.index("shelter")
#: what keeps an age band out by day; a suspension of it keeps them in
_GO_OUT_FOR: Final = {
    "schools": AGE_BANDS.index("0-14"),
    "work": AGE_BANDS.index("15-59"),
}
_NEAR_HOME: Final = ("at_home", "outdoors", "trapped")
#: by state: on the way out in whatever manner, and at home where somebody may still ask
_UNDER_WAY: Final = np.isin(
    STATES,
    ("preparing", "waiting", "walking", "driving", "on_bus", "stranded", "blocked", "rescued"),
)
#: by state: the row of the moments at which somebody first was caught, blocked, in safety; or -1
_NOTED: Final = np.full(len(STATES), -1, dtype=np.int8)
_NOTED[[STATE["stranded"], STATE["blocked"]]] = 0, 1
_NOTED[[STATE[name] for name in ("sheltered", "hosted", "left_area", "in_hospital")]] = 2
_UNASKED: Final = np.isin(STATES, ("at_home", "outdoors"))


class PeopleOnMap:
    """Everything residents do in a run, tick by tick; and what posts and teams may do with them.

    Attributes
    ----------
    residents : Residents
    population : Population
    movement : Movement
        One party a household, row i is household i of ``residents.homes``.
    shelters : Shelters
    hosts : Hosts
    guests : Guests
        Who is in shelters and at their doors.
    out_by : int
        The event that last brought people into the open; -1 for none.
    caught_s, blocked_s, safe_s : (people,) float32
        When somebody was first caught away from home, first found no way on or no room, and was
        first in safety (in a shelter, with relatives, out of the map, in a hospital); infinity
        when never.
    """

    def __init__(self, model: Disaster, plan: Plan | None, *, every: int) -> None:
        self._model = model
        world = self._world = model.world
        self.residents = Residents.sampled(world, every, model.streams, drawn=model.drawn)
        self.population = Population(
            self.residents,
            streams=model.streams,
            log=model.log,
            day_starts_s=model.start_of_day_s,
        )
        barriers = model.crossings
        self.network = Network.of_world(world).with_barriers(barriers.open_share, barriers.wait_s)
        self.movement = self._on_the_roads()
        self._walks_m_per_s = self.movement.walk_m_per_s.copy()
        self._detour = search_detour(world, self.residents.homes, plan, model.streams)
        self.shelters = Shelters(world, self.population, self.movement)
        self.hosts = Hosts(world, self.residents, self.movement)
        self._group = self._destination_groups()
        self.guests = Guests(model, self, self._group[GROUPS.index("shelter")])
        self._refuge = BesideTheRoad(model, self)
        self._news: list[tuple[float, NDArray[np.bool_]]] = []
        self.turned_away = 0
        self.out_by = -1
        self._first_s = np.full((3, self.residents.n), np.inf, dtype=np.float32)
        self.caught_s, self.blocked_s, self.safe_s = self._first_s

    def _destination_groups(self) -> dict[int, int]:
        """Return the roads' group for each of `GROUPS`: who finds no room goes on to the next."""
        movement = self.movement
        exits = exits_of(self.network, self._world.grid.bounds_m)
        to_exit = movement.add_group(movement.add_destinations(exits)) if len(exits) else -1
        to_relatives = movement.add_group(self.hosts.places, otherwise=to_exit)
        to_shelter = movement.add_group(self.shelters.places, otherwise=to_relatives)
        out = to_exit if len(exits) else to_relatives
        return dict(zip(map(GROUPS.index, GROUPS), (to_shelter, to_relatives, out), strict=True))

    def _on_the_roads(self) -> Movement:
        """Give every household a party: its people, its pace, the water its driver dares."""
        residents, homes = self.residents, self.residents.homes
        persons = np.add.reduceat(residents.weight.astype(np.int64), homes.first)
        pace = np.array(
            [1.0, parameter("crowd.slow_pace").si, *[parameter("crowd.assisted_pace").si] * 2]
        )
        assert len(pace) == len(MOBILITIES)
        slowest = np.minimum.reduceat(pace[residents.mobility], homes.first)
        luck = self._model.streams.at("people.fording", 0, homes.id)
        movement = Movement(
            self.network,
            persons,
            walk_m_per_s=parameter("movement.walking_speed").si * slowest,
            fording_m=dared_depth_m(luck),
        )
        movement.pce = homes.weight.astype(np.float32)
        return movement

    def warned(self) -> int:
        """Return how many residents have had a first alert."""
        return self.population.warnings.warned

    # -- a tick ---------------------------------------------------------------------------------

    def harm(self, to_s: float) -> None:
        """Let the dangers of now hurt people, and those run outdoors whose building shook."""
        dangers = self._model.dangers
        casualties = self.population.harm(to_s, *dangers.now(self.movement.edge))
        self.movement.withdraw(casualties.swept)
        upstairs = self.residents.homes.upstairs[casualties.swept]  # the water took their car
        self._log_stranded(to_s, casualties.swept[~upstairs])
        if dangers.felt.any():
            self._run_outdoors(to_s)
        self.population.outdoors.advance(to_s)

    def _run_outdoors(self, to_s: float) -> None:
        states, cause = self._model.states, self._model.cause_of("building_damage", "pga_m_per_s2")
        self.population.outdoors.ruin(states["building_collapsed"])
        out = self.population.outdoors.shaken(
            self._model.dangers.felt, states["building_damage"], to_s, cause=cause
        )
        if len(out):
            self.out_by = self._model.log.add(
                to_s, "people_went_outdoors", "shaking", cause=cause, people=self.count(out)
            )

    def choices(self, to_s: float) -> None:
        """Let people hear, see, decide and set out."""
        dangers, edge_of = self._model.dangers, self.movement.edge
        going = self.population.choices(to_s, dangers.water, dangers.fire(edge_of))
        homes = self.residents.homes.building[going.households]
        self.set_off(going.households, self._world.buildings.node[homes])

    def set_off(
        self, households: Rows, nodes: NDArray[np.int32], at_s: NDArray[np.float64] | None = None
    ) -> None:
        """Put households on the roads at nodes, by the mode and to the places they have chosen."""
        if len(households) == 0:
            return
        homes = self.residents.homes
        modes, groups = homes.mode[households], homes.group[households]
        for mode in (_FOOT, _CAR):
            for group, number in self._group.items():
                chosen = (modes == mode) & (groups == group)
                if not chosen.any():
                    continue
                name = "foot" if mode == _FOOT else "road"
                if mode == _FOOT:
                    self._find_the_way(households[chosen], group)
                when_s = None if at_s is None else at_s[chosen]
                self.movement.depart(households[chosen], name, number, nodes[chosen], when_s)

    def _find_the_way(self, households: Rows, group: int) -> None:
        """Slow down those who look for their shelter, as if the way were longer."""
        detour = self._detour[households] if group == _TO_SHELTER else np.float32(1)
        self.movement.walk_m_per_s[households] = self._walks_m_per_s[households] / detour

    def move(self, to_s: float) -> None:
        """Move everybody who is on the way, on the roads as they are now."""
        roads, closures = self._model.roads, self._model.roads.closures
        self.movement.set_water(
            closures.depth_m,
            closures.shut,
            closures.shut_on_foot,
            pace=roads.pace,
            stops_at=closures.stops_at,
        )
        self.movement.keep_away(closures.near_fire)
        if self.hosts.keep_open(self._model, to_s):
            self._pace_out()
        self._spread_news(to_s, closures.shut)
        self._book(to_s, self.movement.step(to_s))
        self._refuge.look(to_s)
        self._note_first(to_s)

    def _note_first(self, to_s: float) -> None:
        """Note the moment for everybody who has come into a state for the first time."""
        rows = np.concatenate((np.zeros(0, dtype=np.int64), *self.residents.moved))
        self.residents.moved.clear()
        of = _NOTED[self.residents.state[rows]]
        rows, of = rows[of >= 0], of[of >= 0]
        self._first_s[of, rows] = np.minimum(self._first_s[of, rows], np.float32(to_s))

    def _pace_out(self) -> None:
        """Tell people from where shelters and relatives can be walked to now."""
        most_m, nodes = parameter("people.walk_at_most").si, self._world.buildings.node
        to_shelter = self.movement.within_a_walk(self.shelters.places, most_m)
        to_relatives = self.movement.within_a_walk(self.hosts.places, most_m)
        by_car = self.movement.within_a_drive(self.hosts.places)
        self.population.pace_out(*(near.take(nodes) for near in (to_shelter, to_relatives, by_car)))
        self.movement.give_up(self._group[GROUPS.index("shelter")], to_shelter | ~to_relatives)

    def _spread_news(self, to_s: float, shut: NDArray[np.bool_]) -> None:
        """Let the public know the closures of ten minutes ago; fire is seen from afar at once."""
        self._news.append((to_s, shut.copy()))
        known_s = to_s - parameter("crowd.news_delay").si
        while len(self._news) > 1 and self._news[1][0] <= known_s:
            self._news.pop(0)
        if self._news[0][0] <= known_s:
            on_fire = np.isfinite(self._model.roads.closures.fire_at)
            self.movement.know(self._news[0][1] | on_fire)

    def _book(self, to_s: float, result: StepResult) -> None:
        if result.arrived.n:
            self._arrive(result.arrived)
        if result.turned_away.n:
            self.turned_away += int(self.movement.size[result.turned_away.rows].sum())
            self.guests.turn_away(result.turned_away.rows, result.turned_away.places)
        self.population.strand(result.stranded.rows, cause=self._model.cause)
        cut_off = self._before_closures(result.no_way.rows)
        self.population.strand(cut_off, cause=self._model.cause)
        self.population.block(without(result.no_way.rows, cut_off), cause=self._model.cause)
        self.population.resume(result.freed.rows)
        self._log_stranded(to_s, union(result.stranded.rows, cut_off).astype(np.int64))

    def _arrive(self, arrived: Noted) -> None:
        """Bring those who have arrived into a shelter, to relatives, or out of the map."""
        rows, places = arrived.rows, arrived.places
        is_shelter = np.isin(places, self.shelters.places)
        is_home = np.isin(places, self.hosts.places)
        self.population.arrive(rows[is_shelter], self.shelters.at(places[is_shelter]))
        self.population.arrive(rows[is_home], state="hosted")
        self.population.arrive(rows[~is_shelter & ~is_home], state="left_area")

    def _before_closures(self, households: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return those who stand at a node from which a road leads that is closed to stay so."""
        if len(households) == 0:
            return households
        closures, network = self._model.roads.closures, self.network
        closed = closures.lasting
        beside = np.zeros(network.n_nodes, dtype=bool)
        beside[network.from_node[closed]] = beside[network.to_node[closed]] = True
        found: NDArray[np.int32] = households[beside[self.movement.node[households]]]
        return found

    def _log_stranded(self, to_s: float, households: Rows) -> None:
        if len(households):
            people = self.count(self.residents.members_in(households, "stranded"))
            if people:
                self._model.log.add(
                    to_s, "people_stranded", "roads", cause=self._model.cause, people=people
                )

    # -- what the command and teams do ----------------------------------------------------------

    def warn(self, message: Message) -> int:
        """Send a warning out."""
        return self.population.issue(message)

    def order(self, order: Order) -> None:
        """Put households under a relocation order."""
        self.population.set_order(order)
        self.hosts.evacuate(distinct(self.residents.homes.zone[order.households]))

    def meant(self, zones: Rows, first: tuple[str, ...]) -> Rows:
        """Return the households of zones that belong to the groups an order names."""
        return self.population.meant(zones, first)

    def count(self, rows: Rows) -> int:
        """Return how many residents some rows stand for."""
        return int(self.residents.weight[rows].sum())

    def count_in(self, households: Rows) -> int:
        """Return how many residents live in some households."""
        return self.count(self.residents.members(households))

    def still_to_go(self, rows: Rows) -> int:
        """Return how many of some people ordered out are neither out nor resolved to stay."""
        residents, state = self.residents, self.residents.state[rows]
        unasked = rows[_UNASKED[state]]
        undecided = residents.homes.decision[residents.household[unasked]] == 0
        return self.count(rows[_UNDER_WAY[state]]) + self.count(unasked[undecided])

    def keep_home(self, zones: Rows, what: frozenset[str]) -> int:
        """Keep pupils, or those who work, who live in zones at home, or send them there."""
        residents = self.residents
        bands = [band for stopped, band in _GO_OUT_FOR.items() if stopped in what]
        lives_there = residents.zones_within(zones)[residents.homes.zone[residents.household]]
        rows = np.flatnonzero(lives_there & np.isin(residents.age, bands))
        self.population.indoors.send_home(rows, self._model.now_s)
        return self.count(rows)

    def not_told(self, households: Rows, message: int) -> int:
        """Return how many of those at home have not heard of a message or a newer one."""
        unaware = households[self.residents.homes.heard[households] < message]
        return self.count_in_state(unaware, "at_home")

    def fate_of(self, households: Rows) -> dict[str, float]:
        """Return where those ordered out are now, in residents."""
        residents = self.residents
        fate = {
            "ordered": float(self.count_in(households)),
            "sheltered": float(self.count_in_state(households, "sheltered")),
            "hosted": float(self.count_in_state(households, "hosted")),
            "left_area": float(self.count_in_state(households, "left_area")),
            "stayed": float(self.count(residents.members_in(households, *_NEAR_HOME))),
        }
        hurt = float(self.count(residents.members_in(households, "in_hospital", "dead")))
        return fate | ({"hurt": hurt} if hurt else {})

    def count_in_state(self, households: Rows, state: str) -> int:
        """Return how many residents of some households are in a state."""
        return self.count(self.residents.members_in(households, state))

    # -- buses and teams ------------------------------------------------------------------------

    def waiting_for_bus(self, zone: int) -> Rows:
        """Return the households of a zone that wait for a bus, in row order."""
        waiting = self.population.waiting_for("bus")
        inside = self.residents.zones_within(np.array([zone]))
        return waiting[inside[self.residents.homes.zone[waiting]]]

    def may_take_a_bus(self, zone: int) -> bool:
        """Whether anybody of a zone waits for a bus, or may when ready to leave."""
        inside = self.residents.zones_within(np.array([zone]))
        return bool(inside[self.residents.homes.zone[self.population.bus_riders()]].any())

    def board(self, zone: int, seats: int, *, cause: int) -> Rows:
        """Put waiting households of a zone into a bus as far as there are seats."""
        waiting = self.waiting_for_bus(zone)
        fits = np.cumsum(self.movement.size[waiting].astype(np.int64)) <= seats
        aboard = waiting[: max(1, np.count_nonzero(fits))] if len(waiting) else waiting
        self.population.board(aboard, self._model.now_s, cause=cause)
        return aboard

    def put_down(self, households: Rows, node: int) -> None:
        """Leave people whom a bus cannot bring further where it stands; they are stranded."""
        self.population.strand(households, cause=self._model.cause)
        self.movement.node[households] = node
        self._log_stranded(self._model.now_s, households)

    def stranded(self) -> Rows:
        """Return the households of which somebody is stranded, or blocked."""
        state = self.residents.state
        rows = np.flatnonzero((state == STATE["stranded"]) | (state == STATE["blocked"]))
        return self.residents.households_of(rows).astype(np.int64)

    def caught_since_s(self, households: Rows) -> NDArray[np.float32]:
        """Return when the first of each household was caught or blocked away from home."""
        rows, size = self.residents.members(households), self.residents.homes.size[households]
        since_s = np.minimum(self.caught_s[rows], self.blocked_s[rows])
        first = np.cumsum(size, dtype=np.int64) - size
        return np.minimum.reduceat(since_s, first) if len(rows) else since_s

    def home_zone(self, households: Rows) -> NDArray[np.int32]:
        """Return the community each household lives in."""
        return self.residents.homes.zone[households]

    def needing_help(self) -> Rows:
        """Return the households that wait at home for a team."""
        return self.population.waiting_for("help")

    def place_of(self, households: Rows) -> NDArray[np.int32]:
        """Return the road node nearest to where households are now."""
        edge = self.movement.edge[households]
        on_road = np.where(edge >= 0, self.network.from_node[edge], self.movement.node[households])
        at_home = self._world.buildings.node[self.residents.homes.building[households]]
        return np.where(on_road >= 0, on_road, at_home).astype(np.int32)

    def trapped(self) -> tuple[Rows, NDArray[np.int32]]:
        """Return the people under fallen buildings, and the road node nearest to each."""
        buried = self.population.trapped
        return buried.rows, self._world.buildings.node[buried.building]

    def dig_out(self, persons: Rows, *, cause: int) -> Rows:
        """Let a team bring people out of the rubble into the open; returns those who lived.

        Who had died or got out before is not among them; the badly hurt are to be admitted.
        """
        return self.population.trapped.dig_out(persons, self._model.now_s, cause=cause)

    def fetch(self, households: Rows, *, cause: int) -> Rows:
        """Let a team take households along; returns those that went.

        Who has gone on meanwhile, the water having fallen, goes on by himself.
        """
        rows = self.residents.members_in(households, "preparing", "waiting", "stranded", "blocked")
        self.movement.withdraw(self.residents.households_of(rows))
        went = self.population.assist(rows, self._model.now_s, cause=cause)
        return self.residents.households_of(went)
