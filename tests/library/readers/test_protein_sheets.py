"""protein_sheets: no line is merged, lost or guessed at, whatever quotes and decimal marks it holds."""

import gzip
import random

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers.protein_sheets import file_stem, numbers, one_of, read_sheet, sample_columns

GOOD = "id\ta\tb\nP1\t1.5\t2\nP2\t\t3e4\n"


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes, name: str = "table.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(call, *arguments, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        call(*arguments, **settings)
    return caught.value.faults


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (GOOD, "table.tsv"),
        (gzip.compress(GOOD.encode()), "table.tsv.gz"),
        (b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), "table.txt"),
        (GOOD + "\n\n", "table.tsv"),
        ('"id"\t"a"\t"b"\n"P1"\t"1.5"\t"2"\n"P2"\t""\t"3e4"\n', "table.tsv"),
    ],
    ids=["plain", "gzip", "BOM and CRLF", "empty last lines", "all quoted, as R does"],
)
def test_the_same_table_in_other_clothes(stored, content, name):
    sheet = read_sheet(stored(content, name))
    assert sheet.header == ["id", "a", "b"]
    assert sheet.rows == [["P1", "1.5", "2"], ["P2", "", "3e4"]]
    assert sheet.lines == [2, 3]
    np.testing.assert_array_equal(numbers(sheet, [1, 2]), [[1.5, 2], [np.nan, 3e4]])


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ('5"-nucleotidase\t1\t2', '5"-nucleotidase'),
        ('"open\t1\t2', '"open'),
        ('"open\tend"\t2', '"open'),
        ('"kinase, ""big"""\t1\t2', 'kinase, "big"'),
        ('"a\tb"\t1\t2', "a\tb"),
        ('"\t1\t2', '"'),
    ],
)
def test_a_stray_quote_merges_no_rows(stored, line, first):
    """M14: quotes are undone only where that gives the fields of the header; the next line is never touched."""
    sheet = read_sheet(stored(f"id\ta\tb\n{line}\nP2\t3\t4\nP3\t5\t6\n"))
    assert [row[0] for row in sheet.rows] == [first, "P2", "P3"]
    assert sheet.rows[2] == ["P3", "5", "6"]


def test_a_field_of_more_than_the_csv_limit_is_read(stored):
    long = ";".join(["12345"] * 50_000)
    sheet = read_sheet(stored(f'id\ta\tb\nP"1\t{long}\t2\n'))
    assert sheet.rows == [['P"1', long, "2"]]


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        ("id\ta\tb\nP1\t1\nP2\t1\t2\nP3\t1\t2\t3\n", ":2", "has 2 fields, the header has 3"),
        ("id\ta\tb\nP1\t1\t2\n\nP2\t1\t2\n", ":3", "has 0 fields"),
        ('id\ta\tb\n"P\n1"\t1\t2\n', ":2", "has 1 fields"),
        ("id\ta\tb\nP1\t1\t2\nP2\t1\t", ":3", "middle of a line"),
        ("id\ta\tb\n", "", "no rows"),
        ("id,a,b\nP1,1,2\n", ":1", "single column"),
        ("", "", "is empty"),
        ("\n\n", "", "is empty"),
        ("<!DOCTYPE html><html>robot?</html>\n", "", "HTML"),
        ('{"error": "not found"}\n', "", "JSON"),
        (b"PK\x03\x04" + bytes(600), "", "Excel"),
        (b"\x1f\x8b" + bytes(40), "", "damaged"),
        (gzip.compress(GOOD.encode())[:-9], "", "cut off"),
        ("#!{Type}\tE\tE\n", "", "no rows"),
        ("id\ta\tb\n#!{Type}\tE\tE\nP1\t1\t2\n", ":2", "Perseus"),
        ("id\ta\tb\nP1\t\xe9\t2\n".encode("latin-1"), ":2", "UTF-8"),
    ],
)
def test_what_is_no_whole_table_is_refused(stored, content, where, problem):
    """M01–M04."""
    found = faults_of(read_sheet, stored(content))
    assert found[0].where.endswith(f"table.tsv{where}")
    assert problem in found[0].problem
    assert found[0].fix


def test_every_ragged_line_is_named_and_their_number_is_bounded(stored):
    found = faults_of(read_sheet, stored("id\ta\tb\nP1\t1\nP2\t1\t2\nP3\t1\t2\t3\n"))
    assert [one.where.rpartition(":")[2] for one in found] == ["2", "4"]
    found = faults_of(read_sheet, stored("id\ta\tb\n" + "P1\t1\n" * 50))
    assert len(found) == 20
    assert any("31 more faults" in one.problem for one in found)


