"""Which workflow carries out which action of a plan."""

from __future__ import annotations

from typing import Final

from sim.core.registry import Registry

#: action -> standing order, a generator ``(ops, command, row)`` that ends when the order is done;
#: an action of a plan without a workflow stays in the ledger as "not simulated"
WORKFLOWS: Final = Registry(
    "workflow",
    {
        "set_response_level": "sim.response.level:set_response_level",
        "notify_post": "sim.response.level:notify_post",
        "report": "sim.response.level:report",
        "issue_warning": "sim.response.warning:issue_warning",
        "relocate_zone": "sim.response.relocation:relocate_zone",
        "open_shelter": "sim.response.shelter:open_shelter",
        "close_road": "sim.response.roads:close_road",
        "reopen_road": "sim.response.roads:reopen_road",
        "shelter_outdoors": "sim.response.outdoors:shelter_outdoors",
        "close_gas": "sim.response.outdoors:close_gas",
        "run_pumps": "sim.response.pumps:run_pumps",
        "dispatch_team": "sim.response.teams:dispatch_team",
        "dispatch_buses": "sim.response.buses:dispatch_buses",
        "request_force": "sim.response.aid:request_force",
        "suspend": "sim.response.suspension:suspend",
        "set_up_command": "sim.response.command_joint:set_up_command",
        "close_shelter": "sim.response.shelters_closing:close_shelter",
        "transfer_people": "sim.response.shelters_closing:transfer_people",
        "reunite_families": "sim.response.shelters_families:reunite_families",
        "withdraw_clause": "sim.response.command_clauses:withdraw_clause",
        "call_up_clause": "sim.response.command_clauses:call_up_clause",
        "send_supplies": "sim.response.supply.orders:send_supplies",
        "rescue_trapped": "sim.response.rescue:rescue_trapped",
        "fight_fire": "sim.response.firefighting:fight_fire",
        "treat_injured": "sim.response.medical:treat_injured",
        "set_up_station": "sim.response.medical:set_up_station",
        "clear_roads": "sim.response.lifelines:clear_roads",
        "repair": "sim.response.lifelines:repair",
        "build_fire_line": "sim.response.lifelines_fire_line:build_fire_line",
        "recall_teams": "sim.response.teams_work:recall_teams",
        "stop_leak": "sim.response.hazmat:stop_leak",
        "decontaminate": "sim.response.decontamination:decontaminate",
        "open_detention": "sim.response.floodways:open_detention",
        "publish_needs": "sim.response.supply.gifts:publish_needs",
    },
)
