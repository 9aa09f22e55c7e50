"""Filter, normalisation factors and log2 CPM against edgeR and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.normalise import keep_expressed, log2_cpm, tmm_factors

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def counts():
    return pd.read_csv(GOLDEN / "simulated.counts.tsv", sep="\t", index_col="gene")


@pytest.fixture(scope="module")
def genes():
    return pd.read_csv(GOLDEN / "simulated.genes.tsv", sep="\t", index_col="gene")


def test_the_filter_keeps_what_edger_keeps(counts, genes):
    kept = keep_expressed(counts.to_numpy(), 3)
    assert 0 < kept.sum() < len(counts)
    assert counts.index[kept].tolist() == genes.index.tolist()


def test_the_factors_are_those_of_edger(counts, genes):
    expected = pd.read_csv(GOLDEN / "simulated.samples.tsv", sep="\t")["norm_factor"]
    factors = tmm_factors(counts.loc[genes.index].to_numpy())
    np.testing.assert_allclose(factors, expected, rtol=1e-12)
    assert np.prod(factors) == pytest.approx(1)


def test_log2_cpm_is_that_of_edger(counts, genes):
    kept = counts.loc[genes.index].to_numpy()
    log2 = log2_cpm(kept, tmm_factors(kept))
    np.testing.assert_allclose(log2[:, [0, 6]], genes[["log2_1", "log2_7"]], atol=1e-10)


def test_ten_reads_in_the_median_library_are_enough_and_nine_are_not():
    counts = np.full((3, 3), 10)
    counts[2] = [999_980, 999_980, 999_980]
    counts[1, 0] = 9
    counts[2, 0] += 1
    assert keep_expressed(counts, 3).tolist() == [True, False, True]
    assert keep_expressed(counts, 2).tolist() == [True, True, True]


def test_of_a_large_group_only_a_part_must_express_a_gene():
    # 20 samples: 10 + 0.7 × 10 = 17 of them.
    counts = np.full((3, 20), 1000)
    counts[0, 17:] = 0
    counts[1, 16:] = 0
    assert keep_expressed(counts, 20).tolist() == [True, False, True]


def test_fifteen_reads_in_all_are_needed():
    counts = np.array([[14, 0, 0], [15, 0, 0], [500, 500, 500]])
    assert keep_expressed(counts, 1).tolist() == [False, True, True]


def test_a_library_of_twice_the_depth_has_the_same_expression():
    counts = np.random.default_rng(0).poisson(np.random.default_rng(1).uniform(50, 500, (200, 1)), (200, 2))
    counts[:, 1] = 2 * counts[:, 0]
    np.testing.assert_allclose(tmm_factors(counts), 1)
    log2 = log2_cpm(counts, np.ones(2))
    np.testing.assert_allclose(log2[:, 0], log2[:, 1])


def test_a_few_changing_genes_do_not_move_the_others():
    rng = np.random.default_rng(2)
    means = rng.uniform(50, 500, 500)
    counts = np.stack([means, means], axis=1).round()
    counts[:20, 1] *= 50
    log2 = log2_cpm(counts, tmm_factors(counts))
    assert np.abs(log2[20:, 1] - log2[20:, 0]).max() < 0.1


def test_samples_can_stand_in_any_order(counts):
    order = [3, 1, 6, 0, 2, 5, 4]
    values = counts.to_numpy()
    np.testing.assert_allclose(tmm_factors(values)[order], tmm_factors(values[:, order]))
    assert (keep_expressed(values, 3) == keep_expressed(values[:, order], 3)).all()


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (np.zeros((0, 3)), "genes × samples"),
        (np.array([[1.0, np.nan]]), "finite"),
        (np.array([[1.0, -1.0]]), "negative"),
        (np.array([[1.0, 0.0]]), "no reads"),
    ],
)
def test_what_are_no_counts_is_refused(counts, says):
    for function in (lambda: keep_expressed(counts, 1), lambda: tmm_factors(counts)):
        with pytest.raises(ValueError, match=says):
            function()


def test_a_group_without_samples_is_refused():
    with pytest.raises(ValueError, match="smallest group"):
        keep_expressed(np.ones((2, 2)), 0)
