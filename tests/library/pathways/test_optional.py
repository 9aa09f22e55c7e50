"""Collections that do not ship with the project: each is read, or says why it could not be."""

from dataclasses import asdict, replace

import pytest

from secretome.faults import Fault
from secretome.files import sha256
from secretome.pathways.optional import missing_collections, prepared

NAMES = {**{gene: [gene] for gene in ("G1", "G2", "G3", "G4", "G5", "G6", "NEW")}, "OLD": ["NEW"]}
FETCHED = {"label": "Far sets", "format": "gmt", "origin": "fetched"}
MINE = {"label": "mine", "format": "gmt", "origin": "own"}
TOOL = {"label": "Tools", "format": "cytosig", "origin": "installed", "package": "Tool"}


@pytest.fixture
def record(tmp_path) -> dict:
    path = tmp_path / "far.gmt"
    path.write_text("A\tu\tG1\tOLD\tG2\tG2\tGONE\nB\tu\tG3\n")
    return {"files": {"far": {"path": str(path), "sha256": sha256(path)}}, "faults": {}}


def test_a_fetched_collection_has_current_symbols_and_tells_its_losses(record):
    expected = {"far": {"A": "AKT", "AA": "AKT", "C": "MET"}}
    found = prepared({"far": FETCHED}, {}, record, expected, NAMES)["far"]
    assert found["sets"] == {"A": {"G1": 1.0, "NEW": 1.0, "G2": 1.0}, "B": {"G3": 1.0}}
    assert (found["origin"], found["unavailable"]) == ("fetched", "")
    assert found["numbers"] == {
        "genes": 5,
        "renamed": 1,
        "lost": 1,
        "examples": ["GONE"],
        "sets": 2,
        "repeated": 1,
    }
    assert [one["code"] for one in found["warnings"]] == ["gene_sets"] * 3
    twice, lost, absent = (one["message"] for one in found["warnings"])
    assert twice.startswith("Far sets: 1 times a gene stands again")
    assert "1 of 5 genes have no current symbol and are left out (GONE)" in lost
    assert "it does not hold AA (AKT), C (MET). Did you mean 'A'?" in absent


def test_one_that_could_not_be_had_costs_nobody_the_others(record, tmp_path):
    first = Fault("https://a.org/x.gmt", "", "", "was withdrawn", "Get it elsewhere")
    record["faults"] = {"gone": [asdict(first), asdict(replace(first, where="zzz"))]}
    signatures = tmp_path / "signatures"
    signatures.write_text("HGF\tIL6\nG1\t1\t-1\nG2\t0.5\t0\n")
    described = {"gone": FETCHED, "far": FETCHED, "tool": TOOL, "absent": {**TOOL, "package": "Absent"}}
    found = prepared(described, {"tool": str(signatures)}, record, {}, NAMES)
    assert list(found) == ["gone", "far", "tool", "absent"]
    assert found["gone"]["sets"] == {}
    assert found["gone"]["unavailable"] == f"{first} (and 1 more)"
    assert len(found["far"]["sets"]) == 2
    assert found["tool"]["sets"] == {"HGF": {"G1": 1.0, "G2": 0.5}, "IL6": {"G1": -1.0}}
    assert "'Absent' is not installed" in found["absent"]["unavailable"]
    # What the user has not installed is no failure of the run.
    assert missing_collections(found) == [f"Collection gone is unavailable: {first} (and 1 more)"]


def test_a_file_that_changed_since_it_was_fetched_is_not_read(record):
    record["files"]["far"]["sha256"] = "0" * 64
    found = prepared({"far": FETCHED}, {}, record, {}, NAMES)["far"]
    assert "is not the file that was fetched" in found["unavailable"]


@pytest.mark.parametrize(
    ("text", "told"), [("<html>", "HTML"), ("A\tu\n", "no gene"), ("A\tu\tTp53\tIl6\tMyc\n", "mouse or rat")]
)
def test_a_file_of_something_else_is_told(tmp_path, text, told):
    path = tmp_path / "mine.gmt"
    path.write_text(text)
    found = prepared({"mine": MINE}, {"mine": str(path)}, {"files": {}, "faults": {}}, {}, NAMES)["mine"]
    assert told in found["unavailable"]
    assert found["sets"] == {}
