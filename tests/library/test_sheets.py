"""sheets: sample sheets, text as it stands, ids that cannot be mistaken."""

import random
import unicodedata

import pytest

from secretome.faults import InputFaults
from secretome.sheets import counterparts, read_rows, read_samples, skeleton


@pytest.fixture
def sheet(tmp_path):
    def write(content: str | bytes, name: str = "samples.tsv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(path, column: str = "sample") -> list:
    with pytest.raises(InputFaults) as caught:
        read_samples(path, column)
    return caught.value.faults


def test_a_sheet_is_read_by_column_in_its_order(sheet):
    assert read_samples(sheet("sample\tgroup\nb\tx\na\ty\n"), "sample") == {"sample": ["b", "a"], "group": ["x", "y"]}


@pytest.mark.parametrize(
    "text", ["\ufeffsample\tg\r\na\tx\r\nb\ty\r\n", "sample\tg\na\tx\nb\ty", "sample\tg\na\tx\nb\ty\n\n\n"]
)
def test_bom_crlf_and_empty_last_lines_are_accepted(sheet, text):
    assert read_samples(sheet(text), "sample") == {"sample": ["a", "b"], "g": ["x", "y"]}


def test_ids_are_kept_as_text(sheet):
    """S03, M13: nothing turns into a number, a date, a truth value or a missing value."""
    ids = ["001", "NA", "None", "true", "2024-05-01", "1-Mar", "1e5", "0x1", "1.10", "nan"]
    read = read_samples(sheet("sample\tg\n" + "".join(f"{i}\tx\n" for i in ids)), "sample")
    assert read["sample"] == ids


def test_titles_in_any_script_are_kept_and_composed(sheet):
    """S04."""
    titles = [unicodedata.normalize("NFD", "Zürich"), "عربي", "a b", "a\u200bb", "ひらがな"]
    read = read_samples(sheet("sample\ttitle\n" + "".join(f"s{i}\t{t}\n" for i, t in enumerate(titles))), "sample")
    assert read["title"] == ["Zürich", *titles[1:]]


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("name\tg\na\tx\nb\ty\n", ":1", "not a column"),
        ("sample\tg\n", "", "a header and no samples"),
        ("sample,g\na,x\nb,y\n", ":1", "separated by commas"),
        ("sample;g\na;x\nb;y\n", ":1", "separated by semicolons"),
        ("sample g\na x\nb y\n", ":1", "separated by spaces"),
        ("sample\na\nb\n", ":1", "a single column"),
        ("sample\tg\na\tx\nb\n", ":3", "has 1 fields, the header has 2"),
        ("sample\tg\na\tx\n\nb\ty\n", ":3", "has 0 fields"),
        ("sample\tg\na\tx\tz\nb\ty\n", ":2", "has 3 fields"),
        ("sample\tg\tg\na\tx\t1\nb\ty\t2\n", ":1", "names 2 columns (2, 3)"),
        ("sample\tg\na\tx\n", "", "a single sample"),
        ("sample\tg\na\tx\n \ty\n", ":3", "has no sample id"),
        ("\tsample\n1\ta\n2\tb\n", ":1", "has no name"),
        ("sample\tg\t\na\tx\t1\nb\ty\t2\n", ":1", "has no name for column 3"),
    ],
)
def test_damaged_sheets_are_refused_with_the_line(sheet, text, place, problem):
    """S01, S09."""
    [fault] = faults_of(sheet(text))
    assert fault.where.endswith("samples.tsv" + place)
    assert problem in fault.problem


def test_a_misspelt_column_is_offered_its_nearest(sheet):
    assert "'sample'" in faults_of(sheet("sample\tg\na\tx\nb\ty\n"), "smaple")[0].fix


@pytest.mark.parametrize(
    "other",
    ["s1", " s1 ", "S1", "s\u200b1", "\u202es1", "ѕ1", "ｓ1", "s1\u0301"],
    ids=["same", "spaces", "case", "zero width", "direction", "Cyrillic", "full width", "accent"],
)
def test_ids_that_look_alike_are_refused_with_both_lines(sheet, other):
    """S02, S04."""
    [fault] = faults_of(sheet(f"sample\tg\ns1\tx\ns2\tx\n{other}\ty\n"))
    assert fault.where.endswith(":4")
    assert "line 2" in fault.problem or "lines 2 and 4" in fault.problem


def test_composed_and_decomposed_ids_are_the_same_id(sheet):
    text = f"sample\tg\n{unicodedata.normalize('NFC', 'ü')}\tx\n{unicodedata.normalize('NFD', 'ü')}\ty\n"
    assert "stands twice" in faults_of(sheet(text))[0].problem


def test_all_duplicates_are_told_together(sheet):
    assert len(faults_of(sheet("sample\tg\na\tx\na\tx\nb\ty\nB\ty\n"))) == 2


