"""ncbi_counts: NCBI's raw counts and nothing that only looks like them."""

import gzip

import numpy as np
import pytest
from checkout import ROOT

from secretome.faults import MOST_FAULTS, InputFaults
from secretome.readers.ncbi_counts import read

REAL = ROOT.parent / "shared" / "data" / "ncbi_counts" / "GSE63966_raw_counts_GRCh38.p13_NCBI.tsv.gz"
GOOD = "GeneID\tGSM10\tGSM9\n100287102\t11\t7\n653635\t600\t0\n"


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "GSE1_raw_counts_GRCh38.p13_NCBI.tsv.gz"
        path.write_bytes(gzip.compress(content.encode()) if isinstance(content, str) else content)
        return path

    return write


def faults_of(path) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path)
    assert all(fault.fix for fault in caught.value.faults)
    return caught.value.faults


def test_counts_are_read_in_the_order_of_the_file(stored):
    table = read(stored(GOOD))
    assert (table.ids, table.genes, table.columns) == (["100287102", "653635"],) * 2 + (["GSM10", "GSM9"],)
    np.testing.assert_array_equal(table.values, [[11, 7], [600, 0]])
    assert (table.unit, table.steps) == ("counts", [])
    assert table.samples == {"GSM10": {"column": ["GSM10"]}, "GSM9": {"column": ["GSM9"]}}


@pytest.mark.parametrize(
    ("old", "new", "where", "field", "problem"),
    [
        ("GeneID", "gene", ":1", "column 1", "is not GeneID"),
        ("GeneID", "", ":1", "column 1", "is not GeneID"),
        ("GSM9", "s9", ":1", "column 3", "no accession of a GEO sample"),
        ("GSM9", "GSM10", ":1", "", "names 2 columns"),
        ("GeneID\tGSM10", "GSM10", ":1", "", "the first name may be missing"),
        ("653635", "ENSG00000000003", ":3", "GeneID", "is no Entrez id"),
        ("653635", "0653635", ":3", "GeneID", "is no Entrez id"),
        ("600", "600.25", ":3", "column 2 (GSM10)", "is no whole number"),
        ("600", "-1", ":3", "column 2 (GSM10)", "is negative"),
        ("600", "1e17", ":3", "column 2 (GSM10)", "is too large"),
        ("600", "NA", ":3", "column 2 (GSM10)", "is not a finite decimal number"),
        ("600", '"600"', ":3", "", "holds a quote"),
        ("\t0\n", "\n", ":3", "", "has 2 fields"),
        ("\t0\n", "\t0", ":3", "", "cut off"),
        ("GeneID", "# NCBI\nGeneID", ":1", "", "is a comment"),
    ],
)
def test_what_is_not_ncbis_form_is_refused(stored, old, new, where, field, problem):
    """M03, M06, M07."""
    [fault] = faults_of(stored(GOOD.replace(old, new)))
    assert fault.where.endswith(where)
    assert fault.field == field
    assert problem in fault.problem


def test_a_gene_that_stands_twice_is_told_with_both_lines(stored):
    first, second = faults_of(stored(GOOD.replace("653635", "100287102")))
    assert (first.where[-2:], second.where[-2:]) == (":2", ":3")
    assert first.value == "100287102"


def test_normalised_values_of_the_same_layout_are_named(stored):
    """M08: NCBI's FPKM and TPM files differ in the numbers only."""
    rows = "".join(f"{row}\t{row / 7:.3f}\n" for row in range(1, 500))
    faults = faults_of(stored(f"GeneID\tGSM1\n{rows}"))
    assert len(faults) == MOST_FAULTS
    assert "_norm_counts_FPKM_" in faults[-1].fix
    assert any("more faults" in fault.problem for fault in faults)


def test_damaged_files_and_error_pages_are_refused(stored):
    """M01, M02, M04."""
    whole = gzip.compress(("GeneID\tGSM1\n" + "".join(f"{row}\t{row}\n" for row in range(1, 2000))).encode())
    for part in range(1, 20):
        assert faults_of(stored(whole[: len(whole) * part // 20]))
    assert "damaged" in faults_of(stored(whole + b"x"))[0].problem
    assert "HTML" in faults_of(stored(b"<html>are you a robot</html>"))[0].problem
    assert "no rows" in faults_of(stored("GeneID\tGSM1\n"))[0].problem


@pytest.mark.skipif(not REAL.is_file(), reason="../shared is not here")
def test_a_real_file():
    table = read(REAL)
    assert table.values.shape == (39_376, 16)
    assert table.columns == [f"GSM{number}" for number in range(1561390, 1561406)]
    assert table.ids[-1] == "4571"
    assert table.values[-1, -1] == 634
