"""Which current symbols an identifier leads to: the dictionaries of one kind of identifier each."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from secretome.gene_ids import ENSEMBL, ENTREZ, RENAMED, UNIPROT


def lookup(
    kind: str, genes: pd.DataFrame, by_name: dict[str, list[str]], present: Collection[str]
) -> dict[str, list[str]]:
    """The symbols of each identifier of one kind, the preferred one first.

    Args:
        kind: one of the kinds that ``gene_ids.classify`` returns.
        genes: contract ``tables.GENES``; `uniprot` is needed for UniProt accessions only.
        by_name: what :func:`by_name` returns.
        present: the identifiers of the table; of symbols only these are looked up, and a name of old whose current
            symbol is one of them leads nowhere.
    """
    if kind == ENTREZ:
        return {entrez: [symbol] for entrez, symbol in genes[["entrez", "symbol"]].to_numpy()}
    if kind in (ENSEMBL, UNIPROT):
        return _by_accession(genes, "ensembl" if kind == ENSEMBL else "uniprot")
    # ASSUME two rows of one table are two genes: an old name does not add its reads to a row of the current name.
    return {
        name: symbols
        for name, symbols in ((name, by_name[name]) for name in present if name in by_name)
        if symbols == [name] or not any(symbol in present for symbol in symbols)
    }


def by_name(genes: pd.DataFrame, aliases: pd.DataFrame, provisional: bool = False) -> dict[str, list[str]]:
    """Symbols and names of old; a current symbol is never read as an old name of another gene.

    Args:
        genes: `entrez` and `symbol`.
        aliases: contract ``tables.ALIASES``.
        provisional: also LOC and the Entrez id, as NCBI calls a gene without a name; it keeps the id when it is named.
    """
    found: dict[str, list[str]] = {}
    for alias, symbol in aliases[["alias", "symbol"]].to_numpy():
        found.setdefault(alias, []).append(symbol)
    if provisional:
        for entrez, symbol in genes[["entrez", "symbol"]].to_numpy():
            found.setdefault(f"LOC{entrez}", [symbol])
    current = set(genes["symbol"])
    # The official name of old comes before the same name as an alias of another gene.
    found.update((old, [new]) for old, new in RENAMED.items() if new in current)
    found.update((symbol, [symbol]) for symbol in current)
    return found


def renamed(by_name: Mapping[str, list[str]], present: Collection[str]) -> dict[str, list[str]]:
    """The official names that HGNC replaced, where neither they nor the new ones have a row of their own."""
    return {
        old: by_name[old]
        for old in RENAMED
        if old in by_name and old not in present and not any(symbol in present for symbol in by_name[old])
    }


def _by_accession(genes: pd.DataFrame, column: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for symbol, joined in _preferred(genes)[["symbol", column]].to_numpy():
        for name in joined.split("|") if joined else ():
            if symbol not in found.setdefault(name, []):
                found[name].append(symbol)
    return found


def _preferred(genes: pd.DataFrame) -> pd.DataFrame:
    """The genes, those first that an id of several genes is given to."""
    # ASSUME reads cannot be split: protein-coding before others, named before LOC…, the oldest Entrez record first.
    other = (genes["gene_type"] != "protein-coding").to_numpy()
    unnamed = genes["symbol"].str.startswith("LOC").to_numpy()
    return genes.iloc[np.lexsort((genes["entrez"].astype(np.int64), unnamed, other))]
