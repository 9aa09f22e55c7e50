"""soft: fields, platform tables and values of GEO's SOFT files, whole and exact, or refused by name."""

import gzip
import random
import time
from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import soft

SHARED = Path(__file__).parents[4] / "shared"
KIDNEY = SHARED / "mirror/ftp.ncbi.nlm.nih.gov/geo/series/GSEnnn/GSE781/soft/GSE781_family.soft.gz"
COUNTS = SHARED / "data/ncbi_counts/GSE63966_family.soft.gz"
EXAMPLES = SHARED / "data/geo_soft"
real_file = pytest.mark.skipif(not KIDNEY.exists(), reason="../shared with the real files of GEO is not there")


def sample(name: str, rows: str, platform: str = "GPL1", title: str = "t", agent: str = "agent: DMSO") -> str:
    return (
        f"^SAMPLE = {name}\n!Sample_title = {title}\n!Sample_geo_accession = {name}\n!Sample_channel_count = 1\n"
        f"!Sample_organism_ch1 = Homo sapiens\n!Sample_taxid_ch1 = 9606\n!Sample_characteristics_ch1 = {agent}\n"
        f"!Sample_data_processing = RMA\n!Sample_platform_id = {platform}\n!Sample_series_id = GSE9\n"
        f"!Sample_data_row_count = {rows.count(chr(10))}\n#ID_REF = \n#VALUE = log2 signal\n!sample_table_begin\n"
        f"ID_REF\tVALUE\tCALL\n{rows}!sample_table_end\n"
    )


HEAD = """\
^DATABASE = GeoMiame
!Database_name = Gene Expression Omnibus (GEO)
^SERIES = GSE9
!Series_title = Drug and vehicle
!Series_geo_accession = GSE9
!Series_summary =\x20
!Series_type = Expression profiling by array
!Series_supplementary_file = ftp://x/GSE9_RAW.tar
"""
PLATFORM = """\
^PLATFORM = GPL1
!Platform_geo_accession = GPL1
!Platform_data_row_count = 3
#ID = probe
!platform_table_begin
ID\tDefinition\tGene Symbol\tDefinition
1\t5" end\tDUSP6\t"
2\t\tSPRY4\t
3\t\t\t
!platform_table_end
"""
GOOD = (
    HEAD
    + "!Series_sample_id = GSM1\n!Series_sample_id = GSM2\n"
    + PLATFORM
    + sample("GSM1", "1\t7.5\tP\n2\t3\tA\n3\t-1e1\tP\n", title="a = b")
    + sample("GSM2", "1\t8\tP\n2\tnull\tA\n3\t\tP\n", agent="untreated")
)


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes, name: str = "GSE9_family.soft"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(path, read=soft.read, *arguments, **options) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, *arguments, **options)
    return caught.value.faults


def everything(path):
    table = soft.read(path)
    shown = np.nan_to_num(table.values, nan=-999).tolist()
    return table.ids, table.columns, shown, table.samples, soft.read_fields(path), soft.read_tables(path)


def test_the_values_are_those_of_the_file(stored):
    table = soft.read(stored(GOOD), "GPL1")
    assert (table.ids, table.columns, table.genes) == (["1", "2", "3"], ["GSM1", "GSM2"], ["1", "2", "3"])
    np.testing.assert_array_equal(table.values, [[7.5, 8], [3, np.nan], [-10, np.nan]])
    assert table.steps == [{"step": "missing values", "values": 2, "rows": 2}]
    assert table.unit == ""


def test_the_fields_are_named_as_those_of_a_series_matrix(stored):
    """M17: a characteristic without a key does not shift the others."""
    samples, series = soft.read_fields(stored(GOOD))
    assert samples["GSM1"]["title"] == ["a = b"]
    assert samples["GSM1"]["characteristics: agent"] == ["DMSO"]
    assert samples["GSM2"]["characteristics_ch1"] == ["untreated"]
    assert samples["GSM2"]["VALUE"] == ["log2 signal"]
    assert series["sample_id"] == ["GSM1", "GSM2"]
    assert series["summary"] == [""]


