"""spectronaut: the long and the pivot form, and the real ones of ../shared."""

from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers.spectronaut import read

DATA = Path(__file__).parents[4] / "shared/data/proteomics_formats"
LONG_HEADER = [
    "R.FileName",
    "PG.ProteinGroups",
    "PG.Genes",
    "PG.Organisms",
    "PG.Quantity",
    "EG.IsDecoy",
    "EG.IsImputed",
]
LONG = [
    ["run1", "P01137-2;P01137", "TGFB1", "Homo sapiens", "15000.5", "False", "False"],
    ["run1", "P01137-2;P01137", "TGFB1", "Homo sapiens", "15000.5", "False", "False"],
    ["run2", "P05231", "IL6", "Homo sapiens", "20000", "False", "False"],
    ["run2", "P01137-2;P01137", "TGFB1", "Homo sapiens", "Filtered", "False", "False"],
    ["run1", "P05231", "IL6", "Homo sapiens", "0", "False", "False"],
    ["run1", "P02769", "ALB", "Bos taurus", "90000", "False", "False"],
    ["run2", "P14210", "HGF", "Homo sapiens", "70000", "False", "False"],
]
WIDE_HEADER = [
    "PG.ProteinGroups",
    "PG.Genes",
    "PG.ProteinNames",
    "PG.Qvalue",
    "[1] A 01.raw.PG.IsSingleHit",
    "[1] A 01.raw.PG.Quantity",
    "[2] B_01.raw.PG.Quantity",
    "[1] A 01.raw.PG.Log2Quantity",
    "[2] B_01.raw.PG.Log2Quantity",
]
WIDE = [
    ["P01137", "TGFB1", "TGFB1_HUMAN", "0.001", "False", "15000.5", "NaN", "13.9", "NaN"],
    ["P05231;P05231-2", "IL6", "IL6_HUMAN", "0.02", "True", "20000", "30000", "14.3", "14.9"],
    ["CON__P02769", "ALB", "ALBU_BOVIN", "0.001", "True", "20000", "30000", "14.3", "14.9"],
]


def written(tmp_path, header=LONG_HEADER, rows=LONG, mark="\t") -> Path:
    path = tmp_path / "report.tsv"
    path.write_text("".join(mark.join(line) + "\n" for line in [header, *rows]))
    return path


def faults_of(path, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **settings)
    return caught.value.faults


def step(table, name: str) -> dict:
    return next(one for one in table.steps if one["step"] == name)


def changed(row: int, column: str, text: str) -> list[list[str]]:
    position = LONG_HEADER.index(column)
    rows = [list(one) for one in LONG]
    rows[row][position] = text
    return rows


def test_the_long_form_is_one_row_a_group_and_one_column_a_run(tmp_path):
    table = read(written(tmp_path))
    assert table.ids == ["P01137-2;P01137", "P05231", "P14210"]
    assert table.genes == ["P01137", "P05231", "P14210"]
    assert table.columns == ["run1", "run2"]
    np.testing.assert_array_equal(table.values, [[15000.5, np.nan], [np.nan, 20000], [np.nan, 70000]])
    assert table.samples == {"run1": {"column": ["run1"]}, "run2": {"column": ["run2"]}}
    assert step(table, "read a long report")["lines"] == 7
    assert step(table, "read protein groups")["rows"] == 4
    assert step(table, "drop other species")["species"] == {"Bos taurus": 1}
    assert step(table, "zeros are missing")["values"] == 1


def test_the_order_of_the_lines_changes_no_number(tmp_path):
    table, turned = read(written(tmp_path)), read(written(tmp_path, rows=LONG[::-1]))
    rows = [turned.ids.index(name) for name in table.ids]
    columns = [turned.columns.index(name) for name in table.columns]
    np.testing.assert_array_equal(turned.values[np.ix_(rows, columns)], table.values)


def test_two_quantities_of_one_run_and_group_are_refused(tmp_path):
    [found] = faults_of(written(tmp_path, rows=changed(1, "PG.Quantity", "15000.6")))
    assert (found.where[-2:], found.field, found.value) == (":3", "PG.Quantity", "15000.6")
    assert "'15000.5' in line 2" in found.problem
    assert faults_of(written(tmp_path, rows=changed(1, "PG.Quantity", "")))


def test_decoys_are_dropped_line_by_line(tmp_path):
    table = read(written(tmp_path, rows=changed(6, "EG.IsDecoy", "True")))
    assert table.ids == ["P01137-2;P01137", "P05231"]
    assert step(table, "drop decoy lines")["lines"] == 1


def test_imputed_values_are_refused_unless_they_are_wanted(tmp_path):
    """W21."""
    path = written(tmp_path, rows=changed(2, "EG.IsImputed", "True"))
    [found] = faults_of(path)
    assert "1 of 7 rows as imputed" in found.problem
    table = read(path, imputed="keep")
    told = step(table, "may be imputed")
    assert (told["why"], told["values"]) == ("EG.IsImputed", 1)
    assert table.values[1, 1] == 20000