def test_no_flipped_bit_and_no_cut_is_read_silently(stored):
    """M02: 200 random bits, and a cut at every twentieth."""
    whole = gzip.compress(GOOD.encode(), mtime=0)
    expected = read_sheet(stored(whole)).rows
    generator = random.Random(3)
    refused = 0
    for _ in range(200):
        flipped = bytearray(whole)
        flipped[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
        try:
            assert read_sheet(stored(bytes(flipped))).rows == expected
        except InputFaults:
            refused += 1
    assert refused > 100
    for part in range(1, 20):
        assert faults_of(read_sheet, stored(whole[: len(whole) * part // 20]))


@pytest.mark.parametrize("separator", ["comma", "semicolon"])
def test_other_separators_when_they_are_said(stored, separator):
    mark = {"comma": ",", "semicolon": ";"}[separator]
    sheet = read_sheet(stored(GOOD.replace("\t", mark).replace("P1", f'"P1{mark}P9"')), separator)
    assert sheet.rows == [[f"P1{mark}P9", "1.5", "2"], ["P2", "", "3e4"]]


@pytest.mark.parametrize("text", ["", "NA", "NaN", "nan", "Filtered", " "])
def test_what_is_missing(stored, text):
    assert np.isnan(numbers(read_sheet(stored(f"id\ta\nP1\t{text}\nP2\t1\n")), [1])[0, 0])


@pytest.mark.parametrize(
    "text", ["null", "#N/A", "inf", "-Inf", "1e400", "0x1A", "1_000", "1.2.3", "١٢", "True", "1-Mar"]
)
def test_what_is_no_number_is_refused_with_line_and_column(stored, text):
    """M06."""
    sheet = read_sheet(stored(f"id\ta\nP1\t1\nP2\t{text}\n"))
    [found] = faults_of(numbers, sheet, [1])
    assert (found.where[-2:], found.field, found.value) == (":3", "a", text)
    assert "finite" in found.problem


def test_a_column_of_text_is_one_fault(stored):
    sheet = read_sheet(stored("id\ta\tnote\nP1\t1\tgood\nP2\t2\tbad\nP3\tx\t\n"))
    first, second = faults_of(numbers, sheet, [1, 2])
    assert (first.field, first.value, first.where[-2:]) == ("note", "good", ":2")
    assert "without a single number" in first.problem
    assert (second.field, second.value, second.where[-2:]) == ("a", "x", ":4")


@pytest.mark.parametrize(
    ("texts", "decimal", "expected"),
    [
        (["1,5", "2", "3,25E3"], "comma", [1.5, 2, 3250]),
        (["1.5", "2", "3.25E3"], "point", [1.5, 2, 3250]),
        (["1,234", "2", "3,000"], "comma", [1.234, 2, 3]),
    ],
)
def test_the_decimal_mark_is_the_one_that_is_said(stored, texts, decimal, expected):
    sheet = read_sheet(stored("id\ta\n" + "".join(f"P\t{text}\n" for text in texts)))
    np.testing.assert_array_equal(numbers(sheet, [1], decimal)[:, 0], expected)


@pytest.mark.parametrize(
    ("decimal", "texts", "fix"), [("point", "1,5 2,5 3", "comma"), ("comma", "1.5 2.5 3", "point")]
)
def test_the_other_decimal_mark_is_refused_once_with_the_fix(stored, decimal, texts, fix):
    sheet = read_sheet(stored("id\ta\n" + "".join(f"P\t{text}\n" for text in texts.split())))
    [found] = faults_of(numbers, sheet, [1], decimal)
    assert f"one of 2 numbers with a {fix}" in found.problem
    assert f"decimal: {fix}" in found.fix


@pytest.mark.parametrize("text", ["1.234,5", "1,234.5"])
@pytest.mark.parametrize("decimal", ["point", "comma"])
def test_marks_of_thousands_are_never_understood(stored, text, decimal):
    sheet = read_sheet(stored(f"id\ta\nP1\t{text}\nP2\t1\n"))
    assert [one.value for one in faults_of(numbers, sheet, [1], decimal)] == [text]


def test_columns_are_found_whatever_r_made_of_their_names(stored):
    sheet = read_sheet(stored("Majority.protein.IDs\tx\tX\nP1\t1\t2\n"))
    assert sheet.find("Majority protein IDs") == 0
    assert sheet.find("none", "majority protein ids") == 0
    assert sheet.find("none") is None
    assert sheet.texts("none") == [""]
    [found] = faults_of(sheet.find, "x")
    assert "names 2 columns (2, 3)" in found.problem
    [found] = faults_of(sheet.require, "Majority proteins")
    assert "Did you mean 'Majority.protein.IDs'?" in found.fix


def test_two_columns_of_one_sample_are_refused(stored):
    sheet = read_sheet(stored("id\tx/a.raw\ty/a.raw\tc\t\nP1\t1\t2\t3\t4\n"))
    first, second = faults_of(sample_columns, sheet, [("a", 1), ("a", 2), ("c", 3), ("", 4)])
    assert "'a', as column 2 is ('x/a.raw')" in first.problem
    assert second.field == "column 5"
    assert sample_columns(sheet, [("a", 1), ("c", 3)]) == {"a": "x/a.raw", "c": "c"}


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/scratch/x/A_01.mzML", "A_01"),
        (r"D:\raw files\A 01.RAW", "A 01"),
        ("/data/A.01.d", "A.01"),
        ("/data/A.d/", "A"),
        ("A.mzML.gz", "A"),
        ("A.wiff2", "A"),
        ("A.v2", "A.v2"),
        ("A.raw.1", "A.raw.1"),
    ],
)
def test_the_stem_of_a_run(path, stem):
    assert file_stem(path) == stem


def test_a_wrong_setting_is_a_fault():
    [found] = faults_of(one_of, "decimal", "coma", {"comma": 1, "point": 2})
    assert (found.field, found.value, found.fix) == ("decimal", "coma", "Did you mean 'comma'?")
