"""series_matrix: the values and the fields of a GEO series matrix, whole and exact, or refused by name."""

import gzip
import random
import time
from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import series_matrix

MIRROR = Path(__file__).parents[4] / "shared" / "mirror" / "ftp.ncbi.nlm.nih.gov" / "geo" / "series"
A375 = MIRROR / "GSE42nnn" / "GSE42872" / "matrix" / "GSE42872_series_matrix.txt.gz"
LIVER = MIRROR / "GSE14nnn" / "GSE14520" / "matrix" / "GSE14520-GPL571_series_matrix.txt.gz"
MOUSE = MIRROR / "GSE99nnn" / "GSE99709" / "matrix" / "GSE99709_series_matrix.txt.gz"
real_file = pytest.mark.skipif(not A375.exists(), reason="../shared with the real files of GEO is not there")

GOOD = """\
!Series_title\t"Drug and vehicle"
!Series_geo_accession\t"GSE900001"
!Series_summary\t"one"
!Series_summary\t"t\two"
!Series_type\t"Expression profiling by array"
!Series_supplementary_file\t"ftp://x/GSE900001_RAW.tar"

!Sample_title\t"a ""b"" 5'"\t"drug 10 μM"\t"c"
!Sample_geo_accession\t"GSM1"\t"GSM2"\t"GSM3"
!Sample_channel_count\t"1"\t"1"\t"1"
!Sample_organism_ch1\t"Homo sapiens"\t"Homo sapiens"\t"Homo sapiens"
!Sample_characteristics_ch1\t"cell line: A375"\t"cell line: A375"\t"agent: none"
!Sample_characteristics_ch1\t"agent: DMSO"\t"agent: PLX:4032"\t""
!Sample_characteristics_ch1\t"no key"\t""\t""
!Sample_taxid_ch1\t"9606"\t"9606"\t"9606"
!Sample_data_processing\t"RMA"\t"RMA"\t"RMA"
!Sample_data_processing\t"log2"\t"log2"\t"log2"
!Sample_platform_id\t"GPL6244"\t"GPL6244"\t"GPL6244"
!Sample_data_row_count\t"4"\t"4"\t"4"
!series_matrix_table_begin
"ID_REF"\t"GSM1"\t"GSM2"\t"GSM3"
7892501\t7.25\t-6.5\t1e1
"AFFX-1_at"\t\tnull\tNaN
NA\t3\tNA\t4
7892501\t1\t2\t.5
!series_matrix_table_end
"""


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes, name: str = "GSE900001_series_matrix.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(path, read=series_matrix.read, **options) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **options)
    return caught.value.faults


def same(one, other) -> bool:
    return (
        (one.ids, one.columns, one.samples) == (other.ids, other.columns, other.samples)
        and one.values.shape == other.values.shape
        and np.array_equal(one.values, other.values, equal_nan=True)
    )


def test_the_values_are_those_of_the_file(stored):
    """M06, M11: missing values become NaN and are counted, ids that stand twice are kept and counted."""
    table = series_matrix.read(stored(GOOD), "GPL6244", accession="GSE900001")
    assert table.ids == table.genes == ["7892501", "AFFX-1_at", "NA", "7892501"]
    assert table.columns == ["GSM1", "GSM2", "GSM3"]
    nan = np.nan
    np.testing.assert_array_equal(table.values, [[7.25, -6.5, 10], [nan, nan, nan], [3, nan, 4], [1, 2, 0.5]])
    assert table.unit == ""
    assert table.steps == [
        {"step": "missing values", "values": 4, "rows": 2},
        {"step": "ids in several rows, kept", "ids": 1, "rows": 2},
    ]


