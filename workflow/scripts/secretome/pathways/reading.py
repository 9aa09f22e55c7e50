"""The gene sets and footprints that ship with the project."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from secretome.pathways.collections import Collection
from secretome.tables import WEIGHTS, read_table


def read_collections(paths: Sequence[str | Path], described: Mapping[str, Mapping[str, Any]]) -> list[Collection]:
    """Read the collections of the signature file.

    Args:
        paths: one file a collection, in the order of ``described``.
        described: collection → ``kind``, ``gene_sets`` (GMT) or ``weights`` (contract ``WEIGHTS``).

    Raises:
        ValueError: a line of a GMT file has no gene, or a gene set stands twice.
    """
    collections = []
    for path, (name, entry) in zip(paths, described.items(), strict=True):
        weighted = entry["kind"] == "weights"
        sets = _read_weights(path) if weighted else _read_gene_sets(path)
        collections.append(Collection(name, sets, weighted))
    return collections


def _read_gene_sets(path: str | Path) -> dict[str, dict[str, float]]:
    sets: dict[str, dict[str, float]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            name, _, *genes = line.rstrip("\n").split("\t")
            if name in sets or not genes:
                raise ValueError(f"{path}:{number}: gene set {name} stands twice or has no gene")
            sets[name] = dict.fromkeys(genes, 1.0)
    return sets


def _read_weights(path: str | Path) -> dict[str, dict[str, float]]:
    table = read_table(path, WEIGHTS)
    return {
        pathway: dict(zip(part["gene"], part["weight"], strict=True))
        for pathway, part in table.groupby("pathway", sort=True)
    }
