"""From a map and weather to the kinds of ground a fire meets, and its ellipse on each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.sets import distinct
from sim.hazards.wildfire_crown import (
    Crowns,
    crown_length_to_width,
    crown_spread_m_per_s,
    runs_in_crowns,
)
from sim.hazards.wildfire_fuels import fuel_models, fuel_numbers
from sim.hazards.wildfire_params import FireWeather, LandFuels, WildfireParams
from sim.hazards.wildfire_rothermel import (
    Bed,
    bed_of,
    open_wind_share,
    sheltered_wind_share,
    spread_of,
)
from sim.hazards.wildfire_spread import Ellipses
from sim.hazards.wildfire_weather import (
    WIND_10M_OVER_20FT,
    dead_moisture,
    ignition_probability,
    moisture_of,
)
from sim.scenario.parameters import parameter
from sim.world.layers import LAND_CLASSES
from sim.world.world import World

Floats = NDArray[np.float64]

#: slope is told apart by so much rise over run, up to the steepest; aspect by so many degrees
_SLOPE_STEP, _STEEPEST, _ASPECT_STEP_DEG = 0.05, 2.0, 15.0
#: J/GJ
_J_PER_GJ: Final = 1e9


@dataclass(frozen=True)
class GroundKinds:
    """What tells cells apart for a fire; kind 0 does not burn.

    Attributes
    ----------
    of_cell : (ny, nx) int32
    fuel : (c,) int
        Number of the fuel model.
    slope, upslope_deg : (c,) float
        Rise over run; where the ground rises to, degrees clockwise from north.
    sheltered : (c,) bool
        Under trees.
    """

    of_cell: NDArray[np.int32]
    fuel: NDArray[np.int64]
    slope: Floats
    upslope_deg: Floats
    sheltered: NDArray[np.bool_]


@dataclass(frozen=True)
class Behaviour:
    """How fire behaves on each kind of ground in each weather window.

    Attributes
    ----------
    ellipses : Ellipses
    heat_j_per_m2 : (w, c) float
        Released under the passing front.
    lights : (w, c) float
        Brands expected from a square metre that would set light where they land.
    in_crowns : (w, c) bool
        Where it runs from crown to crown.
    """

    ellipses: Ellipses
    heat_j_per_m2: Floats
    lights: Floats
    in_crowns: NDArray[np.bool_]


def fuel_of(world: World, fuels: LandFuels) -> NDArray[np.int64]:
    """Return the number of each cell's fuel model: the map's own, or by class of land."""
    if "fuel" in world.layers:
        return world.layers["fuel"].astype(np.int64)
    numbers = fuel_numbers()
    table = np.array([numbers[getattr(fuels, name)] for name in LAND_CLASSES])
    return np.asarray(table[world.layers["land"]])


def kinds_of(world: World, fuels: LandFuels) -> GroundKinds:
    """Sort the cells of a map into kinds."""
    fuel = fuel_of(world, fuels)
    slope, upslope_deg = _slope_of(world)
    steep = np.minimum(np.round(slope / _SLOPE_STEP), _STEEPEST / _SLOPE_STEP).astype(np.int64)
    sectors = round(360.0 / _ASPECT_STEP_DEG)
    sector = np.round(upslope_deg / _ASPECT_STEP_DEG).astype(np.int64) % sectors
    under_trees = world.layers["land"] == LAND_CLASSES.index("forest")
    sector = np.where(steep == 0, 0, sector)
    code = ((fuel * 100 + steep) * sectors + sector) * 2 + under_trees
    burns = np.isin(fuel, [model.number for model in fuel_models().values()])
    found, of_cell = np.unique(np.where(burns, code, -1), return_inverse=True)
    if found[0] >= 0:
        found, of_cell = np.insert(found, 0, -1), of_cell + 1
    code = np.maximum(found, 0)
    return GroundKinds(
        of_cell=of_cell.reshape(world.grid.shape).astype(np.int32),
        fuel=code // (200 * sectors),
        slope=code // (2 * sectors) % 100 * _SLOPE_STEP,
        upslope_deg=code // 2 % sectors * _ASPECT_STEP_DEG,
        sheltered=code % 2 == 1,
    )


def _slope_of(world: World) -> tuple[Floats, Floats]:
    ground_m = world.layers["elevation_m"].astype(np.float64)
    if min(ground_m.shape) < 2:
        return np.zeros(ground_m.shape), np.zeros(ground_m.shape)
    southward, eastward = np.gradient(ground_m, world.grid.cell_m)
    upslope_deg = np.degrees(np.arctan2(eastward, -southward)) % 360.0
    return np.hypot(eastward, southward), upslope_deg


def behaviour_of(params: WildfireParams, kinds: GroundKinds) -> Behaviour:
    """Work out the fire on every kind of ground in every weather window."""
    shape = (len(params.weather), len(kinds.fuel))
    head, eccentricity, east, north, heat, lights = np.zeros((6, *shape))
    in_crowns = np.zeros(shape, dtype=bool)
    models = {model.number: model for model in fuel_models().values()}
    for w, weather in enumerate(params.weather):
        dead = _dead_fuel(weather)
        moisture = moisture_of(dead, params.live_herb, params.live_woody)
        likely = ignition_probability(weather.temperature_c, dead[0])
        for number in distinct(kinds.fuel[1:]).tolist():
            bed = bed_of(models[number], moisture)
            for sheltered in (False, True):
                here = (kinds.fuel == number) & (kinds.sheltered == sheltered)
                here[0] = False
                midflame = weather.wind / WIND_10M_OVER_20FT
                midflame *= _wind_share(params, models[number].depth_ft, sheltered)
                spread = spread_of(
                    bed, midflame, weather.wind_from_deg + 180.0, slope=kinds.slope[here],
                    upslope_deg=kinds.upslope_deg[here], limited=params.wind_limit,
                )  # fmt: skip
                head[w, here] = spread.head_m_per_s
                eccentricity[w, here] = spread.eccentricity
                east[w, here], north[w, here] = spread.east, spread.north
                heat[w, here] = bed.heat_j_per_m2
                lights[w, here] = _lights_per_m2(params, bed, likely)
        if params.crown_fire:
            crowns = _crowns_of(params)
            wind = weather.wind / WIND_10M_OVER_20FT
            fast = crown_spread_m_per_s(moisture, wind)
            tall = runs_in_crowns(crowns, head[w] * heat[w], fast) & kinds.sheltered
            in_crowns[w] = tall
            head[w, tall] = np.maximum(head[w, tall], fast)
            heat[w, tall] += crowns.heat_j_per_m2
            lights[w, tall] *= heat[w, tall] / (heat[w, tall] - crowns.heat_j_per_m2)
            longest = np.sqrt(1.0 - crown_length_to_width(wind) ** -2.0)
            eccentricity[w, tall] = np.maximum(eccentricity[w, tall], longest)
    ends = np.array([*(weather.from_ for weather in params.weather[1:]), np.inf])
    return Behaviour(Ellipses(ends, head, eccentricity, east, north), heat, lights, in_crowns)


def _crowns_of(params: WildfireParams) -> Crowns:
    base_m = params.canopy_base
    if base_m is None:
        base_m = params.canopy_height * (1.0 - params.crown_ratio)
    return Crowns(base_m, params.canopy_height, params.canopy_density, params.foliar_water)


def _dead_fuel(weather: FireWeather) -> tuple[float, float, float]:
    if weather.dead_fuel is not None:
        measured = weather.dead_fuel
        return measured.one_hour, measured.ten_hour, measured.hundred_hour
    extra = float(parameter("wildfire.coarse_extra").value)
    return dead_moisture(weather.temperature_c, weather.humidity, weather.sky, extra)


def _wind_share(params: WildfireParams, depth_ft: float, sheltered: bool) -> float:
    under = sheltered_wind_share(params.canopy_height, params.canopy_cover, params.crown_ratio)
    return under if sheltered and under < 1.0 else open_wind_share(depth_ft)


def _lights_per_m2(params: WildfireParams, bed: Bed, likely: float) -> float:
    return bed.heat_j_per_m2 / _J_PER_GJ * params.brands_per_gj * likely
