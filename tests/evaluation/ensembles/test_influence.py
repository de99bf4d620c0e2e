"""A law with known answers, as a model through the engine: what moves it, and by how much."""

import math

import pytest

from sim.core.rng import Streams
from sim.evaluation.ensembles.conduct import Until, conduct
from sim.evaluation.ensembles.design import Design
from sim.evaluation.ensembles.desk import Making
from sim.evaluation.ensembles.influence import sensitivities
from sim.evaluation.ensembles.study import Study
from sim.evaluation.statistics.sensitivity import SensitivityError
from sim.scenario.varying import Range
from sim.viz.compare import write_compare_report
from tests.evaluation.ensembles.conftest import Threads, pretend

PI = 3.141593
ANGLES = tuple(
    Range(id=name, at=f"hazards.storm.rain.{place}", low=-PI, high=PI)
    for name, place in (("x1", "a"), ("x2", "b"), ("x3", "c"))
)


def ishigami(job, recordings, *, live):
    """Stand for a run whose caught people follow Ishigami's function, with chance common to all."""
    x1, x2, x3 = (job.draw.values[name] for name in ("x1", "x2", "x3"))
    value = math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)
    chance = 3.0 * float(Streams(job.draw.seed).page("chance", 0, 1)[0])
    finished = pretend(job, recordings, live=live)
    finished.figures[:] = [("caught", value * (job.plan == "early") + chance, "1", "")]
    return finished


def made(study, tmp_path, design):
    n = len(design.of_disasters(ANGLES, 1))
    wanted = Study(study.folders, study.plans, n, 20, 1, ANGLES, design)
    return conduct(wanted, tmp_path / "out", Making(Threads(), run=ishigami), Until())


@pytest.mark.slow
def test_sobol_of_a_study_finds_the_indices_of_ishigami(study, tmp_path):
    outcome = made(study, tmp_path, Design("sobol", 64, 1))
    found = {(one.plan, one.less): one for one in sensitivities(outcome).found}
    table = found["early", "basic"].table.set_index("factor")
    for angle, total in {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}.items():
        within = 1.5 * table.loc[angle, "st_conf"]  # of half-widths at 95 %: three deviations
        assert table.loc[angle, "st"] == pytest.approx(total, abs=within)
    assert ("basic", None) not in found  # chance is the same at every point: nothing moves it


@pytest.mark.slow
def test_morris_of_a_study_finds_the_effect_of_the_angle_that_acts_alone(study, tmp_path):
    outcome = made(study, tmp_path, Design("morris", 20, 2))
    found = {(one.plan, one.less): one for one in sensitivities(outcome).found}
    effects = found["early", None].table.set_index("factor")
    # 7 x 9/8 on four levels; angles are rounded to six figures, and 14 x 5e-6 is 7e-5
    assert effects.loc["x2", "mu_star"] == pytest.approx(7.875, abs=7e-5)
    assert found["early", None].variances.knowledge > found["early", None].variances.chance
    write_compare_report(outcome, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Screening by Morris" in page
    assert "Morris 筛选" in page


def test_every_point_meets_the_same_disasters(study):
    design = Design("morris", 4, 3)
    wanted = Study(study.folders, study.plans, 48, 1, 1, ANGLES, design)
    draws = wanted.draws()
    assert [seed for _, seed, _ in draws[:6]] == [1, 2, 3, 1, 2, 3]
    assert len({number for number, _, _ in draws}) == 48
    assert draws[0][2] == draws[2][2] != draws[3][2]


def test_a_base_of_sobol_that_is_no_power_of_two_is_refused():
    with pytest.raises(SensitivityError, match="power of two"):
        Design("sobol", 48, 1)
