"""Figures: f(table) → SVG text that a page takes in as it is. The only module that imports matplotlib."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from secretome import style, wording

SMALLEST_P = wording.SMALLEST_P  # a p-value of zero is drawn here
LEAST_HEIGHT = 3.0  # of a volcano, −log10 p: where nothing changes the noise should look like noise
LEGEND_CHARACTERS = 72  # fit beside one another above a figure of half width
FEW_POINTS = 200  # of a volcano: fewer are drawn larger
HOVER = "hover-points"  # the class of the marks that the page names under the pointer, in the order of their table

STYLED = matplotlib.rc_context(style.FIGURE_SETTINGS)


@STYLED
def volcano(
    differential: pd.DataFrame,
    changed: pd.DataFrame,
    named: Sequence[str],
    log2_fold_change: float,
    name: str,
    label: str = "log2 fold change",
) -> str:
    """All tested genes in grey, secreted genes that change in colour, some of them named.

    Args:
        differential: `log2_fold_change`, `p_value` of all genes; untested ones (NaN) are left out.
        changed: `gene`, `log2_fold_change`, `p_value` of the secreted genes that change.
        named: genes of `changed` to name.
        log2_fold_change: the smallest change that counts, drawn as two lines.
        name: makes the ids inside the figure unique on a page.
        label: of the horizontal axis, with the unit of a slope.
    """
    tested = differential.dropna(subset=["log2_fold_change", "p_value"])
    figure, axes = new_figure(style.WIDE)
    ends = _ends(tested["log2_fold_change"], log2_fold_change)
    top = max([LEAST_HEIGHT, *_height(tested["p_value"])])
    room = 0.24 * (ends[1] - ends[0])  # for the names on both sides
    axes.set_xlim(ends[0] - room, ends[1] + room)
    axes.set_ylim(-0.02 * top, 1.06 * top)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=11))
    grey: dict[str, Any] = {"c": style.UNCHANGED, "linewidths": 0, "rasterized": True}
    grey["s"] = 5 if len(tested) > FEW_POINTS else 20
    axes.scatter(tested["log2_fold_change"], _height(tested["p_value"]), **grey)
    for side in (-log2_fold_change, log2_fold_change):
        axes.axvline(side, color=style.LINE, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    colours = np.where(changed["log2_fold_change"] > 0, style.UP, style.DOWN).tolist()
    marks: dict[str, Any] = {"s": 20, "linewidths": 0.5, "edgecolors": style.PAPER, "gid": HOVER}
    axes.scatter(changed["log2_fold_change"], _height(changed["p_value"]), c=colours, **marks)
    _name_points(axes, changed[changed["gene"].isin(list(named))], ends)
    axes.set_xlabel(label)
    axes.set_ylabel("−log10 p")
    return svg_of(figure, name)


@STYLED
def sample_scores(
    scores: pd.DataFrame, groups: Mapping[str, Sequence[str]], name: str, label: str, quantity: str = ""
) -> str:
    """One row a gene set, one mark a sample: how each sample scores, by group.

    Args:
        scores: columns `sample`, `gene_set`, `score`.
        groups: group to its samples, the reference first.
        name: makes the ids inside the figure unique on a page.
        label: of the axis.
        quantity: of which the groups are values in ascending order (a dose); "" where they are categories.
    """
    table = scores.pivot(index="gene_set", columns="sample", values="score")
    order = _by_difference(table, groups)
    figure, axes = new_figure((style.WIDE[0], 0.9 + 0.3 * len(order)))
    rows = np.arange(len(order))[::-1]
    if _span(table)[0] < 0 < _span(table)[1]:
        axes.axvline(0, color=style.LINE, linewidth=0.8, zorder=0)
    axes.hlines(rows, *_span(table), color=style.SURFACE, linewidth=0.8, zorder=0)
    looks = style.colours_of(groups, ordered=bool(quantity))
    offsets = np.linspace(-0.14, 0.14, len(groups)) if len(groups) > 1 else [0.0]
    for (group, (colour, marker)), offset in zip(looks.items(), offsets, strict=True):
        values = table.loc[order, [sample for sample in groups[group] if sample in table]].to_numpy()
        heights = np.repeat(rows[:, None] + offset, values.shape[1], axis=1)
        axes.scatter(
            values, heights, c=colour, marker=marker, s=20, linewidths=0.5, edgecolors=style.PAPER, label=group
        )
    axes.set_yticks(rows, [wording.readable(gene_set) for gene_set in order])
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(order) - 0.4)
    axes.set_xlabel(label)
    _legend(axes, min(len(groups), 4 if not quantity else 8), quantity)
    return svg_of(figure, name)


@STYLED
def running_score(curve: Mapping, title: str, name: str) -> str:
    """An enrichment curve: the running sum over all ranked genes, and where the genes of the set stand.

    Args:
        curve: `ranks` (positions of the set's genes), `running` (the sum on an even grid), `n_genes`.
        title: of the figure.
        name: makes the ids inside the figure unique on a page.
    """
    figure, axes = new_figure(style.SMALL)
    running = np.asarray(curve["running"], dtype=float)
    low, high = min(float(running.min()), 0.0), max(float(running.max()), 0.0)
    spread = max(high - low, 0.1)
    axes.set_xlim(0, curve["n_genes"])
    axes.set_ylim(low - 0.26 * spread, high + 0.08 * spread)
    axes.axhline(0, color=style.LINE, linewidth=0.8)
    axes.plot(np.linspace(0, curve["n_genes"], running.size), running, color=style.ACCENT, linewidth=1.4)
    axes.vlines(curve["ranks"], low - 0.24 * spread, low - 0.1 * spread, color=style.INK, linewidth=0.35)
    axes.set_title(title, fontsize=style.SMALL_FONT_SIZE)
    axes.set_xticks([0, curve["n_genes"]], ["rises most", "falls most"])
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    axes.locator_params(axis="y", nbins=4)
    return svg_of(figure, name)


@STYLED
def principal_components(
    coordinates: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    explained: Sequence[float],
    name: str,
    quantity: str = "",
) -> str:
    """The samples on the first two principal components, by group.

    Args:
        coordinates: one row a sample (its id as the index), `first`, `second`, and `label`, "" for none.
        groups: group to its samples, the reference first.
        explained: the shares of the variance, 0 to 1.
        name: makes the ids inside the figure unique on a page.
        label: of the axis.
        quantity: of which the groups are values in ascending order (a dose); "" where they are categories.
    """
    columns = max(1, min(len(groups), LEGEND_CHARACTERS // (max(map(len, groups)) + 4)))
    rows = -(-len(groups) // columns)
    figure, axes = new_figure((style.HALF[0], style.HALF[1] + 0.2 * (rows - 1)))
    for group, (colour, marker) in style.colours_of(groups, ordered=bool(quantity)).items():
        points = coordinates.loc[[sample for sample in groups[group] if sample in coordinates.index]]
        marks: dict[str, Any] = {"c": colour, "marker": marker, "s": 42, "linewidths": 0.6, "edgecolors": style.PAPER}
        axes.scatter(points["first"], points["second"], label=group, **marks)
    for row in coordinates.itertuples():
        offset: dict[str, Any] = {"xytext": (6, 4), "textcoords": "offset points"}
        label = axes.annotate(
            row.label, (row.first, row.second), fontsize=style.SMALL_FONT_SIZE - 1, color=style.MUTED, **offset
        )
        label.set_in_layout(False)  # a long name at the edge would shrink the axes
    axes.margins(0.16, 0.14)
    axes.set_xlabel(f"first component, {explained[0]:.0%} of the variance")
    axes.set_ylabel(f"second component, {explained[1]:.0%}")
    _legend(axes, columns, quantity)
    return svg_of(figure, name)


@STYLED
def group_means(groups: pd.DataFrame, label: str, logarithmic: bool, name: str) -> str:
    """One row a group: its mean with its standard error and size; a dashed line at what the authors set to 1 or 100.

    Args:
        groups: `group`, `mean`, `sem` (NaN where not available), `n` (0 where not stated), `limit` (`>`, `<` or "") and
            `constant`, in the order of the figure, the first at the top.
        label: of the axis.
        logarithmic: whether the axis is one of logarithms; a mean of 0 then stands at its end.
        name: makes the ids inside the figure unique on a page.
    """
    figure, axes = new_figure((style.WIDE[0], 0.75 + 0.27 * len(groups)))
    ends = _logarithmic_axis(axes, groups) if logarithmic else _plain_axis(axes, groups)
    axes.set_xlim(*ends)
    rows = np.arange(len(groups))[::-1]
    axes.hlines(rows, *ends, color=style.SURFACE, linewidth=0.8, zorder=0)
    for height, row in zip(rows, groups.itertuples(), strict=True):
        if row.constant:
            axes.axvline(row.mean, color=style.LINE, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
        marker = {">": 5, "<": 4}.get(row.limit, "o")  # matplotlib's carets to the right and to the left
        marker = 4 if logarithmic and row.mean <= 0 else marker
        colour, place = style.MUTED if row.constant else style.ACCENT, max(row.mean, ends[0])
        axes.hlines(height, max(row.mean - row.sem, ends[0]), row.mean + row.sem, color=colour, linewidth=1.6)
        face = style.PAPER if row.constant else colour
        axes.plot([place], [height], marker=marker, color=colour, markerfacecolor=face, markersize=6, clip_on=False)
        size = "set" if row.constant else f"n = {row.n}" if row.n else "n not stated"
        text: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "color": style.MUTED}
        axes.text(1.02, height, size, fontsize=style.SMALL_FONT_SIZE - 1, **text)
    axes.set_yticks(rows, groups["group"].tolist())
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(-0.6, len(groups) - 0.4)
    axes.set_xlabel(label)
    return svg_of(figure, name)


def _plain_axis(axes: Axes, groups: pd.DataFrame) -> tuple[float, float]:
    """The ends of an axis that holds 0 and every mean with its standard error."""
    error = groups["sem"].fillna(0)
    low, high = min(0.0, float((groups["mean"] - error).min())), max(0.0, float((groups["mean"] + error).max()))
    return low - 0.02 * (high - low), high + 0.04 * (high - low)


def _logarithmic_axis(axes: Axes, groups: pd.DataFrame) -> tuple[float, float]:
    """The ends of an axis of logarithms, made one here, that holds every mean above 0 and the upper end of its bar."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0), numticks=20))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    positive = groups[groups["mean"] > 0]
    error = positive["sem"].fillna(0)
    lower = (positive["mean"] - error).where(positive["mean"] > 1.5 * error, positive["mean"] / 3)
    return 0.8 * float(lower.min()), 1.25 * float((positive["mean"] + error).max())


@STYLED
def p_value_histogram(counts: Sequence[int], name: str, label: str = "genes") -> str:
    """How many p-values lie in each of equal bins from 0 to 1.

    Args:
        counts: of the bins.
        name: makes the ids inside the figure unique on a page.
        label: what is counted.
    """
    figure, axes = new_figure(style.SMALL)
    width = 1 / len(counts)
    axes.bar((np.arange(len(counts)) + 0.5) * width, counts, 0.92 * width, color=style.ACCENT, linewidth=0)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.set_xlabel("p")
    axes.set_ylabel(label)
    return svg_of(figure, name)


def _legend(axes: Axes, columns: int, title: str) -> None:
    """A legend above the figure, with what its entries are values of."""
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0}
    axes.legend(ncols=columns, handletextpad=0.2, title=title or None, alignment="left", **place)


