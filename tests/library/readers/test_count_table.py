"""count_table: every form of header that archives serve is read exactly, or refused with what would settle it."""

import csv
import gzip
import io
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from checkout import ROOT
from hypothesis import given
from hypothesis import strategies as st

from secretome import number_rows, text_files
from secretome.faults import MOST_FAULTS, InputFaults
from secretome.readers.count_table import read, read_columns

SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes, name: str = "counts.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(path, **settings) -> list:
    with pytest.raises(InputFaults) as caught:
        read(path, **settings)
    assert all(fault.fix for fault in caught.value.faults)
    return caught.value.faults


def test_a_plain_table(stored):
    table = read(stored("gene\ts1\ts2\nA\t1\t2\nA\t3\t4.5\n"), separator="tab")
    assert (table.ids, table.genes, table.columns) == (["A", "A"], ["A", "A"], ["s1", "s2"])
    np.testing.assert_array_equal(table.values, [[1, 2], [3, 4.5]])
    assert table.values.dtype == np.float64
    assert table.samples == {"s1": {"column": ["s1"]}, "s2": {"column": ["s2"]}}
    assert (table.unit, table.steps) == ("", [])


# The forms of header that public tables have, and what must come out of each: rows A and B, columns s1 and s2.
FORMS = {
    "R's write.csv": ('"","s1","s2"\n"A",1,2\n"B",3,4\n', {}),
    "R's write.table": ('"s1" "s2"\n"A" 1 2\n"B" 3 4\n'.replace(" ", "\t"), {}),
    "write.table without quotes, allowed": ("s1\ts2\nA\t1\t2\nB\t3\t4\n", {"first_name_missing": True}),
    "write.table without quotes, known samples": ("s1\ts2\nA\t1\t2\nB\t3\t4\n", {"samples": ["s1", "s2"]}),
    "first cell empty": ("\ts1\ts2\nA\t1\t2\nB\t3\t4\n", {}),
    "semicolons": ("gene;s1;s2\nA;1;2\nB;3;4\n", {}),
    "decimal comma": ("gene;s1;s2\nA;1,0;2,0\nB;3;4\n", {"decimal": "comma"}),
    "everything quoted": ('"gene","s1","s2"\r\n"A","1","2"\r\n"B","3","4"\r\n', {"separator": "comma"}),
    "separators inside quotes": ('"gene, symbol",s1,s2\n"A",1,2\nB,3,4\n', {}),
    "GSE207514: ids, symbol, name": (
        "ENTREZID\tSYMBOL\tGENENAME\ts1\ts2\n1\tA\ta, b\t1\t2\n2\tB\tb-1\t3\t4\n",
        {"id_column": "SYMBOL", "ignore": ["ENTREZID", "GENENAME"]},
    ),
    "featureCounts": (
        '# Program:featureCounts v2.0.1; Command:"featureCounts" "-a" "x.gtf"\n'
        "Geneid\tChr\tStart\tEnd\tStrand\tLength\ts1\ts2\nA\tchr1;chr1\t1;5\t2;9\t+;+\t7\t1\t2\nB\t2\t1\t2\t-\t2\t3\t4\n",
        {"ignore": ["Chr", "Start", "End", "Strand", "Length"]},
    ),
    "ids in the middle": ("s1\tgene\ts2\n1\tA\t2\n3\tB\t4\n", {"id_column": "gene"}),
    "ids last": ("s1\ts2\tgene\n1\t2\tA\n3\t4\tB\n", {"id_column": "gene"}),
    "UTF-8 BOM, blanks about names": ("\ufeffgene\t s1\ts2 \nA\t1\t2\nB\t3\t4\n\n\n", {}),
}


@pytest.mark.parametrize(("content", "settings"), FORMS.values(), ids=FORMS)
def test_the_first_lines_tell_the_same_columns(stored, content, settings):
    path = stored(content)
    if "first_name_missing" in settings:
        return
    assert read_columns(path, **settings) == read(path, **settings).columns


@pytest.mark.parametrize("block", [5, 4_000_000])
@pytest.mark.parametrize(("content", "settings"), FORMS.values(), ids=FORMS)
def test_every_form_of_header(stored, monkeypatch, block, content, settings):
    monkeypatch.setattr(text_files, "BLOCK", block)
    for written in (content.encode(), gzip.compress(content.encode())):
        table = read(stored(written), **settings)
        assert (table.ids, table.columns) == (["A", "B"], ["s1", "s2"])
        np.testing.assert_array_equal(table.values, [[1, 2], [3, 4]])


