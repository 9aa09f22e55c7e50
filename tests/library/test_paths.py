"""Paths that a person writes."""

import os

import pytest

from secretome import paths


def found(text, tmp_path):
    return [fault.problem for fault in paths.faults(text, ("source", "matrix"), lambda _: "study.yaml:3", tmp_path)]


def test_a_file_below_the_folder_serves(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.tsv").write_text("x")
    assert found("a/b.tsv", tmp_path) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/etc/passwd", "not a path relative"),
        ("~/x", "not a path relative"),
        ("C:\\x", "not a path relative"),
        ("a/../../x", "leaves the working folder"),
        ("https://host.org/x", "is an address"),
        ("{study}.tsv", "holds a brace"),
        ("missing.tsv", "does not exist"),
        ("folder", "is a folder"),
        ("pipe", "is not a regular file"),
        ("link", "leads out of the working folder"),
        ("loop", "leads out of the working folder"),
    ],
)
def test_others_are_refused_with_the_reason(text, says, tmp_path):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    problems = found(text, tmp_path)
    assert len(problems) == 1
    assert says in problems[0]
