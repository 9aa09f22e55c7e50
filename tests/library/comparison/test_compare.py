"""One contrast, from the expression to the table and its description."""

import json

import numpy as np
import pandas as pd
import pytest
from made_up_counts import MEASURED

from secretome.comparison import engines
from secretome.comparison.compare import compare, design_of
from secretome.expression import Expression, unavailable
from secretome.models import linear
from secretome.tables import DIFFERENTIAL, write_table

CONTRAST = {"variable": "drug", "level": "yes", "reference": "no", "block": ["donor"]}
SAMPLES = {"id": "sample"}


def compared(expression, contrast=CONTRAST, method="auto", **more):
    """differential.tsv and fit.json of a contrast."""
    settings = {
        "samples": SAMPLES,
        "method": method,
        "weigh_samples": False,
        "robust": False,
        **MEASURED,
        "fdr": 0.05,
        "seed": 1,
        **more,
    }
    found = compare(expression, {"contrast": contrast, **settings})
    return found.differential, found.fit


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
    table, fit = compared(expression)
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
    fit = compared(expression)[1]
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
    pd.testing.assert_frame_equal(compared(expression)[0], compared(moved)[0], rtol=1e-7)


def test_an_unavailable_study_gives_no_rows(tmp_path):
    table, fit = compared(unavailable(["gone"], {}))
    assert table.empty
    assert fit["genes_tested"] == 0
    write_table(tmp_path / "differential.tsv", table, DIFFERENTIAL)


def test_a_contrast_that_the_archive_does_not_have_is_not_available(expression, tmp_path):
    table, fit = compared(expression, {**CONTRAST, "level": "maybe"})
    write_table(tmp_path / "differential.tsv", table, DIFFERENTIAL)
    assert table.empty
    assert len(fit["unavailable"]) == 1
    assert "'maybe' does not occur" in fit["unavailable"][0]
    assert "not available" in fit["warnings"][0]["message"]


@pytest.fixture
def arrays(expression):
    log2 = expression.log2.copy()
    log2[:2, 1] = np.nan  # one value of each group is missing
    log2[[0, 2, 4], 2] = np.nan  # of the group "no" one value is left
    log2[:, 3] = np.nan
    return Expression(log2, None, expression.samples, expression.genes, {})


def test_log_expression_is_compared_with_a_trended_prior(arrays):
    table, fit = compared(arrays)
    assert fit["method"] == "trend"
    assert table["log2_fold_change"][0] == pytest.approx(3, abs=0.5)
    assert table["reason"].tolist()[:5] == ["", "", "too_few_values", "too_few_values", ""]
    assert table.loc[2:3, "p_value"].isna().all()
    assert fit["genes_tested"] == 288
    design = design_of(arrays, CONTRAST, SAMPLES)
    assert engines.fit_contrast(arrays, design).fitted.residual_df[:3].tolist() == [3, 2, 3]  # a pair less
    values = arrays.log2[:, 4:290].T
    alone = linear.fit(values, design.matrix)
    np.testing.assert_allclose(table["log2_fold_change"][4:290], alone.coefficients @ design.contrast)


def test_voom_needs_counts(arrays):
    with pytest.raises(ValueError, match="needs counts"):
        compared(arrays, method="voom")


def test_counts_can_be_compared_by_their_log2_values(expression):
    assert compared(expression, method="trend")[1]["method"] == "trend"


def test_without_replicates_there_are_fold_changes_and_no_test(arrays, tmp_path):
    few = Expression(arrays.log2[2:4], None, arrays.samples.iloc[2:4], arrays.genes, {})
    contrast = {"variable": "drug", "level": "yes", "reference": "no", "block": [], "descriptive": True}
    table, fit = compared(few, contrast)
    write_table(tmp_path / "differential.tsv", table, DIFFERENTIAL)
    np.testing.assert_allclose(table["log2_fold_change"][4:290], (few.log2[1] - few.log2[0])[4:290])
    assert table[["p_value", "q_value", "ci_low", "standard_error", "df"]].isna().all().all()
    assert set(table["reason"][4:290]) == {"no_replicates"}
    assert (fit["method"], fit["genes_tested"], fit["residual_df"]) == ("descriptive", 0, 0)
    assert "nothing can be tested" in fit["warnings"][0]["message"]


def test_a_design_of_other_samples_is_refused(expression):
    design = design_of(expression, CONTRAST, SAMPLES)
    fewer = Expression(expression.log2[1:], expression.counts[1:], expression.samples.iloc[1:], expression.genes, {})
    with pytest.raises(ValueError, match="s0"):
        engines.rows_of(fewer, design)


def test_where_hardly_a_gene_varies_the_contrast_is_not_available(expression, tmp_path):
    """Values at a floor: of most genes nothing is left between the samples of a group."""
    log2 = np.where(np.arange(300) < 100, expression.log2, np.tile([3.1, 5.7], 4)[:, None])
    table, fit = compared(Expression(log2, None, expression.samples, expression.genes, {}), {**CONTRAST, "block": []})
    write_table(tmp_path / "differential.tsv", table, DIFFERENTIAL)
    assert table.empty
    assert fit["unavailable"] == ["too few genes vary within the groups for their variances to be compared"]
    assert "not available" in fit["warnings"][0]["message"]


def test_an_analyte_that_does_not_vary_within_the_groups_says_so(expression):
    log2 = expression.log2[:, :9].copy()
    log2[:, 4] = np.tile([3.1, 5.7], 4)
    table, fit = compared(Expression(log2, None, expression.samples, expression.genes.iloc[:9], {}))
    assert table["reason"].to_list() == [*[""] * 4, "no_variation", *[""] * 4]
    assert table["p_value"].isna().to_list() == [reason != "" for reason in table["reason"]]
    assert fit["genes_tested"] == 8
