"""What the table of people says of those who died."""

import numpy as np

from sim.agents.ledger import STATE
from sim.agents.residents import DECISIONS
from sim.core.events import EventLog
from sim.model.people_table import as_lived

LEAVE = DECISIONS.index("leave")


def columns(*, state: str, event: int) -> dict[str, np.ndarray]:
    """One person of a household that decided after 2 h, left after 3 h and arrived after 4 h."""
    hours = {"decided_s": 2.0, "ready_s": 2.5, "left_s": 3.0, "arrived_s": 4.0}
    return {
        "state": np.array([STATE[state]], np.uint8),
        "moved_by": np.array([event], np.int32),
        "decision": np.array([LEAVE], np.uint8),
        **{name: np.array([3600.0 * at_h]) for name, at_h in hours.items()},
    }


def log_of_a_death(at_s: float) -> EventLog:
    log = EventLog()
    log.add(at_s, "people_hurt", "west", dead=1)
    return log


def test_who_died_before_the_family_decided_neither_decided_nor_left():
    lived = as_lived(columns(state="dead", event=0), log_of_a_death(3600.0))
    assert lived["decision"][0] == DECISIONS.index("none")
    assert np.isnan([lived[name][0] for name in ("decided_s", "ready_s", "left_s")]).all()


def test_who_died_on_the_way_left_and_never_arrived():
    lived = as_lived(columns(state="dead", event=0), log_of_a_death(3.5 * 3600))
    assert (lived["decision"][0], lived["left_s"][0]) == (LEAVE, 3 * 3600.0)
    assert np.isnan(lived["arrived_s"][0])


def test_nothing_is_taken_from_the_living():
    given = columns(state="hosted", event=0)
    lived = as_lived(given, log_of_a_death(3600.0))
    assert all(np.array_equal(lived[name], given[name]) for name in given)
