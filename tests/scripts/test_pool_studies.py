import json
from pathlib import Path

import made_up_collection as made_up

import pool_studies
from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_GROUPS, CONSENSUS_STUDIES
from secretome.synthesis.signals import SIGNAL_CONSENSUS, SIGNAL_STUDIES
from secretome.tables import read_table

CONTRACTS = (CONSENSUS, CONSENSUS_STUDIES, CONSENSUS_GROUPS, SIGNAL_CONSENSUS, SIGNAL_STUDIES)


def pooled(folder: Path, **studies):
    outputs = {contract.name: str(folder / f"synthesis/{contract.name}.tsv") for contract in CONTRACTS}
    outputs["warnings"] = str(folder / "synthesis/synthesis_warnings.json")
    settings = {"fdr": 0.05, "studies": {key: file for key, (file, _) in studies.items()}}
    pool_studies.main(made_up.write(folder, studies), outputs, settings)
    return outputs, {contract.name: read_table(outputs[contract.name], contract) for contract in CONTRACTS}


def three(*seeds):
    return {f"s{seed}": (made_up.study(), made_up.measured(seed, "drug")) for seed in seeds}


def test_three_studies_are_pooled_and_a_second_time_to_the_same_bytes(tmp_path):
    outputs, tables = pooled(tmp_path / "one", **three(1, 2, 3))
    found = tables["consensus"].query("group == 'braf_inhibitor_cells_acute' and q_value <= 0.05")
    assert sorted(found["gene"]) == made_up.RISING
    assert len(tables["signal_consensus"]) == 2
    assert json.loads(Path(outputs["warnings"]).read_text()) == []
    again, _ = pooled(tmp_path / "two", **three(1, 2, 3))
    assert [Path(path).read_bytes() for path in again.values()] == [
        Path(path).read_bytes() for path in outputs.values()
    ]


def test_one_contrast_is_no_consensus_and_no_error(tmp_path):
    _, tables = pooled(tmp_path, **three(1))
    assert tables["consensus"].empty
    assert tables["signal_consensus"].empty
    assert set(tables["consensus_groups"]["reason"]) == {"the only one of its group: nothing to pool"}


def test_no_study_that_could_be_had_is_no_error(tmp_path):
    _, tables = pooled(tmp_path / "gone", gone=(made_up.study(), made_up.missing()))
    assert tables["consensus"].empty
    assert set(tables["consensus_groups"]["reason"]) == {"the study could not be had"}
    _, tables = pooled(tmp_path / "none")
    assert all(table.empty for table in tables.values())


def test_a_shared_sample_is_a_warning(tmp_path):
    again = {"again": (made_up.study(), made_up.measured(1, "drug"))}
    outputs, _ = pooled(tmp_path, **three(1, 2), **again)
    (warning,) = json.loads(Path(outputs["warnings"]).read_text())
    assert warning["code"] == "W12"
