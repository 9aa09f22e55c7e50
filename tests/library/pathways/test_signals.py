"""Verdicts on signals."""

import numpy as np
import pandas as pd
import pytest

from secretome.pathways.signals import not_tested, remarks, verdicts
from secretome.pathways.speakers import Reduced, answers
from secretome.tables import SIGNALS, write_table

# effect, p of the rotation test; effect against other genes
TESTS = {
    "UP_A": (0.5, 1e-6, 0.4),
    "UP_B": (0.4, 1e-5, 0.3),
    "DOWN": (-0.5, 1e-6, -0.5),
    "NULL": (0.1, 0.8, 0.0),
    "LIKE_OTHERS": (0.5, 1e-6, 0.02),
    "AROUND_0": (0.05, 1e-6, 0.3),
    "FURTHER": (0.9, 1e-6, 0.9),
}
ROWS = pd.DataFrame(
    [
        {
            "collection": "c",
            "gene_set": name,
            "method": method,
            "effect": value,
            "ci_low": value - 0.1,
            "ci_high": value + 0.1,
            "statistic": value,
            "p_value": p if method == "fry" else 0.5,
        }
        for name, (effect, p, other) in TESTS.items()
        for method, value in (("fry", effect), ("relative", other))
    ]
)


def signal(*gene_sets, beside=(), **keys):
    speakers = [
        {"collection": "c", "gene_set": name, "direction": "up", "decides": name not in beside} for name in gene_sets
    ]
    return {"label": "x", "speakers": speakers, "confounders": [], "rivals": [], "note": "", **keys}


def verdicts_of(signals, reduced=None):
    return verdicts(answers(ROWS, signals, 0.05, reduced or {}), signals)


@pytest.mark.parametrize(
    ("gene_sets", "verdict"),
    [
        (["UP_A", "UP_B"], "up"),
        (["DOWN"], "down"),
        (["NULL"], "no_evidence"),
        (["LIKE_OTHERS"], "no_evidence"),
        (["LIKE_OTHERS", "NULL"], "no_evidence"),
        (["UP_A", "LIKE_OTHERS"], "methods_disagree"),
        (["UP_A", "NULL"], "methods_disagree"),
        (["UP_A", "DOWN"], "methods_disagree"),
        (["AROUND_0"], "no_evidence"),
        (["AROUND_0", "UP_A"], "methods_disagree"),
        (["ABSENT"], "not_testable"),
        (["ABSENT", "UP_A"], "up"),
    ],
)
def test_verdicts(gene_sets, verdict):
    assert verdicts_of({"s": signal(*gene_sets)})["verdict"].tolist() == [verdict]


def test_a_set_that_is_shown_beside_does_not_decide():
    signals = {"s": signal("UP_A", "DOWN", beside=["DOWN"]), "t": signal("UP_A", beside=["UP_A"])}
    table = verdicts_of(signals)
    assert table["verdict"].tolist() == ["up", "not_testable"]
    assert "DOWN (c, shown beside): mean log2 fold change -0.500" in table["methods"][0]


def test_numbers_are_those_of_the_first_speaker_and_words_those_of_each(tmp_path):
    why = {"genes": [], "why": "Beware\nof this."}
    table = verdicts_of({"s": signal("UP_A", "NULL", "ABSENT", confounders=[why])})
    row = table.iloc[0]
    assert (row["effect"], row["ci_low"], row["ci_high"], row["p_value"]) == (0.5, 0.4, 0.6, 1e-6)
    assert (row["relative_effect"], row["relative_ci_low"], row["relative_p_value"]) == (0.4, pytest.approx(0.3), 0.5)
    assert "UP_A (c): mean log2 fold change +0.500" in row["methods"]
    assert "against genes of like expression +0.400 (95 % interval +0.300 to +0.500)" in row["methods"]
    assert "ABSENT (c): not measurable" in row["methods"]
    assert "NULL: no evidence" in row["note"]
    assert "could be tested: ABSENT" in row["note"]
    assert row["note"].endswith("Beware of this.")
    write_table(tmp_path / "signals.tsv", table, SIGNALS)


def test_a_signal_that_rests_on_its_confounders_is_no_agreement():
    tests = {row["method"]: row for row in ROWS[ROWS["gene_set"] == "NULL"].to_dict("records")}
    reduced = {("s", ("c", "UP_A")): Reduced(("MLANA", "PMEL"), tests["fry"], tests["relative"])}
    row = verdicts_of({"s": signal("UP_A")}, reduced).iloc[0]
    assert row["verdict"] == "methods_disagree"
    assert "Confounded: without MLANA and PMEL, UP_A changes by +0.100" in row["note"]


