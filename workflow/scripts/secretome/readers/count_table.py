"""A table of genes × samples as archives and programs write it: any separator, quoted or not, with annotation columns.

What the header leaves open (which column holds the ids, what columns of text or equal names are) is never guessed: it
is refused with the line of the study file that settles it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secretome.faults import Fault, InputFaults, fault, listed, most_of, nearest
from secretome.number_rows import (
    BEYOND_LIMIT,
    CONTROL,
    LARGEST_TABLE,
    MISSING,
    SEPARATORS,
    Layout,
    quoted_fields,
    read_rows,
)
from secretome.source_table import SampleFields, SourceTable
from secretome.text_files import cut_off, is_packed, read_first_lines, text_blocks

DECIMALS = {"point": ".", "comma": ","}
AUTO, REFUSE, REPLICATES = "auto", "refuse", "replicates"
# What HTSeq and STAR append to the genes: rows of reads that were not counted for any.
SUMMARY_ROWS = {"__no_feature", "__ambiguous", "__too_low_aQual", "__not_aligned", "__alignment_not_unique"} | {
    f"N_{name}" for name in ("unmapped", "multimapping", "noFeature", "ambiguous")
}
ROWS_LOOKED_AT = 20  # for columns of text
LINES_LOOKED_AT = 200  # before any job: comments, the header and rows

_SYMBOL_AND_ENSEMBL = re.compile(r"[^|]*\|(ENS[A-Z]*G\d{11}(?:\.\d+)?(?:_PAR_Y)?)", re.ASCII)
_LIKE_A_NUMBER = re.compile(r"\s*[+-]?[.,]?\d|[+-]?inf|#|(n/?a|nan|null|none)?\s*$", re.IGNORECASE)
# What programs put between the ids and the samples, without case and signs; their numbers are no expression.
_ANNOTATION = re.compile(
    r"(gene|eff(ective)?)?length|width|(tx)?(start|end|stop)|strand|chr(om(osome)?)?|seqnames?|locus|position|exoncount"
    r"|(percent(age)?(gene)?)?gc(content|percent)?|(entrez|ncbi|hgnc|ensembl|gene)(gene)?(id)?"
    r"|(gene|hgnc)?(symbol|name|description|biotype|type)"
)


@dataclass(frozen=True)
class _Head:
    """The lines above the rows: names as written, where the header stands, and the first lines below it."""

    path: Path
    names: list[str]
    quoted: bool
    line: int
    separator: str
    begun: str

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}"


def read(
    path: str | Path,
    *,
    separator: str = AUTO,
    decimal: str = "point",
    id_column: str = "",
    ignore: Sequence[str] = (),
    repeated: str = REFUSE,
    missing: bool = False,
    samples: Collection[str] = (),
    first_name_missing: bool = False,
) -> SourceTable:
    """Read a table with one row a gene and one column a sample.

    Comment lines (``#``) above the header are skipped and counted. A header with one name fewer than there are fields
    (R's ``write.table``) is taken where nothing else can be meant: all its names are quoted, or its first name is one
    of ``samples``, or ``first_name_missing`` says so.

    Args:
        path: text, plain or gzip.
        separator: `tab`, `comma`, `semicolon`, or `auto`: the only one of them that stands in the header.
        decimal: the decimal mark, `point` or `comma`.
        id_column: the name of the column of ids; "" for the first column.
        ignore: names of columns that are neither ids nor samples; each must be there.
        repeated: what columns of the same name are: `refuse`, or `replicates`, which become NAME, NAME.2, NAME.3.
        missing: whether "", NA, NaN and null are values that were not measured.
        samples: names that are known to be samples, whatever they look like.
        first_name_missing: whether the header may lack the name of the first column.

    Returns:
        The table in the order of the file. Its `samples` hold `column`, the name as written, and with `replicates`
        the number of the `replicate`. Its `genes` are the ids; of ids like SYMBOL|ENSG00000000003.14 the Ensembl id; ""
        for the summary rows of HTSeq and STAR. Its `unit` is "".

    Raises:
        InputFaults: the file is damaged or of another type, the header is ambiguous or a name is missing, a column is
            of text or of a known annotation and not in ``ignore``, a line has another number of fields or a stray
            quote, a value is not a finite decimal number, there are no rows, or a file without checksum ends within a
            line.
    """
    path = Path(path)
    _check_settings(path, separator, decimal, repeated)
    steps: list[dict[str, Any]] = []
    blocks = text_blocks(path, largest=LARGEST_TABLE)
    head = _head(path, blocks, separator, steps)
    first_rows = _first_rows(head)
    names = _names(head, first_rows, samples, first_name_missing, steps)
    layout = _layout(head, names, first_rows, id_column, ignore, samples, DECIMALS[decimal], missing)
    columns, stated = _columns(head, [names[place] for place in layout.numbers], repeated, steps)
    rows = read_rows(path, layout, blocks, head.begun, head.line + 1)
    if not rows.complete:
        if not is_packed(path):
            raise cut_off(path, rows.line - 1)
        steps.append({"step": "read a last line without a line end", "line": rows.line - 1})
    values = rows.finished()
    if missing:
        steps.append({"step": "read values that were not measured", "values": rows.missing})
    if ignore:
        steps.append({"step": "ignore columns", "columns": list(ignore)})
    return SourceTable(rows.ids, columns, values, _genes(rows.ids, steps), stated, "", steps)


def read_columns(
    path: str | Path,
    *,
    separator: str = AUTO,
    decimal: str = "point",
    id_column: str = "",
    ignore: Sequence[str] = (),
    repeated: str = REFUSE,
    samples: Collection[str] = (),
) -> list[str]:
    """The columns of samples by the header and the first rows, for the check before any job; the rest is not read.

    Args:
        path, separator, decimal, id_column, ignore, repeated, samples: as of :func:`read`.

    Raises:
        InputFaults: as :func:`read`, for what the first lines show.
    """
    path = Path(path)
    _check_settings(path, separator, decimal, repeated)
    first_lines = "\n".join(read_first_lines(path, LINES_LOOKED_AT))
    head = _head(path, iter([f"{first_lines}\n"]), separator, [])
    first_rows = _first_rows(head)
    names = _names(head, first_rows, samples, False, [])
    layout = _layout(head, names, first_rows, id_column, ignore, samples, DECIMALS[decimal], missing=False)
    return _columns(head, [names[place] for place in layout.numbers], repeated, [])[0]


def _check_settings(path: Path, separator: str, decimal: str, repeated: str) -> None:
    for name, value, known in (
        ("separator", separator, (AUTO, *SEPARATORS)),
        ("decimal", decimal, tuple(DECIMALS)),
        ("repeated", repeated, (REFUSE, REPLICATES)),
    ):
        if value not in known:
            raise fault(str(path), name, value, "is not known", f"Give one of: {listed(known)}")
    if separator == decimal == "comma":
        raise fault(str(path), "decimal", decimal, "is the separator too", "Set separator to what it is")


def _head(path: Path, blocks: Iterator[str], separator: str, steps: list[dict[str, Any]]) -> _Head:
    """Take the comments and the header off the blocks."""
    begun, comments = "", []
    for block in blocks:
        begun += block
        while begun.startswith("#"):
            comment, _, begun = begun.partition("\n")
            comments.append(comment)
        if begun.count("\n") > 1:
            break
    header, _, begun = begun.partition("\n")
    line, where = len(comments) + 1, f"{path}:{len(comments) + 1}"
    if not header.strip():
        raise fault(where, "", "", "is empty where the header is expected", "Give the names of the columns there")
    sign = _separator(path, header, begun.partition("\n")[0], separator, where)
    if comments and sign in comments[-1] and comments[-1].count(sign) == header.count(sign):
        problem = "has as many fields as the line below: it may be the header, not a comment"
        raise fault(f"{path}:{len(comments)}", "", comments[-1], problem, "Take the # off, or the line out")
    if comments:
        steps.append({"step": "skip comment lines", "lines": len(comments)})
    if separator == AUTO:
        found = next(name for name, character in SEPARATORS.items() if character == sign)
        steps.append({"step": "take the separator from the header", "separator": found})
    names = quoted_fields(header, sign)
    if names is None:
        problem = "holds a quote that does not open or close a whole name"
        raise fault(where, "", header, problem, 'Take it out, or write it twice ("") in a quoted name')
    quoted = all(part.startswith('"') for part in header.split(sign))
    return _Head(path, names, quoted, line, sign, begun)


def _separator(path: Path, header: str, row: str, separator: str, where: str) -> str:
    """The character that separates the columns."""
    found = {name: sign for name, sign in SEPARATORS.items() if sign in re.sub('"[^"]*"', "", header)}
    # R writes a table of one sample with one name, without any separator.
    found = found or {name: sign for name, sign in SEPARATORS.items() if sign in re.sub('"[^"]*"', "", row)}
    if separator == AUTO:
        if len(found) == 1:
            return next(iter(found.values()))
        problem = f"could be separated by {' or '.join(found)}" if found else "has a single column"
        fix = "Set separator: to the right one" if found else "Give a table separated by tabs, commas or semicolons"
        raise fault(where, "separator", header, problem, fix)
    if separator not in found:
        other = next(iter(found), "")
        fix = f"Set separator: {other}" if other else "Give a table separated by tabs, commas or semicolons"
        raise fault(where, "separator", header, f"has a single column where {separator} separates", fix)
    return SEPARATORS[separator]


def _first_rows(head: _Head) -> list[list[str]]:
    """The fields of the first rows, those with faults left out."""
    lines = head.begun.split("\n", ROWS_LOOKED_AT)[:ROWS_LOOKED_AT]
    return [fields for line in lines if line and (fields := quoted_fields(line, head.separator))]


def _names(
    head: _Head,
    rows: list[list[str]],
    samples: Collection[str],
    first_name_missing: bool,
    steps: list[dict[str, Any]],
) -> list[str]:
    """The names of all columns, that of the first one "" where the header lacks it."""
    names = [unicodedata.normalize("NFC", name.strip(" ")) for name in head.names]
    faults = [
        Fault(head.where, f"column {number}", name, "holds a control character", "Take it out")
        for number, name in enumerate(names, start=1)
        if CONTROL.search(name) or "\t" in name
    ]
    if rows and all(len(row) == len(names) + 1 for row in rows):
        if not (first_name_missing or head.quoted or names[0] in samples):
            problem = f"has {len(names)} names and is followed by {len(names) + 1} fields: the first may be missing"
            raise fault(head.where, "", names[0], problem, "Put it in (in R: write.table(..., col.names = NA))")
        steps.append({"step": "read a header without the name of the first column", "names": len(names)})
        names = ["", *names]
    elif len(names) == 1:
        fix = "Give a table of ids and at least one sample"
        raise fault(head.where, "", names[0], "has a single column", fix)
    if empty := [number for number, name in enumerate(names[1:], start=2) if not name]:
        faults.append(Fault(head.where, "", "", f"has no name for column {listed(empty)}", "Name every column"))
    if faults:
        raise InputFaults(most_of(head.path, faults))
    return names


def _layout(
    head: _Head,
    names: list[str],
    rows: list[list[str]],
    id_column: str,
    ignore: Sequence[str],
    samples: Collection[str],
    decimal: str,
    missing: bool,
) -> Layout:
    """Which columns are ids and which are numbers; every other one must be in ``ignore``."""
    faults = [
        Fault(head.where, "columns.ignore", name, "is no column", nearest(name, filter(None, names)))
        for name in ignore
        if name not in names
    ]
    if id_column and names.count(id_column) != 1:
        problem = "is no column" if id_column not in names else f"names {names.count(id_column)} columns"
        faults.append(Fault(head.where, "columns.id", id_column, problem, nearest(id_column, filter(None, names))))
    place = names.index(id_column) if id_column in names and id_column else 0
    if names[place] and names[place] in ignore:
        fix = "Take it out of ignore, or set columns.id to another column"
        faults.append(Fault(head.where, "columns.ignore", names[place], "is the column of the ids", fix))
    if faults:
        raise InputFaults(faults)
    numbers = [number for number, name in enumerate(names) if number != place and name not in ignore]
    layout = Layout(names, place, numbers, head.separator, decimal, missing, own_form=False)
    _refuse_annotation(head, layout, rows, ignore, samples)
    if not numbers:
        raise fault(head.where, "columns.ignore", "", "leaves no column of numbers", "Take the samples out of it")
    return layout


def _refuse_annotation(
    head: _Head, layout: Layout, rows: list[list[str]], ignore: Sequence[str], samples: Collection[str]
) -> None:
    """Refuse columns that are not samples by what stands in them or by their name."""
    fields = [row for row in rows if len(row) == len(layout.names)]
    of_text = {
        number: next(value for row in fields if (value := row[number]) not in MISSING)
        for number in layout.numbers
        if any(row[number] not in MISSING for row in fields)
        and not any(_like_a_number(row[number]) for row in fields if row[number] not in MISSING)
    }
    known = [
        number
        for number in layout.numbers
        if number not in of_text
        and layout.names[number] not in samples
        and _ANNOTATION.fullmatch(re.sub(r"[^a-z0-9]", "", layout.names[number].casefold()))
    ]
    if not of_text and not known:
        return
    found = sorted({layout.names[number] for number in [*of_text, *known]} | set(ignore))
    fix = f"If they are no samples, set columns.ignore: [{', '.join(found[:12])}{', …' if len(found) > 12 else ''}]"
    if of_text:
        fix += ", or columns.id to the one with the ids"
    faults = [
        Fault(
            head.where, f"column {number + 1}", layout.names[number], f"holds text, as '{text[:40]}', not numbers", fix
        )
        for number, text in of_text.items()
    ]
    faults += [
        Fault(head.where, f"column {number + 1}", layout.names[number], "is called as an annotation, not a sample", fix)
        for number in known
    ]
    raise InputFaults(most_of(head.path, faults))


def _like_a_number(text: str) -> bool:
    """Whether a field may have been meant as a number: what is wrong with it is told with its line."""
    return bool(_LIKE_A_NUMBER.match(text) or BEYOND_LIMIT.fullmatch(text.strip()))


def _columns(
    head: _Head, names: list[str], repeated: str, steps: list[dict[str, Any]]
) -> tuple[list[str], SampleFields]:
    """The unique names of the columns of numbers, and what the table states of each."""
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    several = {name: found for name, found in places.items() if len(found) > 1}
    if several and repeated == REFUSE:
        fix = "Set columns.repeated: replicates if they are, or give each column a name of its own"
        faults = [Fault(head.where, "", name, f"names {len(found)} columns", fix) for name, found in several.items()]
        raise InputFaults(most_of(head.path, faults))
    columns = list(names)
    stated: SampleFields = {}
    for name, found in places.items():
        for number, place in enumerate(found, start=1):
            columns[place] = name if number == 1 else f"{name}.{number}"
            if number > 1 and columns[place] in places:
                problem = f"stands in the header beside {len(found)} columns called '{name}'"
                raise fault(head.where, "", columns[place], problem, "Give each column a name of its own")
    for name, column in zip(names, columns, strict=True):
        stated[column] = {"column": [name]}
        if repeated == REPLICATES:
            stated[column]["replicate"] = [column.removeprefix(name).removeprefix(".") or "1"]
    if several:
        count = sum(map(len, several.values()))
        steps.append({"step": "number columns of the same name as replicates", "names": len(several), "columns": count})
    return columns, stated


def _genes(ids: list[str], steps: list[dict[str, Any]]) -> list[str]:
    """The identifiers of the genes of each row."""
    genes = ["" if one in SUMMARY_ROWS else one for one in ids]
    if summaries := genes.count(""):
        steps.append({"step": "rows that sum up reads of no gene", "rows": summaries})
    with_bar = [place for place, one in enumerate(genes) if "|" in one]
    if not with_bar:
        return genes
    taken = 0
    for place in with_bar:
        if found := _SYMBOL_AND_ENSEMBL.fullmatch(genes[place]):
            genes[place] = found[1]
            taken += 1
    if taken:
        steps.append({"step": "take the Ensembl id out of SYMBOL|ENSEMBL", "rows": taken})
    if others := len(with_bar) - taken:
        steps.append({"step": "ids with a bar name several genes", "rows": others})
    return genes
