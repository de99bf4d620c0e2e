"""The wildfire suite: surface fire against Behave, growth against exact ellipses, attack."""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import wildfire_behave, wildfire_crowns, wildfire_growth
from sim.evaluation.verification.case import Check

SUITE: Final = (
    Check("behave_tests", wildfire_behave.behave_tests),
    Check("behave_weather", wildfire_behave.behave_weather),
    Check("behave_size", wildfire_behave.behave_size),
    Check("wind_shares", wildfire_behave.wind_shares),
    Check("fuel_table", wildfire_behave.fuel_table),
    Check("anderson", wildfire_behave.anderson),
    Check("other_moistures", wildfire_behave.other_moistures),
    Check("crowns", wildfire_crowns.crowns),
    Check("brands", wildfire_crowns.brands),
    Check("moisture", wildfire_growth.moisture),
    Check("ellipses", wildfire_growth.ellipses),
    Check("chaparral", wildfire_growth.chaparral),
    Check("finer_rays", wildfire_growth.finer_rays),
    Check("paces", wildfire_growth.paces),
    Check("ticks", wildfire_growth.ticks),
    Check("two_winds", wildfire_growth.two_winds),
    Check("lines", wildfire_growth.lines),
    Check("attack", wildfire_behave.attack),
)