def test_quotes_in_a_platform_table_merge_nothing(stored):
    """M14."""
    table = soft.read_tables(stored(GOOD))["GPL1"]
    assert table.columns == ["ID", "Definition", "Gene Symbol", "Definition"]
    assert table.rows == [["1", '5" end', "DUSP6", '"'], ["2", "", "SPRY4", ""], ["3", "", "", ""]]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(GOOD.encode()),
        b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
        GOOD.removesuffix("\n"),
        GOOD.replace("!sample_table", "!Sample_table").replace("_begin\n", "_begin\t\t\n"),
        GOOD.replace(" = ", "="),
    ],
    ids=["gzip", "BOM and CRLF", "no last line end", "marks as submitters write them", "no blanks"],
)
def test_the_same_family_in_other_clothes(stored, content):
    plain = everything(stored(GOOD, "plain"))
    read = everything(stored(content))
    assert read[:3] == plain[:3]
    assert read[5] == plain[5]


def test_text_that_is_not_utf_8_is_read_and_counted(stored):
    table = soft.read(stored(GOOD.replace("a = b", "µ – m").encode("cp1252")))
    assert table.samples["GSM1"]["title"] == ["µ – m"]
    assert table.steps[0] == {"step": "read as Windows-1252", "lines": 1}


def test_samples_that_list_other_probes_are_joined_by_id(stored):
    """M11: in the order in which the probes are met, with the losses counted."""
    table = soft.read(stored(HEAD + sample("GSM1", "2\t1\tP\n1\t2\tP\n") + sample("GSM2", "1\t3\tP\n7\t4\tP\n")))
    assert table.ids == ["2", "1", "7"]
    np.testing.assert_array_equal(table.values, [[1, np.nan], [2, 3], [np.nan, 4]])
    assert table.steps[0] == {"step": "join samples by id", "ids": 3, "ids_not_in_all_samples": 2}


def test_probes_listed_twice_are_kept_where_all_samples_agree_and_refused_where_they_do_not(stored):
    twice = "1\t1\tP\n1\t2\tP\n"
    table = soft.read(stored(HEAD + sample("GSM1", twice) + sample("GSM2", twice)))
    assert table.ids == ["1", "1"]
    assert table.steps == [{"step": "ids in several rows, kept", "ids": 1, "rows": 2}]
    (fault,) = faults_of(stored(HEAD + sample("GSM1", twice) + sample("GSM2", "1\t1\tP\n")))
    assert "cannot be joined by id" in fault.problem


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("!platform_table_end\n", "", ":20", "stands in the table of GPL1, which has not ended"),
        ("!platform_table_end\n", "!sample_table_end\n", ":20", "which has not ended"),
        ("3\t\t\t\n!plat", "!plat", "", "table of GPL1 has 2 rows"),
        ("2\t\tSPRY4\t\n", "2\t\tSPRY4\n", ":18", "has 3 cells, the header of GPL1 has 4"),
        ("2\t3\tA\n", "", "", "table of GSM1 has 2 rows"),
        ("2\t3\tA\n", "2\t3\n", ":37", "has 2 cells"),
        ("2\t3\tA\n", "\n", ":37", "has 0 cells"),
        ("^SAMPLE = GSM2\n", "", ":41", "stands twice in the record of GSM1: the start of one may be missing"),
        ("!Series_sample_id = GSM2", "!Series_sample_id = GSM3", "", "lacks 1 of the 2 samples"),
        ("!Sample_geo_accession = GSM2", "!Sample_geo_accession = GSM1", "", "is stated in the record of GSM2"),
        ("^SAMPLE = GSM2", "^SAMPLE = GSM1", ":40", "stands twice"),
        ("!Sample_title = a", "!Series_title = a", ":22", "is not a field of the record of SAMPLE GSM1"),
        ("!Sample_title = a", "Sample_title = a", ":22", "is neither a field nor inside the marks"),
        ("!sample_table_begin\nID_REF\tVALUE\tCALL\n1\t7.5", "1\t7.5", ":34", "is neither a field nor"),
    ],
)
def test_what_is_not_as_the_format_says_is_refused_with_its_line(stored, old, new, line, problem):
    """M03, M14."""
    assert old in GOOD
    path = stored(GOOD.replace(old, new, 1))
    found = faults_of(path, soft.read_fields)
    assert any(one.where == f"{path}{line}" and problem in one.problem for one in found), found


