"""Colours and sizes of figures and pages, stated once. Orange and blue stay apart for every common colour blindness."""

from collections.abc import Iterable
from typing import Any

INK = "#1d2733"
MUTED = "#566272"
LINE = "#d8dee6"
SURFACE = "#f5f7f9"
PAPER = "#ffffff"
ACCENT = "#0b5d66"
UP = "#b4451a"
DOWN = "#1f5fa8"
CAUTION = "#8a5a00"
CAUTION_SURFACE = "#fdf6e3"
FAULT = "#9b1c31"
FAULT_SURFACE = "#fdf1f2"
UNCHANGED = "#c3cad3"

# The reference comes first and is grey; shapes repeat what the colours say.
GROUP_COLOURS = ("#6d7987", "#0f7b83", "#9a5ba5", "#b7860b", "#3f6fb5", "#a8503c")
# Doses and times: the larger the darker, the lightest still seen on white.
SEQUENCE = ("#5f93c0", "#0b2545")
GROUP_MARKERS = ("o", "D", "s", "^", "v", "P")

FONT_SIZE = 10.0  # points; a figure of 7.2 inches is 691 CSS pixels wide, so that its text is as large as the page's
SMALL_FONT_SIZE = 9.0
WIDE = (7.2, 4.7)  # inches
HALF = (5.6, 4.2)
SMALL = (3.7, 2.3)
DOTS_PER_INCH = 160  # of the points that are drawn as an image

# Measured with DejaVu Sans, which comes with matplotlib: the same figure on every machine. The page shows the
# reader's own sans-serif font, which is narrower.
FIGURE_SETTINGS: dict[Any, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": FONT_SIZE,
    "svg.fonttype": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": FONT_SIZE,
    "axes.titlelocation": "left",
    "axes.unicode_minus": True,
    "text.color": INK,
    "text.parse_math": False,  # a $ in the name of a sample is a $
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": SMALL_FONT_SIZE,
    "ytick.labelsize": SMALL_FONT_SIZE,
    "legend.frameon": False,
    "legend.fontsize": SMALL_FONT_SIZE,
}


def colours_of(groups: Iterable[str], ordered: bool = False) -> dict[str, tuple[str, str]]:
    """Colour and marker of each group, in the order given: the reference first. 36 groups are told apart.

    Values of a quantity (``ordered``, ascending) have one colour from light to dark instead.
    """
    number, names = len(GROUP_COLOURS), list(groups)
    colours = sequence(len(names)) if ordered else [GROUP_COLOURS[i % number] for i in range(len(names))]
    return {group: (colours[i], GROUP_MARKERS[(i + i // number) % number]) for i, group in enumerate(names)}


def sequence(number: int) -> list[str]:
    """So many colours from light to dark, evenly between the ends of ``SEQUENCE`` (red, green and blue linear)."""
    ends = [[int(end[i : i + 2], 16) for i in (1, 3, 5)] for end in SEQUENCE]
    shares = [place / max(number - 1, 1) for place in range(number)]
    return ["#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(*ends, strict=True)) for share in shares]


def css_colours() -> dict[str, str]:
    """The colours as custom properties of a style sheet, without the leading dashes."""
    return {
        "ink": INK,
        "muted": MUTED,
        "line": LINE,
        "surface": SURFACE,
        "paper": PAPER,
        "accent": ACCENT,
        "up": UP,
        "down": DOWN,
        "caution": CAUTION,
        "caution-surface": CAUTION_SURFACE,
        "fault": FAULT,
        "fault-surface": FAULT_SURFACE,
        **{f"group-{i}": colour for i, colour in enumerate(GROUP_COLOURS)},
    }
