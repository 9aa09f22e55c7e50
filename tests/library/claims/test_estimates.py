"""What one contrast says of the features of claims."""

import re
from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome.claims import features
from secretome.claims.estimates import ESTIMATES, estimate_claims
from secretome.comparison.compare import compare
from secretome.expression import unavailable
from secretome.tables import SECRETOME, empty_table, write_table

SETTINGS = {**made_up_counts.settings(), "thresholds": {"fdr": 0.05}}
NO_SETS = pd.DataFrame(columns=["collection", "gene_set", "method", "size", "effect", "ci_low", "ci_high"])
NO_SIGNALS = pd.DataFrame(columns=["signal", "verdict", "effect", "ci_low", "ci_high", "note"])


def asked(claim, direction="up", **feature):
    return {"paper": "p", "claim": claim, "feature": feature, "direction": direction}


@pytest.fixture(scope="module")
def study():
    """The first 40 genes rise four-fold; G50 was filtered and is measured, G51 has no read."""
    expression = made_up_counts.expression()
    counts = expression.counts.copy()
    counts[:, 51] = 0
    kept = ~expression.genes.index.isin(["G50", "G51"])
    genes = expression.genes.assign(kept=kept, filter_reason=np.where(kept, "", "low_expression"))
    return replace(expression, counts=counts, genes=genes)


@pytest.fixture(scope="module")
def tables(study):
    differential = compare(study, SETTINGS).differential
    named = {"gene": [f"G{i}" for i in (*range(10), *range(100, 110))], "secreted_class": "ligand"}
    secretome = pd.DataFrame(named, columns=["gene", "secreted_class"])
    return {"differential": differential, "secretome": secretome, "pathways": NO_SETS, "signals": NO_SIGNALS}


def estimate(study, tables, *claims):
    return estimate_claims(study, SETTINGS, claims, tables).set_index("claim")


def test_one_gene_has_the_numbers_of_the_table(study, tables, tmp_path):
    found = estimate(study, tables, asked("up", gene="G0"), asked("down", "down", gene="G0"))
    write_table(tmp_path / "claims.tsv", found.reset_index(), ESTIMATES)
    gene = tables["differential"].set_index("gene").loc["G0"]
    for claim in ("up", "down"):  # as measured, whatever the claim says
        row = found.loc[claim]
        assert (row["effect"], row["ci_low"], row["ci_high"]) == tuple(gene[["log2_fold_change", "ci_low", "ci_high"]])
        assert (row["n_level"], row["n_reference"], row["problem"]) == (4, 4, "")
        assert row["expression_percentile"] == gene["expression_percentile"]
        assert row["genes"] == ""  # the effect itself, and no repetition
    assert found.loc["up", "percentile"] > 90 > 10 > found.loc["down", "percentile"]
    assert 0 < found.loc["up", "variance_percentile"] < 100


def test_the_samples_of_each_side_are_counted(study):
    rows = np.flatnonzero(study.samples.index != study.samples.index[study.samples["drug"] == "no"][0])
    fewer = replace(study, log2=study.log2[rows], counts=study.counts[rows], samples=study.samples.iloc[rows])
    tables = {"differential": compare(fewer, SETTINGS).differential, "pathways": NO_SETS, "signals": NO_SIGNALS}
    (row,) = estimate_claims(fewer, SETTINGS, [asked("one", gene="G0")], tables).to_dict("records")
    assert (row["n_level"], row["n_reference"]) == (4, 3)


def test_several_genes_decide_by_their_rule(study, tables):
    genes = ["G0", "G1", "G200"]
    rules = {rule: asked(rule, genes=genes, rule=rule) for rule in ("all", "mean", "any")}
    down = asked("down", "down", genes=genes, rule="all")
    still = asked("still", "none", genes=genes, rule="all")
    found = estimate(study, tables, *rules.values(), down, still)
    table = tables["differential"].set_index("gene").loc[genes]
    given = [table[name].to_numpy(float) for name in ("log2_fold_change", "standard_error", "df")]
    columns = ["effect", "ci_low", "ci_high"]
    assert tuple(found.loc["all", columns]) == pytest.approx(features.of_all(*given))
    assert tuple(found.loc["any", columns]) == pytest.approx(features.of_any(*given, 3))
    turned = features.of_all(-given[0], given[1], given[2])
    assert tuple(found.loc["down", columns]) == pytest.approx((-turned.effect, -turned.high, -turned.low))
    assert found.loc["mean", "effect"] == pytest.approx(given[0].mean())
    assert found.loc["mean", "ci_low"] < given[0].mean() < found.loc["mean", "ci_high"]
    # The worst gene decides: its own level and variance are those that are shown.
    assert found.loc["all", "expression_percentile"] == table.loc["G200", "expression_percentile"]
    assert found.loc["any", "expression_percentile"] != table.loc["G200", "expression_percentile"]
    low, high = features.limits(*given)
    assert found.loc["all", "genes"].startswith(f"G0 +{given[0][0]:.2f} (+{low[0]:.2f} to +{high[0]:.2f}); G1 ")
    assert re.search(r"\(−\d", found.loc["all", "genes"])
    assert "-" not in found.loc["all", "genes"]
    assert tuple(found.loc["still", columns[1:]]) == pytest.approx((low.min(), high.max()))


