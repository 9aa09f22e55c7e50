"""Measure the reader of single cells, by hand: `python tests/benchmark_cells.py [cells genes]`.

Writes a file of cells with a thousand values each (gzip), reads it in a process of its own, and prints the wall time
and the peak memory, beside that of the imports alone.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from checkout import ROOT

VALUES, AT_ONCE = 1000, 5000
MEASURE = """
import sys, time
import scanpy
from secretome.readers import cells
def peak():
    return open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
imported, start = peak(), time.perf_counter()
table = cells.read(sys.argv[1], cells.Choice("donor", "cell_type", "a"))
print(time.perf_counter() - start, imported, peak(), table.values.sum())
"""


def write_cells(path: Path, cells: int, genes: int) -> None:
    """Write made-up counts of eight donors and three types, a block of cells at a time."""
    import anndata
    from scipy import sparse

    random = np.random.default_rng(1)
    numbers = np.arange(cells)
    table = pd.DataFrame(
        {"donor": pd.Categorical(numbers % 8), "cell_type": pd.Categorical(np.array(list("abc"))[numbers % 3])},
        index=numbers.astype(str),
    )
    empty = sparse.csr_matrix((cells, genes), dtype=np.float32)
    anndata.AnnData(empty, table, pd.DataFrame(index=[f"G{gene}" for gene in range(genes)])).write_h5ad(path)
    with h5py.File(path, "r+") as file:
        matrix = file["X"]
        settings = {"shape": (cells * VALUES,), "compression": "gzip", "compression_opts": 1}
        del matrix["data"], matrix["indices"]
        data = matrix.create_dataset("data", dtype="f4", **settings)
        indices = matrix.create_dataset("indices", dtype="i4", **settings)
        for start in range(0, cells, AT_ONCE):
            count = min(AT_ONCE, cells - start)
            first = random.integers(0, genes - VALUES, (count, 1))
            part = slice(start * VALUES, (start + count) * VALUES)
            indices[part] = (first + np.arange(VALUES)).ravel()
            data[part] = random.geometric(0.6, count * VALUES)
        matrix["indptr"][:] = np.arange(cells + 1) * VALUES


def main(cells: int, genes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cells.h5ad"
        write_cells(path, cells, genes)
        folders = {"PYTHONPATH": str(ROOT / "workflow" / "scripts"), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", MEASURE, str(path)]
        done = subprocess.run(command, env=folders, check=True, capture_output=True, text=True)
        wall, imported, peak, _ = map(float, done.stdout.split())
        print("cells\tgenes\tvalues\tmb_of_file\twall_s\timports_mb\tpeak_mb")
        numbers = (wall, imported * 1024 / 1e6, peak * 1024 / 1e6)
        sizes = (cells, genes, cells * VALUES, round(path.stat().st_size / 1e6))
        print(*sizes, *(f"{number:.1f}" for number in numbers), sep="\t")


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:]) if len(sys.argv) == 3 else (100_000, 20_000)))
