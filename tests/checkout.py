"""A clean copy of the project to run in, and the ways to run it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HANGS = 3600  # seconds, after which a run is taken to wait for what never comes


def tracked_files() -> list[str]:
    """The files that a clone would hold, those not yet committed among them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def copy_project(folder: Path) -> Path:
    """Copy the project to ``folder`` as a clone would hold it, with this environment linked in."""
    for name in tracked_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run_snakemake(
    folder: Path, *arguments: str, cores: int | None = 2, **environment: str
) -> subprocess.CompletedProcess:
    """Run Snakemake in ``folder`` as a user would; the output of both streams is in ``stdout``.

    Without ``cores`` where a profile says how many jobs run at a time.
    """
    here = [] if cores is None else ["--cores", str(cores)]
    command = [str(Path(sys.executable).with_name("snakemake")), *here, *arguments]
    settings = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    return subprocess.run(
        command,
        cwd=folder,
        env={**settings, **environment},
        check=False,
        text=True,
        timeout=HANGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def output_hashes(folder: Path) -> dict[str, bytes]:
    """Every file below results/, by its path."""
    results = folder / "results"
    return {str(path.relative_to(results)): path.read_bytes() for path in sorted(results.rglob("*")) if path.is_file()}


def planned_jobs(output: str) -> dict[str, int]:
    """How many jobs of each rule a dry run announces, by the table that it prints first."""
    table = output.split("Job stats:", 1)[-1].split("\n\n", 1)[0]
    return {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE) if name != "total"}
