"""The numbers of the genes of claims, those that the filter left out among them."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome.claims import fits
from secretome.claims.fits import gene_numbers, genes_without_reads, with_genes_kept
from secretome.claims.upper_bound import bound_of_groups
from secretome.comparison.compare import compare

SETTINGS = made_up_counts.settings()
LOW, SILENT, KEPT = "G1", "G2", "G0"


@pytest.fixture(scope="module")
def study():
    """G1 was left out by the filter, and changes as G0 does; G2 has no read."""
    expression = made_up_counts.expression()
    counts = expression.counts.copy()
    counts[:, 2] = 0
    kept = ~expression.genes.index.isin([LOW, SILENT])
    genes = expression.genes.assign(kept=kept, filter_reason=np.where(kept, "", "low_expression"))
    log2 = np.log2((counts + 0.5) / counts[:, 40:].sum(axis=1)[:, None] * 1e6)
    return replace(expression, counts=counts, genes=genes, log2=log2)


@pytest.fixture(scope="module")
def differential(study):
    return compare(study, SETTINGS).differential


def test_a_gene_that_was_named_bypasses_the_filter_and_the_others_keep_their_numbers(study, differential):
    numbers = gene_numbers(study, SETTINGS, differential, [LOW, KEPT])
    before = differential.set_index("gene")
    assert np.isnan(before.loc[LOW, "log2_fold_change"])
    low = numbers.table.loc[LOW]
    assert low["ci_low"] < made_up_counts.CHANGE < low["ci_high"]
    assert (low["reason"], before.loc[LOW, "reason"]) == ("", "low_expression")
    others = before.index.difference([LOW])
    columns = ["log2_fold_change", "ci_low", "ci_high", "standard_error", "df", "reason"]
    pd.testing.assert_frame_equal(numbers.table.loc[others, columns], before.loc[others, columns])
    assert LOW in numbers.fitted.genes
    assert numbers.sizes == {"yes": 4, "no": 4}
    # Of a gene that no claim names nothing is made.
    assert np.isnan(gene_numbers(study, SETTINGS, differential, [KEPT]).table.loc[LOW, "ci_low"])


def test_a_gene_without_reads_has_a_bound_and_no_effect(study, differential):
    numbers = gene_numbers(study, SETTINGS, differential, [SILENT, KEPT])
    silent = numbers.table.loc[SILENT]
    library = study.samples["library_size"].to_numpy(float)
    groups = [np.flatnonzero(study.samples["drug"] == level) for level in ("yes", "no")]
    assert silent["level_at_most"] == pytest.approx(bound_of_groups(library, groups))
    assert silent["reason"] == "not_detected"
    assert np.isnan([silent["log2_fold_change"], silent["ci_low"]]).all()
    assert np.isnan(numbers.table.loc[KEPT, "level_at_most"])


def test_percentiles_of_the_variance_are_among_the_tested_genes(study, differential):
    numbers = gene_numbers(study, SETTINGS, differential, [KEPT])
    variance = pd.Series(numbers.fitted.model.fitted.variance, index=numbers.fitted.model.table.index)
    found = numbers.table["variance_percentile"]
    assert found.notna().sum() == 598
    assert found[variance.idxmax()] == pytest.approx(100 * 597.5 / 598)
    assert found[variance.idxmin()] == pytest.approx(100 * 0.5 / 598)


def test_a_contrast_that_cannot_be_fitted_has_the_numbers_of_its_table(study, differential):
    impossible = made_up_counts.settings({**made_up_counts.CONTRAST, "level": "maybe"})
    numbers = gene_numbers(study, impossible, differential, [LOW])
    assert (numbers.fitted, numbers.sizes) == (None, {})
    assert np.isnan(numbers.table.loc[LOW, "ci_low"])


def test_intensities_have_no_bound(study):
    arrays = replace(study, counts=None)
    differential = compare(arrays, SETTINGS).differential
    numbers = gene_numbers(arrays, SETTINGS, differential, [LOW, SILENT])
    assert numbers.table["level_at_most"].isna().all()
    assert np.isfinite(numbers.table.loc[[LOW, SILENT], "ci_low"]).all()


def test_the_contrast_is_fitted_once_with_the_genes_that_bypass_the_filter(study, differential, monkeypatch):
    fitted = []
    original = fits.fitted_design
    monkeypatch.setattr(fits, "fitted_design", lambda *given: fitted.append(given) or original(*given))
    gene_numbers(study, SETTINGS, differential, [LOW, KEPT, SILENT])
    ((given, *_),) = fitted
    assert given.genes.index[~given.genes["kept"]].to_list() == [SILENT]


def test_genes_are_kept_beside_those_that_the_filter_kept(study):
    kept = with_genes_kept(study, [LOW, "ABSENT"]).genes["kept"]
    assert kept.index[~kept].to_list() == [SILENT]
    pd.testing.assert_series_equal(with_genes_kept(study, []).genes["kept"], study.genes["kept"])


def test_a_gene_is_without_reads_in_the_samples_that_are_looked_at(study):
    counts = study.counts.copy()
    counts[1:, 3] = 0  # the first sample alone has reads of G3
    lone = replace(study, counts=counts)
    asked = [KEPT, SILENT, "G3", "ABSENT"]
    assert genes_without_reads(lone, np.arange(8), asked) == [SILENT]
    assert genes_without_reads(lone, np.arange(1, 8), asked) == [SILENT, "G3"]
    assert genes_without_reads(replace(lone, counts=None), np.arange(8), asked) == []
