"""How far a contrast can be relied on: what it could have found, how its p-values look, why nothing is found."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.engines import DESCRIPTIVE, ContrastFit, rows_of
from secretome.designs.design import Design
from secretome.designs.rank import inflation
from secretome.diagnostics import explanations, leave_one_out, p_values, power, refit, simulated, splits
from secretome.expression import Expression
from secretome.models import linear, shrinkage


def reliability(
    expression: Expression,
    design: Design,
    model: ContrastFit,
    differential: pd.DataFrame,
    settings: Mapping[str, Any],
    secreted: Collection[str],
) -> dict[str, Any]:
    """What is said of the comparison beside its numbers; ``warnings`` alone where nothing is tested.

    Args:
        expression, design, model: of the contrast.
        differential: its table.
        settings: ``fdr`` and ``seed``.
        secreted: the genes whose protein is known to be secreted.

    Returns:
        ``p_values`` (:func:`secretome.diagnostics.p_values.verdict_of`), ``power`` (rows of
        :func:`secretome.diagnostics.power.minimum_detectable_changes`), ``null`` (of
        :func:`secretome.diagnostics.simulated.rejection_rates`; empty for models that are not linear), ``splits`` (of
        :func:`secretome.diagnostics.splits.describe_splits`; empty where labels cannot change places), ``shrinkage``
        (:func:`secretome.models.shrinkage.describe`), ``explanation`` (why hardly a gene passes, see
        :func:`secretome.diagnostics.explanations.explain`) and ``warnings``.
    """
    if model.method == DESCRIPTIVE or not model.table["p_value"].notna().any():
        return {"warnings": []}
    verdict = p_values.verdict_of(model.table["p_value"].to_numpy())
    family = model.table.index.isin(list(secreted))
    detectable = power.minimum_detectable_changes(model.table, settings["fdr"], family)
    null = _null(model, design, settings["seed"])
    columns = ("log2_fold_change", "shrunken_log2_fold_change", "p_value", "q_value")
    change, shrunken_change, p_value, q_value = (differential[name].to_numpy(float) for name in columns)
    shrunken = shrinkage.describe(change, shrunken_change, p_value, q_value, settings["fdr"])
    evidence = _evidence(expression, design, model, settings["fdr"], verdict, detectable)
    return {
        "p_values": verdict,
        "power": [{key: _number(value) for key, value in row.items()} for row in detectable.to_dict("records")],
        "splits": _splits(design, model),
        "explanation": explanations.explain(evidence),
        "warnings": [*p_values.warnings_of(verdict), *null.pop("warnings", []), *shrunken.pop("warnings")],
        "null": null,
        "shrinkage": shrunken,
    }


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _refit(design: Design, model: ContrastFit) -> refit.Refit:
    """The engine of the contrast, as a function of other values."""
    return refit.linear_models(design.contrast, model.borrowing, model.correlation)


def _null(model: ContrastFit, design: Design, seed: int) -> dict[str, Any]:
    if model.fitted is None:
        return {}
    if model.moderated is None:
        prior_variance, prior_df = model.fitted.variance, np.full(len(model.values), np.inf)
    else:
        prior_variance, prior_df = model.moderated.prior_variance, model.moderated.prior_df
    present = ~np.isnan(model.values)
    of_genes = simulated.NullModel(
        model.fitted.mean,
        prior_variance,
        prior_df,
        model.weights,
        None if present.all() else present,
        model.correlation,
    )
    return simulated.rejection_rates(of_genes, design.matrix, _refit(design, model), seed)


def _splits(design: Design, model: ContrastFit) -> dict[str, Any]:
    """The splits of two groups; none for other contrasts, random blocks, or models that are not linear."""
    if model.fitted is None or design.random_block or not design.is_pair:
        return {}
    rows = {sample: row for row, sample in enumerate(design.samples)}
    level, reference = ([rows[sample] for sample in group] for group in design.compared.values())
    # What the blocks make of a sample; a covariate makes each its own block, and nothing can change places.
    others = design.matrix[:, len(design.groups) :]
    labels = [str(row) for row in others.tolist()] if others.shape[1] else []
    blocks = splits.blocks_of(level, reference, labels)
    return splits.describe_splits(model.values, model.weights, design.matrix, blocks, _refit(design, model))


def _evidence(
    expression: Expression,
    design: Design,
    model: ContrastFit,
    fdr: float,
    verdict: Mapping[str, Any],
    detectable: pd.DataFrame,
) -> explanations.Evidence:
    passing = int((model.table["q_value"] <= fdr).sum())
    few = explanations.few_pass(passing, verdict["tests"]) and model.fitted is not None
    without = (
        leave_one_out.passing_without_each(
            model.values, model.weights, design.matrix, design.samples, fdr, _refit(design, model)
        )
        if few
        else {}
    )
    groups = len(design.groups) if not design.unit else 2
    return explanations.Evidence(
        passing=passing,
        fdr=fdr,
        samples={level: len(samples) for level, samples in design.compared.items()},
        residual_df=float(len(design.samples) - design.matrix.shape[1]),
        detectable=float(detectable.set_index("group")["minimum_detectable_log2_fold_change"].get("all", np.nan)),
        p_values=verdict,
        without_sample=without,
        inflation=inflation(design.matrix, design.contrast, groups),
        blocks=tuple(design.labels[groups:]),
        counting_share=_counting_share(expression, design, model) if few else float("nan"),
        untested_share=_untested_share(expression, model),
        unit=design.unit,
    )


def _counting_share(expression: Expression, design: Design, model: ContrastFit) -> float:
    """Of counts the share of the variance that is their chance; the variance without weights."""
    if expression.counts is None:
        return float("nan")
    rows = rows_of(expression, design)
    plain = linear.fit(expression.log2[rows][:, model.tested].T, design.matrix)
    return explanations.counting_share(expression.counts[rows][:, model.tested].T, plain.variance)


def _untested_share(expression: Expression, model: ContrastFit) -> float:
    if expression.counts is not None:
        return float("nan")
    measured = ~np.isnan(expression.log2).all(axis=0)
    return float(1 - model.tested[measured].mean())