def new_figure(size: tuple[float, float]) -> tuple[Figure, Axes]:
    """An empty figure of this size in inches, and its axes."""
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.subplots()


def svg_of(figure: Figure, name: str) -> str:
    """The figure as an ``svg`` element; the same figure gives the same bytes."""
    written = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(written, format="svg", dpi=style.DOTS_PER_INCH, transparent=True, metadata=nothing)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", written.getvalue(), flags=re.DOTALL)
    svg = svg[svg.index("<svg") :].rstrip()
    # Several figures share a page: what is only a name goes, ids stay where something refers to them.
    svg = svg.replace(f'<g id="{HOVER}"', f'<g class="{HOVER}"')
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    width = round(figure.get_size_inches()[0] * 96)  # CSS pixels
    opening = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" style="max-width:{width}px" viewBox='
    return re.sub(r"<svg [^>]*?viewBox=", opening, svg, count=1).replace(' version="1.1">', ">", 1)


def _height(p_values: pd.Series) -> pd.Series:
    return -np.log10(p_values.clip(lower=SMALLEST_P))


def _span(table: pd.DataFrame) -> tuple[float, float]:
    return float(np.nanmin(table.to_numpy())), float(np.nanmax(table.to_numpy()))


def _by_difference(table: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Gene sets by the difference of the last group and the first, largest first."""
    means = [table[[sample for sample in samples if sample in table]].mean(axis=1) for samples in groups.values()]
    return list((means[-1] - means[0]).sort_values(ascending=False, kind="stable").index)


def _ends(changes: pd.Series, least: float) -> tuple[float, float]:
    """How far the points reach on each side, at least a bit beyond the smallest change that counts."""
    least = max(1.5 * least, 0.5)
    return min([-least, *changes]), max([least, *changes])


def _name_points(axes: Axes, points: pd.DataFrame, ends: tuple[float, float]) -> None:
    """Names in a column at either side, in the order of the points' heights, each with a thin line to its point."""
    heights = _height(points["p_value"])
    gap = 0.05 * (ends[1] - ends[0])
    for column, side, alignment in ((ends[1] + gap, 1, "left"), (ends[0] - gap, -1, "right")):
        here = np.sign(points["log2_fold_change"]) == side
        chosen = points[here].assign(height=heights[here]).sort_values("height", kind="stable")
        for row, level in zip(chosen.itertuples(), _apart(chosen["height"].to_numpy(), axes.get_ylim()), strict=True):
            axes.plot(
                [row.log2_fold_change, column - 0.12 * side * gap], [row.height, level],
                color=style.MUTED, linewidth=0.5, alpha=0.7,
            )  # fmt: skip
            axes.text(column, level, row.gene, ha=alignment, va="center", fontsize=style.SMALL_FONT_SIZE)


def _apart(heights: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Ascending heights moved as little as keeps a line's distance between them, within the limits.

    Lines that would overlap form a block around the mean of their heights (isotonic regression by pooling).
    """
    gap = (limits[1] - limits[0]) * 1.5 * style.SMALL_FONT_SIZE / (72 * style.WIDE[1] * 0.85)
    steps = gap * np.arange(len(heights))
    blocks: list[tuple[float, int]] = []
    for place in heights - steps:
        mean, size = float(place), 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean, size = (before * members + mean * size) / (members + size), members + size
        blocks.append((mean, size))
    highest = limits[1] - gap / 2 - gap * (len(heights) - 1)
    return np.repeat([min(mean, highest) for mean, _ in blocks], [size for _, size in blocks]) + steps
