"""The same run on processors that can do less: NumPy and the C library take other ways there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evaluation.ensembles.conftest import short_lesson

RUN = """
import sys, sim
run = sim.run(sys.argv[1], plan="early", every=20, out=sys.argv[2], report=False)
print(run.manifest["state_sha256"])
"""
#: environment that takes something away from the processor
POORER = {
    "numpy without AVX2 and AVX-512": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3"},
    "an old core for linear algebra": {"OPENBLAS_CORETYPE": "Nehalem"},
    "a C library without FMA": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"},
    "another order of hashes": {"PYTHONHASHSEED": "5"},
}


def _sha256(folder: Path, out: Path, poorer: dict[str, str]) -> str:
    told = subprocess.run(
        [sys.executable, "-c", RUN, str(folder), str(out)],
        env=os.environ | {"PYTHONHASHSEED": "0"} | poorer,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip().splitlines()[-1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_run_is_the_same_on_processors_that_can_do_less(tmp_path: Path) -> None:
    folder = short_lesson(tmp_path / "lesson")
    plain = _sha256(folder, tmp_path / "plain", {})
    found = {name: _sha256(folder, tmp_path / name, env) for name, env in POORER.items()}
    assert found == dict.fromkeys(POORER, plain)
