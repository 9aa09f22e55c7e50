"""study_files: every file is tried, and what was had is told apart from what was not."""

import gzip

import pytest
from checkout import ROOT
from faulty_archive import Archive

from secretome.downloads import hosts
from secretome.downloads.http import Patience
from secretome.downloads.lock import collect
from secretome.downloads.study import Network, fetch_all
from secretome.faults import Fault
from secretome.files import sha256, write_json
from secretome.sources import RemoteFile

CONTENT = gzip.compress(b"gene\tcount\nA\t1\n", mtime=0)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(hosts, "HTTP_HOSTS", frozenset({"127.0.0.1"}))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/x.gz").write_bytes(CONTENT)
    with Archive(tmp_path / "archive") as running:
        yield running


@pytest.fixture
def get(archive):
    def run(files: dict[str, RemoteFile], failures: int = 0):
        network = Network(hosts=[archive.host], patience=Patience(interval=0, sleep=lambda seconds: None))
        return fetch_all(files, "data/downloads", "config/data.lock.tsv", failures, network)

    return run


def test_every_file_is_tried(get, archive):
    """One dead address costs one file."""
    files = {
        "platform": RemoteFile(f"{archive.base}/404/x.gz", "host/platform.gz"),
        "matrix": RemoteFile(f"{archive.base}/ok/x.gz", "host/x.gz"),
        "table": RemoteFile("", "by_hand/study/x.xlsx", about="table S1"),
    }
    record, manifest = get(files, failures=2)
    assert set(record["files"]) == set(manifest["files"]) == {"matrix"}
    size = len(CONTENT)
    assert record["files"]["matrix"] == {
        "path": "data/downloads/host/x.gz",
        "url": f"{archive.base}/ok/x.gz",
        "sha256": sha256("archive/x.gz"),
        "size": size,
    }
    assert len(record["faults"]) == 2
    assert "platform.gz" in str(Fault(**record["faults"][0]))
    assert "data/downloads/by_hand/study/x.xlsx" in str(Fault(**record["faults"][1]))
    assert manifest["failures"] == 3
    assert set(manifest["files"]["matrix"]) == {
        "url",
        "served_by",
        "sha256",
        "size",
        "retrieved",
        "etag",
        "last_modified",
    }


def test_the_failures_stay_as_they_are_after_success(get, archive):
    files = {"matrix": RemoteFile(f"{archive.base}/503x9/x.gz", "host/x.gz")}
    assert get(files)[1]["failures"] == 1
    record, manifest = get(files, failures=1)
    assert record["faults"] == []
    assert manifest["failures"] == 1


def test_the_record_depends_on_what_was_had_alone(get, archive, tmp_path):
    files = {"matrix": RemoteFile(f"{archive.base}/ok/x.gz", "host/x.gz")}
    first = get(files)[0]
    for path in (tmp_path / "data/downloads").rglob("*.gz*"):
        path.unlink()
    (tmp_path / "data/downloads/host/x.gz").write_bytes(CONTENT)
    assert get(files)[0] == first


def test_a_hash_of_the_lock_is_known(get, archive, tmp_path):
    """N06: the size too, which the file is told to have had."""
    files = {"matrix": RemoteFile(f"{archive.base}/ok/x.gz", "host/x.gz")}
    write_json("data/downloads/study/manifest.json", get(files)[1])
    assert collect("data/downloads", "config/data.lock.tsv") == 1
    (tmp_path / "data/downloads/host/x.gz").unlink()
    other = gzip.compress(b"gene\tcount\nA\t2\nB\t1\n")
    (tmp_path / "archive/x.gz").write_bytes(other)
    record, manifest = get(files)
    assert f"({len(CONTENT)} bytes) was expected" in str(Fault(**record["faults"][0]))
    assert "take out its line from config/data.lock.tsv" in str(Fault(**record["faults"][0]))
    assert manifest["failures"] == 1
    (tmp_path / "config/data.lock.tsv").unlink()
    assert get(files, failures=1)[0]["files"]["matrix"]["size"] == len(other)


def test_a_faulty_lock_is_told_and_nothing_is_fetched(get, archive, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/data.lock.tsv").write_text("url\tmd5\nx\ty\n")
    record, manifest = get({"matrix": RemoteFile(f"{archive.base}/ok/x.gz", "host/x.gz")})
    assert "data.lock.tsv:1" in str(Fault(**record["faults"][0]))
    assert (manifest["failures"], archive.requests) == (1, [])


def test_the_network_of_a_configuration():
    assert Network.of({}) == Network()
    config = {"mirrors": ["file:///m"], "hosts": ["example.org"], "largest_download": 5}
    assert Network.of(config) == Network(("file:///m",), ("example.org",), 5_000_000)


def test_real_files_of_a_mirror(tmp_path):
    """In the layout of the archive; no request is made."""
    mirror = ROOT.parent / "shared/mirror"
    if not mirror.exists():
        pytest.skip("../shared/mirror, real files in the layout of the archives, is not here")
    base = "ftp.ncbi.nlm.nih.gov/geo"
    paths = {
        "matrix": f"{base}/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz",
        "platform": f"{base}/platforms/GPL6nnn/GPL6244/annot/GPL6244.annot.gz",
    }
    files = {role: RemoteFile(f"https://{path}", path) for role, path in paths.items()}
    network = Network(mirrors=[mirror.resolve().as_uri()], patience=Patience(interval=0))
    record, _ = fetch_all(files, tmp_path / "downloads", tmp_path / "lock.tsv", 0, network)
    assert record["faults"] == []
    assert record["files"]["matrix"]["size"] == 768_864
