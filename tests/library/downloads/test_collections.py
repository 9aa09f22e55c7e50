"""fetch_collections: every collection is tried, and each has its own reasons."""

import pytest
from faulty_archive import Archive

from secretome.downloads import hosts
from secretome.downloads.collections import fetch_collections
from secretome.downloads.http import Patience
from secretome.downloads.lock import collect
from secretome.downloads.study import Network
from secretome.faults import Fault
from secretome.files import sha256, write_json
from secretome.sources import RemoteFile

CONTENT = b"A\turl\tTP53\tMDM2\n"


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(hosts, "HTTP_HOSTS", frozenset({"127.0.0.1"}))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/x.gmt").write_bytes(CONTENT)
    with Archive(tmp_path / "archive") as running:
        yield running


@pytest.fixture
def get(archive):
    def run(files: dict[str, RemoteFile], failures: int = 0):
        network = Network(hosts=[archive.host], patience=Patience(interval=0, sleep=lambda seconds: None))
        return fetch_collections(files, "data/downloads", "config/data.lock.tsv", failures, network)

    return run


@pytest.mark.parametrize("fault", ["404", "503", "cut", "html", "json", "empty", "endless"])
def test_one_dead_address_costs_one_collection(get, archive, fault):
    files = {
        "dead": RemoteFile(f"{archive.base}/{fault}/x.gmt", "host/dead.gmt"),
        "far": RemoteFile(f"{archive.base}/ok/x.gmt", "host/x.gmt"),
    }
    record, manifest = get(files, failures=2)
    assert set(record["files"]) == set(manifest["files"]) == {"far"}
    assert record["files"]["far"]["sha256"] == sha256("archive/x.gmt")
    assert set(record["faults"]) == {"dead"}
    assert "dead.gmt" in str(Fault(**record["faults"]["dead"][0]))
    assert manifest["failures"] == 3


def test_what_all_could_be_had_of_is_no_failure(get, archive):
    record, manifest = get({"far": RemoteFile(f"{archive.base}/ok/x.gmt", "host/x.gmt")}, failures=2)
    assert (record["faults"], manifest["failures"]) == ({}, 2)
    assert get({}) == ({"files": {}, "faults": {}}, {"files": {}, "failures": 0})


def test_a_locked_collection_that_changed_upstream_is_refused_with_both_hashes(get, archive, tmp_path):
    files = {"far": RemoteFile(f"{archive.base}/ok/x.gmt", "host/x.gmt")}
    _, manifest = get(files)
    write_json("data/downloads/collections/manifest.json", manifest)
    collect("data/downloads", "config/data.lock.tsv")
    before = sha256("archive/x.gmt")
    (tmp_path / "archive/x.gmt").write_bytes(CONTENT + b"B\turl\tIL6\n")
    (tmp_path / "data/downloads/host/x.gmt").unlink()
    record, _ = get(files)
    [fault] = record["faults"]["far"]
    assert "changed upstream" in fault["problem"]
    assert before in fault["problem"]
    assert sha256("archive/x.gmt") in fault["problem"]
    assert record["files"] == {}
