"""The shipped typeface: every word of the catalogue has its signs, on any machine."""

from __future__ import annotations

import base64
import functools
import io
from importlib import resources
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib import font_manager

FAMILY: Final = "Shapan Sans"
_FILE: Final = "ShapanSans-Regular.otf"
#: complete faces that fill in rare hanzi where a machine has one of them
_SYSTEM: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "WenQuanYi Zen Hei",
)


@functools.cache
def families() -> list[str]:
    """Return font families for Matplotlib, the shipped one first, made known on first use."""
    with resources.as_file(resources.files("sim.viz") / "fonts" / _FILE) as path:
        font_manager.fontManager.addfont(path)
    here = {font.name for font in font_manager.fontManager.ttflist}
    return [FAMILY, *(name for name in _SYSTEM if name in here), "DejaVu Sans"]


@functools.cache
def signs() -> frozenset[int]:
    """Return the code points the shipped typeface can write."""
    return frozenset(_font().getBestCmap())


def embedded(text: str) -> str:
    """Return a WOFF of just the signs of ``text``, as base64, for a page that loads nothing."""
    return _packed(frozenset(map(ord, text)) & signs())


@functools.lru_cache(maxsize=4)
def _packed(wanted: frozenset[int]) -> str:
    # the shipped file has no hints to drop, and its bounds serve a subset as well: 3 x faster
    options = subset.Options(layout_features=["kern"], hinting=True, notdef_outline=True)
    font = _font()
    work = subset.Subsetter(options)
    work.populate(unicodes=sorted(wanted))
    work.subset(font)
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    return base64.b64encode(packed.getvalue()).decode("ascii")


def _font() -> TTFont:
    data = (resources.files("sim.viz") / "fonts" / _FILE).read_bytes()
    return TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)
