"""maxquant: proteinGroups.txt of the documented form, and the real one of ../shared."""

from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers.maxquant import read

REAL = Path(__file__).parents[4] / "shared/data/proteomics_formats/maxquant_proteinGroups.txt"
HEADER = [
    *("Protein IDs", "Majority protein IDs", "Gene names", "Fasta headers", "Peptides A"),
    *("Intensity", "Intensity A", "Intensity B", "iBAQ peptides", "iBAQ", "iBAQ A", "iBAQ B"),
    *("LFQ intensity A", "LFQ intensity B", "Only identified by site", "Reverse", "Potential contaminant", "id"),
]
TGFB1 = ">sp|P01137|TGFB1_HUMAN Transforming growth factor OS=Homo sapiens OX=9606 GN=TGFB1 PE=1 SV=2"
IL6 = "sp|P05231|IL6_HUMAN Interleukin-6 OS=Homo sapiens OX=9606 GN=IL6 PE=1 SV=1"
NUMBERS = ["9", "4", "5", "9", "3", "1", "2", "1e5", "1e5"]
ROWS = [
    [
        *("P01137;Q9XXX1", "P01137", "TGFB1", TGFB1, "3"),
        *["30000", "10000", "20000", "9", "3", "1e5", "2e5", "11000", "0"],
        "",
        "",
        "",
        "0",
    ],
    [
        *("P05231;P05231-2", "P05231;P05231-2", "IL6", IL6, "3"),
        *["9", "4", "5", "9", "3", "1", "2", "4e5", "5e5"],
        "",
        "",
        "",
        "1",
    ],
    ["REV__P1", "REV__P1", "", "", "1", *NUMBERS, "+", "+", "", "2"],
    ["CON__P02769", "CON__P02769", "", "", "1", *NUMBERS, "", "", "+", "3"],
    ["P10145", "P10145", "CXCL8", "", "1", *NUMBERS, "+", "", "", "4"],
]


def written(tmp_path, header=HEADER, rows=ROWS) -> Path:
    path = tmp_path / "proteinGroups.txt"
    path.write_text("".join("\t".join(line) + "\r\n" for line in [header, *rows]))
    return path


def without(*names: str) -> dict:
    keep = [number for number, name in enumerate(HEADER) if name not in names]
    return {"header": [HEADER[n] for n in keep], "rows": [[row[n] for n in keep] for row in ROWS]}


def faults_of(path, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **settings)
    return caught.value.faults


def rows_of(table) -> dict[str, int]:
    return {one["step"]: one["rows"] for one in table.steps if "rows" in one}


def test_the_default_is_lfq(tmp_path):
    table = read(written(tmp_path))
    assert table.ids == ["P01137", "P05231;P05231-2"]
    assert table.genes == ["P01137", "P05231"]
    assert table.columns == ["A", "B"]
    assert table.samples["B"] == {"column": ["LFQ intensity B"]}
    np.testing.assert_array_equal(table.values, [[11000, np.nan], [4e5, 5e5]])
    assert table.unit == "intensity"
    counted = rows_of(table)
    assert counted["read protein groups"] == 5
    assert counted["drop decoys"] == counted["drop contaminants"] == 1
    assert counted["drop groups identified by site only"] == 1
    assert {"step": "zeros are missing", "values": 1} in table.steps


@pytest.mark.parametrize(("quantity", "first"), [("Intensity", [10000, 20000]), ("ibaq", [1e5, 2e5])])
def test_another_quantity_is_read_when_it_is_said(tmp_path, quantity, first):
    table = read(written(tmp_path), quantity=quantity)
    assert table.columns == ["A", "B"]
    np.testing.assert_array_equal(table.values[0], first)


def test_what_r_made_of_the_header_is_understood(tmp_path):
    header = [name.replace(" ", ".") for name in HEADER]
    assert read(written(tmp_path, header)).columns == ["A", "B"]


