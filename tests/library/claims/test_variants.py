"""The variants under which verdicts are made again."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome.claims.variants import KINDS, lists_of, variants_of
from secretome.comparison.compare import design_of
from secretome.comparison.engines import Engine, fit_contrast
from secretome.models.borrowing import Borrowing

SETTINGS = made_up_counts.settings()


@pytest.fixture(scope="module")
def study():
    """Half of the genes were left out by a filter, and the libraries are scaled."""
    expression = made_up_counts.expression(size=3)
    kept = np.arange(made_up_counts.GENES) % 2 == 0
    factors = np.linspace(0.8, 1.2, 6)
    samples = expression.samples.assign(norm_factor=factors)
    return replace(expression, samples=samples, genes=expression.genes.assign(kept=kept))


@pytest.fixture(scope="module")
def arrays(study):
    return replace(study, counts=None)


def named(expression, settings=SETTINGS):
    return [(one.kind, one.name) for one in variants_of(expression, settings)]


def variant(expression, name, settings=SETTINGS):
    return next(one for one in variants_of(expression, settings) if one.name == name)


def test_counts_have_all_variants_that_were_declared(study):
    samples = [("sample", f"s{i}") for i in (1, 3, 5, 0, 2, 4)]
    others = [("engine", "trend"), ("engine", "robust"), ("filter", "strict"), ("filter", "none")]
    assert named(study) == [*others, *samples, ("normalisation", "library size")]
    assert {kind for kind, _ in named(study)} < set(KINDS)


@pytest.mark.parametrize(
    ("given", "engines"),
    [
        ({"robust": True}, ["trend", "not robust"]),
        ({"method": "trend"}, ["without trend", "robust"]),
        ({"method": "deseq2"}, ["voom", "trend"]),
    ],
)
def test_the_engine_is_another_one_than_that_of_the_study(study, given, engines):
    settings = {**SETTINGS, **given}
    found = list(variants_of(study, settings))
    assert [one.name for one in found if one.kind == "engine"] == engines
    for one in found:  # each of them can be fitted
        fit_contrast(
            one.expression,
            design_of(one.expression, settings["contrast"], SETTINGS["samples"]),
            Engine.of(one.settings),
        )
        assert one.settings["method"] != "deseq2"


def test_without_counts_the_trend_is_what_is_left_away(arrays):
    assert variant(arrays, "without trend").borrowing == Borrowing(trend=False, robust=False)
    assert variant(arrays, "robust").settings["robust"]
    # Arrays have no other normalisation.
    assert {kind for kind, _ in named(arrays)} == {"engine", "filter", "sample"}


def test_the_strict_filter_keeps_the_upper_half_of_what_was_kept(study):
    strict, every = (variant(study, name).expression.genes["kept"] for name in ("strict", "none"))
    kept = study.genes["kept"]
    levels = pd.Series(study.log2.mean(axis=0), index=study.genes.index)
    assert strict.sum() == kept.sum() / 2
    assert not strict[~kept].any()
    assert levels[strict].min() > levels[kept & ~strict].max()
    assert every.all()
    whole = replace(study, genes=study.genes.assign(kept=True))
    assert ("filter", "none") not in named(whole)


def test_a_sample_is_left_out_where_every_group_keeps_two(study):
    rows = [0, 1, 2, 3, 4]  # three without the drug, two with it
    small = replace(study, log2=study.log2[rows], counts=study.counts[rows], samples=study.samples.iloc[rows])
    left_out = [one for one in variants_of(small, SETTINGS) if one.kind == "sample"]
    assert [one.name for one in left_out] == ["s0", "s2", "s4"]
    for one in left_out:
        assert list(one.expression.samples.index) == [name for name in small.samples.index if name != one.name]
        assert one.expression.log2.shape == one.expression.counts.shape == (4, made_up_counts.GENES)
        pd.testing.assert_frame_equal(one.expression.samples, small.samples.drop(one.name))
    pairs = replace(study, log2=study.log2[:4], counts=study.counts[:4], samples=study.samples.iloc[:4])
    assert not [kind for kind, _ in named(pairs) if kind == "sample"]


def test_only_samples_of_the_groups_compared_are_left_out():
    expression = made_up_counts.expression("no yes other", size=3)
    left_out = [name for kind, name in named(expression) if kind == "sample"]
    assert sorted(left_out) == sorted(expression.samples.index[expression.samples["drug"] != "other"])


def test_of_a_large_group_25_samples_are_left_out_evenly_along_their_order():
    expression = made_up_counts.expression(size=49)
    groups = [expression.samples.index[expression.samples["drug"] == level] for level in ("yes", "no")]
    left_out = [name for kind, name in named(expression) if kind == "sample"]
    assert sorted(left_out) == sorted(name for group in groups for name in group[::2])
    of_25 = made_up_counts.expression(size=25)
    assert sum(kind == "sample" for kind, _ in named(of_25)) == 50


def test_library_sizes_alone_scale_the_counts(study):
    alike = variant(study, "library size").expression
    assert (alike.samples["norm_factor"] == 1).all()
    with_two = (
        study.counts + 2 * (alike.samples["library_size"] / alike.samples["library_size"].mean()).to_numpy()[:, None]
    )
    share = with_two / with_two.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.diff(alike.log2[:2, :2]), np.diff(np.log2(share[:2, :2])))
    plain = replace(study, samples=study.samples.assign(norm_factor=1.0))
    assert "library size" not in [name for _, name in named(plain)]


def test_proteins_have_the_normalisation_that_does_not_lead(arrays):
    shift, other = np.arange(6.0), np.array([0.0, 0, 0, 1, 1, 1])
    proteins = replace(arrays, samples=arrays.samples.assign(shift=shift, other_shift=other))
    raw = arrays.log2 + shift[:, None]
    np.testing.assert_allclose(variant(proteins, "other").expression.log2, raw - other[:, None])
    alike = replace(arrays, samples=arrays.samples.assign(shift=shift, other_shift=shift))
    assert "other" not in [name for _, name in named(alike)]


def test_the_secreted_list_gains_one_class_or_loses_one():
    classes = ["ligand", "secreted", "shed", "high_throughput", "leaderless"]
    found = lists_of(pd.DataFrame({"gene": list("ABCDE"), "secreted_class": classes}))
    more, less = found["with high-throughput"], found["without shed"]
    assert more["secreted_class"].to_list() == ["ligand", "secreted", "shed", "secreted", "leaderless"]
    assert less["gene"].to_list() == ["A", "B", "D", "E"]
