"""A scenario's files as bytes, so that any machine can run them."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path

from sim.core.files import whole_folder
from sim.model.build import plan_file
from sim.scenario.loading import (
    TARGETS_FILE,
    load_plan,
    load_scenario,
    scenario_file,
)
from sim.scenario.scenario import Scenario

_MARK = ".files"


@dataclass(frozen=True)
class Inputs:
    """All files of one scenario that a run needs.

    Attributes
    ----------
    scenario : str
        Its id.
    files : dict
        Name relative to the scenario's folder -> bytes.
    sha256 : str
        Of the files that say what happens: scenario and map.
    plan_sha256 : dict
        Plan -> digest of its file; the empty name stands for nobody acting.
    files_sha256 : str
        Of all files.
    """

    scenario: str
    files: dict[str, bytes]
    sha256: str
    plan_sha256: dict[str, str]
    files_sha256: str

    def unpacked(self) -> Path:
        """Return a folder of this machine that holds the files, written when it is not there."""
        digest = self.files_sha256
        folder = Path(tempfile.gettempdir()) / f"shapan-inputs-{_user()}" / digest[:24]
        if not (folder / _MARK).exists():
            with whole_folder(folder, marker=_MARK) as partial:
                for name, content in self.files.items():
                    (partial / name).parent.mkdir(parents=True, exist_ok=True)
                    (partial / name).write_bytes(content)
                (partial / _MARK).write_text(digest, encoding="utf-8")
        return folder


def inputs_of(folder: Path, plans: Sequence[str]) -> Inputs:
    """Return the files of a scenario and of some of its plans, every one of them checked.

    Raises
    ------
    InputError
        With the problems of the first file that has any.
    NoSuchPlanError
        When the scenario lacks a plan.
    """
    paths = {name: plan_file(folder, name) for name in plans if name}
    stated = {name: path.read_bytes() for name, path in paths.items()}
    happens = scenario_file(folder)
    known = happens.read_bytes() if happens.is_file() else b""
    scenario = _checked(folder, known, tuple(sorted(stated.items())))
    sources = [happens]
    for name in (scenario.map.facts, scenario.map.folder):
        if name is not None:
            sources += _files(folder / name)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sources}
    digest, plan_sha256 = _digest(files), {"": ""}
    for name, content in stated.items():
        files[f"plans/{name}.yaml"] = content
        plan_sha256[name] = hashlib.sha256(content).hexdigest()
    if (folder / TARGETS_FILE).exists():
        files[TARGETS_FILE] = (folder / TARGETS_FILE).read_bytes()
    return Inputs(scenario.id, files, digest, plan_sha256, _digest(files))


@functools.lru_cache(maxsize=32)
def _checked(folder: Path, _: bytes, plans: tuple[tuple[str, bytes], ...]) -> Scenario:
    """Return the scenario of a folder, found sound with its plans; once for the same bytes."""
    scenario = load_scenario(folder)
    for name, _content in plans:
        load_plan(plan_file(folder, name))
    return scenario


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}/{len(files[name])}/".encode() + files[name])
    return digest.hexdigest()


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"


@functools.cache
def code_sha256() -> str:
    """Return a digest of shapan's own code and numbers, and of the version of NumPy."""
    digest = hashlib.sha256(metadata.version("numpy").encode())
    for name, file in _walk(resources.files("sim"), ""):
        content = file.read_bytes()
        digest.update(f"{name}/{len(content)}/".encode() + content)
    return digest.hexdigest()


def _walk(folder: Traversable, within: str) -> Iterator[tuple[str, Traversable]]:
    """Iterate over all files that results may depend on, by their names from the root."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{within}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _walk(entry, name)
        elif entry.name.endswith((".py", ".yaml", ".csv")):
            yield name, entry
