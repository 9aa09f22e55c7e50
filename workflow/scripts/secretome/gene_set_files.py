"""Files of gene sets: GMT, and tables of weighted genes."""

import gzip
import re
from pathlib import Path

from secretome.delimited import read_text
from secretome.faults import fault
from secretome.genesets import Collection

WEIGHT_COLUMNS = ["gene", "pathway", "weight"]
NUMBER = r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?"  # `float` would also take nan and inf


def read_collection(path: str | Path, name: str, kind: str) -> Collection:
    """Read the gene sets of one collection.

    Args:
        path: a gzipped GMT file (``gene_sets``), or a table with the columns gene, pathway, weight (``weights``).
        name: the collection's key in the signatures file.
        kind: ``gene_sets`` or ``weights``.

    Raises:
        InputFaults: the file is not of that form, or names a set, or a gene in a set, twice.
    """
    sets: dict[str, dict[str, float]] = {}
    for where, gene_set, gene, weight in _weighted(path) if kind == "weights" else _unweighted(path):
        genes = sets.setdefault(gene_set, {})
        if gene in genes:
            raise fault(where, gene_set, gene, "stands twice in its gene set", "Keep one of the two")
        genes[gene] = weight
    return Collection(name, sets, weighted=kind == "weights")


def _unweighted(path: str | Path) -> list[tuple[str, str, str, float]]:
    try:
        lines = gzip.decompress(Path(path).read_bytes()).decode("utf-8").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise fault(str(path), "", "", f"cannot be unpacked ({error})", "Get the file again") from error
    found, seen = [], set()
    for number, line in enumerate(lines, start=1):
        name, *rest = line.split("\t")
        if len(rest) < 2 or name in seen:
            problem = "stands twice" if name in seen else "needs a name, a description and genes"
            raise fault(f"{path}:{number}", "", name, problem, "Correct the line; fields are separated by tabs")
        seen.add(name)
        found += [(f"{path}:{number}", name, gene, 1.0) for gene in rest[1:]]
    return found


def _weighted(path: str | Path) -> list[tuple[str, str, str, float]]:
    text = read_text(path)
    if text.header != WEIGHT_COLUMNS:
        raise fault(str(path), "", ", ".join(text.header), "are not the columns", f"Give {', '.join(WEIGHT_COLUMNS)}")
    found = []
    for number, (gene, gene_set, weight) in text.lines:
        where = f"{path}:{number}"
        if not re.fullmatch(NUMBER, weight):
            raise fault(where, "weight", weight, "is not a number", "Correct the weight")
        found.append((where, gene_set, gene, float(weight)))
    return found
