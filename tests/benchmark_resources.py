"""Measure what the jobs of each rule take: `make benchmark-resources`, benchmarks/resources.tsv (a quarter of an hour).

Made-up studies of several sizes are run one job at a time in a copy of the project, and every process tells what it
took (measured_jobs.py). `secretome.job_resources` holds what is asked of a scheduler, by these figures and with
head-room; `python tests/benchmark_resources.py counts_006 counts_024` takes some of the studies alone.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd
from checkout import ROOT, copy_project, run_snakemake
from large_collection import STUDIES, Size, write_studies
from measured_jobs import driver, told, watch

GENES = 20_000
SIZES = {
    "counts_006": Size(1, 3),
    "counts_024": Size(1, 12),
    "counts_100": Size(1, 50),
    "counts_400": Size(1, 200),
    "log2_100": Size(1, 50, {"technology": "log_expression"}),
    "contrasts_12": Size(12, 3),
    "deseq2_024": Size(1, 12, {"method": "deseq2"}),
    "robust_024": Size(1, 12, {"robust": True, "weigh_samples": True}),
}
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


def measure_jobs(folder: Path, sizes: dict[str, Size]) -> pd.DataFrame:
    """Run the studies in ``folder``: one row for each rule and study, the contrast that took most; then Snakemake."""
    clone = copy_project(folder / "clone")
    write_studies(clone, sizes, GENES)
    done = run_snakemake(clone, cores=1, **watch(folder / "probe"))
    if done.returncode:
        sys.exit(done.stdout)
    processes = told(folder / "probe")
    jobs = processes[processes["rule"] != ""]
    most = jobs.groupby(["rule", "study"], sort=True)[["cpu_s", "wall_s", "peak_mb"]].max().reset_index()
    rows = most.join(pd.DataFrame([sizes_of(clone, study) for study in most["study"]]))
    own = driver(processes)
    whole = {"rule": "(snakemake)", "study": "", **own[["cpu_s", "wall_s", "peak_mb"]]}
    return pd.concat([rows, pd.DataFrame([whole])], ignore_index=True).reindex(columns=list(COLUMNS))


def main(sizes: dict[str, Size]) -> None:
    """Measure, write the table and print it."""
    with tempfile.TemporaryDirectory() as folder:
        table = measure_jobs(Path(folder), sizes)
    path = ROOT / "benchmarks/resources.tsv"
    path.parent.mkdir(exist_ok=True)
    table.to_csv(path, sep="\t", index=False, float_format="%.1f")
    print(path.read_text())


if __name__ == "__main__":
    main({key: SIZES[key] for key in sys.argv[1:]} or SIZES)
