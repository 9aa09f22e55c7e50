"""Measure `pair_ligands` with many contrasts: `make benchmark-ligands ARGS='30 150 600 --genes 20000'`.

The tables are made up: in each contrast 15% of the ligands rise, three quarters of the genes are expressed, 30% of the
signals are up; three contrasts are a study, and those of a study have one of four drug classes or none. A process of
its own for each size; printed: CPU seconds, peak memory, rows and sizes of the tables that it writes.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from checkout import ROOT

from secretome.synthesis.ligand_receptor_table import chains_of, read_knowledge
from secretome.synthesis.routes import TABLES
from secretome.tables import DIFFERENTIAL, NUMBER, SECRETOME, SIGNALS, Contract, write_table

KNOWLEDGE = ROOT / "data/bundled/knowledge"
CLASSES = ("braf_inhibitor", "pi3k_inhibitor", "her2_antibody", "glucocorticoid", "")


def filled(contract: Contract, random: np.random.Generator, first: str, names: list[str]) -> pd.DataFrame:
    """A table with the names in its first column, numbers between 0 and 1, and no words."""
    columns = {
        column: random.uniform(size=len(names)) if kind == NUMBER else np.full(len(names), "", dtype=object)
        for column, kind in contract.columns.items()
    }
    return pd.DataFrame({**columns, first: names})


def write_contrast(folder: Path, seed: int, genes: list[str], signals: list[str]) -> None:
    """The three tables of a contrast; of the genes the first 2,500 at most count as secreted."""
    random = np.random.default_rng(seed)
    secretome = filled(SECRETOME, random, "gene", genes[:2500])
    differential = filled(DIFFERENTIAL, random, "gene", genes)
    secretome["tier"] = np.where(random.uniform(size=len(secretome)) < 0.15, random.choice(list("ABE")), "")
    for table in (secretome, differential):
        table["expression_percentile"] = 100 * random.uniform(size=len(table))
    said = filled(SIGNALS, random, "signal", signals)
    said["verdict"] = np.where(random.uniform(size=len(said)) < 0.3, "up", "no_evidence")
    for contract, table in zip(TABLES, (secretome, differential, said), strict=True):
        write_table(folder / f"{contract.name}.tsv", table, contract)


def write_contrasts(folder: Path, contrasts: int, number: int) -> None:
    """So many contrasts; thirty are made, the others are links to them."""
    known = read_knowledge(KNOWLEDGE)
    chains = sorted(chains_of(known))
    genes = [*chains, *(f"GENE{place}" for place in range(number))][: max(number, len(chains))]
    for place in range(contrasts):
        path = folder / f"study_{place // 3:04d}/contrast_{place % 3}"
        path.parent.mkdir(exist_ok=True)
        if place < 30:
            write_contrast(path, place, genes, sorted(set(known.receptor_signals["signal"])))
        else:
            path.symlink_to(folder / f"study_{place % 30 // 3:04d}/contrast_{place % 3}")


def run(folder: Path, contrasts: int) -> None:
    """The job, in this process."""
    import pair_ligands

    names = [f"study_{place // 3:04d}/contrast_{place % 3}" for place in range(contrasts)]
    tables = {contract.name: [str(folder / name / f"{contract.name}.tsv") for name in names] for contract in TABLES}
    studies = {
        f"study_{place:04d}": {
            "compartment": "cells",
            "lysate": "",
            "drug_classes": {f"contrast_{one}": CLASSES[(3 * place + one) % 5] for one in range(3)},
        }
        for place in range(-(-contrasts // 3))
    }
    outputs = [folder / name for name in ("ligand_hypotheses.tsv", "combination_ranks.tsv")]
    start = time.process_time()
    pair_ligands.main(tables, str(KNOWLEDGE), *map(str, outputs), {"studies": studies})
    seconds, memory = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sizes = [
        f"{path.name} {len(path.read_text().splitlines()) - 1} rows {path.stat().st_size / 1e6:.1f} MB"
        for path in outputs
    ]
    print(f"{contrasts} contrasts: {seconds:.1f} CPU s, peak {memory:.0f} MB;", "; ".join(sizes), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("contrasts", type=int, nargs="+")
    parser.add_argument("--genes", type=int, default=2000)
    parser.add_argument("--folder", type=Path, help="tables that are there; only the job is run")
    given = parser.parse_args()
    if given.folder:
        run(given.folder, given.contrasts[0])
    else:
        for count in given.contrasts:
            with tempfile.TemporaryDirectory() as name:
                write_contrasts(Path(name), count, given.genes)
                command = [sys.executable, __file__, str(count), "--folder", name]
                subprocess.run(command, check=True)
