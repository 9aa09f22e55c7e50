from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.expression import Expression, unavailable, write_expression

SAMPLES = ["a", "b", "c", "d", "e", "f"]


@pytest.fixture
def expression(tmp_path) -> str:
    """Six samples of 120 genes as `prepare_study` writes them; G0 to G19 are up in the first three."""
    counts = np.random.default_rng(0).poisson(200, size=(6, 120)).astype(float)
    counts[:3, :20] *= 4
    samples = pd.DataFrame(
        {"treatment": ["drug"] * 3 + ["none"] * 3, "library_size": counts.sum(axis=1), "norm_factor": 1.0},
        index=SAMPLES,
    )
    names = [f"G{i}" for i in range(120)]
    genes = pd.DataFrame({"gene_id": names, "kept": True, "filter_reason": ""}, index=names)
    genes.iloc[-1] = ["G119", False, "low_expression"]
    log2 = np.log2((counts + 1) / counts.sum(axis=1, keepdims=True) * 1e6)
    path = tmp_path / "study/expression.h5ad"
    path.parent.mkdir()
    write_expression(path, Expression(log2, counts, samples, genes, {}))
    return str(path)


@pytest.fixture
def no_expression(tmp_path) -> str:
    """A study that cannot be had."""
    path = Path(tmp_path / "missing/expression.h5ad")
    path.parent.mkdir()
    write_expression(path, unavailable(["counts.tsv:3: two fields", "counts.tsv:4: two fields"], {}))
    return str(path)


@pytest.fixture
def settings() -> dict:
    """The settings of one contrast."""
    contrast = {"variable": "treatment", "level": "drug", "reference": "none", "block": []}
    return {
        "contrast": contrast,
        "method": "auto",
        "weigh_samples": False,
        "robust": False,
        "fdr": 0.05,
        "samples": {"id": "sample", "table": "samples.tsv", "numeric": [], "subject": ""},
        "compartment": "cells",
        "technology": "rnaseq_counts",
        "thresholds": {"fdr": 0.05, "log2_fold_change": 1.0},
        "seed": 1,
    }
