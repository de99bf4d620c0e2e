"""Make the subset font the package ships; run by hand when the word catalogue needs a new sign.

    python tests/viz/make_fonts.py NotoSansCJK-Regular.ttc

The source is Noto Sans CJK (SIL Open Font License 1.1); Debian carries it as ``fonts-noto-cjk``.
The family is renamed, so that it never hides, or is hidden by, a complete Noto on a user's machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from sim.core.words import catalogue

FAMILY = "Shapan Sans"
TARGET = Path(__file__).parents[2] / "sim" / "viz" / "fonts" / "ShapanSans-Regular.otf"
#: Latin, Greek, punctuation, indices, arrows, mathematics, shapes, CJK signs, full width
BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x391, 0x3C9),
    (0x2010, 0x2027),
    (0x2030, 0x203B),
    (0x2070, 0x209C),
    (0x2100, 0x214E),
    (0x2160, 0x216B),
    (0x2190, 0x2199),
    (0x2200, 0x22A5),
    (0x2460, 0x2473),
    (0x25A0, 0x25EF),
    (0x2605, 0x2606),
    (0x2713, 0x2717),
    (0x3000, 0x301F),
    (0x3380, 0x33DF),
    (0xFF01, 0xFF5E),
)


def wanted() -> set[int]:
    """Return the code points: the blocks, all 6,763 hanzi of GB 2312, and every catalogued word."""
    points = {point for first, last in BLOCKS for point in range(first, last + 1)}
    for row in range(0xB0, 0xF8):
        text = bytes(byte for cell in range(0xA1, 0xFF) for byte in (row, cell))
        points |= {ord(sign) for sign in text.decode("gb2312", errors="ignore")}
    for texts in catalogue().values():
        points |= {ord(sign) for text in texts.values() for sign in text if sign >= " "}
    return points


def simplified_chinese(collection: Path) -> TTFont:
    """Return the proportional face for simplified Chinese of a collection."""
    for font in TTCollection(str(collection)).fonts:
        if font["name"].getDebugName(1) == "Noto Sans CJK SC":
            return font
    raise SystemExit(f"{collection}: no face 'Noto Sans CJK SC'")


def main() -> None:
    font = simplified_chinese(Path(sys.argv[1]))
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB"]
    work = subset.Subsetter(options)
    work.populate(unicodes=wanted())
    work.subset(font)
    for name_id, text in (
        (1, FAMILY),
        (3, f"{FAMILY} subset"),
        (4, FAMILY),
        (6, "ShapanSans-Regular"),
    ):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    names = font["name"]
    names.names = [n for n in names.names if n.platformID == 3 and n.langID == 0x409]
    top = font["CFF "].cff
    top.fontNames = ["ShapanSans-Regular"]
    top[0].FamilyName, top[0].FullName = FAMILY, FAMILY
    font.save(TARGET)
    sys.stdout.write(f"{TARGET}: {len(font.getBestCmap())} signs, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
