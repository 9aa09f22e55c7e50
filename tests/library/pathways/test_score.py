"""The pathway tables of a simulated study."""

import numpy as np
import pandas as pd
import pytest

from secretome.expression import Expression, unavailable
from secretome.normalise import log2_cpm, tmm_factors
from secretome.pathways.collections import Collection
from secretome.pathways.score import score_pathways
from secretome.tables import PATHWAYS, SCORES, SIGNALS, write_table

GENES = [f"G{i}" for i in range(400)]
HALLMARK = Collection(
    "hallmark",
    {
        "MOVES": dict.fromkeys(GENES[:25], 1.0),
        "RESTS": dict.fromkeys(GENES[100:140], 1.0),
        "SMALL": dict.fromkeys(GENES[:5], 1.0),
    },
    weighted=False,
)
PROGENY = Collection(
    "progeny",
    {"Up": dict.fromkeys(GENES[:20], 2.0), "Down": {**dict.fromkeys(GENES[:20], -1.0), "G300": 1.0}},
    weighted=True,
)
PANEL = {
    "signals": {
        "akt": {"speakers": [{"collection": "hallmark", "gene_set": "RESTS"}], "confounders": "", "note": ""},
        "il6": {
            "speakers": [
                {"collection": "hallmark", "gene_set": "MOVES"},
                {"collection": "progeny", "gene_set": "Up"},
            ],
            "confounders": "",
            "note": "",
        },
        "gone": {"speakers": [{"collection": "hallmark", "gene_set": "SMALL"}], "confounders": "", "note": ""},
    }
}


