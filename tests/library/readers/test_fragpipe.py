"""fragpipe: combined_protein.tsv, reduced tables, and the real ones of ../shared."""

from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers.fragpipe import read

DATA = Path(__file__).parents[4] / "shared/data"
MOUSE = DATA / "proteomics_formats/fragpipe_combined_protein.tsv"
SECRETOME = DATA / "endothelial_secretome/proteins_131-153.tsv"
REDUCED = DATA / "endothelial_secretome/zoiret_secretome_maxlfq.tsv.gz"
HEADER = [
    *("Protein", "Protein ID", "Entry Name", "Gene", "Protein Length", "Organism"),
    *("Combined Spectral Count", "A Spectral Count", "B Spectral Count"),
    *("A Intensity", "B Intensity", "A MaxLFQ Intensity", "B MaxLFQ Intensity", "Indistinguishable Proteins"),
]


def line(protein: str, gene: str, numbers: str, organism: str = "", others: str = "") -> list[str]:
    _, accession, entry = protein.split("|")
    return [protein, accession, entry, gene, "390", organism, "9", "4", "5", *numbers.split(), others]


BOVINE = line("sp|P02769|ALBU_BOVIN", "ALB", "1 2 7e5 8e5", "Bos taurus")
ROWS = [
    line("sp|P01137|TGFB1_HUMAN", "TGFB1", "1.5E5 2.5E5 1.1E5 0.0", "Homo sapiens OX=9606"),
    line(
        "sp|P05231|IL6_HUMAN",
        "IL6",
        "1 2 3e5 4e5",
        "Homo sapiens",
        "sp|P05231-2|IL6_HUMAN, tr|A0A024R1R8|A0A024R1R8_HUMAN",
    ),
    BOVINE,
    line("contam_sp|P00761|TRYP_PIG", "", "1 2 7e5 8e5"),
    line("sp|P10145|IL8_HUMAN", "CXCL8", "1 2 9e5 9e5", others="contam_P02769"),
    line("sp|P60709|ACTB_HUMAN", "ACTB", "1 2 9e5 9e5", others="sp|P60712|ACTB_BOVIN"),
    line("sp|P14210|HGF_HUMAN", "HGF", "1 2 0 0"),
]


def written(tmp_path, header=HEADER, rows=ROWS, name="combined_protein.tsv") -> Path:
    path = tmp_path / name
    path.write_text("".join("\t".join(fields) + "\n" for fields in [header, *rows]))
    return path


def faults_of(path, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **settings)
    return caught.value.faults


def rows_of(table) -> dict[str, int]:
    return {one["step"]: one["rows"] for one in table.steps if "rows" in one}


def renamed(**names: str) -> list[str]:
    return [names.get(name.replace(" ", "_"), name) for name in HEADER]


def test_the_default_is_maxlfq(tmp_path):
    table = read(written(tmp_path))
    assert table.ids == ["P01137", "P05231", "P14210"]
    assert table.genes == ["P01137", "P05231|A0A024R1R8", "P14210"]
    assert table.columns == ["A", "B"]
    assert table.samples["A"] == {"column": ["A MaxLFQ Intensity"]}
    np.testing.assert_array_equal(table.values, [[1.1e5, np.nan], [3e5, 4e5], [np.nan, np.nan]])
    counted = rows_of(table)
    assert counted["drop contaminants"] == 2
    assert counted["drop other species"] == counted["drop groups shared with another species"] == 1
    assert {"step": "zeros are missing", "values": 3} in table.steps
    assert {"step": "missing", "values": 3, "rows_without_value": 1} in table.steps


def test_plain_intensities_when_they_are_said(tmp_path):
    table = read(written(tmp_path), quantity="intensity")
    assert table.columns == ["A", "B"]
    np.testing.assert_array_equal(table.values[0], [1.5e5, 2.5e5])


def test_a_sample_can_be_called_after_a_quantity_of_old(tmp_path):
    header = renamed(A_Intensity="A Total Intensity", A_MaxLFQ_Intensity="A Total MaxLFQ Intensity")
    assert read(written(tmp_path, header)).columns == ["A Total", "B"]
    assert read(written(tmp_path, header), quantity="Intensity").columns == ["A Total", "B"]


def test_the_quantities_of_old(tmp_path):
    header = [name.replace("MaxLFQ Int", "MaxLFQ Total Int").replace("A Int", "A Total Int") for name in HEADER]
    header = [name.replace("B Int", "B Total Int") for name in header]
    assert "There is: MaxLFQ Total Intensity, Total Intensity" in faults_of(written(tmp_path, header))[0].fix
    assert read(written(tmp_path, header), quantity="MaxLFQ Total Intensity").values[0, 0] == 1.1e5
    assert read(written(tmp_path, header), quantity="Total Intensity").values[0, 0] == 1.5e5


