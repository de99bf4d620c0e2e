"""The exact solutions themselves: against their equations and against published check values."""

from __future__ import annotations

import numpy as np
import pytest

from sim.evaluation.verification import exact

G = exact.GRAVITY_M_PER_S2


def test_the_travelling_wave_solves_the_local_inertial_equations() -> None:
    speed, manning_n = 0.8, 0.04
    xi_m = np.linspace(50.0, 3000.0, 60)
    near_m = np.stack([xi_m - 0.5, xi_m, xi_m + 0.5])
    depth_m = exact.local_inertial_wave_m(near_m, speed, manning_n)
    slope = depth_m[2] - depth_m[0]
    # dq/dt + g h dh/dx + g n^2 q^2 / h^(7/3) = 0 with q = u h and h = h(u t - x)
    gravity, drag = G * depth_m[1] * slope, G * manning_n**2 * speed**2 / depth_m[1] ** (1 / 3)
    assert gravity == pytest.approx(speed**2 * slope + drag, rel=1e-3)


def test_a_dam_of_two_over_one_metre_gives_stokers_figures() -> None:
    front_m = exact.dam_break_front_m(60.0, 2.0, 1.0)
    at_dam_m = float(exact.dam_break_m(np.array([0.0]), 60.0, 2.0, 1.0)[0])
    assert (front_m, at_dam_m) == pytest.approx((251.0, 1.454), rel=1e-3)


def test_a_dam_break_keeps_its_water() -> None:
    x_m = np.arange(-1000, 1000, 0.5) + 0.25
    volumes = [exact.dam_break_m(x_m, 60.0, 2.0, right).sum() * 0.5 for right in (0.0, 0.5)]
    assert volumes == pytest.approx([2000.0, 2500.0], rel=1e-3)


def test_uniform_flow_needs_the_slope_of_mannings_formula() -> None:
    x_m = np.array([0.0, 1000.0])
    bed_m = exact.bed_under_m(
        lambda x: np.full_like(x, 1.5),
        lambda x: np.full_like(x, 2.0),
        x_m,
        length_m=1000.0,
        manning_n=0.03,
        advection=True,
    )
    assert bed_m[0] - bed_m[1] == pytest.approx(1000 * (2.0 * 0.03) ** 2 / 1.5 ** (10 / 3))


def test_the_circling_plane_comes_back_after_a_turn() -> None:
    turn_s = 2 * np.pi / np.sqrt(2 * G * 0.1)
    x_m, y_m = np.array([0.3, -0.2]), np.array([0.1, 0.4])
    levels = [
        exact.planar_surface_m(x_m, y_m, t_s, radius_m=1.0, deep_m=0.1, shift_m=0.5)
        for t_s in (0.0, turn_s)
    ]
    assert levels[1] == pytest.approx(levels[0])


def test_a_hollow_spills_over_its_lowest_rim() -> None:
    ground_m = np.array(
        [
            [9.0, 9.0, 9.0, 9.0, 9.0],
            [9.0, 1.0, 4.0, 0.5, 9.0],
            [9.0, 9.0, 9.0, 9.0, 9.0],
        ]
    )
    assert exact.spill_level_m(ground_m, (1, 1)) == 4.0


def test_the_lowest_hollow_of_a_closed_map_never_spills() -> None:
    assert exact.spill_level_m(np.array([[2.0, 1.0, 3.0]]), (0, 1)) == np.inf
