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
        "surge": "sim.hazards.surge:Surge",
        "freezing_rain": "sim.hazards.freezing_rain:FreezingRain",
        "hazmat": "sim.hazards.hazmat:Hazmat",
    },
)

#: links of chains: what one hazard brings about that another, or people, then meet
LINKS: Final = Registry(
    "link",
    {
        "levee_damage": "sim.hazards.chains_levees:LeveeDamage",
        "dam_failure": "sim.hazards.chains_dam:DamFailure",
        "burst_pipes": "sim.hazards.chains_pipes:BurstPipes",
        "wildfire_houses": "sim.hazards.chains_houses:WildfireHouses",
        "river_rise": "sim.hazards.chains_river:RiverRise",
        "power": "sim.hazards.power:Power",
        "landslide": "sim.hazards.landslide:Landslide",
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
        "set_up_command": "sim.scenario.actions:SetUpCommand",
        "close_shelter": "sim.scenario.actions:CloseShelter",
        "transfer_people": "sim.scenario.actions:TransferPeople",
        "reunite_families": "sim.scenario.actions:ReuniteFamilies",
        "withdraw_clause": "sim.scenario.actions:WithdrawClause",
        "call_up_clause": "sim.scenario.actions:CallUpClause",
        "rescue_trapped": "sim.scenario.actions_teams:RescueTrapped",
        "fight_fire": "sim.scenario.actions_teams:FightFire",
        "treat_injured": "sim.scenario.actions_teams:TreatInjured",
        "set_up_station": "sim.scenario.actions_teams:SetUpStation",
        "clear_roads": "sim.scenario.actions_teams:ClearRoads",
        "repair": "sim.scenario.actions_teams:Repair",
        "build_fire_line": "sim.scenario.actions_teams:BuildFireLine",
        "recall_teams": "sim.scenario.actions_teams:RecallTeams",
        "stop_leak": "sim.scenario.actions_teams:StopLeak",
        "decontaminate": "sim.scenario.actions_teams:Decontaminate",
        "open_detention": "sim.scenario.actions:OpenDetention",
        "publish_needs": "sim.scenario.actions:PublishNeeds",
    },
)

#: what a plan can have had done before the run: the model of its ``with``
PREPARATIONS: Final = Registry(
    "preparation",
    {
        "resettle": "sim.scenario.preparations:Resettle",
        "sign_shelters": "sim.scenario.preparations:SignShelters",
        "cut_fire_breaks": "sim.scenario.preparations:CutFireBreaks",
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
        "shapan/vary/1": "sim.scenario.varying:Vary",
    },
)
