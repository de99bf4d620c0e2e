"""Races need pytest-benchmark, which `make bench` switches on; elsewhere they are skipped."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.pluginmanager.hasplugin("benchmark"):
        return
    skipped = pytest.mark.skip(reason="a race: `make bench` runs it")
    for item in items:
        if HERE in item.path.parents and "benchmark" in getattr(item, "fixturenames", ()):
            item.add_marker(skipped)
