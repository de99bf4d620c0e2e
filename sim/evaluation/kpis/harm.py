"""Harm: dead and hurt people by where it came to them, and who was affected at all."""

from __future__ import annotations

from collections.abc import Callable

from sim.evaluation.crowd import Crowd
from sim.evaluation.kpis.figure import Figure, share, unknown
from sim.evaluation.loss import direct_loss_yuan
from sim.model.results import Results
from sim.scenario.parameters import parameter


def _people(count: Callable[[Crowd], float]) -> Callable[[Results], Figure]:
    return lambda results: Figure(count(Crowd(results)), "1")


dead = _people(lambda crowd: crowd.count(crowd.harmed("dead")))
severe = _people(lambda crowd: crowd.count(crowd.harmed("severe")))
light = _people(lambda crowd: crowd.count(crowd.harmed("light")))


#: at home, or away from home and not yet in safety; the two sum to the figures above
dead_at_home = _people(lambda crowd: crowd.count(crowd.harmed("dead") & ~crowd.on_the_way))
dead_on_the_way = _people(lambda crowd: crowd.count(crowd.harmed("dead") & crowd.on_the_way))
severe_at_home = _people(lambda crowd: crowd.count(crowd.harmed("severe") & ~crowd.on_the_way))
severe_on_the_way = _people(lambda crowd: crowd.count(crowd.harmed("severe") & crowd.on_the_way))
light_at_home = _people(lambda crowd: crowd.count(crowd.harmed("light") & ~crowd.on_the_way))
light_on_the_way = _people(lambda crowd: crowd.count(crowd.harmed("light") & crowd.on_the_way))

#: whose home building water entered, who left home, or who was hurt or killed; each person once
affected = _people(lambda crowd: crowd.count(crowd.affected))


def affected_per_100000(results: Results) -> Figure:
    """Affected residents per 100,000 residents."""
    return _per(results, affected(results).value, 1e5, "1/1e5")


def deaths_per_million(results: Results) -> Figure:
    """Deaths per million residents, of this event alone."""
    return _per(results, dead(results).value, 1e6, "1/1e6")


def direct_loss(results: Results) -> Figure:
    """Loss of buildings and their contents, million yuan."""
    return Figure(float(direct_loss_yuan(results).sum()) / 1e6, "1e6 CNY")


def loss_over_gdp(results: Results) -> Figure:
    """Loss of buildings and contents over a year's gross domestic product of the residents."""
    gdp_yuan = parameter("loss.gdp_per_person").si * Crowd(results).population
    return share(float(direct_loss_yuan(results).sum()), gdp_yuan)


def _per(results: Results, count: float, per: float, unit: str) -> Figure:
    population = Crowd(results).population
    return Figure(count / population * per, unit) if population else unknown(unit, "no_case")
