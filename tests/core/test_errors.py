"""Faults are said so that a user can mend them."""

from sim.core.errors import InputError, Problem, did_you_mean


def test_a_problem_names_file_line_and_path():
    problem = Problem("tiexi/scenario.yaml", 14, "hazards[0].rain", "-3 is not >= 0")
    assert str(problem) == "tiexi/scenario.yaml:14  hazards[0].rain: -3 is not >= 0"


def test_a_problem_of_a_whole_file_has_no_line():
    assert str(Problem("a.yaml", 0, "", "is empty")) == "a.yaml  is empty"


def test_all_problems_are_reported_together():
    error = InputError([Problem("a.yaml", 1, "x", "one"), Problem("a.yaml", 2, "y", "two")])
    assert str(error).splitlines() == ["a.yaml:1  x: one", "a.yaml:2  y: two"]


def test_an_input_error_survives_being_rebuilt_from_its_arguments():
    error = InputError([Problem("a.yaml", 1, "x", "one")])
    assert str(type(error)(*error.args)) == str(error)


def test_a_typo_is_guessed_and_nonsense_is_not():
    assert did_you_mean("durration", ["duration", "seed"]) == "; did you mean 'duration'?"
    assert did_you_mean("qqq", ["duration", "seed"]) == ""
