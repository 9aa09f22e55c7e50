"""Figures across studies: forest plots of one gene, and the heat map of the consensus genes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome import style
from secretome.plots import STYLED, new_figure, svg_of

ZERO = "#eceff2"  # of the heat map: no change; a missing value has no colour, and a mark
NOT_MEASURED, NOT_TESTED = "×", "·"
LONGEST_LABEL = 52
ROW, COLUMN = 0.24, 0.29  # inches
LEAST_LIMIT, LARGEST_LIMIT = 1.0, 4.0  # of the colours, log2


@dataclass(frozen=True)
class Pool:
    """A pool in a forest plot.

    Attributes:
        label: what it is.
        effect, low, high: the estimate and its 95 % interval.
        leads: whether it is the one of the table, drawn filled.
    """

    label: str
    effect: float
    low: float
    high: float
    leads: bool


@STYLED
def forest(
    studies: pd.DataFrame,
    pools: Sequence[Pool],
    prediction: tuple[float, float] | None,
    title: str,
    name: str,
    label: str = "log2 fold change",
) -> str:
    """The effect of each study with its interval, the pools as diamonds, the prediction interval as a thin bar.

    Args:
        studies: `unit`, `effect`, `ci_low`, `ci_high`, `state`, in the order of the figure; NaN where not tested.
        pools: drawn below; none of two studies.
        prediction: where the effect of a further study would lie; None where too few studies tell.
        title: of the figure, the gene.
        name: makes the ids inside the figure unique on a page.
        label: of the axis.
    """
    bands = [("a further study", *prediction)] if prediction else []
    heights = np.arange(len(studies) + len(pools) + len(bands))[::-1]
    figure, axes = new_figure((style.SMALL[0] + 0.5, 0.85 + ROW * len(heights)))
    axes.axvline(0, color=style.LINE, linewidth=0.8, zorder=0)
    for height, row in zip(heights, studies.itertuples(), strict=False):
        if np.isnan(row.effect):
            text: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "color": style.MUTED}
            axes.text(0.02, height, str(row.state).replace("_", " "), fontsize=style.SMALL_FONT_SIZE - 1, **text)
            continue
        axes.hlines(height, row.ci_low, row.ci_high, color=style.INK, linewidth=1.3)
        axes.plot([row.effect], [height], "s", color=style.INK, markersize=4.5)
    for height, pool in zip(heights[len(studies) :], pools, strict=False):
        corners = [(pool.low, height), (pool.effect, height + 0.3), (pool.high, height), (pool.effect, height - 0.3)]
        face = style.ACCENT if pool.leads else style.PAPER
        axes.fill(*zip(*corners, strict=True), facecolor=face, edgecolor=style.ACCENT, linewidth=1)
    for height, (_, low, high) in zip(heights[len(studies) + len(pools) :], bands, strict=True):
        axes.hlines(height, low, high, color=style.ACCENT, linewidth=1.3, linestyle=(0, (3, 2)))
    names = [*studies["unit"], *(pool.label for pool in pools), *(band[0] for band in bands)]
    axes.set_yticks(heights, [_short(text, 26) for text in names])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(heights) - 0.4)
    axes.locator_params(axis="x", nbins=5)
    axes.set_title(title, fontstyle="italic", fontweight="bold")
    axes.set_xlabel(label, fontsize=style.SMALL_FONT_SIZE)
    return svg_of(figure, name)


@STYLED
def heat_map(changes: pd.DataFrame, measured: pd.DataFrame, own: int, name: str) -> str:
    """Genes × contrasts: how far each gene changes; what has no value is white, with a mark.

    Args:
        changes: contrasts × genes, log2 fold changes, NaN where there is none, in the order of the figure.
        measured: alike, whether the gene was measured at all.
        own: how many of the contrasts, the first, belong to the group; a line is drawn below them.
        name: makes the ids inside the figure unique on a page.
    """
    from matplotlib.colors import LinearSegmentedColormap

    values = changes.to_numpy(float)
    rows, columns = values.shape
    known = np.abs(values[~np.isnan(values)])
    limit = float(np.clip(np.quantile(known, 0.95), LEAST_LIMIT, LARGEST_LIMIT)) if known.size else LEAST_LIMIT
    figure, axes = new_figure((4.6 + COLUMN * max(columns, 4), 1.25 + ROW * max(rows, 5)))
    colours = LinearSegmentedColormap.from_list("change", [style.DOWN, ZERO, style.UP], N=255)
    image = axes.pcolormesh(
        np.ma.masked_invalid(values), cmap=colours, vmin=-limit, vmax=limit, edgecolors=style.PAPER, linewidth=0.8
    )
    for row, column in np.argwhere(np.isnan(values)):
        mark = NOT_TESTED if measured.to_numpy(bool)[row, column] else NOT_MEASURED
        text: dict[str, Any] = {"ha": "center", "va": "center", "color": style.MUTED}
        axes.text(column + 0.5, row + 0.5, mark, fontsize=style.SMALL_FONT_SIZE - 1, **text)
    if own < rows:
        axes.axhline(own, color=style.INK, linewidth=1)
    axes.invert_yaxis()
    axes.set_yticks(np.arange(rows) + 0.5, [_short(text, LONGEST_LABEL) for text in changes.index])
    axes.set_xticks(np.arange(columns) + 0.5, list(changes.columns), rotation=90, fontstyle="italic")
    axes.tick_params(length=0, labelcolor=style.INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = figure.colorbar(image, ax=axes, fraction=0.06, aspect=max(6, rows), pad=0.01, extend="both")
    bar.outline.set_visible(False)
    bar.set_label("log2 fold change", fontsize=style.SMALL_FONT_SIZE)
    return svg_of(figure, name)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
