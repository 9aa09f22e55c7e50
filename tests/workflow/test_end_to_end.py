"""The bundled studies from the clone to the page, as a user runs them."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
from checkout import ROOT, copy_project, output_hashes, planned_jobs, run_snakemake

from secretome.synthesis.combinations import COMBINATION_RANKS
from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_GROUPS
from secretome.synthesis.ligand_receptors import HYPOTHESES
from secretome.tables import DIFFERENTIAL, PATHWAYS, PUBLISHED, SECRETOME, read_table

pytestmark = pytest.mark.end_to_end

AIRWAY = "airway_dexamethasone/dexamethasone_vs_untreated"
LNCAP = "lncap_androgen/dht_vs_mock"


# All that follows from the prepared studies.
AFTER_PREPARATION = {
    "compare_groups",
    "annotate_secretome",
    "score_pathways",
    "check_claims",
    "pool_studies",
    "pair_ligands",
    "report_study",
    "report_synthesis",
    "report_index",
    "confirm_run",
}


def table(finished: Path, contrast: str, contract):
    return read_table(finished / f"results/{contrast}/{contract.name}.tsv", contract)


@pytest.mark.parametrize(
    ("contrast", "up", "down"),
    [(AIRWAY, ["FKBP5", "TSC22D3", "PER1", "CRISPLD2"], ["VCAM1"]), (LNCAP, ["KLK3", "KLK2", "TMPRSS2", "FKBP5"], [])],
)
def test_the_textbook_genes_come_out(finished, contrast, up, down):
    called = table(finished, contrast, DIFFERENTIAL).query("q_value <= 0.05").set_index("gene")["log2_fold_change"]
    assert (called[up] > 1).all()
    assert (called[down] < -1).all()


def test_what_is_secreted_is_told_from_what_is_not(finished):
    airway = table(finished, AIRWAY, SECRETOME).set_index("gene")
    assert airway.loc["CRISPLD2", "tier"] == "B"
    assert airway.loc["FKBP5", "secreted_class"] == "high_throughput"
    assert airway.loc["FKBP5", "tier"] == "C"
    assert table(finished, LNCAP, SECRETOME).set_index("gene").loc["KLK3", "tier"] == "B"


def test_il6_is_not_called_in_airway(finished):
    il6 = table(finished, AIRWAY, DIFFERENTIAL).set_index("gene").loc["IL6"]
    assert il6["reason"] or il6["q_value"] > 0.05


def test_the_androgen_response_is_first_in_lncap(finished):
    lead = table(finished, LNCAP, PATHWAYS).query("collection == 'hallmark' and method == 'fry'")
    assert lead.sort_values("p_value")["gene_set"].iloc[0] == "HALLMARK_ANDROGEN_RESPONSE"


def test_camera_is_printed_only_where_its_correlation_can_be_estimated(finished):
    methods = {contrast: set(table(finished, contrast, PATHWAYS)["method"]) for contrast in (AIRWAY, LNCAP)}
    assert "camera" not in methods[AIRWAY]  # three residual degrees of freedom
    assert "camera" in methods[LNCAP]


def test_every_gene_has_a_row_and_the_untested_ones_say_why(finished):
    differential = table(finished, AIRWAY, DIFFERENTIAL)
    assert (differential["p_value"].isna() == (differential["reason"] != "")).all()
    assert set(differential["reason"]) == {"", "low_expression"}


def test_pages_are_small_and_ask_nothing_of_the_network(finished):
    pages = sorted((finished / "results/report").glob("*.html"))
    names = ["airway_dexamethasone", "index", "lncap_androgen", "straussman_hgf", "synthesis", "wilson_ligands"]
    assert [page.stem for page in pages] == names
    for page in pages:
        text = page.read_text()
        assert page.stat().st_size < 3_000_000
        assert "default-src 'none'" in text
        assert "<link" not in text
        assert ' src="http' not in text
        assert str(finished) not in text


def test_a_second_run_has_nothing_to_do(finished):
    done = run_snakemake(finished)
    assert done.returncode == 0, done.stdout
    assert "Nothing to be done" in done.stdout


def test_another_folder_locale_zone_and_thread_count_give_the_same_bytes(finished, tmp_path):
    clone = copy_project(tmp_path / "another földer")
    done = run_snakemake(clone, cores=1, PYTHONHASHSEED="2", LC_ALL="C.UTF-8", TZ="Asia/Tokyo", OMP_NUM_THREADS="2")
    assert done.returncode == 0, done.stdout
    assert "Warning, lncap_androgen: The samples are sequencing lanes" in done.stdout
    first, second = output_hashes(finished), output_hashes(clone)
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


def break_airway(clone: Path) -> tuple[Path, bytes]:
    matrix = clone / "data/bundled/airway_dexamethasone/counts.tsv.gz"
    good = matrix.read_bytes()
    lines = gzip.decompress(good).split(b"\n")
    lines[41] = lines[41].rsplit(b"\t", 1)[0]
    matrix.write_bytes(gzip.compress(b"\n".join(lines)))
    return matrix, good


def test_a_damaged_study_costs_nobody_else_the_report_and_can_be_mended(finished, tmp_path):
    clone = copy_project(tmp_path / "clone")
    matrix, good = break_airway(clone)
    done = run_snakemake(clone)
    assert done.returncode not in (0, 2), done.stdout
    assert "Traceback" not in done.stdout
    assert "Study airway_dexamethasone was refused" in done.stdout
    for page in ("index", "airway_dexamethasone"):
        text = (clone / f"results/report/{page}.html").read_text()
        assert "counts.tsv.gz:42" in text
    page = "report/lncap_androgen.html"
    assert (clone / "results" / page).read_bytes() == (finished / "results" / page).read_bytes()

    again = run_snakemake(clone)  # nothing was mended, so the run still fails, at once
    assert again.returncode == 1
    assert "prepare_study" not in again.stdout

    matrix.write_bytes(good)
    mended = run_snakemake(clone)
    assert mended.returncode == 0, mended.stdout
    assert output_hashes(clone) == output_hashes(finished)


def test_it_serves_as_a_module_from_another_folder(finished, tmp_path):
    (tmp_path / "Snakefile").write_text(
        f"""
