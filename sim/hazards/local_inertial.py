"""2-D local inertial flow on a raster: a solver with no world and no scenario around it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.flood_borders import Borders, Level, Open, Side, ground_slopes
from sim.hazards.flood_flow import Flow
from sim.hazards.flood_ledger import Ledger
from sim.hazards.flood_maxima import Maxima
from sim.hazards.flood_points import Inflows, Pumps
from sim.hazards.flood_settling import Settling
from sim.hazards.local_inertial_views import FlowViews
from sim.hazards.series import Series
from sim.kernels.flood import F4, F8
from sim.kernels.flood_course import NOW, SETTLED, TOLD, Pace
from sim.scenario.parameters import parameter

__all__ = ["Borders", "Level", "LocalInertial", "Open", "stable_alpha"]

#: slower than this, nothing comes in: 0.03 mm in a year
_LEAST_SOURCE_M_PER_S: Final = 1e-12


def stable_alpha(theta: float, courant_share: float) -> float:
    """Return the Courant number dt sqrt(g h) / dx to use: a share of sqrt(theta / 2).

    In 2-D the checkerboard mode grows beyond sqrt(theta / 2) (linear analysis: q-weighting turns
    its flow by 2 theta - 1, continuity and slope give 8 alpha^2).
    """
    return courant_share * math.sqrt(theta / 2.0)


class LocalInertial(FlowViews):
    """Shallow water by the local inertial equations (de Almeida et al. 2012), friction in 2-D.

    Good for floods slower than Froude 0.5 or so; dam-break waves come out too slow, since the
    equations have no momentum advection. Depths never fall below zero, mass is exact to rounding,
    water at rest does not move. Only tiles with flowing water cost time, with the same bits as
    the full grid; shallow tiles take longer steps than deep ones.

    Parameters
    ----------
    elevation_m : (ny, nx) float
        Ground level, row 0 in the north.
    cell_m : float
        Side of a cell.
    manning_n : float or (ny, nx) float
        Roughness, s/m^(1/3).
    depth_m : (ny, nx) float, optional
        Water at the start; dry by default.
    theta : float, optional
        Weight of a face's own flow; ``flood.theta`` by default.
    adaptive : bool
        Weight by the local Courant number instead (theta = 1 - dt/dx min(|q|/h, sqrt(g h)),
        Sridharan et al. 2021): keeps waves on smooth beds.
    alpha : float, optional
        Courant number; by default ``flood.courant_share`` of its stability bound.
    borders : Borders
    blocked : (ny, nx) bool, optional
        Cells that are walls: no water enters them, no rain falls on them.
    film_m, settling_s, look_s, wet_m : float, optional
        Depth up to which nothing flows; interval at which rain and losses act (losses alone: six
        times as long); interval at which maxima are taken; depth from which arrival and duration
        count. By default from topic ``flood``.
    rest_m2_per_s : float
        While no rain falls, tiles all of whose flows are below this, with eight neighbours of the
        same kind, rest until the next settling (at most a minute, and less than a wave needs to
        cross a tile), then try again. 0 lets none rest. What they hold is kept exactly.
    tiles : bool
        False steps every cell, wet or dry.
    local_steps : bool
        False steps all tiles with the step of the deepest water.

    Attributes
    ----------
    t_s : float
    ledger : Ledger
        Volumes; ``stored`` is up to date after `advance`.
    maxima : Maxima
        Taken about every ``look_s`` and at the end of `advance`, in tiles with more than a
        film of water.
    pumps : Pumps
    n_steps : int
        Shortest steps so far.
    """

    def __init__(
        self,
        elevation_m: ArrayLike,
        cell_m: float,
        *,
        manning_n: ArrayLike,
        depth_m: ArrayLike | None = None,
        theta: float | None = None,
        adaptive: bool = False,
        alpha: float | None = None,
        borders: Borders | None = None,
        blocked: NDArray[np.bool_] | None = None,
        film_m: float | None = None,
        settling_s: float | None = None,
        wet_m: float | None = None,
        look_s: float | None = None,
        rest_m2_per_s: float = 0.0,
        tiles: bool = True,
        local_steps: bool = True,
    ) -> None:
        ground = _finite("elevation_m", elevation_m)
        self.ny, self.nx = ground.shape
        self.cell_m = float(cell_m)
        self.area_m2 = self.cell_m * self.cell_m
        self.theta = _default("flood.theta", 1.0 if adaptive and theta is None else theta)
        share = float(parameter("flood.courant_share").value)
        self.alpha = stable_alpha(self.theta, share) if alpha is None else alpha
        self.film_m = _default("flood.film", film_m)
        self.settling_s = _default("flood.settling_interval", settling_s)
        self.look_s = _default("flood.look_interval", look_s)
        self.rest_m2_per_s = rest_m2_per_s
        self._flow = Flow(
            ground,
            self.cell_m,
            _finite("manning_n", manning_n, least=0.0),
            None if depth_m is None else _finite("depth_m", depth_m, least=0.0),
            blocked,
            weir_coefficient=float(parameter("flood.weir_coefficient").value),
            film_m=self.film_m,
            theta=self.theta,
            alpha=self.alpha,
            adaptive=adaptive,
            tiles=tiles,
            local_steps=local_steps,
        )
        self.maxima = Maxima(self.ny, self.nx, _default("flood.wet_depth", wet_m))
        self.pumps = Pumps()
        self._inflows = Inflows()
        self._shown: tuple[F4, F4] = (
            np.zeros((self.ny, self.nx), np.float32),
            np.zeros((self.ny, self.nx), np.float32),
        )
        self._settling = Settling(self.ny, self.nx, blocked)
        self.maxima.begin(self._flow)
        self.ledger = Ledger(stored0=self._stored_m3(), stored=self._stored_m3())
        self._open(borders or Borders())

    # -- setting up ---------------------------------------------------------------------------

    def _open(self, borders: Borders) -> None:
        for side, border in borders.sides():
            if isinstance(border, Level):
                self.add_border_level(side, slice(None), border)
            else:
                slope = border.slope if isinstance(border, Open) else None
                self.add_border_open(side, slice(None), slope)

    # -- what comes and goes ------------------------------------------------------------------

    def add_rain(
        self, times_s: ArrayLike, rates_m_per_s: ArrayLike, weight: ArrayLike | None = None
    ) -> None:
        """Let it rain: ``rates_m_per_s[i]`` from ``times_s[i]`` on, none before the first.

        Parameters
        ----------
        weight : (ny, nx) float, optional
            Share of the rain that falls on each cell.
        """
        self._settling.set_rain(times_s, rates_m_per_s, weight)

    def set_losses(
        self,
        infiltration_m_per_s: ArrayLike = 0.0,
        drain_m_per_s: ArrayLike = 0.0,
        drain_availability: tuple[ArrayLike, ArrayLike] | None = None,
        thirst_m: ArrayLike = 0.0,
    ) -> None:
        """Set what soil and drains can take.

        Parameters
        ----------
        infiltration_m_per_s, drain_m_per_s : float or (ny, nx) float
        drain_availability : (times_s, shares), optional
            Share of the drains that works from each time on.
        thirst_m : float or (ny, nx) float
            Suction times empty room of dry soil, of which the stated rate is the last one
            (`sim.hazards.flood_soil`); 0 is soil wetted through.
        """
        self._settling.set_losses(infiltration_m_per_s, drain_m_per_s, drain_availability, thirst_m)

    def add_inflow(self, cells: ArrayLike, times_s: ArrayLike, flows_m3_per_s: ArrayLike) -> None:
        """Let a hydrograph (linear between points) enter, spread evenly over cells."""
        padded = self._padded(cells)
        self._inflows.add(padded, Series(times_s, flows_m3_per_s))
        self._flow.pin(padded)

    def add_border_inflow(
        self, side: Side, part: slice, times_s: ArrayLike, flow_m2_per_s: ArrayLike
    ) -> None:
        """Let a unit flow (linear between points) come in over part of a side."""
        self._flow.borders.add_flow(side, part, Series(times_s, flow_m2_per_s))
        self._flow.pin(self._flow.borders.cells)

    def add_border_level(self, side: Side, part: slice, level: Level) -> None:
        """Hold a level outside part of a side."""
        self._flow.borders.add_level(side, part, level.series())
        self._flow.pin(self._flow.borders.cells)

    def add_border_open(self, side: Side, part: slice, slope: float | None = None) -> None:
        """Let water leave over part of a side at uniform flow (None: down the ground's slope)."""
        inner = self._flow.z[1 : self.ny + 1, 1 : self.nx + 1]
        least = float(parameter("flood.open_slope").value)
        fall = ground_slopes(inner, side, self.cell_m, least)[part] if slope is None else slope
        self._flow.borders.add_open(side, part, fall)

    def close_border(self, cells: ArrayLike) -> None:
        """Let no water leave over the open sides beside cells: a river comes in there."""
        self._flow.borders.close(self._padded(cells))

    def add_weirs(
        self,
        cells_a: ArrayLike,
        cells_b: ArrayLike,
        crest_m: ArrayLike,
        width: ArrayLike = 1.0,
    ) -> NDArray[np.int64]:
        """Put crests on the faces between pairs of cells; return their rows in `weirs`."""
        return self.weirs.add(cells_a, cells_b, crest_m, width)

    def add_pump(
        self,
        cell: int,
        capacity_m3_per_s: float,
        *,
        starts_above_m: float,
        stops_at_m: float | None = None,
        outlet: int | None = None,
    ) -> int:
        """Put a pump on a cell; return its row in `pumps`.

        Parameters
        ----------
        starts_above_m, stops_at_m : float
            Depths in the cell; it stops at half the starting depth by default.
        outlet : int, optional
            Cell that gets the water; None leads it out of the map.
        """
        cells = self._padded([cell] if outlet is None else [cell, outlet])
        self._flow.pin(cells)
        stop_m = 0.5 * starts_above_m if stops_at_m is None else stops_at_m
        return self.pumps.add(
            int(cells[0]),
            capacity_m3_per_s,
            starts_above_m,
            stop_m,
            -1 if outlet is None else int(cells[1]),
        )

    def set_sources(self, rates_m_per_s: ArrayLike) -> None:
        """Let a depth a second of a (ny, nx) field come into its cells, from now on."""
        rates = np.ravel(rates_m_per_s)
        cells = np.flatnonzero(rates > _LEAST_SOURCE_M_PER_S)
        steady, group = np.unique(rates[cells].astype(np.float64), return_inverse=True)
        groups = [
            (self._padded(cells[group == k]), float(rate) * np.count_nonzero(group == k))
            for k, rate in enumerate(steady)
        ]
        for padded, _ in groups:
            self._flow.pin(padded)
        self._inflows.hold([(padded, rate * self.area_m2) for padded, rate in groups])

    def set_mobile_pumps(self, rates_m_per_s: ArrayLike) -> None:
        """Let pumps take a depth a second out of cells of a (ny, nx) field, from now on."""
        rates = np.ravel(rates_m_per_s)
        cells = np.flatnonzero(rates > 0.0)
        self._settling.set_mobile_pumps(self._padded(cells), rates[cells].astype(np.float64))

    # -- time ---------------------------------------------------------------------------------

    def advance(self, to_s: float) -> None:
        """Go on to ``to_s`` exactly, in steps within the stability bound."""
        flow, settling = self._flow, self._settling
        pace = Pace(
            self.settling_s, self.look_s, self.rest_m2_per_s, self.maxima.wet_m, settling.weights,
            settling.drying,
        )  # fmt: skip
        while flow.flow_on(
            to_s, pace, settling.series, self._inflows, self.pumps, settling.losses,
            self.maxima.columns, settling.mobile,
        ):  # fmt: skip
            settling.drink(flow.h, float(flow.clock[SETTLED]), float(flow.clock[NOW]))
            flow.clock[TOLD] = 1.0
        self.ledger.take(flow.book)
        self.ledger.stored = self._stored_m3()

    def help_out(self) -> bool:
        """Help another thread that is in `advance`; return whether there was anything to do."""
        return self._flow.help_out()


def _default(key: str, value: float | None) -> float:
    return parameter(key).si if value is None else float(value)


def _finite(name: str, values: ArrayLike, least: float = -math.inf) -> F8:
    array: F8 = np.asarray(values, np.float64)
    if not (np.isfinite(array).all() and array.min() >= least):
        below = "" if math.isinf(least) else f" below {least:g} or"
        raise ValueError(f"{name} holds cells{below} not finite")
    return array
