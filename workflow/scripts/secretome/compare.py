"""One contrast of one study: every gene's change, its 95 % confidence interval and its test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.designs.design import Design, build
from secretome.expression import Expression
from secretome.faults import InputFaults, warning
from secretome.models import contrasts, linear, moderation, voom
from secretome.sheets import ADDED_COLUMNS
from secretome.tables import DIFFERENTIAL, empty_table

VOOM, TREND, DESCRIPTIVE = "voom", "trend", "descriptive"
# ASSUME a gene is compared where both groups have at least two values: of one value nobody knows how it varies.
FEWEST_VALUES = 2

NOTHING_FITTED: Mapping[str, Any] = {
    "method": "",
    "coefficients": [],
    "contrast": {},
    "groups": {},
    "samples": 0,
    "genes_tested": 0,
    "genes_not_tested": 0,
    "residual_df": 0,
    "prior_df": None,
    "unavailable": [],
    "warnings": [],
}


@dataclass(frozen=True)
class ContrastFit:
    """The models of the genes that are tested, and what they were fitted to.

    Attributes:
        method: `voom`, `trend`, or `descriptive` where nothing is tested.
        tested: one boolean for each gene of the study; of a descriptive contrast the genes that have a fold change.
        values: tested genes × samples of the design, log2 expression as it was modelled; NaN where there is no value.
        weights: tested genes × samples of the design, how precise each value is; None where all are alike.
        fitted: the models.
        prior_df: how many degrees of freedom the other genes are worth to a gene that is no outlier; NaN where nothing
            was borrowed.
        table: one row a tested gene, as :func:`secretome.models.contrasts.estimate`.
    """

    method: str
    tested: np.ndarray
    values: np.ndarray
    weights: np.ndarray | None
    fitted: linear.Fit
    prior_df: float
    table: pd.DataFrame


def fit_contrast(expression: Expression, design: Design, method: str = "auto") -> ContrastFit:
    """Fit the kept genes and estimate the contrast of the design.

    limma-voom for counts; limma with a prior variance that depends on the mean (`trend`) for log2 expression; least
    squares without any test where the groups have no replicates.

    Args:
        expression: a study that is available.
        design: its matrix, contrast and samples.
        method: `auto`, `voom` or `trend`.

    Raises:
        ValueError: voom is asked for and there are no counts, the design names a sample that the study has not, or the
            model cannot be fitted (:func:`secretome.models.linear.fit`).
    """
    rows = rows_of(expression, design)
    if design.descriptive:
        return _descriptive(expression, design, rows)
    if method == VOOM or (method == "auto" and expression.counts is not None):
        return _voom(expression, design, rows)
    tested = expression.genes["kept"].to_numpy(bool) & _compared(expression.log2[rows], design)
    values = expression.log2[rows][:, tested].T
    fitted = linear.fit(values, design.matrix)
    table = _named(contrasts.estimate(fitted, design.contrast), expression, tested)
    # The design can leave a gene without a test although both groups have values: blocks use them up.
    able = table["log2_fold_change"].notna().to_numpy() & (fitted.residual_df > 0)
    if not able.all():
        tested[tested] = able
        values = values[able]
        fitted = linear.fit(values, design.matrix)
    moderated = moderation.moderate(fitted, trend=True)
    table = _named(contrasts.estimate(fitted, design.contrast, moderated), expression, tested)
    return ContrastFit(TREND, tested, values, None, fitted, float(moderated.prior_df.max()), table)


def _voom(expression: Expression, design: Design, rows: np.ndarray) -> ContrastFit:
    if expression.counts is None:
        raise ValueError("limma-voom needs counts")
    tested = expression.genes["kept"].to_numpy(bool)
    samples = expression.samples.iloc[rows]
    library_size = (samples["library_size"] * samples["norm_factor"]).to_numpy(float)
    values, weights = voom.voom(expression.counts[rows][:, tested].T, design.matrix, library_size)
    fitted = linear.fit(values, design.matrix, weights)
    moderated = moderation.moderate(fitted)
    table = _named(contrasts.estimate(fitted, design.contrast, moderated), expression, tested)
    return ContrastFit(VOOM, tested, values, weights, fitted, float(moderated.prior_df.max()), table)


def _descriptive(expression: Expression, design: Design, rows: np.ndarray) -> ContrastFit:
    """The fold changes of groups without replicates: nothing is known of how they vary, so nothing is tested."""
    tested = expression.genes["kept"].to_numpy(bool) & _compared(expression.log2[rows], design, 1)
    values = expression.log2[rows][:, tested].T
    pinned = linear.least_squares(values, design.matrix)
    table = _named(contrasts.estimate(pinned, design.contrast), expression, tested)
    untested = [column for column in table if column not in ("mean_log2_expression", "log2_fold_change")]
    table[untested] = np.nan
    return ContrastFit(DESCRIPTIVE, tested, values, None, pinned, float("nan"), table)


def _compared(log2: np.ndarray, design: Design, fewest: int = FEWEST_VALUES) -> np.ndarray:
    """Whether a gene has enough values in both groups of the contrast."""
    present = ~np.isnan(log2)
    names = list(design.samples)
    groups = design.compared.values()
    return np.all([present[[names.index(name) for name in group]].sum(axis=0) >= fewest for group in groups], axis=0)


def _named(table: pd.DataFrame, expression: Expression, tested: np.ndarray) -> pd.DataFrame:
    table.index = expression.genes.index[tested]
    return table


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
        contrast: ``variable``, ``level``, ``reference`` and, where wanted, ``block`` and ``descriptive``.
        samples: ``id`` (the column of the sample ids) and, where wanted, ``numeric``, ``subject`` and
            ``technical_runs_of`` (which then names the samples).

    Raises:
        InputFaults: the contrast cannot be estimated (:func:`secretome.designs.design.build`).
    """
    identifier = samples.get("technical_runs_of") or samples["id"]
    sheet = {identifier: expression.samples.index.to_list()}
    for column in expression.samples.columns.difference([identifier, *ADDED_COLUMNS], sort=False):
        sheet[column] = [str(value) for value in expression.samples[column]]
    return build(sheet, identifier, contrast, samples.get("numeric", ()), samples.get("subject", ""))


