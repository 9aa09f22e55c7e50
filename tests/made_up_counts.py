"""Counts of a made-up study as the comparison takes them: eight samples of four donors, some genes that change."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from secretome.expression import Expression

CONTRAST: dict[str, Any] = {"variable": "drug", "level": "yes", "reference": "no"}
SAMPLES = {"id": "sample"}
MEASURED = {"technology": "rnaseq_counts", "compartment": "cells"}
CHANGED, CHANGE = 40, 2.0  # genes, log2
GENES = 600


def settings(contrast: dict[str, Any] = CONTRAST, **more: Any) -> dict[str, Any]:
    """The settings of a comparison."""
    usual = {
        "samples": SAMPLES,
        "method": "auto",
        "weigh_samples": False,
        "robust": False,
        **MEASURED,
        "fdr": 0.05,
        "seed": 1,
    }
    return {"contrast": contrast, **usual, **more}


def expression(levels: str = "no yes", change: float = CHANGE, size: int = 4, donor_spread: float = 0.0) -> Expression:
    """``size`` samples of each level, one of each donor; in all levels but the first the first genes change.

    Args:
        levels: the levels of the column `drug`.
        change: log2, of the first ``CHANGED`` genes.
        size: donors.
        donor_spread: standard deviation (log2) of what a donor adds to a gene.
    """
    random = np.random.default_rng(7)
    names = levels.split()
    drug, donor = names * size, [f"d{i}" for i in range(size) for _ in names]
    base = random.uniform(6, 11, GENES)
    donors = random.normal(0, donor_spread, (size, GENES))
    means = base + np.repeat(donors, len(names), axis=0)
    means[:, :CHANGED] += change * (np.array(drug) != names[0])[:, None]
    counts = random.negative_binomial(20, 20 / (20 + 2**means)).astype(float)
    sheet = pd.DataFrame({"drug": drug, "donor": donor}, dtype=object)
    sheet.index = pd.Index([f"s{i}" for i in range(len(drug))], dtype=object)
    # The depth of the genes that do not change, as a normalisation would find it.
    depth = counts[:, CHANGED:].sum(axis=1)
    sheet = sheet.assign(library_size=depth, norm_factor=1.0)
    genes = pd.DataFrame(
        {"gene_id": "", "kept": True, "filter_reason": ""},
        index=pd.Index([f"G{i}" for i in range(GENES)], dtype=object),
    ).astype({"gene_id": object, "filter_reason": object})
    return Expression(np.log2((counts + 0.5) / depth[:, None] * 1e6), counts, sheet, genes, {})


def turned(study: Expression) -> Expression:
    """The same study of counts, its samples and its genes in another order."""
    assert study.counts is not None
    random = np.random.default_rng(0)
    rows, columns = random.permutation(len(study.samples)), random.permutation(len(study.genes))
    return replace(
        study,
        log2=study.log2[rows][:, columns],
        counts=study.counts[rows][:, columns],
        samples=study.samples.iloc[rows],
        genes=study.genes.iloc[columns],
    )
