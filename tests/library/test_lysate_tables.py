"""lysate_tables: what a page says of the matched lysate."""

import numpy as np
import pandas as pd
import pytest

from secretome import lysate_tables

STUDY = {
    "technology": "proteomics",
    "samples": {"id": "sample", "cell_number": "cells", "total_protein": ""},
    "lysate": "cells",
    "lysate_study": {"title": "Lysates", "technology": "proteomics", "per": "cell_number"},
}


def secretome(**beyond: str) -> pd.DataFrame:
    """One row a gene, "yes", "no" or "" for what the lysate lacks; all of them change."""
    table = pd.DataFrame({"gene": list(beyond), "log2_fold_change": 2.0, "beyond_lysate": list(beyond.values())})
    return table.assign(lysate_log2_fold_change=[1.0 if said else np.nan for said in beyond.values()])


def found(table: pd.DataFrame) -> str:
    return lysate_tables.lysate_section(STUDY, table, table)["found"]


def test_a_study_without_a_lysate_says_nothing_of_one():
    table = secretome(A="", B="")
    assert lysate_tables.lysate_section({**STUDY, "lysate": ""}, table, table) == {}
    assert lysate_tables.answer(table, table) == ""
    assert lysate_tables.lysate_warnings({**STUDY, "lysate": ""}, table) == []


def test_changes_that_are_not_beyond_the_lysate_are_counted_and_named():
    table = secretome(A="yes", B="no", C="", D="no")
    assert found(table) == (
        "has values for 3 of the 4 secreted proteins that change in the medium. Not beyond the lysate: B and D."
    )
    assert lysate_tables.answer(table, table) == (
        " Of the 3 that could be compared with the lysate of the same cultures, 2 do not change beyond it."
    )


def test_where_all_go_beyond_it_the_answer_needs_no_more():
    table = secretome(A="yes", B="")
    assert found(table).endswith("Each of these changes by more than in the lysate.")
    assert lysate_tables.answer(table, table) == ""


def test_one_is_one():
    table = secretome(A="no")
    assert found(table) == (
        "has values for 1 of the 1 secreted protein that changes in the medium. Not beyond the lysate: A."
    )
    assert "1 does not change beyond it" in lysate_tables.answer(table, table)


def test_many_are_not_all_named():
    names = [f"G{number}" for number in range(12)]
    assert found(secretome(**dict.fromkeys(names, "no"))).endswith("G8, G9 and 2 others.")


def test_where_nothing_changes_the_lysate_is_there_all_the_same():
    table = secretome(A="", B="").assign(lysate_log2_fold_change=[1.0, np.nan])
    section = lysate_tables.lysate_section(STUDY, table, table.iloc[:0])
    assert section["found"] == "stands beside 1 protein of the table; no secreted protein is said to change."


@pytest.mark.parametrize(
    ("medium", "lysate", "said"),
    [
        ({}, {}, "Both were compared per cell."),
        ({}, {"per": ""}, "The medium was compared per cell, the lysate after a shift to one median: a change of all"),
        ({"cell_number": ""}, {"per": "total_protein"}, "after a shift to one median, the lysate per total protein of"),
        ({"cell_number": ""}, {"per": "", "technology": "panel"}, "the lysate as measured"),
    ],
)
def test_how_the_two_were_compared_is_said(medium, lysate, said):
    study = {
        **STUDY,
        "samples": {**STUDY["samples"], **medium},
        "lysate_study": {**STUDY["lysate_study"], **lysate},
    }
    table = secretome(A="yes")
    assert said in lysate_tables.lysate_section(study, table, table)["compared"]


def test_a_lysate_without_values_is_warned_of_where_something_was_measured():
    table = secretome(A="", B="")
    section = lysate_tables.lysate_section(STUDY, table, table)
    assert not section["measured"]
    assert section["compared"] == ""
    [one] = lysate_tables.lysate_warnings(STUDY, table)
    assert one["code"] == "lysate"
    assert "The matched lysate cells has no value" in one["message"]
    assert lysate_tables.lysate_warnings(STUDY, secretome(A="yes", B="")) == []
    assert lysate_tables.lysate_warnings(STUDY, table.assign(log2_fold_change=np.nan)) == []
    assert lysate_tables.lysate_warnings(STUDY, table.iloc[:0]) == []
