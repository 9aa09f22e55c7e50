"""The gene sets and footprints that ship with the project."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from secretome.delimited import read_text
from secretome.pathways.collections import Collection
from secretome.tables import WEIGHTS, read_table

Sets = dict[str, dict[str, float]]


def read_collections(paths: Sequence[str | Path], described: Mapping[str, Mapping[str, Any]]) -> list[Collection]:
    """Read the collections of the signature file.

    Args:
        paths: one file a collection, in the order of ``described``.
        described: collection → ``kind`` (`gene_sets` or `weights`), ``format`` (`gmt`, `members` or `weights`),
            ``smallest`` and ``largest``.

    Raises:
        ValueError: a line of a GMT file has no gene, or a gene set stands twice.
    """
    return [
        Collection(name, _READERS[one["format"]](path), one["kind"] == "weights", one["smallest"], one["largest"])
        for path, (name, one) in zip(paths, described.items(), strict=True)
    ]


def _read_gene_sets(path: str | Path) -> Sets:
    sets: Sets = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            name, _, *genes = line.rstrip("\n").split("\t")
            if name in sets or not genes:
                raise ValueError(f"{path}:{number}: gene set {name} stands twice or has no gene")
            sets[name] = dict.fromkeys(genes, 1.0)
    return sets


def _read_members(path: str | Path) -> Sets:
    """One line a gene: its set, its symbol, why it is in it, and where that is from."""
    sets: Sets = {}
    for _, (gene_set, gene, *_) in read_text(path).lines:
        sets.setdefault(gene_set, {})[gene] = 1.0
    return sets


def _read_weights(path: str | Path) -> Sets:
    table = read_table(path, WEIGHTS)
    return {
        pathway: dict(zip(part["gene"], part["weight"], strict=True))
        for pathway, part in table.groupby("pathway", sort=True)
    }


_READERS: dict[str, Callable[[str | Path], Sets]] = {
    "gmt": _read_gene_sets,
    "members": _read_members,
    "weights": _read_weights,
}
