"""What `sim.viz.helper` begins: a process that obeys its orders, one a line, until they end."""

from __future__ import annotations

import gc
import json
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from matplotlib.axes import Axes

from sim.model.build import world_of
from sim.model.results import Results
from sim.scenario.loading import load_scenario
from sim.scenario.parameters import own_parameters
from sim.scenario.scenario import on_cells
from sim.viz.figures import FIGURES, Artist, figure_of
from sim.viz.maps import draw_map
from sim.viz.moments import MOST_MOMENTS
from sim.viz.packing import Packed, png_of
from sim.viz.panels import panels
from sim.world.digest import world_sha256
from sim.world.world import World


def serve() -> None:
    """Obey until there are no more orders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began it ends it
    answers, sys.stdout = sys.stdout, sys.stderr
    with ExitStack() as parameters:
        pupil = _Pupil(parameters)
        orders: dict[str, Callable[..., Packed | None]] = {
            "learn_map": pupil.learn_map,
            "open_run": pupil.open_run,
            "draw": pupil.draw,
        }
        for line in sys.stdin:
            order, *about = json.loads(line)
            answer = orders[order](*about)
            if answer is not None:
                print(json.dumps(answer), file=answers, flush=True)


class _Pupil:
    """Learns a map, then draws pictures of runs on it.

    Parameters
    ----------
    parameters : ExitStack
        Where parameters of a scenario's own stay in force.
    """

    def __init__(self, parameters: ExitStack) -> None:
        self._parameters = parameters
        self._world: World | None = None
        self._artist: Artist | None = None

    def learn_map(self, folder: str, cell_m: float | None) -> None:
        """Fetch a map and draw it, large and small: what lies under all pictures is then kept."""
        scenario = on_cells(load_scenario(Path(folder)), cell_m)
        self._parameters.enter_context(own_parameters(scenario.parameters))
        world = self._world = world_of(scenario, Path(folder))
        png_of(figure_of(draw_map(world)))
        png_of(panels(world, MOST_MOMENTS, self._small_map, lambda _: None))
        gc.freeze()  # what is there by now stays, and is not looked through again and again

    def _small_map(self, _place: int, axes: Axes) -> None:
        assert self._world is not None
        draw_map(self._world, ax=axes, plain=True)

    def open_run(self, folder: str) -> None:
        """Turn to the run that is to be drawn, which is on that map unless files have changed."""
        assert self._world is not None
        run = Results(folder, world=self._world)
        if run.manifest["map_sha256"] != world_sha256(self._world):
            run = Results(folder)
        self._artist = Artist(run, run.folder / FIGURES)

    def draw(self, name: str, lang: str) -> Packed:
        """Draw a picture of the run into its folder, and return it for a page."""
        assert self._artist is not None
        return self._artist.write(name, lang)