module secretomes:
    snakefile: {str(finished / "workflow/Snakefile")!r}
    config: {{"studies": "all", "study_folders": ["mine"]}}

use rule * from secretomes as secretomes_*
"""
    )
    for name in ("counts.tsv.gz", "samples.tsv"):
        target = tmp_path / "measured" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "data/bundled/lncap_androgen" / name, target)
    study = (ROOT / "config/studies/lncap_androgen.yaml").read_text()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/my_study.yaml").write_text(study.replace("data/bundled/lncap_androgen", "measured"))
    done = run_snakemake(tmp_path, "secretomes_everything")
    assert done.returncode == 0, done.stdout
    differential = "dht_vs_mock/differential.tsv"
    mine, bundled = (
        folder / differential for folder in (tmp_path / "results/my_study", finished / "results/lncap_androgen")
    )
    assert mine.read_bytes() == bundled.read_bytes()


def jobs_after(clone: Path, path: str, old: str, new: str) -> set[str]:
    """Which rules a dry run names after ``old`` was replaced in a file."""
    text = (clone / path).read_text()
    assert old in text
    (clone / path).write_text(text.replace(old, new, 1))
    done = run_snakemake(clone, "--dry-run")
    (clone / path).write_text(text)
    assert done.returncode == 0, done.stdout
    return set(planned_jobs(done.stdout)) - {"all"}


@pytest.fixture(scope="module")
def editable(finished, tmp_path_factory) -> Path:
    clone = tmp_path_factory.mktemp("editable") / "clone"
    shutil.copytree(finished, clone, symlinks=True)
    return clone


@pytest.mark.parametrize(
    ("path", "old", "new", "rules"),
    [
        (
            "workflow/scripts/secretome/secreted.py",
            '"""',
            '"""An edit. ',
            AFTER_PREPARATION,
        ),
        (
            "config/config.yaml",
            "fdr: 0.05",
            "fdr: 0.01",
            AFTER_PREPARATION,
        ),
        (
            "config/studies/lncap_androgen.yaml",
            "title: ",
            "title: New ",
            {"report_study", "report_synthesis", "report_index", "confirm_run"},
        ),
        (
            "config/studies/straussman_hgf.yaml",
            "title: ",
            "title: New ",
            {"report_published", "report_index", "confirm_run"},
        ),
        (
            "data/bundled/knowledge/combinations.tsv",
            "cells that no longer",
            "cells that do no longer",
            {"pair_ligands", "report_synthesis", "report_index", "confirm_run"},
        ),
        (
            "config/studies/straussman_hgf.yaml",
            "smallest_effect: 15",
            "smallest_effect: 20",
            {"compare_published", "report_published", "check_claims", "report_index", "confirm_run"},
        ),
    ],
    ids=["library", "threshold", "title", "published title", "combination", "smallest effect"],
)
def test_an_edit_reruns_what_it_affects_and_nothing_else(editable, path, old, new, rules):
    assert jobs_after(editable, path, old, new) == rules


def test_published_measurements_are_compared_and_stand_in_their_place(finished):
    found = table(finished, "straussman_hgf", PUBLISHED).set_index(["table", "comparison"])
    rescue = found.loc[("met_inhibition", "plx_ll86_rescue")]
    assert rescue["effect"] == pytest.approx(58.8)
    assert rescue["reading"] == rescue["welch_reading"] == "above"
    assert not list((finished / "results/straussman_hgf").glob("expression*"))
    page = (finished / "results/report/straussman_hgf.html").read_text()
    assert "10.7554/eLife.04034" in page
    assert "CC BY 4.0" in page
    index = (finished / "results/report/index.html").read_text()
    heading = index.index("<h2>Published measurements")
    assert index.index("lncap_androgen.html") < heading < index.index("wilson_ligands.html", heading)
    assert (finished / "results/studies.txt").read_text().split() == [
        "airway_dexamethasone",
        "lncap_androgen",
        "straussman_hgf",
        "wilson_ligands",
    ]


