"""GMT files of gene sets, read strictly: one line a set, its name, a description, its genes, separated by tabs.

Pure Python: files of the user's own are read while Snakemake parses, before anything is loaded that computes.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secretome.faults import Fault, listed, raise_any
from secretome.text_files import read_lines

LONGEST_NAME = 200
_FIELDS = 3
_FORM = "Write the name of the set, a description and its genes, separated by tabs"


@dataclass(frozen=True)
class GeneSets:
    """What a file of gene sets holds.

    Attributes:
        sets: name → its genes as they are written, each once, in the order of the file.
        repeated: how many genes stood more than once in their set.
    """

    sets: dict[str, list[str]]
    repeated: int


def read_gmt(path: str | Path) -> GeneSets:
    """Read a GMT file, plain or gzip, with the line ends of Unix or Windows; empty lines and fields are passed over.

    Names are text, whatever they hold, but for characters that cannot be printed. Genes are taken as they are written.

    Raises:
        InputFaults: all that is wrong at once: what is no text file (as ``text_files.read_lines``), lines without tabs
            or genes, names that are missing, too long or stand twice, characters that cannot be printed, genes with a
            space or a comma.
    """
    sets: dict[str, list[str]] = {}
    line_of: dict[str, int] = {}
    faults, repeated = [], 0
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        fields = [unicodedata.normalize("NFC", field.strip()) for field in line.split("\t")]
        name, genes = fields[0], [gene for gene in fields[2:] if gene]
        problem = _line_fault(where, fields, genes)
        if problem:
            faults.append(problem)
        elif name in line_of:
            fix = "Rename or remove one of them"
            faults.append(Fault(where, "", name, f"is the name of a set already in line {line_of[name]}", fix))
        else:
            line_of[name] = number
            sets[name] = list(dict.fromkeys(genes))
            repeated += len(genes) - len(sets[name])
    if not sets and not faults:
        faults.append(Fault(str(path), "", "", "holds no gene set", _FORM))
    raise_any(path, faults)
    return GeneSets(sets, repeated)


def _line_fault(where: str, fields: Sequence[str], genes: Sequence[str]) -> Fault | None:
    name = fields[0]
    unprintable = next((field for field in fields if not field.isprintable()), None)
    if unprintable is not None:
        return Fault(where, "", unprintable, "holds a character that cannot be printed", "Take it out")
    if not name:
        return Fault(where, "", "", "has no name of the set", _FORM)
    if len(fields) < _FIELDS:
        return Fault(where, "", name, _too_few(fields), _FORM)
    if len(name) > LONGEST_NAME:
        problem = f"is the name of a set and has {len(name):,} characters, more than {LONGEST_NAME}"
        return Fault(where, "", name, problem, "Shorten it")
    if not genes:
        return Fault(where, "", name, "is a set without a gene", "Take the line out, or give its genes")
    joined = [gene for gene in genes if set(gene) & set(" ,;")]
    if joined:
        problem = f"is no gene: it holds a space, a comma or a semicolon ({listed(joined, 2)})"
        return Fault(where, name, joined[0], problem, "Separate the genes by tabs, and leave weights out")
    return None


def _too_few(fields: Sequence[str]) -> str:
    if len(fields) > 1:
        return "is a line of 2 fields and has no gene"
    for character, words in {",": "commas", ";": "semicolons"}.items():
        if character in fields[0]:
            return f"is separated by {words}, not by tabs: this is not a GMT file"
    return "is a line without tabs: this is not a GMT file"