@pytest.mark.parametrize("value", ["inf", "nan", "1,5", "0x1F", "1e400", "#N/A", "x"])
def test_a_value_that_is_not_a_number_is_refused(stored, value):
    """M06."""
    (fault,) = faults_of(stored(GOOD.replace("2\t3\tA", f"2\t{value}\tA")))
    assert fault.where.endswith(":37")
    assert (fault.field, fault.value) == ("VALUE", value)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (GOOD.replace("CALL", "VALUE"), "is not one of the columns"),
        (GOOD.replace("ID_REF\tVALUE", "ID_REF\tSIGNAL"), "is not one of the columns"),
        (GOOD.replace("1\t7.5", "\t7.5"), "is empty in the table of GSM1, row 1"),
        (HEAD + sample("GSM1", "1\t7.5\tP\n") + sample("GSM2", ""), "has no values for GSM2"),
        (
            HEAD + sample("GSM1", "1\t1\tP\n") + sample("GSM2", "1\t1\tP\n", "GPL2"),
            "GPL1 (1 samples), GPL2 (1 samples)",
        ),
        (HEAD + sample("GSM1", ""), "no processed values; in the supplement: GSE9_RAW.tar"),
        (HEAD.replace("by array", "by high throughput sequencing") + sample("GSM1", ""), "of a sequencing study"),
        (GOOD.replace("!Sample_channel_count = 1", "!Sample_channel_count = 2"), "two-colour"),
        (GOOD.replace("!Sample_taxid", "!Sample_label_ch2 = Cy5\n!Sample_taxid"), "two-colour"),
        (GOOD.replace("!Series_type", "!Series_relation = SuperSeries of: GSE7\n!Series_type"), "is a superseries"),
        (GOOD.replace("9606", "10090").replace("Homo sapiens", "Mus musculus"), "not Homo sapiens alone"),
        (GOOD.replace("!Sample_taxid_ch1 = 9606\n", "").replace("Homo s", "Homo ne"), "not Homo sapiens alone"),
        (HEAD + PLATFORM, "holds no record of a sample"),
    ],
)
def test_a_family_that_cannot_be_used_is_refused_by_name(stored, content, problem):
    """M01, M16."""
    assert problem in "\n".join(map(str, faults_of(stored(content))))


def test_one_of_several_platforms_can_be_chosen(stored):
    path = stored(HEAD + sample("GSM1", "1\t1\tP\n") + sample("GSM2", "9\t2\tP\n", "GPL2"))
    assert soft.read(path, "GPL2").columns == ["GSM2"]
    assert "theirs: GPL1, GPL2" in faults_of(path, soft.read, "GPL3")[0].problem


def test_a_record_without_its_table_has_fields(stored):
    """What GEO sends for `view=brief`: the number of rows is stated, the table is not there."""
    whole = sample("GSM1", "1\t1\tP\n")
    brief = whole[: whole.index("#ID_REF")]
    assert soft.read_fields(stored(brief))[0]["GSM1"]["characteristics: agent"] == ["DMSO"]
    assert "has no rows" in faults_of(stored(brief))[0].problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<!DOCTYPE html><html>", "is an HTML or XML page"),
        ('{"error": 1}', "is JSON"),
        ("gene\ts1\nA\t1\n", "is not the start of a SOFT file"),
        ('!Series_title\t"x"\n', "is not the start of a SOFT file"),
        ("^DATASET = GDS100\n!dataset_title = x\n", "GEO DataSet, GDS"),
        ("\n \n", "is empty"),
        ("", "is empty"),
        ("^SERIES = GSE9\n!Series_title = cut of", "ends in the middle of a line"),
    ],
)
def test_other_files_are_named(stored, content, problem):
    """M04."""
    for read in (soft.read, soft.read_fields, soft.read_tables):
        assert problem in faults_of(stored(content), read)[0].problem


def large() -> bytes:
    generator = random.Random(7)
    tables = [
        "".join(f"p{row}\t{generator.uniform(2, 14):.4f}\tP\n" for row in range(150)),
        "".join(f"p{row}\t{generator.uniform(2, 14):.4f}\tP\n" for row in range(150)),
    ]
    named = "!Series_sample_id = GSM1\n!Series_sample_id = GSM2\n"
    return (HEAD + named + PLATFORM + sample("GSM1", tables[0]) + sample("GSM2", tables[1])).encode()


