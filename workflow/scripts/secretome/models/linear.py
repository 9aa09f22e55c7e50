"""Linear models of all genes at once, by least squares.

Everywhere: genes × samples; closed form in NumPy, pinned to limma's numbers by tests/golden/.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

# ASSUME a residual so small beside the values is rounding: the gene does not vary.
ROUNDING = 1e-12
LARGEST_BLOCK = 4_000_000  # numbers held at once where every gene has a matrix of its own: 32 MB


class CannotBeFitted(ValueError):
    """The values keep a model from being fitted, though the design is sound; the text is half a sentence for a page."""


@dataclass(frozen=True)
class Fit:
    """One linear model a gene.

    Attributes:
        coefficients: genes × coefficients, in units of the values.
        unscaled_covariance: genes × coefficients × coefficients; times the residual variance it is the covariance.
        variance: genes, residual variance.
        residual_df: genes, residual degrees of freedom.
        mean: genes, mean of the values over all samples that have one.
        not_estimable: genes × coefficients × coefficients, the projection on the combinations of coefficients that the
            values of a gene say nothing about; None where every gene has all of its values.
    """

    coefficients: np.ndarray
    unscaled_covariance: np.ndarray
    variance: np.ndarray
    residual_df: np.ndarray
    mean: np.ndarray
    not_estimable: np.ndarray | None = None


def fit(
    values: np.ndarray,
    design_matrix: np.ndarray,
    weights: np.ndarray | None = None,
    correlation: np.ndarray | None = None,
) -> Fit:
    """Fit one linear model a gene by (weighted, generalised) least squares.

    Missing values are left out of the fit of their gene and never imputed; genes that lack the same samples are fitted
    together. A gene whose values do not determine all coefficients gets those of the smallest norm: a contrast that
    they do determine has the same estimate under any choice; no other is given (``contrasts``).

    Args:
        values: genes × samples; NaN where there is no value. A gene needs one value.
        design_matrix: samples × coefficients, of full column rank.
        weights: genes × samples, positive; equal where not given. Those of missing values do not matter.
        correlation: samples × samples, of the errors (:mod:`secretome.models.blocks`); none where not given. With
            weights too, the errors divided by their standard deviations have it, as in limma's ``lmFit``.

    Returns:
        The fits, in the order of the genes.

    Raises:
        ValueError: shapes disagree, a value is infinite, a weight not positive, the correlation no correlation matrix,
            the design not of full rank, or no degree of freedom is left with all values present.
    """
    check(values, design_matrix, weights, correlation)
    if np.isnan(values).any() or (weights is not None and correlation is not None):
        return least_squares(values, design_matrix, weights, correlation)
    genes, samples = values.shape
    if weights is None:
        own, matrix = values, design_matrix
        if correlation is not None:
            whitening = whitening_of(correlation)
            own, matrix = values @ whitening.T, whitening @ design_matrix
        covariance = np.broadcast_to(np.linalg.inv(matrix.T @ matrix), (genes, *2 * matrix.shape[1:]))
        axes, triangle = np.linalg.qr(matrix)
        effects = own @ axes
        coefficients = effects @ np.linalg.inv(triangle).T
        residuals = own - effects @ axes.T
        squares = _varying(np.einsum("gs,gs->g", residuals, residuals), np.einsum("gs,gs->g", own, own))
    else:
        products = np.einsum("si,sj->sij", design_matrix, design_matrix)
        covariance = np.linalg.inv(np.tensordot(weights, products, axes=1))
        coefficients = np.einsum("gij,gj->gi", covariance, (weights * values) @ design_matrix)
        squares = (weights * (values - coefficients @ design_matrix.T) ** 2).sum(axis=1)
        squares = _varying(squares, (weights * values**2).sum(axis=1))
    residual_df = samples - design_matrix.shape[1]
    return Fit(
        coefficients=coefficients,
        unscaled_covariance=covariance,
        variance=squares / residual_df,
        residual_df=np.full(genes, float(residual_df)),
        mean=values.mean(axis=1),
    )


def least_squares(
    values: np.ndarray,
    design_matrix: np.ndarray,
    weights: np.ndarray | None = None,
    correlation: np.ndarray | None = None,
) -> Fit:
    """The fits of genes that may lack values, all genes of one pattern at once.

    Unlike :func:`fit` it takes what leaves no degree of freedom: the variance then is NaN.

    Args:
        values: genes × samples; NaN where there is no value.
        design_matrix: samples × coefficients.
        weights, correlation: as :func:`fit`.
    """
    present = ~np.isnan(values)
    genes, size = len(values), design_matrix.shape[1]
    coefficients, squares, df = np.zeros((genes, size)), np.zeros(genes), np.zeros(genes)
    covariance, lost = np.zeros((genes, size, size)), np.zeros((genes, size, size))
    for rows, columns in patterns(present):
        matrix = design_matrix[columns]
        own = values[np.ix_(rows, columns)]
        whitening = None if correlation is None else whitening_of(correlation[np.ix_(columns, columns)])
        lost[rows] = np.eye(size) - np.linalg.pinv(matrix) @ matrix
        df[rows] = len(matrix) - np.linalg.matrix_rank(matrix) if len(matrix) else 0
        if weights is None:
            solved = _of_one_matrix(own, matrix, whitening)
        else:
            solved = _of_many_matrices(own, matrix, np.sqrt(weights[np.ix_(rows, columns)]), whitening)
        coefficients[rows], covariance[rows], squares[rows] = solved
    variance = np.where(df > 0, squares, np.nan) / np.maximum(df, 1)
    sums = np.where(present, values, 0).sum(axis=1)
    mean = sums / np.maximum(present.sum(axis=1), 1)
    return Fit(coefficients, covariance, variance, df, mean, lost)


def patterns(present: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Genes that have values in the same samples, and those samples: no more at once than ``LARGEST_BLOCK`` allows.

    Args:
        present: genes × samples, whether there is a value.
    """
    kinds, of_gene = np.unique(present, axis=0, return_inverse=True)
    of_gene = of_gene.ravel()
    in_order = np.argsort(of_gene, kind="stable")
    ends = np.cumsum(np.bincount(of_gene, minlength=len(kinds)))
    at_once = max(1, LARGEST_BLOCK // max(1, present.shape[1]) ** 2)
    for kind, start, end in zip(kinds, [0, *ends[:-1]], ends, strict=True):
        for first in range(start, end, at_once):
            yield in_order[first : min(first + at_once, end)], np.flatnonzero(kind)


def _of_one_matrix(
    values: np.ndarray, matrix: np.ndarray, whitening: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, covariance and sums of squares of genes with the same samples and weights."""
    if whitening is not None:
        values, matrix = values @ whitening.T, whitening @ matrix
    inverse = np.linalg.pinv(matrix)
    coefficients = values @ inverse.T
    squares = ((values - coefficients @ matrix.T) ** 2).sum(axis=1)
    return coefficients, inverse @ inverse.T, _varying(squares, (values**2).sum(axis=1))


def _of_many_matrices(
    values: np.ndarray, matrix: np.ndarray, roots: np.ndarray, whitening: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same with weights (their square roots, genes × samples)."""
    basis = row_space(matrix)
    designs = roots[:, :, None] * (matrix @ basis)
    values = roots * values
    if whitening is not None:
        designs, values = whitening @ designs, values @ whitening.T
    inverse = np.linalg.inv(designs.swapaxes(1, 2) @ designs)
    reduced = np.einsum("gij,gsj,gs->gi", inverse, designs, values, optimize=True)
    residuals = values - (designs @ reduced[:, :, None])[:, :, 0]
    squares = _varying((residuals**2).sum(axis=1), (values**2).sum(axis=1))
    return reduced @ basis.T, basis @ inverse @ basis.T, squares


def _varying(residual: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Sums of squares of residuals, 0 where those of the values show them to be rounding."""
    return np.where(residual <= ROUNDING**2 * whole, 0.0, residual)


def row_space(matrix: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what a matrix (samples × coefficients) determines: coefficients × rank."""
    if not len(matrix):
        return np.zeros((matrix.shape[1], 0))
    _, sizes, right = np.linalg.svd(matrix, full_matrices=False)
    return right[sizes > max(matrix.shape) * np.finfo(float).eps * sizes[0]].T


def whitening_of(correlation: np.ndarray) -> np.ndarray:
    """The matrix that makes errors of this correlation (samples × samples) independent."""
    return np.linalg.inv(np.linalg.cholesky(correlation))


def check(
    values: np.ndarray,
    design_matrix: np.ndarray,
    weights: np.ndarray | None = None,
    correlation: np.ndarray | None = None,
) -> None:
    """Refuse what no model can be fitted to.

    Raises:
        ValueError: as :func:`fit`.
    """
    if values.ndim != 2 or values.shape[1] != design_matrix.shape[0]:
        raise ValueError(f"values of shape {values.shape} do not fit a design of shape {design_matrix.shape}")
    if np.isinf(values).any() or not np.isfinite(design_matrix).all():
        raise ValueError("values and design must be finite")
    if weights is not None and (weights.shape != values.shape or not ((weights > 0) | np.isnan(values)).all()):
        raise ValueError("weights must be positive, one a value")
    samples, coefficients = design_matrix.shape
    if correlation is not None and not _is_correlation(correlation, samples):
        raise ValueError(f"the correlation must be a positive definite correlation matrix of the {samples} samples")
    if np.linalg.matrix_rank(design_matrix) < coefficients:
        raise ValueError("the design is not of full column rank")
    if samples <= coefficients:
        raise ValueError(f"{samples} samples leave no degree of freedom for {coefficients} coefficients")


def _is_correlation(matrix: np.ndarray, samples: int) -> bool:
    if matrix.shape != (samples, samples) or not np.isfinite(matrix).all():
        return False
    alike = np.allclose(matrix, matrix.T, rtol=0, atol=1e-12) and np.allclose(np.diag(matrix), 1, rtol=0, atol=1e-12)
    return alike and np.linalg.eigvalsh(matrix)[0] > 1e-10
