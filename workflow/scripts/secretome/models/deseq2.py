"""Negative binomial models of counts by PyDESeq2, behind the columns of `models.contrasts`.

Sources: Love, Huber and Anders 2014, doi 10.1186/s13059-014-0550-8; Muzellec et al. 2023 (PyDESeq2), doi
10.1093/bioinformatics/btad547. What is taken from the package are the size factors, dispersions, coefficients, the Wald
test and Cook's distances; false discovery rates are computed here, over all genes that have a p-value.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from secretome.faults import listed, warning
from secretome.models.contrasts import CONFIDENCE
from secretome.models.false_discovery import benjamini_hochberg

if TYPE_CHECKING:
    from pydeseq2.dds import DeseqDataSet

CODE = "deseq2"
# With so few residual degrees of freedom R draws the prior variance of the dispersions from a simulation.
FEW_DF = 3
# ASSUME from here on outliers of the model cost more than shared dispersions gain (Li et al. 2022, doi
# 10.1186/s13059-022-02648-4, who saw it from tens of samples on).
MANY_SAMPLES = 50
PRIOR_COUNT = 0.5

# What PyDESeq2 says while it fits, and how a page says it; its word on few degrees of freedom is ours already.
_SAID = {
    "residual degrees of freedom": "",
    "did not converge": "The trend of the dispersions could not be fitted; their mean was taken for all genes.",
    "at least one zero": "Every gene has a sample without reads; the size factors were found by iteration.",
}


@dataclass(frozen=True)
class CountModel:
    """The negative binomial models of the genes.

    Attributes:
        table: one row a gene in the order of the counts, with the columns of
            :func:`secretome.models.contrasts.estimate`; `statistic` is Wald's z, and its `df` are infinite.
        outliers: one boolean a gene: a single sample decides its fit (Cook's distance), so it has a fold change and
            nothing else.
        size_factors: one a sample, by the median of ratios.
        replaced: genes in which the count of an outlying sample was replaced before the fit; only where a group has
            seven or more samples.
        warnings: `code` and `message`.
        others: the tables of further contrasts of the same models, by name.
    """

    table: pd.DataFrame
    outliers: np.ndarray
    size_factors: np.ndarray
    replaced: int
    warnings: list[dict[str, str]] = field(default_factory=list)
    others: dict[str, pd.DataFrame] = field(default_factory=dict)


def estimate(
    counts: pd.DataFrame,
    design_matrix: np.ndarray,
    contrast: np.ndarray,
    others: Mapping[str, np.ndarray] | None = None,
) -> CountModel:
    """Fit every gene and estimate and test one contrast of the coefficients.

    As DESeq2 by default (Wald test, fold changes not shrunk, outliers by Cook's distance), without independent
    filtering: the genes are filtered by expression before. Nothing is random, and the order of the samples
    does not matter.

    Args:
        counts: genes × samples, the raw reads of the genes to be tested; unique ids in the index and in the columns.
        design_matrix: samples × coefficients, in the order of the columns, of full column rank.
        contrast: one weight a coefficient.
        others: further contrasts by name, as ``contrast``; the genes are fitted once.

    Returns:
        The models. A gene without reads has no fold change.

    Raises:
        ValueError: an id stands twice; a count is missing, negative or not a whole number; a sample has no reads; the
            design does not have full rank, leaves no degree of freedom or does not fit the counts or the contrast.
    """
    matrix = np.asarray(design_matrix, dtype=float)
    contrast = np.asarray(contrast, dtype=float)
    _require_counts(counts)
    _require_design(counts, matrix, contrast)
    reads = counts.to_numpy(float).T.astype(np.int64)
    order = _one_order(reads, matrix)
    vectors = {"": contrast, **(others or {})}
    fitted, tables, heard = _fitted(reads[order], matrix[order], vectors)
    outliers = np.asarray(fitted.cooks_outlier(), dtype=bool) & reads.any(axis=0)
    factors = np.empty(len(reads))
    factors[order] = fitted.obs["size_factors"].to_numpy(float)
    normalised = reads[order] / factors[order, None]
    found = {name: _columns(one, normalised, outliers).set_axis(counts.index) for name, one in tables.items()}
    said = _warnings(counts.shape[1], matrix, heard, _not_converged(fitted))
    return CountModel(found.pop(""), outliers, factors, int(fitted.var["replaced"].sum()), said, found)


def _one_order(reads: np.ndarray, matrix: np.ndarray) -> list[int]:
    """The samples in an order that neither their place nor their names decide.

    PyDESeq2 finds the dispersions by a search that stops early in a few genes, and sums in another order lead it
    elsewhere: it moved the z of one gene of the airway study by 5.
    """
    return sorted(range(len(reads)), key=lambda sample: (matrix[sample].tolist(), reads[sample].tolist()))


def _frame(values: np.ndarray, letter: str) -> pd.DataFrame:
    """A table with names that PyDESeq2 takes: the ids of samples and genes can be anything."""
    rows, columns = values.shape
    return pd.DataFrame(
        values, index=[f"s{row}" for row in range(rows)], columns=[f"{letter}{column}" for column in range(columns)]
    )


def _require_counts(counts: pd.DataFrame) -> None:
    for what, ids in (("samples", counts.columns), ("genes", counts.index)):
        repeated = ids[ids.duplicated()]
        if len(repeated):
            raise ValueError(f"{what} stand twice in the counts: {listed(repeated.unique())}")
    values = counts.to_numpy(float)
    with np.errstate(invalid="ignore"):
        wrong = ~(np.isfinite(values) & (values >= 0) & (values == np.round(values)))
    if wrong.any():
        row, column = map(int, np.argwhere(wrong)[0])
        where = f"{counts.index[row]} in sample {counts.columns[column]}"
        raise ValueError(f"{int(wrong.sum())} values are no counts; the first is {values[row, column]:.10g}, {where}")
    empty = counts.columns[~values.any(axis=0)]
    if len(empty):
        raise ValueError(f"samples have no reads at all on the tested genes, and cannot be fitted: {listed(empty)}")


def _require_design(counts: pd.DataFrame, matrix: np.ndarray, contrast: np.ndarray) -> None:
    if matrix.ndim != 2 or len(matrix) != counts.shape[1]:
        raise ValueError(f"the design of shape {matrix.shape} does not fit {counts.shape[1]} samples")
    if contrast.shape != matrix.shape[1:] or not contrast.any():
        raise ValueError(f"the contrast {contrast.tolist()} does not fit the {matrix.shape[1]} coefficients")
    if not np.isfinite(matrix).all() or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise ValueError("the design does not have full column rank")
    if len(matrix) <= matrix.shape[1]:
        raise ValueError(f"{len(matrix)} samples and {matrix.shape[1]} coefficients leave no degree of freedom")


def _fitted(
    reads: np.ndarray, matrix: np.ndarray, contrasts: Mapping[str, np.ndarray]
) -> tuple["DeseqDataSet", dict[str, pd.DataFrame], list[str]]:
    """The data set of PyDESeq2 with its fits, its table of each contrast, and what it warned of.

    On one processor: other jobs run beside this one, and more would start processes that import everything again.
    """
    with warnings.catch_warnings(record=True) as caught:  # the package changes the filters when it is imported
        from pydeseq2.dds import DeseqDataSet
        from pydeseq2.default_inference import DefaultInference
        from pydeseq2.ds import DeseqStats

        warnings.simplefilter("always")
        inference = DefaultInference(n_cpus=1)
        counts, design = _frame(reads, "g"), _frame(matrix, "c")
        fitted = DeseqDataSet(counts=counts, metadata=design, design=design, inference=inference, quiet=True)
        fitted.deseq2()
        tables = {}
        for name, vector in contrasts.items():
            tested = DeseqStats(fitted, vector, independent_filter=False, inference=inference, quiet=True)
            tested.summary()
            tables[name] = tested.results_df
    heard = [str(one.message) for one in caught if one.category is UserWarning]
    return fitted, tables, heard


def _columns(table: pd.DataFrame, normalised: np.ndarray, outliers: np.ndarray) -> pd.DataFrame:
    """The columns of ``models.contrasts``, of which an outlier has the fold change alone."""
    change = table["log2FoldChange"].to_numpy(float)
    error = np.where(outliers, np.nan, table["lfcSE"].to_numpy(float))
    margin = special.ndtri((1 + CONFIDENCE) / 2) * error
    p_value = np.where(outliers, np.nan, table["pvalue"].to_numpy(float))
    return pd.DataFrame(
        {
            "mean_log2_expression": np.log2(normalised + PRIOR_COUNT).mean(axis=0),
            "log2_fold_change": change,
            "ci_low": change - margin,
            "ci_high": change + margin,
            "standard_error": error,
            "statistic": np.where(outliers, np.nan, table["stat"].to_numpy(float)),
            "df": np.where(np.isnan(p_value), np.nan, np.inf),
            "p_value": p_value,
            "q_value": benjamini_hochberg(p_value),
        }
    )


def _not_converged(fitted: "DeseqDataSet") -> int:
    converged = fitted.var["_LFC_converged"]
    return int((~converged[converged.notna()].astype(bool)).sum())


def _warnings(samples: int, matrix: np.ndarray, heard: list[str], not_converged: int) -> list[dict[str, str]]:
    found = []
    residual_df = samples - matrix.shape[1]
    if residual_df <= FEW_DF:
        message = (
            f"With {residual_df} residual degrees of freedom PyDESeq2 gives the dispersions another prior than DESeq2"
            " of R does, so that other genes can be called; voom does not have this weakness."
        )
        found.append(warning(CODE, message))
    if samples >= MANY_SAMPLES:
        message = f"A negative binomial model of {samples} samples calls too many genes where counts have outliers."
        found.append(warning("W18", message))
    if not_converged:
        genes = "gene" if not_converged == 1 else "genes"
        found.append(warning(CODE, f"The fit of {not_converged} {genes} did not converge."))
    for text in dict.fromkeys(heard):
        known = next((said for part, said in _SAID.items() if part in text), f"PyDESeq2 says: {text}")
        if known:
            found.append(warning(CODE, known))
    return found
