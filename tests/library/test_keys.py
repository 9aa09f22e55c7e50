"""Names of files and folders."""

import pytest

from secretome import keys


@pytest.mark.parametrize("name", ["a", "drug_vs_vehicle", "a375_6h", "x" * 64])
def test_plain_names_serve(name):
    assert keys.problem(name) == ""


@pytest.mark.parametrize(
    "name", ["", "A", "1a", "a-b", "a b", "../x", "/x", "a/b", ".", "a\n", "é", "x" * 65, "index", "CON", "com1"]
)
def test_others_do_not(name):
    assert "cannot serve" in keys.problem(name)


def test_each_fault_has_its_line():
    found = keys.faults(["good", "Bad"], ("contrasts",), lambda address: f"f.yaml:{len(address)}")
    assert [(one.where, one.field, one.value) for one in found] == [("f.yaml:2", "contrasts", "Bad")]