def test_the_order_of_the_lines_changes_nothing_but_the_order(sheet):
    """S06."""
    rows = [f"s{number}\tg{number % 2}" for number in range(20)]
    expected = dict(row.split("\t") for row in rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        read = read_samples(sheet("sample\tg\n" + "\n".join(rows) + "\n"), "sample")
        assert dict(zip(read["sample"], read["g"], strict=True)) == expected


@pytest.mark.parametrize("field", ['x"y', '"x"', '"x\ny"', "x\x0by", "x\ry", "x\x85y", "x\u2028y"])
def test_quotes_and_control_characters_inside_a_field_are_refused(sheet, field):
    """S07."""
    assert faults_of(sheet(f"sample\tg\na\t{field}\nb\ty\n"))


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"PK\x03\x04" + b"\x00" * 40, "samples.tsv", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 40, "samples.csv", "old Excel"),
        (b"\x05user", "~$samples.tsv", "lock file"),
        ("sample\tg\n".encode("utf-16"), "samples.tsv", "UTF-16"),
    ],
)
def test_excel_files_are_named_for_what_they_are(sheet, content, name, problem):
    """S08."""
    [fault] = faults_of(sheet(content, name))
    assert problem in fault.problem


def test_different_ids_have_different_skeletons():
    assert skeleton("s1") != skeleton("s2")
    assert skeleton("S 1") == skeleton("s1")


def rows_faults(text: str, column: str = "sample") -> list:
    with pytest.raises(InputFaults) as caught:
        read_rows(text, column, "study.yaml:12")
    return caught.value.faults


def test_rows_of_a_study_file_are_read_as_a_table_would_be(sheet):
    rows = "sample      treatment  batch\nGSM1  vehicle    001\n  GSM2\tdrug NA  \n\n"
    table = "sample\ttreatment\tbatch\nGSM1\tvehicle\t001\nGSM2\tdrug\tNA\n"
    assert read_rows(rows, "sample", "x") == read_samples(sheet(table), "sample")


def test_empty_lines_around_the_rows_are_passed_over():
    assert read_rows("\n\nsample g\na x\nb y\n\n", "sample", "x") == {"sample": ["a", "b"], "g": ["x", "y"]}


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("sample g\na x\nb 10 uM\n", ", line 3 of rows", "has 3 values, the header has 2"),
        ("sample g\na x\n\nb y\n", ", line 3 of rows", "has 0 values"),
        ("sample g\na x\nb\n", ", line 3 of rows", "has 1 values"),
        ("sample g\na x\nb 10\u00a0uM\n", ", line 3 of rows", "holds a blank or a character that cannot be seen"),
        ("sample g\na x\nb 10\u2009uM\n", ", line 3 of rows", "\\u2009"),
        ('sample g\na x\nb "y"\n', ", line 3 of rows", "holds a quote"),
        ("sample g\n# x\nb y\n", ", line 2 of rows", "begins like a comment"),
        ("sample g g\na x y\nb y x\n", ", line 1 of rows", "names 2 columns"),
        ("sample\na\nb\n", ", line 1 of rows", "a single column"),
        ("name g\na x\nb y\n", ", line 1 of rows", "not a column"),
        ("sample used\na x\nb y\n", ", line 1 of rows", "that the workflow adds"),
        ("\nsample g\na x\nA y\n", ", line 4 of rows", "cannot be told from 'a' in line 3"),
        ("sample g\na x\n", "", "a single sample"),
        ("sample g\n", "", "a header and no samples"),
        (" \n ", "", "is empty"),
    ],
)
def test_faulty_rows_are_refused_with_the_line_of_the_key_and_of_the_block(text, place, problem):
    """S01, S02, S04, S07, S09."""
    [fault] = rows_faults(text)
    assert fault.where == "study.yaml:12" + place
    assert problem in fault.problem
    assert fault.fix


def test_a_value_with_a_blank_is_sent_to_a_table():
    assert "table" in rows_faults("sample g\na x\nb 10 uM\n")[0].fix


def test_a_misspelt_column_of_the_rows_is_offered_its_nearest():
    assert "'sample'" in rows_faults("sample g\na x\nb y\n", "smaple")[0].fix


def test_of_many_faults_the_first_are_told_and_the_rest_counted(sheet):
    rows = rows_faults("sample g\n" + "a\n" * 50)
    table = faults_of(sheet("sample\tg\n" + "a\tx\n" * 50))
    for faults, more in ((rows, "31 more"), (table, "30 more")):
        assert len(faults) == 20
        assert any(more in fault.problem for fault in faults)


@pytest.mark.parametrize(
    ("names", "others", "pairs"),
    [
        (["Ctrl_01"], ["Ctrl_1", "Drug_1"], {"Ctrl_01": "Ctrl_1"}),
        (["ctrl 1"], ["CTRL1"], {"ctrl 1": "CTRL1"}),
        (["SRR1039580"], ["SRR1039508"], {"SRR1039580": "SRR1039508"}),
        (["vehicle"], ["s5"], {}),
        (["drug_1", "drug_2"], ["drg_2", "drg_1"], {"drug_1": "drg_1", "drug_2": "drg_2"}),
        (["drug_1", "drug1"], ["Drug_1"], {"drug_1": "Drug_1"}),
        ([], ["a"], {}),
        ([f"sample_{n}" for n in range(150)], [f"Sample {n}" for n in range(150)], {}),
    ],
)
def test_a_name_finds_the_one_that_it_may_be_a_misspelling_of(names, others, pairs):
    if len(names) > 100:  # of many, only what the eye cannot tell apart
        assert counterparts(names, others) == pairs
        assert counterparts(names, [name.upper() for name in names])["sample_7"] == "SAMPLE_7"
        return
    assert counterparts(names, others) == pairs
    assert counterparts(names[::-1], others[::-1]) == pairs
