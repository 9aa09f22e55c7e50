"""What the formats of GEO share: lines, names of fields, numbers."""

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import geo


def lines(path, content):
    path.write_bytes(content)
    found = geo.Lines(path)
    return list(found), found


def test_lines_are_numbered_and_windows_text_is_counted(tmp_path):
    read, found = lines(tmp_path / "a.soft", b"one\r\ntwo\n5 \xb5M\n")
    assert read == [(1, "one"), (2, "two"), (3, "5 µM")]
    assert found.steps() == [{"step": "read as Windows-1252", "lines": 1}]


@pytest.mark.parametrize(
    ("content", "says"), [(b"a\x00b\n", "binary"), (b"one\ntw", "middle of a line"), (b"<html>\n", "HTML")]
)
def test_what_is_no_whole_text_is_refused(tmp_path, content, says):
    with pytest.raises(InputFaults, match=says):
        lines(tmp_path / "a.soft", content)


def test_a_table_that_ends_with_its_mark_needs_no_line_end(tmp_path):
    assert len(lines(tmp_path / "a.txt", b"x\n!series_matrix_table_end")[0]) == 2


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("characteristics_ch1", "agent: DMSO: 0.1 %", ("characteristics: agent", "DMSO: 0.1 %")),
        ("characteristics_ch2", "agent: DMSO", ("characteristics_ch2: agent", "DMSO")),
        ("characteristics_ch1", "DMSO", ("characteristics_ch1", "DMSO")),
        ("title", "a: b", ("title", "a: b")),
    ],
)
def test_a_characteristic_is_kept_under_its_own_name(name, value, expected):
    assert geo.field_of_sample(name, value) == expected


def test_numbers_are_decimal_missing_or_wrong():
    values, wrong = geo.to_numbers(["1", "", "NA", "-2.5e3"])
    np.testing.assert_array_equal(values, [1, np.nan, np.nan, -2500])
    assert wrong == []
    assert geo.to_numbers(["1", "1,5", "inf", "0x1", "1e400"])[1] == [1, 2, 3, 4]


def test_control_characters_become_a_blank():
    assert geo.clean(" a\t\x07b ") == "a b"
