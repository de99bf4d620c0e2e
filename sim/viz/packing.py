"""Pictures as files and as text that a page can carry."""

from __future__ import annotations

import base64
import io
from typing import Any, Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

#: kind of a picture, and its bytes in base64
Packed = tuple[str, str]

_LARGE_BYTES: Final = 100_000
_WEBP_QUALITY: Final = 88


def pixels_of(figure: Figure) -> Image.Image:
    """Return a picture's pixels."""
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())


def png_of(figure: Figure) -> bytes:
    """Return a picture as a PNG file, the same bytes every time: no date, no version in it."""
    return as_png(pixels_of(figure), figure.dpi)


def as_png(pixels: Image.Image, dpi: float) -> bytes:
    """Return pixels as a PNG file."""
    file = io.BytesIO()
    # run lengths alone (zlib's strategy 3) make flat colours as small, in half the time
    pixels.save(file, format="PNG", compress_level=1, compress_type=3, dpi=(dpi, dpi))
    return file.getvalue()


def packed(png: bytes, pixels: Image.Image | None = None) -> Packed:
    """Return kind and base64 of a PNG: curves as they are, maps as WebP, a fifth the size.

    Parameters
    ----------
    png : bytes
    pixels : Image, optional
        Of the PNG, where they are at hand.
    """
    if len(png) <= _LARGE_BYTES:
        return "png", _text(png)
    webp = io.BytesIO()
    with pixels or Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(webp, format="WEBP", quality=_WEBP_QUALITY, method=2)
    return "webp", _text(webp.getvalue())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
