"""How stable verdicts are."""

from dataclasses import replace

import made_up_counts
import numpy as np
import pandas as pd
import pytest

from secretome.claims.check import CLAIMS, Results, check_claims
from secretome.claims.estimates import estimate_claims
from secretome.claims.files import complete
from secretome.claims.refits import CLAIM_VARIANTS, claim_variants
from secretome.claims.stability import CLAIM_STABILITY, COUNTS, WORDS, stability_of
from secretome.claims.variants import KINDS
from secretome.claims.where import asked_of
from secretome.comparison.compare import compare
from secretome.tables import NUMBER, PATHWAYS, SECRETOME, SIGNALS, empty_table, write_table

HERE = ("study", "drug")


def claim(low=1.2, high=2.2, verdict="supported", direction="up", kind="effect", **given):
    numbers = {name: np.nan for name, of in CLAIMS.columns.items() if of == NUMBER}
    words = {name: "" for name, of in CLAIMS.columns.items() if of != NUMBER}
    told = {"paper": "p", "claim": "c", "study": "study", "contrast": "drug", "kind": kind, "direction": direction}
    interval = {"effect": (low + high) / 2, "ci_low": low, "ci_high": high, "smallest_effect": 1.0}
    return pd.DataFrame([{**numbers, **words, **told, **interval, "verdict": verdict, **given}])


def variants(*intervals, panel=""):
    rows = [
        {"paper": "p", "claim": "c", "kind": "sample", "variant": f"s{i}", "panel": panel}
        | {"problem": "" if np.isfinite(low) else "no reads"}
        | {"effect": (low + high) / 2, "ci_low": low, "ci_high": high}
        for i, (low, high) in enumerate(intervals)
    ]
    return pd.DataFrame(rows, columns=list(CLAIM_VARIANTS.columns))


def stability(lead, again):
    (row,) = stability_of(lead, {HERE: again}).to_dict("records")
    assert row["variants"] == sum(row[name] for name in COUNTS[2:])
    return row


def counts(row):
    return [row[name] for name in COUNTS]


@pytest.mark.parametrize(
    ("interval", "column", "words"),
    [
        ((1.1, 2.0), "same", ""),
        ((0.2, 3.2), "lost_precision", "direction only without s0 (precision lost)"),
        ((-0.1, 3.3), "lost_precision", "inconclusive without s0 (precision lost)"),
        ((0.6, 1.2), "other", "direction only without s0"),  # the estimate itself moved
        ((-2.0, 0.5), "sign_flips", "inconclusive without s0 (sign flips)"),
        ((-2.0, -0.5), "sign_flips", "contradicted without s0 (sign flips)"),
        ((np.nan, np.nan), "not_estimated", "not estimated without s0"),
    ],
)
def test_each_variant_counts_once(interval, column, words, tmp_path):
    row = stability(claim(), variants(interval))
    assert row["variants"] == row["samples_left_out"] == row[column] == 1
    assert row["verdict_differs_in"] == words
    write_table(tmp_path / "stability.tsv", pd.DataFrame([row]), CLAIM_STABILITY)


def test_a_claim_on_a_fall_is_the_mirror_image():
    fall = claim(-2.2, -1.2, direction="down")
    mirrored = [(-2.0, -1.1), (-3.2, -0.2), (-0.5, 2.0), (0.5, 2.0)]
    rise = stability(claim(), variants(*((-high, -low) for low, high in mirrored)))
    assert stability(fall, variants(*mirrored)) == rise


def test_an_estimate_that_strays_around_zero_has_no_sign_to_flip():
    lead = claim(-1.5, 1.3, "inconclusive")
    row = stability(lead, variants((-1.2, 1.4), (0.1, 0.9), (-0.8, 0.9)))
    assert (row["same"], row["sign_flips"], row["other"]) == (1, 1, 1)
    told = "smaller than claimed without s1 (sign flips); no effect of that size without s2"
    assert row["verdict_differs_in"] == told


def test_a_share_is_above_zero_and_a_claim_of_no_change_has_its_own_verdicts():
    share = claim(0.04, 0.12, kind="share", direction="down", smallest_effect=0.1, verdict="direction_only")
    row = stability(share, variants((0.05, 0.13), (0.11, 0.2)))
    assert (row["same"], row["verdict_differs_in"]) == (1, "supported without s1")
    still = claim(-0.4, 0.3, kind="equivalence", direction="none")
    row = stability(still, variants((-0.2, 0.5), (-1.3, 1.2), (1.1, 1.8)))
    told = "inconclusive without s1 (precision lost); contradicted without s2 (sign flips)"
    assert (row["same"], row["verdict_differs_in"]) == (1, told)


