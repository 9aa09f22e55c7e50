"""studies: configuration, study and signature files, checked together before any job."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from secretome import studies
from secretome.faults import InputFaults

ROOT = Path(__file__).parents[2]

STUDY = {
    "title": "A drug in cells",
    "organism": "Homo sapiens",
    "model": "cells",
    "technology": "rnaseq_counts",
    "compartment": "cells",
    "source": {"kind": "file", "matrix": "data/bundled/first/counts.tsv"},
    "samples": {"table": "data/bundled/first/samples.tsv", "id": "sample"},
    "contrasts": {"drug_vs_none": {"variable": "group", "level": "drug", "reference": "none", "setting": "acute"}},
}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A working folder with one bundled study, `first`, and one of the user's, `mine`."""
    monkeypatch.chdir(tmp_path)
    for data in ("data/bundled/first", "data/mine"):
        Path(data).mkdir(parents=True)
        Path(data, "counts.tsv").write_text("gene\ts1\ts2\ts3\ts4\ts5\nA\t1\t2\t3\t4\t5\n")
        Path(data, "samples.tsv").write_text("sample\tgroup\ns1\tdrug\ns2\tdrug\ns3\tdrug\ns4\tnone\ns5\tnone\n")
    Path("config/studies").mkdir(parents=True)
    store("first")
    mine = {"source": {"kind": "file", "matrix": "data/mine/counts.tsv"}, "samples": {"table": "data/mine/samples.tsv"}}
    mine["samples"]["id"] = "sample"
    store("mine", **mine)
    return tmp_path


def store(key: str, folder: str = "config/studies", **changes) -> Path:
    path = Path(folder, f"{key}.yaml")
    path.write_text(yaml.safe_dump({**STUDY, **changes}, sort_keys=False, allow_unicode=True))
    return path


def contrast(**changes) -> dict:
    return {"contrasts": {"drug_vs_none": {**STUDY["contrasts"]["drug_vs_none"], **changes}}}


def faults_of(**config) -> list:
    with pytest.raises(InputFaults) as caught:
        studies.load_run(config)
    return caught.value.faults


def keys_of(**config) -> list[str]:
    return list(studies.load_run(config)[1])


def test_a_study_is_completed_with_its_defaults(folder):
    settings, loaded = studies.load_run({"seed": 7})
    assert settings == {
        "studies": "bundled",
        "study_folders": ["config/studies"],
        "mirrors": [],
        "hosts": [],
        "largest_download": 2000,
        "collections": "bundled",
        "gene_sets": {},
        "claim_folders": [],
        "thresholds": {"fdr": 0.05, "log2_fold_change": 1.0},
        "seed": 7,
    }
    study = loaded["first"]
    assert study["file"] == "config/studies/first.yaml"
    assert study["own_files"] == {"matrix": study["source"]["matrix"], "sheet": study["samples"]["table"]}
    assert study["remote_files"] == {}
    assert study["source"]["format"] == "matrix"
    defaults = {"keep": [], "combined": {}, "technical_runs_of": "", "identity": "", "numeric": [], "subject": ""}
    defaults |= {"cell_number": "", "total_protein": "", "viability": "", "ldh": ""}
    assert study["samples"] == {**STUDY["samples"], **defaults}
    assert study["contrasts"]["drug_vs_none"]["block"] == []
    assert study["citation"] == {"doi": "", "accession": ""}
    assert study["method"] == "auto"


def test_studies_are_chosen_by_word_key_or_list(folder):
    assert keys_of() == ["first"]
    assert keys_of(studies="all") == ["first", "mine"]
    assert keys_of(studies="mine") == ["mine"]
    assert keys_of(studies=["mine", "first"]) == ["first", "mine"]
    [fault] = faults_of(studies=["mien"])
    assert "'mine'" in fault.fix


def test_the_lysate_of_a_medium_is_checked_across_the_studies_of_the_run(folder):
    proteins = {"technology": "panel", "scale": "intensity"}
    store("first", **proteins)
    mine = store("mine", compartment="medium", lysate="first", **proteins)
    loaded = studies.load_run({"studies": "all"})[1]
    assert loaded["mine"]["lysate_study"] == {"title": STUDY["title"], "technology": "panel", "per": ""}
    [fault] = faults_of(studies="mine")
    assert fault.where == f"{mine}:{line_of(mine, 'lysate')}"
    assert "'studies', as in [mine, first]" in fault.fix
    store("first", title=3, **proteins)
    assert [fault.where.split(":")[0] for fault in faults_of(studies="all")] == ["config/studies/first.yaml"]