@pytest.mark.parametrize(
    ("change", "settings", "problem", "fix"),
    [
        ({}, {"quantity": "Spectral Count"}, "counts spectra", "There is: MaxLFQ Intensity, Intensity"),
        ({}, {"quantity": "iBAQ"}, "is none of", "There is"),
        ({}, {"quantity": "Razor Intensity"}, "has no column", "There is"),
        ({"header": HEADER[:11] + HEADER[13:], "rows": [r[:11] + r[13:] for r in ROWS]}, {}, "not there", "Intensity"),
        ({"header": HEADER[:9], "rows": [r[:9] for r in ROWS]}, {}, "default and is not there", "IonQuant"),
        ({"rows": [[*r[:11], "0.0", "0.0", r[13]] for r in ROWS]}, {}, "no value above zero", "Intensity"),
        ({"rows": [*ROWS, BOVINE, BOVINE, BOVINE, BOVINE]}, {}, "another species", "that species"),
        ({"rows": [*ROWS, ROWS[0]]}, {}, "is in line 2 already", "one row"),
        ({"header": renamed(B_MaxLFQ_Intensity="A MaxLFQ Intensity")}, {}, "is sample 'A'", "name of its own"),
        ({"rows": [[*r[:12], "0", r[13]] for r in ROWS]}, {}, "no value for any protein group", "sample out"),
        ({"header": ["Protein names", "x", "y", "z", *HEADER[4:]]}, {}, "has no column 'Protein ID'", "Did you mean"),
    ],
)
def test_what_is_refused(tmp_path, change, settings, problem, fix):
    found = faults_of(written(tmp_path, **change), **settings)
    assert problem in found[0].problem
    assert fix in found[0].fix


def test_a_reduced_table(tmp_path):
    header = ["Protein ID", "Gene", "Organism", "HCA_1", "HCA_2"]
    rows = [
        ["P01137", "TGFB1", "Homo sapiens", "0.0", "123456.7"],
        ["P02769", "ALB", "Bos taurus", "1e5", "1e5"],
        ["P05231", "IL6", "Homo sapiens", "1e5", "2e5"],
    ]
    table = read(written(tmp_path, header, rows))
    assert (table.ids, table.columns) == (["P01137", "P05231"], ["HCA_1", "HCA_2"])
    np.testing.assert_array_equal(table.values, [[np.nan, 123456.7], [1e5, 2e5]])
    assert {"step": "take the quantity as said: no column names one", "samples": 2} in table.steps
    assert rows_of(table)["drop other species"] == 1
    [found] = faults_of(written(tmp_path, header[:3], [row[:3] for row in rows]))
    assert "no column of a sample" in found.problem


def test_a_reduced_table_of_spectral_counts_is_refused(tmp_path):
    [found] = faults_of(written(tmp_path, ["Protein ID", "A", "B"], [["P01137", "12", "0"], ["P05231", "3", "250"]]))
    assert "counts of spectra" in found.problem


def test_a_reduced_table_with_genes_alone(tmp_path):
    table = read(written(tmp_path, ["Gene", "A", "B"], [["TGFB1", "1e5", "0"], ["IL6", "3e5", "2e5"]]))
    assert (table.ids, table.genes) == (["TGFB1", "IL6"], ["TGFB1", "IL6"])
    assert next(one for one in table.steps if one["step"] == "name proteins")["by"] == "gene name"


@pytest.mark.skipif(not MOUSE.is_file(), reason="needs ../shared/data/proteomics_formats")
def test_the_real_table_of_mouse():
    """453 rows: 37 contaminants, 416 of mouse; as human it is refused (M12)."""
    assert "Mus musculus 416 of 416 groups" in faults_of(MOUSE)[0].problem
    table = read(MOUSE, organism="Mus musculus")
    counted = rows_of(table)
    assert counted["read protein groups"] == 453
    assert counted["drop contaminants"] == 37
    assert counted["drop decoys"] == counted["drop other species"] == 0
    assert table.values.shape == (416, 9)
    assert int(np.isnan(table.values).sum()) == 2702


@pytest.mark.skipif(not SECRETOME.is_file(), reason="needs ../shared/data/endothelial_secretome")
def test_the_real_secretome_and_its_reduced_form_hold_the_same_numbers():
    """3,346 rows: 5 of cattle, 3 of sheep, 1 of pig; 22 samples; no contaminants are marked."""
    whole, reduced = read(SECRETOME), read(REDUCED)
    for table in (whole, reduced):
        counted = rows_of(table)
        assert counted["read protein groups"] == 3346
        assert counted["drop other species"] == 9
        assert counted["drop contaminants"] == counted["drop decoys"] == counted["keep groups of unknown species"] == 0
        assert table.values.shape == (3337, 22)
        assert {"step": "zeros are missing", "values": 36640} in table.steps
        assert {"step": "missing", "values": 36640, "rows_without_value": 718} in table.steps
    assert (whole.ids, whole.columns) == (reduced.ids, reduced.columns)
    np.testing.assert_array_equal(whole.values, reduced.values)
    assert whole.genes[0] == "A0A075B6K5|P80748"
    assert [one.split("|")[0] for one in whole.genes] == reduced.genes
    other = next(one for one in whole.steps if one["step"] == "drop other species")
    assert other["species"] == {"Bos taurus": 5, "Ovis aries": 3, "Sus scrofa": 1}
    assert "counts spectra" in faults_of(SECRETOME, quantity="Spectral Count")[0].problem
