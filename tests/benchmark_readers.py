"""Measure the reader of count tables, by hand: `python tests/benchmark_readers.py [rows columns]`.

Makes tables in a temporary folder, reads each in a process of its own, and prints the wall time and the peak memory
against the size of the values as float64. The tables that the project promises something of are the defaults.
"""

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from checkout import ROOT

SIZES = ((33_297, 6), (60_675, 29), (60_000, 2_000))
# VmHWM, not ru_maxrss: that one begins with the memory of the process that was forked.
READ = """
import sys, time
from secretome.readers import count_table
start = time.perf_counter()
table = count_table.read(sys.argv[1])
print(time.perf_counter() - start, open("/proc/self/status").read().split("VmHWM:")[1].split()[0], table.values.nbytes)
"""


def write_table(path: Path, rows: int, columns: int, logs: bool) -> None:
    """Write made-up counts or log2 values, ids of Ensembl in the first column."""
    generator = np.random.default_rng(1)
    with gzip.open(path, "wt", compresslevel=1) if path.suffix == ".gz" else path.open("w") as file:
        file.write("gene\t" + "\t".join(f"sample_{column}" for column in range(columns)) + "\n")
        for row in range(rows):
            if logs:
                values = [f"{value:.5f}" for value in generator.normal(8, 3, columns).tolist()]
            else:
                values = list(map(str, generator.negative_binomial(1, 0.001, columns).tolist()))
            file.write(f"ENSG{row:011d}\t" + "\t".join(values) + "\n")


def main(sizes: tuple[tuple[int, int], ...]) -> None:
    print("rows\tcolumns\tvalues\tfile\tmb_of_file\twall_s\tpeak_mb\tmb_as_float64\tratio")
    with tempfile.TemporaryDirectory() as folder:
        for rows, columns in sizes:
            for logs, name in ((False, "table.tsv.gz"), (True, "table.tsv")):
                path = Path(folder) / name
                write_table(path, rows, columns, logs)
                command = [sys.executable, "-c", READ, str(path)]
                folders = {"PYTHONPATH": str(ROOT / "workflow" / "scripts")}
                done = subprocess.run(command, env=folders, check=True, capture_output=True, text=True)
                wall, peak, size = map(float, done.stdout.split())
                kind = "log2" if logs else "counts"
                file_mb, peak_mb, size_mb = path.stat().st_size / 1e6, peak * 1024 / 1e6, size / 1e6
                print(
                    f"{rows}\t{columns}\t{kind}\t{name}\t{file_mb:.0f}\t{wall:.2f}\t{peak_mb:.0f}\t{size_mb:.0f}"
                    f"\t{peak_mb / size_mb:.2f}",
                    flush=True,
                )
                path.unlink()


if __name__ == "__main__":
    main(((int(sys.argv[1]), int(sys.argv[2])),) if len(sys.argv) == 3 else SIZES)