def test_steps_say_what_was_taken_from_the_header(stored):
    def steps(content, **settings):
        return read(stored(content), **settings).steps

    content, settings = FORMS["featureCounts"]
    assert steps(content, separator="tab", **settings) == [
        {"step": "skip comment lines", "lines": 1},
        {"step": "ignore columns", "columns": settings["ignore"]},
    ]
    assert steps(FORMS["R's write.table"][0]) == [
        {"step": "take the separator from the header", "separator": "tab"},
        {"step": "read a header without the name of the first column", "names": 2},
    ]


def test_one_sample_is_a_table_too(stored):
    assert read(stored("gene\ts1\nA\t1\n")).values.tolist() == [[1]]
    assert read(stored('"s1"\n"A",1\n')).columns == ["s1"]


def test_repeated_names_are_replicates_only_where_that_is_said(stored):
    """The form of GSE186341: the first cell empty, replicates under one name."""
    path = stored(',DMSO__24,BYL_1_24,DMSO__24,DMSO__24\n"100",1,2,3,4\n')
    [fault] = faults_of(path)
    assert "names 3 columns" in fault.problem
    assert "columns.repeated: replicates" in fault.fix
    table = read(path, repeated="replicates")
    assert table.columns == ["DMSO__24", "BYL_1_24", "DMSO__24.2", "DMSO__24.3"]
    assert table.samples["DMSO__24"] == {"column": ["DMSO__24"], "replicate": ["1"]}
    assert table.samples["DMSO__24.3"] == {"column": ["DMSO__24"], "replicate": ["3"]}
    assert table.samples["BYL_1_24"] == {"column": ["BYL_1_24"], "replicate": ["1"]}
    assert table.steps[-1] == {"step": "number columns of the same name as replicates", "names": 1, "columns": 3}
    assert table.values.tolist() == [[1, 2, 3, 4]]


@pytest.mark.parametrize("header", ["g,A,A,A.2", "g,A.2,A,A"])
def test_a_number_that_is_taken_is_not_given_again(stored, header):
    [fault] = faults_of(stored(f"{header}\nx,1,2,3\n"), repeated="replicates")
    assert fault.value == "A.2"


def test_the_ensembl_id_is_taken_out_of_ids_with_a_symbol(stored):
    """The form of GSE121105."""
    ids = ["TSPAN6|ENSG00000000003.14", "|ENSG00000000005", "X|ENSG00000182378.13_PAR_Y", "A|B", "C", "__no_feature"]
    table = read(stored("gene\ts1\n" + "".join(f"{one}\t1\n" for one in ids)), separator="tab")
    assert table.ids == ids
    assert table.genes == ["ENSG00000000003.14", "ENSG00000000005", "ENSG00000182378.13_PAR_Y", "A|B", "C", ""]
    assert table.steps == [
        {"step": "rows that sum up reads of no gene", "rows": 1},
        {"step": "take the Ensembl id out of SYMBOL|ENSEMBL", "rows": 3},
        {"step": "ids with a bar name several genes", "rows": 1},
    ]


def test_ids_stay_the_text_that_they_are(stored):
    """M13: what a spreadsheet made of an id reaches the check of the ids unchanged."""
    ids = ["NA", "001", "1-Mar", "2.31E+13", "NaN", "null", "#N/A", " x ", "True", "a,b", 'a"b']
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows([["gene", "s1"], *([one, "1"] for one in ids)])
    assert read(stored(content.getvalue()), separator="comma").ids == ids


