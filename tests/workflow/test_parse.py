"""What happens before any job: lint, dry runs, the refusal of bad input."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from checkout import ROOT, copy_project, planned_jobs, run_snakemake

AIRWAY = "config/studies/airway_dexamethasone.yaml"


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    return copy_project(tmp_path_factory.mktemp("clone"))


@pytest.fixture
def clone(tmp_path) -> Path:
    return copy_project(tmp_path / "clone")


def edit(path: Path, **changes) -> None:
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}, sort_keys=False))


@pytest.mark.parametrize("door", [(), ("--snakefile", "workflow/Snakefile")], ids=["root", "workflow"])
def test_a_dry_run_in_a_clean_clone_lists_every_rule(clean, door):
    done = run_snakemake(clean, "--dry-run", *door)
    assert done.returncode == 0, done.stdout
    assert planned_jobs(done.stdout) == {
        "prepare_study": 2,
        "compare_groups": 2,
        "annotate_secretome": 2,
        "score_pathways": 2,
        "report_study": 2,
        "compare_published": 2,
        "report_published": 2,
        "check_claims": 1,
        "pool_studies": 1,
        "pair_ligands": 1,
        "report_synthesis": 1,
        "report_index": 1,
        "confirm_run": 1,
        "everything" if door else "all": 1,
    }


def test_one_study_can_be_chosen(clean):
    done = run_snakemake(clean, "--dry-run", "--config", "studies=lncap_androgen")
    assert done.returncode == 0, done.stdout
    assert "lncap_androgen" in done.stdout
    assert "airway_dexamethasone" not in done.stdout


def test_a_study_of_published_measurements_is_neither_prepared_nor_modelled(clean):
    done = run_snakemake(clean, "--dry-run", "--config", "studies=straussman_hgf")
    assert done.returncode == 0, done.stdout
    own = ("compare_published", "report_published")
    of_all = ("check_claims", "pool_studies", "pair_ligands", "report_synthesis", "report_index", "confirm_run", "all")
    assert planned_jobs(done.stdout) == dict.fromkeys((*own, *of_all), 1)


def test_faults_of_published_measurements_are_told_with_the_others_and_code_2(clone):
    edit(clone / AIRWAY, organisn="Homo sapiens")
    edit(clone / "config/studies/wilson_ligands.yaml", license="CC BY 4.0")
    measurements = clone / "data/bundled/straussman_hgf/measurements.tsv"
    measurements.write_text(measurements.read_text().replace("\t6.06\t3\t", "\t-6.06\t0\t").replace("fold", "percent"))
    done = run_snakemake(clone, "--dry-run")
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stdout
    for said in (
        "airway_dexamethasone.yaml",
        "Did you mean 'licence'?",
        "measurements.tsv:3: n: '0'",
        "measurements.tsv:3: sem: '-6.06' is negative",
        "is not the unit of the table phospho_akt, which is fold",
    ):
        assert said in done.stdout


def test_the_linter_of_snakemake_finds_nothing(clean):
    done = run_snakemake(clean, "--lint")
    assert done.returncode == 0, done.stdout


def test_faults_of_several_files_are_told_together_with_code_2_and_no_job_starts(clone):
    edit(clone / AIRWAY, organisn="Homo sapiens")
    edit(clone / "config/studies/lncap_androgen.yaml", technology="rnaseq")
    done = run_snakemake(clone)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stdout
    assert "airway_dexamethasone.yaml" in done.stdout
    assert "organism" in done.stdout
    assert "lncap_androgen.yaml" in done.stdout
    assert "rnaseq_counts" in done.stdout
    assert not (clone / "results").exists()


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_code_in_the_configuration_is_never_evaluated(clone, arguments):
    marker = clone / "evaluated"
    (clone / "config/config.yaml").write_text(
        f"__use_yte__: true\nstudies: ?open({str(marker)!r}, 'w').write('x') and 'all'\n"
    )
    done = run_snakemake(clone, *arguments)
    assert done.returncode == 2, done.stdout
    assert "__use_yte__" in done.stdout
    assert not marker.exists()


def test_values_of_the_command_line_are_checked_too(clean):
    done = run_snakemake(clean, "--dry-run", "--config", "sed=5")
    assert done.returncode == 2, done.stdout
    assert "seed" in done.stdout


def test_a_missing_configuration_is_one_clear_line(clone):
    (clone / "config/config.yaml").unlink()
    done = run_snakemake(clone, "--dry-run")
    assert done.returncode == 2, done.stdout
    assert "config/config.yaml" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    "payload", ["; touch pwned", "$(touch pwned)", "`touch pwned`", "| touch pwned", "\n touch pwned"]
)
def test_no_text_of_a_study_file_reaches_a_shell(clone, payload):
    """C13: whether accepted as text or refused, it is never executed."""
    edit(clone / AIRWAY, title=f"x {payload}", model=f"y {payload}")
    run_snakemake(clone, "--config", "studies=airway_dexamethasone", "--until", "prepare_study")
    assert not list(clone.rglob("pwned"))


def test_the_linters_of_the_project_are_part_of_make_test():
    recipe = (ROOT / "Makefile").read_text()
    for tool in ("ruff check", "ruff format --check", "snakefmt --check", "mypy"):
        assert tool in recipe


def test_make_says_in_one_line_that_python_is_too_old(tmp_path):
    clone = copy_project(tmp_path / "clone")
    (clone / ".venv").unlink()
    fake = tmp_path / "python3.9"
    fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.1 && exit\nexit 1\n')
    fake.chmod(0o755)
    done = subprocess.run(["make", "environment", f"PYTHON={fake}"], cwd=clone, capture_output=True, text=True)
    assert done.returncode != 0
    assert "Python 3.11 is needed" in done.stderr
    assert "Traceback" not in done.stderr


def test_make_says_in_one_line_that_the_venv_module_is_missing(tmp_path):
    clone = copy_project(tmp_path / "clone")
    (clone / ".venv").unlink()
    fake = tmp_path / "python3.11"
    fake.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    fake.chmod(0o755)
    done = subprocess.run(["make", "environment", f"PYTHON={fake}"], cwd=clone, capture_output=True, text=True)
    assert done.returncode != 0
    assert "no venv module" in done.stderr
