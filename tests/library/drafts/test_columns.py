"""columns: the columns of a table by its first lines, or why they cannot be told."""

import pytest

from secretome.drafts.columns import Columns, read_columns
from secretome.faults import InputFaults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gene\ta\tb\nx\t1\t2\n", Columns("tab", ["a", "b"])),
        ('"gene","a","b"\n"x",1,2\n', Columns("comma", ["a", "b"])),
        ("gene;a;b\nx;1;NA\n", Columns("semicolon", ["a", "b"])),
        ("# made by x\ngene\tsymbol\ta\tb\nx\tTP53\t1\t2\n", Columns("tab", ["a", "b"], ["symbol"])),
        ("a\tb\nx\t1\t2\n", Columns("tab", ["a", "b"])),
        ("\ta\tb\r\nx\t1\t2\r\n", Columns("tab", ["a", "b"])),
    ],
)
def test_columns_of_numbers_are_samples_and_columns_of_text_are_not(tmp_path, text, expected):
    path = tmp_path / "table.txt"
    path.write_bytes(text.encode())
    assert read_columns(path) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gene\ta\ta\nx\t1\t2\n", "names several columns"),
        ("gene\t\ta\nx\t1\t2\n", "names several columns, or none"),
        ("words\nonly\n", "is no table"),
        ("gene\ta\n", "is no table"),
        ('gene,a\n"x,1\n', "has a quote that is not closed"),
    ],
)
def test_what_is_not_clear_is_refused(tmp_path, text, problem):
    path = tmp_path / "table.txt"
    path.write_text(text)
    with pytest.raises(InputFaults, match=problem) as caught:
        read_columns(path)
    assert caught.value.faults[0].fix
