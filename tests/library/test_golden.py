"""The bundled studies against R's limma and edgeR; the tables are made by tests/golden/make_golden.py."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.comparison import engines
from secretome.delimited import read_matrix
from secretome.models import contrasts, false_discovery, linear, moderation, rotation, voom
from secretome.normalise import keep_expressed, tmm_factors
from secretome.pathways.camera import camera, camera_fixed
from secretome.pathways.collections import measured_sets
from secretome.pathways.fry import fry
from secretome.pathways.roast import roast

GOLDEN = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(GOLDEN))

import bundled  # noqa: E402

STUDIES = list(bundled.CONTRASTS)
CALLS = {"airway_dexamethasone": 4728, "lncap_androgen": 2717}


def golden(study, table):
    return pd.read_csv(next(GOLDEN.glob(f"{study}.{table}.tsv*")), sep="\t")


@pytest.fixture(scope="module", params=STUDIES)
def study(request):
    return request.param


@pytest.fixture(scope="module")
def model(study):
    return engines.fit_contrast(bundled.prepared(study), bundled.design(study))


def test_the_filter_keeps_the_genes_that_edger_keeps(study, model):
    expression = bundled.prepared(study)
    kept = keep_expressed(expression.counts.T, bundled.SMALLEST_GROUP[study])
    assert (kept == model.tested).all()
    assert expression.genes.index[kept].tolist() == golden(study, "genes")["gene"].tolist()


def test_the_factors_are_those_of_edger(study, model):
    expression = bundled.prepared(study)
    expected = golden(study, "samples")
    assert expression.samples.index.tolist() == expected["sample"].tolist()
    np.testing.assert_allclose(tmm_factors(expression.counts[:, model.tested].T), expected["norm_factor"], rtol=1e-12)
    np.testing.assert_allclose(expression.samples["norm_factor"], expected["norm_factor"], rtol=1e-12)
    np.testing.assert_array_equal(expression.samples["library_size"], expected["library_size"])


def test_every_gene_has_the_numbers_of_limma(study, model):
    expected = golden(study, "genes").set_index("gene")
    table = model.table
    np.testing.assert_allclose(table["log2_fold_change"], expected["logFC"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected["p"]), rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["statistic"], expected["t"], rtol=0, atol=1e-7)
    np.testing.assert_allclose(table["mean_log2_expression"], expected["AveExpr"], rtol=0, atol=1e-8)


def test_no_gene_is_called_otherwise_than_by_limma(study, model):
    theirs = false_discovery.benjamini_hochberg(golden(study, "genes")["p"].to_numpy()) <= 0.05
    ours = model.table["q_value"].to_numpy() <= 0.05
    assert (ours != theirs).sum() == 0
    assert ours.sum() == CALLS[study]


def test_the_gene_sets_have_the_numbers_of_limma(study, model):
    design = bundled.design(study)
    genes = model.table.index.to_list()
    assert list(design.samples) == sorted(design.samples)  # the order that the stage takes, and that R was given
    effects = rotation.rotation_effects(model.values, design.matrix, design.contrast, model.weights, align=False)
    errors = contrasts.unscaled_error(model.fitted, design.contrast)
    expected = golden(study, "sets").set_index("set")
    found = []
    for collection in bundled.collections():
        sets, _ = measured_sets(collection, genes)
        turned = fry(effects, errors, sets, genes, as_limma=True)
        competitive = camera(effects, errors, sets)
        fixed = camera_fixed(effects, errors, sets)
        turned.insert(0, "set", collection.name + "/" + turned["gene_set"])
        turned = turned.assign(camera=competitive["p_value"], correlation=competitive["correlation"])
        found.append(turned.assign(camera_fixed=fixed["p_value"]))
    table = pd.concat(found).set_index("set").loc[expected.index]
    assert len(table) == 64
    assert table["size"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(np.log10(table["p_value"]), np.log10(expected["fry"]), rtol=0, atol=1e-6)
    for competitive in ("camera", "camera_fixed"):
        np.testing.assert_allclose(np.log10(table[competitive]), np.log10(expected[competitive]), rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["correlation"], expected["correlation"], rtol=0, atol=1e-6)
    assert np.where(table["statistic"] > 0, "Up", "Down").tolist() == expected["direction"].tolist()


def test_drawn_rotations_agree_with_those_of_limma(study, model):
    design = bundled.design(study)
    effects = rotation.rotation_effects(model.values, design.matrix, design.contrast, model.weights, align=False)
    expected = golden(study, "sets").set_index("set")
    for collection in bundled.collections():
        sets, _ = measured_sets(collection, model.table.index.to_list())
        table = roast(effects, sets, 1)
        theirs = expected.loc[collection.name + "/" + table["gene_set"]]
        for ours, name in (("p_two_sided", "roast"), ("p_value", "roast_mixed")):
            p = theirs[name].to_numpy()
            # Three Monte Carlo standard errors, and one rotation for the one that was observed.
            allowed = 3 * np.sqrt(p * (1 - p) * (1 / 9_999 + 1 / 99_999)) + 1 / 9_999
            assert (abs(table[ours] - p) <= allowed).all()


def test_the_golden_tables_stay_small():
    assert sum(path.stat().st_size for path in GOLDEN.rglob("*.tsv*")) < 1_500_000


@pytest.mark.parametrize(
    ("name", "kept", "calls"), [("airway_dexamethasone", 15926, 5004), ("lncap_androgen", 10250, 2968)]
)
def test_under_their_ensembl_ids_more_genes_are_called(name, kept, calls):
    """Why our numbers differ from those of a table that nobody named by symbols: ids without one are in it too."""
    made, matrix = bundled.design(name), read_matrix(bundled.BUNDLED / name / "counts.tsv.gz")
    counts = matrix.values[:, [matrix.columns.index(sample) for sample in made.samples]]
    counts = counts[keep_expressed(counts, bundled.SMALLEST_GROUP[name])]
    values, weights = voom.voom(counts, made.matrix, counts.sum(axis=0) * tmm_factors(counts))
    fitted = linear.fit(values, made.matrix, weights)
    table = contrasts.estimate(fitted, made.contrast, moderation.moderate(fitted))
    assert (len(table), int((table["q_value"] <= 0.05).sum())) == (kept, calls)


def test_the_rotation_test_that_leads_stays_near_that_of_limma(study, model):
    """It has no order of the samples in it, limma's has: they cannot agree, but they must tell the same story."""
    made = bundled.design(study)
    effects = rotation.rotation_effects(model.values, made.matrix, made.contrast, model.weights)
    errors = contrasts.unscaled_error(model.fitted, made.contrast)
    expected = golden(study, "sets").set_index("set")["fry"]
    for collection in bundled.collections():
        sets, _ = measured_sets(collection, model.table.index.tolist())
        table = fry(effects, errors, sets, model.table.index.tolist())
        difference = np.log10(table["p_value"]) - np.log10(
            expected[collection.name + "/" + table["gene_set"]].to_numpy()
        )
        assert difference.abs().max() < 0.7
