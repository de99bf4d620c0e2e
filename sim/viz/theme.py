"""One look for every picture: colours, classes, road widths, symbols, and figures without pyplot.

The ramps go from light to dark, so they survive colour blindness and a black-and-white printer;
symbols differ by shape first and by colour second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.viz.typeface import families
from sim.world.layers import SLOPE_STATES

INK: Final = "#1b2733"
MUTED: Final = "#5d6b78"
RULE: Final = "#cfd7de"
PAPER: Final = "#ffffff"

#: the two inks of the curves, and what they never mean anything but
RAIN: Final = "#3f7fb5"
RIVER: Final = "#0f3d66"
ALERT: Final = "#b3261e"
#: ledger curves, told apart by lightness as well as by hue (after Okabe & Ito 2008)
CURVES: Final = ("#3f7fb5", "#0f3d66", "#d55e00", "#009e73", "#8a6fb0", "#8a7a3c", "#5d6b78")

CLOSED_ROAD: Final = "#c2185b"
BUILDING: Final = "#cdbfb0"
LEVEE: Final = "#6d4c2f"
BORDER: Final = "#6b5b7b"
WATER: Final = "#b4c6d2"
WATER_LINE: Final = "#8fa9ba"
WATER_NAME: Final = "#2f5d7c"
TOWN_NAME: Final = "#4a3d59"

LAND: Final = {
    "water": WATER,
    "bare": "#f1eee7",
    "grass": "#e4ebd9",
    "crop": "#f0eddd",
    "forest": "#d0dec3",
    "residential": "#ece7df",
    "commercial": "#f1e3da",
    "industrial": "#e5e2ea",
    "road": "#e6e3de",
    "levee": "#d6c8ae",
}


@dataclass(frozen=True)
class Classes:
    """How a layer is cut into classes.

    Attributes
    ----------
    edges : tuple of float
        Lower edges in the shown unit; the last class has no upper end, values below the first
        edge are not drawn.
    colours : tuple of str
        One a class.
    unit : str
        Word key of the shown unit.
    per_shown : float
        How much of the layer's own unit one shown unit is (3600 for seconds shown as hours).
    names : tuple of str
        Word keys of the classes, where the field has names for them.
    """

    edges: tuple[float, ...]
    colours: tuple[str, ...]
    unit: str
    per_shown: float = 1.0
    names: tuple[str, ...] = ()


_BLUES = ("#d3eafa", "#a6d3f2", "#70b4e6", "#3c90d2", "#1d69b4", "#11468c", "#0a295d")
#: depth classes that Chinese waterlogging maps and British flood maps have in common
_DEPTH = Classes((0.05, 0.15, 0.3, 0.5, 1.0, 2.0, 4.0), _BLUES, "unit.m")
_SPEED = Classes(
    (0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
    ("#dff1ea", "#b2dccb", "#7cc0aa", "#469d88", "#1f7668", "#0b4d45"),
    "unit.m_per_s",
)

CLASSES: Final = {
    "depth_m": _DEPTH,
    "max_depth_m": _DEPTH,
    "speed_m_per_s": _SPEED,
    "max_speed_m_per_s": _SPEED,
    # d (v + 0.5) + DF, Defra FD2321 (2006); 0.025 is still water at 0.05 m
    "max_hazard_rating": Classes(
        (0.025, 0.75, 1.25, 2.0),
        ("#fff0b8", "#fdb04e", "#e3572b", "#96122f"),
        "unit.1",
        names=("hazard_class.low", "hazard_class.some", "hazard_class.most", "hazard_class.all"),
    ),
    # share of a zone's residents
    "share": Classes(
        (0.1, 5, 20, 40, 60, 80, 95),
        ("#ebe7f3", "#cfc5e2", "#ab9ccb", "#8672b0", "#634a94", "#412670", "#241046"),
        "unit.percent",
        per_shown=0.01,
    ),
    # people of a zone, on the average of many disasters
    "people": Classes(
        (0.05, 1, 5, 20, 50, 100, 500),
        ("#ebe7f3", "#cfc5e2", "#ab9ccb", "#8672b0", "#634a94", "#412670", "#241046"),
        "unit.1",
    ),
    # AIDR Guideline 7-3 (2017)
    "aidr_class": Classes(
        (0.5, 1.5, 2.5, 3.5, 4.5, 5.5),
        ("#fff6c4", "#fedc83", "#fdb04e", "#f07a32", "#c8402a", "#7d0f2e"),
        "unit.1",
        names=("aidr.H1", "aidr.H2", "aidr.H3", "aidr.H4", "aidr.H5", "aidr.H6"),
    ),
    # classes of GB/T 17742, each the whole number +- 0.5; colours as on Chinese intensity maps
    "intensity": Classes(
        (1.0, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5),
        (
            "#fffde4",
            "#fff3b0",
            "#ffe07a",
            "#fdbf4b",
            "#f68a34",
            "#e04e26",
            "#ab1f24",
            "#650f1f",
        ),
        "unit.1",
        names=tuple(f"intensity_class.{whole}" for whole in range(4, 12)),
    ),
    # 0.05 to 0.40 g are the design accelerations of GB 18306-2015
    "pga_m_per_s2": Classes(
        (0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0),
        (
            "#fff6c4",
            "#fee391",
            "#fdc25a",
            "#f79a3c",
            "#e26a28",
            "#bf4320",
            "#8e2a1c",
            "#571414",
        ),
        "unit.m_per_s2",
    ),
    "pgv_m_per_s": Classes(
        (0.02, 0.04, 0.08, 0.17, 0.38, 0.81),
        ("#efe3f3", "#d5b9df", "#b488c6", "#8f57a6", "#6b2f80", "#431653"),
        "unit.m_per_s",
    ),
    "arrival_s": Classes(
        (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
        ("#5a0a58", "#8f1d7e", "#c2418f", "#e2749f", "#f1a2b6", "#f8c9cd", "#fce6e1"),
        "unit.h",
        per_shown=3600.0,
    ),
    "fire_arrival_s": Classes(
        (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
        ("#5c0f12", "#8f1d1d", "#c23b22", "#e0682f", "#f2994a", "#f8c583", "#fde7c4"),
        "unit.h",
        per_shown=3600.0,
    ),
    # hauling chart: 4, 8 and 11 ft (Andrews & Rothermel 1982, INT-131)
    "flame_length_m": Classes(
        (0.01, 1.2, 2.4, 3.4),
        ("#ffe08a", "#f79a3c", "#d7301f", "#6a0f2c"),
        "unit.m",
        names=("flame.hand", "flame.engine", "flame.torching", "flame.none"),
    ),
    # the same chart: 100, 500 and 1000 Btu/ft/s
    "fireline_w_per_m": Classes(
        (0.1, 346.0, 1730.0, 3460.0),
        ("#ffe08a", "#f79a3c", "#d7301f", "#6a0f2c"),
        "unit.kw_per_m",
        per_shown=1000.0,
    ),
    # AEGL-1, 2, 3 for an hour; a code
    "gas_zone": Classes(
        (0.5, 1.5, 2.5),
        ("#fff0a8", "#f79a3c", "#b3123a"),
        "unit.1",
        names=("gas_zone.1", "gas_zone.2", "gas_zone.3"),
    ),
    # ice zones of GB 50545-2010: light to 10 mm, medium to 20 mm, heavy beyond
    "max_ice_m": Classes(
        (0.5, 5.0, 10.0, 15.0, 20.0, 30.0),
        ("#d9f0f3", "#a5d5e0", "#6fa8d6", "#5f7cc4", "#6a4aa5", "#4a1a6b"),
        "unit.mm",
        per_shown=0.001,
    ),
    # the four colours of Chinese warnings of landslides by rain; a code of SLOPE_STATES
    "slope_state": Classes(
        (0.5, 1.5, 2.5, 3.5),
        ("#cfe6fb", "#ffd94a", "#f58a2b", "#c8182b"),
        "unit.1",
        names=tuple(f"slope_state.{name}" for name in SLOPE_STATES),
    ),
    # daily limits of PM2.5 (HJ 633-2012): good, moderate, light, medium, heavy, severe
    "smoke_kg_per_m3": Classes(
        (35.0, 75.0, 115.0, 150.0, 250.0, 500.0),
        ("#f3ecd2", "#e4d3a5", "#c9ae83", "#a18568", "#73594d", "#46332f"),
        "unit.ug_per_m3",
        per_shown=1e-9,
    ),
    "wet_s": Classes(
        (0.25, 1.0, 3.0, 6.0, 12.0, 24.0),
        ("#ebe7f3", "#cfc5e2", "#ab9ccb", "#8672b0", "#634a94", "#412670"),
        "unit.h",
        per_shown=3600.0,
    ),
}


#: states of damage of a building, as shown on maps; the last has fallen
DAMAGE: Final = {
    "none": "#b9c4cc",
    "slight": "#f4e08a",
    "moderate": "#f2a63b",
    "extensive": "#d95a24",
    "complete": "#8f1f2a",
    "collapsed": "#1d0a14",
}


@dataclass(frozen=True)
class Stroke:
    """A line on a map: colour, width in points."""

    colour: str
    width_pt: float


_MINOR = "#a9a49c"
ROADS: Final = {
    "motorway": Stroke("#8a5a2b", 1.7),
    "trunk": Stroke("#94683c", 1.4),
    "primary": Stroke("#8c8071", 0.95),
    "secondary": Stroke("#a0978b", 0.6),
    "tertiary": Stroke("#aaa399", 0.45),
    "residential": Stroke(_MINOR, 0.25),
    "service": Stroke(_MINOR, 0.18),
    "path": Stroke(_MINOR, 0.15),
}


@dataclass(frozen=True)
class Symbol:
    """A point on a map: Matplotlib marker, fill, size in points."""

    marker: str
    colour: str
    size_pt: float


#: drawn in this order; kinds not named here are too many for a map of a district
FACILITIES: Final = {
    "shelter": Symbol("^", "#1f8a5b", 5.5),
    "pumping_station": Symbol("v", "#0b5fa5", 5.5),
    "depot": Symbol("D", "#8a6d1f", 4.5),
    "hospital": Symbol("P", "#c62828", 6.5),
    "fire_station": Symbol("s", "#d2691e", 5.0),
    "bus_depot": Symbol("h", "#5b4a8a", 6.0),
    "command_post": Symbol("*", "#111111", 9.5),
}
#: groups of `sim.model.census` that maps show, the least urgent first (after Okabe & Ito 2008)
PEOPLE: Final = {
    "outdoors": Symbol("o", "#b8d4e8", 5.0),
    "hosted": Symbol("p", "#7cc7ab", 5.0),
    "sheltered": Symbol("s", "#009e73", 5.0),
    "moving": Symbol("o", "#f0c75e", 5.0),
    "blocked": Symbol("d", "#e8a2bc", 4.5),
    "water_at_home": Symbol("^", "#8a6fb0", 5.0),
    "stranded": Symbol("D", "#d55e00", 4.5),
    "trapped": Symbol("v", "#8c2d04", 5.0),
    "hurt": Symbol("X", "#1b2733", 5.5),
}
WATCHED_POINT: Final = Symbol("o", "#ffd400", 7.5)


def new_figure(width_in: float, height_in: float, *, dpi: float = 150.0) -> Figure:
    """Return a figure on a canvas of its own: no pyplot, no window, no global state."""
    figure = Figure(figsize=(width_in, height_in), dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def new_chart(width_in: float = 7.4, height_in: float = 2.7) -> Axes:
    """Return the axes of a fresh figure for one curve picture, with room for its labels."""
    figure = new_figure(width_in, height_in)
    figure.set_layout_engine("constrained")
    return figure.add_subplot()


def dress(axes: Axes) -> Axes:
    """Set the shipped typeface on every text of the axes, and take names with ``$`` as they are."""
    fonts = families()
    axes.tick_params(labelfontfamily=fonts)
    for text in axes.findobj(Text):
        assert isinstance(text, Text)
        text.set_fontfamily(fonts)
        text.set_parse_math(False)
    return axes


def sober(axes: Axes) -> Axes:
    """Leave of a chart's frame only what is read: a base line and faint horizontal rules."""
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, labelsize=8, length=0, labelcolor=INK)
    axes.tick_params(axis="x", length=3)
    return axes
