"""Contrast results of made-up studies."""

import zlib

import numpy as np
import pandas as pd
import pytest

from secretome.models.false_discovery import benjamini_hochberg
from secretome.synthesis.correlations import Correlations
from secretome.synthesis.groups import ContrastResult

GENES = [f"G{number:03d}" for number in range(300)]


@pytest.fixture
def result():
    """A maker of results: ``result("study")``; genes G000 … G029 rise by 2, the others do not change."""

    def make(study, contrast="drug", genes=GENES, error=0.25, **described):
        random = np.random.default_rng(zlib.crc32(f"{study} {contrast}".encode()))
        truth = np.array([2.0 if gene < "G030" else 0 for gene in genes])
        effects = truth + random.normal(0, 0.3, len(genes))
        p_values = np.full(len(genes), 0.5)
        p_values[np.abs(effects) > 1.2] = 1e-6
        table = pd.DataFrame(
            {
                "gene": genes,
                "log2_fold_change": effects,
                "standard_error": error,
                "df": 10.0,
                "q_value": benjamini_hochberg(p_values),
                "reason": "",
            }
        )
        about = {
            "model": f"cells of {study}",
            "drug_class": "braf_inhibitor",
            "compartment": "cells",
            "setting": "acute",
            "technology": "rnaseq_counts",
        }
        return ContrastResult(study, contrast, **(about | described), table=table)

    return make


@pytest.fixture
def halves():
    """A maker of correlations of a half: contrasts that share a control."""

    def make(*contrasts):
        count = len(contrasts)
        values = np.full((count, count), 0.5) + 0.5 * np.eye(count)
        return Correlations(contrasts, values, pd.Index([], dtype=object), np.empty((0, count, count)))

    return make
