"""Signs at bridges and underpasses, as a scenario states them."""

import pytest
from pydantic import ValidationError

from sim.core.errors import InputError
from sim.scenario.forces import unit_kinds
from sim.scenario.goods import carriers
from sim.scenario.limits import RoadLimit
from sim.scenario.schemas import schema_of
from tests.model.conftest import lesson_with


def limited(tmp_path, sign):
    """Return the lesson's scenario with one sign."""
    return lesson_with(tmp_path, f"limits:\n  - {sign}\n")


def test_a_sign_holds_its_limits_in_kilograms_and_metres(tmp_path):
    scenario = limited(tmp_path, "{id: old-bridge, at: wl-station, mass: 20 t, height: 3.5 m}")
    (sign,) = scenario.limits
    assert (sign.at, sign.mass, sign.height) == ("wl-station", 20000.0, 3.5)


@pytest.mark.parametrize(
    ("sign", "says"),
    [
        ("{id: b, all: bridges}", r"limits\[0\].*needs mass, height or both"),
        ("{id: b, mass: 20 t}", r"limits\[0\].*one of these is needed: all, at"),
        ("{id: b, all: bridges, at: wl-station, mass: 20 t}", "exactly one of these"),
        ("{id: b, all: tunnels, mass: 20 t}", r"limits\[0\]\.all.*underpasses"),
        ("{id: b, all: bridges, mass: 20}", r"limits\[0\]\.mass.*20 has no unit"),
        ("{id: b, all: bridges, height: 3 t}", r"limits\[0\]\.height"),
        ("{id: b, at: wl-statoin, mass: 20 t}", r"limits\[0\]\.at.*did you mean 'wl-station'"),
        ("{id: b, all: bridges, weight: 20 t}", r"limits\[0\]\.weight.*unknown key"),
    ],
)
def test_what_is_wrong_with_a_sign_is_told_with_its_place(tmp_path, sign, says):
    with pytest.raises(InputError, match=says):
        limited(tmp_path, sign)


def test_nothing_weighs_nothing():
    with pytest.raises(ValidationError):
        RoadLimit.model_validate({"id": "b", "all": "bridges", "mass": "0 t"})


def test_editors_are_told_of_signs():
    sign = schema_of("scenario")["$defs"]["RoadLimit"]
    assert {"id", "all", "at", "mass", "height"} == set(sign["properties"])


def test_what_drives_has_a_size_that_the_law_allows_and_what_flies_has_none():
    for kind in unit_kinds().values():
        assert (kind.size is None) == (kind.speed_m_per_s > 0), kind.name
    for carrier in carriers().values():
        assert (carrier.size is None) == carrier.flies, carrier.name
        if carrier.size is not None:
            assert carrier.size.gross_kg > carrier.payload_kg
    sizes = [one.size for one in (*unit_kinds().values(), *carriers().values()) if one.size]
    assert max(size.gross_kg for size in sizes) <= 25000.0  # three axles, GB 1589-2016
    assert max(size.height_m for size in sizes) <= 4.0
