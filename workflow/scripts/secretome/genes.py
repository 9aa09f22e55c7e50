"""Identifiers of genes → current symbols, with what is lost on the way counted."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd

from secretome.faults import fault, listed

# ASSUME more than this share of ids of a second kind is a mixture; less is stray lines, counted as unmapped.
LARGEST_STRAY_SHARE = 0.01
# ASSUME below the first share the ids are not those of human genes; below the second the reader is warned.
LEAST_MAPPED_SHARE, EXPECTED_MAPPED_SHARE = 0.5, 0.8

_MONTHS = (
    "jan feb mar apr may jun jul aug sep sept oct nov dec march april june july"
    " mrz mär maerz mai okt dez fev avr juin juil aout août ene abr ago set out dic"
)
_MONTH = f"(?:{'|'.join(_MONTHS.split())})"
_SPREADSHEET_DAMAGE = re.compile(
    rf"\d{{1,2}}[-. /]+{_MONTH}\.?(?:[- /]\d{{2,4}})?"  # 1-Mar, 01. Mrz, 2-Sep-04
    rf"|{_MONTH}[-. /]+\d{{1,4}}"  # Mar-01
    r"|\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: 00:00:00)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"  # 2004-09-02, 9/2/2004
    r"|\d+(?:[.,]\d+)?E[+-]?\d+",  # 2.31E+13, once 2310009E13Rik
    re.IGNORECASE,
)
ENSEMBL, ENTREZ, SYMBOL = "Ensembl gene ids", "Entrez gene ids", "gene symbols"
_OTHER_SPECIES, _TRANSCRIPT, _NO_GENE = "Ensembl ids of another species", "Ensembl transcript or protein ids", ""
_KINDS = (
    (ENSEMBL, re.compile(r"ENSG(?:R\d{10}|\d{11})(?:\.\d+)?(?:_PAR_Y)?")),
    (_TRANSCRIPT, re.compile(r"ENS[TP]\d{11}(?:\.\d+)?(?:_PAR_Y)?")),
    (_OTHER_SPECIES, re.compile(r"ENS[A-Z]{3,4}[GTP]\d{11}(?:\.\d+)?")),
    (ENTREZ, re.compile(r"\d+")),
    # The summary lines of HTSeq and STAR, and spike-ins.
    (_NO_GENE, re.compile(r"__\w+|N_(?:unmapped|multimapping|noFeature|ambiguous)|ERCC-\d{5}|")),
)
_LIKE_MOUSE = re.compile(r"[A-Z][a-z0-9]*[a-z][a-z0-9]*")
_FIX = "Give human genes as Ensembl gene ids, Entrez gene ids or HGNC symbols, one kind in the whole table"


@dataclass(frozen=True)
class Mapping:
    """Which current symbol each identifier has.

    Attributes:
        kind: what the identifiers are.
        ids: the identifiers, as they were read.
        symbols: one current symbol an identifier, "" where it has none.
        numbers: `read`, `mapped`, `unmapped`, `no_gene` (summary lines, spike-ins), `ambiguous` (named several genes),
            `merged` (ids that share their symbol with an earlier one), `genes` (different symbols), and the shares
            `mapped_share_of_ids`, `mapped_share_of_reads`, `mapped_share_of_well_counted`.
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
) -> Mapping:
    """Find the current symbol of each identifier.

    The kind of the identifiers is found from their form. A version suffix and `_PAR_Y` are dropped. An Ensembl or
    Entrez id that has several genes gets one by :func:`_preferred`; a symbol of old that was given to several genes
    gets none, nor does one whose current symbol has a row of its own in the table (that row is the gene).

    Args:
        ids: one identifier a row of the table.
        genes: one row an Entrez gene: `entrez`, `symbol`, `gene_type`, `ensembl` (several joined by "|").
        aliases: `alias`, `symbol`: names of old and the current symbol of each gene that bore them.
        reads: one number a row, its reads over all samples; every row counts the same where not given.
        where: the file, for the messages.

    Raises:
        InputFaults: a spreadsheet has turned ids into dates or numbers; two kinds are mixed; another species; or less
            than half of the well-counted rows are known genes.
    """
    _refuse_spreadsheet_damage(ids, where)
    kinds = [_kind_of(name) for name in ids]
    kind = _only_kind(ids, kinds, where)
    lookup = _lookup(kind, genes, aliases, ids)
    plain = [_plain(name) if kind == ENSEMBL else name for name in ids]
    found = [lookup.get(name, []) for name in plain]
    symbols = tuple(c[0] if c and (len(c) == 1 or kind != SYMBOL) else "" for c in found)
    numbers = {
        "read": len(ids),
        "mapped": sum(map(bool, symbols)),
        "unmapped": sum(not symbol and k != _NO_GENE for symbol, k in zip(symbols, kinds, strict=True)),
        "no_gene": kinds.count(_NO_GENE),
        "ambiguous": sum(len(candidates) > 1 for candidates in found),
        "genes": len(set(symbols) - {""}),
        **_shares(np.array([bool(symbol) for symbol in symbols]), np.array([k != _NO_GENE for k in kinds]), reads),
    }
    numbers["merged"] = numbers["mapped"] - numbers["genes"]
    return Mapping(kind, tuple(ids), symbols, numbers, _judged(kind, ids, numbers, where))


