"""Measure what the README states, and write benchmarks/summary.tsv: `make benchmark`.

Each line: name, wall seconds, CPU seconds, peak memory (MB, all processes of the run together), what it is compared
with, and the ratio of the wall times.
"""

import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from checkout import ROOT, copy_project, run_snakemake

COLUMNS = ("name", "wall_s", "cpu_s", "peak_mb", "against", "ratio")
SCRIPTS = ("prepare_study", "compare_groups", "annotate_secretome", "score_pathways", "report_study")


@dataclass
class Measured:
    """What one piece of work cost."""

    wall: float
    cpu: float
    peak: float


def measure(work) -> Measured:
    """Run ``work`` and watch this process and all its children."""
    peak = [0.0]
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, stop))
    before, start = _child_cpu(), time.perf_counter()
    watcher.start()
    try:
        work()
    finally:
        stop.set()
        watcher.join()
    return Measured(time.perf_counter() - start, _child_cpu() - before, peak[0])


def _child_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(peak: list[float], stop: threading.Event) -> None:
    me = psutil.Process()
    while not stop.wait(0.05):
        peak[0] = max(peak[0], sum(_resident(child) for child in me.children(recursive=True)) / 1e6)


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:  # it ended in between
        return 0


def run_or_stop(folder: Path) -> None:
    """A run in ``folder``; its output is shown if it fails."""
    done = run_snakemake(folder)
    if done.returncode:
        sys.exit(done.stdout)


def imports_of(script: str) -> None:
    """A Python that imports what the script does when it runs, and ends."""
    code = (
        "import ast, importlib, sys; sys.path.insert(0, 'workflow/scripts')\n"
        "from secretome.provenance import modules_of\n"
        f"for path in ['workflow/scripts/{script}.py', *modules_of('workflow/scripts/{script}.py')]:\n"
        "    for node in ast.walk(ast.parse(open(path).read())):\n"
        "        if isinstance(node, ast.Import): [importlib.import_module(a.name) for a in node.names]\n"
        "        elif isinstance(node, ast.ImportFrom): importlib.import_module(node.module)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def main() -> None:
    """Measure everything and write the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        clone = copy_project(Path(folder) / "clone")
        run = measure(lambda: run_or_stop(clone))
        again = measure(lambda: run_or_stop(clone))
    # Two studies with a contrast each: every script runs twice, the front page once.
    once = [measure(lambda script=script: imports_of(script)) for script in SCRIPTS]
    cpu = 2 * sum(each.cpu for each in once)
    rows.append(("bundled_run_2_cores", run, "cpu_of_its_imports", run.cpu / cpu))
    rows.append(("unchanged_second_run", again, "bundled_run_2_cores", again.wall / run.wall))
    for script, each in zip(SCRIPTS, once, strict=True):
        rows.append((f"imports_of_{script}", each, "", None))
    import benchmark_gene_sets  # which take `measure` from here
    import benchmark_models

    rows += benchmark_models.rows() + benchmark_gene_sets.rows()
    lines = ["\t".join(COLUMNS)]
    for name, cost, against, ratio in rows:
        numbers = (f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.peak:.0f}")
        lines.append("\t".join((name, *numbers, against, "" if ratio is None else f"{ratio:.2f}")))
    summary = ROOT / "benchmarks/summary.tsv"
    summary.parent.mkdir(exist_ok=True)
    summary.write_text("\n".join(lines) + "\n")
    print(summary.read_text())


if __name__ == "__main__":
    main()