def test_characteristics_are_kept_by_their_key(stored):
    """M17: GSM3 has no cell line; its agent stays an agent and is not moved into the column of the cell lines."""
    samples, series = series_matrix.read_fields(stored(GOOD))
    assert [samples[name].get("characteristics: cell line") for name in samples] == [["A375"], ["A375"], None]
    agents = [samples[name]["characteristics: agent"] for name in samples]
    assert agents == [["DMSO"], ["PLX:4032"], ["none"]]
    assert samples["GSM1"]["characteristics_ch1"] == ["no key"]
    assert samples["GSM1"]["title"] == ['a "b" 5\'']
    assert samples["GSM2"]["title"] == ["drug 10 μM"]
    assert samples["GSM3"]["data_processing"] == ["RMA", "log2"]
    assert series["summary"] == ["one", "t wo"]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(GOOD.encode()),
        gzip.compress(GOOD[:700].encode()) + gzip.compress(GOOD[700:].encode()),
        b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
        GOOD.removesuffix("\n"),
        GOOD + "\n\n",
    ],
    ids=["gzip", "two gzip members", "BOM and CRLF", "no last line end", "empty last lines"],
)
def test_the_same_series_in_other_clothes(stored, content):
    plain = series_matrix.read(stored(GOOD, "plain"))
    assert same(series_matrix.read(stored(content)), plain)


def test_text_that_is_not_utf_8_is_read_and_counted(stored):
    table = series_matrix.read(stored(GOOD.replace("μ", "µ").encode("latin-1")))
    assert table.samples["GSM2"]["title"] == ["drug 10 µM"]
    assert table.steps[0] == {"step": "read as Windows-1252", "lines": 1}


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("!series_matrix_table_end\n", "", "", "is missing"),
        ("!series_matrix_table_begin\n", "", "", "is missing"),
        ("!series_matrix_table_end\n", "!series_matrix_table_end\n" * 2, ":27", "stands twice"),
        ("NA\t3", "!series_matrix_table_begin\nNA\t3", ":24", "stands twice"),
        ("NA\t3\tNA\t4\n", "", "", "table has 3 rows"),
        ("NA\t3\tNA\t4\n", "NA\t3\tNA\t4\n" * 2, "", "table has 5 rows"),
        ('count\t"4"\t"4"\t"4"', 'count\t"4"\t"4"\t"5"', "", "table has 4 rows"),
        ('count\t"4"\t"4"\t"4"', 'count\t"4"\t"4"\t"x"', "", "not a number of rows"),
        ("NA\t3\tNA\t4\n", "NA\t3\tNA\n", ":24", "has 3 cells, the header has 4"),
        ("NA\t3\tNA\t4\n", "NA\t3\tNA\t4\t\n", ":24", "has 5 cells"),
        ("NA\t3\tNA\t4\n", "\n", ":24", "has 0 cells"),
        ("NA\t3", '"NA\t3', ":24", "has a quote that stands alone"),
        ("NA\t3", '5"\t3', ":24", "has a quote that stands alone"),
        ('"AFFX-1_at"', '"AFFX"1_at"', ":23", "has a quote that stands alone"),
        ("NA\t3", "\t3", ":24", "has no id"),
        ('"ID_REF"\t"GSM1"\t"GSM2"', '"ID_REF"\t"GSM2"\t"GSM1"', ":21", "is not ID_REF and the samples"),
        ('"ID_REF"', '"ID"', ":21", "is not ID_REF and the samples"),
        ('_accession\t"GSM1"\t"GSM2"', '_accession\t"GSM1"\t"GSM1"', "", "stands twice"),
        ('"GSM3"', '"../x"', "", "is not an accession of a sample"),
        ('"agent: PLX:4032"\t""', '"agent: PLX:4032"', ":13", "has 2 cells for 3 samples"),
        ('"drug 10 μM"', '"drug 10 μM', ":8", "has a quote that is not closed"),
        ("!series_matrix_table_end\n", "!series_matrix_table_end\n1\t2\t3\t4\n", ":27", "stands after the table"),
        ("!Sample_title", "Sample_title", ":8", "is not a line of a series matrix"),
        ("NA\t3", "N\x00A\t3", ":24", "holds binary data"),
    ],
)
def test_what_is_not_as_the_format_says_is_refused_with_its_line(stored, old, new, line, problem):
    """M03, M14."""
    path = stored(GOOD.replace(old, new))
    assert old in GOOD
    for read in (series_matrix.read, series_matrix.read_fields):
        faults = faults_of(path, read)
        assert any(one.where == f"{path}{line}" and problem in one.problem for one in faults), faults


