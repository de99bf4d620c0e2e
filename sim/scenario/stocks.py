"""What relief goods and trucks there are: the scenario's ``relief`` part."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.scenario.base import Amount, Duration_s, Id, Many, Moment_s, Names, Part, Span_s, Title
from sim.scenario.goods import CarrierName, ItemName
from sim.scenario.parameters import catalogued

Count = Annotated[int, Field(ge=1)]
FacilityId = Annotated[Id, Names("facility")]
#: who owns goods, and so what must happen before they can be loaded
StockKind = Literal["own", "agreement", "production", "red_cross", "shop"]
Outside = Literal["district", "city", "province"]


class _Somewhere(Part):
    """Something at a facility of the map, or at a base outside it.

    Attributes
    ----------
    base : str or None
        Name of the base outside, where a level has several; None is the only one of its level.
    """

    ONE_OF: ClassVar = ("at", "outside")

    at: FacilityId | None = None
    outside: Outside | None = None
    base: Id | None = None

    @model_validator(mode="after")
    def _base_is_outside(self) -> Self:
        if self.base is not None and self.outside is None:
            raise ValueError(said("value.base_inside", found=self.base))
        return self

    @property
    def place(self) -> str:
        """Return what runs and plans call the place."""
        return str(self.at or self.base or self.outside)


class Stock(_Somewhere):
    """Goods at a facility of the map, or outside it: with a level above, or another district.

    Attributes
    ----------
    kind : str
        ``own`` is ready; ``agreement`` must be called up, a ``shop`` requisitioned, ``production``
        started: its amounts are then made every hour.
    kits : int
        Kits for one person each.
    goods : dict
        Item -> pieces, on top of the kits.
    ready_after : float or None
        From release to the first load; None is the catalogue's figure for the kind.
    travel : float or None
        From an outside depot to the border of the map.
    title : Title or None
        Of a base outside, for reports.
    """

    kind: StockKind = "own"
    kits: Annotated[int, Field(ge=0)] = 0
    goods: dict[ItemName, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    ready_after: Duration_s | None = None
    travel: Duration_s | None = None
    docks: Count | None = None
    title: Title | None = None


class Fleet(_Somewhere):
    """Trucks or aircraft of one kind that stand at a facility, or with an outside depot."""

    kind: CarrierName
    count: Count
    ready_after: Duration_s = catalogued("supply.truck_turnout")


class Gift(Part):
    """Loads of goods that people and firms bring to a store by themselves, one after the other.

    Attributes
    ----------
    load : float
        Mass of each, kg, with what nobody can use; the rest of it is kits for one person.
    """

    at: FacilityId
    from_: Moment_s = Field(alias="from")
    every: Span_s
    load: Annotated[float, Amount("mass"), Field(gt=0)]


class Relief(Part):
    """Stocks and trucks; depots and suppliers of the map that are not named keep their kits.

    Attributes
    ----------
    gifts : tuple of Gift
        What is given, wanted or not.
    household_stock : float
        How long a household cut off at home lives on what it has, s.
    taken_along : float
        How long people in shelters live on what they brought, s.
    """

    stocks: Many[Stock] = ()
    trucks: Many[Fleet] = ()
    gifts: Many[Gift] = ()
    household_stock: Annotated[float, Amount("duration"), Field(ge=0)] = catalogued(
        "supply.household_stock"
    )
    taken_along: Annotated[float, Amount("duration"), Field(ge=0)] = catalogued(
        "supply.taken_along"
    )

    @model_validator(mode="after")
    def _one_stock_a_place(self) -> Self:
        places = [stock.place for stock in self.stocks]
        twice = sorted({place for place in places if places.count(place) > 1})
        if twice:
            raise ValueError(said("value.stock_twice", found=", ".join(twice)))
        return self
