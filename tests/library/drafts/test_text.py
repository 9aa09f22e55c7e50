"""text: a YAML value, a comment or a sheet that no text gets out of."""

from pathlib import Path

import pytest
from drafting import (
    NASTY,
    drafted,
    grid,
    reviewed,
    times,
)
from drafting import (
    folder as folder,
)

from secretome import strict_yaml
from secretome.drafts.text import comment, printable, scalar, sheet


@pytest.mark.parametrize("text", NASTY)
def test_a_value_is_read_as_the_text_that_it_is(text):
    path = Path("value.yaml")
    path.write_text(f"key: {scalar(text)}\nlist: [{scalar('a_b')}]\n")
    assert strict_yaml.load(path).data == {"key": printable(text), "list": ["a_b"]}
    assert all(line.startswith("  # ") and line.isprintable() for line in comment(text, 2))


def test_a_large_sheet_becomes_rules_that_hold():
    rows = times(200, grid(agent=["DMSO", "drug"], line=["A375 of the skin", "Colo800 of the skin"]))
    text = drafted(*rows)
    study = reviewed(text)
    assert study["samples"]["from"] == "archive"
    assert study["samples"]["columns"]["agent"]["values"]["GSM1"] == "DMSO"
    assert study["remote_files"]["matrix"]["path"].endswith("_series_matrix.txt.gz")
    assert "#   and 500 more" in text


def test_ids_that_hold_blanks_become_rules():
    lines = sheet({"sample": ["a 1", "b 1"], "no": ["x", "y"]}, "sample")
    Path("s.yaml").write_text("\n".join(lines) + "\n")
    assert strict_yaml.load("s.yaml").data["samples"]["columns"]["no"]["values"] == {"a 1": "x", "b 1": "y"}
