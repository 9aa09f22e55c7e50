"""Verdicts on the claims of a run: one row a claim and contrast, closed by controls, each line counted once."""

import made_up_counts
import numpy as np
import pandas as pd
import pytest
from golden.bundled import prepared

from secretome.claims.check import CLAIMS, Results, check_claims, in_words
from secretome.claims.estimates import ESTIMATES, estimate_claims
from secretome.claims.where import asked_of
from secretome.comparison.compare import compare
from secretome.tables import NUMBER, write_table


def estimates(**of_claims):
    """Claim → effect, low, high and other columns → the table of one contrast."""
    rows = []
    for claim, given in of_claims.items():
        empty = {name: np.nan if kind == NUMBER else "" for name, kind in ESTIMATES.columns.items()}
        numbers = dict(zip(("effect", "ci_low", "ci_high"), given, strict=False))
        more = given[3] if len(given) > 3 else {}
        rows.append({**empty, "paper": "p", "claim": claim, **numbers, **more})
    return pd.DataFrame(rows, columns=list(ESTIMATES.columns))


def verdicts(table, column="verdict"):
    return {f"{row.claim} {row.study}/{row.contrast}": getattr(row, column) for row in table.itertuples()}


@pytest.fixture
def paper(claim):
    """Claims by their key → one paper."""

    def of(**claims):
        return {"p": {"claims": {key: claim(**given) for key, given in claims.items()}}}

    return of


def test_every_claim_has_a_row_and_the_table_keeps_its_contract(paper, study, tmp_path):
    papers = paper(
        falls={"transfer": {"b": "another dose"}, "seen": ["a"]},
        nowhere={"where": {"drug_class": "alk_inhibitor"}},
        never={"feature": {"measurement": "growth"}, "untestable": "in mice"},
        medium={"where": {"drug_class": "braf_inhibitor", "compartment": "medium", "measures": "protein"}},
    )
    studies = {"a": study(), "b": study(), "c": study(), "d": study()}
    results = Results(
        estimates={("a", "drug"): estimates(falls=(-2, -2.5, -1.5)), ("d", "drug"): estimates(other=(1, 0, 2))},
        unavailable={"b": "b is gone"},
        not_compared={("c", "drug"): "no such group"},
        warnings={("a", "drug"): ["W01", "W05"]},
    )
    table = check_claims(papers, studies, results)
    write_table(tmp_path / "claims.tsv", table, CLAIMS)
    assert list(table.columns) == list(CLAIMS.columns)
    assert verdicts(table) == {
        "falls a/drug": "supported",
        "falls b/drug": "not_retrieved",
        "falls c/drug": "not_testable",
        "falls d/drug": "not_testable",
        "nowhere /": "not_testable",
        "never /": "not_testable",
        **{f"medium {key}/drug": "not_testable" for key in "abcd"},
    }
    why = verdicts(table, "why")
    assert why["falls b/drug"] == "b is gone"
    assert why["falls c/drug"] == "no such group"
    assert why["nowhere /"] == "no data: no contrast of this run is of drug class alk_inhibitor"
    assert why["never /"] == "in mice"
    assert "the protein in the medium is needed" in why["medium a/drug"]
    first, second = (table.iloc[row] for row in (0, 1))
    assert (first["effect"], first["ci_low"], first["scope"], first["seen"]) == (-2, -2.5, "claim", True)
    assert (second["scope"], second["transfer"], second["seen"]) == ("transfer", "another dose", False)
    assert (first["warnings"], first["setting"], first["line"]) == ("W01; W05", "acute", "a375 melanoma cells")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("braf_inhibitr", " (did you mean braf_inhibitor?)"),
        (["alk_inhibitor", "braf_inhibitors"], " (did you mean braf_inhibitor?)"),
        ("alk_inhibitor", ""),
    ],
)
def test_a_slip_in_the_class_of_a_drug_is_no_lack_of_data(paper, study, asked, meant):
    """A class that a study of published measurements alone could have is in no contrast."""
    studies = {"a": study(), "printed": {"technology": "published", "model": "cells", "tables": {}}}
    [row] = check_claims(paper(one={"where": {"drug_class": asked}}), studies, Results()).to_dict("records")
    words = asked if isinstance(asked, str) else " or ".join(asked)
    assert (row["verdict"], row["study"]) == ("not_testable", "")
    assert row["why"] == f"no data: no contrast of this run is of drug class {words}{meant}"


