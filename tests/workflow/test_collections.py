"""Collections of gene sets that do not ship with the project, from the configuration to the page; no internet."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from checkout import copy_project, planned_jobs, run_snakemake
from public_runs import OFFLINE, page_text

from secretome.files import read_json

pytestmark = pytest.mark.end_to_end

MSIGDB = "data.broadinstitute.org/gsea-msigdb/msigdb/release/2023.2.Hs"
COLLECTRI = "zenodo.org/records/8192729/files/CollecTRI_regulons.csv"
STUDY = "lncap_androgen"
HOSTILE = ("<script>alert(1)</script>", "=cmd|' /C calc'!A1", "../../../escaped", 'a "quoted" & <b>name</b>')


def hallmark(folder: Path) -> dict[str, list[str]]:
    with gzip.open(folder / "data/bundled/knowledge/hallmark.gmt.gz", "rt") as file:
        return {name: genes for name, _, *genes in (line.rstrip("\n").split("\t") for line in file)}


def write_gmt(path: Path, sets: dict[str, list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\t".join([name, "url", *genes]) + "\n" for name, genes in sets.items()))


@pytest.fixture(scope="module")
def mirror(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("mirror")


def run(clone: Path, mirror: Path, *arguments: str, gene_sets: dict[str, str] | None = None):
    chosen = {"collections": ["c6", "collectri", "reactome", "cytosig"], "gene_sets": gene_sets or {"mine": "mine.gmt"}}
    config = [f"{key}={json.dumps(value)}" for key, value in chosen.items()]
    config += [f"studies={STUDY}", f"mirrors={json.dumps([mirror.as_uri()])}"]
    return run_snakemake(clone, *arguments, "--config", *config, **OFFLINE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory, mirror) -> Path:
    folder = copy_project(tmp_path_factory.mktemp("sets") / "clone")
    sets = hallmark(folder)
    write_gmt(mirror / MSIGDB / "c6.all.v2023.2.Hs.symbols.gmt", {"AKT_UP.V1_UP": sets["HALLMARK_ANDROGEN_RESPONSE"]})
    regulon = "".join(f"AR,{gene},1\n" for gene in sets["HALLMARK_ANDROGEN_RESPONSE"])
    (mirror / COLLECTRI).parent.mkdir(parents=True)
    (mirror / COLLECTRI).write_text(f"source,target,weight\n{regulon}")
    write_gmt(folder / "mine.gmt", dict.fromkeys(HOSTILE, sets["HALLMARK_ANDROGEN_RESPONSE"]))
    return folder


@pytest.fixture(scope="module")
def first(clone, mirror):
    """A run in which Reactome cannot be had; before that a dry run."""
    planned = planned_jobs(run(clone, mirror, "--dry-run").stdout)
    assert (planned["fetch_collections"], planned["prepare_collections"]) == (1, 1)
    return run(clone, mirror)


def pathways(clone: Path) -> pd.DataFrame:
    return pd.read_csv(next(clone.glob(f"results/{STUDY}/*/pathways.tsv")), sep="\t")


def test_one_collection_that_cannot_be_had_costs_the_exit_code_and_nothing_else(first, clone):
    assert first.returncode == 1
    assert "Collection reactome is unavailable: https://data.broadinstitute.org" in first.stdout
    assert "Collection cytosig" not in first.stdout
    page = page_text(clone, STUDY)
    assert "Not retrieved: https://data.broadinstitute.org" in page
    assert "'CytoSig' is not installed" in page
    table = pathways(clone)
    lead = table[table["method"] == "fry"].set_index("collection")
    assert lead.loc["c6", "gene_set"] == "AKT_UP.V1_UP"
    assert lead.loc["collectri", "gene_set"] == "AR"
    assert lead.loc["c6", "p_value"] < 0.01
    assert "reactome" not in lead.index


def test_what_was_fetched_is_kept_with_its_hash_and_can_be_locked(first, clone):
    manifest = read_json(clone / "data/downloads/collections/manifest.json")
    assert sorted(manifest["files"]) == ["c6", "collectri"]
    assert manifest["failures"] == 1
    assert (clone / "data/downloads" / COLLECTRI).is_file()


def test_names_of_sets_are_text_and_never_a_path(first, clone):
    table = pathways(clone)
    assert set(table.loc[table["collection"] == "mine", "gene_set"]) == set(HOSTILE)
    source = (clone / f"results/report/{STUDY}.html").read_text()
    assert "<script>alert(1)" not in source
    assert "<b>name" not in source
    assert not [path for path in clone.parent.rglob("*") if "escaped" in path.name or "alert" in path.name]


def test_the_next_run_asks_for_what_was_missing_and_then_nothing_is_to_be_done(first, clone, mirror):
    sets = {"REACTOME_SIGNALING_BY_MET": hallmark(clone)["HALLMARK_APOPTOSIS"]}
    write_gmt(mirror / MSIGDB / "c2.cp.reactome.v2023.2.Hs.symbols.gmt", sets)
    before = (clone / f"results/{STUDY}/expression.h5ad").stat().st_mtime_ns
    done = run(clone, mirror)
    assert done.returncode == 0, done.stdout
    assert "REACTOME_SIGNALING_BY_MET" in set(pathways(clone)["gene_set"])
    assert (clone / f"results/{STUDY}/expression.h5ad").stat().st_mtime_ns == before
    assert "Nothing to be done" in run(clone, mirror).stdout


def test_gene_sets_of_ones_own_are_judged_before_any_job(clone, mirror):
    (clone / "mouse.gmt").write_text("A\turl\tTrp53\tIl6\tMyc\n")
    (clone / "broken.gmt").write_text("A\turl\nB\turl\tTP53\nB\turl\tMDM2\n")
    done = run(clone, mirror, gene_sets={"mouse": "mouse.gmt", "broken": "broken.gmt"})
    assert done.returncode == 2
    assert "3 faults in the input; nothing was run" in done.stdout
    assert "symbols of mouse or rat" in done.stdout
    assert "broken.gmt:1: 'A'" in done.stdout
    assert "broken.gmt:3: 'B' is the name of a set already in line 2" in done.stdout
