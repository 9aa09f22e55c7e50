"""Measure the tests of many gene sets on many contrasts: `python tests/benchmark_gene_sets.py`.

`make benchmark` writes the same rows to benchmarks/summary.tsv. 10,000 sets of 10 to 200 genes among 16,500, 40
contrasts with 9 residual degrees of freedom, in a process of its own with the sets made before; all tables are kept.
Where there is an Rscript, limma does fewer sets and contrasts, of the same sizes; the ratio is of the wall times for
one set and contrast.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmark import Measured
from checkout import ROOT

GENES, SETS, CONTRASTS, RESIDUALS = 16_500, 10_000, 40, 9
R_SETS, R_CONTRASTS = {"cameraPR": 2_000, "fry": 1_000}, 2
# What is taken for what of limma's.
METHODS = {"camera_fixed": "cameraPR", "ulm": "", "fry": "fry"}
# VmHWM, not ru_maxrss: that one begins with the memory of the process that was forked.
OURS = """
import sys, time
import numpy as np
from secretome.pathways.camera import fixed_p_values
from secretome.pathways.collections import MeasuredSet
from secretome.pathways.fry import fry
from secretome.pathways.linear_scores import ulm
from secretome.pathways.membership import membership
method, (genes, n_sets, contrasts, residuals) = sys.argv[1], map(int, sys.argv[2:6])
random = np.random.default_rng(1)
sets = []
for number in range(n_sets):
    rows = np.sort(random.choice(genes, random.integers(10, 201), replace=False))
    sets.append(MeasuredSet(f"SET_{number}", rows, np.ones(rows.size)))
names = [f"GENE_{gene}" for gene in range(genes)]
statistics, errors = random.normal(size=(genes, contrasts)), np.ones(genes)
wall = cpu = 0.0
found = []
if method == "fry":
    for contrast in range(contrasts):
        effects = random.normal(size=(genes, 1 + residuals))
        start, used = time.perf_counter(), time.process_time()
        found.append(fry(effects, errors, sets, names))
        wall, cpu = wall + time.perf_counter() - start, cpu + time.process_time() - used
else:
    start, used = time.perf_counter(), time.process_time()
    found.append(ulm(statistics, sets) if method == "ulm" else fixed_p_values(statistics, membership(sets, genes)))
    wall, cpu = time.perf_counter() - start, time.process_time() - used
print(wall, cpu, open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
LIMMA = """
suppressMessages(library(limma))
given <- commandArgs(trailingOnly = TRUE)
size <- as.integer(given[2:5])
set.seed(1)
index <- lapply(seq_len(size[2]), function(i) sample.int(size[1], sample(10:200, 1)))
names(index) <- paste0("SET_", seq_len(size[2]))
statistics <- matrix(rnorm(size[1] * size[3]), size[1])
samples <- size[4] + 2
design <- cbind(1, seq_len(samples) %% 2)
took <- 0
for (contrast in seq_len(size[3])) {
  y <- matrix(rnorm(size[1] * samples), size[1])
  took <- took + if (given[1] == "fry") system.time(fry(y, index, design, 2)) else
    system.time(cameraPR(statistics[, contrast], index))
}
status <- readLines("/proc/self/status")
cat(took[3], took[1] + took[2], sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", status, value = TRUE)), "\\n")
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "workflow/scripts"), "OMP_NUM_THREADS": "1"}

Row = tuple[str, Measured, str, float | None]


def timed(*command: str | Path | int) -> Measured:
    """What a process says of itself: seconds, CPU seconds, kilobytes."""
    done = subprocess.run([str(part) for part in command], env=ENVIRONMENT, check=True, capture_output=True, text=True)
    wall, cpu, peak = map(float, done.stdout.split())
    return Measured(wall, cpu, peak * 1024 / 1e6)


def rows() -> list[Row]:
    """Everything, as rows of benchmarks/summary.tsv."""
    with_r = shutil.which("Rscript") is not None
    if not with_r:
        print("There is no Rscript here: the tests of gene sets are timed without limma's beside them.")
    found: list[Row] = []
    for method, theirs in METHODS.items():
        ours = timed(sys.executable, "-c", OURS, method, GENES, SETS, CONTRASTS, RESIDUALS)
        name = f"{method}_{SETS}_sets_{CONTRASTS}_contrasts"
        if not theirs or not with_r:
            found.append((name, ours, "no_Rscript" if theirs else "", None))
            continue
        sets = R_SETS[theirs]
        limma = f"limma_{theirs}_{sets}_sets_{R_CONTRASTS}_contrasts"
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "limma.R"
            script.write_text(LIMMA)
            cost = timed("Rscript", script, theirs, GENES, sets, R_CONTRASTS, RESIDUALS)
        ratio = ours.wall / (SETS * CONTRASTS) / (cost.wall / (sets * R_CONTRASTS))
        found += [(name, ours, f"{limma}_by_set_and_contrast", ratio), (limma, cost, "", None)]
    return found


def main() -> None:
    """Print the rows."""
    for name, cost, against, ratio in rows():
        print(
            name, f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.peak:.0f}", against, ratio and f"{ratio:.4f}", sep="\t"
        )


if __name__ == "__main__":
    main()