def test_a_variant_that_changes_no_number_is_not_counted():
    row = stability(claim(), variants((1.2, 2.2), (1.2, 2.2000001)))
    assert (row["variants"], row["same"]) == (1, 1)


def test_variants_with_one_verdict_are_named_together_in_their_order():
    again = variants((0.2, 3.2), (0.3, 3.3), (1.1, 2.3), (0.1, 3.4))
    again.loc[1, ["kind", "variant"]] = ["filter", "strict"]
    row = stability(claim(), again)
    assert counts(row) == [4, 3, 1, 0, 3, 0, 0]
    assert row["verdict_differs_in"] == "direction only with a strict filter and without s0 and s3 (precision lost)"


def test_every_variant_has_its_words():
    assert {kind for kind, _ in WORDS} == set(KINDS) - {"sample"}


def test_a_signal_is_not_said_against_its_panel():
    again = variants((0.1, 1.5), (0.2, 1.4), panel="no_evidence")
    row = stability(claim(-0.5, 1.2, "inconclusive"), again)
    assert (row["variants"], row["same"]) == (2, 2)
    assert stability(claim(verdict="inconclusive"), again)["variants"] == 0  # the panel alone is undecided
    row = stability(claim(verdict="supported"), again.assign(panel="up"))
    assert row["verdict_differs_in"] == "direction only without s0 and s1"


def test_only_verdicts_of_intervals_are_made_again():
    rows = [
        claim(verdict="not_testable", claim="a"),
        claim(verdict="not_retrieved", claim="b"),
        claim(kind="published", claim="c2"),
        claim(study="", claim="d"),
        claim(claim="signal"),
    ]
    table = stability_of(pd.concat(rows), {HERE: variants((1.1, 2.0))})
    assert table["claim"].to_list() == ["signal"]
    assert table.loc[0, list(COUNTS)].to_list() == [0] * len(COUNTS)
    assert stability_of(pd.concat(rows)[:0], {}).empty


PAPERS = {
    "p": complete(
        {
            "paper": {"doi": "10.1/x", "citation": "x"},
            "claims": {
                "rises": {
                    "says": "It rises.",
                    "kind": "effect",
                    "feature": {"gene": "G0"},
                    "direction": "up",
                    "smallest_effect": 1.0,
                    "reason": "two-fold",
                    "where": {"studies": ["study"]},
                    "seen": False,
                }
            },
        }
    )
}


def checked(expression):
    """The claim that G0 rises, checked and made again in one study."""
    contrast = {"drug_class": "any", "setting": "acute"}
    described = {
        "model": "cells",
        "compartment": "cells",
        "technology": "rnaseq_counts",
        "contrasts": {"drug": contrast},
    }
    asked = asked_of(PAPERS, {"study": described})[HERE]
    settings = {**made_up_counts.settings(), "thresholds": {"fdr": 0.05}}
    tables = {contract.name: empty_table(contract) for contract in (SECRETOME, PATHWAYS, SIGNALS)}
    tables["differential"] = compare(expression, settings).differential
    estimates = estimate_claims(expression, settings, asked, tables)
    again = claim_variants(expression, settings, asked, tables, estimates, {})
    claims = check_claims(PAPERS, {"study": described}, Results(estimates={HERE: estimates}))
    return stability_of(claims, {HERE: again}).iloc[0]


def test_a_clear_change_is_supported_under_every_variant():
    found = checked(made_up_counts.expression())
    assert (found["verdict"], found["same"], found["verdict_differs_in"]) == ("supported", found["variants"], "")
    assert found["samples_left_out"] == 8


def test_the_sample_that_decides_on_a_verdict_is_named():
    study = made_up_counts.expression()
    counts = study.counts.copy()
    counts[3, 0] = round(counts[3, 0] / 40)  # of the samples with the drug s3 does not answer
    log2 = np.log2((counts + 0.5) / study.samples["library_size"].to_numpy(float)[:, None] * 1e6)
    found = checked(replace(study, counts=counts, log2=log2))
    assert found["verdict"] == "inconclusive"
    assert "supported without s3" in found["verdict_differs_in"]
    for sample in ("s1", "s5", "s7"):
        assert sample not in found["verdict_differs_in"]
