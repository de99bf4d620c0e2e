"""The model: Mesa's face, SimPy's clock, and one visible order of things in every step."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cached_property
from typing import Any, Final

import mesa
import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.facade import attach, release
from sim.core.events import EventLog
from sim.core.garbage import little_looked_for
from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.hazards.base import Hazard, Surroundings
from sim.hazards.recording import Recording, WatchedStreams
from sim.hazards.replay import replayed
from sim.hazards.together import hazards_of, set_out
from sim.model.before import map_of_run, prepare
from sim.model.dangers import Dangers
from sim.model.history import StateHistory
from sim.model.lifelines import Lifelines
from sim.model.observe import Recorder
from sim.model.people import PeopleOnMap
from sim.model.roads import RoadEffects
from sim.model.stage import ModelStage
from sim.model.water import WaterEffects
from sim.response.medical_emergency import Emergency
from sim.response.operations import Operations
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario
from sim.world.crossings import Crossings
from sim.world.layers import Layers
from sim.world.states import States
from sim.world.world import World
from sim.world.zoning import zone_cells, zones_at

#: the order of a step; a run does nothing else
PHASES: Final = ("commands", "response", "hazards", "harm", "choices", "movement", "record")

Work = Callable[[float], None]


class Disaster(mesa.Model):  # type: ignore[misc]  # mesa ships no types
    """A scenario at work on a world.

    Parameters
    ----------
    scenario : Scenario
    world : World
    plan : Plan, optional
        What people in posts do; without one nobody is warned and nobody comes to help.
    seed : int
        The only source of chance.
    every : int
        One household in so many is kept and stands for that many.
    recorded : Recording, optional
        What this scenario's hazards did with this seed, to be played again.

    Attributes
    ----------
    env : simpy.Environment
        The clock, in seconds from scenario start.
    drawn, world : World
        The map as it was drawn, and with people living where the plan has moved them.
    phases : dict of list
        What each phase of `PHASES` does: callables that take the time to go to, in seconds.
    hazards : list of Hazard
        The scenario's hazards, then the links of its chains, in the order they advance.
    crossings : Crossings
        Level crossings on the roads.
    fields : Layers
        Everything that changes on the ground.
    states : States
        What hazards have done to buildings, roads and facilities.
    log : EventLog
    people : PeopleOnMap
    operations : Operations or None
    """

    def __init__(
        self,
        scenario: Scenario,
        world: World,
        *,
        plan: Plan | None = None,
        seed: int,
        every: int = 1,
        recorded: Recording | None = None,
    ) -> None:
        super().__init__(seed=seed)
        self.scenario = scenario
        self.drawn = world
        self.world = world = map_of_run(world, plan, seed)
        self.streams = Streams(seed)
        self.env = simpy.Environment()
        self.log = EventLog()
        self.fields = Layers(world.grid)
        self.phases: dict[str, list[Work]] = {name: [] for name in PHASES}
        self.log.add(0.0, "run_started", scenario.id, seed=seed)
        self.states = States(world)
        luck = WatchedStreams(seed)
        around = Surroundings(world, self.fields, self.states, self.log, luck, scenario.clock.start)
        self._luck, self._recorded = luck, recorded
        self.hazards: list[Hazard] = []
        self._writers: dict[tuple[str, ...], list[Hazard]] = {}
        if recorded is not None:
            self.hazards += replayed(recorded, around)
        else:
            self.hazards += hazards_of((*scenario.hazards, *scenario.chains), around)
        prepare(self, plan)
        self.dangers = Dangers(self)
        self.crossings = Crossings(world, scenario.crossings)
        self.roads = RoadEffects(self)
        self.water = WaterEffects(self)
        self.people = PeopleOnMap(self, plan, every=every)
        self.lifelines = Lifelines(self)
        attach(self, self.people.residents)
        self.operations = Operations(ModelStage(self), plan) if plan is not None else None
        self.recorder = Recorder(self, every_s=scenario.record.every)
        self.history = StateHistory(self)
        self.phases["hazards"] = [*(hazard.advance for hazard in self.hazards), self._set_out]
        self.phases["harm"] = [
            self.dangers.update,
            self.roads.update,
            self.water.update,
            self.lifelines.update,
            self.people.harm,
        ]
        self.phases["choices"] = [self.people.choices]
        self.phases["movement"] = [self.people.move]
        self.phases["record"] = [self.recorder.record, self.history.record]
        if self.operations is not None:
            self.phases["commands"] = [self.operations.listen]
            emergency = Emergency(self.operations)
            self.phases["response"] = [self.operations.reports.notice, emergency.look]
        self._ticked = self.env.event()
        self.env.process(self._ticks())

    @property
    def hazards_drew(self) -> bool:
        """Whether the hazards depend on the seed."""
        return self._luck.drawn if self._recorded is None else bool(self._recorded.about["drawn"])

    @property
    def now_s(self) -> float:
        """Seconds from scenario start."""
        return float(self.env.now)

    @property
    def start_of_day_s(self) -> float:
        """Local time of day at the start of the run, s since midnight."""
        start = self.scenario.clock.start
        return start.hour * 3600.0 + start.minute * 60.0 + start.second

    def cause_of(self, *brought: str) -> int:
        """Return the newest event behind a layer or state that hazards write; -1 for none."""
        if brought not in self._writers:
            wanted = set(brought)
            self._writers[brought] = [one for one in self.hazards if wanted & set(one.writes)]
        return max((hazard.cause for hazard in self._writers[brought]), default=-1)

    @property
    def cause(self) -> int:
        """The newest event of any hazard; -1 while there is none."""
        return max((hazard.cause for hazard in self.hazards), default=-1)

    @cached_property
    def low_lying_zones(self) -> NDArray[np.int64]:
        """Rows of the communities in which the map's waterlogging points lie."""
        points = self.world.points
        low = points.kind == "waterlogging"
        cells = zone_cells(self.world, "community")
        rows = zones_at(self.world, cells, points.x_m[low], points.y_m[low])
        return distinct(rows[rows >= 0]).astype(np.int64)

    @property
    def duration_s(self) -> float:
        """Length of the run."""
        return float(self.scenario.clock.duration)

    @property
    def n_ticks(self) -> int:
        """Steps in the run."""
        return round(self.duration_s / float(self.scenario.clock.step))

    def step(self) -> None:
        """Go on by one tick: every phase in order, up to the clock's time."""
        for phase in PHASES:
            for work in self.phases[phase]:
                work(float(self.env.now))

    def _set_out(self, now_s: float) -> None:
        """Let hazards go on beside people, who look at what there is now."""
        next_s = now_s + float(self.scenario.clock.step)
        set_out(self.hazards, [next_s] if next_s <= self.duration_s else [])

    def _ticks(self) -> Generator[simpy.Event, Any, None]:
        for tick in range(1, self.n_ticks + 1):
            yield self.env.timeout(tick * self.scenario.clock.step - self.env.now)
            self.step()
            ticked, self._ticked = self._ticked, self.env.event()
            ticked.succeed()

    def run(self, on_tick: Callable[[int], None] | None = None) -> None:
        """Run to the end; ``on_tick`` is told how many ticks are done."""
        with little_looked_for():
            for tick in range(1, self.n_ticks + 1):
                self.env.run(until=self._ticked)
                if on_tick is not None:
                    on_tick(tick)
        self.log.add(self.duration_s, "run_ended", self.scenario.id)

    def close(self) -> None:
        """Let go of what Mesa 3.3 would keep alive for ever."""
        release(self)
