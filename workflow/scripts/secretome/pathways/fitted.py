"""One fitted contrast, as the tests of gene sets need it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.comparison.compare import design_of
from secretome.comparison.engines import (
    DESEQ2,
    FEWEST_MODERATED,
    VOOM,
    ContrastFit,
    Engine,
    fit_contrast,
    rows_of,
)
from secretome.designs.design import Design
from secretome.expression import Expression
from secretome.models import contrasts, rotation


@dataclass(frozen=True)
class FittedContrast:
    """The genes that have a value in every sample: what is missing cannot be rotated or scored.

    Attributes:
        model: of all genes that are tested.
        design: of the contrast; its residuals are those of all samples of the study.
        table: one row a gene: the contrast, as :func:`secretome.models.contrasts.estimate`.
        values: genes × samples, log2 expression of the study.
        effects: genes × (1 + residual degrees of freedom), as :func:`secretome.models.rotation.rotation_effects`; of
            no genes where gene sets cannot be tested.
        errors: genes, the standard error of the contrast for a residual variance of 1.
        variance, df: genes, the moderated residual variances and their degrees of freedom.
    """

    model: ContrastFit
    design: Design
    table: pd.DataFrame
    values: np.ndarray
    effects: np.ndarray
    errors: np.ndarray
    variance: np.ndarray
    df: np.ndarray

    @property
    def genes(self) -> list[str]:
        """The symbols of the rows."""
        return self.table.index.to_list()

    @property
    def residual_df(self) -> int:
        """The residual degrees of freedom; -1 where gene sets cannot be tested."""
        return self.effects.shape[1] - 1


def fitted_contrast(expression: Expression, settings: Mapping[str, Any]) -> FittedContrast:
    """Fit the contrast of the settings.

    Args:
        expression: a study that is available.
        settings: ``contrast``, ``samples``, ``method``, ``weigh_samples`` and ``robust`` of the study file.

    Raises:
        InputFaults: as :func:`secretome.designs.design.build`.
        CannotBeFitted, ValueError: as :func:`secretome.comparison.engines.fit_contrast`.
    """
    return fitted_design(expression, design_of(expression, settings["contrast"], settings["samples"]), settings)


def fitted_design(expression: Expression, design: Design, settings: Mapping[str, Any]) -> FittedContrast:
    """Fit a contrast whose design is known.

    Args:
        expression: a study that is available.
        design: of the contrast.
        settings: ``method``, ``weigh_samples`` and ``robust`` of the study file.

    Raises:
        CannotBeFitted, ValueError: as :func:`secretome.comparison.engines.fit_contrast`.
    """
    engine = Engine.of(settings)
    # A negative binomial model has no residuals that could be rotated.
    model = fit_contrast(expression, design, replace(engine, method=VOOM) if engine.method == DESEQ2 else engine)
    values = expression.log2[rows_of(expression, design)][:, model.tested].T
    whole = ~np.isnan(values).any(axis=1)
    # What gene sets are tested by borrows variances, too.
    few = whole.sum() < FEWEST_MODERATED
    return _without_effects(model, design, whole, values) if few else rotated(model, design, whole, values)


def rotated(model: ContrastFit, design: Design, rows: np.ndarray, values: np.ndarray | None = None) -> FittedContrast:
    """Some genes of a fit, and what is rotated of them; of no genes where the fit has no moderated variances.

    Args:
        model, design: the fit of the contrast.
        rows: tested genes, whether they are taken: only such as have a value in every sample.
        values: tested genes × samples, the log2 expression to hand on; those that were modelled if not given.
    """
    values = model.values if values is None else values
    if model.fitted is None or model.moderated is None or not rows.any():
        return _without_effects(model, design, rows, values)
    weights = None if model.weights is None else model.weights[rows]
    effects = rotation.rotation_effects(
        model.values[rows], design.matrix, design.contrast, weights, correlation=model.correlation
    )
    errors = contrasts.unscaled_error(model.fitted, design.contrast)[rows]
    borrowed = (model.moderated.variance[rows], model.moderated.df[rows])
    return FittedContrast(model, design, model.table[rows], values[rows], effects, errors, *borrowed)


def _without_effects(model: ContrastFit, design: Design, rows: np.ndarray, values: np.ndarray) -> FittedContrast:
    nothing = np.zeros(0)
    return FittedContrast(model, design, model.table[rows], values[rows], np.zeros((0, 0)), *[nothing] * 3)