def line_of(path, key):
    return 1 + next(i for i, line in enumerate(path.read_text().splitlines()) if line.startswith(f"{key}:"))


def test_studies_that_were_not_chosen_are_not_judged(folder):
    store("mine", title=3, source={"kind": "file", "matrix": "data/mine/counts.tsv"})
    assert keys_of() == ["first"]
    assert keys_of(studies=["first"]) == ["first"]
    assert faults_of(studies="all")


def test_nothing_to_run_is_a_fault(folder):
    Path("config/studies/first.yaml").unlink()
    assert "selects no study" in faults_of()[0].problem
    assert "is not a folder" in faults_of(study_folders=["absent"])[0].problem


def test_a_key_found_twice_is_refused(folder):
    Path("more").mkdir()
    store("first", "more")
    [fault] = faults_of(study_folders=["config/studies", "more"])
    assert "found twice" in fault.problem
    assert "config/studies/first.yaml" in fault.problem


def test_keys_that_differ_only_in_case_are_refused(folder):
    """C12."""
    Path("more").mkdir()
    store("First", "more")
    assert any("only in case" in fault.problem for fault in faults_of(study_folders=["config/studies", "more"]))


NAMES = [
    "1st",
    "_x",
    "a-b",
    "a.b",
    "a b",
    "ä",
    "аbc",
    "x" * 65,
    "index",
    "report",
    "all",
    "bundled",
    "con",
    "nul",
    "com1",
    "A",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_cannot_be_folders_everywhere_are_refused(folder, name):
    """C11: of studies and of contrasts."""
    path = store(name)
    assert any(fault.where == str(path) for fault in faults_of())
    path.unlink()
    store("first", contrasts={name: STUDY["contrasts"]["drug_vs_none"]})
    [fault] = faults_of()
    assert fault.field == "contrasts"
    assert fault.value == name


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", ".", "..", "", "a\nb", "a\x00", "x ", "x" * 300])
def test_contrast_keys_never_become_other_paths(folder, name):
    """C11."""
    text = yaml.safe_dump({**STUDY, "contrasts": {"KEY": STUDY["contrasts"]["drug_vs_none"]}}, sort_keys=False)
    Path("config/studies/first.yaml").write_text(
        text.replace("KEY", '"' + name.encode("unicode_escape").decode() + '"')
    )
    if name == "x ":  # trimmed as all text is
        assert list(studies.load_run({})[1]["first"]["contrasts"]) == ["x"]
    else:
        assert faults_of()


def test_a_yml_file_is_not_passed_over_in_silence(folder):
    Path("config/studies/first.yaml").rename("config/studies/first.yml")
    assert any("not called .yaml" in fault.problem for fault in faults_of())


def test_hidden_and_other_files_are_passed_over(folder):
    for name in (".hidden.yaml", "~$first.yaml", "README.md", "first.yaml.bak"):
        Path("config/studies", name).write_text("no study")
    assert keys_of() == ["first"]


@pytest.mark.parametrize(
    ("config", "field", "fix"),
    [
        ({"sed": 1}, "sed", "'seed'"),
        ({"thresholds": {"alhpa": 0.05}}, "thresholds.alhpa", "fdr"),
        ({"thresholds": {"fdr": 0}}, "thresholds.fdr", "between 0 and 1"),
        ({"thresholds": {"fdr": 1.5}}, "thresholds.fdr", "between 0 and 1"),
        ({"thresholds": {"fdr": float("nan")}}, "thresholds.fdr", "a number"),
        ({"thresholds": {"log2_fold_change": -1}}, "thresholds.log2_fold_change", "0 asks for none"),
        ({"seed": -1}, "seed", "Seed"),
        ({"seed": 2**32}, "seed", "Seed"),
        ({"seed": "1e3"}, "seed", "1000"),
        ({"seed": True}, "seed", "a whole number"),
        ({"studies": []}, "studies", "Which studies"),
        ({"studies": 5}, "studies", "'5'"),
        ({"study_folders": "config/studies"}, "study_folders", "[config/studies]"),
    ],
)
def test_the_configuration_is_checked_wherever_it_came_from(folder, config, field, fix):
    """C04, C05, C06, C10."""
    [fault] = faults_of(**config)
    assert fault.field == field
    assert fix in fault.fix


def test_a_fault_of_the_configuration_file_has_its_line_and_its_text(folder):
    Path("config/config.yaml").write_text("studies: all\n\nseed: 1.50\n")
    [fault] = faults_of(studies="all", seed=1.5)
    assert (fault.where, fault.value) == ("config/config.yaml:3", "1.50")
    [fault] = faults_of(studies="all", seed=-2)
    assert (fault.where, fault.value) == ("configuration", "-2")


def test_thresholds_of_the_command_line_come_as_text(folder):
    """C10: Snakemake 9.27 does not parse the numbers inside --config 'thresholds={fdr: 0.01}'."""
    thresholds = studies.load_run({"thresholds": {"fdr": "0.01", "log2_fold_change": "2"}})[0]["thresholds"]
    assert thresholds == {"fdr": 0.01, "log2_fold_change": 2.0}
    assert faults_of(thresholds={"fdr": "2"})[0].problem == "is not less than 1"
    assert "text" in faults_of(thresholds={"fdr": "low"})[0].problem
    Path("config/config.yaml").write_text("thresholds: {fdr: '0.01'}\n")
    assert "text" in faults_of(thresholds={"fdr": "0.01"})[0].problem


def test_the_configuration_file_is_looked_at_before_snakemake_reads_it(folder):
    """C09."""
    path = Path("config/config.yaml")
    with pytest.raises(InputFaults, match="does not exist"):
        studies.check_config_file(path)
    studies.check_config_file(path, required=False)
    path.write_text("__use_yte__: true\n")
    for required in (True, False):
        with pytest.raises(InputFaults, match="execute code"):
            studies.check_config_file(path, required)
    path.write_text("seed: 1\n")
    studies.check_config_file(path)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"organisn": "x"}, "organisn", "'organism'"),
        ({"technology": "rnaseq"}, "technology", "rnaseq_counts"),
        ({"technology": "qpcr"}, "technology", "rnaseq_counts"),
        ({"method": "edger"}, "method", "auto, voom"),
        ({"compartment": "cels"}, "compartment", "'cells'"),
        ({"organism": "Mus musculus"}, "organism", "Homo sapiens"),
        ({"title": True}, "title", "Quote it: 'true'"),
        ({"title": ""}, "title", "wants"),
        ({"title": "a\nb"}, "title", "one line"),
        ({"citation": {"doi": "https://doi.org/10.1/x"}}, "citation.doi", "without https"),
        ({"citation": {"accession": "../x"}}, "citation.accession", "GSE52778"),
        ({"contrasts": {}}, "contrasts", "wants"),
        (contrast(setting="acut"), "contrasts.drug_vs_none.setting", "'acute'"),
        (contrast(level=1), "contrasts.drug_vs_none.level", "Quote it: '1'"),
        (contrast(level=False), "contrasts.drug_vs_none.level", "Quote it: 'false'"),
        (contrast(block="donor"), "contrasts.drug_vs_none.block", "[donor]"),
        (contrast(difference_of=["a", "b"]), "contrasts.drug_vs_none", "variable with level and reference"),
        (contrast(lvel="x"), "contrasts.drug_vs_none.lvel", "'level'"),
        (contrast(drug_class="A; rm"), "contrasts.drug_vs_none.drug_class", "lower case"),
    ],
)
def test_a_study_file_is_held_to_its_schema(folder, changes, field, words):
    """C04, C05, C06."""
    path = store("first", **changes)
    [fault] = faults_of()
    assert fault.where.startswith(f"{path}:")
    assert fault.field == field
    assert words in fault.fix


