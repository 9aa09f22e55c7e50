"""The configured public studies from an archive to the page, on small files in the documented form of the archives.

No test asks the internet: what the mirror does not have is asked of a proxy that is not there.
"""

import gzip
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import small_archive
from checkout import ROOT, output_hashes, planned_jobs
from public_runs import page_text, project, run

from secretome import strict_yaml, study_file
from secretome.comparison.compare import compare
from secretome.expression import read_expression
from secretome.files import read_json, sha256
from secretome.tables import DIFFERENTIAL, read_samples_table, read_table

pytestmark = pytest.mark.end_to_end

STUDIES = sorted(small_archive.PLANTED)
T47D_FILE = (
    "ftp.ncbi.nlm.nih.gov/geo/series/GSE207nnn/GSE207514/suppl/"
    "GSE207514_RNAseq_T47D_CTRL_NF1KO_annotated_count_table.txt.gz"
)


def shortened(key: str) -> dict:
    """A configured study with its first comparison, where one is as good as another: a job takes seconds."""
    study = small_archive.configured(key)
    if key != "melanoma_tis":
        first = next(iter(study["contrasts"]))
        study["contrasts"] = {first: study["contrasts"][first]}
    return study


def unavailable_lines(output: str) -> list[str]:
    """The lines that say which study is missing, each once."""
    return sorted(set(re.findall(r"^Study \w+ is unavailable: .*$", output, re.MULTILINE)))


@pytest.fixture(scope="module")
def mirror(tmp_path_factory) -> Path:
    return small_archive.write_archive(tmp_path_factory.mktemp("archive") / "mirror")


