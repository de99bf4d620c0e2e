"""Facilities of a schematic map: where the facts put them, or where such places usually are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.rng import Streams
from sim.scenario.facts import Facts, Group
from sim.world.maps.frame import Frame
from sim.world.maps.housing import Stock
from sim.world.maps.lowpoints import LowPoint
from sim.world.maps.plan import OPEN, Plan
from sim.world.maps.plots import FACTORY, HOME, MALL, PUBLIC, SCHOOL, SHOP, WAREHOUSE
from sim.world.maps.shares import centred, share_out
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS, Facilities

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: how many people stand for all when places are spread over the population
_SAMPLE: Final = 4000
#: of Lloyd's iteration: more even than a draw, still denser where people are
_STEPS: Final = 5
#: the buildings a kind of facility is in; others stand at the street
_HOUSED_IN: Final = {
    "shelter": (SCHOOL,),
    "supplier": (MALL, SHOP),
    "depot": (WAREHOUSE, PUBLIC),
    "hospital": (PUBLIC,),
    "command_post": (PUBLIC,),
}


@dataclass(frozen=True)
class Ground:
    """What siting looks at: people's homes, buildings, street nodes."""

    facts: Facts
    frame: Frame
    plan: Plan
    stock: Stock
    residents: Ints
    nodes_m: Floats
    streams: Streams


def facilities_of(ground: Ground, points: list[LowPoint], zone_of_building: Ints) -> Facilities:
    """Return all facilities, groups in the order of the facts, then pumping stations."""
    rows: list[dict[str, Any]] = []
    for group in ground.facts.facilities:
        if group.kind not in FACILITY_KINDS:
            guess = did_you_mean(group.kind, FACILITY_KINDS)
            raise SimError(
                f"facilities '{group.id}': unknown kind '{group.kind}'; "
                f"known: {choices(FACILITY_KINDS)}{guess}"
            )
        rows += _group_rows(group, _sites(group, ground))
    rows += [_pump_row(ground.facts, point) for point in points]
    rows = [row for row in rows if row]
    at = np.array([[row["x_m"], row["y_m"]] for row in rows]).reshape(-1, 2)
    near = cKDTree(np.column_stack((ground.stock.x_m, ground.stock.y_m))).query(at)[1]
    node = cKDTree(ground.nodes_m).query(at)[1]

    def column(name: str, dtype: Any) -> NDArray[Any]:
        return np.array([row[name] for row in rows], dtype=dtype)

    return Facilities(
        column("id", object),
        column("en", object),
        column("zh", object),
        column("kind", np.uint8),
        column("level", np.uint8),
        at[:, 0].copy(),
        at[:, 1].copy(),
        node.astype(np.int32),
        zone_of_building[near].astype(np.int32),
        column("capacity", np.float32),
        column("unit", object),
        column("area_m2", np.float32),
        column("assumed", bool),
    )


def _group_rows(group: Group, sites: Floats) -> list[dict[str, Any]]:
    if group.total_capacity is None:
        capacity = [float(group.capacity or 0)] * group.count
    else:
        whole = share_out(round(group.total_capacity), np.ones(group.count))
        capacity = whole.astype(float).tolist()
    several = group.count > 1
    return [
        {
            "id": f"{group.id}-{n}" if several else group.id,
            "en": f"{group.name.en} {n}" if several else group.name.en,
            "zh": f"{group.name.zh}{n}" if several else group.name.zh,
            "kind": FACILITY_KINDS.index(group.kind),
            "level": ZONE_LEVELS.index(group.level),
            "x_m": float(sites[n - 1, 0]),
            "y_m": float(sites[n - 1, 1]),
            "capacity": capacity[n - 1],
            "unit": group.unit,
            "area_m2": group.area_m2,
            "assumed": group.assumed or not group.at,
        }
        for n in range(1, group.count + 1)
    ]