def test_a_control_that_did_not_move_closes_the_claims_of_its_contrast(paper, study):
    papers = paper(erk={"scope": "control"}, up={"direction": "up"}, down={})
    studies = {"a": study(), "b": study()}
    moved = estimates(erk=(-3, -4, -2), up=(-2, -3, -1), down=(-2, -3, -1))
    still = estimates(erk=(0, -3, 3), up=(-2, -3, -1), down=(-2, -3, -1))
    table = check_claims(papers, studies, Results({("a", "drug"): moved, ("b", "drug"): still}))
    assert verdicts(table) == {
        "erk a/drug": "supported",
        "erk b/drug": "inconclusive",
        "up a/drug": "contradicted",
        "up b/drug": "not_testable",
        "down a/drug": "supported",
        "down b/drug": "not_testable",
    }
    assert "drug effect not seen" in verdicts(table, "why")["up b/drug"]


def test_a_control_in_the_cells_closes_no_claim_on_the_protein_in_the_medium(paper, study):
    medium = {"drug_class": "braf_inhibitor", "setting": "acute", "compartment": "medium", "measures": "protein"}
    papers = paper(erk={"scope": "control"}, secreted={"where": medium})
    studies = {"a": study(compartment="medium", technology="proteomics")}
    table = check_claims(papers, studies, Results({("a", "drug"): estimates(secreted=(-2, -3, -1))}))
    assert verdicts(table) == {"erk a/drug": "not_testable", "secreted a/drug": "supported"}


def test_each_line_counts_once_a_setting(paper, study):
    where = {"drug_class": "braf_inhibitor", "setting": ["acute", "resistant"]}
    contrasts = {
        "x": ("braf_inhibitor", "acute"),
        "y": ("braf_inhibitor", "acute"),
        "r": ("braf_inhibitor", "resistant"),
    }
    studies = {"a": study(contrasts), "b": study(), "c": study(model="other cells")}
    found = estimates(falls=(-2, -3, -1))
    places = [("a", "y"), ("a", "r"), ("b", "drug"), ("c", "drug")]
    table = check_claims(paper(falls={"where": where}), studies, Results(dict.fromkeys(places, found)))
    # The first contrast of a has no estimate, so that the second stands for the line.
    assert verdicts(table, "counted") == {
        "falls a/x": False,
        "falls a/y": True,
        "falls a/r": True,
        "falls b/drug": False,
        "falls c/drug": True,
    }
    told = verdicts(table, "warnings")
    assert "resistance" in told["falls a/r"]
    assert told["falls a/y"] == ""


@pytest.mark.parametrize(
    ("direction", "interval", "panel", "verdict"),
    [
        ("up", (0.3, 0.2, 0.4), "up", "supported"),
        ("up", (0.3, 0.2, 0.4), "no_evidence", "inconclusive"),
        ("up", (0.3, 0.2, 0.4), "methods_disagree", "inconclusive"),
        ("up", (-0.3, -0.4, -0.2), "down", "contradicted"),
        ("up", (-0.3, -0.4, -0.2), "methods_disagree", "inconclusive"),
        ("down", (-0.3, -0.4, -0.2), "down", "supported"),
        ("down", (0.3, 0.2, 0.4), "no_evidence", "inconclusive"),
        ("up", (0.0, -0.05, 0.05), "no_evidence", "no_effect_of_that_size"),
    ],
)
def test_a_signal_moves_only_where_its_panel_says_so(paper, study, direction, interval, panel, verdict):
    papers = paper(akt={"feature": {"signal": "akt"}, "direction": direction, "smallest_effect": 0.1})
    given = estimates(akt=(*interval, {"panel": panel}))
    table = check_claims(papers, {"a": study()}, Results({("a", "drug"): given}))
    assert table["verdict"].tolist() == [verdict]
    assert ("panel" in table["why"].iloc[0]) == (verdict == "inconclusive")


