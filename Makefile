# shapan: each target does its own set-up. `make demo` and `make test` work on a fresh machine.
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null))
BIN := .venv/bin

.PHONY: demo test lint bench verify golden clean

.venv/.ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "shapan needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	touch $@

demo: .venv/.ready  ## the main job on shipped input; says where the report is
	$(BIN)/shapan run scenarios/tiexi-storm --plan current --every 10 --cell '40 m' --seed 1

test: .venv/.ready  ## every test that is not marked slow
	$(BIN)/python -m pytest -m 'not slow' -n 2

lint: .venv/.ready  ## style, types, and which way imports point
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.ready .venv-peers/.ready  ## ratios against peers, measured in one run
	$(BIN)/python -m pytest tests/benchmarks -p benchmark --benchmark-only -m 'slow or not slow'

verify: .venv/.ready  ## published and analytic cases, and the slow tests
	for suite in hazards movement people supply rescue statistics; do $(BIN)/shapan verify $$suite || exit 1; done
	-$(BIN)/shapan verify backcasts  # what was recorded beside what we get: shown, no criterion
	$(BIN)/python -m pytest -m slow
	$(BIN)/python -m pytest -m 'not slow' -n 2 -k 'not benchmarks' --hypothesis-profile search --timeout 1200

.venv-peers/.ready:
	sh tests/benchmarks/make_peers.sh .venv-peers
	touch $@

golden: .venv/.ready  ## record the golden figures anew; say why in CHANGELOG.md
	$(BIN)/python tests/golden/record.py

clean:
	rm -rf .venv .venv-peers outputs/*/ .pytest_cache .mypy_cache .ruff_cache .hypothesis
