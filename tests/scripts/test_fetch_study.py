import gzip
from dataclasses import asdict

import pytest

import fetch_study
from secretome.downloads.study import Network
from secretome.files import read_json
from secretome.sources import RemoteFile

PATH = "ftp.ncbi.nlm.nih.gov/geo/x.gz"
FILE = RemoteFile(f"https://{PATH}", PATH)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The record and the manifest of a study, fetched from a mirror in the folder `mirror` alone."""
    monkeypatch.chdir(tmp_path)

    def main(file: RemoteFile, failures: int = 0):
        outputs = {name: f"data/downloads/study/{name}.json" for name in ("record", "manifest")}
        settings = {"files": {"matrix": asdict(file)}, "store": "data/downloads", "lock": "config/data.lock.tsv"}
        network = Network(mirrors=[(tmp_path / "mirror").as_uri()])
        fetch_study.main(outputs, {**settings, "failures": failures}, network)
        return read_json(outputs["record"]), read_json(outputs["manifest"])

    return main


def test_what_was_had_is_recorded(run, tmp_path):
    source = tmp_path / "mirror" / PATH
    source.parent.mkdir(parents=True)
    source.write_bytes(gzip.compress(b"gene\tcount\nA\t1\n"))
    record, manifest = run(FILE, failures=4)
    assert record["faults"] == []
    assert record["files"]["matrix"]["path"] == f"data/downloads/{PATH}"
    assert manifest["files"]["matrix"]["served_by"] == source.as_uri()
    assert manifest["failures"] == 4


def test_what_was_not_had_is_recorded_and_the_job_ends_well(run):
    record, manifest = run(RemoteFile("", "by_hand/study/x.gz", about="table S1"), failures=4)
    assert record["files"] == manifest["files"] == {}
    assert "table S1: get it there and put it at data/downloads/by_hand/study/x.gz" in record["faults"][0]["fix"]
    assert manifest["failures"] == 5