def merge(values: np.ndarray, mapping: Mapping) -> tuple[list[str], list[str], np.ndarray]:
    """Sum the rows of each symbol.

    Args:
        values: ids × samples, counts.
        mapping: of the same ids in the same order.

    Returns:
        The symbols, sorted; the ids of each, sorted and joined by "|"; symbols × samples, the sums.
    """
    # ASSUME reads on several ids of one gene (haplotype copies, PAR_Y, retired ids) are reads of that gene.
    rows = sorted(
        (symbol, name, row) for row, (symbol, name) in enumerate(zip(mapping.symbols, mapping.ids, strict=True))
    )
    rows = [row for row in rows if row[0]]
    grouped = [(symbol, [name for _, name, _ in group]) for symbol, group in groupby(rows, key=itemgetter(0))]
    if not grouped:
        return [], [], np.zeros((0, values.shape[1]))
    starts = np.cumsum([0] + [len(names) for _, names in grouped[:-1]])
    summed = np.add.reduceat(values[[row for _, _, row in rows]], starts, axis=0)
    return [symbol for symbol, _ in grouped], ["|".join(dict.fromkeys(names)) for _, names in grouped], summed


def current_symbols(names: Iterable[str], genes: pd.DataFrame, aliases: pd.DataFrame) -> list[str]:
    """The current symbol of each name of a gene set, "" where it has none or several."""
    lookup = _by_name(genes, aliases)
    found = [lookup.get(name, []) for name in names]
    return [symbols[0] if len(symbols) == 1 else "" for symbols in found]


def _refuse_spreadsheet_damage(ids: Sequence[str], where: str) -> None:
    damaged = [name for name in ids if _SPREADSHEET_DAMAGE.fullmatch(name)]
    if damaged:
        problem = f"{len(damaged)} gene ids were turned into dates or numbers by a spreadsheet: {listed(damaged)}"
        fix = "Export the table again without opening it in a spreadsheet, or with the id column as text"
        raise fault(where, "", "", problem, fix)


def _kind_of(name: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(name)), SYMBOL)


def _only_kind(ids: Sequence[str], kinds: Sequence[str], where: str) -> str:
    """The kind that all ids but a few stray ones have."""
    counted = Counter(kind for kind in kinds if kind != _NO_GENE).most_common()
    if not counted:
        raise fault(where, "", listed(ids, 3), "no line of the table is a gene", _FIX)
    kind = counted[0][0]
    examples = {kind: ids[kinds.index(kind)] for kind, _ in counted}
    if any(number > LARGEST_STRAY_SHARE * len(ids) for _, number in counted[1:]):
        mixture = ", ".join(f"{number} {kind} (as {examples[kind]})" for kind, number in counted)
        raise fault(where, "", "", f"the kinds of gene id are mixed: {mixture}", _FIX)
    if kind in (_OTHER_SPECIES, _TRANSCRIPT):
        raise fault(where, "", examples[kind], f"the ids are {kind}, not human genes", _FIX)
    return kind