@pytest.fixture(scope="module")
def everything(tmp_path_factory, mirror) -> Path:
    """A clone in which all public studies were run."""
    clone = project(tmp_path_factory.mktemp("all"), {key: shortened(key) for key in STUDIES})
    done = run(clone, mirror=mirror, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    assert done.returncode == 0, done.stdout
    assert unavailable_lines(done.stdout) == []
    return clone


def test_the_small_archive_has_a_file_for_every_study_that_is_not_bundled():
    configured = {path.stem for path in (ROOT / "config/studies").glob("*.yaml")}
    assert configured - set(small_archive.BUNDLED) == set(STUDIES)


def test_every_study_is_there_with_its_page(everything):
    assert (everything / "results/studies.txt").read_text().split() == STUDIES
    pages = {path.stem for path in (everything / "results/report").glob("*.html")}
    assert pages == {*STUDIES, "index", "synthesis"}
    for key in STUDIES:
        assert read_expression(everything / f"results/{key}/expression.h5ad").unavailable == ()
        assert small_archive.configured(key)["title"] in page_text(everything, "index")


def checked_study(key: str, folder: Path) -> dict:
    small_archive.write_study(folder, key, small_archive.configured(key))
    path = folder / f"{key}.yaml"
    study, faults = study_file.checked(path, strict_yaml.load(path))
    assert faults == []
    return study


@pytest.mark.parametrize("key", STUDIES)
def test_what_was_planted_comes_out_in_every_comparison(everything, tmp_path, key):
    """Those of the study file beyond the first are compared here, from the expression that the run left."""
    study = checked_study(key, tmp_path)
    expression = read_expression(everything / f"results/{key}/expression.h5ad")
    for name, contrast in study["contrasts"].items():
        path = everything / f"results/{key}/{name}/differential.tsv"
        settings = {
            key: study[key] for key in ("samples", "method", "weigh_samples", "robust", "technology", "compartment")
        }
        changes = compare(expression, {"contrast": contrast, **settings, "fdr": 0.05, "seed": 1}).differential
        if path.exists():
            assert sorted(read_table(path, DIFFERENTIAL)["gene"]) == sorted(changes["gene"])
        changes = changes.set_index("gene")
        planted = small_archive.planted_change(key, contrast)
        found = changes.loc[list(planted), "log2_fold_change"]
        np.testing.assert_allclose(found, list(planted.values()), atol=0.5)
        others = changes.loc[~changes.index.isin(planted)]
        assert (others["log2_fold_change"].abs() < 0.9).all()
        if not contrast["descriptive"]:
            assert (changes.loc[list(planted), "q_value"] < 0.05)[found.abs() > 0.8].all()
            assert (others["q_value"] < 0.05).sum() <= 5


def test_the_hours_of_melanoma_tis_come_from_the_archive(everything):
    samples = read_samples_table(everything / "results/melanoma_tis/samples.tsv")
    used = samples[samples["used"] == "true"]
    treatment = dict(zip(used["run"], used["treatment"], strict=True))
    runs = [f"SRR{number}" for number in range(1_744_413, 1_744_422)]
    hours = [*["vehicle"] * 3, *["vemurafenib_6h"] * 3, *["vemurafenib_48h"] * 3]
    assert treatment == dict(zip(runs, hours, strict=True))
    left_out = samples[samples["used"] == "false"]
    assert len(left_out) == 32
    assert (left_out["reason"] != "").all()
    fall = {
        hours: read_table(
            everything / f"results/melanoma_tis/vemurafenib_{hours}_vs_vehicle/differential.tsv", DIFFERENTIAL
        ).set_index("gene")["log2_fold_change"]
        for hours in ("6h", "48h")
    }
    for gene in ("MKI67", "CCNB1"):
        assert fall["48h"][gene] < fall["6h"][gene] - 2


def test_technical_runs_are_one_sample(everything):
    samples = read_samples_table(everything / "results/bt474_resistant_clones/samples.tsv")
    used = samples[samples["used"] == "true"]
    assert used["technical_runs"].astype(str).tolist() == ["1", "1", "2", "2", "2", "2"]
    fit = read_json(everything / "results/bt474_resistant_clones/resistant_vs_parental/fit.json")
    assert {group: len(names) for group, names in fit["groups"].items()} == {"resistant": 4, "parental": 2}


def test_the_batches_of_the_arrays_are_allowed_for(everything):
    fit = read_json(everything / "results/a375_vemurafenib/vemurafenib_vs_vehicle/fit.json")
    assert fit["residual_df"] == 2  # 6 arrays, less the mean, two batches and the drug


def test_both_names_of_the_vehicle_are_one_group(everything):
    fit = read_json(everything / "results/hcc1143_kinase_panel/pf_04691502_vs_dmso/fit.json")
    assert sorted(fit["groups"]["DMSO"]) == ["DMSO_0_24", "DMSO_0_24.2", "DMSO__24", "DMSO__24.2"]
    assert len(fit["groups"]["PF-04691502"]) == 2


def test_a_row_with_a_numbered_symbol_is_added_to_its_gene(everything):
    expression = read_expression(everything / "results/bt474_resistant_ligands/expression.h5ad")
    assert expression.genes.loc["IL6", "gene_id"] == "IL6|IL6_1"


def test_the_medians_of_conditions_are_shown_and_not_tested(everything):
    folder = everything / "results/mcf10a_ligands/hgf_24h_vs_pbs"
    assert read_json(folder / "fit.json")["method"] == "descriptive"
    tested = ["ci_low", "ci_high", "standard_error", "statistic", "df", "p_value", "q_value"]
    assert read_table(folder / "differential.tsv", DIFFERENTIAL)[tested].isna().all(axis=None)


def test_the_page_of_a_study_names_its_source_by_address_and_hash(everything, mirror):
    text = page_text(everything, "t47d_alpelisib")
    assert f"https://{T47D_FILE}" in text
    assert sha256(mirror / T47D_FILE) in text.replace(" ", "")
    assert str(mirror) not in (everything / "results/report/t47d_alpelisib.html").read_text()


def test_a_second_run_and_one_with_other_mirrors_have_nothing_to_do(everything, mirror, tmp_path):
    again = run(everything, mirror=mirror)
    assert again.returncode == 0, again.stdout
    assert "Nothing to be done" in again.stdout
    planned = run(everything, "--dry-run", mirror=tmp_path)
    assert planned.returncode == 0, planned.stdout
    assert planned_jobs(planned.stdout) == {}


# --- what cannot be had


@pytest.fixture(scope="module")
def incomplete(tmp_path_factory) -> Path:
    """A mirror where SRP051765 has no hours, the panel no PF-04691502, and GSE207514 is missing."""
    labels = {"control": "control", "treat1": "treat1", "treat2": "treat2"}
    base = tmp_path_factory.mktemp("incomplete") / "mirror"
    small_archive.write_archive(base, labels, ("Trametinib", "Alpelisib"))
    (base / T47D_FILE).unlink()
    return base


def two_comparisons() -> dict:
    """The kinase panel with a second comparison, of a drug that the incomplete archive has too."""
    study = small_archive.configured("hcc1143_kinase_panel")
    first = study["contrasts"]["pf_04691502_vs_dmso"]
    study["contrasts"]["trametinib_vs_dmso"] = {**first, "level": "Trametinib", "drug_class": "mek_inhibitor"}
    return study


@pytest.fixture(scope="module")
def partly(tmp_path_factory, incomplete):
    """A clone after a run against that mirror, in which a study of four can be had whole; and the output of the run."""
    studies = {key: shortened(key) for key in ("hct116_nutlin", "melanoma_tis", "t47d_alpelisib")}
    clone = project(tmp_path_factory.mktemp("földer"), {**studies, "hcc1143_kinase_panel": two_comparisons()})
    done = run(clone, mirror=incomplete, PYTHONHASHSEED="2", LC_ALL="C.UTF-8", TZ="Asia/Tokyo", OMP_NUM_THREADS="2")
    return clone, done


def reasons(clone: Path, key: str) -> str:
    return "\n".join(read_expression(clone / f"results/{key}/expression.h5ad").unavailable)


def test_studies_that_cannot_be_had_end_the_run_with_a_line_each(partly):
    clone, done = partly
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stdout
    lines = unavailable_lines(done.stdout)
    assert [line.split()[1] for line in lines] == ["melanoma_tis", "t47d_alpelisib"]
    assert not (clone / "results/studies.txt").exists()
    index = page_text(clone, "index")
    for key in ("hct116_nutlin", "melanoma_tis", "t47d_alpelisib", "hcc1143_kinase_panel"):
        assert small_archive.configured(key)["title"] in index
        assert (clone / f"results/report/{key}.html").exists()


def test_labels_without_hours_are_refused_with_what_was_found(partly):
    clone, _ = partly
    told = reasons(clone, "melanoma_tis")
    assert "samples.columns.treatment.values" in told
    assert "treat1 (3), treat2 (3)" in told
    assert "treat1 (3), treat2 (3)" in page_text(clone, "melanoma_tis")


def test_a_file_that_is_nowhere_is_told_with_its_address_and_its_place(partly):
    clone, done = partly
    (line,) = (line for line in unavailable_lines(done.stdout) if "t47d" in line)
    assert f"https://{T47D_FILE}" in line
    assert f"data/downloads/{T47D_FILE}" in line
    assert f"data/downloads/{T47D_FILE}" in page_text(clone, "t47d_alpelisib")


def test_a_level_that_the_archive_lacks_costs_its_own_comparison_alone(partly):
    clone, _ = partly
    assert reasons(clone, "hcc1143_kinase_panel") == ""
    text = page_text(clone, "hcc1143_kinase_panel")
    assert "PF-04691502 vs DMSO is not available in these data" in text
    table = read_table(clone / "results/hcc1143_kinase_panel/trametinib_vs_dmso/differential.tsv", DIFFERENTIAL)
    assert table.set_index("gene")["log2_fold_change"]["DUSP6"] == pytest.approx(-3, abs=0.5)
    warnings = read_json(clone / "results/report/warnings.json")
    (warning,) = (one for one in warnings if one["contrast"] == "pf_04691502_vs_dmso")
    assert "not available" in warning["message"]
    assert "PF-04691502" in warning["message"]
    assert "There is: Alpelisib, DMSO, Trametinib" in warning["message"]


def test_another_folder_locale_zone_and_thread_count_give_the_same_bytes(everything, partly):
    """Shown by the study that neither of the two archives lacks."""
    first, second = output_hashes(everything), output_hashes(partly[0])
    of_study = [path for path in first if re.match(r"hct116_nutlin/|report/hct116_nutlin", path)]
    assert len(of_study) == 17
    assert [path for path in of_study if first[path] != second[path]] == []


def test_what_is_put_by_hand_where_the_message_says_is_used_and_nothing_else_is_redone(everything, partly, mirror):
    clone, done = partly
    for key in ("melanoma_tis",):
        (clone / f"config/studies/{key}.yaml").unlink()
    (line,) = (line for line in unavailable_lines(done.stdout) if "t47d" in line)
    place = re.search(r"put it at (\S+)", line)[1]
    shutil.copy(mirror / T47D_FILE, clone / place)
    planned = planned_jobs(run(clone, "--dry-run").stdout)
    of_study = ("fetch_study", "prepare_study", "compare_groups", "annotate_secretome", "score_pathways")
    across = ("estimate_claims", "check_claims", "pool_studies", "pair_ligands", "report_synthesis")
    assert planned == dict.fromkeys((*of_study, *across, "report_study", "report_index", "confirm_run", "all"), 1)
    mended = run(clone)
    assert mended.returncode == 0, mended.stdout
    assert (clone / "results/studies.txt").read_text().split() == [
        "hcc1143_kinase_panel",
        "hct116_nutlin",
        "t47d_alpelisib",
    ]
    assert "Warning, hcc1143_kinase_panel" in mended.stdout
    assert "not available" in mended.stdout
    first, second = output_hashes(everything), output_hashes(clone)
    assert [path for path in first if path.startswith("t47d") and first[path] != second[path]] == []
    again = run(clone)
    assert again.returncode == 0
    assert "Nothing to be done" in again.stdout
    # As config/README.md says: a file that is deleted is asked for again on demand alone.
    (clone / place).unlink()
    assert "Nothing to be done" in run(clone, "--dry-run").stdout
    assert planned_jobs(run(clone, "--dry-run", "-R", "fetch_study").stdout)["fetch_study"] == 3


def test_damage_change_and_a_drug_that_is_not_there_are_refused_by_name(tmp_path, mirror, incomplete):
    """A file cut off, one that is not what the lock knows, and a study of which no comparison is left."""
    keys = ("a375_vemurafenib", "bt474_trastuzumab", "hcc1143_kinase_panel")
    clone = project(tmp_path, {key: shortened(key) for key in keys})
    base = tmp_path / "mirror"
    shutil.copytree(incomplete, base)
    matrix = next(base.rglob("GSE42872_series_matrix.txt.gz"))
    matrix.write_bytes(matrix.read_bytes()[:-3000])
    counts = next(base.rglob("GSE121105_geneCount.csv.gz"))
    known = "0" * 64
    url = f"https://{counts.relative_to(base)}"
    (clone / "config/data.lock.tsv").write_text(f"url\tsha256\tsize\n{url}\t{known}\t123\n")
    done = run(clone, "--until", "prepare_study", mirror=base)
    assert done.returncode == 0, done.stdout
    cut_off = reasons(clone, "a375_vemurafenib")
    assert "GSE42872_series_matrix.txt.gz" in cut_off
    assert "cut off" in cut_off or "ends" in cut_off
    changed = reasons(clone, "bt474_trastuzumab")
    assert known in changed
    assert sha256(counts) in changed
    assert "make lock" in changed
    absent = reasons(clone, "hcc1143_kinase_panel")
    assert "PF-04691502" in absent
    assert "Alpelisib" in absent
    assert "Trametinib" in absent
    assert not list((clone / "data/downloads").rglob("GSE42872_series_matrix.txt.gz"))
    assert gzip.decompress(next(mirror.rglob("GSE42872_series_matrix.txt.gz")).read_bytes())
