"""From files to a model: the map made or fetched, the inputs kept with the run."""

from __future__ import annotations

import hashlib
import shutil
from importlib import resources
from pathlib import Path
from typing import Final

from sim.core.cache import cache_dir
from sim.core.errors import SimError, choices, did_you_mean
from sim.core.files import sha256_of
from sim.core.words import said
from sim.scenario.facts import load_facts
from sim.scenario.parameters import parameters_in_force
from sim.scenario.scenario import Scenario
from sim.world.store import load_world, save_world
from sim.world.world import World

#: topics of the parameter catalogue that a map made from facts depends on
MAP_TOPICS: Final = ("map", "residents")


class NoSuchPlanError(SimError):
    """A plan was named that the scenario does not have."""


def world_of(scenario: Scenario, folder: Path) -> World:
    """Return the scenario's map: loaded from its folder, or made from facts once and kept.

    Parameters
    ----------
    scenario : Scenario
    folder : Path
        Where the scenario's files lie; its map is named relative to it.
    """
    source = scenario.map
    if source.folder is not None:
        return load_world(folder / source.folder)
    kept = map_cache(scenario, folder)
    if not (kept / "map.json").exists():
        from sim.world.maps.generator import make_map  # noqa: PLC0415 - slow, and seldom needed

        facts = load_facts(folder / str(source.facts))
        save_world(make_map(facts, cell_m=source.cell, seed=source.seed), kept)
    return load_world(kept)


def map_cache(scenario: Scenario, folder: Path) -> Path:
    """Return where the map of these facts, cell, seed and this code is kept."""
    source = scenario.map
    digest = hashlib.sha256((folder / str(source.facts)).read_bytes())
    digest.update(f"{source.cell}/{source.seed}".encode())
    own = {key: x for key, x in parameters_in_force().items() if key.split(".")[0] in MAP_TOPICS}
    if own:
        digest.update(repr(own).encode())
    for package in ("sim.world.maps", "sim.world", "sim.scenario.parameters"):
        digest.update(_code(package))
    return cache_dir() / "maps" / digest.hexdigest()[:16]


def _code(package: str) -> bytes:
    files = sorted(resources.files(package).iterdir(), key=lambda entry: entry.name)
    return b"".join(entry.read_bytes() for entry in files if entry.name.endswith((".py", ".yaml")))


def copy_inputs(scenario: Scenario, folder: Path, to: Path) -> dict[str, str]:
    """Copy the files a run was made from; return their SHA-256 by relative name."""
    to.mkdir(parents=True)
    shutil.copyfile(folder / "scenario.yaml", to / "scenario.yaml")
    for name in (scenario.map.facts, scenario.map.folder):
        if name is not None:
            _copy(folder / name, to / name)
    for optional in ("plans", "targets.yaml"):
        if (folder / optional).exists():
            _copy(folder / optional, to / optional)
    files = sorted(path for path in to.rglob("*") if path.is_file())
    return {path.relative_to(to).as_posix(): sha256_of(path) for path in files}


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, to)
    else:
        shutil.copyfile(source, to)


def plan_file(folder: Path, plan: str) -> Path:
    """Return the file of a plan, by its name in the scenario's ``plans`` folder.

    Raises
    ------
    NoSuchPlanError
        When there is none of that name.
    """
    path = folder / "plans" / f"{plan}.yaml"
    known = sorted(file.stem for file in (folder / "plans").glob("*.yaml"))
    if plan not in known:
        guess = did_you_mean(plan, known)
        listed = choices(known) or "-"
        raise NoSuchPlanError(
            said("run.no_plan", folder=folder, plan=plan, plans=listed, guess=guess)
        )
    return path
