"""contrasts: what a sheet could bear, and what not."""

import re

from drafting import (
    contrasts_of,
    drafted,
    grid,
    reviewed,
    times,
    words,
)
from drafting import (
    folder as folder,
)

from secretome.designs import design
from secretome.drafts.contrasts import MOST_CONTRASTS
from secretome.sheets import read_rows


def test_a_treatment_is_compared_with_its_vehicle_and_blocked_by_the_donor():
    text = drafted(*grid(donor=["1", "2", "3"], treatment=["DMSO", "drug"]))
    assert contrasts_of(text) == {"drug_vs_dmso": ("drug", "DMSO", ["donor"])}
    assert "Paired by donor" in words(text)
    study = reviewed(text)
    assert study["samples"]["subject"] == "donor"
    assert "donor_1" in study["samples"]["rows"]


def test_a_batch_that_changes_with_the_treatment_is_a_warning_and_no_proposal():
    """D01."""
    rows = times(3, [{"treatment": "DMSO", "batch": "may"}, {"treatment": "drug", "batch": "june"}])
    text = drafted(*rows)
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert "NOT PROPOSED: batch changes with the groups (may against june)" in words(text)


def test_a_date_that_changes_with_one_of_the_treatments_costs_that_one():
    rows = times(2, [
        {"treatment": "DMSO", "date": "may"}, {"treatment": "DMSO", "date": "june"}, {"treatment": "a", "date": "may"},
        {"treatment": "a", "date": "june"}, {"treatment": "b", "date": "july"},
    ])  # fmt: skip
    text = drafted(*rows)
    # The other treatment has a date of its own, which says nothing of this one.
    assert contrasts_of(text) == {"a_vs_dmso": ("a", "DMSO", ["date"])}
    assert "NOT PROPOSED: date changes with the groups" in words(text)
    assert "  # b_vs_dmso:\n" in text


def test_a_group_of_one_sample_is_shown_as_descriptive_only():
    """D04."""
    text = drafted({"agent": "DMSO"}, {"agent": "DMSO"}, {"agent": "drug"})
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert "  #   descriptive: true  # a group of one sample" in text
    begin = text.index("  # drug_vs_dmso:")
    opened = text[:begin].replace(text[text.index("  to_be_written:") : begin], "")
    opened += text[begin:].replace("  #   #", "    #").replace("  #   ", "    ").replace("  # drug_vs", "  drug_vs")
    assert reviewed(opened)["contrasts"]["drug_vs_dmso"]["descriptive"] is True


def test_other_factors_are_kept_apart_and_lines_also_averaged():
    text = drafted(*times(2, grid(**{"cell line": ["A", "B"], "agent": ["DMSO", "drug"]})))
    assert list(contrasts_of(text).values()) == [
        ("drug", "DMSO", ["cell_line"]), ("A_drug", "A_DMSO", []), ("B_drug", "B_DMSO", [])
    ]  # fmt: skip
    reviewed(text)


def test_a_genotype_is_compared_under_the_vehicle_only():
    text = drafted(*times(2, grid(genotype=["WT", "KO"], agent=["DMSO", "drug"])))
    assert list(contrasts_of(text).values()) == [
        ("WT_drug", "WT_DMSO", []), ("KO_drug", "KO_DMSO", []), ("KO_DMSO", "WT_DMSO", [])
    ]  # fmt: skip
    assert "elsewhere it was left out" in words(text)


def test_a_control_at_another_time_is_not_proposed():
    rows = times(
        2, [{"agent": "none", "time": "0h"}, {"agent": "drug", "time": "6h"}, {"agent": "drug", "time": "24h"}]
    )
    text = drafted(*rows)
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert text.count("NOT PROPOSED: the groups differ in time too") == 2


def test_doses_of_a_drug_are_compared_with_the_vehicle_that_has_none():
    rows = times(2, [{"agent": "DMSO"}, {"agent": "drug", "dose": "1 uM"}, {"agent": "drug", "dose": "10 uM"}])
    text = drafted(*rows)
    assert list(contrasts_of(text).values()) == [("1_uM_drug", "DMSO", []), ("10_uM_drug", "DMSO", [])]
    reviewed(text)


def test_no_more_than_twelve_are_proposed_and_the_others_named():
    text = drafted(*times(2, [{"agent": "DMSO"}, *({"agent": f"drug{letter}"} for letter in "abcdefghijklmnop")]))
    assert len(contrasts_of(text)) == MOST_CONTRASTS
    assert re.search(r"Left out, since 12 are as many as can be reviewed: drugm_vs_dmso, drugn_vs_dmso", text)
    reviewed(text)


def test_what_is_proposed_can_be_estimated():
    """Each proposal, with its blocks, is a design."""
    rows = times(2, grid(agent=["DMSO", "a", "b"], genotype=["WT", "KO"], batch=["x", "y"]))
    study = reviewed(drafted(*rows))
    samples = read_rows(study["samples"]["rows"], "sample", "x")
    for contrast in study["contrasts"].values():
        built = design.build(samples, "sample", contrast)
        assert built.matrix.shape[0] > built.matrix.shape[1]
    assert len(study["contrasts"]) == 5
    assert all(contrast["block"] == ["batch"] for contrast in study["contrasts"].values())
