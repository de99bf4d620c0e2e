"""Every word can be written, on any machine."""

import base64
import io
import warnings

import matplotlib
from fontTools.ttLib import TTFont

from sim.core.words import LANGUAGES, catalogue
from sim.viz.theme import dress, new_figure
from sim.viz.typeface import FAMILY, embedded, families, signs


def test_the_shipped_typeface_has_every_sign_of_the_catalogue():
    used = {ord(c) for texts in catalogue().values() for t in texts.values() for c in t if c >= " "}
    assert used <= signs()


def test_the_shipped_typeface_writes_all_of_gb_2312():
    rows = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    hanzi = {ord(pair.decode("gb2312", errors="ignore") or "一") for pair in rows}
    assert len(hanzi) == 6763
    assert hanzi <= signs()


def test_every_sign_of_the_catalogue_is_drawn_without_a_missing_glyph(monkeypatch):
    only_ours = [FAMILY]
    families()
    monkeypatch.setattr("sim.viz.theme.families", lambda: only_ours)
    figure = new_figure(4, 4, dpi=40)
    axes = figure.add_subplot()
    words = (texts[lang] for texts in catalogue().values() for lang in LANGUAGES)
    used = "".join(sorted({sign for text in words for sign in text if sign >= " "}))
    for start in range(0, len(used), 40):
        axes.text(0.5, 0.5, used[start : start + 40])
    dress(axes)
    with warnings.catch_warnings(record=True) as missing:
        warnings.simplefilter("always")
        figure.canvas.draw()
    assert [str(warning.message) for warning in missing] == []


def test_drawing_leaves_the_users_own_font_settings_alone():
    before = dict(matplotlib.rcParams)
    dress(new_figure(1, 1).add_subplot())
    assert dict(matplotlib.rcParams) == before


def test_a_page_carries_just_the_signs_it_uses():
    font = TTFont(io.BytesIO(base64.b64decode(embedded("铁西 50 m²"))))
    assert font.flavor == "woff"
    assert set(font.getBestCmap()) == {ord(c) for c in "铁西 50m²"}