def test_a_confounder_that_does_not_matter_is_told_as_checked():
    tests = {row["method"]: row for row in ROWS[ROWS["gene_set"] == "UP_B"].to_dict("records")}
    reduced = {("s", ("c", "UP_A")): Reduced(("PMEL",), tests["fry"], tests["relative"])}
    row = verdicts_of({"s": signal("UP_A")}, reduced).iloc[0]
    assert row["verdict"] == "up"
    assert (
        "Checked: without PMEL, UP_A changes by +0.400 (95 % interval +0.300 to +0.500), not +0.500: up." in row["note"]
    )


def test_a_signal_of_hardly_anything_but_confounders_is_no_agreement_either():
    genes = ("ATF3", "FOS", "JUN")
    row = verdicts_of({"s": signal("UP_A")}, {("s", ("c", "UP_A")): Reduced(genes, None, None)}).iloc[0]
    assert row["verdict"] == "methods_disagree"
    assert "Not checked: without ATF3, FOS and JUN, UP_A has too few genes." in row["note"]


def test_a_signal_whose_collection_is_absent_says_why():
    row = verdicts_of({"s": signal("ABSENT", absent="It could not be had.")}).iloc[0]
    assert (row["verdict"], row["note"]) == ("not_testable", "It could not be had.")


def test_a_rival_that_moves_further_is_named():
    signals = {"il6": signal("UP_A", rivals=["interferon"]), "interferon": signal("FURTHER", rivals=["il6"])}
    table = verdicts_of(signals).set_index("signal")
    assert "moves further (+0.900 against +0.400)" in table.loc["il6", "note"]
    assert "moves further" not in table.loc["interferon", "note"]


def test_a_rival_counts_that_moves_the_same_way_up_or_down():
    signals = {"a": signal("DOWN", rivals=["b"]), "b": signal("FALLS", rivals=["a"])}
    further = ROWS[ROWS["gene_set"] == "FURTHER"].assign(gene_set="FALLS")
    turned = {"effect": -further["effect"], "ci_low": -further["ci_high"], "ci_high": -further["ci_low"]}
    rows = pd.concat([ROWS, further.assign(**turned, statistic=-further["statistic"])])
    notes = verdicts(answers(rows, signals, 0.05, {}), signals)["note"].to_list()
    assert ["moves further (-0.900 against -0.500)" in note for note in notes] == [True, False]
    opposite = {"a": signal("DOWN", rivals=["b"]), "b": signal("FURTHER", rivals=["a"])}
    assert verdicts_of(opposite)["note"].to_list() == ["", ""]


def test_a_set_that_moves_without_a_verdict_is_told():
    assert verdicts_of({"s": signal("LIKE_OTHERS")})["note"][0] == "LIKE_OTHERS: moves, but no more than other genes."
    assert verdicts_of({"s": signal("NULL")})["note"][0] == ""


def test_a_first_speaker_that_was_not_measured_gives_no_numbers():
    row = verdicts_of({"s": signal("ABSENT", "UP_A")}).iloc[0]
    assert np.isnan(row["effect"])
    assert np.isnan(row["relative_effect"])


def test_where_nothing_was_tested_every_signal_says_why(tmp_path):
    table = not_tested({"s": signal("UP_A"), "t": signal("DOWN")}, "no replicates.")
    assert table["verdict"].tolist() == ["not_testable"] * 2
    assert set(table["note"]) == {"Nothing was tested: no replicates."}
    write_table(tmp_path / "signals.tsv", table, SIGNALS)


def test_no_signals_give_no_rows():
    assert verdicts_of({}).empty


def test_what_a_reader_should_know_is_a_list_and_stands_in_the_note():
    why = {"genes": [], "why": "Beware\nof this."}
    signals = {"s": signal("UP_A", "NULL", "ABSENT", confounders=[why], note="Read this."), "t": signal("UP_A")}
    said = answers(ROWS, signals, 0.05, {})
    found = remarks(said, signals)
    assert found == {
        "s": [
            "Too few, too many or none of its genes could be tested: ABSENT.",
            "Beware of this.",
            "Read this.",
        ],
        "t": [],
    }
    assert verdicts(said, signals)["note"][0].endswith(" ".join(found["s"]))