@pytest.mark.parametrize(
    ("header", "rows", "settings", "problem", "fix"),
    [
        (LONG_HEADER, changed(2, "EG.IsDecoy", "maybe"), {}, "neither True nor False", "Export"),
        (LONG_HEADER, [[*row[:5], "True", ""] for row in LONG], {}, "marks every row", "targets"),
        (["Run", *LONG_HEADER[1:]], LONG, {}, "has no column 'R.FileName'", "There is"),
        (
            ["R.FileName", "Protein", *LONG_HEADER[3:]],
            [row[1:] for row in LONG],
            {},
            "no column 'PG.ProteinGroups'",
            "",
        ),
        ([*LONG_HEADER[:4], "x", *LONG_HEADER[5:]], LONG, {}, "default and is not there", "PG.Quantity"),
        (LONG_HEADER, LONG, {"quantity": "PG.IBAQ"}, "has no column", "There is: PG.Quantity"),
        (LONG_HEADER, LONG, {"quantity": "FG.Quantity"}, "is none of", "There is: PG.Quantity"),
        (LONG_HEADER, LONG, {"imputed": "yes"}, "is not known", "keep"),
        (LONG_HEADER, LONG, {"organism": "Mus musculus"}, "another species", "that species"),
        (LONG_HEADER, LONG, {"decimal": "comma"}, "numbers with a point", "decimal: point"),
        (LONG_HEADER, changed(2, "PG.Quantity", "20000,5"), {}, "numbers with a comma", "decimal: comma"),
        (LONG_HEADER, changed(2, "R.FileName", "/x/run1.raw"), {}, "is sample 'run1'", "name of its own"),
    ],
)
def test_what_is_refused_of_the_long_form(tmp_path, header, rows, settings, problem, fix):
    found = faults_of(written(tmp_path, header, rows), **settings)
    assert problem in found[0].problem
    assert fix in found[0].fix


def test_a_decimal_comma_and_semicolons_when_they_are_said(tmp_path):
    rows = [[text.replace(".", ",") for text in row] for row in LONG]
    rows = [[f'"{text}"' if ";" in text else text for text in row] for row in rows]
    table = read(written(tmp_path, rows=rows, mark=";"), separator="semicolon", decimal="comma")
    np.testing.assert_array_equal(table.values, read(written(tmp_path)).values)


@pytest.mark.parametrize("mangled", [False, True], ids=["as exported", "as R writes it"])
def test_the_pivot_form(tmp_path, mangled):
    header = [
        name.replace("[", "X.").replace("] ", "..").replace(" ", ".") if mangled else name for name in WIDE_HEADER
    ]
    table = read(written(tmp_path, header, WIDE))
    assert table.columns == ["A.01" if mangled else "A 01", "B_01"]
    assert table.ids == ["P01137", "P05231;P05231-2"]
    np.testing.assert_array_equal(table.values, [[15000.5, np.nan], [20000, 30000]])
    assert table.samples["B_01"] == {"column": [header[6]]}
    assert step(table, "drop contaminants")["ids"] == "CON__P02769"
    assert step(table, "keep groups with a q-value above 0.01")["rows"] == 1


def test_quantities_that_are_called_log2_are(tmp_path):
    path = written(tmp_path, WIDE_HEADER, WIDE)
    table = read(path, quantity="PG.Log2Quantity")
    assert table.unit == "log2"
    np.testing.assert_array_equal(table.values, [[13.9, np.nan], [14.3, 14.9]])
    assert "is not that of PG.Log2Quantity" in faults_of(path, quantity="PG.Log2Quantity", scale="intensity")[0].problem


def test_a_pivot_with_peptides_in_its_rows_is_refused(tmp_path):
    [found] = faults_of(written(tmp_path, WIDE_HEADER, [*WIDE, WIDE[0]]))
    assert "is in line 2 already" in found.problem
    assert "peptide" in found.fix


def test_genes_alone_are_used_where_there_are_no_accessions(tmp_path):
    table = read(written(tmp_path, WIDE_HEADER[1:], [row[1:] for row in WIDE[:2]]))
    assert (table.ids, table.genes) == (["TGFB1", "IL6"], ["TGFB1", "IL6"])
    assert step(table, "name proteins")["by"] == "gene name"


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data/proteomics_formats")
def test_the_real_pivot():
    """200 groups in 6 runs, 2 values missing; human and yeast cannot be told apart: the table names no species."""
    table = read(DATA / "spectronaut_report.tsv")
    assert table.values.shape == (200, 6)
    assert table.columns[0] == "LFQ_24min_500ng_2Th_3ms_A_01"
    assert table.samples[table.columns[0]] == {"column": ["X.1..LFQ_24min_500ng_2Th_3ms_A_01.raw.PG.Quantity"]}
    assert table.values[0, 0] == 496.65643310546875
    assert int(np.isnan(table.values).sum()) == 2
    assert step(table, "keep groups of unknown species")["rows"] == 200
    assert step(table, "keep groups with a q-value above 0.01")["rows"] == 0


@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data/proteomics_formats")
def test_the_real_long_report():
    """500 lines of fragments are 33 groups of one run; no decoys, nothing imputed."""
    table = read(DATA / "spectronaut_decimal_point.tsv")
    assert table.values.shape == (33, 1)
    assert table.columns == ["20221015_EV_TP_40SPD_LITDIA_MS1_Rapid_MS2_Rapid_57w_100ng_03"]
    assert (table.ids[0], table.genes[0], table.values[0, 0]) == (
        "A0A0B4J2D5;P0DPI2",
        "A0A0B4J2D5|P0DPI2",
        1449.77978515625,
    )
    assert step(table, "read a long report")["lines"] == 500
    assert step(table, "drop decoy lines")["lines"] == 0
    assert not np.isnan(table.values).any()
