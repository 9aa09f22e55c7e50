"""Every code of a warning that can stand on a page is explained, and the explanation can be found."""

import ast
import re

import pytest
from checkout import ROOT

SCRIPTS = ROOT / "workflow/scripts"
PAGE = ROOT / "docs/warnings.md"
NUMBERED = re.compile(r"[A-Z][0-9]{2}")


def named_codes(path) -> set[str]:
    """The codes of a module: numbered ones wherever they stand, words where a warning is made."""
    tree = ast.parse(path.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def value(node):
        if isinstance(node, ast.Call):  # TABLE.get(key, code)
            return value(node.args[-1])
        return constants.get(node.id, "") if isinstance(node, ast.Name) else getattr(node, "value", "")

    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NUMBERED.fullmatch(node.value):
            found.add(node.value)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "warning":
            found.add(value(node.args[0]))
        if isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else "" for key in node.keys]
            if {"code", "message"} <= set(keys):
                found.add(value(node.values[keys.index("code")]))
    return {code for code in found if isinstance(code, str)} - {""}


CODES = set().union(*map(named_codes, SCRIPTS.rglob("*.py")))
EXPLAINED = [match[1] for match in re.finditer(r"^\| `([^`]+)` \|", PAGE.read_text(), re.M)]


@pytest.mark.parametrize("code", ["W01", "W10", "W21", "D12", "deseq2", "serum", "read", "study", "unavailable"])
def test_the_codes_of_the_library_are_found(code):
    assert code in CODES


def test_every_code_is_explained_once_and_no_other():
    assert sorted(EXPLAINED) == sorted(CODES)


def test_each_explanation_says_what_to_do():
    rows = [line.split("|")[1:-1] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert all(len(row) == 3 and all(len(cell.strip()) > 1 for cell in row) for row in rows)


def test_the_explanations_are_linked_where_a_reader_looks():
    assert "(docs/warnings.md)" in (ROOT / "README.md").read_text()
