"""Kinds of units (`units.yaml`), and which of them a scenario has: its ``forces`` part."""

from __future__ import annotations

import functools
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.base import Duration_s, Id, Names, Part, Spot
from sim.scenario.goods import Row, VehicleSize, catalogue_rows, sized

#: names that scenarios may use; each is a row of the catalogue
KindName = Literal[
    "fire_engine", "micro_station", "fire", "usar_light", "usar_heavy", "troops", "volunteers",
    "street", "flood", "water_rescue", "mountain_rescue", "medical", "ambulance", "road",
    "bridge_repair", "power", "communications", "hazmat", "forest_crew", "helicopter", "drone",
]  # fmt: skip
#: what units are sent for; a plan names one of these or a kind
Skill = Literal[
    "fire", "micro_fire", "fight_fire", "search", "dig", "boat", "water_rescue", "mountain",
    "medical", "ambulance", "carry_injured", "treat", "road", "clear_road", "bridge", "power",
    "repair_power", "communications", "repair_communications", "hazmat", "forest", "build_line",
    "flood", "street", "volunteers", "help_move", "air", "watch",
]  # fmt: skip
#: the name of a kind or of what it can do
Trade = KindName | Skill

#: figures that a skill cannot do without
_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "fight_fire": ("tank_m3", "jets"),
    "dig": ("dig_light", "dig_heavy"),
    "carry_injured": ("stretchers",),
    "clear_road": ("clear_m_per_h",),
    "build_line": ("line_m_per_h",),
    "bridge": ("bridge_m_per_h",),
}

_Amount = Annotated[float, Field(ge=0)]
_HOUR_S = 3600.0


class UnitKind(Row):
    """One kind of unit.

    Attributes
    ----------
    can : tuple of str
        What it may be sent for, of `Skill`.
    squads : int
        Groups that dig side by side.
    dig_light, dig_heavy : float
        Pace in the rubble of brick and of concrete; 1 is a trained squad of eight.
    speed_m_per_s : float
        Of what flies; 0 for what drives at the speed of the road.
    walks_m_per_s : float
        Of what leaves its vehicles and goes on where no road leads; 0 for what does not.
    bridge_m_per_h : float
        Emergency bridge laid.
    stretchers : int
        Lying patients it carries.
    size : VehicleSize or None
        None for what flies.
    """

    can: Annotated[tuple[Skill, ...], Field(strict=False, min_length=1)]
    crew: Annotated[int, Field(ge=1)]
    turnout_s: _Amount
    wading_m: _Amount = 0.0
    speed_m_per_s: _Amount = 0.0
    walks_m_per_s: _Amount = 0.0
    endurance_h: Annotated[float, Field(gt=0)]
    rest_h: _Amount
    tank_m3: _Amount = 0.0
    jets: Annotated[int, Field(ge=0)] = 0
    squads: Annotated[int, Field(ge=1)] = 1
    dig_light: _Amount = 0.0
    dig_heavy: _Amount = 0.0
    stretchers: Annotated[int, Field(ge=0)] = 0
    line_m_per_h: _Amount = 0.0
    clear_m_per_h: _Amount = 0.0
    bridge_m_per_h: _Amount = 0.0
    size: VehicleSize | None = None

    @model_validator(mode="after")
    def _has_a_size(self) -> Self:
        return sized(self, flies=self.speed_m_per_s > 0)

    @model_validator(mode="after")
    def _is_equipped(self) -> Self:
        """What it is sent for, it must have the tools for."""
        for skill, figures in _NEEDS.items():
            missing = [name for name in figures if not getattr(self, name)]
            if skill in self.can and missing:
                raise ValueError(f"{self.name} can {skill} and has no {', '.join(missing)}")
        return self

    @property
    def endurance_s(self) -> float:
        """How long a shift lasts."""
        return self.endurance_h * _HOUR_S

    @property
    def rest_s(self) -> float:
        """How long it rests after a shift."""
        return self.rest_h * _HOUR_S

    def answers_to(self, trade: str) -> bool:
        """Whether a plan that asks for a trade may be given this kind."""
        return trade == self.name or trade in self.can


@functools.cache
def unit_kinds() -> dict[str, UnitKind]:
    """Return all kinds of units by name."""
    return catalogue_rows("units.yaml", UnitKind)


class Force(Part):
    """Units of one kind that stand at a facility or a spot, or come from outside the map.

    Attributes
    ----------
    spot : Spot or None
        A base that the map has no facility for, such as a site of ``shapan cover --new``; the
        units stand at the nearest road that vehicles use.
    crew : int or None
        Of each; None is the catalogue's.
    travel : float
        From outside to the border of the map, s.
    ready_after : float or None
        From the call until it leaves; None is the catalogue's turnout.
    """

    ONE_OF: ClassVar = ("at", "outside", "spot")

    kind: KindName
    count: Annotated[int, Field(ge=1)] = 1
    at: Annotated[Id, Names("facility")] | None = None
    outside: Literal["district", "city", "province"] | None = None
    spot: Spot | None = None
    crew: Annotated[int, Field(ge=1)] | None = None
    ready_after: Duration_s | None = None
    travel: Duration_s = 0.0
