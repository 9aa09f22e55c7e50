"""Verdicts on signals."""

import numpy as np
import pandas as pd
import pytest

from secretome.pathways.signals import verdicts
from secretome.tables import SIGNALS, write_table

TESTS = {
    "UP_A": (0.5, 3.0, 1e-6),
    "UP_B": (0.4, 3.0, 1e-5),
    "DOWN": (-0.5, -3.0, 1e-6),
    "NULL": (0.1, 0.2, 0.8),
    "MIXED": (-0.2, 3.0, 1e-6),
    "AROUND_0": (0.05, 3.0, 1e-6),
}
LEAD = pd.DataFrame(
    [
        {
            "collection": "c",
            "gene_set": name,
            "effect": effect,
            "ci_low": effect - 0.1,
            "ci_high": effect + 0.1,
            "statistic": statistic,
            "p_value": p,
        }
        for name, (effect, statistic, p) in TESTS.items()
    ]
)


def signal(*gene_sets, confounders=""):
    speakers = [{"collection": "c", "gene_set": gene_set} for gene_set in gene_sets]
    return {"label": "x", "speakers": speakers, "confounders": confounders, "note": ""}


@pytest.mark.parametrize(
    ("gene_sets", "verdict"),
    [
        (["UP_A", "UP_B"], "up"),
        (["DOWN"], "down"),
        (["NULL"], "no_evidence"),
        (["UP_A", "NULL"], "methods_disagree"),
        (["UP_A", "DOWN"], "methods_disagree"),
        (["MIXED"], "methods_disagree"),
        (["AROUND_0"], "methods_disagree"),
        (["ABSENT"], "not_testable"),
        (["ABSENT", "UP_A"], "up"),
    ],
)
def test_verdicts(gene_sets, verdict):
    assert verdicts(LEAD, {"s": signal(*gene_sets)}, 0.05)["verdict"].tolist() == [verdict]


def test_the_rates_are_over_all_speakers_of_all_signals():
    lead = LEAD.assign(p_value=[0.03, 0.9, 0.9, 0.8, 0.9, 0.9])
    assert verdicts(lead, {"s": signal("UP_A")}, 0.05)["verdict"][0] == "up"
    both = verdicts(lead, {"s": signal("UP_A"), "t": signal("NULL")}, 0.05)
    assert both["verdict"].tolist() == ["no_evidence", "no_evidence"]


def test_a_set_that_speaks_twice_is_one_test():
    lead = LEAD.assign(p_value=[0.01, 0.03, 0.9, 0.9, 0.9, 0.9])
    once = verdicts(lead, {"s": signal("UP_A"), "t": signal("UP_B")}, 0.05)
    twice = verdicts(lead, {"s": signal("UP_A"), "t": signal("UP_B"), "u": signal("UP_A")}, 0.05)
    assert twice["methods"][:2].tolist() == once["methods"].tolist()


def test_numbers_are_those_of_the_first_speaker_and_words_those_of_each(tmp_path):
    table = verdicts(LEAD, {"s": signal("UP_A", "NULL", "ABSENT", confounders="Beware\nof this.")}, 0.05)
    row = table.iloc[0]
    assert (row["effect"], row["ci_low"], row["ci_high"], row["p_value"]) == (0.5, 0.4, 0.6, 1e-6)
    assert "UP_A (c): mean log2 fold change +0.500" in row["methods"]
    assert "ABSENT (c): not measurable" in row["methods"]
    assert "NULL: no evidence" in row["note"]
    assert "could be tested: ABSENT" in row["note"]
    assert row["note"].endswith("Beware of this.")
    write_table(tmp_path / "signals.tsv", table, SIGNALS)


def test_a_first_speaker_that_was_not_measured_gives_no_numbers():
    row = verdicts(LEAD, {"s": signal("ABSENT", "UP_A")}, 0.05).iloc[0]
    assert np.isnan(row["effect"])


def test_no_signals_give_no_rows():
    assert verdicts(LEAD, {}, 0.05).empty