def _pump_row(facts: Facts, point: LowPoint) -> dict[str, Any]:
    fact = facts.waterlogging[point.row]
    if fact.pump == 0:
        return {}
    return {
        "id": f"pump-{fact.id}",
        "en": f"{fact.name.en}, pumping station",
        "zh": f"{fact.name.zh}泵站",
        "kind": FACILITY_KINDS.index("pumping_station"),
        "level": 0,
        "x_m": point.x_m,
        "y_m": point.y_m,
        "capacity": fact.pump,
        "unit": "m3/s",
        "area_m2": 0.0,
        "assumed": True,
    }


def _sites(group: Group, ground: Ground) -> Floats:
    if group.at:
        return ground.frame.line_m(group.at)
    wanted = _SITINGS[group.siting](group, ground)
    stock = ground.stock
    housed = np.isin(stock.use, _HOUSED_IN.get(group.kind, ()))
    if housed.sum() < len(wanted):
        return _distinct(wanted, ground.nodes_m)
    return _distinct(wanted, np.column_stack((stock.x_m[housed], stock.y_m[housed])))


def _distinct(wanted: Floats, candidates: Floats) -> Floats:
    """Return for each wanted place the nearest candidate that no earlier one has."""
    k = min(len(candidates), len(wanted) + 1)
    near = cKDTree(candidates).query(wanted, k=k)[1].reshape(len(wanted), -1)
    chosen: list[int] = []
    used: set[int] = set()
    for row in near.tolist():
        one = next((one for one in row if one not in used), row[0])
        used.add(one)
        chosen.append(one)
    return candidates[chosen]


def _among(points: Floats, weights: Floats, group: Group, ground: Ground) -> Floats:
    """Spread places over a weighted sample of points; a single one is drawn."""
    rng = ground.streams.generator(f"site {group.id}")
    n = 1 if group.count == 1 else max(_SAMPLE, 40 * group.count)
    sample = points[rng.choice(len(points), n, p=weights / weights.sum())]
    return sample if group.count == 1 else centred(sample, sample[: group.count], _STEPS)


def _by_people(group: Group, ground: Ground) -> Floats:
    home = ground.stock.use == HOME
    points = np.column_stack((ground.stock.x_m, ground.stock.y_m))[home]
    return _among(points, ground.residents[home].astype(float) + 1e-9, group, ground)


def _by_area(group: Group, ground: Ground) -> Floats:
    return _among(ground.nodes_m, np.ones(len(ground.nodes_m)), group, ground)


def _by_industry(group: Group, ground: Ground) -> Floats:
    works = np.isin(ground.stock.use, (FACTORY, WAREHOUSE))
    if not works.any():
        return _by_people(group, ground)
    points = np.column_stack((ground.stock.x_m, ground.stock.y_m))[works]
    return _among(points, np.ones(len(points)), group, ground)


def _by_countryside(group: Group, ground: Ground) -> Floats:
    nodes = ground.nodes_m
    use = ground.plan.at(ground.plan.use, nodes[:, 0], nodes[:, 1])
    rural = nodes[use == OPEN]
    return (
        _among(rural, np.ones(len(rural)), group, ground) if len(rural) else _by_area(group, ground)
    )


def _by_town(group: Group, ground: Ground) -> Floats:
    """One in each town, at the middle of its people; the most populous towns get the rest."""
    people = ground.plan.town_people
    order = np.concatenate((np.arange(len(people)), np.argsort(-people, kind="stable")))
    town = order[np.arange(group.count) % len(order)]
    town_of = ground.plan.community_town[ground.stock.community]
    weight = ground.residents.astype(float) + 1e-9
    total = np.bincount(town_of, weights=weight, minlength=len(people))
    middles = np.column_stack(
        [
            np.bincount(town_of, weights=weight * axis, minlength=len(people)) / total
            for axis in (ground.stock.x_m, ground.stock.y_m)
        ]
    )
    return middles[town]


def _by_waterlogging(group: Group, ground: Ground) -> Floats:
    places = [point.at for point in ground.facts.waterlogging]
    if not places:
        return _by_people(group, ground)
    return ground.frame.line_m(tuple(places))[np.arange(group.count) % len(places)]


_SITINGS: Final = {
    "people": _by_people,
    "area": _by_area,
    "towns": _by_town,
    "industry": _by_industry,
    "countryside": _by_countryside,
    "waterlogging": _by_waterlogging,
}