@pytest.mark.parametrize("share", range(0, 100, 5))
@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_a_file_that_was_cut_off_is_refused(stored, packed, share):
    """M02."""
    content = gzip.compress(large(), mtime=0) if packed else large()
    path = stored(content[: len(content) * share // 100])
    for read in (soft.read, soft.read_fields):
        assert faults_of(path, read)


def test_a_file_that_was_cut_between_two_lines_is_refused(stored):
    """M02: wherever a plain family is cut, what is missing is missed."""
    lines = GOOD.splitlines(keepends=True)
    for count in range(1, len(lines)):
        assert faults_of(stored("".join(lines[:count])), soft.read_fields), count


def test_no_flipped_bit_goes_unnoticed(stored):
    """M02: every one of 200 files with one wrong bit is refused, or gives the same (bits that mean nothing)."""
    content = gzip.compress(large(), mtime=0)
    whole = everything(stored(content))
    generator = random.Random(3)
    refused = 0
    for _ in range(200):
        place, bit = generator.randrange(len(content)), generator.randrange(8)
        damaged = bytearray(content)
        damaged[place] ^= 1 << bit
        try:
            found = everything(stored(bytes(damaged)))
        except InputFaults:
            refused += 1
        else:
            assert found == whole, (place, bit)
    assert refused > 190


@real_file
def test_the_real_family_of_two_arrays():
    start = time.perf_counter()
    table = soft.read(KIDNEY, "GPL97")
    assert time.perf_counter() - start < 5
    assert table.values.shape == (22645, 17)
    assert not np.isnan(table.values).any()
    assert table.samples["GSM11810"]["VALUE"] == ["MAS 5.0 Statistical Algorithm (mean scaled to 500)"]
    assert "GPL96 (17 samples), GPL97 (17 samples)" in faults_of(KIDNEY)[0].problem
    assert soft.read(KIDNEY, "GPL96").values[0, 0] == 953.9


@real_file
def test_the_real_platform_tables_of_a_family():
    tables = soft.read_tables(KIDNEY)
    assert {name: len(table.rows) for name, table in tables.items()} == {"GPL96": 22283, "GPL97": 22645}
    assert list(soft.read_tables(KIDNEY, "GPL96")) == ["GPL96"]


@real_file
def test_the_real_family_of_a_sequencing_study():
    samples, series = soft.read_fields(COUNTS)
    assert len(samples) == 16
    assert samples["GSM1561390"]["characteristics: cell line"] == ["LP9"]
    assert samples["GSM1561390"]["library_strategy"] == ["RNA-Seq"]
    assert series["platform_id"] == ["GPL15433"]
    assert "GSE63966_ProcessedDataMatrix_Final.txt.gz" in faults_of(COUNTS)[0].problem


@real_file
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("GEOparse/GPL20814_family.soft", "table of GPL20814 has 3 rows"),
        ("GEOparse/GPL4133.txt", "table of GPL4133 has 13 rows"),
        ("GEOparse/GSE105845_family.soft", "lacks 2 of the 2 samples"),
        ("GEOparse/GSM32878.txt", "table of GSM32878 has 2 rows"),
        ("GEOparse/soft_ex_family.txt", "two-colour"),
        ("biopython/soft_ex_dual.txt", "two-colour"),
        ("biopython/soft_ex_affy.txt", "not Homo sapiens alone"),
        ("biopython/soft_ex_affy_chp.txt", "has no rows"),
        ("biopython/GSE16.txt", "neither a field nor inside the marks of a table"),
        ("biopython/GSM645.txt", "neither a field nor inside the marks of a table"),
        ("biopython/GSM691.txt", "neither a field nor inside the marks of a table"),
    ],
)
def test_the_examples_of_other_readers_are_refused_for_what_they_are(name, problem):
    """Shortened tables, submission templates, and records in the form of 2002, without marks around the table."""
    assert problem in "\n".join(map(str, faults_of(EXAMPLES / name)))