@pytest.mark.parametrize(
    ("change", "settings", "problem", "fix"),
    [
        (without("LFQ intensity A", "LFQ intensity B"), {}, "default and is not there", "There is: Intensity, iBAQ"),
        (without("iBAQ A", "iBAQ B"), {"quantity": "iBAQ"}, "no column of its own", "Intensity"),
        ({}, {"quantity": "Ratio H/L"}, "is none of", "There is"),
        (without(*HEADER[5:14]), {}, "default and is not there", "search without labels"),
        (without("Protein IDs", "Majority protein IDs"), {}, "has no column 'Majority protein IDs'", "There is"),
        ({"header": [*HEADER[:4], "Ratio H/L A", *HEADER[5:]]}, {}, "search with labels", "ratios"),
        (
            {"header": [*HEADER[:13], "LFQ intensity A", *HEADER[14:]]},
            {},
            "is sample 'A', as column 13",
            "name of its own",
        ),
        ({"rows": [[*ROWS[0][:15], "yes", *ROWS[0][16:]]]}, {}, "is no mark", "as MaxQuant wrote it"),
        ({}, {"separator": "comma"}, "single column", "separator: tab"),
        ({}, {"scale": "log2"}, "not on the log2 scale", "scale: intensity"),
    ],
)
def test_what_is_refused(tmp_path, change, settings, problem, fix):
    [found] = faults_of(written(tmp_path, **change), **settings)
    assert problem in found.problem
    assert fix in found.fix


def test_a_table_without_the_marks_is_read_by_prefix_and_this_is_said(tmp_path):
    table = read(written(tmp_path, **without("Reverse", "Potential contaminant", "Only identified by site")))
    assert table.ids == ["P01137", "P05231;P05231-2", "P10145"]
    said = next(one for one in table.steps if one["step"] == "marks that the table lacks")
    assert said["columns"] == ["Reverse", "Potential contaminant", "Only identified by site"]


def test_the_species_is_that_of_the_majority_proteins(tmp_path):
    bovine = ">sp|P02769|ALBU_BOVIN Albumin OS=Bos taurus OX=9913 GN=ALB PE=1 SV=4"
    minor = [["P01137;P02769", "P01137", "TGFB1", f"{TGFB1};{bovine}", *ROWS[0][4:]], ROWS[1]]
    assert rows_of(read(written(tmp_path, rows=minor)))["drop other species"] == 0
    major = [["P02769", "P02769", "ALB", bovine, *ROWS[0][4:]], ROWS[1]]
    assert rows_of(read(written(tmp_path, rows=major)))["drop other species"] == 1
    cut_off = [["P01137", "P01137", "TGFB1", f"{TGFB1};>sp|P1|X_HUM Y OS=Homo sapi", *ROWS[0][4:]], ROWS[1]]
    assert read(written(tmp_path, rows=cut_off)).ids == ["P01137", "P05231;P05231-2"]


def test_a_stray_quote_in_a_description_merges_no_rows(tmp_path):
    """M14."""
    rows = [[*row[:3], row[3].replace("factor", '5"-factor'), *row[4:]] for row in ROWS]
    np.testing.assert_array_equal(read(written(tmp_path, rows=rows)).values, read(written(tmp_path)).values)


@pytest.mark.skipif(not REAL.is_file(), reason="needs ../shared/data/proteomics_formats")
def test_the_real_table_of_mouse_is_refused_as_human():
    """M12."""
    [found] = faults_of(REAL)
    assert "Mus musculus 385 of 385 groups" in found.problem


@pytest.mark.skipif(not REAL.is_file(), reason="needs ../shared/data/proteomics_formats")
@pytest.mark.parametrize(("quantity", "missing"), [("", 1179), ("iBAQ", 1159), ("Intensity", 1159)])
def test_the_real_table(quantity, missing):
    """463 rows: 8 decoys, 38 contaminants, 41 by site, of which 9 are decoys or contaminants as well."""
    table = read(REAL, organism="Mus musculus", quantity=quantity)
    counted = rows_of(table)
    assert counted["read protein groups"] == 463
    assert counted["drop decoys"] == 8
    assert counted["drop contaminants"] == 38
    assert counted["drop groups identified by site only"] == 32
    assert counted["keep groups of unknown species"] == counted["drop other species"] == 0
    assert table.values.shape == (385, 9)
    assert table.columns[0] == "Adnp_IP04"
    assert int(np.isnan(table.values).sum()) == missing
    assert all(table.genes)
    if not quantity:
        np.testing.assert_array_equal(table.values[0, :6], [2564800, 5584800, 5290300, 5882900, 5025000, 3470200])
