"""The figures of one language drawn by a process of its own, beside the process that draws others.

python -m sim.viz.figures_apart FOLDER LANGUAGE
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sim.core.hands import hands
from sim.model.results import Results
from sim.viz.figures import FIGURES, write_figures


def write_all(run: Results, languages: Sequence[str]) -> None:
    """Write the figures of a run in several languages, side by side where there are cores for it.

    Whatever a process of its own could not draw is drawn here, so that its error is seen.
    """
    here, *others = languages
    apart = others[: hands() - 1]
    with _drawn_apart(run.folder, apart) as processes:
        for language in [here, *others[len(apart) :]]:
            write_figures(run, run.folder / FIGURES, lang=language)
        undrawn = [lang for lang, one in zip(apart, processes, strict=True) if one.wait() != 0]
    for language in undrawn:
        write_figures(run, run.folder / FIGURES, lang=language)


@contextmanager
def _drawn_apart(folder: Path, languages: Sequence[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Let processes draw, one a language; they are gone at the end."""
    quiet, packages = subprocess.DEVNULL, os.pathsep.join(path for path in sys.path if path)
    processes = [
        subprocess.Popen(  # noqa: S603  our own module, on a folder of ours
            [sys.executable, "-m", __name__, str(folder.resolve()), language],
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            env={**os.environ, "PYTHONPATH": packages},
        )
        for language in languages
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main() -> None:
    """Draw what the command line names."""
    folder, language = Path(sys.argv[1]), sys.argv[2]
    write_figures(Results(folder), folder / FIGURES, lang=language)


if __name__ == "__main__":
    main()