@pytest.mark.parametrize(
    ("content", "settings", "field", "words"),
    [
        ("s1\ts2\nA\t1\t2\n", {}, "", "the first may be missing"),
        ("gene\ts1\ts2\nA\t1\t2\t3\n", {"samples": ["s1"]}, "", "the first may be missing"),
        ("ENTREZID\tSYMBOL\ts1\n1\tA\t5\n", {}, "column 2", "columns.ignore: [SYMBOL]"),
        ("ENTREZID\tSYMBOL\ts1\n1\tA\t5\n", {"id_column": "SYMBOL"}, "column 1", "columns.ignore: [ENTREZID]"),
        ("gene\tLength\ts1\nA\t90\t5\n", {}, "column 2", "columns.ignore: [Length]"),
        ("gene\tgene_length\ts1\nA\t90\t5\n", {}, "column 2", "columns.ignore: [gene_length]"),
        ("gene\tGC.content\ts1\nA\t0.4\t5\n", {}, "column 2", "is called as an annotation"),
        ("gene\tStart\ts1\nA\t4\t5\n", {"ignore": ["Stat"]}, "columns.ignore", "Did you mean 'Start'?"),
        ("gene\ttype\ts1\nA\tx\t5\nB\tNA\t5\n", {}, "column 2", "holds text, as 'x'"),
        ("gene\ts1\nA\t5\n", {"id_column": "Gene"}, "columns.id", "Did you mean 'gene'?"),
        ("gene\ts1\ts1\nA\t5\t6\n", {"id_column": "s1"}, "columns.id", "names 2 columns"),
        ("gene\ts1\nA\t5\n", {"ignore": ["gene"]}, "columns.ignore", "is the column of the ids"),
        ("gene\ts1\nA\t5\n", {"ignore": ["s1"]}, "columns.ignore", "leaves no column of numbers"),
        ("gene\ts1\t\nA\t5\t6\n", {}, "", "no name for column 3"),
        ("gene\ts\x1b1\nA\t5\n", {}, "column 2", "control character"),
        ('gene\t"s"1\nA\t5\n', {}, "", "holds a quote"),
        ('gene\t"s1\nA\t5\n', {}, "", "holds a quote"),
        ("#gene\ts1\nA\t5\n", {}, "", "it may be the header"),
        ("gene,a;s1,b\nA,1;5,0\n", {}, "separator", "could be separated by comma or semicolon"),
        ("gene s1\nA 5\n", {}, "separator", "has a single column"),
        ("gene,s1\nA,5\n", {"separator": "tab"}, "separator", "Set separator: comma"),
        ("\ngene,s1\nA,5\n", {}, "", "is empty where the header is expected"),
        ("# only\n# comments\n", {}, "", "is empty where the header is expected"),
        ("gene,s1\nA,5\n", {"decimal": "comma", "separator": "comma"}, "decimal", "is the separator too"),
        ("gene,s1\nA,5\n", {"decimal": "."}, "decimal", "Give one of: point, comma"),
        ("gene,s1\nA,5\n", {"repeated": "sum"}, "repeated", "Give one of: refuse, replicates"),
        ("gene,s1\nA,5\n", {"separator": "|"}, "separator", "Give one of: auto, tab, comma, semicolon"),
        ("gene\ts1\n", {}, "", "has a header and no rows"),
    ],
)
def test_what_the_header_leaves_open_is_refused_with_the_fix(stored, content, settings, field, words):
    """S01, S07, M01, M03."""
    [fault] = faults_of(stored(content), **settings)
    assert fault.field == field
    assert words in str(fault)


def test_a_known_sample_may_be_called_as_an_annotation(stored):
    assert read(stored("gene\tstart\tend\nA\t1\t2\n"), samples=["start", "end"]).columns == ["start", "end"]


def test_all_columns_that_are_no_samples_are_named_together(stored):
    faults = faults_of(stored("id\tSYMBOL\tLength\tTYPE\ts1\n1\tA\t9\tcoding\t5\n"))
    assert [fault.value for fault in faults] == ["SYMBOL", "Length", "TYPE"]
    assert {"columns.ignore: [Length, SYMBOL, TYPE]" in fault.fix for fault in faults} == {True}


NO_NUMBERS = [
    "inf",
    "-Inf",
    "0x1A",
    "1e400",
    "#N/A",
    "1_000",
    " 12",
    "12 ",
    "١٢",
    "1e",
    "--1",
    "TRUE",
    "N/A",
    "nan",
    "½",
]


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("decimal", ["point", "comma"])
@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_finite_number_is_refused_with_line_and_column(stored, value, decimal, missing):
    """M06."""
    path = stored(f"# comment\ngene;s1;s2\nA;1;2\nB;3;{value}\n")
    [fault] = faults_of(path, decimal=decimal, missing=missing)
    assert fault.where.endswith("counts.tsv:4")
    assert (fault.field, fault.value) == ("column 3 (s2)", value)
    assert "B" in fault.fix


