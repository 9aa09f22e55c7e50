"""Members of gene sets → current symbols, where they are human gene symbols at all.

Pure Python: files of the user's own are judged while Snakemake parses, before anything is loaded that computes.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from secretome import gene_ids, schemas
from secretome.faults import Fault, InputFaults, fault, listed, nearest
from secretome.gene_ids import RENAMED, SYMBOL
from secretome.schemas import Where
from secretome.strict_yaml import Address

# ASSUME as for the rows of a matrix: below this share the names are not those of human genes.
LEAST_KNOWN_SHARE = 0.5
FIX = "Give the sets with the symbols of human genes (HGNC), written as HGNC writes them"
_OF_MOUSE = re.compile(r"[A-Z][a-z0-9]*[a-z][a-z0-9-]*")

Names = Mapping[str, Sequence[str]]


def read_names(genes: str | Path, aliases: str | Path) -> dict[str, list[str]]:
    """Every symbol and name of old, and the current symbols that it may mean: as ``gene_lookup.by_name``.

    Args:
        genes: the bundled table of genes, with the columns `entrez` and `symbol`.
        aliases: the bundled table of names of old, `alias` and `symbol`.
    """
    found: dict[str, list[str]] = {}
    for alias, symbol in _columns(aliases, "alias", "symbol"):
        found.setdefault(alias, []).append(symbol)
    current = list(_columns(genes, "entrez", "symbol"))
    for entrez, symbol in current:
        found.setdefault(f"LOC{entrez}", [symbol])
    symbols = {symbol for _, symbol in current}
    found.update((old, [new]) for old, new in RENAMED.items() if new in symbols)
    found.update((symbol, [symbol]) for symbol in symbols)
    return found


@cache  # the panel and the claims are judged by the same file while Snakemake parses, which every job does again
def current_symbols(genes: str | Path) -> frozenset[str]:
    """The current symbols of the bundled table of genes; a quarter of the time that :func:`read_names` takes."""
    return frozenset(symbol for (symbol,) in _columns(genes, "symbol"))


def symbol_faults(
    named: Sequence[tuple[Where, Address, str]], knowledge: str | Path, in_capitals: bool = False
) -> list[Fault]:
    """The genes that a person wrote and that are not current symbols: they would be found in nothing, without a word.

    Args:
        named: of each gene the file and line of an address, its address, and the gene.
        knowledge: the folder of the bundled tables of genes; nothing is read where no gene is named.
        in_capitals: whether what would be a symbol in capitals is to be written so, and not merely the nearest name.
    """
    genes, aliases = (Path(knowledge) / f"{name}.tsv.gz" for name in ("genes", "aliases"))
    symbols = current_symbols(genes) if named else frozenset()
    wrong = [one for one in named if one[2] not in symbols]
    # The names of old take most of a second to read, and only a fault needs them.
    names = read_names(genes, aliases) if wrong else {}
    problem = "is not the current symbol of a human gene"
    return [
        Fault(where(address), schemas.dotted(address), gene, problem, _fix(gene, names, symbols, in_capitals))
        for where, address, gene in wrong
    ]


def _fix(gene: str, names: Names, symbols: frozenset[str], in_capitals: bool) -> str:
    current = names.get(gene) or ([gene.upper()] if in_capitals and gene.upper() in symbols else [])
    return f"Write {' or '.join(current)}" if current else nearest(gene, symbols)


def _columns(path: str | Path, *names: str) -> Iterator[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split("\t")
        positions = [header.index(name) for name in names]
        for line in file:
            fields = line.rstrip("\n").split("\t")
            yield tuple(fields[position] for position in positions)


def require_symbols(sets: Mapping[str, Any], names: Names, where: str) -> None:
    """Refuse gene sets whose members are not the symbols of human genes; nothing is changed to make them so.

    Args:
        sets: name → its genes.
        names: as :func:`read_names`.
        where: the file, for the message.

    Raises:
        InputFaults: the genes are ids of another kind, of another species, or too few of them are known; with how many
            are, and examples.
    """
    genes = list(dict.fromkeys(gene for members in sets.values() for gene in members))
    try:
        kind, _ = gene_ids.classify(genes, names, where)
    except InputFaults as found:
        raise InputFaults([_with_fix(one) for one in found.faults]) from found
    if kind != SYMBOL:
        raise fault(where, "", listed(genes, 3), f"the genes of the sets are {kind}, not gene symbols", FIX)
    known = sum(gene in names for gene in genes)
    if known < LEAST_KNOWN_SHARE * len(genes):
        share = f"only {known:,} of {len(genes):,} genes ({100 * known / len(genes):.0f} %) are human gene symbols"
        unknown = [gene for gene in genes if gene not in names]
        raise fault(where, "", listed(unknown, 3), share + _resembling(unknown, names), FIX)


def _with_fix(one: Any) -> Any:
    return type(one)(one.where, one.field, one.value, one.problem, FIX)


def _resembling(unknown: Sequence[str], names: Names) -> str:
    most = len(unknown) / 2
    if sum(bool(_OF_MOUSE.fullmatch(gene)) for gene in unknown) > most:
        return "; they look like symbols of mouse or rat"
    if sum(gene.upper() in names for gene in unknown) > most:
        return "; they are written in lower case"
    return ""


def translated(
    sets: Mapping[str, Mapping[str, float]], names: Names
) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
    """The sets with current symbols, and what was lost on the way.

    An old name that was given to several genes means none of them. Where two names of one set lead to one symbol, the
    larger weight stays.

    Args:
        sets: name → gene → weight.
        names: as :func:`read_names`.

    Returns:
        The sets, those that lost every gene among them; and the numbers of different genes: ``genes`` (read),
        ``renamed``, ``lost`` and, of these, ``examples``: those in the most sets.
    """
    counted = Counter(gene for weights in sets.values() for gene in weights)
    current = {gene: names[gene][0] for gene in counted if len(names.get(gene, ())) == 1}
    found: dict[str, dict[str, float]] = {}
    for name, weights in sets.items():
        kept: dict[str, float] = {}
        for gene, weight in weights.items():
            symbol = current.get(gene)
            if symbol is not None and abs(weight) >= abs(kept.get(symbol, 0.0)):
                kept[symbol] = weight
        found[name] = kept
    lost = sorted((gene for gene in counted if gene not in current), key=lambda gene: (-counted[gene], gene))
    renamed = sum(symbol != gene for gene, symbol in current.items())
    return found, {"genes": len(counted), "renamed": renamed, "lost": len(lost), "examples": lost[:5]}
