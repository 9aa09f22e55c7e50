"""A collection of many small studies that never were, written as a user writes them: for the measurements of scale.

Each study has a matrix of counts, a sheet and a study file with three drugs against none. The genes are real symbols,
so that every stage has work to do: ligands and other secreted genes, genes of the hallmark sets, genes of the claims.
"""

import csv
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

STUDIES = "scale_studies"  # the folder of the study files, below the clone; the data stand beside it
GENES = 2000
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


@dataclass(frozen=True)
class Size:
    """How large a study is: ``contrasts`` drugs against none, ``replicates`` samples each; ``more`` of its file."""

    contrasts: int = 3
    replicates: int = 3
    more: Mapping[str, str] = field(default_factory=dict)


def gene_symbols(knowledge: Path, count: int = GENES) -> list[str]:
    """Ligands, other secreted genes, genes of the hallmark sets, then any that code for proteins; sorted."""
    with gzip.open(knowledge / "secreted.tsv.gz", "rt") as file:
        classes = {row["gene"]: row["secreted_class"] for row in csv.DictReader(file, delimiter="\t")}
    with gzip.open(knowledge / "hallmark.gmt.gz", "rt") as file:
        hallmark = sorted({gene for line in file for gene in line.rstrip("\n").split("\t")[2:]})
    with gzip.open(knowledge / "genes.tsv.gz", "rt") as file:
        rows = csv.DictReader(file, delimiter="\t")
        coding = [row["symbol"] for row in rows if row["gene_type"] == "protein-coding"]
    ligands = [gene for gene, kind in classes.items() if kind == "ligand"]
    secreted = [gene for gene, kind in classes.items() if kind == "secreted"]
    every = [*OF_CLAIMS, *ligands, *secreted[: count // 5], *hallmark, *secreted, *classes, *coding]
    return sorted(list(dict.fromkeys(every))[:count])


def write_collection(clone: Path, studies: int, genes: int = GENES) -> list[str]:
    """Write the studies below ``clone`` and make its configuration choose them; their keys."""
    keys = [f"study_{number:05d}" for number in range(studies)]
    write_studies(clone, dict.fromkeys(keys, Size()), genes)
    return keys


def write_studies(clone: Path, sizes: Mapping[str, Size], genes: int) -> None:
    """Write studies of these sizes below ``clone`` and make its configuration choose them."""
    symbols = gene_symbols(clone / "data/bundled/knowledge", genes)
    (clone / STUDIES).mkdir(exist_ok=True)
    for number, (key, size) in enumerate(sizes.items()):
        write_study(clone, key, number, symbols, size)
    settings = (clone / "config/config.yaml").read_text()
    chosen = settings.replace("studies: bundled", "studies: all")
    (clone / "config/config.yaml").write_text(chosen.replace("[config/studies]", f"[{STUDIES}]"))


def write_study(clone: Path, key: str, number: int, symbols: list[str], size: Size) -> None:
    """Write one study: drugs of the list in turn, each with a tenth of the genes up or down, alike in all studies."""
    drugs = [DRUGS[(number + step) % len(DRUGS)] for step in range(size.contrasts)]
    levels = ["none", *(f"{drug}_{step}" for step, (drug, _, _) in enumerate(drugs))]
    samples = [f"{key}_{level}_{one}" for level in levels for one in range(size.replicates)]
    counts = _counts(number, [drug for drug, _, _ in drugs], len(symbols), size.replicates)
    folder = clone / STUDIES / key
    folder.mkdir(exist_ok=True)
    sheet = [f"{name}\t{level}" for name, level in zip(samples, np.repeat(levels, size.replicates), strict=True)]
    (folder / "samples.tsv").write_text("\n".join(["sample\ttreatment", *sheet]) + "\n")
    log2 = size.more.get("technology") == "log_expression"
    values = [[f"{value:.4f}" for value in row] for row in np.log2(counts + 1).T] if log2 else counts.T.astype(str)
    lines = [f"{gene}\t" + "\t".join(row) for gene, row in zip(symbols, values, strict=True)]
    text = "\n".join(["gene\t" + "\t".join(samples), *lines]) + "\n"
    with gzip.GzipFile(folder / "counts.tsv.gz", "wb", compresslevel=1, mtime=0) as file:
        file.write(text.encode())
    # JSON is YAML, and needs no writer of its own.
    written = {**_study_file(key, drugs, levels[1:]), **size.more}
    (clone / STUDIES / f"{key}.yaml").write_text(json.dumps(written, indent=1) + "\n")


def _counts(seed: int, drugs: list[str], genes: int, replicates: int) -> np.ndarray:
    """Samples × genes: ``replicates`` of none, then of each drug."""
    random = np.random.default_rng(seed)
    means = np.tile(random.uniform(5, 11, genes), (len(drugs) + 1, 1))
    for row, drug in enumerate(drugs, start=1):
        of_drug = np.random.default_rng(sum(drug.encode()))
        moved = of_drug.choice(genes, genes // 10, replace=False)
        means[row, moved] += of_drug.choice((-1.5, 1.5), moved.size) + random.normal(0, 0.5, moved.size)
    return random.negative_binomial(10, 10 / (10 + 2.0 ** np.repeat(means, replicates, axis=0)))


def _study_file(key: str, drugs: list[tuple[str, str, str]], levels: list[str]) -> dict:
    contrasts = {
        f"{level}_vs_none": {
            "variable": "treatment",
            "level": level,
            "reference": "none",
            "drug_class": drug,
            "setting": setting,
        }
        for level, (drug, setting, _) in zip(levels, drugs, strict=True)
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
