"""The real files beside this project, each from the file to the page, held to what was measured on them elsewhere.

They may not be committed, so a clone that stands alone skips these tests.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
import small_archive
from checkout import ROOT
from public_runs import page_text, project, run

from secretome import sources
from secretome.designs.design import build
from secretome.expression import read_expression
from secretome.files import read_json
from secretome.models import contrasts, linear, moderation
from secretome.readers import series_matrix
from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_GROUPS, CONSENSUS_STUDIES
from secretome.tables import DIFFERENTIAL, PATHWAYS, SCORES, SECRETOME, SIGNALS, read_table

SHARED = ROOT.parent / "shared"
DATA, MIRROR = SHARED / "data", SHARED / "mirror"
pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data and ../shared/mirror, the real files"),
]

ASBESTOS = "ncbi_counts/GSE63966_raw_counts_GRCh38.p13_NCBI.tsv.gz"
SECRETED = "endothelial_secretome/zoiret_secretome_maxlfq.tsv.gz"
# The contrasts of the ligands: condition with the ligand, and without.
LIGANDS = {
    "hgf_24h_vs_pbs": ("HGF_24", "PBS_24"),
    "osm_24h_vs_pbs": ("OSM_24", "PBS_24"),
    "ifng_24h_vs_egf": ("IFNG_24", "EGF_24"),
}


def study(technology: str, source: dict, samples: dict, contrasts: dict[str, tuple[str, str]], **more) -> dict:
    """A study file; contrasts are (level, reference) of the column `group`."""
    models = {
        key: {"variable": "group", "level": level, "reference": reference, "setting": "acute"}
        for key, (level, reference) in contrasts.items()
    }
    stated = {"title": "A real table", "organism": "Homo sapiens", "model": "human cells", "compartment": "cells"}
    return {**stated, "technology": technology, "source": source, "samples": samples, "contrasts": models, **more}


def rows(groups: dict[str, str]) -> dict:
    lines = ["sample group", *(f"{sample} {group}" for sample, group in groups.items())]
    return {"id": "sample", "rows": "\n".join(lines) + "\n"}


def nutlin(first: int, name: str, **columns) -> dict:
    runs = [f"SRR{first + number}" for number in range(4)]
    groups = dict(zip((f"{one}.sorted.bam" for one in runs), ("DMSO", "DMSO", "nutlin", "nutlin"), strict=True))
    source = {"kind": "file", "matrix": f"data/real/{name}_counts.tsv", "columns": {"id": "GeneID", **columns}}
    return study("rnaseq_counts", source, rows(groups), {"nutlin_vs_dmso": ("nutlin", "DMSO")})


def asbestos() -> dict:
    """Counts that NCBI made, the samples by what the family SOFT states of them; paired by the line."""
    samples = {
        "from": "archive",
        "id": "accession",
        "columns": {
            "group": {
                "field": "characteristics: treatment",
                "values": {
                    "no exposure for 8 hrs": "none",
                    "5 μg/cm2 of crocidolite asbestos exposure for 8 hrs": "asbestos",
                },
            },
            "line": {"field": "characteristics: cell line"},
        },
    }
    source = {"kind": "ncbi_counts", "accession": "GSE63966"}
    made = study("rnaseq_counts", source, samples, {"asbestos_vs_none": ("asbestos", "none")})
    made["contrasts"]["asbestos_vs_none"]["block"] = ["line"]
    return made


def secretome() -> dict:
    """Conditioned medium of two endothelial lines, as FragPipe quantified it."""
    lines = (DATA / "endothelial_secretome/zoiret_secretome_samples.tsv").read_text().splitlines()[1:]
    cells = [line.split("\t") for line in lines]
    groups = {sample: f"{line}_{treatment}" for sample, line, treatment, _ in cells}
    contrasts = {
        f"{line}_{particle}".lower().replace("-", "_"): (f"{line}_{particle}", f"{line}_{control}")
        for line in ("HCA", "HIT")
        for particle, control in (("CPP-P", "PBS"), ("CPP-S", "PBS"))
    }
    source = {"kind": "file", "format": "fragpipe", "matrix": "data/real/secretome.tsv.gz"}
    return {**study("proteomics", source, rows(groups), contrasts), "compartment": "medium"}


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    """A clone in which the real files were run."""
    encorafenib, ligands = small_archive.configured("melanoma_encorafenib"), small_archive.configured("mcf10a_ligands")
    for one, kept in ((encorafenib, ["encorafenib_20h"]), (ligands, list(LIGANDS))):
        one["contrasts"] = {key: one["contrasts"][key] for key in kept}
    studies = {
        "a375_vemurafenib": small_archive.configured("a375_vemurafenib"),
        "melanoma_encorafenib": encorafenib,
        "mcf10a_ligands": ligands,
        "hct116": nutlin(4_098_430, "Andrysik2017"),
        "mcf7": nutlin(4_098_434, "MCF7", ignore=["Length"]),
        "asbestos": asbestos(),
        "endothelial": secretome(),
    }
    folder = tmp_path_factory.mktemp("real")
    clone, mirror = project(folder, studies), folder / "mirror"
    shutil.copytree(MIRROR, mirror)
    wanted = sources.remote_files(asbestos()["source"], True, "asbestos")
    copies = {
        mirror / wanted["matrix"].path: DATA / ASBESTOS,
        mirror / wanted["fields"].path: DATA / "ncbi_counts/GSE63966_family.soft.gz",
        mirror / "by_hand/melanoma_encorafenib/kavran_counts.tsv.gz": DATA / "kavran_encorafenib/kavran_counts.tsv.gz",
        mirror / "by_hand/mcf10a_ligands" / ligands["source"]["file"]: DATA
        / "mcf10a_ligands"
        / ligands["source"]["file"],
        clone / "data/real/Andrysik2017_counts.tsv": DATA / "gse86221_nutlin/Andrysik2017_counts.tsv",
        clone / "data/real/MCF7_counts.tsv": DATA / "gse86221_nutlin/MCF7_counts.tsv",
        clone / "data/real/secretome.tsv.gz": DATA / SECRETED,
    }
    for target, origin in copies.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(origin, target)
    done = run(clone, mirror=mirror)
    assert done.returncode == 0, done.stdout
    return clone


def changes(clone: Path, key: str, contrast: str):
    return read_table(clone / f"results/{key}/{contrast}/differential.tsv", DIFFERENTIAL).set_index("gene")


def warnings_of(clone: Path, key: str) -> str:
    return " ".join(one["message"] for one in read_json(clone / f"results/{key}/quality.json")["warnings"])


@pytest.mark.parametrize(
    ("key", "contrast", "expected"),
    [
        (
            "a375_vemurafenib",
            "vemurafenib_vs_vehicle",
            {"DUSP6": -4.21, "SPRY4": -3.75, "FOSL1": -1.88, "CXCL8": -1.22},
        ),
        ("melanoma_encorafenib", "encorafenib_20h", {"DUSP6": -5.26, "SPRY4": -7.30, "FOSL1": -3.49, "CXCL8": -5.79}),
        ("hct116", "nutlin_vs_dmso", {"CDKN1A": 4.6, "MDM2": 4.0}),
        ("mcf10a_ligands", "hgf_24h_vs_pbs", {"DUSP6": 3.16, "FOSL1": 2.04}),
    ],
)
def test_the_fold_changes_are_those_that_are_known(real, key, contrast, expected):
    found = changes(real, key, contrast)["log2_fold_change"]
    np.testing.assert_allclose(found[list(expected)], list(expected.values()), atol=0.06)


def test_the_arrays_by_probe_have_the_number_of_changes_of_limma():
    """7,993 probes at FDR .05 by the paired design without a trend (limma 3.54 on the same matrix)."""
    path = MIRROR / "ftp.ncbi.nlm.nih.gov/geo/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz"
    table = series_matrix.read(path, "GPL6244")
    sheet = {
        "sample": table.columns,
        "drug": ["no"] * 3 + ["yes"] * 3,
        "batch": ["A", "B", "C"] * 2,
    }
    contrast = {"variable": "drug", "level": "yes", "reference": "no", "block": ["batch"]}
    design = build(sheet, "sample", contrast, (), "")
    fitted = linear.fit(table.values, design.matrix)
    found = contrasts.estimate(fitted, design.contrast, moderation.moderate(fitted, trend=False))
    assert (found["q_value"] <= 0.05).sum() == pytest.approx(7993, abs=80)


def test_a_library_of_another_treatment_is_named(real):
    assert "SRR4098435" in warnings_of(real, "mcf7")
    assert "SRR40984" not in warnings_of(real, "hct116")


def test_counts_of_ncbi_have_the_samples_that_the_archive_states(real):
    samples = read_expression(real / "results/asbestos/expression.h5ad").samples
    assert samples["group"].value_counts().to_dict() == {"none": 8, "asbestos": 8}
    assert samples["line"].nunique() == 4
    assert changes(real, "asbestos", "asbestos_vs_none")["p_value"].notna().sum() > 10_000


def test_the_medium_of_endothelial_cells_shows_its_known_protein(real):
    """Released CD59 rises under both particles, in both lines."""
    for contrast in ("hca_cpp_p", "hca_cpp_s", "hit_cpp_p", "hit_cpp_s"):
        table = read_table(real / f"results/endothelial/{contrast}/secretome.tsv", SECRETOME).set_index("gene")
        change = table["log2_fold_change"]
        assert 2.2 < change["CD59"] < 2.8
        assert change[["HSPG2", "FN1"]].max() < -1
        assert set(table["tier"]) <= {"A", "C", "D", "U", ""}
    assert "in the medium" in page_text(real, "endothelial")


def consensus(clone: Path, group: str):
    """Of a group the genes, what each study says of them, and its contrasts."""
    tables = (CONSENSUS, CONSENSUS_STUDIES, CONSENSUS_GROUPS)
    read = [read_table(clone / f"results/synthesis/{contract.name}.tsv", contract) for contract in tables]
    return [table[table["group"] == group] for table in read]


def test_acute_braf_inhibitors_move_the_same_secreted_genes_in_two_studies(real):
    """Measured on these files, two cell lines: 303 genes the same way in both, 81 opposite ways, 1.2 by chance each."""
    genes, studies, members = consensus(real, "braf_inhibitor_cells_acute")
    assert set(members.loc[members["pooled"], "study"]) == {"a375_vemurafenib", "melanoma_encorafenib"}
    both = genes.loc[genes["k"] == 2, "gene"]
    found = studies[studies["gene"].isin(both)].pivot(index="gene", columns="unit", values=["ci_low", "ci_high"])
    above, below = (found["ci_low"] > 0).sum(axis=1), (found["ci_high"] < 0).sum(axis=1)
    assert len(both) == pytest.approx(990, abs=15)
    same, opposite = int(((above == 2) | (below == 2)).sum()), int(((above == 1) & (below == 1)).sum())
    assert (same, opposite) == (pytest.approx(303, abs=10), pytest.approx(81, abs=5))
    assert genes["effect"].isna().all()  # two studies are not pooled
    text = page_text(real, "index")
    told = (
        f"BRAF inhibitor, acute, in cells (2 studies): {same} of {len(both)} secreted genes move the same way in both"
    )
    assert f"{told}, {opposite} opposite ways" in text


def test_over_drugs_of_several_kinds_the_pool_finds_no_gene_and_says_why(real):
    """Measured on these files: nothing at FDR .05 among 897 genes, half of them with an I² of at least 85%."""
    genes, studies, members = consensus(real, "all_cells")
    # Studies whose files state the same model count once; without replicates there is nothing to pool.
    assert set(members.loc[members["pooled"], "unit"]) == {
        "a375_vemurafenib",
        "asbestos+hct116+mcf7",
        "melanoma_encorafenib",
    }
    assert set(members.loc[members["study"] == "mcf10a_ligands", "reason"]) == {"has no replicates"}
    pooled = genes[genes["k"] >= 3]
    assert len(pooled) == pytest.approx(897, abs=15)
    assert pooled["q_value"].min() == pytest.approx(0.62, abs=0.08)
    assert pooled["i_squared"].median() == pytest.approx(0.85, abs=0.02)
    assert pooled["tau_squared"].median() == pytest.approx(0.205, abs=0.02)
    own = studies[studies["gene"].isin(pooled["gene"])].groupby("gene")
    apart = int(((own["ci_low"].max() > 0) & (own["ci_high"].min() < 0)).sum())
    assert apart == pytest.approx(127, abs=8)
    text = page_text(real, "index")
    assert f"none of {len(pooled)} secreted genes changes in all of them together at FDR 0.05" in text
    assert f"in {apart} one study lies above and another below" in text
    assert "not because nothing happens" in text


def signals(clone: Path, key: str, contrast: str):
    return read_table(clone / f"results/{key}/{contrast}/signals.tsv", SIGNALS).set_index("signal")


@pytest.mark.parametrize(
    ("key", "contrast"), [("a375_vemurafenib", "vemurafenib_vs_vehicle"), ("melanoma_encorafenib", "encorafenib_20h")]
)
def test_a_braf_inhibitor_switches_mapk_off_and_akt_is_told_with_its_pigment_genes(real, key, contrast):
    found = signals(real, key, contrast)
    assert found.loc["mapk", "verdict"] == "down"
    assert found.loc["mapk", "relative_ci_high"] < -1
    assert "PMEL" in found.loc["akt", "note"]
    assert found.loc["akt", "verdict"] == "methods_disagree"


def test_nutlin_raises_p53_and_nothing_else_that_is_told(real):
    found = signals(real, "hct116", "nutlin_vs_dmso")
    assert found.loc["p53", "verdict"] == "up"
    assert set(found.drop("p53")["verdict"]) <= {"no_evidence", "methods_disagree", "not_testable"}
    tests = read_table(real / "results/hct116/nutlin_vs_dmso/pathways.tsv", PATHWAYS)
    lead = tests[(tests["method"] == "fry") & (tests["collection"] == "progeny")]
    assert lead.sort_values("p_value")["gene_set"].iloc[0] == "p53"


def difference(clone: Path, contrast: str):
    """How far the scores of one condition are above those of the other: medians, so nothing is tested."""
    scores = read_table(clone / f"results/mcf10a_ligands/{contrast}/scores.tsv", SCORES)
    table = scores.pivot(index=["collection", "gene_set"], columns="sample", values="score")
    level, reference = LIGANDS[contrast]
    return table[level] - table[reference]


def test_ligands_move_the_scores_of_their_pathways(real):
    assert set(signals(real, "mcf10a_ligands", "hgf_24h_vs_pbs")["verdict"]) == {"not_testable"}
    hgf, osm, ifng = (difference(real, contrast) for contrast in LIGANDS)
    assert hgf["progeny", "MAPK"] == hgf["progeny"].max() > 0.5
    il6 = osm["hallmark", "HALLMARK_IL6_JAK_STAT3_SIGNALING"]
    assert il6 > max(osm["hallmark", f"HALLMARK_INTERFERON_{kind}_RESPONSE"] for kind in ("ALPHA", "GAMMA"))
    assert osm["progeny", "JAK-STAT"] > 0
    assert ifng["progeny"].idxmax() == "JAK-STAT"
    assert ifng["hallmark"].idxmax() == "HALLMARK_INTERFERON_ALPHA_RESPONSE"
    assert abs(ifng["progeny", "PI3K"]) < 0.05
