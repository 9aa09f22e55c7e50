"""diann: pg_matrix of older and newer versions, and the real one of ../shared."""

from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers.diann import read

REAL = Path(__file__).parents[4] / "shared/data/proteomics_formats/diann_pg_matrix.tsv"
OLD = ["Protein.Group", "Protein.Ids", "Protein.Names", "Genes", "First.Protein.Description"]
NEW = ["Protein.Group", "Protein.Names", "Genes", "First.Protein.Description", "N.Sequences", "N.Proteotypic.Sequences"]
RUNS = ["/scratch/x/A_01.mzML", r"D:\raw\B 02.raw", "/data/C.01.d", "C_2.wiff"]
OLD_ROWS = [
    ["P01137", "P01137;P01137-2", "TGFB1_HUMAN", "TGFB1", "TGF", "8.37561e+06", "", "0", "1e5"],
    ["P05231;P10145-2", "P05231;P10145", "IL6_HUMAN;IL8_HUMAN", "CXCL8;IL6", "", "1e6", "2e6", "3e6", "4e6"],
    ["Cont_P02769", "P02769", "ALBU_BOVIN", "ALB", "", "1e6", "2e6", "3e6", "4e6"],
    ["P39007;P46977", "P46977", "STT3A_HUMAN;STT3_YEAST", "STT3", "", "", "", "", "1e6"],
    ["P00330", "P00330", "ADH1_YEAST", "ADH1", "", "1e6", "2e6", "3e6", "4e6"],
    ["ADD000", "ADD000", "iRTKit", "", "", "1e6", "2e6", "3e6", "4e6"],
]


def written(tmp_path, header=(*OLD, *RUNS), rows=OLD_ROWS) -> Path:
    path = tmp_path / "report.pg_matrix.tsv"
    path.write_text("".join("\t".join(line) + "\n" for line in [header, *rows]))
    return path


def faults_of(path, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **settings)
    return caught.value.faults


def rows_of(table) -> dict[str, int]:
    return {one["step"]: one["rows"] for one in table.steps if "rows" in one}


def test_the_older_columns(tmp_path):
    table = read(written(tmp_path))
    assert table.ids == ["P01137", "P05231;P10145-2", "ADD000"]
    assert table.genes == ["P01137", "P05231|P10145", ""]
    assert table.columns == ["A_01", "B 02", "C.01", "C_2"]
    assert table.samples["B 02"] == {"column": [RUNS[1]]}
    np.testing.assert_array_equal(table.values[0], [8375610, np.nan, np.nan, 1e5])
    counted = rows_of(table)
    assert counted["drop contaminants"] == counted["drop other species"] == 1
    assert counted["drop groups shared with another species"] == counted["keep groups of unknown species"] == 1
    assert {"step": "zeros are missing", "values": 1} in table.steps
    assert {"step": "missing", "values": 2, "rows_without_value": 0} in table.steps


def test_the_newer_columns(tmp_path):
    rows = [[row[0], row[2], row[3], row[4], "5", "3", *row[5:]] for row in OLD_ROWS]
    old, new = read(written(tmp_path)), read(written(tmp_path, [*NEW, *RUNS], rows))
    assert (old.ids, old.genes, old.columns, old.steps) == (new.ids, new.genes, new.columns, new.steps)
    np.testing.assert_array_equal(old.values, new.values)


def test_a_matrix_of_genes(tmp_path):
    table = read(
        written(tmp_path, ["Genes", "N.Sequences", "r1.raw"], [["TGFB1", "3", "2e5"], ["IL6;CXCL8", "3", "1e6"]])
    )
    assert table.ids == ["TGFB1", "IL6;CXCL8"]
    assert table.genes == ["TGFB1", "IL6|CXCL8"]
    assert next(one for one in table.steps if one["step"] == "name proteins")["by"] == "gene name"


@pytest.mark.parametrize(
    ("header", "settings", "problem"),
    [
        ([*OLD, "/a/A.raw", "/b/A.raw", "c", "d"], {}, "is sample 'A', as column 6 is ('/a/A.raw')"),
        ([*OLD[:4], "Precursor.Id", *RUNS], {}, "table of precursors"),
        (["Run", *OLD[1:], *RUNS], {}, "it is DIA-NN's report"),
        (["Protein", "x", "y", "z", *RUNS, "q"], {}, "has no column 'Protein.Group'"),
        ([*OLD, *RUNS], {"quantity": "PG.Quantity"}, "is not in a matrix of DIA-NN"),
        ([*OLD, *RUNS], {"organism": "Mus musculus"}, "another species than Mus musculus"),
        ([*OLD, *RUNS], {"decimal": "comma"}, "which is not the decimal mark"),
        (
            ["Protein.Group", "Protein.Ids", "Protein.Names", "Genes", "note", *RUNS],
            {},
            "is not a finite decimal number",
        ),
    ],
)
def test_what_is_refused(tmp_path, header, settings, problem):
    found = faults_of(written(tmp_path, header), **settings)
    assert problem in found[0].problem
    assert found[0].fix


def test_a_matrix_without_runs_is_refused(tmp_path):
    [found] = faults_of(written(tmp_path, OLD, [row[:5] for row in OLD_ROWS]))
    assert "no column of a run" in found.problem


def test_the_decimal_comma(tmp_path):
    rows = [[text.replace(".", ",") if n > 4 else text for n, text in enumerate(row)] for row in OLD_ROWS]
    [found] = faults_of(written(tmp_path, rows=rows))
    assert "Write decimal: comma" in found.fix
    assert read(written(tmp_path, rows=rows), decimal="comma").values[0, 0] == 8375610


@pytest.mark.skipif(not REAL.is_file(), reason="needs ../shared/data/proteomics_formats")
def test_the_real_matrix():
    """12,261 groups: 6,758 human, 5,314 yeast and E. coli, 188 of both; one standard without a species."""
    table = read(REAL)
    counted = rows_of(table)
    assert counted["read protein groups"] == 12261
    assert counted["drop decoys"] == counted["drop contaminants"] == 0
    assert counted["drop other species"] == 5314
    assert counted["drop groups shared with another species"] == 188
    assert counted["keep groups of unknown species"] == 1
    assert table.values.shape == (6759, 6)
    assert table.columns[0] == "LFQ_Orbitrap_AIF_Condition_A_Sample_Beta_01"
    np.testing.assert_array_equal(table.values[0], [8375610, 7875780, 6863270, 9266810, 7098560, 7620090])
    assert int(np.isnan(table.values).sum()) == 7012
    assert table.genes[table.ids.index("ADD000")] == ""
    # The two mixtures hold the same amount of human protein: half of the groups differ by less than this.
    conditions = [name.split("_")[4] for name in table.columns]
    log2 = np.log2(table.values[~np.isnan(table.values).any(axis=1)])
    means = {one: log2[:, [c == one for c in conditions]].mean(axis=1) for one in "AB"}
    assert abs(np.median(means["A"] - means["B"])) < 0.2
