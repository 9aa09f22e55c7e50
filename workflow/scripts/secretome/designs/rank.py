"""What a design matrix cannot tell apart, and how much the rest is confounded."""

from collections.abc import Sequence

import numpy as np

from secretome.designs.checks import fault_of
from secretome.designs.coding import Column
from secretome.designs.forms import Terms
from secretome.faults import Fault, listed

# A column counts as a combination of others when less than this share of its length is its own.
TOLERANCE = 1e-8


def rank_faults(matrix: np.ndarray, columns: Sequence[Column], terms: Terms) -> list[Fault]:
    """The blocks that cannot be told from the groups or from one another, or too few samples for the coefficients."""
    faults: list[Fault] = []
    for column, partners in aliased(matrix):
        others = [columns[partner][1] for partner in partners]
        block = columns[column][0]
        if any(fault.value == block for fault in faults):
            continue
        if not others:
            problem = "is the same for every sample"
        else:
            problem = f"cannot be told apart: {columns[column][1]} is a combination of {listed(others, 6)}"
        involved = sorted({columns[partner][0] for partner in partners} - {block, terms.column})
        either = f"'{block}' or '{involved[0]}'" if involved else f"'{block}'"
        from_what = involved[0] if involved else terms.column
        fix = f"Take {either} out of block, or add samples that separate it from {from_what}"
        faults.append(fault_of("block", block, problem, fix))
    samples, coefficients = matrix.shape
    if not faults and samples <= coefficients and not terms.descriptive:
        problem = f"leaves no residual degrees of freedom: {coefficients} coefficients, {samples} samples"
        blocks = sorted({column for column, _, _ in columns} - {terms.column})
        fix = f"Take a column out of block ({listed(blocks)})" if blocks else "Add replicates"
        faults.append(fault_of("block" if blocks else terms.key, listed(blocks) or terms.column, problem, fix))
    return faults


def redundant(
    matrix: np.ndarray, columns: Sequence[Column], terms: Terms, contrasts: Sequence[np.ndarray]
) -> list[int]:
    """The columns of blocks that can be left out without changing any of the contrasts.

    Donors of which each has one genotype, and every treatment: the genotypes cannot be told from the donors, but the
    treatments, and their difference between the genotypes, are compared within donors. Which of the coefficients is
    left out makes no difference to what is estimable (Searle 1971, Linear Models, chapter 5).

    Args:
        matrix: samples × coefficients.
        columns: of the matrix.
        terms: of the contrast.
        contrasts: each (coefficients,), all of which are to be estimated.

    Returns:
        Their positions; none where the matrix is of full rank, where a contrast cannot be estimated, or where blocks
        say the same as other blocks: a person then has to choose.
    """
    found = aliased(matrix)
    of_groups = all(any(columns[partner][0] == terms.column for partner in partners) for _, partners in found)
    if not of_groups or not all(estimable(matrix, contrast) for contrast in contrasts):
        return []
    return [column for column, _ in found]


def estimable(matrix: np.ndarray, contrast: np.ndarray) -> bool:
    """Whether a contrast is a combination of the rows of the matrix."""
    rows = np.linalg.lstsq(matrix.T, contrast, rcond=None)[0]
    return bool(np.linalg.norm(matrix.T @ rows - contrast) < 1e-8)


def aliased(matrix: np.ndarray) -> list[tuple[int, list[int]]]:
    """The columns that are combinations of columns before them, each with those columns (Gram–Schmidt QR)."""
    kept: list[int] = []
    basis = np.zeros((len(matrix), 0))
    found = []
    for index, column in enumerate(matrix.T):
        own = column
        for _ in range(2):  # the second pass removes what rounding left of the first
            own = own - basis @ (basis.T @ own)
        if np.linalg.norm(own) > TOLERANCE * max(float(np.linalg.norm(column)), TOLERANCE):
            kept.append(index)
            basis = np.column_stack([basis, own / np.linalg.norm(own)])
        else:
            weights = np.linalg.lstsq(matrix[:, kept], column, rcond=None)[0]
            found.append((index, [k for k, weight in zip(kept, weights, strict=True) if abs(weight) > 1e-6]))
    return found


def random_block_faults(matrix: np.ndarray, labels: Sequence[str], column: str) -> list[Fault]:
    """Whether the samples tell the correlation within a random block from the spread of all.

    Of the residuals of the design the covariance is s² I + b² P Z Z' P. Where P Z Z' P has a single eigenvalue the two
    variances are one number: the likelihood that limma's duplicateCorrelation maximises (Smyth, Michaud and Scott 2005,
    doi 10.1093/bioinformatics/bti270) is flat.

    Args:
        matrix: samples × coefficients, of full rank.
        labels: the block of each sample.
        column: the name of the block.
    """
    bears, apart = random_block_spread(matrix, labels)
    if bears:
        return []
    if not apart:
        problem = f"coincides with the groups and blocks: nothing tells how much one {column} differs from another"
        fix = f"Take it out, and say in caution that each group stands for its own {column}; or add more of them"
        return [fault_of("random_block", column, problem, fix)]
    problem = f"leaves too little to tell the spread within one {column} from that between them"
    return [fault_of("random_block", column, problem, "Take it out, take a column out of block, or add samples")]


def random_block_spread(matrix: np.ndarray, labels: Sequence[str]) -> tuple[bool, bool]:
    """Whether the correlation within the blocks can be estimated; whether blocks differ beyond the design at all.

    With limma's duplicateCorrelation it cannot where two samples or fewer are left beside the coefficients, or where
    all samples but two have a block of their own.
    """
    basis = np.linalg.qr(matrix)[0]
    values = sorted(set(labels))
    enough = len(matrix) > matrix.shape[1] + 2 and len(values) < len(matrix) - 1
    blocks = np.array([[float(label == value) for value in values] for label in labels])
    between = np.linalg.svd(blocks - basis @ (basis.T @ blocks), compute_uv=False) ** 2
    # Of as many eigenvalues as there are residual degrees of freedom; those that the blocks do not reach are 0.
    spectrum = np.zeros(max(len(matrix) - matrix.shape[1], 0))
    spectrum[: len(between)] = between[: len(spectrum)]
    if len(spectrum) == 0 or spectrum.max() < TOLERANCE:
        return False, False
    return enough and bool(np.ptp(spectrum) > TOLERANCE), True


def inflation(matrix: np.ndarray, contrast: np.ndarray, without: int) -> float:
    """The variance of the contrast over what it would be if the blocks were not in the model.

    Args:
        matrix: samples × coefficients, of full rank.
        contrast: (coefficients,).
        without: how many coefficients, the first ones, are not of blocks.
    """
    with_blocks = contrast @ np.linalg.solve(matrix.T @ matrix, contrast)
    # Those of the levels, and the mean and the slope, are orthogonal: a sum is all there is to it.
    alone = sum(
        weight**2 / float(column @ column) for weight, column in zip(contrast, matrix.T[:without], strict=False)
    )
    return float(with_blocks / alone)
