"""A collection of many small studies that never were, written as a user writes them: for the measurements of scale.

Each study has a matrix of counts, a sheet and a study file with three drugs against none. The genes are real symbols,
so that every stage has work to do: ligands and other secreted genes, genes of the hallmark sets, genes of the claims.
"""

import csv
import gzip
import json
from pathlib import Path

import numpy as np

STUDIES = "scale_studies"  # the folder of the study files, below the clone; the data stand beside it
GENES = 2000
REPLICATES, CONTRASTS = 3, 3
# Class of drug, setting, and the words of the cells that the claims of the seed papers ask for.
DRUGS = (
    ("braf_inhibitor", "acute", "melanoma"),
    ("mek_inhibitor", "acute", "melanoma"),
    ("egfr_inhibitor", "acute", "lung cancer"),
    ("pi3k_inhibitor", "acute", "breast cancer"),
    ("her2_antibody", "resistant", "breast cancer"),
    ("mdm2_inhibitor", "acute", "colon cancer"),
)
OF_CLAIMS = ("DUSP6", "SPRY2", "SPRY4", "ETV4", "ETV5", "CCND1", "FOSL1", "CDKN1A", "MDM2", "IL6", "HGF", "IRS2")


def gene_symbols(knowledge: Path, count: int = GENES) -> list[str]:
    """Ligands, then other secreted genes, then genes of the hallmark sets, as many as asked for, sorted."""
    with gzip.open(knowledge / "secreted.tsv.gz", "rt") as file:
        classes = {row["gene"]: row["secreted_class"] for row in csv.DictReader(file, delimiter="\t")}
    with gzip.open(knowledge / "hallmark.gmt.gz", "rt") as file:
        hallmark = sorted({gene for line in file for gene in line.rstrip("\n").split("\t")[2:]})
    ligands = [gene for gene, kind in classes.items() if kind == "ligand"]
    secreted = [gene for gene, kind in classes.items() if kind == "secreted"]
    every = [*OF_CLAIMS, *ligands, *secreted[: count // 5], *hallmark, *secreted, *classes]
    return sorted(list(dict.fromkeys(every))[:count])


def write_collection(clone: Path, studies: int, genes: int = GENES) -> list[str]:
    """Write the studies below ``clone`` and make its configuration choose them; their keys."""
    symbols = gene_symbols(clone / "data/bundled/knowledge", genes)
    folder = clone / STUDIES
    folder.mkdir(exist_ok=True)
    keys = [f"study_{number:05d}" for number in range(studies)]
    for number, key in enumerate(keys):
        write_study(clone, key, number, symbols)
    settings = (clone / "config/config.yaml").read_text()
    chosen = settings.replace("studies: bundled", "studies: all")
    (clone / "config/config.yaml").write_text(chosen.replace("[config/studies]", f"[{STUDIES}]"))
    return keys


def write_study(clone: Path, key: str, number: int, symbols: list[str]) -> None:
    """Write one study: three drugs of the list, each with a tenth of the genes up or down, alike in all studies."""
    drugs = [DRUGS[(number + step) % len(DRUGS)] for step in range(CONTRASTS)]
    levels = ["none", *(drug for drug, _, _ in drugs)]
    random = np.random.default_rng(number)
    base = random.uniform(5, 11, len(symbols))
    means = np.tile(base, (len(levels), 1))
    for row, (drug, _, _) in enumerate(drugs, start=1):
        of_drug = np.random.default_rng(sum(drug.encode()))
        moved = of_drug.choice(len(symbols), len(symbols) // 10, replace=False)
        means[row, moved] += of_drug.choice((-1.5, 1.5), moved.size) + random.normal(0, 0.5, moved.size)
    counts = random.negative_binomial(10, 10 / (10 + 2.0 ** np.repeat(means, REPLICATES, axis=0)))
    samples = [f"{key}_{level}_{one}" for level in levels for one in range(REPLICATES)]
    folder = clone / STUDIES / key
    folder.mkdir(exist_ok=True)
    sheet = [f"{name}\t{level}" for name, level in zip(samples, np.repeat(levels, REPLICATES), strict=True)]
    (folder / "samples.tsv").write_text("\n".join(["sample\ttreatment", *sheet]) + "\n")
    lines = [f"{gene}\t" + "\t".join(map(str, row)) for gene, row in zip(symbols, counts.T.tolist(), strict=True)]
    text = "\n".join(["gene\t" + "\t".join(samples), *lines]) + "\n"
    with gzip.GzipFile(folder / "counts.tsv.gz", "wb", compresslevel=1, mtime=0) as file:
        file.write(text.encode())
    # JSON is YAML, and needs no writer of its own.
    (clone / STUDIES / f"{key}.yaml").write_text(json.dumps(_study_file(key, drugs), indent=1) + "\n")


def _study_file(key: str, drugs: list[tuple[str, str, str]]) -> dict:
    contrasts = {
        f"{drug}_vs_none": {
            "variable": "treatment",
            "level": drug,
            "reference": "none",
            "drug_class": drug,
            "setting": setting,
        }
        for drug, setting, _ in drugs
    }
    return {
        "title": f"Drugs in made-up cells, {key}",
        "organism": "Homo sapiens",
        "model": f"{drugs[0][2]} cells ({key})",
        "technology": "rnaseq_counts",
        "compartment": "cells",
        "source": {"kind": "file", "matrix": f"{STUDIES}/{key}/counts.tsv.gz", "format": "matrix"},
        "samples": {"table": f"{STUDIES}/{key}/samples.tsv", "id": "sample"},
        "contrasts": contrasts,
        "citation": {"doi": "10.1038/nature14336"},
    }