def compare(
    expression: Expression, contrast: Mapping[str, Any], samples: Mapping[str, Any], method: str = "auto"
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Compare the groups of one contrast.

    Args:
        expression: the study; an unavailable one gives a table without rows.
        contrast, samples: as :func:`design_of`.
        method: as :func:`fit_contrast`.

    Returns:
        The table of the contract ``DIFFERENTIAL``, one row for every gene of the study (those that are not tested with
        the reason), and the content of fit.json: ``method``, ``coefficients``, ``contrast`` (coefficient to weight),
        ``groups`` (level to sample ids), ``samples``, ``genes_tested``, ``genes_not_tested``, ``residual_df``,
        ``prior_df`` (null: infinite, the genes share one variance), ``unavailable`` (why the contrast cannot be had:
        a sheet that an archive fills is known only now), ``warnings``.

    Raises:
        ValueError: as :func:`fit_contrast`.
    """
    if expression.unavailable:
        return empty_table(DIFFERENTIAL), dict(NOTHING_FITTED)
    try:
        design = design_of(expression, contrast, samples)
    except InputFaults as found:
        return empty_table(DIFFERENTIAL), _not_available(found)
    model = fit_contrast(expression, design, method)
    return differential(expression, design, model), _described(design, model)


def _not_available(found: InputFaults) -> dict[str, Any]:
    reasons = [f"{one.field} '{one.value}' {one.problem}. {one.fix}" for one in found.faults]
    said = [warning("contrast", f"This comparison is not available: {reason}.") for reason in reasons]
    return {**NOTHING_FITTED, "unavailable": reasons, "warnings": said}


def differential(expression: Expression, design: Design, model: ContrastFit) -> pd.DataFrame:
    """The table of the contract ``DIFFERENTIAL`` in the gene order of the study."""
    genes = expression.genes
    table = model.table.reindex(genes.index)
    # The mean of the study's own log2 values, so that it means the same for tested and untested genes.
    table["mean_log2_expression"] = _means(expression.log2[rows_of(expression, design)])
    table["gene"] = genes.index
    table["gene_id"] = genes["gene_id"]
    kept = genes["kept"].to_numpy(bool)
    without = "no_replicates" if model.method == DESCRIPTIVE else ""
    of_contrast = np.where(model.tested, without, "too_few_values")
    table["reason"] = np.where(kept, of_contrast, genes["filter_reason"]).astype(object)
    return table[list(DIFFERENTIAL.columns)].reset_index(drop=True)


def _means(log2: np.ndarray) -> np.ndarray:
    """The mean of each gene's values, NaN where it has none."""
    present = ~np.isnan(log2)
    with np.errstate(invalid="ignore"):
        return np.where(present, log2, 0).sum(axis=0) / present.sum(axis=0)


def _described(design: Design, model: ContrastFit) -> dict[str, Any]:
    tested = 0 if model.method == DESCRIPTIVE else int(model.tested.sum())
    weights = zip(design.columns, design.contrast, strict=True)
    return {
        **NOTHING_FITTED,
        "method": model.method,
        "coefficients": list(design.columns),
        "contrast": {name: float(weight) for name, weight in weights if weight},
        "groups": {level: list(samples) for level, samples in design.groups.items()},
        "samples": len(design.samples),
        "genes_tested": tested,
        "genes_not_tested": int(model.tested.size - tested),
        "residual_df": max(len(design.samples) - len(design.columns), 0),
        "prior_df": float(model.prior_df) if np.isfinite(model.prior_df) else None,
        "warnings": list(design.warnings),
    }
