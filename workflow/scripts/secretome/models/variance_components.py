"""Two variances a gene, between and within blocks, by restricted maximum likelihood.

The residuals of a model with one random block fall into independent squares, each with the expectation
residual + size × between: a gamma model with identity link (as statmod's ``mixedModel2Fit``). It is fitted by damped
Fisher scoring in all genes at once, step by step as ``glmgam.fit`` does it, so that the numbers are R's.
"""

from dataclasses import dataclass

import numpy as np

from secretome.models.linear import row_space

NOTHING = 1e-10  # a size below it, relative to the largest, is none
ROUNDING = 1e-24
MOST_ITERATIONS = 21
TOLERANCE = 1e-6
FLAT = 1e-3  # the smallest weight of a square, relative to its largest expectation
MOST_DAMPING = 1e15


@dataclass(frozen=True)
class Strata:
    """Independent squares of the residuals of many genes.

    Attributes:
        sizes: genes × squares, how much of the variance between blocks each holds; that of the last is 0.
        squares: genes × squares; the last is the mean of all that hold nothing of it, and so is any other whose size
            is 0 in one gene and not in another.
        counts: squares, how many each stands for; that of the last can be 0.
    """

    sizes: np.ndarray
    squares: np.ndarray
    counts: np.ndarray


def strata(
    values: np.ndarray, design_matrix: np.ndarray, membership: np.ndarray, weights: np.ndarray | None = None
) -> Strata:
    """Take the residuals of genes apart by how much of the variance between blocks they hold.

    Args:
        values: genes × samples, without missing values.
        design_matrix: samples × coefficients.
        membership: samples × blocks, 1 where a sample belongs to a block.
        weights: genes × samples; equal where not given.
    """
    roots = np.ones((1, values.shape[1])) if weights is None else np.sqrt(weights)
    matrix = design_matrix @ row_space(design_matrix)
    # Without weights there is one design for all genes: a stack of one.
    axes = np.linalg.qr(roots[:, :, None] * matrix)[0]
    # The block adds to the error that is divided by its standard deviation, as in statmod and in limma's lmFit.
    blocks = membership - axes @ (axes.swapaxes(1, 2) @ membership)
    own = roots * values
    whole = (own**2).sum(axis=1)
    own = own - _times(axes, _times(axes.swapaxes(1, 2), own))
    own[(own**2).sum(axis=1) < ROUNDING * whole] = 0  # a gene that does not vary has no variances to tell apart
    sizes, turn = np.linalg.eigh(blocks.swapaxes(1, 2) @ blocks)
    some = sizes > NOTHING * sizes[:, -1:]
    # The blocks bear no weights: where those of a group differ they hold more than where they are alike.
    rank = int(some.sum(axis=1).max())
    sizes, turn, some = np.where(some, sizes, 0)[:, -rank:], turn[:, :, -rank:], some[:, -rank:]
    squares = np.where(some, _times((blocks @ turn).swapaxes(1, 2), own) ** 2 / np.where(some, sizes, 1), 0)
    left = len(design_matrix) - matrix.shape[1] - rank
    # Squares of one expectation are as good as their mean, also as that of a gene whose blocks hold less.
    rest = np.maximum((own**2).sum(axis=1) - squares.sum(axis=1), 0) / np.maximum(left + (~some).sum(axis=1), 1)
    return Strata(
        sizes=np.column_stack([np.broadcast_to(sizes, squares.shape), np.zeros(len(values))]),
        squares=np.column_stack([np.where(some, squares, rest[:, None]), rest]),
        counts=np.r_[np.ones(rank), left],
    )


