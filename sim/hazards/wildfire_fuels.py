"""The standard fuel models: 13 of Anderson (1982) and 40 of Scott & Burgan (2005)."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources
from typing import Final

#: short tons an acre -> lb/ft2
_LB_FT2_PER_T_AC: Final = 2000.0 / 43560.0

#: what cannot burn: urban, snow or ice, farmed bare, water, bare ground (Scott & Burgan 2005)
NON_BURNABLE: Final = ("NB1", "NB2", "NB3", "NB8", "NB9")
_NON_BURNABLE_NUMBERS: Final = (91, 92, 93, 98, 99)


@dataclass(frozen=True)
class FuelModel:
    """One fuel bed, in the customary units of the publications.

    Attributes
    ----------
    code, name : str
        ``"GS4"``; the thirteen older ones are ``"FM1"`` to ``"FM13"``.
    number : int
        As in rasters of fuel models.
    dynamic : bool
        Whether live herbs become dead fuel as they cure.
    load_lb_ft2 : tuple of 5 float
        Dead 1 h, 10 h, 100 h; live herbaceous, live woody.
    savr_per_ft : tuple of 3 float
        Surface to volume of dead 1 h, live herbaceous, live woody.
    depth_ft, extinction : float
        Depth of the bed; moisture at which its dead fuel stops burning.
    heat_btu_lb : tuple of 2 float
        Heat content of dead and of live fuel.
    """

    code: str
    number: int
    dynamic: bool
    load_lb_ft2: tuple[float, float, float, float, float]
    savr_per_ft: tuple[float, float, float]
    depth_ft: float
    extinction: float
    heat_btu_lb: tuple[float, float]
    name: str


@functools.cache
def fuel_models() -> dict[str, FuelModel]:
    """Return the burnable models by code.

    Values as published in Anderson (1982), INT-122, and Scott & Burgan (2005), RMRS-GTR-153, with
    the digits of Behave; models 4, 5, 7 and 10 carry their live load as woody, as in Behave.
    """
    text = resources.files("sim.scenario.parameters").joinpath("fuel_models.csv").read_text("utf-8")
    return {row["code"]: _model(row) for row in csv.DictReader(text.splitlines())}


def _model(row: dict[str, str]) -> FuelModel:
    one_h, ten_h, hundred_h, herb, woody = (
        float(row[f"load_{size}_t_ac"]) * _LB_FT2_PER_T_AC
        for size in ("1h", "10h", "100h", "herb", "woody")
    )
    return FuelModel(
        code=row["code"],
        number=int(row["number"]),
        dynamic=row["dynamic"] == "1",
        load_lb_ft2=(one_h, ten_h, hundred_h, herb, woody),
        savr_per_ft=(
            float(row["savr_1h_per_ft"]),
            float(row["savr_herb_per_ft"]),
            float(row["savr_woody_per_ft"]),
        ),
        depth_ft=float(row["depth_ft"]),
        extinction=float(row["extinction"]),
        heat_btu_lb=(float(row["heat_dead_btu_lb"]), float(row["heat_live_btu_lb"])),
        name=row["name"],
    )


@functools.cache
def fuel_numbers() -> dict[str, int]:
    """Return the number of every code, burnable or not."""
    numbers = {code: model.number for code, model in fuel_models().items()}
    return numbers | dict(zip(NON_BURNABLE, _NON_BURNABLE_NUMBERS, strict=True))