@pytest.mark.parametrize(
    "key", ["title", "organism", "model", "technology", "compartment", "source", "samples", "contrasts"]
)
def test_needed_keys_are_asked_for(folder, key):
    path = Path("config/studies/first.yaml")
    path.write_text(yaml.safe_dump({name: value for name, value in STUDY.items() if name != key}))
    faults = faults_of(studies="first")
    assert [(fault.field, fault.problem) for fault in faults] == [(key, "is missing")]


PATHS = ["../x.tsv", "/etc/passwd", "a/../../x", "..", "C:\\x", "C:/x", "a\\b", "~/x", "http://x/y.tsv", "a{b}.tsv"]


@pytest.mark.parametrize("text", PATHS)
def test_paths_that_leave_the_working_folder_are_refused(folder, text):
    """C11."""
    store("first", source={"kind": "file", "matrix": text})
    [fault] = faults_of(studies="first")
    assert fault.field == "source.matrix"
    assert fault.value == text
    store("first", samples={"table": text, "id": "sample"})
    assert faults_of()[0].field == "samples.table"


def test_links_out_of_the_working_folder_pipes_and_devices_are_refused(folder, tmp_path_factory):
    """C14: without opening them."""
    outside = tmp_path_factory.mktemp("outside") / "counts.tsv"
    shutil.copy("data/mine/counts.tsv", outside)
    Path("data/link.tsv").symlink_to(outside)
    Path("data/loop.tsv").symlink_to("loop.tsv")
    os.mkfifo("data/pipe.tsv")
    Path("data/inside.tsv").symlink_to("mine/counts.tsv")
    for name, problem in [
        ("link", "symbolic link"),
        ("loop", ""),
        ("pipe", "a pipe or a device"),
        ("absent", "does not exist"),
    ]:
        store("mine", source={"kind": "file", "matrix": f"data/{name}.tsv"})
        [fault] = faults_of(studies="mine")
        assert problem in fault.problem
        assert fault.field == "source.matrix"
    store("mine", source={"kind": "file", "matrix": "data/inside.tsv"})
    assert keys_of(studies="mine") == ["mine"]


