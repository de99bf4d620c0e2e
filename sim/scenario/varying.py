"""What is not known of a disaster: places of a scenario file, each with the range it may lie in."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sim.core.errors import InputError, Problem, choices, did_you_mean
from sim.core.rng import Streams
from sim.core.words import Said, said
from sim.scenario.base import Id, Part, Some, Text, Title
from sim.scenario.loading import scenario_file
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_guard import read_file

_AMOUNT: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(\S*)\s*")
#: values are rounded to so many figures: what a file would say
_FIGURES: Final = 6

Value = float | str
Values = Mapping[str, Value]


class Range(Part):
    """One place of a scenario, and what it may be.

    Attributes
    ----------
    at : str
        Keys from the root, list items by their ``id`` or number:
        ``hazards.storm.rain.return_period_years``. Any row of the parameter catalogue is a place
        too: ``parameters.movement.walking_speed``.
    low, high : number or text
        With the unit that the file would use: ``4 h``.
    spread : str
        ``log`` spreads evenly over the logarithm: as many draws between 5 and 50 as up to 500.
    among : tuple
        Instead of a range: each value as often as any other.
    """

    ONE_OF: ClassVar = ("low", "among")

    id: Id
    at: Text
    low: float | int | str | None = None
    high: float | int | str | None = None
    spread: Literal["even", "log"] = "even"
    among: tuple[float | int | str, ...] | None = Field(default=None, min_length=2, strict=False)

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low is None:
            return self
        (low, unit), (high, other) = _split(self.low), _split(self.high)
        if unit != other or math.isnan(low) or math.isnan(high) or not low < high:
            raise ValueError(said("vary.not_a_range", low=self.low, high=self.high))
        if self.spread == "log" and low <= 0:
            raise ValueError(said("vary.log_of_nothing", low=self.low))
        return self

    def words(self) -> str:
        """Return the range in short: ``3 h … 5 h``."""
        if self.among is not None:
            return " / ".join(map(str, self.among))
        return f"{self.low} … {self.high}"

    def values(self, shares: NDArray[np.float64]) -> list[Value]:
        """Return what the place is at some shares in [0, 1] of its range."""
        if self.among is not None:
            places = np.minimum((shares * len(self.among)).astype(int), len(self.among) - 1)
            return [self.among[place] for place in places.tolist()]
        (low, unit), (high, _) = _split(self.low), _split(self.high)
        if self.spread == "log":
            amounts = np.exp(np.log(low) + shares * (np.log(high) - np.log(low)))
        else:
            amounts = low + shares * (high - low)
        rounded = [float(f"{amount:.{_FIGURES}g}") for amount in amounts.tolist()]
        return [f"{amount:.{_FIGURES}g} {unit}" for amount in rounded] if unit else [*rounded]


class Vary(Part):
    """The file of all that is varied."""

    format: Literal["shapan/vary/1"]
    id: Id
    title: Title
    vary: Some[Range]


def hypercube(ranges: Sequence[Range], n: int, seed: int) -> list[dict[str, Value]]:
    """Return ``n`` sets of values that fill all ranges evenly: a Latin hypercube.

    Each range is cut into ``n`` parts of the same weight and every part is drawn from once; which
    parts meet is chance, keyed by the range's id, so that one more range moves no other.
    McKay, Beckman and Conover (1979), doi 10.1080/00401706.1979.10489755.
    """
    columns: dict[str, list[Value]] = {}
    for one in ranges:
        streams = Streams(seed)
        part = np.argsort(streams.page(f"vary.{one.id}.order", n, n), kind="stable")
        within = streams.page(f"vary.{one.id}.within", n, n)
        columns[one.id] = one.values((part + within) / n)
    return [{name: column[row] for name, column in columns.items()} for row in range(n)]


def varied_scenario(folder: Path, ranges: Sequence[Range], values: Values) -> Scenario:
    """Return the scenario of a folder with some of its places set.

    Raises
    ------
    InputError
        When a place is not there, or the scenario does not take its value.
    """
    file = scenario_file(folder)
    document = copy.deepcopy(read_file(file).value)
    for one in ranges:
        _set(document, one, values[one.id], str(file))
    try:
        return Scenario.model_validate(document)
    except ValueError as error:
        told = said("vary.refused", values=_listed(values), why=_first(error))
        raise InputError([Problem(str(file), 0, "", told)]) from None


def _set(document: Any, one: Range, value: Value, file: str) -> None:
    at = document
    *way, last = one.at.split(".")
    if way and way[0] == "parameters":  # keys of the catalogue have a point of their own
        document.setdefault("parameters", {})[".".join([*way[1:], last])] = value
        return
    for key in way:
        at = _step(at, key, one, file)
    if isinstance(at, dict):
        at[last] = value
    elif isinstance(at, list) and last.isdigit() and int(last) < len(at):
        at[int(last)] = value
    else:
        raise InputError([Problem(file, 0, one.at, said("vary.no_place", key=last))])


def _step(at: Any, key: str, one: Range, file: str) -> Any:
    """Return what stands under one key, or the list item of that id or number."""
    if isinstance(at, dict):
        return at.setdefault(key, {})
    if isinstance(at, list):
        if key.isdigit() and int(key) < len(at):
            return at[int(key)]
        known = [str(item["id"]) for item in at if isinstance(item, dict) and "id" in item]
        if key in known:
            return next(item for item in at if isinstance(item, dict) and item.get("id") == key)
        guess = did_you_mean(key, known)
        says = said("vary.no_item", key=key, known=choices(known) or "-", guess=guess)
        raise InputError([Problem(file, 0, one.at, says)])
    raise InputError([Problem(file, 0, one.at, said("vary.no_place", key=key))])


def _split(amount: float | str | None) -> tuple[float, str]:
    """Return number and unit; NaN for what is no amount."""
    if isinstance(amount, str):
        match = _AMOUNT.fullmatch(amount)
        return (float(match[1]), match[2]) if match else (math.nan, amount)
    return (math.nan if amount is None else float(amount)), ""


def _listed(values: Values) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _first(error: ValueError) -> str | Said:
    return str(error).splitlines()[-1].strip()
