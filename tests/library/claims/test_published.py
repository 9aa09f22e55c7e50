"""Claims on printed measurements: both tests must agree, and single blots are shown without a verdict."""

import numpy as np
import pandas as pd
import pytest
from checkout import ROOT

from secretome import strict_yaml
from secretome.claims.files import complete
from secretome.claims.published import of_comparison, of_report
from secretome.published.comparisons import compare_published
from secretome.published.measurements import read_measurements
from secretome.published.study import model_of


@pytest.fixture(scope="module")
def tables():
    """The comparisons of the two studies that ship."""
    found = {}
    for key in ("straussman_hgf", "wilson_ligands"):
        study = strict_yaml.load(ROOT / f"config/studies/{key}.yaml").data
        models = {name: model_of({"vehicle": "", **table}) for name, table in study["tables"].items()}
        found[key] = compare_published(models, read_measurements(ROOT / study["measurements"]))
    return found


@pytest.fixture(scope="module")
def claims():
    both = [strict_yaml.load(ROOT / f"config/claims/{key}.yaml").data for key in ("straussman2012", "wilson2012")]
    return {key: claim for whole in both for key, claim in complete(whole)["claims"].items()}


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("raf_inhibitor_stops_growth", "supported"),
        ("ll86_medium_rescues", "supported"),
        ("ll86_co_culture_rescues", "supported"),
        ("met_inhibitor_undoes_the_rescue", "supported"),
        # Welch's interval of each is wider than the pooled one, and reaches below the smallest effect.
        ("pc60163a1_medium_rescues", "inconclusive"),
        ("ll86_co_culture_rescues_from_mek_inhibitor", "inconclusive"),
        ("met_inhibitor_undoes_the_rescue_from_mek_inhibitor", "inconclusive"),
        ("medium_without_hgf_does_not_rescue", "inconclusive"),
        ("hgf_activates_akt", "inconclusive"),
        ("hgf_restores_erk", "inconclusive"),
        ("hgf_activates_met", "inconclusive"),
        ("hgf_activates_akt_under_mek_inhibitor", "inconclusive"),
        ("hgf_restores_erk_under_mek_inhibitor", "not_testable"),
    ],
)
def test_the_claims_of_straussman(claims, tables, key, verdict):
    assert of_comparison(claims[key], tables["straussman_hgf"])["verdict"] == verdict


def test_the_blots_of_wilson_are_shown_without_a_verdict(claims, tables):
    printed = {key: one for key, one in claims.items() if one["where"]["studies"] == ["wilson_ligands"]}
    found = {key: of_comparison(one, tables["wilson_ligands"]) for key, one in printed.items()}
    assert len(found) == 13
    assert {one["verdict"] for one in found.values()} == {"not_testable"}
    assert found["fgf_activates_erk_in_a204"]["effect"] == pytest.approx(np.log2(5.350 / 1.952))
    assert "n = 1" in found["fgf_activates_erk_in_a204"]["why"]
    assert "known only as > +4.32;" in found["hgf_rescues_khm3s"]["why"]
    assert "known only as < −5.06;" in found["second_inhibitor_undoes_it_in_khm3s"]["why"]


def test_what_the_paper_states_itself_is_judged_by_its_interval(claims):
    found = of_report(claims["stromal_hgf_and_response"])
    assert (found["verdict"], found["effect"], found["n_level"]) == ("inconclusive", 0.67, 34)
    assert "standardised difference" in found["why"]


ROW = {
    "table": "t",
    "comparison": "c",
    "effect": 40.0,
    "limit": "",
    "n_group": 3.0,
    "n_reference": 3.0,
    "ci_low": 30.0,
    "ci_high": 50.0,
    "welch_ci_low": 20.0,
    "welch_ci_high": 60.0,
    "reading": "above",
    "why": "",
}


@pytest.mark.parametrize(
    ("direction", "given", "verdict", "told"),
    [
        ("up", {}, "supported", ""),
        ("down", {}, "contradicted", ""),
        ("none", {}, "contradicted", ""),
        ("up", {"welch_ci_low": 10.0}, "inconclusive", "by Welch's test direction only"),
        ("up", {"welch_ci_low": 10.0, "why": "by Welch's test x; few"}, "inconclusive", "few; by the pooled"),
        ("up", {"welch_ci_low": np.nan, "welch_ci_high": np.nan}, "inconclusive", "Welch's test not testable"),
        ("up", {"reading": "inconclusive", "why": "rough"}, "inconclusive", "rough; the comparison itself is read"),
        ("up", {"comparison": "d"}, "not_testable", "was not made"),
    ],
)
def test_a_verdict_stands_where_both_tests_and_the_table_agree(claim, direction, given, verdict, told):
    one = claim(
        kind="published",
        feature={"table": "t", "comparison": "c"},
        direction=direction,
        smallest_effect=15,
        where={"studies": ["s"]},
    )
    found = of_comparison(one, pd.DataFrame([{**ROW, **given}]))
    assert found["verdict"] == verdict
    assert told in found["why"]
    assert found["why"].count("by Welch's test") <= 1
    assert bool(told) == bool(found["why"])