@pytest.mark.parametrize(
    ("value", "decimal", "words"),
    [
        ("1,234", "point", "separators of thousands"),
        ("1.234,5", "point", "separators of thousands"),
        ("1,234,567.8", "point", "separators of thousands"),
        ("1 234", "point", "separators of thousands"),
        ("1.234", "comma", "separators of thousands"),
        ("1.234,5", "comma", "separators of thousands"),
        ("1,5", "point", "Set decimal: comma"),
        ("1821,999", "point", "Set decimal: comma"),
        ("1.5", "comma", "Set decimal: point"),
        ("1,2,3", "comma", "is not a finite decimal number"),
    ],
)
def test_marks_of_decimals_and_thousands_are_never_guessed(stored, value, decimal, words):
    """M06."""
    path = stored(f"gene;s1;s2\nA;1;2\nB;3;{value}\n")
    [fault] = faults_of(path, decimal=decimal, missing=True)
    assert (fault.value, fault.field) == (value, "column 3 (s2)")
    assert words in str(fault)
    quoted = stored(f'gene,s1,s2\nA,1,2\nB,3,"{value}"\n')
    if decimal == "point":
        assert faults_of(quoted, decimal=decimal) == [fault]


def test_a_declared_decimal_comma(stored):
    path = stored("gene;s1;s2\nA;1,234;-,5\nB;3;1,5e-2\n")
    np.testing.assert_array_equal(read(path, decimal="comma").values, [[1.234, -0.5], [3, 0.015]])


@pytest.mark.parametrize("text", ["", "NA", "NaN", "null"])
def test_missing_values_are_read_only_where_they_are_allowed_and_counted(stored, text):
    path = stored(f"gene\ts1\ts2\nA\t{text}\t2\nB\t{text}\t4.5\nC\t1e3\t{text}\n")
    faults = faults_of(path)
    assert [fault.where[-2:] for fault in faults] == [":2", ":3", ":4"]
    assert "missing_values: true" in faults[0].fix
    table = read(path, missing=True, separator="tab")
    np.testing.assert_array_equal(table.values, [[np.nan, 2], [np.nan, 4.5], [1000, np.nan]])
    assert table.steps == [{"step": "read values that were not measured", "values": 3}]


def test_that_none_is_missing_is_said_too(stored):
    table = read(stored("gene\ts1\nA\t1\n"), missing=True, separator="tab")
    assert table.steps == [{"step": "read values that were not measured", "values": 0}]


@pytest.mark.parametrize("line", ['B",3,4', '"B,3,4', 'B,"3,4', 'B"x",3,4', '"B"x,3,4', 'B,3,4"', '"B""",3,"4'])
def test_a_stray_quote_merges_no_rows(stored, line):
    """M14: the line is told, and only that one."""
    [fault] = faults_of(stored(f'gene,s1,s2\n"A",1,2\n{line}\n"C",5,6\n'))
    assert fault.where.endswith(":3")
    assert "quote" in fault.problem


def test_two_stray_quotes_do_not_swallow_what_is_between_them(stored):
    """M14: pandas reads two rows here."""
    faults = faults_of(stored('gene\ts1\n"A\t1\nB\t2\nC\t3\nD"\t4\nE\t5\n'))
    assert [fault.where[-2:] for fault in faults] == [":2", ":5"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("B\t3", "has 2 fields, the header has 3"),
        ("B\t3\t4\t5", "has 4 fields"),
        ("", "has 0 fields"),
        ("\t3\t4", "has no id"),
        ("B\x07\t3\t4", "control character"),
        ("B\u2028\t3\t4", "control character"),
    ],
)
def test_faulty_lines_are_refused_with_their_number(stored, line, problem):
    """M03."""
    [fault] = faults_of(stored(f"gene\ts1\ts2\nA\t1\t2\n{line}\nC\t1\t2\n"))
    assert fault.where.endswith(":3")
    assert problem in fault.problem


def test_a_tab_inside_a_field_of_another_separator_is_refused(stored):
    """S07: it would move the columns of every later table."""
    assert "control character" in faults_of(stored('gene,s1\n"A\tB",1\n'), separator="comma")[0].problem


def test_all_faults_are_told_at_once_up_to_a_cap(stored, monkeypatch):
    content = "gene\ts1\nA\t1\n" + "".join(f"A{row}\t1\tx\n" if row % 2 else f"A{row}\tx\n" for row in range(400))
    for block in (7, 4_000_000):
        monkeypatch.setattr(text_files, "BLOCK", block)
        faults = faults_of(stored(content))
        assert len(faults) == MOST_FAULTS
        assert any("381 more" in fault.problem for fault in faults)


def random_table(rows: int, columns: int) -> str:
    generator = random.Random(1)
    lines = [f"gene,{','.join(f's{column}' for column in range(columns))}"]
    lines += [
        f'"ENSG{row:011d}",' + ",".join(str(generator.randrange(9999)) for _ in range(columns)) for row in range(rows)
    ]
    return "\n".join(lines) + "\n"