def simulated(samples):
    rng = np.random.default_rng(1)
    counts = rng.negative_binomial(20, 20 / (20 + rng.uniform(50, 500, (1, 400)) * np.ones((samples, 1)))).astype(float)
    counts[1::2, :25] *= 3
    factors = tmm_factors(counts.T)
    names = pd.Index([f"s{i}" for i in range(samples)], dtype=object)
    sheet = pd.DataFrame({"drug": ["no", "yes"] * (samples // 2)}, index=names, dtype=object)
    sheet = sheet.assign(library_size=counts.sum(axis=1), norm_factor=factors)
    genes = pd.DataFrame({"gene_id": "", "kept": True, "filter_reason": ""}, index=pd.Index(GENES, dtype=object))
    return Expression(log2_cpm(counts.T, factors).T, counts, sheet, genes, {})


def settings():
    contrast = {"variable": "drug", "level": "yes", "reference": "no"}
    samples = {"id": "sample"}
    return {
        "contrast": contrast,
        "samples": samples,
        "method": "auto",
        "weigh_samples": False,
        "robust": False,
        "thresholds": {"fdr": 0.05},
        "seed": 1,
        "panel": PANEL,
    }


@pytest.fixture(scope="module")
def scored():
    return score_pathways(simulated(8), [HALLMARK, PROGENY], settings())


def row(table, gene_set, method):
    return table[(table["gene_set"] == gene_set) & (table["method"] == method)].iloc[0]


def test_the_tables_keep_their_contracts(scored, tmp_path):
    write_table(tmp_path / "pathways.tsv", scored.pathways, PATHWAYS)
    write_table(tmp_path / "signals.tsv", scored.signals, SIGNALS)
    write_table(tmp_path / "scores.tsv", scored.scores, SCORES)


def test_each_collection_has_its_methods(scored):
    methods = scored.pathways.groupby("collection")["method"].unique().map(set)
    assert methods["hallmark"] == {"fry", "camera", "gsea"}
    assert methods["progeny"] == {"fry", "score"}
    assert scored.pathways.set_index("method")["calibrated"].groupby("method").first().to_dict() == {
        "camera": True,
        "fry": True,
        "gsea": False,
        "score": True,
    }


def test_the_set_that_moves_is_found_by_all_and_the_other_by_none(scored):
    for method in ("fry", "camera", "gsea"):
        assert row(scored.pathways, "MOVES", method)["q_value"] < 0.05
        assert row(scored.pathways, "RESTS", method)["q_value"] > 0.05
    lead = row(scored.pathways, "MOVES", "fry")
    assert lead["ci_low"] < np.log2(3) - 0.1 < lead["ci_high"]
    assert lead["size"] == 25
    assert row(scored.pathways, "MOVES", "camera")["correlation"] < 0.5


def test_a_footprint_falls_where_its_weights_are_negative(scored):
    for method in ("fry", "score"):
        assert row(scored.pathways, "Up", method)["effect"] > 0.5
        assert row(scored.pathways, "Down", method)["effect"] < -0.5
    means = scored.scores[scored.scores["gene_set"] == "Up"].set_index("sample")["score"]
    difference = means[["s1", "s3", "s5", "s7"]].mean() - means[["s0", "s2", "s4", "s6"]].mean()
    assert difference == pytest.approx(row(scored.pathways, "Up", "score")["effect"])


def test_the_signals_get_their_verdicts(scored):
    assert scored.signals.set_index("signal")["verdict"].to_dict() == {
        "akt": "no_evidence",
        "il6": "up",
        "gone": "not_testable",
    }


def test_small_sets_are_counted_and_the_drawn_ones_have_curves(scored):
    assert scored.dropped == {"hallmark": {"SMALL": 5}, "progeny": {}}
    assert [(curve["collection"], curve["gene_set"]) for curve in scored.curves] == [
        ("hallmark", "RESTS"),
        ("hallmark", "MOVES"),
    ]
    assert len(scored.curves[1]["ranks"]) == 25


def test_camera_is_not_printed_with_few_degrees_of_freedom():
    scored = score_pathways(simulated(4), [HALLMARK], settings())
    assert set(scored.pathways["method"]) == {"fry", "gsea"}


def test_neither_the_order_of_the_samples_nor_chance_matters(scored):
    expression = simulated(8)
    order = [3, 0, 6, 5, 1, 7, 2, 4]
    moved = Expression(
        expression.log2[order], expression.counts[order], expression.samples.iloc[order], expression.genes, {}
    )
    again = score_pathways(moved, [HALLMARK, PROGENY], settings())
    pd.testing.assert_frame_equal(scored.pathways, again.pathways, rtol=1e-6)


def test_an_unavailable_study_gives_no_rows(tmp_path):
    scored = score_pathways(unavailable(["gone"], {}), [HALLMARK], settings())
    write_table(tmp_path / "pathways.tsv", scored.pathways, PATHWAYS)
    assert scored.signals.empty
    assert scored.scores.empty
    assert scored.curves == []


def test_where_no_set_can_be_measured_the_tables_are_empty(tmp_path):
    scored = score_pathways(simulated(8), [Collection("hallmark", {"X": {"NONE": 1.0}}, False)], settings())
    write_table(tmp_path / "pathways.tsv", scored.pathways, PATHWAYS)
    assert scored.pathways.empty
    assert set(scored.signals["verdict"]) == {"not_testable"}


def test_where_hardly_a_gene_varies_the_tables_are_empty():
    expression = simulated(8)
    log2 = np.where(np.arange(400) < 100, expression.log2, np.tile([3.1, 5.7], 4)[:, None])
    scored = score_pathways(Expression(log2, None, expression.samples, expression.genes, {}), [HALLMARK], settings())
    assert scored.pathways.empty
    assert scored.signals.empty


@pytest.mark.parametrize("whole", [0, 20])
def test_where_hardly_a_protein_has_all_values_gene_sets_are_not_tested(whole):
    expression = simulated(8)
    log2 = expression.log2.copy()
    gaps = np.arange(whole, 400)
    log2[gaps % 8, gaps] = np.nan
    proteins = Expression(log2, None, expression.samples, expression.genes, {})
    scored = score_pathways(proteins, [HALLMARK, PROGENY], settings())
    assert scored.pathways.empty
    assert set(scored.signals["verdict"]) == {"not_testable"}
    assert set(scored.signals["note"]) == {
        "Nothing was tested: too few features were measured in every sample for gene sets."
    }
