"""Tables of weights that others publish: the regulons of CollecTRI, the signatures of CytoSig."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from secretome.faults import Fault, fault, raise_any
from secretome.text_files import read_lines

# ASSUME as PROGENy takes 500 genes of a pathway: the smaller weights of a dense table are noise to a mean of genes.
MOST_WEIGHTS = 500
_AGAIN = "Get the file again, or take the collection out of 'collections' of the configuration"

Sets = dict[str, dict[str, float]]


def read_collectri(path: str | Path) -> Sets:
    """Regulator → target → +1 or -1, from CollecTRI's CSV (Müller-Dott et al. 2023, doi 10.1093/nar/gkad841).

    Of a pair that stands twice the first line counts, as in decoupler.

    Raises:
        InputFaults: no column `source`, `target` or `weight`, a line of another width, a weight that is no number or 0.
    """
    lines = read_lines(path)
    header = next(csv.reader(lines[:1]), [])
    missing = [name for name in ("source", "target", "weight") if name not in header]
    if missing:
        raise fault(f"{path}:1", "", ",".join(header), f"has no column {' and '.join(missing)}", _AGAIN)
    positions = [header.index(name) for name in ("source", "target", "weight")]
    sets: Sets = {}
    faults = []
    for number, fields in enumerate(csv.reader(lines[1:]), start=2):
        if not fields:
            continue
        where = f"{path}:{number}"
        if len(fields) != len(header):
            problem = f"has {len(fields)} fields, the header has {len(header)}"
            faults.append(Fault(where, "", ",".join(fields)[:40], problem, _AGAIN))
            continue
        source, target, text = (fields[position].strip() for position in positions)
        weight = _number(text)
        if not weight or not source.isprintable():
            faults.append(Fault(where, "weight", text, "is no weight other than 0", _AGAIN))
        elif source and target:
            sets.setdefault(source, {}).setdefault(target, weight)
    raise_any(path, faults)
    return sets


def read_cytosig(path: str | Path) -> Sets:
    """Signal → gene → weight, of each signal the largest, from CytoSig's table of genes and signals.

    The table (Jiang et al. 2021, doi 10.1038/s41592-021-01274-5) has one name a column in its first line, and a gene
    before the numbers in all others.

    Raises:
        InputFaults: it is not of this form, or a weight is no number.
    """
    header, *lines = (line.split("\t") for line in read_lines(path))
    if not lines or len(header) < 2 or len(lines[0]) != len(header) + 1:
        raise fault(f"{path}:1", "", "", "is not the table of genes and signals of CytoSig", "Install the package anew")
    columns: list[list[tuple[float, str]]] = [[] for _ in header]
    faults = []
    for number, (gene, *texts) in enumerate(lines, start=2):
        if len(texts) != len(header):
            problem = f"has {len(texts)} numbers, the header has {len(header)} names"
            faults.append(Fault(f"{path}:{number}", "", gene, problem, "Install the package anew"))
            continue
        for column, text in zip(columns, texts, strict=True):
            weight = _number(text)
            if weight is None:
                faults.append(Fault(f"{path}:{number}", gene, text, "is not a number", "Install the package anew"))
            elif weight:
                column.append((weight, gene))
    raise_any(path, faults)
    return {name: _largest(column) for name, column in zip(header, columns, strict=True)}


def _largest(column: Sequence[tuple[float, str]]) -> dict[str, float]:
    ordered = sorted(column, key=lambda pair: (-abs(pair[0]), pair[1]))
    return {gene: weight for weight, gene in ordered[:MOST_WEIGHTS]}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