@pytest.mark.parametrize(
    "value", ["inf", "-Infinity", "nan", "1,5", "1.234,5", "0x1F", "1e400", "1_0", "#N/A", "x", " 1"]
)
def test_a_value_that_is_not_a_number_is_refused(stored, value):
    """M06."""
    (fault,) = faults_of(stored(GOOD.replace("-6.5", value)))
    assert fault.where.endswith(":22")
    assert (fault.field, fault.value) == ("GSM2", value)


def test_all_faults_are_told_but_not_without_end(stored):
    rows = "".join(f"p{row}\t1\tx\t2\n" for row in range(500))
    faults = faults_of(stored(GOOD.replace("NA\t3\tNA\t4\n", rows)))
    assert len(faults) == 20
    assert any("more faults like these" in one.problem for one in faults)


def without_rows(content: str) -> str:
    begin, end = content.index("7892501\t7.25"), content.index("!series_matrix_table_end")
    return content[:begin].replace('count\t"4"\t"4"\t"4"', 'count\t"0"\t"0"\t"0"') + content[end:]


def test_an_empty_table_says_where_the_counts_are(stored):
    """M01."""
    content = without_rows(GOOD).replace("profiling by array", "profiling by high throughput sequencing")
    path = stored(content.replace("GSE900001_RAW.tar", "GSE900001_counts.csv.gz"))
    (fault,) = faults_of(path)
    assert "GSE900001_counts.csv.gz" in fault.problem
    assert "kind: ncbi_counts, accession: GSE900001" in fault.fix
    assert "geo_supplement" in fault.fix
    assert list(series_matrix.read_fields(path)[0]) == ["GSM1", "GSM2", "GSM3"]


def test_an_empty_table_of_arrays_says_that_there_are_no_values(stored):
    (fault,) = faults_of(stored(without_rows(GOOD)))
    assert "no processed values" in fault.problem
    assert "GSE900001_RAW.tar" in fault.problem


@pytest.mark.parametrize(
    ("old", "new", "options", "said"),
    [
        ('"GPL6244"\t"GPL6244"\n', '"GPL6244"\t"GPL570"\n', {}, "GPL570 (1 samples), GPL6244 (2 samples)"),
        ("", "", {"platform": "GPL570"}, "theirs: GPL6244 (3 samples)"),
        ("", "", {"accession": "GSE1"}, "is not GSE1"),
        ('count\t"1"\t"1"', 'count\t"2"\t"1"', {}, "two-colour"),
        ("!Sample_taxid", '!Sample_label_ch2\t"Cy5"\t"Cy5"\t"Cy5"\n!Sample_taxid', {}, "two-colour"),
        ("!Series_type", '!Series_relation\t"SuperSeries of: GSE7"\n!Series_type', {}, "'GSE7' is a superseries"),
        ('"9606"\n', '"10090"\n', {}, "GSM3, not Homo sapiens alone"),
        ('"9606"\n', '"10090"\n', {"taxid": "10090"}, "GSM1, GSM2, not Mus musculus alone"),
        ("!Sample_taxid", '!Sample_taxid_ch1\t"10090"\t""\t""\n!Sample_taxid', {}, "GSM1, not Homo sapiens alone"),
    ],
)
def test_a_series_that_cannot_be_used_is_refused_by_name(stored, old, new, options, said):
    """M16."""
    assert old in GOOD
    path = stored(GOOD.replace(old, new, 1) if old else GOOD)
    assert said in "\n".join(map(str, faults_of(path, **options)))
    assert series_matrix.read_fields(path)[0].keys() == {"GSM1", "GSM2", "GSM3"}


