import gzip

import pandas as pd
import pytest
from simulated_pathways import signal

import score_pathways
from secretome.files import read_json
from secretome.tables import (
    NULL_RATES,
    PATHWAYS,
    SCORES,
    SECRETOME,
    SIGNALS,
    WEIGHTS,
    empty_table,
    read_table,
    write_table,
)

BUNDLED = {"origin": "bundled", "smallest": 10, "largest": 500}
PANEL = {
    "collections": {
        "sets": {"kind": "gene_sets", "format": "gmt", **BUNDLED},
        "footprints": {"kind": "weights", "format": "weights", **BUNDLED},
    },
    "signals": {"akt": signal(("sets", "RISES"))},
    "ligands": [],
}


@pytest.fixture
def collections(tmp_path) -> list[str]:
    rises, rests = ("\t".join(f"G{i}" for i in genes) for genes in (range(20), range(40, 60)))
    (tmp_path / "sets.gmt.gz").write_bytes(gzip.compress(f"RISES\t\t{rises}\nRESTS\t\t{rests}\n".encode()))
    weights = pd.DataFrame({"gene": [f"G{i}" for i in range(15)], "pathway": "WAY", "weight": 1.0})
    write_table(tmp_path / "weights.tsv", weights, WEIGHTS)
    return [str(tmp_path / "sets.gmt.gz"), str(tmp_path / "weights.tsv")]


def run(tmp_path, expression, collections, settings):
    contracts = (PATHWAYS, SIGNALS, SCORES, NULL_RATES)
    outputs = {contract.name: str(tmp_path / f"{contract.name}.tsv") for contract in contracts}
    outputs["pathway_notes"] = str(tmp_path / "pathway_notes.json")
    write_table(tmp_path / "secretome.tsv", empty_table(SECRETOME), SECRETOME)
    given = {**settings, "panel": PANEL, "ligands": []}
    score_pathways.main(expression, str(tmp_path / "secretome.tsv"), collections, outputs, given)
    tables = [read_table(outputs[contract.name], contract) for contract in contracts]
    return *tables, read_json(outputs["pathway_notes"])


def test_the_set_that_rises_is_found_and_its_signal_is_up(tmp_path, expression, collections, settings):
    pathways, signals, scores, rates, notes = run(tmp_path, expression, collections, settings)
    lead = pathways.query("method == 'fry' and collection == 'sets'").set_index("gene_set")
    assert lead.loc["RISES", "q_value"] < 0.001
    assert lead.loc["RISES", "effect"] > 1
    assert signals["verdict"].tolist() == ["up"]
    assert len(scores) == 3 * 6
    assert "camera" in set(pathways["method"])  # four residual degrees of freedom: the fewest it is printed at
    assert set(rates["collection"]) == {"sets", "footprints"}
    assert [curve["gene_set"] for curve in notes["curves"]] == ["RISES"]
    assert notes["hits"] == {"changed": 0, "tested": 0}


def test_an_unavailable_study_gives_tables_without_rows(tmp_path, no_expression, collections, settings):
    *tables, notes = run(tmp_path, no_expression, collections, settings)
    assert [len(table) for table in tables] == [0] * 4
    assert not any(notes.values())
