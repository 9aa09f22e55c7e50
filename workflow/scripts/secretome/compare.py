"""One contrast of one study: every gene's change, its 95 % confidence interval and its test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome import linear
from secretome.design import Design, build
from secretome.expression import Expression
from secretome.sheets import ADDED_COLUMNS
from secretome.tables import DIFFERENTIAL, empty_table

NOTHING_FITTED: Mapping[str, Any] = {
    "method": "voom",
    "coefficients": [],
    "contrast": {},
    "groups": {},
    "samples": 0,
    "genes_tested": 0,
    "genes_not_tested": 0,
    "residual_df": 0,
    "prior_df": None,
    "warnings": [],
}


@dataclass(frozen=True)
class ContrastFit:
    """The models of the genes that are tested, and what they were fitted to.

    Attributes:
        tested: one boolean for each gene of the study.
        values: tested genes × samples of the design, log2 counts per million.
        weights: tested genes × samples of the design, how precise each value is.
        fitted: the models.
        moderation: their moderated variances.
        table: one row a tested gene, as :func:`secretome.linear.estimate`.
    """

    tested: np.ndarray
    values: np.ndarray
    weights: np.ndarray
    fitted: linear.Fit
    moderation: linear.Moderation
    table: pd.DataFrame


def fit_contrast(expression: Expression, design: Design) -> ContrastFit:
    """Fit limma-voom to the counts of the kept genes and estimate the contrast of the design.

    Args:
        expression: a study with counts.
        design: its matrix, contrast and samples.

    Raises:
        ValueError: the study has no counts, the design names a sample that the study has not, or the model cannot be
            fitted (:func:`secretome.linear.fit`).
    """
    if expression.counts is None:
        raise ValueError("limma-voom needs counts")
    rows = rows_of(expression, design)
    tested = expression.genes["kept"].to_numpy(bool)
    samples = expression.samples.iloc[rows]
    library_size = (samples["library_size"] * samples["norm_factor"]).to_numpy(float)
    values, weights = linear.voom(expression.counts[rows][:, tested].T, design.matrix, library_size)
    fitted = linear.fit(values, design.matrix, weights)
    moderation = linear.moderate(fitted)
    table = linear.estimate(fitted, design.contrast, moderation)
    table.index = expression.genes.index[tested]
    return ContrastFit(tested, values, weights, fitted, moderation, table)


def rows_of(expression: Expression, design: Design) -> np.ndarray:
    """Where the samples of the design stand in the expression.

    Raises:
        ValueError: one of them is not there.
    """
    rows = expression.samples.index.get_indexer(list(design.samples))
    if (rows < 0).any():
        absent = [sample for sample, row in zip(design.samples, rows, strict=True) if row < 0]
        raise ValueError(f"the design names samples that are not in the expression: {absent}")
    return rows


def design_of(expression: Expression, contrast: Mapping[str, Any], samples: Mapping[str, Any]) -> Design:
    """The design of a contrast from the sample sheet that the expression carries.

    Args:
        expression: a study that is available.
        contrast: ``variable``, ``level``, ``reference`` and, where wanted, ``block``.
        samples: ``id`` (the column of the sample ids) and, where wanted, ``numeric`` and ``subject``.

    Raises:
        InputFaults: the contrast cannot be estimated (:func:`secretome.design.build`).
    """
    sheet = {samples["id"]: expression.samples.index.to_list()}
    for column in expression.samples.columns.difference([samples["id"], *ADDED_COLUMNS], sort=False):
        sheet[column] = [str(value) for value in expression.samples[column]]
    return build(sheet, samples["id"], contrast, samples.get("numeric", ()), samples.get("subject", ""))


def compare(
    expression: Expression, contrast: Mapping[str, Any], samples: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Compare the groups of one contrast.

    Args:
        expression: the study; an unavailable one gives a table without rows.
        contrast, samples: as :func:`design_of`.

    Returns:
        The table of the contract ``DIFFERENTIAL``, one row for every gene of the study (those below the expression
        filter with the filter's reason and no test), and the content of fit.json: ``method``, ``coefficients``,
        ``contrast`` (coefficient to weight), ``groups`` (level to sample ids), ``samples``, ``genes_tested``,
        ``genes_not_tested``, ``residual_df``, ``prior_df`` (null: infinite, the genes share one variance),
        ``warnings``.

    Raises:
        InputFaults: as :func:`design_of`.
        ValueError: as :func:`fit_contrast`.
    """
    if expression.unavailable:
        return empty_table(DIFFERENTIAL), dict(NOTHING_FITTED)
    design = design_of(expression, contrast, samples)
    model = fit_contrast(expression, design)
    return differential(expression, design, model), _described(design, model)


def differential(expression: Expression, design: Design, model: ContrastFit) -> pd.DataFrame:
    """The table of the contract ``DIFFERENTIAL`` in the gene order of the study."""
    genes = expression.genes
    table = model.table.reindex(genes.index)
    # The mean of the study's own log2 values, so that it means the same for tested and untested genes.
    table["mean_log2_expression"] = expression.log2[rows_of(expression, design)].mean(axis=0)
    table["gene"] = genes.index
    table["gene_id"] = genes["gene_id"]
    table["reason"] = genes["filter_reason"].where(~genes["kept"].to_numpy(bool), "")
    return table[list(DIFFERENTIAL.columns)].reset_index(drop=True)


def _described(design: Design, model: ContrastFit) -> dict[str, Any]:
    tested = int(model.tested.sum())
    prior_df = model.moderation.prior_df
    weights = zip(design.columns, design.contrast, strict=True)
    return {
        "method": "voom",
        "coefficients": list(design.columns),
        "contrast": {name: float(weight) for name, weight in weights if weight},
        "groups": {level: list(samples) for level, samples in design.groups.items()},
        "samples": len(design.samples),
        "genes_tested": tested,
        "genes_not_tested": int(model.tested.size - tested),
        "residual_df": len(design.samples) - len(design.columns),
        "prior_df": float(prior_df) if np.isfinite(prior_df) else None,
        "warnings": list(design.warnings),
    }
