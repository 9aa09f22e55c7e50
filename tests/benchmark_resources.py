"""Measure what the jobs of each rule take: `make benchmark-resources`, benchmarks/resources.tsv (a quarter of an hour).

Made-up studies of several sizes are run one job at a time in a copy of the project, and every process tells what it
took (measured_jobs.py). `secretome.job_resources` holds what is asked of a scheduler, by these figures and with
head-room; `make benchmark-resources ARGS="counts_006 deseq2_100"` takes some of the studies alone. With `published` the
values of a paper are compared, and with `collections` gene sets are read that are as many as those of MSigDB C2.
"""

import shutil
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from checkout import ROOT, copy_project, run_snakemake
from large_collection import STUDIES, Size, gene_symbols, write_studies
from measured_jobs import driver, told, watch

GENES = 20_000
SIZES = {
    "counts_006": Size(1, 3),
    "counts_024": Size(1, 12),
    "counts_100": Size(1, 50),
    "counts_400": Size(1, 200),
    "log2_100": Size(1, 50, {"technology": "log_expression"}),
    "contrasts_12": Size(12, 3),
    "deseq2_006": Size(1, 3, {"method": "deseq2"}),
    "deseq2_024": Size(1, 12, {"method": "deseq2"}),
    "deseq2_100": Size(1, 50, {"method": "deseq2"}),
    "robust_024": Size(1, 12, {"robust": True, "weigh_samples": True}),
}
PUBLISHED, COLLECTIONS = "published", "collections"
FILE_OF_PUBLISHED = "config/studies/straussman_hgf.yaml"
GENE_SETS, GENES_OF_A_SET = 7_000, 100
COLUMNS = ("rule", "study", "samples", "contrasts", "own_mb", "expression_mb", "cpu_s", "wall_s", "peak_mb")


def sizes_of(clone: Path, study: str) -> dict[str, float]:
    """What is known of a study: its samples and contrasts, and MB of its own matrix and of expression.h5ad."""
    if study not in SIZES:
        return {}
    size, made = SIZES[study], clone / f"results/{study}/expression.h5ad"
    return {
        "samples": (size.contrasts + 1) * size.replicates,
        "contrasts": size.contrasts,
        "own_mb": (clone / STUDIES / study / "counts.tsv.gz").stat().st_size / 1e6,
        "expression_mb": made.stat().st_size / 1e6 if made.exists() else float("nan"),
    }


def measure_jobs(folder: Path, sizes: Mapping[str, Size], others: Collection[str]) -> pd.DataFrame:
    """Run the studies in ``folder``: one row for each rule and study, the contrast that took most; then Snakemake.

    Args:
        folder: an empty one.
        sizes: the studies.
        others: of ``PUBLISHED`` and ``COLLECTIONS`` those that are measured too.
    """
    clone = copy_project(folder / "clone")
    write_studies(clone, sizes, GENES)
    if PUBLISHED in others:
        shutil.copy(clone / FILE_OF_PUBLISHED, clone / STUDIES)
    processes = _run(clone, folder / "probe")
    jobs = processes[processes["rule"] != ""]
    if COLLECTIONS in others:
        told_of_sets = _run(clone, folder / "probe_of_sets", *_with_gene_sets(clone))
        jobs = pd.concat([jobs, told_of_sets[told_of_sets["rule"] == "prepare_collections"]])
    most = jobs.groupby(["rule", "study"], sort=True)[["cpu_s", "wall_s", "peak_mb"]].max().reset_index()
    rows = most.join(pd.DataFrame([sizes_of(clone, study) for study in most["study"]], index=most.index))
    own = driver(processes)
    whole = {"rule": "(snakemake)", "study": "", **own[["cpu_s", "wall_s", "peak_mb"]]}
    return pd.concat([rows, pd.DataFrame([whole])], ignore_index=True).reindex(columns=list(COLUMNS))


def _run(clone: Path, probe: Path, *arguments: str) -> pd.DataFrame:
    done = run_snakemake(clone, *arguments, cores=1, **watch(probe))
    if done.returncode:
        sys.exit(done.stdout)
    return told(probe)


def _with_gene_sets(clone: Path) -> list[str]:
    """Write a GMT file of many sets: the arguments of a run that reads it and does nothing else."""
    symbols, random = gene_symbols(clone / "data/bundled/knowledge", GENES), np.random.default_rng(0)
    chosen = (random.choice(symbols, GENES_OF_A_SET, replace=False) for _ in range(GENE_SETS))
    lines = ["\t".join([f"SET_{number}", "", *genes]) for number, genes in enumerate(chosen)]
    (clone / "sets.gmt").write_text("\n".join(lines) + "\n")
    return ["results/collections.json", "--config", "gene_sets={sets: sets.gmt}"]


def main(asked: Collection[str]) -> None:
    """Measure what is asked for, write the table and print it."""
    sizes = {key: SIZES[key] for key in asked if key in SIZES}
    with tempfile.TemporaryDirectory() as folder:
        table = measure_jobs(Path(folder), sizes, set(asked) - set(sizes))
    path = ROOT / "benchmarks/resources.tsv"
    path.parent.mkdir(exist_ok=True)
    table.to_csv(path, sep="\t", index=False, float_format="%.1f")
    print(path.read_text())


if __name__ == "__main__":
    every = (*SIZES, PUBLISHED, COLLECTIONS)
    if unknown := set(sys.argv[1:]) - set(every):
        sys.exit(f"unknown: {' '.join(sorted(unknown))}; there are {' '.join(every)}")
    main(sys.argv[1:] or every)
