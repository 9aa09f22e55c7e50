"""What was fetched is used as long as it is what was fetched."""

from dataclasses import asdict

import pytest

from secretome.downloads.record import fetched_files
from secretome.faults import Fault, InputFaults
from secretome.files import sha256, write_json


@pytest.fixture
def record(tmp_path):
    (tmp_path / "a.tsv").write_text("content")
    entry = {"path": str(tmp_path / "a.tsv"), "url": "https://host.org/a.tsv", "size": 7}
    content = {"files": {"matrix": {**entry, "sha256": sha256(tmp_path / "a.tsv")}}, "faults": []}
    write_json(tmp_path / "files.json", content)
    return tmp_path / "files.json", content


def test_the_files_and_their_hashes_are_told(record, tmp_path):
    files, hashes = fetched_files(record[0])
    assert files == {"matrix": tmp_path / "a.tsv"}
    assert hashes == {"https://host.org/a.tsv": sha256(tmp_path / "a.tsv")}


def test_what_could_not_be_had_is_said_as_it_was(record):
    fault = Fault("https://host.org/b.tsv", "", "", "cannot be reached", "Put it there by hand")
    write_json(record[0], {**record[1], "faults": [asdict(fault)]})
    with pytest.raises(InputFaults) as found:
        fetched_files(record[0])
    assert found.value.faults == [fault]


@pytest.mark.parametrize("damage", ["changed", None])
def test_a_file_that_changed_or_went_is_refused(record, tmp_path, damage):
    (tmp_path / "a.tsv").unlink()
    if damage:
        (tmp_path / "a.tsv").write_text(damage)
    with pytest.raises(InputFaults, match="is not the file that was fetched") as found:
        fetched_files(record[0])
    assert "run again with -R fetch_study" in found.value.faults[0].fix  # without it Snakemake fetches nothing