def _times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Each matrix of a stack (or the only one) times the vector of each gene."""
    return vectors @ matrices[0].T if len(matrices) == 1 else (matrices @ vectors[:, :, None])[:, :, 0]


def estimate(given: Strata) -> tuple[np.ndarray, np.ndarray]:
    """The variance within and between blocks of each gene; NaN where the squares do not tell them apart.

    The one between blocks may be negative, as long as no square has a negative expectation.
    """
    sizes, squares, counts = given.sizes, given.squares, given.counts
    start = _straight_line(sizes, squares, counts)
    total = counts.sum()
    scored = np.isfinite(start).all(axis=0) & (squares @ counts > 0)
    if total <= 2 or len(counts) <= 2:
        return start[0], start[1]
    lowest = start[0] + np.minimum(start[1] * sizes[:, :-1].min(axis=1), start[1] * sizes.max(axis=1))
    if counts[-1]:
        lowest = np.minimum(lowest, start[0])
    flat = np.stack([squares @ counts / total, np.zeros(len(sizes))])
    found = np.where(lowest < 0, flat, start)
    found[:, scored] = _score(sizes[scored], squares[scored], counts, found[:, scored])
    return found[0], found[1]


def _straight_line(sizes: np.ndarray, squares: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Ordinary least squares of the squares on their sizes: 2 × genes; NaN where all sizes are the same."""
    total = counts.sum()
    centred = sizes - (sizes @ counts / total)[:, None]
    mean = squares @ counts / total
    spread = centred**2 @ counts
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(spread > 1e-15 * total, (centred * squares) @ counts / spread, np.nan)
    return np.stack([mean - slope * (sizes @ counts / total), slope])


def _score(sizes: np.ndarray, squares: np.ndarray, counts: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Damped Fisher scoring from the start (2 × genes); genes leave as they converge."""
    found = start.copy()
    active = np.arange(len(sizes))
    damping = np.zeros(len(sizes))
    for iteration in range(MOST_ITERATIONS):
        x, y, here = sizes[active], squares[active], found[:, active]
        information, slope = _information(x, y, counts, here)
        largest = np.maximum(information[0], information[2])
        if iteration == 0:
            damping[active] = (information[0] + information[2]) / 4
        step, damping[active], gave_up = _damped_step(x, y, counts, here, information, slope, damping[active])
        found[:, active] = here + step
        gain = (slope * step).sum(axis=0)
        active = active[~(gave_up | (gain < TOLERANCE) | (damping[active] > MOST_DAMPING * largest))]
        if not active.size:
            break
    return found


def _information(
    sizes: np.ndarray, squares: np.ndarray, counts: np.ndarray, here: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The information matrix (its three entries × genes) and the score (2 × genes)."""
    expected = here[0][:, None] + here[1][:, None] * sizes
    held = np.where(counts > 0, expected, 0)
    weight = counts / np.maximum(expected**2, FLAT * (held**2).max(axis=1, keepdims=True))
    away = weight * (squares - expected)
    information = np.stack([weight.sum(axis=1), (weight * sizes).sum(axis=1), (weight * sizes**2).sum(axis=1)])
    return information, np.stack([away.sum(axis=1), (away * sizes).sum(axis=1)])


def _damped_step(
    sizes: np.ndarray,
    squares: np.ndarray,
    counts: np.ndarray,
    here: np.ndarray,
    information: np.ndarray,
    slope: np.ndarray,
    damping: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A step of each gene that does not lower its likelihood, the damping of the next, and whether there was none."""
    before = _deviance(sizes, squares, counts, here)
    damping, step, gave_up = damping.copy(), np.zeros_like(here), np.zeros(len(sizes), dtype=bool)
    open_genes, first = np.arange(len(sizes)), True
    while open_genes.size:
        a, b, c = information[:, open_genes] + np.array([1, 0, 1])[:, None] * damping[open_genes]
        u, v = slope[:, open_genes]
        step[:, open_genes] = np.stack([c * u - b * v, a * v - b * u]) / (a * c - b * b)
        after = _deviance(sizes[open_genes], squares[open_genes], counts, (here + step)[:, open_genes])
        good: np.ndarray = np.asarray(after <= before[open_genes])
        if first:
            damping[open_genes[good]] /= 10
        lost = ~good & (damping[open_genes] > MOST_DAMPING * information[::2, open_genes].max(axis=0))
        gave_up[open_genes[lost]] = True
        step[:, open_genes[lost]] = 0
        open_genes, first = open_genes[~(good | lost)], False
        damping[open_genes] *= 2
    return step, damping, gave_up


def _deviance(sizes: np.ndarray, squares: np.ndarray, counts: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Of the gamma model, less what does not depend on the variances; infinite where an expectation is not positive."""
    expected = np.where(counts > 0, here[0][:, None] + here[1][:, None] * sizes, 1)
    possible: np.ndarray = np.all(expected > 0, axis=1)
    expected = np.where(possible[:, None], expected, 1)
    deviance = (squares / expected + np.log(expected)) @ counts
    return np.where(possible, deviance, np.inf)