def test_one_file_has_one_spelling(folder):
    store("mine", source={"kind": "file", "matrix": "./data//mine/./counts.tsv"})
    assert studies.load_run({"studies": "mine"})[1]["mine"]["source"]["matrix"] == "data/mine/counts.tsv"


def test_a_missing_matrix_does_not_hide_what_is_wrong_with_the_sheet_and_the_design(folder):
    source = {"kind": "file", "matrix": "data/mine/nope.tsv"}
    samples = {"table": "data/mine/samples.tsv", "id": "sample"}
    store("mine", source=source, samples=samples, **contrast(level="drgu", block=["btach"]))
    found = faults_of(studies=["mine"])
    assert [fault.value for fault in found] == ["data/mine/nope.tsv", "drgu", "btach"]


def test_samples_of_the_sheet_and_columns_of_the_matrix_must_be_the_same(folder):
    """S05: both lists."""
    Path("data/mine/samples.tsv").write_text("sample\tgroup\ns1\tdrug\ns2\tdrug\ns3\tnone\ns4\tnone\nx9\tnone\n")
    sheet, matrix = sorted(faults_of(studies="mine"), key=lambda fault: fault.field)
    assert sheet.problem == "lists samples without a column in data/mine/counts.tsv (1 of 5): x9"
    assert matrix.problem == "has columns that data/mine/samples.tsv does not list (1 of 5): s5"
    assert (sheet.field, matrix.field) == ("samples.table", "source.matrix")


def test_the_order_of_the_sheet_does_not_matter(folder):
    """S06."""
    lines = Path("data/mine/samples.tsv").read_text().splitlines()
    Path("data/mine/samples.tsv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n")
    assert keys_of(studies="mine") == ["mine"]


def test_design_faults_have_the_line_and_key_of_the_contrast(folder):
    """D01, D03, D04, D11 at parse."""
    path = store("mine", **contrast(level="durg"), source={"kind": "file", "matrix": "data/mine/counts.tsv"})
    [fault] = faults_of(studies="mine")
    line = path.read_text().splitlines().index("    level: durg") + 1
    assert fault.where == f"{path}:{line}"
    assert fault.field == "contrasts.drug_vs_none.level"
    assert fault.fix == "Did you mean 'drug'?"


