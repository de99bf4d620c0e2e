"""What a step of movement says happened."""

import numpy as np

from sim.agents.movement_arrays import StepResult
from sim.kernels import movement_state as code


def _log(*entries):
    log = np.zeros(len(entries), dtype=code.LOGGED)
    for k, (at_s, row, kind) in enumerate(entries):
        log[k]["at_s"], log[k]["row"], log[k]["kind"] = at_s, row, kind
    return log


def test_who_stops_goes_on_and_stops_again_within_a_step_stands_there_once():
    result = StepResult.of(
        _log((1, 7, code.STUCK_AT_NODE), (2, 7, code.FREED), (3, 7, code.STUCK_AT_NODE))
    )
    assert result.no_way.rows.tolist() == [7]
    assert result.no_way.at_s.tolist() == [3.0]
    assert result.freed.n == result.stranded.n == 0


def test_who_goes_on_at_last_is_not_said_to_be_caught():
    result = StepResult.of(
        _log((1, 7, code.CAUGHT), (1, 8, code.CAUGHT), (2, 7, code.FREED), (3, 8, code.ARRIVAL))
    )
    assert result.freed.rows.tolist() == [7]
    assert result.stranded.rows.tolist() == [8]
    assert result.arrived.rows.tolist() == [8]
