"""What each Python process of a run took: CPU seconds, wall seconds and peak memory, told by itself when it ends.

A module `sitecustomize` on the path of a run is loaded by every Python of it, Snakemake's own and those of the jobs,
and leaves a line; nothing is sampled, and no other process of the machine is counted. VmHWM is the peak of the program
itself: ru_maxrss would begin with that of the process which was forked.
"""

import json
import os
from pathlib import Path

import pandas as pd

PROBE = """
import atexit, json, os, resource, sys, time
START = time.time()
def tell():
    job = getattr(sys.modules.get("__main__"), "snakemake", None)
    used = resource.getrusage(resource.RUSAGE_SELF)
    with open("/proc/self/status") as status:
        peak = int(status.read().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    line = {
        "rule": getattr(job, "rule", ""),
        "study": job.wildcards.get("study", "") if job else "",
        "contrast": job.wildcards.get("contrast", "") if job else "",
        "program": sys.argv[0] if sys.argv else "",
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.time() - START,
        "peak_mb": peak,
    }
    with open(FILE, "a") as file:
        file.write(json.dumps(line) + "\\n")
atexit.register(tell)
"""
COLUMNS = ("rule", "study", "contrast", "program", "cpu_s", "wall_s", "peak_mb")


def watch(folder: Path) -> dict[str, str]:
    """Put the probe into a new ``folder``; the environment in which a run tells what it took."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(f"FILE = {str(folder / 'told')!r}{PROBE}")
    return {"PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def told(folder: Path) -> pd.DataFrame:
    """One row a process, ``COLUMNS``: `rule` is that of a job, and "" of Snakemake itself and of its helpers."""
    lines = (folder / "told").read_text().splitlines() if (folder / "told").exists() else []
    return pd.DataFrame([json.loads(line) for line in lines], columns=list(COLUMNS))


def driver(table: pd.DataFrame) -> pd.Series:
    """The row of Snakemake itself: of the processes that are no job the one that took most."""
    own = table[(table["rule"] == "") & table["program"].str.endswith(f"{os.sep}snakemake")]
    return own.loc[own["cpu_s"].idxmax()]
