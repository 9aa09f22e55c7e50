"""Linear models of all genes at once, by least squares.

Everywhere: genes × samples; closed form in NumPy, pinned to limma's numbers by tests/golden/.
"""

from dataclasses import dataclass

import numpy as np


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


def fit(values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray | None = None) -> Fit:
    """Fit one linear model a gene by (weighted) least squares.

    Missing values are left out of the fit of their gene and never imputed; genes that lack the same samples are fitted
    together. A gene whose values do not determine all coefficients gets those of the smallest norm: a contrast that
    they do determine has the same estimate under any choice; no other is given (``contrasts``).

    Args:
        values: genes × samples; NaN where there is no value, which goes without weights only. A gene needs one value.
        design_matrix: samples × coefficients, of full column rank.
        weights: genes × samples, positive; equal where not given.

    Returns:
        The fits, in the order of the genes.

    Raises:
        ValueError: shapes disagree, a value is infinite, a weight not positive, the design is not of full rank, or
            no degree of freedom is left with all values present.
    """
    check(values, design_matrix, weights)
    if np.isnan(values).any():
        return least_squares(values, design_matrix)
    genes, samples = values.shape
    if weights is None:
        covariance = np.broadcast_to(
            np.linalg.inv(design_matrix.T @ design_matrix), (genes, *2 * design_matrix.shape[1:])
        )
        coefficients = np.linalg.lstsq(design_matrix, values.T, rcond=None)[0].T
        squares = (values - coefficients @ design_matrix.T) ** 2
    else:
        products = np.einsum("si,sj->sij", design_matrix, design_matrix)
        covariance = np.linalg.inv(np.tensordot(weights, products, axes=1))
        coefficients = np.einsum("gij,gj->gi", covariance, (weights * values) @ design_matrix)
        squares = weights * (values - coefficients @ design_matrix.T) ** 2
    residual_df = samples - design_matrix.shape[1]
    return Fit(
        coefficients=coefficients,
        unscaled_covariance=covariance,
        variance=squares.sum(axis=1) / residual_df,
        residual_df=np.full(genes, float(residual_df)),
        mean=values.mean(axis=1),
    )


def least_squares(values: np.ndarray, design_matrix: np.ndarray) -> Fit:
    """The fits of genes that may lack values, all genes of one pattern at once.

    Unlike :func:`fit` it takes what leaves no degree of freedom: the variance then is NaN.

    Args:
        values: genes × samples; NaN where there is no value.
        design_matrix: samples × coefficients.
    """
    present = ~np.isnan(values)
    genes, size = len(values), design_matrix.shape[1]
    coefficients, variance, df = np.zeros((genes, size)), np.full(genes, np.nan), np.zeros(genes)
    covariance, lost = np.zeros((genes, size, size)), np.zeros((genes, size, size))
    patterns, of_gene = np.unique(present, axis=0, return_inverse=True)
    for index, pattern in enumerate(patterns):
        rows = np.flatnonzero(of_gene.ravel() == index)
        matrix = design_matrix[pattern]
        inverse = np.linalg.pinv(matrix)
        own = values[np.ix_(rows, np.flatnonzero(pattern))]
        coefficients[rows] = own @ inverse.T
        covariance[rows] = inverse @ inverse.T
        lost[rows] = np.eye(size) - inverse @ matrix
        df[rows] = len(matrix) - np.linalg.matrix_rank(matrix) if len(matrix) else 0
        if df[rows[0]] > 0:
            variance[rows] = ((own - coefficients[rows] @ matrix.T) ** 2).sum(axis=1) / df[rows]
    sums = np.where(present, values, 0).sum(axis=1)
    mean = sums / np.maximum(present.sum(axis=1), 1)
    return Fit(coefficients, covariance, variance, df, mean, lost)


def check(values: np.ndarray, design_matrix: np.ndarray, weights: np.ndarray | None) -> None:
    """Refuse what no model can be fitted to.

    Raises:
        ValueError: as :func:`fit`.
    """
    if values.ndim != 2 or values.shape[1] != design_matrix.shape[0]:
        raise ValueError(f"values of shape {values.shape} do not fit a design of shape {design_matrix.shape}")
    if (
        np.isinf(values).any()
        or not np.isfinite(design_matrix).all()
        or (weights is not None and np.isnan(values).any())
    ):
        raise ValueError("values and design must be finite; missing values cannot have weights")
    if weights is not None and (weights.shape != values.shape or not (weights > 0).all()):
        raise ValueError("weights must be positive, one a value")
    samples, coefficients = design_matrix.shape
    if np.linalg.matrix_rank(design_matrix) < coefficients:
        raise ValueError("the design is not of full column rank")
    if samples <= coefficients:
        raise ValueError(f"{samples} samples leave no degree of freedom for {coefficients} coefficients")
