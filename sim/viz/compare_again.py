"""How to make a study again: the command, the seeds, the versions, as its report states them."""

from __future__ import annotations

from pathlib import Path

from sim.core.words import say
from sim.evaluation.ensembles.outcome import Outcome


def again(outcome: Outcome, lang: str) -> list[tuple[str, str]]:
    """Return name and value of everything that is needed to make this study again."""
    study, manifest = outcome.study, outcome.manifest()
    folders = [typed(folder) for folder in study.folders]
    parts = ["shapan compare", *folders, "--plans", *(plan or '""' for plan in study.plans)]
    parts += [*_how_long(outcome), "--seed", str(study.seed)]
    if study.every > 1:
        parts += ["--every", str(study.every)]
    if study.cell_m is not None:
        parts += ["--cell", f"'{study.cell_m:g} m'"]
    if study.ranges:
        parts += ["--vary", "…"]
    varied = "\n".join(f"{one.id}: {one.at} {one.words()}" for one in study.ranges)
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    inputs = "\n".join(f"{name} {digest}" for name, digest in manifest["scenarios"].items())
    entries = {
        "again.command": " ".join(parts),
        "compare.seeds": "{} … {}".format(*manifest["seeds"]),
        "compare.varied": varied,
        "compare.study": manifest["study_sha256"],
        "compare.code": manifest["code_sha256"],
        "again.inputs": inputs,
        "again.versions": versions,
    }
    return [(say(key, lang), value) for key, value in entries.items() if value]


def typed(folder: Path) -> str:
    """Return a folder as somebody who stands here would type it."""
    found = folder.resolve()
    here = Path.cwd()
    return found.relative_to(here).as_posix() if found.is_relative_to(here) else str(found)


def _how_long(outcome: Outcome) -> list[str]:
    """Return the options that say how many disasters there are."""
    study, ending = outcome.study, outcome.ending
    if study.design is not None:
        design = study.design
        each = ["--reps", str(design.each)]
        return ["--sensitivity", design.method, "--points", str(design.size), *each]
    if ending is None:
        return ["--reps", str(study.replications)]
    by = ["--by", ending.kpis[0]] if len(ending.kpis) == 1 else []
    if ending.rule == "ocba":
        share = sum(ending.met.values()) // len(ending.met)
        return ["--select", "ocba", "--reps", str(share), *by]
    how = ["--reps", "auto"] if ending.rule == "precision" else ["--select", "kn"]
    return [*how, "--most", str(study.most), *by]
