"""Which maps a run calls for by what its hazards did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.viz.hazard_figures import hazard_maps, origins
from sim.viz.maps import layer_at


class Fire:
    """A run with a wildfire and nothing else."""

    def __init__(self) -> None:
        self.manifest = {"duration_s": 3600.0, "start": "2024-04-05 12:00"}
        self.start = pd.Timestamp("2024-04-05 12:00").to_pydatetime()
        facts = ['{"building": 7, "how": "declared"}', '{"at_s": 3.0}']
        self.events = pd.DataFrame({"kind": ["fire_started"] * 2, "facts": facts})
        self.trapped = pd.DataFrame()

    def keeps(self, layer: str) -> bool:
        return layer == "fire_arrival_s"

    def changed(self, state: str) -> bool:
        return False

    def layer(self, name: str) -> np.ndarray:
        return np.array([[10.0, 50.0, np.inf]])


def test_a_wildfire_alone_has_the_map_of_flames_alone() -> None:
    assert list(hazard_maps(Fire())) == ["wildfire"]  # type: ignore[arg-type]


def test_a_fire_is_shown_as_far_as_it_had_come() -> None:
    assert layer_at(Fire(), "fire_arrival_s", 20.0).tolist() == [[10.0, np.inf, np.inf]]  # type: ignore[arg-type]


def test_fires_begin_in_the_buildings_that_the_log_names() -> None:
    assert origins(Fire()).tolist() == [7]  # type: ignore[arg-type]
