"""What can be named in files: the registries that several rooms of the house look into."""

from __future__ import annotations

from typing import Final

from sim.core.registry import Registry

#: hazards by kind; each carries its `Params`
HAZARDS: Final = Registry(
    "hazard",
    {
        "flood": "sim.hazards.flood:Flood",
        "earthquake": "sim.hazards.earthquake:Earthquake",
        "urban_fire": "sim.hazards.urban_fire:UrbanFire",
        "wildfire": "sim.hazards.wildfire:Wildfire",
    },
)

#: what a plan's clause can order: the model of its ``with``
ACTIONS: Final = Registry(
    "action",
    {
        "set_response_level": "sim.scenario.actions:SetResponseLevel",
        "issue_warning": "sim.scenario.actions:IssueWarning",
        "notify_post": "sim.scenario.actions:NotifyPost",
        "report": "sim.scenario.actions:Report",
        "relocate_zone": "sim.scenario.actions:RelocateZone",
        "open_shelter": "sim.scenario.actions:OpenShelter",
        "close_road": "sim.scenario.actions:CloseRoad",
        "reopen_road": "sim.scenario.actions:ReopenRoad",
        "run_pumps": "sim.scenario.actions:RunPumps",
        "dispatch_team": "sim.scenario.actions:DispatchTeam",
        "dispatch_buses": "sim.scenario.actions:DispatchBuses",
        "send_supplies": "sim.scenario.actions:SendSupplies",
        "request_force": "sim.scenario.actions:RequestForce",
        "shelter_outdoors": "sim.scenario.actions:ShelterOutdoors",
        "close_gas": "sim.scenario.actions:CloseGas",
        "suspend": "sim.scenario.actions:Suspend",
    },
)

#: the first line of a file, and the model of the file
FORMATS: Final = Registry(
    "format",
    {
        "shapan/scenario/1": "sim.scenario.scenario:Scenario",
        "shapan/plan/1": "sim.scenario.plan:Plan",
        "shapan/targets/1": "sim.scenario.targets:Targets",
        "shapan/facts/1": "sim.scenario.facts:Facts",
    },
)
