"""The pictures and the report of a run, drawn by this process and, where there is one, a helper."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path

from sim.core.files import write_text
from sim.core.hands import beside
from sim.core.words import LANGUAGES
from sim.model.results import Results
from sim.viz.figures import FIGURES, Artist
from sim.viz.helper import Asked, Helper
from sim.viz.packing import Packed
from sim.viz.report import illustrated, words


def draw(run: Results, languages: Sequence[str] = LANGUAGES, helper: Helper | None = None) -> Path:
    """Draw all figures and the report of a run anew and return the report's file.

    Parameters
    ----------
    run : Results
    languages : sequence of str
        Those the report holds; it opens in the first.
    helper : Helper, optional
        Draws from the first picture on, while this process writes and then draws from the last.
    """
    artist = Artist(run, run.folder / FIGURES)
    wanted = [(name, lang) for name in artist.names(languages[0]) for lang in languages]
    todo, found = deque(wanted), dict[Asked, Packed]()
    with beside(lambda: found.update(helper.draw(run.folder, todo) if helper else {})):
        try:
            said = [words(run, lang) for lang in languages]
            illustrated(run, said, _unseen)  # packs the typeface, which then is kept
            while asked := _last(todo):
                found[asked] = artist.write(*asked)
        finally:
            todo.clear()
    for asked in wanted:
        if asked not in found:  # the helper could not
            found[asked] = artist.write(*asked)
    path = run.folder / "report.html"
    write_text(path, illustrated(run, said, lambda *asked: found[asked]))
    return path


def _unseen(_name: str, _lang: str) -> Packed:
    """Return an empty frame, for a picture that is not drawn yet."""
    return "png", ""


def _last(todo: deque[Asked]) -> Asked | None:
    """Take the last picture that nobody has begun; None when there is none."""
    try:
        return todo.pop()
    except IndexError:
        return None
