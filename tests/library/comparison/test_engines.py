"""Each engine on the same made-up study, and what it hands on."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome.comparison.compare import design_of
from secretome.comparison.engines import Engine, fit_contrast, refitted

PAIRED = {**made_up_counts.CONTRAST, "block": ["donor"]}
RANDOM = {**made_up_counts.CONTRAST, "random_block": "donor"}


def fitted(expression, contrast=made_up_counts.CONTRAST, **settings):
    design = design_of(expression, contrast, made_up_counts.SAMPLES)
    return design, fit_contrast(expression, design, Engine(**settings))


@pytest.mark.parametrize("method", ["voom", "trend", "deseq2"])
@pytest.mark.parametrize("contrast", [made_up_counts.CONTRAST, PAIRED])
def test_every_engine_finds_what_was_planted(method, contrast):
    _, model = fitted(made_up_counts.expression(), contrast, method=method)
    assert model.method == method
    changed = model.table["q_value"] <= 0.05
    assert changed[: made_up_counts.CHANGED].all()
    assert changed[made_up_counts.CHANGED :].mean() < 0.02
    found = model.table["log2_fold_change"][: made_up_counts.CHANGED]
    assert found.mean() == pytest.approx(made_up_counts.CHANGE, abs=0.15)


def test_a_random_block_is_a_correlation_and_gains_what_the_donors_cost():
    expression = made_up_counts.expression(donor_spread=1.0)
    _, alone = fitted(expression)
    design, model = fitted(expression, RANDOM)
    assert 0.5 < model.notes["block_correlation"] < 0.99
    assert model.correlation.shape == (8, 8)
    assert model.correlation[0, 1] == model.notes["block_correlation"]
    assert model.table["standard_error"].median() < 0.7 * alone.table["standard_error"].median()
    _, trended = fitted(replace(expression, counts=None), RANDOM)
    assert trended.notes["block_correlation"] == pytest.approx(model.notes["block_correlation"], abs=0.1)
    assert design.random_block[:2] == ("d0", "d0")


@pytest.mark.parametrize("counted", [True, False])
def test_a_sample_that_is_worse_counts_less(counted):
    expression = made_up_counts.expression()
    random = np.random.default_rng(0)
    noise = np.exp2(random.normal(0, 1.5, made_up_counts.GENES))
    log2, counts = expression.log2.copy(), expression.counts.copy()
    log2[0] += np.log2(noise)
    counts[0] = np.round(counts[0] * noise)
    worse = replace(expression, log2=log2, counts=counts if counted else None)
    _, model = fitted(worse, weigh_samples=True)
    weights = model.notes["sample_weights"]
    assert weights[0] == min(weights) < 0.5 * sorted(weights)[1]
    _, plain = fitted(worse)
    assert model.table["p_value"][:40].median() < plain.table["p_value"][:40].median()


def test_a_handful_of_features_has_ordinary_tests_and_says_so():
    expression = replace(made_up_counts.expression(), counts=None)
    few = replace(expression, log2=expression.log2[:, :9], genes=expression.genes.iloc[:9])
    _, model = fitted(few)
    assert (model.method, model.moderated) == ("ordinary", None)
    assert "fewer than 50" in model.warnings[0]["message"]
    values = few.log2[:, 0]
    yes, no = values[1::2], values[::2]
    pooled = np.sqrt((yes.var(ddof=1) + no.var(ddof=1)) / 2 * 2 / 4)
    assert model.table["statistic"].iloc[0] == pytest.approx((yes.mean() - no.mean()) / pooled)


def test_a_gene_without_reads_has_no_test_and_says_so():
    expression = made_up_counts.expression()
    counts = expression.counts.copy()
    counts[:, 3] = 0
    _, model = fitted(replace(expression, counts=counts), method="deseq2")
    assert model.reasons["G3"] == "not_detected"
    assert np.isnan(model.table["p_value"]["G3"])


def test_a_count_model_takes_no_random_block():
    with pytest.raises(ValueError, match="random block"):
        fitted(made_up_counts.expression(), RANDOM, method="deseq2")


def test_other_values_are_fitted_as_the_first_were():
    design, model = fitted(made_up_counts.expression(), PAIRED)
    pd.testing.assert_frame_equal(refitted(model, design, model.values), model.table)
    shifted = refitted(model, design, model.values + np.arange(8) % 2)
    np.testing.assert_allclose(shifted["log2_fold_change"], model.table["log2_fold_change"] + 1, atol=1e-9)


def test_robust_hyperparameters_spare_the_others_a_few_wild_genes():
    expression = made_up_counts.expression()
    random = np.random.default_rng(0)
    counts = expression.counts.copy()
    counts[:, -20:] = np.round(counts[:, -20:] * np.exp2(random.normal(0, 3, (8, 20))))
    wild = replace(expression, counts=counts)
    _, plain = fitted(wild)
    design, robust = fitted(wild, robust=True)
    assert robust.moderated.prior_df.max() > 1.5 * plain.moderated.prior_df.max()
    assert robust.moderated.prior_df[-20:].max() < robust.moderated.prior_df.max()
    pd.testing.assert_frame_equal(refitted(robust, design, robust.values), robust.table)


@pytest.mark.parametrize(("features", "says"), [(2, "Each feature"), (1, "Each feature"), (0, "No feature")])
def test_few_features_are_said_to_stand_for_themselves_in_the_same_words_each_time(features, says):
    expression = replace(made_up_counts.expression(), counts=None)
    log2 = expression.log2[:, :3].copy()
    log2[:, features:] = np.tile([3.1, 5.7], 4)[:, None]  # the same in all samples of a group
    _, model = fitted(replace(expression, log2=log2, genes=expression.genes.iloc[:3]))
    assert model.warnings[0]["message"].startswith(says)
    assert model.table["p_value"].notna().sum() == features
