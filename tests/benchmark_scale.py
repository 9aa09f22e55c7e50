"""Measure how a collection of many studies scales: `make benchmark-scale`, benchmarks/scale.tsv.

The studies are made up (large_collection.py): three contrasts each, 12 samples of 2,000 genes, so that two cores bear
it. Measured in copies of the project:

- dry runs of 10, 50, 100 and 200 studies: the time until the first job could start, and the memory of Snakemake;
- one whole run (`--studies 12`; on a quiet machine more: a study takes half a minute on two cores) and the run after
  it, which has nothing to do;
- runs of 50 and 200 studies (`--empty`) in which each job writes empty files at once: what Snakemake itself takes;
- the jobs that see all studies, with 20, 50 and 200 (or those of `--filled`): what the jobs of each study make is
  copied from the whole run, under names of their own. Only the jobs after them are run.

`--dry-runs-only` takes a minute.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from checkout import ROOT, copy_project, planned_jobs, run_snakemake
from large_collection import DRUGS, write_collection
from measured_jobs import driver, told, watch

from secretome.expression import Expression, read_expression, write_expression

DRY, EMPTY, FILLED = (10, 50, 100, 200), (50, 200), (20, 50, 200)
EMPTY_SCRIPT = "from pathlib import Path\n\nfor path in snakemake.output:\n    Path(path).write_text('[]')\n"
COLUMNS = ("what", "studies", "jobs", "wall_s", "cpu_s", "peak_mb", "disk_mb", "files")
# Whatever it measures of a run: one row of the table.
Row = dict[str, object]


def timed_run(clone: Path, probe: Path, *arguments: str, cores: int = 2) -> tuple[str, float, pd.DataFrame]:
    """Run Snakemake: its output, the wall seconds, and the processes."""
    environment = watch(probe)
    start = time.perf_counter()
    done = run_snakemake(clone, *arguments, cores=cores, **environment)
    if done.returncode:
        sys.exit(done.stdout)
    return done.stdout, time.perf_counter() - start, told(probe)


def row(what: str, studies: int, jobs: int, wall: float, process: pd.Series) -> Row:
    """A row of what one process took."""
    return {
        "what": what,
        "studies": studies,
        "jobs": jobs,
        "wall_s": wall,
        "cpu_s": process["cpu_s"],
        "peak_mb": process["peak_mb"],
    }


def disk(what: str, studies: int, folder: Path) -> Row:
    """A row of what a folder, or a file, takes."""
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    taken = sum(path.stat().st_size for path in files) / 1e6
    return {"what": what, "studies": studies, "disk_mb": taken, "files": len(files)}


def collection(folder: Path, studies: int) -> Path:
    """A new copy of the project with so many studies."""
    clone = copy_project(folder / f"clone_{studies}")
    write_collection(clone, studies)
    return clone


def dry_run(folder: Path, studies: int) -> Row:
    """How long Snakemake takes until it could start the first job, and its memory."""
    clone = collection(folder, studies)
    output, wall, processes = timed_run(clone, folder / f"probe_{studies}", "--dry-run")
    shutil.rmtree(clone)
    return row("dry_run", studies, sum(planned_jobs(output).values()), wall, driver(processes))


def whole_run(folder: Path, studies: int, cores: int) -> tuple[Path, list[Row]]:
    """Run a collection; and again with nothing to do."""
    clone = collection(folder, studies)
    _, wall, processes = timed_run(clone, folder / "probe_whole", cores=cores)
    own, jobs = driver(processes), processes[processes["rule"] != ""]
    every = {"cpu_s": own["cpu_s"] + jobs["cpu_s"].sum(), "peak_mb": float("nan")}
    rows = [
        row(f"whole_run_{cores}_cores", studies, len(jobs), wall, pd.Series(every)),
        row("snakemake_of_whole_run", studies, len(jobs), wall, own),
    ]
    rows += [
        row(f"{rule}_mean", studies, len(some), some["wall_s"].mean(), some[["cpu_s", "peak_mb"]].mean())
        for rule, some in jobs.groupby("rule")
    ]
    _, wall, processes = timed_run(clone, folder / "probe_again", cores=cores)
    rows.append(row("second_run", studies, 0, wall, driver(processes)))
    parts = {"results": "results", "front_page": "results/report/index.html", "logs": "logs", "metadata": ".snakemake"}
    return clone, rows + [disk(name, studies, clone / path) for name, path in parts.items()]


def empty_run(folder: Path, studies: int, cores: int) -> list[Row]:
    """A run in which no job does anything: what is left is Snakemake, and the start of a Python for each job."""
    clone = collection(folder, studies)
    for script in (clone / "workflow/scripts").glob("*.py"):
        script.write_text(EMPTY_SCRIPT)
    _, wall, processes = timed_run(clone, folder / f"probe_empty_{studies}", cores=cores)
    jobs = processes[processes["rule"] != ""]
    rows = [
        row("snakemake_of_empty_jobs", studies, len(jobs), wall, driver(processes)),
        row("empty_job_mean", studies, len(jobs), jobs["wall_s"].mean(), jobs[["cpu_s", "peak_mb"]].mean()),
    ]
    _, wall, processes = timed_run(clone, folder / f"probe_empty_again_{studies}", cores=cores)
    rows.append(row("second_run", studies, 0, wall, driver(processes)))
    rows.append(disk("metadata", studies, clone / ".snakemake"))
    shutil.rmtree(clone)
    return rows


def fill(clone: Path, made: Path, studies: list[str], of: int) -> None:
    """Put the results of the ``of`` studies that were run into ``clone`` as those of ``studies``, in turn."""
    for number, key in enumerate(studies):
        other = f"study_{number % of:05d}"
        shutil.copytree(made / f"results/{other}", clone / f"results/{key}")
        page = clone / f"results/report/{key}.html"
        page.parent.mkdir(exist_ok=True)
        shutil.copyfile(made / f"results/report/{other}.html", page)
        # Studies with samples of one name would be taken for one.
        for path in [*(clone / f"results/{key}").rglob("*.json"), clone / f"results/{key}/samples.tsv"]:
            path.write_text(path.read_text().replace(other, key))
        path = clone / f"results/{key}/expression.h5ad"
        old = read_expression(path)
        samples = old.samples.rename(index=lambda name, old=other, new=key: name.replace(old, new))
        write_expression(path, Expression(old.log2, old.counts, samples, old.genes, old.provenance, old.unavailable))
    now = time.time()
    for path in (clone / "results").rglob("*"):
        os.utime(path, (now, now))  # nothing is older than what it was made from


def jobs_of_all(folder: Path, made: Path, of: int, studies: int) -> list[Row]:
    """What the jobs take that see all studies; those of the single studies are copied."""
    clone = copy_project(folder / f"filled_{studies}")
    fill(clone, made, write_collection(clone, studies), of)
    _, _, processes = timed_run(clone, folder / f"probe_filled_{studies}", cores=1)
    jobs = processes[processes["rule"] != ""]
    if set(jobs["study"]) != {""}:
        sys.exit(f"Jobs of single studies ran again: {sorted(set(jobs['rule']))}")
    rows = [row(str(job["rule"]), studies, 1, job["wall_s"], job) for _, job in jobs.iterrows()]
    rows.append(row("snakemake_of_these", studies, len(jobs), float("nan"), driver(processes)))
    rows += [disk(path.name, studies, path) for path in sorted((clone / "results/report").glob("[is]*[xs].html"))]
    rows.append(disk("synthesis", studies, clone / "results/synthesis"))
    shutil.rmtree(clone)
    return rows


def main(studies: int, cores: int, empty: list[int], filled: list[int], dry_runs_only: bool) -> None:
    """Measure, write the table after each step, and print it."""
    rows: list[Row] = []
    path = ROOT / "benchmarks/scale.tsv"
    path.parent.mkdir(exist_ok=True)

    def add(more: list[Row]) -> None:
        rows.extend(more)
        table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
        table.to_csv(path, sep="\t", index=False, float_format="%.2f")
        print(table.tail(len(more)).to_string(index=False, header=len(rows) == len(more)), flush=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in DRY:
            add([dry_run(folder, number)])
        if dry_runs_only:
            return
        for number in empty:
            add(empty_run(folder, number, cores))
        made, found = whole_run(folder, studies, cores)
        add(found)
        for number in filled:
            add(jobs_of_all(folder, made, studies, number))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--studies", type=int, default=12, help=f"of the whole run; a multiple of {len(DRUGS)}")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--empty", type=int, nargs="*", default=EMPTY, help="studies whose jobs write empty files")
    parser.add_argument("--filled", type=int, nargs="+", default=FILLED, help="studies of which some jobs are copied")
    parser.add_argument("--dry-runs-only", action="store_true")
    given = parser.parse_args()
    if given.studies % len(DRUGS):
        parser.error(f"--studies has to be a multiple of {len(DRUGS)}, so that copies have the drugs of their study")
    main(given.studies, given.cores, given.empty, given.filled, given.dry_runs_only)
