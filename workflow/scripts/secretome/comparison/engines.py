"""The models of one contrast: which engine fits them, and what it hands to the tests of genes and of gene sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.faults import warning
from secretome.models import blocks, contrasts, linear, moderation, sample_weights, voom
from secretome.models.borrowing import Borrowing, estimate_contrast

AUTO, VOOM, TREND, DESEQ2 = "auto", "voom", "trend", "deseq2"
ORDINARY, DESCRIPTIVE = "ordinary", "descriptive"
# ASSUME a gene is compared where every group has at least two values: of one value nobody knows how it varies.
FEWEST_VALUES = 2
# ASSUME fewer features do not tell how variances are distributed: each then stands for itself. Moderated, 9 analytes
# rejected .053 to .060 of true nulls at .05, 30 .049 to .058, 50 .047 to .053 (3 + 3 samples).
FEWEST_MODERATED = 50


@dataclass(frozen=True)
class Engine:
    """How a contrast is fitted.

    Attributes:
        method: `auto`, `voom`, `trend` or `deseq2`.
        weigh_samples: samples that are worse than the others count less (limma's array weights); not for `deseq2`.
        robust: genes with extreme variances do not decide what is borrowed (limma's robust hyperparameters); not for
            `deseq2`.
    """

    method: str = AUTO
    weigh_samples: bool = False
    robust: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Engine":
        """The engine of the settings of a study, which have these three keys among others."""
        return cls(settings["method"], settings["weigh_samples"], settings["robust"])


@dataclass(frozen=True)
class ContrastFit:
    """The models of the genes that are tested, and what they were fitted to.

    Attributes:
        method: `voom`, `trend`, `deseq2`, `ordinary` (t without moderation), or `descriptive` where nothing is tested.
        tested: one boolean for each gene of the study; of a descriptive contrast the genes that have a fold change.
        table: one row a tested gene, as :func:`secretome.models.contrasts.estimate`.
        values: tested genes × samples of the design, log2 expression as it was modelled; NaN where there is no value.
        weights: tested genes × samples of the design, how precise each value is; None where all are alike.
        correlation: samples × samples, of the errors; None where the samples are independent.
        fitted: the linear models; None of `deseq2`.
        moderated: the variances after borrowing; None where nothing was borrowed.
        borrowing: how; None where nothing was borrowed.
        reasons: gene → why it has no test although it was fitted.
        levels: of a contrast of several levels the table of each, where the models are not linear.
        notes: numbers for the page: `block_correlation`, `sample_weights`.
        warnings: what the engine has to say.
    """

    method: str
    tested: np.ndarray
    table: pd.DataFrame
    values: np.ndarray
    weights: np.ndarray | None = None
    correlation: np.ndarray | None = None
    fitted: linear.Fit | None = None
    moderated: moderation.Moderation | None = None
    borrowing: Borrowing | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    levels: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, str]] = field(default_factory=list)


def fit_contrast(expression: Expression, design: Design, engine: Engine = Engine()) -> ContrastFit:
    """Fit the kept genes and estimate the contrast of the design.

    limma-voom for counts; limma with a prior variance that depends on the mean (`trend`) for log2 expression; least
    squares without any test where the groups have no replicates. Of fewer than ``FEWEST_MODERATED`` features each has
    a t-test of its own.

    Args:
        expression: a study that is available.
        design: its matrix, contrast and samples; a random block is a correlation of its samples.
        engine: how.

    Raises:
        ValueError: counts are asked for and there are none, the design names a sample that the study has not, or the
            model cannot be fitted (:func:`secretome.models.linear.fit`).
    """
    rows = rows_of(expression, design)
    method = engine.method
    if method == AUTO:
        method = TREND if expression.counts is None else VOOM
    if design.descriptive:
        return _descriptive(expression, design, rows)
    if method != TREND and expression.counts is None:
        raise ValueError(f"{method} needs counts")
    if method == DESEQ2:
        return _deseq2(expression, design, rows)
    fit = _voom if method == VOOM else _trend
    return fit(expression, design, rows, engine)


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


def refitted(model: ContrastFit, design: Design, values: np.ndarray) -> pd.DataFrame:
    """The table of the same linear models on other values of the same genes and samples.

    Args:
        model: of :func:`fit_contrast`, with linear models.
        design: that of the model.
        values: tested genes × samples, missing where those of the model are.
    """
    fitted = linear.fit(values, design.matrix, model.weights, model.correlation)
    table, _ = estimate_contrast(fitted, design.contrast, model.borrowing)
    return table.set_axis(model.table.index)


def _trend(expression: Expression, design: Design, rows: np.ndarray, engine: Engine) -> ContrastFit:
    kept = expression.genes["kept"].to_numpy(bool)
    tested = kept & _compared(expression.log2[rows], design)
    values = expression.log2[rows][:, tested].T
    if np.isnan(values).any():
        able = _determined(values, design)
        tested[tested] = able
        values = values[able]
    weights, notes = None, {}
    if engine.weigh_samples:
        of_samples = sample_weights.sample_weights(values, design.matrix)
        weights, notes = np.broadcast_to(of_samples, values.shape).copy(), _weights_note(of_samples)
    correlation, of_blocks = _correlated(values, design, weights)
    method = TREND if len(values) >= FEWEST_MODERATED else ORDINARY
    fitted = linear.fit(values, design.matrix, weights, correlation)
    borrowing = Borrowing(trend=True, robust=engine.robust) if method == TREND else None
    table, moderated = estimate_contrast(fitted, design.contrast, borrowing)
    table.index = expression.genes.index[tested]
    warnings = [] if method == TREND else _few_features(bool(table["p_value"].notna().any()))
    notes |= of_blocks
    models = (weights, correlation, fitted, moderated)
    return ContrastFit(method, tested, table, values, *models, borrowing, notes=notes, warnings=warnings)


def _determined(values: np.ndarray, design: Design) -> np.ndarray:
    """Whether the values of a gene bear a test: blocks can use them up although all groups have some."""
    fitted = linear.fit(values, design.matrix)
    change = contrasts.estimate(fitted, design.contrast)["log2_fold_change"]
    return change.notna().to_numpy() & (fitted.residual_df > 0)


def _voom(expression: Expression, design: Design, rows: np.ndarray, engine: Engine) -> ContrastFit:
    tested = expression.genes["kept"].to_numpy(bool)
    counts, library_size = _counted(expression, rows, tested)
    given = (counts, design.matrix, library_size)
    notes: dict[str, Any] = {}
    correlation = None
    if engine.weigh_samples:
        values, weights, of_samples = sample_weights.voom_with_sample_weights(*given)
        notes |= _weights_note(of_samples)
        correlation, of_blocks = _correlated(values, design, weights)
        notes |= of_blocks
    elif design.random_block:
        values, weights, alike = blocks.voom_with_blocks(*given, design.random_block)
        correlation = blocks.correlation_matrix(design.random_block, alike)
        notes |= {"block_correlation": float(alike)}
    else:
        values, weights = voom.voom(*given)
    fitted = linear.fit(values, design.matrix, weights, correlation)
    borrowing = Borrowing(robust=engine.robust)
    table, moderated = estimate_contrast(fitted, design.contrast, borrowing)
    table.index = expression.genes.index[tested]
    models = (weights, correlation, fitted, moderated)
    return ContrastFit(VOOM, tested, table, values, *models, borrowing, notes=notes)


def _deseq2(expression: Expression, design: Design, rows: np.ndarray) -> ContrastFit:
    from secretome.models import deseq2  # three seconds of imports

    if design.random_block:
        raise ValueError("a negative binomial model by PyDESeq2 takes no random block")
    tested = expression.genes["kept"].to_numpy(bool)
    counts, _ = _counted(expression, rows, tested)
    named = pd.DataFrame(counts, index=expression.genes.index[tested], columns=list(design.samples))
    model = deseq2.estimate(named, design.matrix, design.contrast, design.components)
    reasons = dict.fromkeys(named.index[~counts.any(axis=1)], "not_detected")
    reasons |= dict.fromkeys(named.index[model.outliers], "outlier")
    values = expression.log2[rows][:, tested].T
    levels = model.others
    return ContrastFit(DESEQ2, tested, model.table, values, reasons=reasons, levels=levels, warnings=model.warnings)


def _descriptive(expression: Expression, design: Design, rows: np.ndarray) -> ContrastFit:
    """The fold changes of groups without replicates: nothing is known of how they vary, so nothing is tested."""
    tested = expression.genes["kept"].to_numpy(bool) & _compared(expression.log2[rows], design, 1)
    values = expression.log2[rows][:, tested].T
    fitted = linear.least_squares(values, design.matrix)
    table = contrasts.estimate(fitted, design.contrast)
    table.index = expression.genes.index[tested]
    untested = [column for column in table if column not in ("mean_log2_expression", "log2_fold_change")]
    table[untested] = np.nan
    return ContrastFit(DESCRIPTIVE, tested, table, values, fitted=fitted)


def _counted(expression: Expression, rows: np.ndarray, tested: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The counts of the tested genes, genes × samples, and the effective library sizes."""
    assert expression.counts is not None  # asked before
    samples = expression.samples.iloc[rows]
    library_size = (samples["library_size"] * samples["norm_factor"]).to_numpy(float)
    return expression.counts[rows][:, tested].T, library_size


def _correlated(
    values: np.ndarray, design: Design, weights: np.ndarray | None
) -> tuple[np.ndarray | None, Mapping[str, Any]]:
    """The correlation of the samples where the design has a random block."""
    if not design.random_block:
        return None, {}
    alike = blocks.consensus_correlation(values, design.matrix, design.random_block, weights).consensus
    return blocks.correlation_matrix(design.random_block, alike), {"block_correlation": float(alike)}


def _weights_note(of_samples: np.ndarray) -> dict[str, Any]:
    return {"sample_weights": [float(weight) for weight in of_samples]}


def _few_features(any_tested: bool) -> list[dict[str, str]]:
    """In the same words of each contrast of a study, so that its page says them once."""
    message = "No feature has values that a test needs: enough in every group, and not all alike."
    if any_tested:
        message = (
            "Each feature that can be tested has an ordinary t-test of its own: fewer than "
            f"{FEWEST_MODERATED} do not tell how variances are distributed, and nothing is borrowed among them."
        )
    return [warning("moderation", message)]


def finite_df(df: pd.Series) -> pd.Series:
    """Degrees of freedom as a table has them: a z-test has none."""
    return df.where(np.isfinite(df))


def _compared(log2: np.ndarray, design: Design, fewest: int = FEWEST_VALUES) -> np.ndarray:
    """Whether a gene has enough values in all groups of the contrast."""
    present = ~np.isnan(log2)
    names = list(design.samples)
    groups = design.compared.values()
    return np.all([present[[names.index(name) for name in group]].sum(axis=0) >= fewest for group in groups], axis=0)
