from dataclasses import asdict

import fetch_collections
from secretome.downloads.study import Network
from secretome.files import read_json
from secretome.sources import of_address

URL = "https://data.broadinstitute.org/sets/c6.gmt"


def test_what_was_had_and_what_was_not_is_recorded_and_the_job_ends_well(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "mirror/data.broadinstitute.org/sets/c6.gmt"
    source.parent.mkdir(parents=True)
    source.write_text("A\turl\tTP53\n")
    files = {"c6": asdict(of_address(URL, "")), "other": asdict(of_address(URL, "0" * 64))}
    settings = {"files": files, "store": "data/downloads", "lock": "config/data.lock.tsv", "failures": 1}
    outputs = {name: f"data/downloads/collections/{name}.json" for name in ("record", "manifest")}
    fetch_collections.main(outputs, settings, Network(mirrors=[(tmp_path / "mirror").as_uri()]))
    record, manifest = (read_json(outputs[name]) for name in ("record", "manifest"))
    assert record["files"]["c6"]["path"] == "data/downloads/data.broadinstitute.org/sets/c6.gmt"
    assert list(record["faults"]) == ["other"]
    assert manifest["files"]["c6"]["served_by"] == source.as_uri()
    assert manifest["failures"] == 2
