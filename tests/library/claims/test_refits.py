"""What claims are estimated as under each variant."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome.claims.estimates import estimate_claims
from secretome.claims.refits import CLAIM_VARIANTS, claim_variants
from secretome.claims.variants import variants_of
from secretome.comparison.compare import design_of, differential_table
from secretome.comparison.engines import Engine, fit_contrast
from secretome.expression import unavailable
from secretome.tables import PATHWAYS, SIGNALS, empty_table, write_table

SETTINGS = {**made_up_counts.settings(), "thresholds": {"fdr": 0.05}}
NUMBERS = ["effect", "ci_low", "ci_high"]
LOW, LONE = "G50", "G60"


def asked(claim, direction="up", **feature):
    return {"paper": "p", "claim": claim, "feature": feature, "direction": direction}


CLAIMS = [
    asked("gene", gene="G0"),
    asked("low", gene=LOW),
    asked("lone", gene=LONE),
    asked("mean", genes=["G0", "G1", LOW], rule="mean"),
    asked("share", "either", share_of="secreted", changed_by=1.0),
]


@pytest.fixture(scope="module")
def study():
    """G50 was left out by the filter; of G60 only s1 has reads; the libraries are scaled."""
    expression = made_up_counts.expression()
    counts = expression.counts.copy()
    counts[np.arange(8) != 1, 60] = 0
    kept = ~expression.genes.index.isin([LOW])
    genes = expression.genes.assign(kept=kept, filter_reason=np.where(kept, "", "low_expression"))
    samples = expression.samples.assign(norm_factor=np.linspace(0.9, 1.1, 8))
    return replace(expression, counts=counts, genes=genes, samples=samples)


def tables_of(expression, settings=SETTINGS):
    classes = {**dict.fromkeys(range(10), "ligand"), **dict.fromkeys(range(10, 14), "shed")}
    classes |= dict.fromkeys(range(100, 110), "secreted") | dict.fromkeys(range(110, 130), "high_throughput")
    named = {"gene": [f"G{i}" for i in classes], "secreted_class": list(classes.values())}
    design = design_of(expression, settings["contrast"], settings["samples"])
    differential = differential_table(expression, design, fit_contrast(expression, design, Engine.of(settings)))
    nothing = {contract.name: empty_table(contract) for contract in (PATHWAYS, SIGNALS)}
    return {"differential": differential, "secretome": pd.DataFrame(named), **nothing}


def again(expression, claims=CLAIMS, settings=SETTINGS, tables=None, sets=None):
    tables = tables_of(expression, settings) if tables is None else tables
    estimates = estimate_claims(expression, settings, claims, tables)
    return claim_variants(expression, settings, claims, tables, estimates, sets or {})


@pytest.fixture(scope="module")
def found(study):
    return again(study)


def test_a_variant_has_the_numbers_of_the_study_that_it_stands_for(study, found, tmp_path):
    write_table(tmp_path / "variants.tsv", found, CLAIM_VARIANTS)
    for variant in variants_of(study, SETTINGS):
        changed, settings = variant.expression, {**SETTINGS, **variant.settings}
        expected = estimate_claims(changed, settings, CLAIMS, tables_of(changed, settings)).set_index("claim")
        rows = found[(found["kind"] == variant.kind) & (found["variant"] == variant.name)].set_index("claim")
        assert list(rows.index) == [one["claim"] for one in CLAIMS]
        for claim, row in rows[rows["problem"] == ""].iterrows():
            assert tuple(row[NUMBERS]) == pytest.approx(tuple(expected.loc[claim, NUMBERS])), (variant.name, claim)
        assert not {"gene", "mean", "share"} & set(rows.index[rows["problem"] != ""])


def test_without_trend_is_limma_with_one_prior(study):
    arrays = replace(study, counts=None)
    rows = again(arrays).query("variant == 'without trend'").set_index("claim")
    lead = tables_of(arrays)["differential"].set_index("gene").loc["G0"]
    assert rows.loc["gene", "effect"] == pytest.approx(lead["log2_fold_change"])
    assert rows.loc["gene", "ci_high"] != pytest.approx(lead["ci_high"], rel=1e-6)


def test_a_gene_that_the_filter_left_out_is_estimated_under_every_variant(found):
    low = found[found["claim"] == "low"]
    assert (low["problem"] == "").all()
    assert len(low) == 13  # two engines, two filters, eight samples, one normalisation


def test_a_gene_without_reads_but_in_the_sample_left_out_is_not_estimated(found):
    lone = found[(found["claim"] == "lone") & (found["problem"] != "")]
    assert lone[["kind", "variant", "problem"]].to_numpy().tolist() == [
        ["sample", "s1", f"{LONE}: not detected in either group"]
    ]
    assert lone[NUMBERS].isna().all(axis=None)


def test_shares_alone_are_estimated_with_other_lists(study, found):
    lists = found[found["kind"] == "secreted list"].set_index(["claim", "variant"])
    assert list(lists.index) == [("share", "with high-throughput"), ("share", "without shed")]
    # 14 of 24 secreted genes were made to rise; none of 20 high-throughput ones; all 4 shed ones.
    assert lists["effect"].to_list() == pytest.approx([14 / 44, 10 / 20], abs=0.05)


@pytest.fixture
def signal():
    row = pd.DataFrame([{**dict.fromkeys(SIGNALS.columns, ""), "signal": "akt", "verdict": "up"}])
    row[NUMBERS] = [0.4, 0.2, 0.6]
    return row


def test_a_signal_has_the_interval_of_its_set_under_each_variant(study, signal):
    claims = [asked("akt", signal="akt"), asked("still", gene="G200")]
    tables = {**tables_of(study), "signals": signal}
    rows = again(study, claims, tables=tables, sets={("p", "akt"): {f"G{i}": 1.0 for i in range(30)}})
    of_set, of_gene = (rows[rows["claim"] == claim] for claim in ("akt", "still"))
    assert of_set["variant"].to_list() == of_gene["variant"].to_list()
    assert (set(of_set["panel"]), set(of_gene["panel"])) == ({"up"}, {""})
    assert of_set["effect"].between(1.8, 2.2).all()
    assert ((of_set["ci_low"] > 1.5) & (of_set["ci_high"] < 2.5)).all()


def test_claims_without_an_interval_and_those_without_their_set_are_not_varied(study, signal):
    tables = {**tables_of(study), "signals": signal}
    assert again(study, [asked("akt", signal="akt"), asked("absent", gene="NONE")], tables=tables).empty
    nothing = again(unavailable(["gone"], {}), tables={**tables, "differential": tables["differential"][:0]})
    assert nothing.empty
    assert list(nothing.columns) == list(CLAIM_VARIANTS.columns)


def test_a_design_that_does_not_bear_the_loss_of_a_sample_says_so():
    """Of the samples without the drug s2 alone is in the batch of those with it."""
    whole = made_up_counts.expression(size=3)
    sheet = whole.samples.assign(drug=["no"] * 3 + ["yes"] * 3, batch=["a", "a", *"bbbb"])
    settings = {**SETTINGS, "contrast": {**made_up_counts.CONTRAST, "block": ["batch"]}}
    rows = again(replace(whole, samples=sheet), [asked("gene", gene="G100")], settings)
    problems = rows[rows["kind"] == "sample"].set_index("variant")["problem"]
    assert problems.index[problems != ""].to_list() == ["s2"]
    assert "batch" in problems["s2"]


def test_the_order_of_samples_and_genes_changes_nothing(study, found):
    turned = made_up_counts.turned(study)
    order = ["claim", "kind", "variant"]
    first, second = (one.sort_values(order).reset_index(drop=True) for one in (found, again(turned)))
    pd.testing.assert_frame_equal(first, second, rtol=1e-7)