def test_truncated_gzip_is_never_read(stored):
    """M02: cut at every twentieth."""
    whole = gzip.compress(random_table(400, 5).encode(), mtime=0)
    for part in range(1, 20):
        assert faults_of(stored(whole[: len(whole) * part // 20], "counts.csv.gz"))


def test_no_flipped_bit_changes_a_table_silently(stored, monkeypatch):
    """M02: 200 random bits; also where what is damaged was taken in before the checksum was seen."""
    monkeypatch.setattr(text_files, "BLOCK", 1000)
    whole = gzip.compress(random_table(300, 4).encode(), mtime=0)
    expected = read(stored(whole))
    generator = random.Random(3)
    refused = 0
    for _ in range(200):
        position = generator.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[position // 8] ^= 1 << position % 8
        try:
            table = read(stored(bytes(damaged)))
        except InputFaults:
            refused += 1
            continue
        assert position < 80  # bits of the header that carry no data
        assert (table.ids, table.columns) == (expected.ids, expected.columns)
        np.testing.assert_array_equal(table.values, expected.values)
    assert refused > 190


def test_damage_is_told_and_not_what_it_made_of_the_lines(stored):
    whole = bytearray(gzip.compress(b"gene\ts1\nA\tx\nB\ty\n"))
    whole[-8] ^= 1
    [fault] = faults_of(stored(bytes(whole)))
    assert "damaged" in fault.problem


def test_a_last_line_without_its_end_is_whole_only_where_a_checksum_says_so(stored):
    """M02: 4 could have been 45."""
    content = "gene\ts1\nA\t1\nB\t4"
    [fault] = faults_of(stored(content))
    assert "cut off" in fault.problem
    assert fault.where.endswith(":3")
    table = read(stored(gzip.compress(content.encode())), separator="tab")
    assert table.values.tolist() == [[1], [4]]
    assert table.steps == [{"step": "read a last line without a line end", "line": 3}]
    assert (
        "cut off" in faults_of(stored("gene\ts1"))[0].problem or "no rows" in faults_of(stored("gene\ts1"))[0].problem
    )


def test_other_files_and_pipes_are_refused_by_name_without_hanging(stored, tmp_path):
    """C14, M04, S08, A04, A05: as text_files refuses them."""
    os.mkfifo(tmp_path / "pipe")
    for path, problem in [
        (tmp_path / "pipe", "a pipe or a device"),
        ("/dev/zero", "a pipe or a device"),
        (stored("<html>busy</html>"), "HTML"),
        (stored(b"PK\x03\x04", "counts.csv"), "Excel"),
        (stored("gene\ts1\nA\t1\n", "counts.rds"), "R data"),
        (stored("gene\ts1\nA\t1\n", "counts.csv.gz"), "not a gzip file"),
    ]:
        assert problem in faults_of(path)[0].problem


def test_a_large_table_is_read_in_time_and_in_little_memory(stored):
    """M21: at most three times the size of the numbers, without the text of the table ever being whole in memory."""
    generator = random.Random(1)
    rows = ["\t".join(str(generator.randrange(9999)) for _ in range(400)) for _ in range(50)]
    lines = ["gene\t" + "\t".join(f"s{column}" for column in range(400))]
    lines += [f"G{row}\t{rows[row % 50]}" for row in range(20_000)]
    path = stored("\n".join(lines) + "\n")
    script = """
import sys
from secretome.readers import count_table
def peak(): return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024
before = peak()
table = count_table.read(sys.argv[1])
print((peak() - before) / table.values.nbytes)
"""
    folders = {**os.environ, "PYTHONPATH": str(ROOT / "workflow" / "scripts")}
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, env=folders, check=True, capture_output=True, text=True)
    assert float(done.stdout) < 3


def test_60675_genes_of_29_samples_are_read_in_three_seconds(stored):
    rows = random_table(500, 29).split("\n")[1:-1]
    lines = [",".join(["gene", *(f"s{column}" for column in range(29))])]
    lines += [f"G{row}{rows[row % 500]}".replace('"', "") for row in range(60_675)]
    path = stored(gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=1))
    start = time.process_time()
    assert read(path).values.shape == (60_675, 29)
    assert time.process_time() - start < 3


# What could pass for a table: a good one, with separators, quotes, parts of numbers and line ends where they may hurt.
PIECES = st.sampled_from([*',;\t"\n#|.-+e1290_ ', "A", "s1", "NA", "nan", "inf", "\r\n", '""', '"a"', ""])
SIGNS = {"tab": "\t", "comma": ",", "semicolon": ";"}


def damaged_table(rows: list[list[str]], separator: str, places: list[tuple[int, int, str]]) -> str:
    text = "".join(SIGNS[separator].join(row) + "\n" for row in rows)
    for place, length, piece in places:
        place %= len(text) + 1
        text = text[:place] + piece + text[place + length :]
    return text


@given(
    st.lists(st.tuples(st.sampled_from(["A", "1", '"B"', "NA"]), *[st.sampled_from(["1", "2.5", "", "NA"])] * 2)),
    st.sampled_from(list(SIGNS)),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 2), PIECES), max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_any_text_is_read_exactly_or_refused(tmp_path_factory, rows, separator, places, given_separator, missing):
    """The reference is the csv module, strict, one line at a time."""
    text = damaged_table([["gene", "s1", "s2"], *rows], separator, places)
    separator = separator if given_separator else "auto"
    path = tmp_path_factory.mktemp("any") / "a.txt"
    path.write_bytes(text.encode())
    try:
        table = read(path, separator=separator, missing=missing, repeated="replicates", first_name_missing=True)
    except InputFaults:
        return
    known = {step["step"]: step for step in table.steps}
    found = known.get("take the separator from the header", {"separator": separator})["separator"]
    sign = SIGNS[found]
    lines = (
        text.replace("\r\n", "\n").rstrip("\n").split("\n")[known.get("skip comment lines", {"lines": 0})["lines"] :]
    )
    _, *rows = [next(csv.reader([line], delimiter=sign, strict=True)) for line in lines]
    assert table.ids == [row[0] for row in rows]
    expected = [[np.nan if missing and one in number_rows.MISSING else float(one) for one in row[1:]] for row in rows]
    np.testing.assert_array_equal(table.values, expected)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), min_size=1, max_size=8)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(st.tuples(TEXTS, NUMBERS, NUMBERS), min_size=1, max_size=9),
    st.sampled_from(list(SIGNS)),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.integers(1, 50),
)
def test_any_table_comes_back_from_its_quoted_form(tmp_path_factory, rows, separator, quoting, block):
    path = tmp_path_factory.mktemp("any") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=SIGNS[separator], quoting=quoting, lineterminator="\n")
        writer.writerows([["gene", "s1", "s2"], *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "BLOCK", block)
        table = read(path, separator=separator)
    assert table.ids == [row[0] for row in rows]
    np.testing.assert_array_equal(table.values, [row[1:] for row in rows])


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize(
    ("name", "settings", "shape", "first"),
    [
        ("kavran_encorafenib/kavran_counts.tsv.gz", {}, (60675, 29), ("ENSG00000000003", 686)),
        ("gse86221_nutlin/MCF7_counts.tsv", {"ignore": ["Length"]}, (28265, 4), ("C1orf141", 0)),
        ("gse86221_nutlin/Andrysik2017_counts.tsv", {}, (28265, 4), ("C1orf141", 3)),
        (
            "mcf10a_ligands/RNAseq_level4_log2_medians.tsv.gz",
            {"ignore": ["hgnc_symbol"]},
            (30627, 15),
            ("ENSG00000000003", 3.64168),
        ),
        (
            "cytokine_panel/raw/drugs_2022.csv",
            {"separator": "semicolon", "decimal": "comma"},
            (27, 10),
            ("IL1b", 1821.999),
        ),
        ("gse42872/GSE42872_symbol_log2.tsv.gz", {}, (18837, 6), ("ZZZ3", 11.2697)),
    ],
)
def test_real_tables(name, settings, shape, first):
    table = read(SHARED / name, **settings)
    assert table.values.shape == shape
    assert (table.ids[0], table.values[0, 0]) == first
    assert np.isfinite(table.values).all()


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("gse86221_nutlin/MCF7_counts.tsv", {}, "columns.ignore: [Length]"),
        ("mcf10a_ligands/RNAseq_level4_log2_medians.tsv.gz", {}, "columns.ignore: [hgnc_symbol]"),
        ("cytokine_panel/raw/drugs_2022.csv", {}, "Set decimal: comma"),
    ],
)
def test_real_tables_that_need_a_word(name, settings, words):
    assert any(words in fault.fix for fault in faults_of(SHARED / name, **settings))
