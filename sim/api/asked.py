"""What was asked of a study, kept in its folder so that its report can be drawn again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sim.core.files import write_text
from sim.evaluation.ensembles.options import StudyOptions

_FILE: Final = "asked.json"
#: how runs are made, not what they are
_NOT_KEPT: Final = ("jobs", "cluster", "resume")


@dataclass(frozen=True)
class Asked:
    """A comparison or an improvement as somebody asked for it.

    Attributes
    ----------
    what : str
        ``compare`` or ``improve``.
    scenarios : list of str
        Folders, where they stood.
    about : dict
        Plans, or plan and target.
    options : dict
        Of `StudyOptions`.
    """

    what: str
    scenarios: list[str]
    about: dict[str, Any]
    options: dict[str, Any]


def keep_asked(
    folder: Path, what: str, scenarios: list[Path], options: StudyOptions, **about: Any
) -> None:
    """Keep what was asked for beside what came of it."""
    kept = {name: value for name, value in asdict(options).items() if name not in _NOT_KEPT}
    if kept["vary"] is not None:
        kept["vary"] = str(Path(kept["vary"]).resolve())
    asked = Asked(what, [str(one.resolve()) for one in scenarios], about, kept)
    write_text(folder / _FILE, json.dumps(asdict(asked), indent=2, ensure_ascii=False) + "\n")


def read_asked(folder: Path) -> Asked | None:
    """Return what was asked of a finished study; None where a folder holds none."""
    file = folder / _FILE
    if not file.is_file():
        return None
    return Asked(**json.loads(file.read_text(encoding="utf-8")))
