"""Identifiers of genes → current symbols, with what is lost on the way counted."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Literal

import numpy as np
import pandas as pd

from secretome import gene_ids, gene_lookup
from secretome.faults import fault, listed, warning
from secretome.gene_ids import DAMAGED, ENTREZ, FIX, NO_GENE, SYMBOL, UNIPROT

# ASSUME below the first share the ids are not those of human genes; below the second the reader is warned.
LEAST_MAPPED_SHARE, EXPECTED_MAPPED_SHARE = 0.5, 0.8
# ASSUME from this share on, rows of several genes are worth a word where the mapping is poor.
MANY_OF_SEVERAL = 0.05

# What unknown symbols may be instead.
_RESEMBLE = (
    ("symbols of mouse or rat", re.compile(r"[A-Z][a-z0-9]*[a-z][a-z0-9]*")),
    ("GenBank accessions", re.compile(r"[A-Z]\d{5}(?:\.\d+)?|[A-Z]{2}\d{6}(?:\.\d+)?")),
    ("UniProt entry names", re.compile(r"[A-Z0-9]{1,11}_[A-Z0-9]{3,5}")),
    ("probes of an array, which its platform table has to name", re.compile(r"\w+_at|ILMN_\d+|A_\d+_P\d+|TC\d+\S*")),
    ("accessions with a mark of decoys or contaminants", re.compile(r"(?i:rev|con|contam|decoy)_+\S+")),
)


@dataclass(frozen=True)
class Mapping:
    """Which current symbol each row has.

    Attributes:
        kind: what the identifiers are.
        ids: the identifiers of each row, as they were read.
        symbols: one current symbol a row, "" where it has none.
        numbers: of rows: `read`; `mapped`; `unmapped`; `no_gene` (control probes, summary lines, spike-ins);
            `ambiguous` (of these, with an identifier that was given to several genes); `several` (their identifiers
            are those of several genes); `repaired` (from what a spreadsheet made of them); `suffix` (read without the
            number that had made them unique); `merged` (that share their symbol with an earlier one). `genes`:
            different symbols. The shares `mapped_share_of_ids`; for counts `mapped_share_of_reads` and
            `mapped_share_of_well_counted`, for levels `mapped_share_of_well_measured`: of the rows that may be genes.
        warnings: `code` and `message` of what the reader has to know.
    """

    kind: str
    ids: tuple[str, ...]
    symbols: tuple[str, ...]
    numbers: dict[str, float]
    warnings: tuple[dict[str, str], ...] = ()


def to_symbols(
    ids: Sequence[str],
    genes: pd.DataFrame,
    aliases: pd.DataFrame,
    reads: np.ndarray | None = None,
    where: str = "gene ids",
    *,
    levels: np.ndarray | None = None,
    several: Literal["drop", "first"] = "drop",
) -> Mapping:
    """Find the current symbol of each row.

    The kind of the identifiers is found from their form. An Ensembl or UniProt id that has several genes gets one by
    ``gene_lookup``'s rule; a symbol of old that was given to several genes gets none, nor does one whose current symbol
    has a row of its own in the table (that row is the gene).

    Args:
        ids: the identifiers of each row, joined by "|"; "" for a row that is no gene.
        genes: one row an Entrez gene: `entrez`, `symbol`, `gene_type`, `ensembl`, `uniprot` (several joined by "|";
            the last is needed for UniProt accessions only).
        aliases: `alias`, `symbol`: names of old and the current symbol of each gene that bore them.
        reads: of counts, one number a row, its reads over all samples; every row counts the same where not given.
        where: the file, for the messages.
        levels: of log values, in place of `reads`: the mean of each row, NaN where it was not measured.
        several: what becomes of a row whose identifiers are those of several genes: `drop` (a probe cannot tell them
            apart) or `first` (a protein group: the gene of the first protein that has one).

    Raises:
        InputFaults: a spreadsheet has turned ids into dates or numbers of which the gene cannot be told; two kinds are
            mixed; another species; or less than half of the well-counted rows are known genes.
    """
    rows = [gene_ids.split(row) for row in ids]
    names = list(chain.from_iterable(rows))
    by_name = gene_lookup.by_name(genes, aliases, provisional=True)
    kind, kinds = gene_ids.classify(names, by_name, where)
    named = _named(kind, kinds, names, genes, by_name, where)
    symbols, of_several = _of_rows(rows, named.symbols, several)
    numbers = _numbers(rows, kinds, named, symbols, of_several)
    is_gene = np.array([any(kinds[name] != NO_GENE for name in row) for row in rows])
    shares = _shares(np.array([bool(symbol) for symbol in symbols]), is_gene, reads, levels)
    numbers.update(shares)
    judged = _judged(kind, names, numbers, where)
    return Mapping(kind, tuple(ids), tuple(symbols), numbers, (*_told(named.repaired), *judged))


def merge(
    values: np.ndarray,
    mapping: Mapping,
    how: Literal["sum", "most_expressed"] = "sum",
    row_ids: Sequence[str] | None = None,
) -> tuple[list[str], list[str], np.ndarray]:
    """Make one row of each symbol.

    Args:
        values: rows × samples: counts to be summed; or log2 values, NaN where there is none.
        mapping: of the same rows in the same order.
        how: `sum` for counts. `most_expressed` for log2 values: of the rows of a symbol the one with the most values,
            then with the highest mean, then the first by its id; no other row is used.
        row_ids: what the source calls each row (a probe, a protein group); the identifiers where not given.

    Returns:
        The symbols, sorted; the id of the row of each, or the ids of all its rows, sorted and joined by "|", where
        they were summed; symbols × samples. `mapping.numbers["merged"]` rows were summed or left out.
    """
    names = mapping.ids if row_ids is None else row_ids
    ordered = sorted((symbol, names[row], row) for row, symbol in enumerate(mapping.symbols) if symbol)
    groups = [(symbol, [row for _, _, row in group]) for symbol, group in groupby(ordered, key=itemgetter(0))]
    symbols = [symbol for symbol, _ in groups]
    if not groups:
        return [], [], np.zeros((0, values.shape[1]))
    if how == "most_expressed":
        chosen = _most_expressed(values, [rows for _, rows in groups], names)
        return symbols, [names[row] for row in chosen], values[chosen]
    # ASSUME reads on several ids of one gene (haplotype copies, PAR_Y, retired ids) are reads of that gene.
    starts = np.cumsum([0] + [len(rows) for _, rows in groups[:-1]])
    summed = np.add.reduceat(values[[row for _, _, row in ordered]], starts, axis=0)
    return symbols, ["|".join(dict.fromkeys(names[row] for row in rows)) for _, rows in groups], summed


def current_symbols(names: Iterable[str], genes: pd.DataFrame, aliases: pd.DataFrame) -> list[str]:
    """The current symbol of each name of a gene set, "" where it has none or several."""
    lookup = gene_lookup.by_name(genes, aliases)
    found = [lookup.get(name, []) for name in names]
    return [symbols[0] if len(symbols) == 1 else "" for symbols in found]


@dataclass(frozen=True)
class _Named:
    """The symbol of each identifier that has one, and which of them it was not plainly found for."""

    symbols: dict[str, str]
    ambiguous: set[str]
    repaired: dict[str, str]
    suffix: dict[str, str]


def _named(
    kind: str,
    kinds: dict[str, str],
    names: Sequence[str],
    genes: pd.DataFrame,
    by_name: dict[str, list[str]],
    where: str,
) -> _Named:
    lookup = gene_lookup.lookup(kind, genes, by_name, kinds)
    candidates = {name: lookup[key] for name in kinds if (key := gene_ids.plain(name, kind)) in lookup}
    found = {name: each[0] for name, each in candidates.items() if kind != SYMBOL or len(each) == 1}
    ambiguous = {name for name, each in candidates.items() if len(each) > 1}
    damaged = [name for name in names if kinds[name] == DAMAGED]
    repaired = gene_ids.repair(damaged, kind, gene_lookup.renamed(by_name, kinds), where) if damaged else {}
    # ASSUME IL6_1 beside IL6 is a second row of IL6; alone it is a name that nobody knows.
    bare = {name: gene_ids.without_suffix(name) for name in kinds if kind == SYMBOL and name not in by_name}
    suffix = {name: found[plain] for name, plain in bare.items() if plain in found}
    return _Named({**found, **repaired, **suffix}, ambiguous, repaired, suffix)


def _of_rows(
    rows: Sequence[Sequence[str]], symbols: dict[str, str], several: Literal["drop", "first"]
) -> tuple[list[str], np.ndarray]:
    """The symbol of each row, and whether its identifiers have several."""
    # ASSUME an identifier that no known gene has says nothing of a second gene; mostly it is a retired one.
    found = [list(dict.fromkeys(symbols[name] for name in row if name in symbols)) for row in rows]
    chosen = [each[0] if len(each) == 1 or (each and several == "first") else "" for each in found]
    return chosen, np.array([len(each) > 1 for each in found], bool)


def _numbers(
    rows: Sequence[Sequence[str]], kinds: dict[str, str], named: _Named, symbols: Sequence[str], of_several: np.ndarray
) -> dict[str, float]:
    """The numbers of :class:`Mapping` but for the shares."""

    def count(those: Collection[str]) -> int:
        return sum(any(name in those for name in row) for row in rows) if those else 0

    no_gene = sum(all(kinds[name] == NO_GENE for name in row) for row in rows)
    mapped, different = sum(map(bool, symbols)), len(set(symbols) - {""})
    dropped = sum(not symbol and several for symbol, several in zip(symbols, of_several, strict=True))
    return {
        "read": len(rows),
        "mapped": mapped,
        "unmapped": len(rows) - mapped - no_gene - int(dropped),
        "no_gene": no_gene,
        "ambiguous": count(named.ambiguous),
        "several": int(of_several.sum()),
        "repaired": count(named.repaired),
        "suffix": count(named.suffix),
        "genes": different,
        "merged": mapped - different,
    }


def _most_expressed(values: np.ndarray, groups: Sequence[Sequence[int]], names: Sequence[str]) -> list[int]:
    """Of each group of rows the one with the most values, the highest mean, the first name."""
    shared = [row for rows in groups if len(rows) > 1 for row in rows]
    # Sorted, so that the order of the samples does not change the last digit of a mean; NaN comes last.
    block = np.sort(values[shared], axis=1)
    measured = (~np.isnan(block)).sum(axis=1)
    means = np.nansum(block, axis=1) / np.maximum(measured, 1)
    rank = {
        # The values themselves decide where even the names are the same.
        row: (-number, -mean, names[row], values[row].tobytes())
        for row, number, mean in zip(shared, measured.tolist(), means.tolist(), strict=True)
    }
    return [min(rows, key=rank.__getitem__) if len(rows) > 1 else rows[0] for rows in groups]


def _shares(
    mapped: np.ndarray, is_gene: np.ndarray, reads: np.ndarray | None, levels: np.ndarray | None
) -> dict[str, float]:
    """How much of the table is mapped, seen in two or three ways; the last one is judged.

    Most rows of a table are genes of a few stray reads and no Entrez record, so the share of all ids says little; and
    one ribosomal RNA can hold a third of all reads. The upper half of the rows that have reads is neither.
    """
    share_of_ids = {"mapped_share_of_ids": float(mapped[is_gene].mean())}
    if levels is not None:
        mapped, levels = mapped[is_gene], np.asarray(levels, float)[is_gene]
        measured = np.isfinite(levels)
        well_measured = levels >= np.median(levels[measured]) if measured.any() else np.ones(levels.size, bool)
        return {**share_of_ids, "mapped_share_of_well_measured": float(mapped[well_measured].mean())}
    reads = np.ones(is_gene.size) if reads is None else np.nan_to_num(np.asarray(reads, float))
    mapped, reads = mapped[is_gene], reads[is_gene]
    some = reads > 0
    well_counted = reads >= np.median(reads[some]) if some.any() else np.ones(reads.size, bool)
    return {
        **share_of_ids,
        "mapped_share_of_reads": float(reads[mapped].sum() / reads.sum()) if some.any() else 0.0,
        "mapped_share_of_well_counted": float(mapped[well_counted].mean()),
    }


def _told(repaired: dict[str, str]) -> tuple[dict[str, str], ...]:
    """What a spreadsheet had done to the names, where it could be undone."""
    if not repaired:
        return ()
    undone = listed([f"{name} as {symbol}" for name, symbol in repaired.items()])
    message = f"A spreadsheet had turned gene names into dates; each was read as the one gene that it can be: {undone}."
    return (warning("W10", message),)


def _judged(kind: str, names: Sequence[str], numbers: dict[str, float], where: str) -> tuple[dict[str, str], ...]:
    which = "well-measured" if "mapped_share_of_well_measured" in numbers else "well-counted"
    share = numbers[f"mapped_share_of_{which.replace('-', '_')}"]
    said = f"{100 * share:.0f} % of the {which} {kind} are known human genes"
    if numbers["several"] > MANY_OF_SEVERAL * numbers["read"]:
        said += f" ({numbers['several']} rows name several genes)"
    if share < LEAST_MAPPED_SHARE:
        raise fault(where, "", listed(names, 3), f"only {said}{_hint(kind, names)}", FIX)
    return (warning("W10", f"Only {said}; the others are left out."),) if share < EXPECTED_MAPPED_SHARE else ()


def _hint(kind: str, names: Sequence[str]) -> str:
    """What the identifiers may be, where most of them have its form."""
    if kind == SYMBOL:
        for what, form in _RESEMBLE:
            if sum(bool(form.fullmatch(name)) for name in names) > len(names) / 2:
                return f"; they look like {what}"
    of_others = {
        ENTREZ: "; they may be probes of an array, which its platform table has to name, or of another species",
        UNIPROT: "; they may be of another species",
    }
    return of_others.get(kind, "")
