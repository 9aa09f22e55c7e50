import re

import pytest
from checkout import ROOT

from secretome.files import write_json
from secretome.job_resources import COSTS, LEAST_MINUTES, JobResources, samples_of

OWN = {"technology": "rnaseq_counts", "own_files": {}, "remote_files": {}, "contrasts": {"drug": {}}}
SHEET = {"samples": {"rows": "sample group\n" + "".join(f"s{number} a\n" for number in range(10))}}
STUDY = {"study": "one"}


def resources(studies=None) -> JobResources:
    return JobResources(studies or {"one": {**OWN, **SHEET}}, "data/downloads")


def rules() -> dict[str, str]:
    """The text of each rule that has a script."""
    text = "\n".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
    return dict(re.findall(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("rule", sorted(COSTS))
def test_every_rule_asks_for_more_with_each_attempt_and_never_for_less_than_two_snakemakes(rule, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    needs = resources()
    memory = [needs.mem_mb(rule)(STUDY, attempt) for attempt in (1, 2, 3)]
    minutes = [needs.runtime(rule)(STUDY, attempt) for attempt in (1, 2, 3)]
    assert memory == [memory[0], 2 * memory[0], 3 * memory[0]]
    assert minutes == [minutes[0], 2 * minutes[0], 3 * minutes[0]]
    assert memory[0] >= 500
    assert memory[0] % 100 == 0
    assert minutes[0] >= LEAST_MINUTES


def test_every_rule_that_a_cluster_runs_asks_for_its_own_memory_and_time():
    remote = {name: body for name, body in rules().items() if "localrule: True" not in body}
    assert set(remote) == set(COSTS)
    for name, body in remote.items():
        assert re.search(rf'^ {{8}}mem_mb=NEEDS\.mem_mb\("{name}"\),$', body, re.MULTILINE), name
        assert re.search(rf'^ {{8}}runtime=NEEDS\.runtime\("{name}"\),$', body, re.MULTILINE), name


@pytest.mark.parametrize("rule", [rule for rule, cost in COSTS.items() if cost.of.endswith("of_run")])
def test_what_sees_all_studies_asks_for_more_with_more_of_them(rule):
    many = {f"study_{number}": {**OWN, **SHEET} for number in range(2000)}
    assert resources(many).mem_mb(rule)({}, 1) > resources().mem_mb(rule)({}, 1)
    assert resources(many).runtime(rule)({}, 1) > resources().runtime(rule)({}, 1)


def test_the_size_of_expression_is_that_of_the_file_once_it_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    needs = resources()
    assert needs.expression_mb("one") == pytest.approx(11 * 30_000 * 16 / 1e6)  # ten samples and the head of the sheet
    (tmp_path / "results/one").mkdir(parents=True)
    (tmp_path / "results/one/expression.h5ad").write_bytes(bytes(2_000_000))
    assert needs.expression_mb("one") == 2


def test_a_study_is_as_large_as_its_own_files_and_those_that_were_fetched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, size in (("own.tsv", 1_000_000), ("fetched.tsv.gz", 3_000_000), ("cells.h5ad", 1_000_000)):
        (tmp_path / name).write_bytes(bytes(size))
    study = {**OWN, "own_files": {"matrix": "own.tsv"}, "samples": {"from": "archive"}}
    cells = {**study, "own_files": {"matrix": "cells.h5ad"}}
    needs = resources({"one": study, "two": {**study, "remote_files": {"matrix": {}}}, "cells": cells})
    assert needs.source_mb("one") == pytest.approx(0.4)
    assert needs.source_mb("cells") == pytest.approx(0.05)
    assert needs.source_mb("two") == pytest.approx(100 * 30_000 * 2 / 1e6)  # by its usual samples, until it is fetched
    (tmp_path / "data/downloads/two").mkdir(parents=True)
    record = {"files": {"matrix": {"path": "fetched.tsv.gz", "url": "", "sha256": ""}}, "faults": []}
    write_json(tmp_path / "data/downloads/two/files.json", record)
    assert needs.source_mb("two") == pytest.approx(3.4)


def test_samples_are_counted_in_the_sheet_wherever_it_is(tmp_path):
    (tmp_path / "samples.tsv").write_text("sample\tgroup\n" + "s\ta\n" * 7)
    assert samples_of({"samples": {"table": str(tmp_path / "samples.tsv")}}) == 8
    assert samples_of(SHEET) == 11
    assert samples_of({"samples": {"from": "archive"}}) == 100
