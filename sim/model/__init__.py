"""Build a run from its files, keep its clock, observe it, write it down."""
