"""Measure the models against R's limma in one run, and a whole comparison: `python tests/benchmark_models.py`.

`make benchmark` writes the same rows to benchmarks/summary.tsv. Every fit is of 16,500 simulated genes, in a process of
its own with the counts read before; of several repeats the fastest counts, because other work on the machine only ever
adds. Both sides end with the same table: estimate, confidence interval, p and false discovery rate of every gene.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from benchmark import Measured, measure
from checkout import ROOT

GENES, JOB_GENES, JOB_SAMPLES = 16_500, 16_000, 12
SAMPLES = (6, 12, 48, 200)
REPEATS = 7
# VmHWM, not ru_maxrss: that one begins with the memory of the process that was forked.
OURS = """
import sys, time
import numpy as np
from secretome.models import contrasts, linear, moderation, voom
path, method, samples, repeats, several = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
counts = np.fromfile(path).reshape(-1, samples)
place = np.arange(samples)
design = np.column_stack([np.ones(samples), place % 2, place // 2 % 2]).astype(float)
size = counts.sum(axis=0)
log2 = np.log2((counts + 0.5) / (size + 1) * 1e6)
best = (np.inf, np.inf)
for _ in range(repeats):
    start, used = time.perf_counter(), time.process_time()
    values, weights = (log2, None) if method == "trend" else voom.voom(counts, design, size)
    fitted = linear.fit(values, design, weights)
    moderated = moderation.moderate(fitted, trend=method == "trend")
    for contrast in range(several):
        contrasts.estimate(fitted, np.array([0.0, 1, 0.1 * contrast]), moderated)
    best = min(best, (time.perf_counter() - start, time.process_time() - used))
print(*best, open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
R_LIMMA = """
suppressMessages(library(limma))
given <- commandArgs(trailingOnly = TRUE)
samples <- as.integer(given[3])
counts <- matrix(readBin(given[1], "double", file.size(given[1]) / 8), ncol = samples, byrow = TRUE)
place <- seq_len(samples) - 1
design <- cbind(1, place %% 2, place %/% 2 %% 2)
size <- colSums(counts)
log2 <- t(log2(t(counts + 0.5) / (size + 1) * 1e6))
best <- c(Inf, Inf)
for (i in seq_len(as.integer(given[4]))) {
  took <- system.time({
    values <- if (given[2] == "trend") log2 else voom(counts, design, lib.size = size)
    fit <- eBayes(lmFit(values, design), trend = given[2] == "trend")
    topTable(fit, coef = 2, number = Inf, sort.by = "none", confint = TRUE)
  })
  if (took[3] < best[1]) best <- c(took[3], took[1] + took[2])
}
status <- readLines("/proc/self/status")
cat(best, sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", status, value = TRUE)), "\\n")
"""
JOB = """
import sys
import compare_groups
names = ("differential", "levels", "normalisations", "detection")
compare_groups.main(
    expression=f"{sys.argv[1]}/expression.h5ad",
    secreted="data/bundled/knowledge/secreted.tsv.gz",
    outputs={name: f"{sys.argv[1]}/{name}.tsv" for name in names} | {"fit": f"{sys.argv[1]}/fit.json"},
    settings={
        "contrast": {"variable": "treatment", "level": "drug", "reference": "none", "block": []},
        "samples": {"id": "sample"}, "technology": "rnaseq_counts", "compartment": "cells", "method": "auto",
        "weigh_samples": False, "robust": False, "fdr": 0.05, "seed": 1,
    },
)
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts"), "OMP_NUM_THREADS": "1"}

Row = tuple[str, Measured, str, float | None]


def simulated(genes: int, samples: int) -> np.ndarray:
    """genes × samples, negative binomial counts of genes that were kept."""
    random = np.random.default_rng(1)
    mean = 2 ** random.normal(5, 2.5, (genes, 1)) * random.uniform(0.5, 2, samples)
    size = random.chisquare(6, (genes, 1)) / 0.6
    return random.negative_binomial(size, size / (size + mean)) + (random.random((genes, samples)) < 0.3) * 1.0


def timed(*command: str | Path) -> Measured:
    """What a process says of itself: seconds, CPU seconds, kilobytes."""
    done = subprocess.run([str(part) for part in command], env=ENVIRONMENT, check=True, capture_output=True, text=True)
    wall, cpu, peak = map(float, done.stdout.split())
    return Measured(wall, cpu, peak * 1024 / 1e6)


def fit_rows(folder: Path) -> list[Row]:
    """Our fits against those of limma, where there is an R, in turns."""
    with_r = shutil.which("Rscript") is not None
    if not with_r:
        print("There is no Rscript here: our fits are timed without limma's beside them.")
    (folder / "limma.R").write_text(R_LIMMA)
    rows: list[Row] = []
    for samples in SAMPLES:
        path = folder / f"{samples}.bin"
        simulated(GENES, samples).tofile(path)
        for method in ("trend", "voom"):
            given = (path, method, str(samples), str(REPEATS))
            ours = timed(sys.executable, "-c", OURS, *given, "1")
            name = f"fit_{method}_{samples}_samples"
            if not with_r:
                rows.append((name, ours, "no_Rscript", None))
                continue
            theirs = timed("Rscript", folder / "limma.R", *given)
            rows.append((name, ours, f"limma_{method}_{samples}_samples", ours.wall / theirs.wall))
            rows.append((f"limma_{method}_{samples}_samples", theirs, "", None))
    return rows


def several_rows(folder: Path) -> list[Row]:
    """Twelve contrasts of one design against one."""
    rows: list[Row] = []
    for samples in (12, 48):
        for method in ("trend", "voom"):
            path = folder / f"{samples}.bin"
            given = (sys.executable, "-c", OURS, path, method, str(samples), str(REPEATS))
            one, twelve = timed(*given, "1"), timed(*given, "12")
            name = f"twelve_contrasts_{method}_{samples}_samples"
            rows.append((name, twelve, "one_contrast", twelve.wall / one.wall))
    return rows


def job_rows(folder: Path) -> list[Row]:
    """A whole comparison, from the start of Python to the written tables, against its imports."""
    sys.path.insert(0, str(ROOT / "workflow/scripts"))
    from secretome.expression import Expression, write_expression
    from secretome.normalise import log2_cpm, tmm_factors

    counts = simulated(JOB_GENES, JOB_SAMPLES)
    factors = tmm_factors(counts)
    sheet = {"treatment": ["none", "drug"] * (JOB_SAMPLES // 2), "library_size": counts.sum(axis=0)}
    ids = [f"s{sample}" for sample in range(JOB_SAMPLES)]
    names = pd.Index([f"G{gene}" for gene in range(JOB_GENES)], dtype=object)
    genes = pd.DataFrame({"gene_id": names, "kept": True, "filter_reason": ""}, index=names)
    samples = pd.DataFrame({**sheet, "norm_factor": factors}, index=pd.Index(ids, dtype=object))
    study = Expression(log2_cpm(counts, factors).T, counts.T, samples, genes, {})
    write_expression(folder / "expression.h5ad", study)
    python = [sys.executable, "-c"]
    imports = measure(lambda: subprocess.run([*python, "import compare_groups"], env=ENVIRONMENT, cwd=ROOT, check=True))
    job = measure(lambda: subprocess.run([*python, JOB, str(folder)], env=ENVIRONMENT, cwd=ROOT, check=True))
    name = f"compare_groups_{JOB_GENES}_genes_{JOB_SAMPLES}_samples"
    return [(name, job, "its_imports_at_the_top", job.wall / imports.wall)]


def rows() -> list[Row]:
    """Everything, as rows of benchmarks/summary.tsv."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*fit_rows(folder), *several_rows(folder), *job_rows(folder)]


def main() -> None:
    """Print the rows."""
    for name, cost, against, ratio in rows():
        print(
            name, f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.peak:.0f}", against, ratio and f"{ratio:.2f}", sep="\t"
        )


if __name__ == "__main__":
    main()
