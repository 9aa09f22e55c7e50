"""The gene sets and footprints of a run: those that ship with the project, and those that were prepared beside."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from secretome.delimited import read_text
from secretome.files import read_json
from secretome.pathways.collections import Collection
from secretome.pathways.gmt import read_gmt
from secretome.tables import WEIGHTS, read_table

Sets = dict[str, dict[str, float]]


def read_collections(
    paths: Sequence[str | Path], described: Mapping[str, Mapping[str, Any]], prepared: str | Path = ""
) -> list[Collection]:
    """Read the collections of a run, in the order in which they are described.

    Args:
        paths: one file a bundled collection, in the order of ``described``.
        described: collection → ``origin``, ``kind`` (`gene_sets` or `weights`), ``format`` (of bundled ones `gmt`,
            `members` or `weights`), ``smallest`` and ``largest``.
        prepared: results/collections.json, where collections were chosen that do not ship with the project.

    Raises:
        InputFaults: a file that is not of its format.
    """
    others = read_json(prepared) if prepared else {}
    bundled = iter(paths)
    collections = []
    for name, one in described.items():
        limits = (one["kind"] == "weights", one["smallest"], one["largest"])
        if one["origin"] == "bundled":
            collections.append(Collection(name, _READERS[one["format"]](next(bundled)), *limits))
        else:
            had = others[name]
            collections.append(Collection(name, had["sets"], *limits, had["unavailable"], tuple(had["warnings"])))
    return collections


def _read_gene_sets(path: str | Path) -> Sets:
    return {name: dict.fromkeys(genes, 1.0) for name, genes in read_gmt(path).sets.items()}


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
