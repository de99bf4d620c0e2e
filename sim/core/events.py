"""The event log: what happened, when, to whom, and because of what. Append-only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sim.core.errors import SimError, did_you_mean

Fact = str | int | float | bool | None

#: kind -> what it says, in the past tense; the catalogue of everything that can be logged
KINDS: Final[dict[str, str]] = {
    "run_started": "the clock starts",
    "run_ended": "the clock stops",
    "prepared": "a preparation of the plan had been made before the run",
    "rain_started": "rain begins to fall",
    "rain_ended": "rain has stopped",
    "inflow_rose": "a river inflow began to rise",
    "inflow_peaked": "a river inflow reached its peak",
    "levee_overtopped": "water first ran over a levee",
    "levee_breached": "a levee began to fail",
    "levee_opened": "the gate of a levee was opened by order",
    "diversion_began": "water began to run through an opened levee into a detention area",
    "drains_failed": "drains stopped taking water",
    "pump_started": "a pump began to work",
    "pump_stopped": "a pump stopped",
    "point_flooded": "water at a watched point reached its threshold",
    "road_closed": "a road edge closed to traffic",
    "road_reopened": "a closed road edge opened again",
    "crossing_blocked": "a train came to stand on a level crossing",
    "crossing_cleared": "the train on a level crossing went on",
    "levee_damaged": "shaking broke a levee",
    "dam_failed": "a dam began to fail",
    "pipes_burst": "shaking broke water mains",
    "sea_rose": "a storm lifted the sea by half of what it will",
    "sea_peaked": "the sea stood highest",
    "ice_formed": "ice began to load lines and cover roads",
    "ice_gone": "the last ice had melted",
    "landslide": "a slope slid",
    "gas_released": "a poisonous gas began to escape",
    "gas_stopped": "no more gas escaped",
    "leak_plugged": "a team plugged a leak",
    "people_washed": "a team washed poisoned people",
    "power_failed": "a substation stopped feeding its zones",
    "power_restored": "a substation fed its zones again",
    "feeder_failed": "water tripped a feeder and all the communities on it",
    "feeder_restored": "a feeder carried power again, without communities still in water",
    "lines_failed": "lines to zones broke under ice or by shaking",
    "facility_lost_power": "a facility stopped for want of power",
    "facility_got_power": "a facility stopped for want of power works again",
    "network_lost": "a zone lost its mobile network",
    "network_back": "a zone had its mobile network again",
    "fire_started": "fire broke out by itself: declared, by accident or after shaking",
    "fire_spread": "buildings caught fire from their neighbours",
    "building_burnt_out": "the fire of buildings ended for want of fuel",
    "fire_put_out": "water ended the fire of buildings",
    "fire_spotted": "brands lit fires ahead of a wildfire",
    "fire_reached_point": "a wildfire came near a watched place",
    "fire_out": "a wildfire has nothing left to burn",
    "houses_kindled": "a wildfire set light to houses beside it",
    "earthquake": "the ground shook: a mainshock",
    "aftershock": "the ground shook again",
    "buildings_damaged": "shaking damaged buildings",
    "debris_fell": "fallen buildings narrowed streets",
    "bridge_failed": "shaking cut a road on a bridge",
    "facility_damaged": "damage put a facility out of work",
    "buildings_flooded": "water entered buildings for the first time",
    "people_hurt": "a danger killed or hurt residents",
    "people_away": "at the first look people were out of home for the day",
    "people_stranded": "people were caught away from home",
    "people_took_refuge": "people stopped by water went into houses beside the road",
    "people_trapped": "people were buried under fallen buildings",
    "people_dug_out": "buried people got out or were dug out",
    "outdoors_ordered": "people were called into the open",
    "gas_closed": "the gas of a zone was shut off",
    "people_went_outdoors": "people ran out of their buildings",
    "huts_burnt": "huts of straw in which people lived outdoors burnt",
    "rain_measured": "a gauge read the rain so far",
    "depth_measured": "an instrument read the depth at a point",
    "forecast_issued": "the weather office issued a forecast",
    "signal_raised": "the weather office raised its rainstorm signal",
    "clause_triggered": "a clause's condition was known to its post",
    "clause_taken_up": "the post took the matter up",
    "clause_decided": "the post decided",
    "clause_done": "what the clause promised was done",
    "clause_failed": "an order ended without all that its clause promises",
    "clause_overtaken": "another order made the clause pointless",
    "order_given": "somebody gave an order",
    "level_set": "the response level changed",
    "post_notified": "a post was told by another",
    "report_received": "a post received a report from another",
    "news_received": "a post heard of an incident",
    "news_lost": "news could not be brought to a post",
    "news_repeated": "a desk heard out one more caller about an incident it may know of",
    "post_absent": "the holder of a post could not be reached",
    "advice_given": "experts gave their advice",
    "clause_withdrawn": "a clause was called off",
    "command_set_up": "posts sat down together in a joint command",
    "force_requested": "help was asked for from outside",
    "force_arrived": "a team from outside came to the map",
    "suspended": "schools, work or traffic in zones stopped",
    "team_in_vain": "a team came to people whom somebody else had fetched",
    "warning_issued": "a warning went out to the public",
    "relocation_ordered": "people were ordered to leave",
    "relocation_ended": "nobody who is to go is still there",
    "shelter_opened": "a shelter began to take people in",
    "shelter_flooded": "a shelter could not open because of water",
    "shelter_closed": "the last people left a shelter, and it closed",
    "family_traced": "the family of a child alone in a shelter was found",
    "carer_given": "a child whose family is dead was given a carer",
    "shelter_dark": "a shelter lost its power",
    "shelter_lit": "a shelter had power again",
    "shelter_dry": "a shelter's taps ran dry",
    "shelter_has_water": "a shelter's taps ran again",
    "shelter_full": "a shelter had no place left",
    "shelter_failed": "a shelter had to be given up",
    "people_sent_on": "a shelter sent people on to another one",
    "team_sent": "a team left its base",
    "team_arrived": "a team reached its task",
    "team_gave_up": "a team found no way",
    "road_barred": "a barrier shut a road",
    "road_unbarred": "a barrier was taken away",
    "bus_sent": "a bus set out",
    "bus_diverted": "a bus went to another shelter than it was meant to",
    "bus_unloaded": "a bus brought people to a shelter",
    "people_sighted": "a drone found people who are caught",
    "fire_sighted": "a drone saw fire that its post had not heard of",
    "people_fetched": "a team took people along",
    "team_called": "a team was called out",
    "team_rests": "a team rests after its shift",
    "people_extricated": "a team dug people out alive",
    "wounded_died": "badly hurt people died, waiting or treated",
    "patients_picked_up": "an ambulance took patients along",
    "patients_admitted": "patients were put to bed in a hospital or station",
    "patients_walked_in": "badly hurt people came to a hospital without an ambulance",
    "patients_transferred": "a hospital without a bed sent patients on",
    "patients_moved_out": "patients were taken to hospitals outside the map",
    "patient_discharged": "a patient left hospital",
    "station_opened": "a temporary treatment station took patients",
    "water_on_fire": "an engine gave first water on a building",
    "tank_filled": "an engine filled its tank",
    "bridge_laid": "a team opened a road that was down by an emergency bridge",
    "street_cleared": "a team cleared a street of debris",
    "facility_repaired": "a team made a facility work again",
    "line_built": "a crew finished a stretch of fire line",
    "supplies_requested": "a post asked for relief goods",
    "supplies_released": "a store of relief goods was ready to be loaded from",
    "truck_loaded": "a truck or aircraft left a store with its load",
    "truck_gave_up": "a truck or aircraft found no way to its place",
    "supplies_delivered": "a load was set down where it was sent",
    "supplies_recalled": "a load was called back on its way",
    "gifts_arrived": "goods that were given by themselves came to a store",
    "needs_published": "the public was told which goods are needed",
    "goods_spoiled": "goods were not good any more and thrown away",
    "supplies_handed_out": "people at a place were given relief goods",
}


class UnknownEventError(SimError):
    """Code logs a kind that is not in the catalogue."""


@dataclass(frozen=True)
class Event:
    """One fact.

    Attributes
    ----------
    id : int
        Row in the log, from 0.
    t_s : float
        Seconds from scenario start.
    kind : str
        One of `KINDS`.
    who : str
        The thing it happened to: an id from the scenario, the map or the plan.
    cause : int
        Id of the event that brought this about; -1 when nothing in the run did.
    facts : dict
        Amounts, with units in their names.
    """

    id: int
    t_s: float
    kind: str
    who: str
    cause: int
    facts: dict[str, Fact]


class EventLog:
    """Append-only; events are in time order and name their causes among earlier events."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._newest: dict[tuple[str, str | None], int] = {}
        self._digest = hashlib.sha256()

    def add(self, t_s: float, kind: str, who: str, *, cause: int = -1, **facts: Fact) -> int:
        """Append a fact and return its id, to be named as a cause by others.

        Raises
        ------
        UnknownEventError
            When the kind is not in `KINDS`.
        ValueError
            When time runs backwards or the cause has not happened.
        """
        if kind not in KINDS:
            raise UnknownEventError(f"unknown event kind '{kind}'{did_you_mean(kind, KINDS)}")
        if self._events and t_s < self._events[-1].t_s:
            raise ValueError(f"t_s={t_s} is before the last event at {self._events[-1].t_s}")
        if not -1 <= cause < len(self._events):
            raise ValueError(f"cause={cause} is not an earlier event")
        event = Event(len(self._events), float(t_s), kind, who, cause, facts)
        self._events.append(event)
        self._newest[kind, who] = self._newest[kind, None] = event.id
        self._digest.update(_line(event).encode())
        return event.id

    def __iter__(self) -> Iterator[Event]:
        """Iterate in the order of logging."""
        return iter(self._events)

    def __len__(self) -> int:
        """Return how many facts are logged."""
        return len(self._events)

    def __getitem__(self, event_id: int) -> Event:
        """Return one event by id."""
        return self._events[event_id]

    def newest(self, kinds: Collection[str], who: str | None = None) -> int:
        """Return the id of the newest event of some kinds, of one thing or of any; -1 for none."""
        return max((self._newest.get((kind, who), -1) for kind in kinds), default=-1)

    def chain(self, event_id: int) -> list[Event]:
        """Return the event and its causes, the first cause last."""
        found = []
        while event_id >= 0:
            found.append(self._events[event_id])
            event_id = self._events[event_id].cause
        return found

    def sha256(self) -> str:
        """Return a digest of every event so far, in order."""
        return self._digest.hexdigest()


def _line(event: Event) -> str:
    facts = json.dumps(event.facts, sort_keys=True, ensure_ascii=False)
    return f"{event.t_s!r}|{event.kind}|{event.who}|{event.cause}|{facts}\n"