def test_claims_that_nothing_changes_and_shares_are_judged_their_own_way(paper, study):
    papers = paper(
        still={"kind": "equivalence", "direction": "none"},
        moves={"kind": "equivalence", "direction": "none"},
        share={"kind": "share", "direction": "down", "feature": {"share_of": "secreted"}, "smallest_effect": 0.1},
        printed={"kind": "published", "feature": {"table": "t", "comparison": "c"}, "where": {"studies": ["z"]}},
    )
    given = estimates(still=(0.1, -0.5, 0.6), moves=(-2, -3, -1), share=(0.2, 0.15, 0.3))
    printed = {"technology": "published", "model": "cells"}
    table = check_claims(papers, {"a": study(), "z": printed}, Results({("a", "drug"): given}))
    assert verdicts(table) == {
        "still a/drug": "supported",
        "moves a/drug": "contradicted",
        "share a/drug": "supported",
        "printed z/t.c": "not_retrieved",
    }


def test_what_cannot_be_estimated_is_not_testable_with_its_reason(paper, study):
    given = estimates(falls=(-2, np.nan, np.nan, {"problem": "n = 1"}))
    table = check_claims(paper(falls={}), {"a": study()}, Results({("a", "drug"): given}))
    row = table.iloc[0]
    assert (row["verdict"], row["why"], row["effect"], row["counted"]) == ("not_testable", "n = 1", -2, False)


def test_a_run_without_claims_has_a_table_without_rows(tmp_path):
    write_table(tmp_path / "claims.tsv", check_claims({}, {}, Results()), CLAIMS)


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ({"gene": "FOSL1"}, "FOSL1"),
        ({"genes": ["A", "B"], "rule": "mean"}, "mean of A, B"),
        ({"genes": ["A", "B"], "rule": "all"}, "all of A, B"),
        ({"gene_set": "S", "collection": "c"}, "S"),
        ({"signal": "akt"}, "signal akt"),
        ({"share_of": "secreted", "changed_by": 1.0}, "share of the secreted genes that change by 1 (log2)"),
        ({"table": "t", "comparison": "c"}, "t: c"),
        ({"reported": {"unit": "d"}}, "d"),
        ({"measurement": "growth"}, "growth"),
    ],
)
def test_features_in_words(feature, words):
    assert in_words(feature) == words


def test_a_false_claim_is_contradicted_and_a_true_one_supported(paper, study):
    """Dexamethasone raises FKBP5 16-fold: who claims that it falls is told so, on real data."""
    where = {"drug_class": "glucocorticoid"}
    papers = paper(
        true={"feature": {"gene": "FKBP5"}, "direction": "up", "where": where},
        false={"feature": {"gene": "FKBP5"}, "direction": "down", "where": where},
        too_large={"feature": {"gene": "FKBP5"}, "direction": "up", "smallest_effect": 6.6, "where": where},
        still={"feature": {"gene": "FKBP5"}, "kind": "equivalence", "direction": "none", "where": where},
        falls={"feature": {"gene": "VCAM1"}, "direction": "down", "where": where},
    )
    studies = {"airway": study({"dex": ("glucocorticoid", "acute")})}
    contrast = {"variable": "treatment", "level": "dexamethasone", "reference": "untreated", "block": ["donor"]}
    settings = {**made_up_counts.settings(contrast), "thresholds": {"fdr": 0.05}}
    expression = prepared("airway_dexamethasone")
    nothing = pd.DataFrame({"gene": [], "secreted_class": []})
    tables = {"differential": compare(expression, settings).differential, "secretome": nothing}
    [asked] = asked_of(papers, studies).values()
    given = estimate_claims(expression, settings, asked, tables)
    table = check_claims(papers, studies, Results({("airway", "dex"): given}))
    assert dict(zip(table["claim"], table["verdict"], strict=True)) == {
        "true": "supported",
        "false": "contradicted",
        "too_large": "smaller_than_claimed",
        "still": "contradicted",
        "falls": "supported",
    }
