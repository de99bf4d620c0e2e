"""Kinds are strings until they are used."""

import pytest

from sim.core.registry import Registry, UnknownKindError


def test_a_kind_is_imported_when_it_is_asked_for():
    assert Registry("clock", {"now": "time:time"})["now"]() > 0


def test_an_unknown_kind_is_refused_with_a_guess():
    with pytest.raises(UnknownKindError, match="unknown hazard 'flod'; known: flood; did you mean"):
        _ = Registry("hazard", {"flood": "x:Y"})["flod"]
