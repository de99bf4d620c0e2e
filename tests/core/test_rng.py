"""Chance is keyed: nobody's luck depends on who else is there."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from scipy import stats

from sim.core.rng import Streams


@settings(deadline=None)
@given(seed=st.integers(0, 2**40), n=st.integers(1, 200), more=st.integers(1, 200))
def test_one_more_person_changes_nobody_elses_draw(seed, n, more):
    streams = Streams(seed)
    few, many = streams.page("leave", 7, n), streams.page("leave", 7, n + more)
    assert np.array_equal(few, many[:n])


def test_draws_do_not_depend_on_what_was_drawn_before():
    fresh, used = Streams(3), Streams(3)
    used.page("turnout", 1, 50)
    used.generator("terrain").random(50)
    assert np.array_equal(fresh.page("leave", 1, 9), used.page("leave", 1, 9))


def test_purpose_key_and_seed_each_change_the_draws():
    base = Streams(1).page("leave", 1, 8)
    others = [Streams(2).page("leave", 1, 8), Streams(1).page("stay", 1, 8)]
    others.append(Streams(1).page("leave", 2, 8))
    assert all(not np.array_equal(base, other) for other in others)


def test_draws_are_uniform_and_uncorrelated_between_ticks():
    first, second = (Streams(5).page("leave", tick, 200_000) for tick in (1, 2))
    assert stats.kstest(first, "uniform").pvalue > 1e-3
    # 4.9 standard errors of a correlation of independent draws, 1 / sqrt(n)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4.9 / np.sqrt(200_000)


def test_the_mixer_gives_the_published_splitmix64_numbers(monkeypatch):
    # the first outputs of splitmix64 from state 0 (Vigna's reference code)
    published = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)
    monkeypatch.setattr(Streams, "key", lambda *_: 0)
    assert Streams(1).page("any", 0, 3).tolist() == [(z >> 11) * 2.0**-53 for z in published]


def test_the_key_of_a_purpose_stays_what_it_was():
    assert Streams(1).page("leave", 0, 1)[0] == 0.6103980468474495


@settings(deadline=None)
@given(rows=st.lists(st.integers(0, 999), max_size=20), key=st.integers(0, 9))
def test_drawing_for_some_rows_gives_the_numbers_of_the_whole_page(rows, key):
    streams = Streams(4)
    some = streams.at("leave", key, np.array(rows, dtype=int))
    assert np.array_equal(some, streams.page("leave", key, 1000)[rows])