def test_a_batch_confounded_with_the_groups_is_told_at_parse(folder):
    """D01."""
    rows = Path("data/mine/samples.tsv").read_text().splitlines()
    Path("data/mine/samples.tsv").write_text(
        "\n".join([rows[0] + "\tbatch", *(f"{r}\tb{r[-4:]}" for r in rows[1:])]) + "\n"
    )
    changes = {key: yaml.safe_load(Path("config/studies/mine.yaml").read_text())[key] for key in ("source", "samples")}
    store("mine", **{**contrast(block=["batch"]), **changes})
    [fault] = faults_of(studies="mine")
    assert fault.field == "contrasts.drug_vs_none.block"
    assert fault.value == "batch"


def test_a_misspelt_key_does_not_hide_what_is_wrong_with_the_samples(folder):
    store("first", organisn="x", **contrast(level="durg"))
    assert {fault.field for fault in faults_of()} == {"organisn", "contrasts.drug_vs_none.level"}


def test_a_faulty_part_does_not_hide_what_is_wrong_with_the_others(folder):
    good, bad = STUDY["contrasts"]["drug_vs_none"], {**STUDY["contrasts"]["drug_vs_none"], "levl": "x"}
    source = {"kind": "file", "matrix": "data/mine/counts.tsv", "fromat": "matrix"}
    table = {"table": "data/mine/samples.tsv", "id": "sample"}
    contrasts = {"good": {**good, "reference": "nothing"}, "bad": bad}
    store("mine", source=source, samples=table, contrasts=contrasts, technology="rnaseq")
    fields = {fault.field for fault in faults_of(studies="mine")}
    assert fields == {"technology", "source.fromat", "contrasts.bad.levl", "contrasts.good.reference"}


def test_a_faulty_samples_part_does_not_hide_a_missing_matrix(folder):
    source = {"kind": "file", "matrix": "data/mine/nope.tsv"}
    store("mine", source=source, samples={"table": "data/mine/samples.tsv", "idd": "sample"})
    fields = {fault.field for fault in faults_of(studies="mine")}
    assert {"source.matrix", "samples.idd"} <= fields


def test_columns_that_the_study_names_must_be_in_the_sheet(folder):
    table = {"table": "data/mine/samples.tsv", "id": "sample", "numeric": ["age"], "subject": "donor"}
    store("mine", samples=table)
    assert [fault.field for fault in faults_of(studies="mine")] == ["samples.numeric", "samples.subject"]


def test_the_faults_of_all_files_are_told_together(folder):
    """Two studies, a sheet, a header: one message each, none twice."""
    store("first", organisn="x")
    Path("data/mine/counts.tsv").write_text("gene,s1\nA,1\n")
    Path("data/mine/samples.tsv").write_text("sample\tgroup\ns1\tdrug\ns1\tdrug\n")
    Path("config/studies/third.yaml").write_text("a: [\n")
    wheres = [fault.where.partition(":")[0] for fault in faults_of(studies="all")]
    assert sorted(wheres) == [
        "config/studies/first.yaml",
        "config/studies/mine.yaml",
        "config/studies/third.yaml",
        "data/mine/samples.tsv",
    ]


def test_text_of_every_kind_is_taken_as_text(folder):
    """C13: what a shell would read is text here."""
    text = "; $(touch pwned) | & `x` <script> {{7*7}} \"quoted\" 'x'"
    store("first", title=text, model=text, notes=text + "\nsecond line")
    loaded = studies.load_run({})[1]["first"]
    assert loaded["title"] == loaded["model"] == text
    assert loaded["notes"] == text + "\nsecond line"


@pytest.mark.parametrize("key", sorted(path.stem for path in (ROOT / "config/studies").glob("*.yaml")))
def test_the_studies_that_ship_with_the_project_are_faultless(monkeypatch, key):
    monkeypatch.chdir(ROOT)
    settings, loaded = studies.load_run({**yaml.safe_load(Path("config/config.yaml").read_text()), "studies": "all"})
    assert settings["thresholds"] == {"fdr": 0.05, "log2_fold_change": 1.0}
    study = loaded[key]
    assert study.get("measurements") or study["own_files"] or study["remote_files"]


def test_the_import_is_light():
    heavy = ("numpy", "pandas", "jsonschema", "scipy")
    modules = "sys, secretome.studies, secretome.pathways.panel"
    code = f"import {modules}; print([name for name in {heavy} if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"
