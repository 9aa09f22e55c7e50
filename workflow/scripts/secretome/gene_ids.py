"""Identifiers of genes: the kind that their form tells, and what a spreadsheet has made of them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from secretome.faults import fault, listed, shown

# ASSUME more than this share of ids of a second kind is a mixture; less is stray lines, counted as unmapped.
LARGEST_STRAY_SHARE = 0.01
FIX = (
    "Give human genes as Ensembl gene ids, Entrez gene ids, UniProt accessions or HGNC symbols, one kind in the whole"
    " table"
)

ENSEMBL, ENTREZ, UNIPROT, SYMBOL = "Ensembl gene ids", "Entrez gene ids", "UniProt accessions", "gene symbols"
NO_GENE, DAMAGED = "", "names that a spreadsheet has damaged"
_OTHER_SPECIES, _TRANSCRIPT = "Ensembl ids of another species", "Ensembl transcript or protein ids"
_REFSEQ = "RefSeq accessions of sequences"
_ACCEPTED = (ENSEMBL, ENTREZ, UNIPROT, SYMBOL)

# UniProt's help page on accession numbers gives this form; an isoform, a chain or a version may follow.
_ACCESSION = r"(?:[OPQ]\d[A-Z0-9]{3}\d|[A-NR-Z]\d(?:[A-Z][A-Z0-9]{2}\d){1,2})"
_KINDS = (
    (ENSEMBL, re.compile(r"ENSG(?:R\d{10}|\d{11})(?:\.\d+)?(?:_PAR_Y)?", re.ASCII)),
    (_TRANSCRIPT, re.compile(r"ENS[TP]\d{11}(?:\.\d+)?(?:_PAR_Y)?", re.ASCII)),
    (_OTHER_SPECIES, re.compile(r"ENS[A-Z]{3,4}[GTP]\d{11}(?:\.\d+)?", re.ASCII)),
    (ENTREZ, re.compile(r"\d+", re.ASCII)),
    (UNIPROT, re.compile(rf"{_ACCESSION}(?:[-.]\d+|-PRO_\d+)?", re.ASCII)),
    (_REFSEQ, re.compile(r"[NX][MRP]_\d+(?:\.\d+)?", re.ASCII)),
    # The summary lines of HTSeq and STAR, spike-ins, and what tables write where there is no gene.
    (NO_GENE, re.compile(r"__\w+|N_(?:unmapped|multimapping|noFeature|ambiguous)|ERCC-\d{5}|-+|#?N/?A|nan|null|")),
)
_JOINT = re.compile(r"\s*(?:///|[|;])\s*")
_DATABASE = re.compile(r"\b(?:sp|tr)\|")
_ENTRY_NAME = re.compile(rf"\b({_ACCESSION}(?:-\d+)?)\|[A-Z0-9]{{1,11}}_[A-Z0-9]{{3,5}}\b")
# R's make.unique adds .1, others _1, to a name that stands twice.
_SUFFIX = re.compile(r"(.+)[._][1-9]\d?", re.ASCII)

# The months as spreadsheets show them: English, German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian,
# Polish, Turkish and Russian.
_MONTHS = (
    "jan january januar janv ene gen sty oca янв",
    "feb february februar fev fév févr febr lut şub фев",
    "mar march mars mrz mär märz maerz mrt marzo março мар",
    "apr april avr avril abr kwi nis апр",
    "may mai maj mei mag май мая",
    "jun june juni juin giu cze haz июн",
    "jul july juli juil lug lip tem июл",
    "aug august août aout ago sie ağu авг",
    "sep sept september set wrz eyl сен сент",
    "oct october okt oktober ott out paź eki окт",
    "nov november lis kas ноя нояб",
    "dec december dez dezember dic déc gru ara дек",
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_NAMES = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))
# Only these where the month comes first: LIP-1 and SET-1 are no dates.
_ENGLISH = "|".join(["january", "february", "sept", *(month for names in _MONTHS for month in names.split()[:2])])
_COPY = r"(?:[._]\d{1,2})?"
_DATES = (
    re.compile(rf"(?P<day>\d{{1,2}})[-. /]+(?P<month>{_NAMES})\.?(?P<year>[-. /]+\d{{2,4}})?{_COPY}", re.IGNORECASE),
    re.compile(
        rf"(?P<month>{_ENGLISH}|mrz|okt|dez)[-. /]+(?:(?P<day>\d{{1,2}})|(?P<year>\d{{4}})){_COPY}", re.IGNORECASE
    ),
    re.compile(rf"(?P<month>\d{{1,2}})[月월] ?(?P<day>\d{{1,2}})[日일](?P<year>)?{_COPY}"),
)
_NUMBERS = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]00:00(?::00)?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"  # 2004-09-02, 9/2/2004
    r"|\d{1,2}/\d{1,2}|\d{1,2}\.\d{1,2}\."  # 9/2, 2.9.
    r"|\d+(?:[.,]\d+)?E[+-]?\d+|\d+[.,]\d+",  # 2.31E+13, once 2310009E13Rik
    re.IGNORECASE | re.ASCII,
)
# Days since 1900 or 1904 of the years in which there were both spreadsheets and gene symbols.
_SERIALS = range(30_000, 55_000)
_MARCH, _SEPTEMBER = 3, 9
# The families that HGNC renamed because of spreadsheets (Bruford et al. 2020, doi 10.1038/s41588-020-0669-3).
RENAMED = {
    **{f"SEPT{number}": f"SEPTIN{number}" for number in (*range(1, 13), 14)},
    **{f"MARCH{number}": f"MARCHF{number}" for number in range(1, 12)},
    **{f"MARC{number}": f"MTARC{number}" for number in (1, 2)},
    "SEP15": "SELENOF",
}


def split(row: str) -> list[str]:
    """The identifiers that one row names, in their order, once each; [""] where it names none.

    They are joined by "|", as the readers do, or by ";" or "///", as archives do. Of `sp|P05231|IL6_HUMAN` the
    accession is left.
    """
    if not _JOINT.search(row):
        return [row]
    plain_row = _ENTRY_NAME.sub(r"\1", _DATABASE.sub("", row))
    return list(dict.fromkeys(name for name in _JOINT.split(plain_row.strip()) if name)) or [""]


def plain(name: str, kind: str) -> str:
    """The identifier as the knowledge has it.

    An Ensembl id loses its version and the mark of the Y copy, `_PAR_Y` or the older ENSGR; a UniProt accession its
    isoform, chain or version.
    """
    if kind == UNIPROT:
        return name.partition("-")[0].partition(".")[0]
    if kind != ENSEMBL:
        return name
    name = name.removesuffix("_PAR_Y").partition(".")[0]
    return f"ENSG0{name[5:]}" if name.startswith("ENSGR") else name


def without_suffix(name: str) -> str:
    """The name without the number that made it unique (`IL6_1`, `IL6.1`), "" where it has none."""
    found = _SUFFIX.fullmatch(name)
    return found[1] if found else ""


def classify(names: Sequence[str], known: Mapping[str, Sequence[str]], where: str) -> tuple[str, dict[str, str]]:
    """Find the one kind of the identifiers of a table, and what each of them is.

    Args:
        names: the identifiers of all rows.
        known: every symbol and name of old; what stands here is a name, whatever it looks like.
        where: the file, for the messages.

    Returns:
        The kind that all names but a few stray ones have; for each name its own kind, `NO_GENE` or `DAMAGED`.

    Raises:
        InputFaults: no name is that of a gene; two kinds are mixed; or they are of another species or no genes.
    """
    kinds = {name: _kind_of(name, known) for name in dict.fromkeys(names)}
    counted = Counter(kinds[name] for name in names)
    genes = {kind: number for kind, number in counted.most_common() if kind not in (NO_GENE, DAMAGED)}
    if not genes and not counted[DAMAGED]:
        raise fault(where, "", listed(names, 3), "no line of the table is a gene", FIX)
    kind = next(iter(genes), SYMBOL)
    if kind == SYMBOL and genes.get(ENTREZ):
        numbers = [name for name in kinds if kinds[name] == ENTREZ]
        # ASSUME a few numbers among symbols are dates as numbers, whatever they are; many are if they can be dates.
        if genes[ENTREZ] <= LARGEST_STRAY_SHARE * len(names) or all(int(number) in _SERIALS for number in numbers):
            kinds.update(dict.fromkeys(numbers, DAMAGED))
            del genes[ENTREZ]
    if any(number > LARGEST_STRAY_SHARE * len(names) for other, number in genes.items() if other != kind):
        examples = {each: next(name for name in kinds if kinds[name] == each) for each in genes}
        mixture = ", ".join(f"{number} {each} (as {examples[each]})" for each, number in genes.items())
        raise fault(where, "", "", f"the kinds of gene id are mixed: {mixture}", FIX)
    if kind not in _ACCEPTED:
        example = next(name for name in kinds if kinds[name] == kind)
        raise fault(where, "", example, f"the ids are {kind}, not human genes", FIX)
    return kind, kinds


def repair(names: Sequence[str], kind: str, known: Mapping[str, Sequence[str]], where: str) -> dict[str, str]:
    """Find the one gene that each damaged name can have been.

    Args:
        names: the damaged names of the table, as often as they stand there.
        kind: that of the table; only symbols can be told.
        known: the current symbols of every symbol and name of old that may be meant; names that have a row of their
            own in the table are left out.
        where: the file, for the messages.

    Returns:
        The current symbol of each damaged name.

    Raises:
        InputFaults: for one of them there is no such gene, or more than one.
    """
    # ASSUME a table has the official names of its time: a date was one of those that HGNC renamed for being dates.
    found = {
        name: sorted({symbol for old in _names_before(name) for symbol in known.get(old, ())} if kind == SYMBOL else [])
        for name in names
    }
    unclear = [f"{shown(name)}{_or(symbols)}" for name, symbols in found.items() if len(symbols) != 1]
    if unclear:
        count = "1 gene id was" if len(names) == 1 else f"{len(names)} gene ids were"
        problem = (
            f"{count} turned into dates or numbers by a spreadsheet; which gene it was cannot be told of "
            f"{listed(unclear)}"
        )
        fix = "Export the table again without opening it in a spreadsheet, or with the id column as text"
        raise fault(where, "", "", problem, fix)
    return {name: symbols[0] for name, symbols in found.items()}


def _or(symbols: Sequence[str]) -> str:
    return f" ({' or '.join(symbols)})" if symbols else ""


def _kind_of(name: str, known: Mapping[str, Sequence[str]]) -> str:
    kind = next((kind for kind, pattern in _KINDS if pattern.fullmatch(name)), SYMBOL)
    if kind == UNIPROT and name in known:  # P2RY10 and H2AC11 have the form of an accession
        return SYMBOL
    # 2E4 and APR-1 are aliases; so is 2.19, but a name without a letter is a number.
    if kind == SYMBOL and not (name in known and any(map(str.isalpha, name))) and _is_damaged(name):
        return DAMAGED
    return kind


def _is_damaged(name: str) -> bool:
    return bool(_NUMBERS.fullmatch(name)) or any(date.fullmatch(name) for date in _DATES)


def _names_before(name: str) -> list[str]:
    """The official symbols that a spreadsheet shows as this day; none where a year stands, which hides the number."""
    date = next((found for pattern in _DATES if (found := pattern.fullmatch(name))), None)
    if date is None or date["year"] or not date["day"]:
        return []
    month = _MONTH_NUMBER.get(date["month"].lower()) or int(date["month"])
    prefixes = {_MARCH: ("MARCH", "MARC"), _SEPTEMBER: ("SEPT", "SEP")}.get(month, ())
    return [old for prefix in prefixes if (old := f"{prefix}{int(date['day'])}") in RENAMED]
