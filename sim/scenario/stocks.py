"""What relief goods and trucks there are: the scenario's ``relief`` part."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.scenario.base import Amount, Duration_s, Id, Many, Names, Part
from sim.scenario.goods import CarrierName, ItemName
from sim.scenario.parameters import catalogued

Count = Annotated[int, Field(ge=1)]
FacilityId = Annotated[Id, Names("facility")]
#: who owns goods, and so what must happen before they can be loaded
StockKind = Literal["own", "agreement", "production", "red_cross", "shop"]
Outside = Literal["city", "province"]


class Stock(Part):
    """Goods at a facility of the map, or with a level above, outside the map.

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
    """

    ONE_OF: ClassVar = ("at", "outside")

    at: FacilityId | None = None
    outside: Outside | None = None
    kind: StockKind = "own"
    kits: Annotated[int, Field(ge=0)] = 0
    goods: dict[ItemName, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    ready_after: Duration_s | None = None
    travel: Duration_s | None = None
    docks: Count | None = None


class Fleet(Part):
    """Trucks or aircraft of one kind that stand at a facility, or with an outside depot."""

    ONE_OF: ClassVar = ("at", "outside")

    kind: CarrierName
    count: Count
    at: FacilityId | None = None
    outside: Outside | None = None
    ready_after: Duration_s = catalogued("supply.truck_turnout")


class Relief(Part):
    """Stocks and trucks; depots and suppliers of the map that are not named keep their kits.

    Attributes
    ----------
    household_stock : float
        How long a household cut off at home lives on what it has, s.
    taken_along : float
        How long people in shelters live on what they brought, s.
    """

    stocks: Many[Stock] = ()
    trucks: Many[Fleet] = ()
    household_stock: Annotated[float, Amount("duration"), Field(ge=0)] = catalogued(
        "supply.household_stock"
    )
    taken_along: Annotated[float, Amount("duration"), Field(ge=0)] = catalogued(
        "supply.taken_along"
    )

    @model_validator(mode="after")
    def _one_stock_a_place(self) -> Self:
        places = [stock.at or stock.outside for stock in self.stocks]
        twice = sorted({str(place) for place in places if places.count(place) > 1})
        if twice:
            raise ValueError(said("value.stock_twice", found=", ".join(twice)))
        return self