def test_ligands_that_rise_meet_their_receptors_and_no_combination_of_the_papers_is_asked(finished):
    hypotheses = table(finished, "synthesis", HYPOTHESES)
    leptin = hypotheses.query("ligand == 'LEP' and receptor == 'LEPR'").iloc[0]  # glucocorticoids raise it
    assert (leptin["sender_study"], leptin["route"], leptin["tier"]) == ("airway_dexamethasone", "autocrine", "B")
    assert leptin["signal"] == "jak_stat"
    assert leptin["ligand_ci_low"] > 2
    assert set(hypotheses["receiver_study"]) == {"airway_dexamethasone", "lncap_androgen"}
    assert table(finished, "synthesis", COMBINATION_RANKS)["rank"].isna().all()
    page = (finished / "results/report/synthesis.html").read_text()
    assert '<span class="gene">LEP</span> → <span class="gene">LEPR</span>' in page
    assert "Not asked in this run, as no comparison is with the first drug" in page


def test_every_job_has_written_its_log(finished):
    logs = {str(path.relative_to(finished / "logs")) for path in (finished / "logs").rglob("*.log")}
    stages = ("compare_groups", "annotate_secretome", "score_pathways")
    expected = {f"{contrast}/{stage}.log" for contrast in (AIRWAY, LNCAP) for stage in stages}
    expected |= {f"{contrast.split('/')[0]}/prepare_study.log" for contrast in (AIRWAY, LNCAP)} | {"confirm_run.log"}
    expected |= {f"{key}/compare_published.log" for key in ("straussman_hgf", "wilson_ligands")}
    expected |= {f"{rule}.log" for rule in ("check_claims", "pool_studies", "pair_ligands")}
    assert expected <= logs
    assert all((finished / "logs" / path).stat().st_size for path in expected)


def test_the_caution_of_the_study_file_is_there_for_machines_too(finished):
    warnings = json.loads((finished / "results/report/warnings.json").read_text())
    studies = ["lncap_androgen", "straussman_hgf", "straussman_hgf", "wilson_ligands"]
    assert [(w["study"], w["code"]) for w in warnings] == [(key, "study") for key in studies]


@pytest.mark.parametrize("contrast", [AIRWAY, LNCAP])
def test_the_numbers_of_the_pages_are_those_of_the_tables(finished, contrast):
    secretome, genes = table(finished, contrast, SECRETOME), table(finished, contrast, DIFFERENTIAL)
    changed = secretome[secretome["tier"] == "B"]["log2_fold_change"]
    family = int(secretome["q_value_secretome"].notna().sum())
    large = genes[(genes["q_value"] <= 0.05) & (genes["log2_fold_change"].abs() >= 1)]["log2_fold_change"]
    page = (finished / f"results/report/{contrast.split('/')[0]}.html").read_text()
    counts = f"{(changed > 0).sum()} up and {(changed < 0).sum()} down, of {family:,} tested"
    assert f"{len(changed)} secreted genes change expression" in page
    assert counts in page
    index = re.sub(r"<[^>]+>|\s+", " ", (finished / "results/report/index.html").read_text())
    index = re.sub(r" +", " ", index)
    for up, down in ((changed > 0, changed < 0), (large > 0, large < 0)):
        assert f"▲ {up.sum()} up ▼ {down.sum()} down" in index


def test_two_drugs_of_two_kinds_are_shown_side_by_side_and_not_pooled(finished):
    genes = read_table(finished / "results/synthesis/consensus.tsv", CONSENSUS)
    assert set(genes["group"]) == {"all_cells"}
    assert genes["effect"].isna().all()
    assert "FKBP5" not in set(genes["gene"])  # known by high-throughput evidence alone
    groups = read_table(finished / "results/synthesis/consensus_groups.tsv", CONSENSUS_GROUPS)
    assert groups.set_index("group")["pooled"].groupby("group").all().to_dict() == {
        "all_cells": True,
        "androgen_cells_acute": False,
        "glucocorticoid_cells_acute": False,
    }
    page = (finished / "results/report/synthesis.html").read_text()
    assert "No group has three independent studies: the largest have two." in page
    index = (finished / "results/report/index.html").read_text()
    assert '<a href="synthesis.html">' in index
    assert index.count('<div role="img" aria-label="Heat map, ') == 1
    assert index.count('<div role="img" aria-label="Forest plot, ') == 3
