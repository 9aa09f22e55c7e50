"""One contrast of one study, every gene's change with its confidence interval and test: the door of this folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison import alternatives, reliability
from secretome.comparison.engines import DESCRIPTIVE, ORDINARY, ContrastFit, Engine, finite_df, fit_contrast, rows_of
from secretome.designs.design import Design, build
from secretome.expression import Expression
from secretome.expression_level import expression_percentile, mean_of_present
from secretome.faults import InputFaults, sentence, warning
from secretome.models import shrinkage
from secretome.models.linear import CannotBeFitted
from secretome.sheets import ADDED_COLUMNS
from secretome.tables import DETECTION, DIFFERENTIAL, LEVELS, NORMALISATIONS, empty_table

NOTHING_FITTED: Mapping[str, Any] = {
    "method": "",
    "coefficients": [],
    "contrast": {},
    "groups": {},
    "compared": {},
    "unit": "",
    "samples": 0,
    "genes_tested": 0,
    "genes_not_tested": 0,
    "residual_df": 0,
    "prior_df": None,
    "notes": {},
    "reliability": {},
    "unavailable": [],
    "warnings": [],
}


@dataclass(frozen=True)
class Comparison:
    """What the comparison of one contrast hands on.

    Attributes:
        differential: contract ``DIFFERENTIAL``.
        levels: contract ``LEVELS``: of a contrast of several levels each of them against the reference.
        normalisations: contract ``NORMALISATIONS``: of proteins the changes under the other normalisation.
        detection: contract ``DETECTION``: proteins that are in one group and not in the other.
        fit: the content of fit.json.
    """

    differential: pd.DataFrame
    levels: pd.DataFrame
    normalisations: pd.DataFrame
    detection: pd.DataFrame
    fit: dict[str, Any]


def compare(expression: Expression, settings: Mapping[str, Any], secreted: Collection[str] = ()) -> Comparison:
    """Compare the groups of one contrast.

    Args:
        expression: the study; an unavailable one gives tables without rows.
        settings: ``contrast`` and ``samples`` as :func:`design_of`; ``method``, ``weigh_samples`` and ``robust`` as
            :class:`secretome.comparison.engines.Engine`; ``technology`` and ``compartment``; ``fdr`` and ``seed``.
        secreted: the genes whose protein is known to be secreted, for what is said of them apart.

    Returns:
        The tables, and what is said of the fit: ``method``, ``coefficients``, ``contrast`` (coefficient to weight),
        ``groups`` (level to sample ids), ``compared`` (the same of those that the contrast weighs), ``unit`` (of a
        slope), ``samples``, ``genes_tested``, ``genes_not_tested``, ``residual_df``, ``prior_df`` (null: infinite, the
        genes share one variance), ``notes`` of the engine, ``reliability`` (see
        :func:`secretome.comparison.reliability.reliability`), ``unavailable`` (why the contrast cannot be had: a sheet
        that an archive fills is known only now), ``warnings``.

    Raises:
        ValueError: as :func:`secretome.comparison.engines.fit_contrast`.
    """
    if expression.unavailable:
        return _empty(dict(NOTHING_FITTED))
    try:
        design = design_of(expression, settings["contrast"], settings["samples"])
        model = fit_contrast(expression, design, Engine.of(settings))
    except InputFaults as found:
        return _empty(_not_available([f"{one.field} '{one.value}' {one.problem}. {one.fix}" for one in found.faults]))
    except CannotBeFitted as found:
        return _empty(_not_available([str(found)]))
    differential = differential_table(expression, design, model)
    others = alternatives.of_contrast(expression, design, model, settings, secreted)
    trust = reliability.reliability(expression, design, model, differential, settings, secreted)
    described = _described(design, model)
    said = [*described["warnings"], *model.warnings, *others.warnings, *trust.pop("warnings")]
    fit = {**described, "notes": {**model.notes, **others.notes}, "reliability": trust, "warnings": said}
    return Comparison(differential, others.levels, others.normalisations, others.detection, fit)


def design_of(expression: Expression, contrast: Mapping[str, Any], samples: Mapping[str, Any]) -> Design:
    """The design of a contrast from the sample sheet that the expression carries.

    Args:
        expression: a study that is available.
        contrast: in one of the forms of :mod:`secretome.designs.forms`.
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


def differential_table(expression: Expression, design: Design, model: ContrastFit) -> pd.DataFrame:
    """The table of the contract ``DIFFERENTIAL`` in the gene order of the study."""
    genes = expression.genes
    kept = genes["kept"].to_numpy(bool)
    table = model.table.reindex(genes.index)
    # The mean of the study's own log2 values, so that it means the same for tested and untested genes.
    means = mean_of_present(expression.log2[rows_of(expression, design)].T)
    table["mean_log2_expression"] = means
    table["expression_percentile"] = expression_percentile(means, kept)
    table["shrunken_log2_fold_change"] = shrinkage.shrink(
        *(table[name].to_numpy(float) for name in ("log2_fold_change", "standard_error", "df"))
    ).mean
    table["gene"] = genes.index
    table["gene_id"] = genes["gene_id"]
    table["reason"] = _reasons(expression, model)
    table["df"] = finite_df(table["df"])
    return table[list(DIFFERENTIAL.columns)].reset_index(drop=True)


def _reasons(expression: Expression, model: ContrastFit) -> np.ndarray:
    """Why a gene has no test, "" where it has one."""
    genes = expression.genes
    without = "no_replicates" if model.method == DESCRIPTIVE else ""
    of_contrast = np.where(model.tested, without, "too_few_values").astype(object)
    if model.method == ORDINARY:  # what does not vary within the groups borrows no variance from what does
        of_contrast[np.flatnonzero(model.tested)[model.table["p_value"].isna()]] = "no_variation"
    reasons = np.where(genes["kept"].to_numpy(bool), of_contrast, genes["filter_reason"]).astype(object)
    reasons[genes.index.get_indexer(list(model.reasons))] = list(model.reasons.values())
    return reasons


def _empty(fit: dict[str, Any]) -> Comparison:
    return Comparison(
        empty_table(DIFFERENTIAL), empty_table(LEVELS), empty_table(NORMALISATIONS), empty_table(DETECTION), fit
    )


def _not_available(reasons: list[str]) -> dict[str, Any]:
    said = [warning("contrast", f"This comparison is not available: {sentence(reason)}") for reason in reasons]
    return {**NOTHING_FITTED, "unavailable": reasons, "warnings": said}


def _described(design: Design, model: ContrastFit) -> dict[str, Any]:
    tested = 0 if model.method == DESCRIPTIVE else int(model.table["p_value"].notna().sum())
    weights = zip(design.columns, design.contrast, strict=True)
    return {
        **NOTHING_FITTED,
        "method": model.method,
        "coefficients": list(design.columns),
        "contrast": {name: float(weight) for name, weight in weights if weight},
        "groups": {level: list(samples) for level, samples in design.groups.items()},
        "compared": {level: len(samples) for level, samples in design.compared.items()},
        "unit": design.unit,
        "samples": len(design.samples),
        "genes_tested": tested,
        "genes_not_tested": int(model.tested.size - tested),
        "residual_df": max(len(design.samples) - len(design.columns), 0),
        "prior_df": _prior_df(model),
        "warnings": list(design.warnings),
    }


def _prior_df(model: ContrastFit) -> float | None:
    """How many degrees of freedom a gene borrows, that is no outlier; None where infinitely many."""
    if model.moderated is None:
        return 0.0
    prior_df = float(model.moderated.prior_df.max())
    return prior_df if np.isfinite(prior_df) else None