def test_samples_of_another_species_are_read_where_that_is_asked_for(stored):
    mouse = GOOD.replace("9606", "10090").replace("Homo sapiens", "Mus musculus")
    assert "Mus musculus" in str(faults_of(stored(mouse))[0])
    assert same(series_matrix.read(stored(mouse), taxid=""), series_matrix.read(stored(mouse), taxid="10090"))


def test_samples_can_report_different_numbers_of_probes(stored):
    table = series_matrix.read(stored(GOOD.replace('count\t"4"\t"4"\t"4"', 'count\t"2"\t"4"\t"3"')))
    assert {"step": "samples with different numbers of rows", "fewest": 2, "rows": 4} in table.steps


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<!DOCTYPE html><html>", "is an HTML or XML page"),
        ('{"error": 1}', "is JSON"),
        ("gene\ts1\nA\t1\nB\t2\n", "is not a GEO series matrix"),
        ("", "is empty"),
        (b"PK\x03\x04" + bytes(40), "is a zip archive"),
        ("\n\n", "is missing"),
    ],
)
def test_other_files_are_named(stored, content, problem):
    """M04, S08."""
    assert any(problem in one.problem for one in faults_of(stored(content)))


def large() -> bytes:
    generator = random.Random(7)
    rows = "".join(
        f"p{row}\t" + "\t".join(f"{generator.uniform(2, 14):.4f}" for _ in range(3)) + "\n" for row in range(400)
    )
    begin, end = GOOD.index("7892501\t7.25"), GOOD.index("!series_matrix_table_end")
    return (GOOD[:begin].replace('count\t"4"\t"4"\t"4"', 'count\t"400"\t"400"\t"400"') + rows + GOOD[end:]).encode()


@pytest.mark.parametrize("share", range(0, 100, 5))
@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_file_that_was_cut_off_is_refused(stored, packed, share):
    """M02."""
    content = gzip.compress(large(), mtime=0) if packed else large()
    assert faults_of(stored(content[: len(content) * share // 100]))


def test_no_flipped_bit_goes_unnoticed(stored):
    """M02: every one of 200 files with one wrong bit is refused, or gives the same table (bits that mean nothing)."""
    content = gzip.compress(large(), mtime=0)
    whole = series_matrix.read(stored(content))
    generator = random.Random(3)
    refused = 0
    for _ in range(200):
        place, bit = generator.randrange(len(content)), generator.randrange(8)
        damaged = bytearray(content)
        damaged[place] ^= 1 << bit
        try:
            table = series_matrix.read(stored(bytes(damaged)))
        except InputFaults:
            refused += 1
        else:
            assert same(table, whole), (place, bit)
    assert refused > 190


@real_file
def test_the_real_series_of_a375_cells():
    start = time.perf_counter()
    table = series_matrix.read(A375, "GPL6244", accession="GSE42872")
    assert time.perf_counter() - start < 3
    assert table.values.shape == (33297, 6)
    assert table.columns[0] == "GSM1052615"
    assert table.steps == []
    dusp6 = table.values[table.ids.index("7965335")]
    np.testing.assert_array_equal(dusp6, [11.2531, 11.2076, 11.1782, 6.98791, 7.0293, 6.98364])
    assert table.samples["GSM1052615"]["characteristics: cell line"] == ["A375"]
    assert table.samples["GSM1052615"]["source_name_ch1"][0].endswith("batch A")


@real_file
def test_the_real_series_with_quoted_ids_and_two_platforms():
    table = series_matrix.read(LIVER, "GPL571")
    assert table.values.shape == (22268, 43)
    assert table.ids[-1] == "AFFX-TrpnX-M_at"
    assert "GPL571 (43 samples)" in str(faults_of(LIVER, platform="GPL3921")[0])


@real_file
def test_the_real_empty_series_of_mouse_cells():
    text = "\n".join(map(str, faults_of(MOUSE)))
    assert "Mus musculus" in text
    assert "GSE99709_Stat3RNA-Seq-counts.csv.gz" in text
    assert series_matrix.read_fields(MOUSE)[0]["GSM2650752"]["characteristics: treated with"] == ["100ng/ul CNTF"]