def test_a_gene_that_the_filter_left_out_is_estimated_and_one_without_reads_is_bounded(study, tables):
    found = estimate(study, tables, asked("low", gene="G50"), asked("none", gene="G51"))
    assert found.loc["low", "problem"] == ""
    assert found.loc["low", "ci_low"] < 0 < found.loc["low", "ci_high"]
    silent = found.loc["none"]
    assert np.isnan([silent["effect"], silent["ci_low"]]).all()
    bound = silent["level_at_most"]
    assert silent["problem"] == f"G51: not detected in either group (at most {bound:.2g} counts per million)"


def test_genes_that_were_not_measured_are_told(study, tables):
    rules = [asked(rule, genes=["G0", "G1", "ABSENT"], rule=rule) for rule in ("all", "mean", "any")]
    found = estimate(study, tables, asked("one", gene="ABSENT"), *rules)
    assert found["problem"].to_dict() == {
        "one": "ABSENT was not measured",
        "all": "ABSENT was not measured",
        "mean": "",
        "any": "",
    }
    assert all("ABSENT not measured" in text for text in found["genes"].drop("one"))
    # Too few to stand for all of them.
    most = asked("mean", genes=["G0", "A", "B", "C"], rule="mean")
    assert estimate(study, tables, most).loc["mean", "problem"] != ""


def test_without_replicates_the_effect_is_shown_and_nothing_is_tested(study, tables):
    contrast = {**made_up_counts.CONTRAST, "descriptive": True}
    rows = [int(np.flatnonzero(study.samples["drug"] == level)[0]) for level in ("no", "yes")]
    single = replace(study, log2=study.log2[rows], counts=study.counts[rows], samples=study.samples.iloc[rows])
    settings = {**SETTINGS, "contrast": contrast}
    described = {**tables, "differential": compare(single, settings).differential}
    claims = [asked("one", gene="G0"), asked("mean", genes=["G0", "G1"], rule="mean")]
    found = estimate_claims(single, settings, claims, described).set_index("claim")
    assert found["effect"].between(1, 3).all()
    assert found["ci_low"].isna().all()
    assert all("n = 1" in problem for problem in found["problem"])


def test_the_share_of_secreted_genes_that_change(study, tables):
    claims = [asked(way, way, share_of="secreted", changed_by=1.0) for way in ("either", "up", "down")]
    found = estimate(study, tables, *claims)
    # Ten of the twenty were made to rise.
    assert found.loc["up", "ci_low"] <= 0.5 <= found.loc["up", "ci_high"]
    assert found.loc["up", "ci_low"] > 0.2
    assert found.loc["down", "effect"] == found.loc["down", "ci_high"] == 0
    assert "of 20 secreted genes 10 up and 0 down" in found.loc["either", "genes"]
    others = tables["differential"][~tables["differential"]["gene"].isin(tables["secretome"]["gene"])]
    share = (others["log2_fold_change"].dropna().abs() >= 1).mean()
    assert found.loc["either", "genes"].endswith(f", {share:.1%} of the other genes")
    nothing = {**tables, "secretome": empty_table(SECRETOME)}
    assert estimate(study, nothing, claims[0]).loc["either", "problem"] == "no secreted gene was tested"


def test_gene_sets_and_signals_have_the_numbers_of_their_tables(study, tables):
    sets = pd.DataFrame(
        [
            ["h", "S", "fry", 90, 0.5, 0.3, 0.7],
            ["h", "S", "relative", 90, 0.1, -0.1, 0.3],
            ["g", "S", "fry", 9, 0, 0, 0],
        ],
        columns=NO_SETS.columns,
    )
    signals = pd.DataFrame(
        [["akt", "up", 0.4, 0.2, 0.6, "a note. more"], ["met", "not_testable", *[np.nan] * 3, "No set speaks. More."]],
        columns=NO_SIGNALS.columns,
    )
    claims = [asked("set", gene_set="S", collection="h"), asked("gone", gene_set="T", collection="h")]
    claims += [asked("akt", signal="akt"), asked("met", signal="met"), asked("new", signal="new")]
    found = estimate(study, {**tables, "pathways": sets, "signals": signals}, *claims)
    assert tuple(found.loc["set", ["effect", "ci_low", "ci_high"]]) == (0.5, 0.3, 0.7)
    assert found.loc["set", "warnings"] == "its genes move no more than others of like expression"
    assert tuple(found.loc["akt", ["effect", "ci_low", "ci_high", "panel"]]) == (0.4, 0.2, 0.6, "up")
    problems = found.loc[["gone", "met", "new"], "problem"].to_list()
    assert problems == [
        "the gene set was not tested here",
        "No set speaks",
        "the gene sets of the signal were not tested",
    ]


def test_of_a_study_that_cannot_be_had_nothing_is_estimated(tables, tmp_path):
    found = estimate_claims(unavailable(["gone"], {}), SETTINGS, [asked("one", gene="G0")], tables)
    write_table(tmp_path / "claims.tsv", found, ESTIMATES)
    assert found.empty


def test_the_order_of_samples_and_genes_changes_nothing(study, tables):
    claims = [asked("mean", genes=["G0", "G1", "G50"], rule="mean"), asked("low", gene="G50")]
    turned = made_up_counts.turned(study)
    same = {**tables, "differential": compare(turned, SETTINGS).differential}
    columns = [name for name, kind in ESTIMATES.columns.items() if kind == "number"]
    first, second = (estimate(*given, *claims)[columns] for given in ((study, tables), (turned, same)))
    pd.testing.assert_frame_equal(first, second, rtol=1e-7)
