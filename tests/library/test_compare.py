"""One contrast, from the expression to the table and its description."""

import json

import numpy as np
import pandas as pd
import pytest

from secretome import compare
from secretome.expression import Expression, unavailable
from secretome.faults import InputFaults
from secretome.tables import DIFFERENTIAL, write_table

CONTRAST = {"variable": "drug", "level": "yes", "reference": "no", "block": ["donor"]}
SAMPLES = {"id": "sample"}


@pytest.fixture
def expression():
    rng = np.random.default_rng(0)
    counts = rng.negative_binomial(20, 20 / (20 + rng.uniform(20, 400, 300)[None, :] * np.ones((8, 1)))).astype(float)
    counts[1::2, 0] *= 8
    kept = np.arange(300) < 290
    sheet = {"drug": ["no", "yes"] * 4, "donor": [f"d{i // 2}" for i in range(8)]}
    samples = pd.DataFrame(sheet, index=pd.Index([f"s{i}" for i in range(8)], dtype=object), dtype=object)
    samples = samples.assign(library_size=counts[:, kept].sum(axis=1), norm_factor=1.0)
    names = pd.Index([f"G{i}" for i in range(300)], dtype=object)
    reasons = np.where(kept, "", "low_expression").astype(object)
    genes = pd.DataFrame(
        {"gene_id": [f"E{i}" for i in range(300)], "kept": kept, "filter_reason": reasons}, index=names
    )
    return Expression(np.log2(counts + 1), counts, samples, genes, {})


def test_every_gene_has_a_row_and_a_test_or_a_reason(expression, tmp_path):
    table, fit = compare.compare(expression, CONTRAST, SAMPLES)
    write_table(tmp_path / "differential.tsv", table, DIFFERENTIAL)
    assert table["gene"].tolist() == expression.genes.index.tolist()
    untested = table["p_value"].isna()
    assert untested.sum() == 10
    assert (table.loc[untested, "reason"] == "low_expression").all()
    assert (table.loc[~untested, "reason"] == "").all()
    np.testing.assert_allclose(table["mean_log2_expression"], expression.log2.mean(axis=0))
    assert table["p_value"].idxmin() == 0
    assert table["log2_fold_change"][0] == pytest.approx(3, abs=0.5)
    assert (fit["genes_tested"], fit["genes_not_tested"]) == (290, 10)


def test_the_description_says_what_was_fitted(expression):
    fit = compare.compare(expression, CONTRAST, SAMPLES)[1]
    json.dumps(fit, allow_nan=False)
    assert fit["method"] == "voom"
    assert list(fit["contrast"].values()) == [1, -1]
    assert set(fit["contrast"]) <= set(fit["coefficients"])
    assert fit["groups"] == {"yes": ["s1", "s3", "s5", "s7"], "no": ["s0", "s2", "s4", "s6"]}
    assert fit["residual_df"] == 8 - 5
    assert fit["prior_df"] is None or fit["prior_df"] > 0


def test_the_order_of_the_samples_does_not_matter(expression):
    order = [5, 2, 7, 0, 3, 6, 1, 4]
    moved = Expression(
        expression.log2[order], expression.counts[order], expression.samples.iloc[order], expression.genes, {}
    )
    pd.testing.assert_frame_equal(
        compare.compare(expression, CONTRAST, SAMPLES)[0], compare.compare(moved, CONTRAST, SAMPLES)[0], rtol=1e-7
    )


def test_an_unavailable_study_gives_no_rows(tmp_path):
    table, fit = compare.compare(unavailable(["gone"], {}), CONTRAST, SAMPLES)
    assert table.empty
    assert fit["genes_tested"] == 0
    write_table(tmp_path / "differential.tsv", table, DIFFERENTIAL)


def test_a_contrast_that_cannot_be_estimated_is_a_fault_of_the_input(expression):
    with pytest.raises(InputFaults, match="does not occur"):
        compare.compare(expression, {**CONTRAST, "level": "maybe"}, SAMPLES)


def test_a_study_without_counts_is_refused(expression):
    without = Expression(expression.log2, None, expression.samples, expression.genes, {})
    with pytest.raises(ValueError, match="needs counts"):
        compare.compare(without, CONTRAST, SAMPLES)


def test_a_design_of_other_samples_is_refused(expression):
    design = compare.design_of(expression, CONTRAST, SAMPLES)
    fewer = Expression(expression.log2[1:], expression.counts[1:], expression.samples.iloc[1:], expression.genes, {})
    with pytest.raises(ValueError, match="s0"):
        compare.rows_of(fewer, design)
