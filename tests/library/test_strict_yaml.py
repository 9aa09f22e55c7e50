"""strict_yaml: what a person writes is taken as it looks, or refused with its line."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from secretome.faults import InputFaults
from secretome.strict_yaml import load

SCRIPTS = Path(__file__).parents[2] / "workflow/scripts"


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "file.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(path) -> list:
    with pytest.raises(InputFaults) as caught:
        load(path)
    return caught.value.faults


def test_plain_content_is_read_with_its_lines(written):
    text = "a: 1\nb:\n  c: [x, 'no']\n  d: >-\n    two\n    words\ne: 0.5\nf: true\ng:\n"
    document = load(written(text))
    assert document.data == {"a": 1, "b": {"c": ["x", "no"], "d": "two words"}, "e": 0.5, "f": True, "g": None}
    assert document.line_of[("a",)] == 1
    assert document.line_of[("b", "c")] == 3
    assert document.line_of[("b", "c", 1)] == 3
    assert document.line_of[("b", "d")] == 4
    assert document.line(("b", "absent")) == 2
    assert document.line(()) == 1
    assert document.text_of[("e",)] == "0.5"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa: 1\r\nb: x\r\n", b"a: 1\r\nb: x\r\n"], ids=["BOM", "CRLF"])
def test_bom_and_crlf_are_accepted(written, content):
    """C01."""
    assert load(written(content)).data == {"a": 1, "b": "x"}


def test_text_is_composed_and_trimmed(written):
    decomposed = unicodedata.normalize("NFD", "Zürich")
    assert load(written(f"a: ' {decomposed} '\n")).data == {"a": "Zürich"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n\n# only a comment\n", "has no content"),
        ("a: 1".encode("utf-16"), "UTF-16"),
        (b"a: 1\x00", "not UTF-8"),
        (b"a: 1\nb: \xff\xfa\n", "not UTF-8"),
        (b"- a\n- b\n", "not a mapping"),
        (b"only text\n", "not a mapping"),
        (b"a: 1\n---\nb: 1\n", "second document"),
    ],
)
def test_what_is_no_file_of_text_is_refused(written, content, problem):
    """C01."""
    [fault] = faults_of(written(content))
    assert problem in fault.problem


def test_missing_files_folders_and_pipes_are_refused(tmp_path):
    """C01, C14: a pipe would hang whoever opens it."""
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "does not exist" in faults_of(tmp_path / "absent.yaml")[0].problem
    assert "is a folder" in faults_of(tmp_path)[0].problem
    assert "a pipe or a device" in faults_of(tmp_path / "pipe.yaml")[0].problem
    assert "a pipe or a device" in faults_of("/dev/zero")[0].problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(written):
    path = written("a: 1\n")
    path.chmod(0)
    assert "cannot be read" in faults_of(path)[0].problem


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("a: 1\n\tb: 2\n", ":2:1", "tab"),
        ("a: [1, 2\nb: 3\n", ":2:", "not YAML"),
        ("a: 'open\n", ":", "not YAML"),
        ("a: b: c\n", ":1:5", "not YAML"),
        ("a: \x07\n", "", "not YAML"),
    ],
)
def test_syntax_errors_have_line_and_column(written, text, place, problem):
    """C02."""
    [fault] = faults_of(written(text))
    assert place in fault.where
    assert problem in fault.problem


def test_duplicated_keys_name_both_lines(written):
    """C03, at every depth, together."""
    first, second = faults_of(written("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n"))
    assert (first.value, second.value) == ("c", "a")
    assert "lines 3 and 4" in first.problem
    assert "lines 1 and 5" in second.problem


@pytest.mark.parametrize(
    "value",
    [
        "012",
        "12:30:45",
        "2024-05-01",
        "2024-05-01 10:00:00",
        ".nan",
        ".inf",
        "-.INF",
        "0x1F",
        "0b1",
        "1_000",
        "1.",
        ".5",
    ],
)
def test_what_yaml_reads_as_something_else_wants_quotes(written, value):
    """C05."""
    [fault] = faults_of(written(f"x: 1\na: {value}\n"))
    assert fault.where.endswith(":2")
    assert fault.value == value
    assert f"'{value}'" in fault.fix
    assert load(written(f"a: '{value}'\n")).data == {"a": value}


@pytest.mark.parametrize(
    ("value", "read"), [("1e3", "1e3"), ("1.10", 1.1), ("no", False), ("-3", -3), ("2.5e-3", 0.0025), ("~", None)]
)
def test_other_values_are_read_as_snakemake_reads_them(written, value, read):
    assert load(written(f"a: {value}\n")).data == {"a": read}


@pytest.mark.parametrize("key", ["no", "1", "~", "2024-05-01", "<<", "="])
def test_keys_are_text(written, key):
    assert len(faults_of(written(f"{key}: 1\n"))) >= 1
    assert load(written(f"'{key}': 1\n")).data == {key: 1}


def test_a_collection_as_a_key_is_refused(written):
    [fault] = faults_of(written("? [a, b]\n: 1\n"))
    assert "as a key" in fault.problem


def test_aliases_and_anchors_are_refused(written):
    """C07."""
    [fault] = faults_of(written("a: &x [1]\nb: *x\n"))
    assert "anchor" in fault.problem
    assert fault.where.endswith(":1")
    [fault] = faults_of(written("a: *x\n"))
    assert fault.value == "*x"


BOMBS = {
    "aliases": "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40)),
    "flow depth": "a: " + "[" * 10_000 + "]" * 10_000 + "\n",
    "block depth": "".join(" " * i + "a:\n" for i in range(1_000)),
    "size": "a: " + "x" * 1_000_001,
    "long number": "a: " + "9" * 100_000 + "\n",
    "many anchors": "a: [" + ", ".join(f"&a{i} 1" for i in range(50_000)) + "]\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_within_a_second_and_200_mb(written, name):
    """C07, in a process that cannot have more."""
    code = (
        "import resource, sys, time\n"
        "resource.setrlimit(resource.RLIMIT_AS, (200_000_000, 200_000_000))\n"
        "from secretome.faults import InputFaults\n"
        "from secretome.strict_yaml import load\n"
        "start = time.process_time()\n"
        "try:\n"
        "    load(sys.argv[1])\n"
        "except InputFaults as found:\n"
        "    print(len(found.faults), time.process_time() - start)\n"
    )
    command = [sys.executable, "-c", code, written(BOMBS[name])]
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    count, seconds = done.stdout.split()
    assert int(count) == 1
    assert float(seconds) < 1


def test_a_sparse_file_of_a_gigabyte_is_not_read(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    assert "larger than" in faults_of(path)[0].problem


@pytest.mark.parametrize(
    "value",
    ["!!python/object/apply:os.system ['touch {marker}']", "!!python/name:os.system ''", "!mine x", "!!str 1", "! x"],
)
def test_tags_are_refused_and_nothing_runs(written, tmp_path, value):
    """C08."""
    marker = tmp_path / "marker"
    faults = faults_of(written("a: " + value.replace("{marker}", str(marker)) + "\n"))
    assert any("tag" in fault.problem for fault in faults)
    assert not marker.exists()


def test_the_key_that_executes_code_is_refused_at_any_depth(written):
    """C09."""
    first, second = faults_of(written("__use_yte__: true\na:\n  __use_yte__: 1\n?b: x\n"))
    assert first.value == second.value == "__use_yte__"
    assert (first.where[-2:], second.where[-2:]) == (":1", ":3")


@pytest.mark.parametrize("text", ['a: "x\\0y"\n', 'a: "x\\ty"\n', 'a: "\\ud800"\n', 'a: "\\u2028"\n'])
def test_control_characters_are_refused(written, text):
    """C11; a tab would move the columns of a table; a lone surrogate could not be written at all."""
    assert faults_of(written(text))


def test_all_faults_are_told_at_once(written):
    assert len(faults_of(written("a: 012\nb: !x y\nc: 1\nc: 2\n"))) == 3
