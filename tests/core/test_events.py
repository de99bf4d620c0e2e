"""The log is append-only, in time order, and every cause is an earlier event."""

import pytest

from sim.core.events import EventLog, UnknownEventError


def _story():
    log = EventLog()
    rain = log.add(0.0, "rain_started", "storm")
    breach = log.add(60.0, "levee_breached", "hun-left", cause=rain, width_m=20.0)
    log.add(120.0, "road_closed", "edge-7", cause=breach, depth_m=0.31)
    return log


def test_the_chain_of_causes_ends_at_the_first():
    assert [event.kind for event in _story().chain(2)] == [
        "road_closed",
        "levee_breached",
        "rain_started",
    ]


def test_the_same_story_has_the_same_digest_and_another_has_not():
    other = _story()
    other.add(180.0, "rain_ended", "storm")
    assert _story().sha256() == _story().sha256() != other.sha256()


def test_time_never_runs_backwards():
    log = _story()
    with pytest.raises(ValueError, match=r"t_s=30 .* 120"):
        log.add(30, "rain_ended", "storm")


def test_a_cause_must_have_happened():
    with pytest.raises(ValueError, match="cause=3"):
        _story().add(130.0, "rain_ended", "storm", cause=3)


def test_an_unknown_kind_is_refused_with_a_guess():
    with pytest.raises(UnknownEventError, match="did you mean 'road_closed'"):
        EventLog().add(0.0, "road_closd", "edge-1")
