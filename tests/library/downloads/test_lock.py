"""data_lock: what was downloaded is collected once, and a disagreement is told, never settled by itself."""

import subprocess
import sys

import pytest
from checkout import ROOT

from secretome.downloads.lock import Known, collect, read_lock
from secretome.faults import InputFaults
from secretome.files import write_json

A, B = "https://www.ebi.ac.uk/a.gz", "https://www.ebi.ac.uk/b.gz"


@pytest.fixture
def downloads(tmp_path):
    return tmp_path / "data/downloads"


@pytest.fixture
def lock(tmp_path):
    return tmp_path / "config/data.lock.tsv"


def store_manifest(downloads, study: str, **files) -> None:
    content = {role: {"url": url, "sha256": sha256 * 64, "size": size} for role, (url, sha256, size) in files.items()}
    write_json(downloads / study / "manifest.json", {"files": content, "failures": 0})


def faults_of(run, *arguments) -> list:
    with pytest.raises(InputFaults) as caught:
        run(*arguments)
    return caught.value.faults


def test_the_manifests_are_collected_sorted_by_address(downloads, lock):
    assert collect(downloads, lock) == 0
    assert not lock.exists()
    store_manifest(downloads, "one", matrix=(B, "b", 2), by_hand=("", "c", 3))
    store_manifest(downloads, "two", matrix=(B, "b", 2), platform=(A, "a", 1))
    assert collect(downloads, lock) == 2
    assert lock.read_text() == f"url\tsha256\tsize\n{A}\t{'a' * 64}\t1\n{B}\t{'b' * 64}\t2\n"
    assert read_lock(lock) == {A: Known("a" * 64, 1), B: Known("b" * 64, 2)}
    assert collect(downloads, lock) == 0


def test_what_stands_in_the_lock_stays(downloads, lock):
    store_manifest(downloads, "one", matrix=(B, "b", 2))
    collect(downloads, lock)
    (downloads / "one/manifest.json").unlink()
    store_manifest(downloads, "two", matrix=(A, "a", 1))
    assert collect(downloads, lock) == 1
    assert list(read_lock(lock)) == [A, B]


def test_a_disagreement_with_the_lock_is_refused(downloads, lock):
    """N06: with both hashes and sizes, and how to accept."""
    store_manifest(downloads, "one", matrix=(A, "a", 1))
    collect(downloads, lock)
    before = lock.read_bytes()
    store_manifest(downloads, "one", matrix=(A, "b", 2), platform=(B, "b", 2))
    [fault] = faults_of(collect, downloads, lock)
    assert fault.where == str(downloads / "one/manifest.json")
    assert f"{'b' * 64} (2 bytes)" in fault.problem
    assert f"{lock} has {'a' * 64} (1 bytes)" in fault.problem
    assert "delete the line" in fault.fix
    assert lock.read_bytes() == before


def test_a_disagreement_of_two_studies_is_refused(downloads, lock):
    store_manifest(downloads, "one", matrix=(A, "a", 1))
    store_manifest(downloads, "two", matrix=(A, "b", 1))
    [fault] = faults_of(collect, downloads, lock)
    assert str(downloads / "one/manifest.json") in fault.problem
    assert not lock.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 1}', '{"files": {"matrix": {"url": 1}}}'])
def test_a_damaged_manifest_is_told(downloads, lock, content):
    (downloads / "one").mkdir(parents=True)
    (downloads / "one/manifest.json").write_text(content)
    [fault] = faults_of(collect, downloads, lock)
    assert fault.where == str(downloads / "one/manifest.json")


def test_no_lock_is_no_fault(tmp_path):
    assert read_lock(tmp_path / "nothing.tsv") == {}


@pytest.mark.parametrize(
    ("line", "where", "field"),
    [
        (f"{A}\t{'A' * 64}\t1", ":2", "sha256"),
        (f"{A}\tabc\t1", ":2", "sha256"),
        (f"{A}\t{'a' * 64}\t1.5", ":2", "size"),
        (f"{A}\t{'a' * 64}\t-1", ":2", "size"),
        (f"{A}\t{'a' * 64}\t1\n{A}\t{'a' * 64}\t1", ":3", "url"),
        (f"{A}\t{'a' * 64}", ":2", ""),
    ],
)
def test_faulty_lines_of_a_lock(lock, line, where, field):
    lock.parent.mkdir()
    lock.write_text(f"url\tsha256\tsize\n{line}\n")
    [fault] = faults_of(read_lock, lock)
    assert fault.where == f"{lock}{where}"
    assert fault.field == field


def test_a_lock_with_other_columns_is_refused(lock):
    lock.parent.mkdir()
    lock.write_text(f"url\tmd5\n{A}\tx\n")
    [fault] = faults_of(read_lock, lock)
    assert "are not the columns of a lock" in fault.problem


def test_it_runs_by_itself(tmp_path, downloads):
    store_manifest(downloads, "one", matrix=(A, "a", 1))

    def run():
        command = [sys.executable, "-m", "secretome.downloads.lock"]
        environment = {"PYTHONPATH": str(ROOT / "workflow/scripts")}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert run().stderr == "config/data.lock.tsv: 1 address added\n"
    store_manifest(downloads, "one", matrix=(A, "b", 1))
    ended = run()
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "data/downloads/one/manifest.json" in ended.stderr