def _plain(name: str) -> str:
    """An Ensembl id without its version and without the mark of the Y copy, `_PAR_Y` or the older ENSGR."""
    name = name.removesuffix("_PAR_Y").partition(".")[0]
    return f"ENSG0{name[5:]}" if name.startswith("ENSGR") else name


def _lookup(kind: str, genes: pd.DataFrame, aliases: pd.DataFrame, ids: Sequence[str]) -> dict[str, list[str]]:
    if kind == ENSEMBL:
        return _by_ensembl(genes)
    return _by_entrez(genes) if kind == ENTREZ else _by_symbol(genes, aliases, ids)


def _by_ensembl(genes: pd.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for symbol, ensembl in _preferred(genes)[["symbol", "ensembl"]].to_numpy():
        for name in ensembl.split("|") if ensembl else ():
            if symbol not in found.setdefault(name, []):
                found[name].append(symbol)
    return found


def _by_entrez(genes: pd.DataFrame) -> dict[str, list[str]]:
    return {entrez: [symbol] for entrez, symbol in genes[["entrez", "symbol"]].to_numpy()}


def _preferred(genes: pd.DataFrame) -> pd.DataFrame:
    """The genes, those first that an id of several genes is given to."""
    # ASSUME reads cannot be split: protein-coding before others, named before LOC…, the oldest Entrez record first.
    other = (genes["gene_type"] != "protein-coding").to_numpy()
    unnamed = genes["symbol"].str.startswith("LOC").to_numpy()
    return genes.iloc[np.lexsort((genes["entrez"].astype(np.int64), unnamed, other))]


def _by_symbol(genes: pd.DataFrame, aliases: pd.DataFrame, ids: Sequence[str]) -> dict[str, list[str]]:
    # ASSUME two rows of one table are two genes: an old name does not add its reads to a row of the current name.
    present = set(ids)
    found = _by_name(genes, aliases)
    return {
        name: symbols
        for name, symbols in ((name, found[name]) for name in present if name in found)
        if symbols == [name] or not present.intersection(symbols)
    }


def _by_name(genes: pd.DataFrame, aliases: pd.DataFrame) -> dict[str, list[str]]:
    """Symbols and names of old; a current symbol is never read as an old name of another gene."""
    found: dict[str, list[str]] = {}
    for alias, symbol in aliases[["alias", "symbol"]].to_numpy():
        found.setdefault(alias, []).append(symbol)
    found.update((symbol, [symbol]) for symbol in genes["symbol"])
    return found


def _shares(mapped: np.ndarray, is_gene: np.ndarray, reads: np.ndarray | None) -> dict[str, float]:
    """How much of the table is mapped, seen three ways; the third one is judged.

    Most rows of a table are genes of a few stray reads and no Entrez record, so the share of all ids says little; and
    one ribosomal RNA can hold a third of all reads. The upper half of the rows that have reads is neither.
    """
    mapped, reads = mapped[is_gene], (np.ones(is_gene.size) if reads is None else np.asarray(reads, float))[is_gene]
    some = reads > 0
    well_counted = reads >= np.median(reads[some]) if some.any() else np.ones(reads.size, bool)
    return {
        "mapped_share_of_ids": float(mapped.mean()),
        "mapped_share_of_reads": float(reads[mapped].sum() / reads.sum()) if some.any() else 0.0,
        "mapped_share_of_well_counted": float(mapped[well_counted].mean()),
    }


def _judged(kind: str, ids: Sequence[str], numbers: dict[str, float], where: str) -> tuple[dict[str, str], ...]:
    share = numbers["mapped_share_of_well_counted"]
    said = f"{100 * share:.0f} % of the well-counted {kind} are known human genes"
    if share < LEAST_MAPPED_SHARE:
        mouse = kind == SYMBOL and sum(bool(_LIKE_MOUSE.fullmatch(name)) for name in ids) > len(ids) / 2
        hint = "; they look like symbols of mouse or rat" if mouse else ""
        raise fault(where, "", listed(ids, 3), f"only {said}{hint}", _FIX)
    if share < EXPECTED_MAPPED_SHARE:
        return ({"code": "W10", "message": f"Only {said}; the others are left out."},)
    return ()
