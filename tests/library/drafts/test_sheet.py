"""sheet: what an archive says of its samples as columns of a sheet."""

import pytest
from drafting import (
    contrasts_of,
    drafted,
    grid,
    loaded,
    samples_of,
    times,
    words,
)
from drafting import (
    folder as folder,
)

from secretome.drafts.sheet import columns_of, safe, values_of


def test_values_have_no_blanks_and_two_never_become_one():
    assert safe(" 10 μM Vemurafenib (PLX-4032) ") == "10_uM_Vemurafenib_PLX-4032"
    assert safe("TNFα") == "TNFalpha"
    assert values_of(["a b", "a_b", "a b", "", "NA", "#", "+", "-"]) == [
        "a_b",
        "a_b_2",
        "a_b",
        "NA",
        "NA",
        "value",
        "+",
        "-",
    ]
    long = ["x" * 60 + "1", "x" * 60 + "2"]
    assert len(set(values_of(long))) == 2


def test_columns_get_safe_names_of_their_own():
    rows = times(
        2, grid(**{"Cell Line ": ["a", "b"], "cell-line": ["c", "d"], "reason": ["e", "f"], "1st": ["g", "h"]})
    )
    columns, _ = columns_of(samples_of(*rows))
    assert [column.name for column in columns] == ["cell_line", "cell_line_2", "reason_2", "field_1st"]
    rows = times(2, grid(no=["a", "b"], агент=["c", "d"]))
    text = drafted(*rows)
    assert loaded(text)[1].data["draft"] is True
    assert [column.name for column in columns_of(samples_of(*rows))[0]] == ["no", "characteristics"]


def test_one_biosample_of_several_samples_is_told():
    rows = [
        {"agent": agent, "relation": f"BioSample: https://x/SAMN{n}"}
        for agent, n in zip(["DMSO", "drug"] * 4, [1, 2, 3, 4] * 2, strict=True)
    ]
    assert "Several rows have the same culture (the BioSample)" in drafted(*rows)


@pytest.mark.parametrize(
    ("titles", "stems"),
    [
        (["a ctrl rep1", "a ctrl rep2", "a drug rep1", "a drug rep2"], ["ctrl", "drug"]),
        (["LP-C1", "LP-C2", "LP-A1", "LP-A2"], ["LP-C", "LP-A"]),
        (["ctrl, biological replicate 1", "ctrl, biological replicate 2", "IL6 1", "IL6 2"], ["ctrl", "IL6"]),
        (["V_LGX_rep3", "V_LGX_rep_1", "V_rep_1", "V_rep_2"], ["V_LGX", "V"]),
        (["C1", "C2", "C3", "T1", "T2", "T3"], ["C", "T"]),
        (["HCA_M_1", "HCA_M_2", "HCA_F_1", "HCA_F_2"], ["HCA_M", "HCA_F"]),
        (["ctrl1", "ctrl2", "D1", "D2", "D3"], ["ctrl", "D"]),
        (["a day 1", "a day 2", "b day 1", "b day 2"], []),
        (["a T1", "a T2", "b T1", "b T2"], []),
        (["ctrl 0h", "T1", "T2", "T3"], []),
        (["C1", "C2", "T6", "T24"], []),
        (["clone 1", "clone 2", "clone 3"], []),
        (["IL2", "IL6", "IL10"], []),
    ],
)
def test_a_number_at_the_end_of_titles_is_a_replicate_where_it_counts_them(titles, stems):
    columns, _ = columns_of(samples_of(*({"title": title} for title in titles)))
    found = [column for column in columns if column.name == "title_group"]
    assert list(dict.fromkeys(found[0].values if found else [])) == stems


def test_a_value_that_is_not_given_is_told_and_bars_the_column():
    """M17, D07."""
    rows = times(2, grid(agent=["DMSO", "drug"], donor=["d1", "d2"]))
    rows[0] = {"agent": "DMSO"}
    text = drafted(*rows)
    assert contrasts_of(text) == {"drug_vs_dmso": ("drug", "DMSO", [])}
    assert "donor is not given for all of them" in words(text)
