"""Sample sheets: one row a sample, everything text, ids that cannot be mistaken for one another."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from secretome.delimited import Text, read_text
from secretome.faults import Fault, InputFaults, fault, listed, most_of, nearest, sentence

# Letters of other scripts that look like a Latin one: enough to catch a pasted id, not the whole Unicode table.
_LOOK_ALIKES = str.maketrans("авекмнорстухіјѕαβεικνορτυχ–—−‐‑", "abekmhopctyxijsabeikvoptux-----")

# The names of the columns that `prepare` adds to a sheet; the last is anndata's own.
ADDED_COLUMNS = ("library_size", "norm_factor", "shift", "other_shift", "used", "reason", "_index")

Sheet = dict[str, list[str]]  # column → one value a sample, the same order in all columns
Place = Callable[[int], str]  # the number of a line → where that is, for a message

# ASSUME two spellings of one sample share three quarters of their letters; of thousands only what looks alike counts.
_ALIKE, _MOST_PAIRS = 0.75, 10_000
_TABLE_FIX = "Put the sheet into a tab-separated file and name it under table: there values may hold blanks"


def read_samples(path: str | Path, id_column: str) -> Sheet:
    """Read a tab-separated sample sheet.

    Args:
        path: the sheet.
        id_column: the column of the sample ids.

    Returns:
        column → one value a sample, in the order of the sheet; text as it stands (`001`, `NA`, `true`), NFC, without
        the spaces around it.

    Raises:
        InputFaults: as in ``delimited.read_text``; there is no such column, no or a single sample, an id is missing,
            or two ids are the same but for case, spaces, invisible or look-alike characters (both lines named).
    """
    return _checked(read_text(path), id_column, str(path), lambda line: f"{path}:{line}")


def read_rows(text: str, id_column: str, where: str) -> Sheet:
    """Read a sample sheet that stands in the study file: a header and one line a sample, columns separated by blanks.

    Args:
        text: the lines; a value can hold no blank, and none can be empty.
        id_column: the column of the sample ids.
        where: file and line of the key, for the messages; they add the line within ``text``, from 1.

    Returns:
        As :func:`read_samples`.

    Raises:
        InputFaults: as in :func:`read_samples`; a line has more or fewer values than the header, begins like a
            comment, or holds a quote, a control character or another blank than space and tab.
    """

    def place(line: int) -> str:
        return f"{where}, line {line} of rows"

    lines = [(number, line.strip(" \t")) for number, line in enumerate(text.rstrip().split("\n"), start=1)]
    while lines and not lines[0][1]:
        lines = lines[1:]
    if not lines:
        raise fault(where, "rows", "", "is empty", "Write a header and one line a sample")
    faults = [fault for number, line in lines for fault in _text_faults(place(number), line)]
    (first, names), *rows = [(number, re.split(r"[ \t]+", line) if line else []) for number, line in lines]
    if len(names) == 1:
        faults.append(Fault(place(first), "", names[0], "has a single column", "Write the ids and what differs"))
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        problem = f"names {names.count(name)} columns"
        faults.append(Fault(place(first), "", name, problem, "Give each column a name of its own"))
    for number, fields in rows:
        if len(fields) != len(names):
            problem = f"has {len(fields)} values, the header has {len(names)}"
            faults.append(Fault(place(number), "", " ".join(fields)[:40], problem, f"Correct the line. {_TABLE_FIX}"))
    if faults:
        raise InputFaults(most_of(where, faults))
    names = [unicodedata.normalize("NFC", name) for name in names]
    return _checked(Text(names, rows), id_column, where, place)


def alike(ids: Sequence[str]) -> list[tuple[int, int]]:
    """Positions of ids that a person or a disk cannot tell from an earlier one: the later and the earlier of each."""
    first: dict[str, int] = {}
    seen = [first.setdefault(skeleton(identifier), position) for position, identifier in enumerate(ids)]
    return [(position, earlier) for position, earlier in enumerate(seen) if ids[position] and earlier < position]


def skeleton(text: str) -> str:
    """What is left of an id when case, spaces, invisible and look-alike characters make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LOOK_ALIKES)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn"))


def counterparts(names: Sequence[str], others: Sequence[str]) -> dict[str, str]:
    """Name → the one of ``others`` that it may be a misspelling of, each once; those that are like none are left out.

    What the eye cannot tell apart is the same; of the others the most alike, first those with the same numbers.
    """
    import difflib  # only where something is wrong

    found: dict[str, str] = {}
    ranks = []
    few = len(names) * len(others) <= _MOST_PAIRS
    for name, other in ((name, other) for name in names for other in others):
        same = skeleton(name) == skeleton(other)
        likeness = difflib.SequenceMatcher(None, name.casefold(), other.casefold()).ratio() if few and not same else 0
        if same or likeness >= _ALIKE:
            ranks.append((not same, _numbers(name) != _numbers(other), -likeness, name, other))
    for *_, name, other in sorted(ranks):
        if name not in found and other not in found.values():
            found[name] = other
    return {name: found[name] for name in names if name in found}


def _numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall("[0-9]+", text)]


def _checked(text: Text, id_column: str, where: str, place: Place) -> Sheet:
    """The columns of a sheet that was read, its ids and names checked."""
    first = place(1)
    if id_column not in text.header:
        fix = f"{sentence(nearest(id_column, text.header))} Correct the sheet, or samples: id in the study file"
        raise fault(first, "", id_column, "is not a column of this sample sheet", fix)
    unnamed = [Fault(first, "column 1", "", "has no name", "Name every column")] if not text.header[0] else []
    taken = [
        Fault(first, name, "", "is the name of a column that the workflow adds", "Rename the column")
        for name in ADDED_COLUMNS
        if name in text.header
    ]
    columns = {
        name: [unicodedata.normalize("NFC", fields[position].strip()) for _, fields in text.lines]
        for position, name in enumerate(text.header)
    }
    numbers = [number for number, _ in text.lines]
    faults = [*unnamed, *taken, *_id_faults(id_column, columns[id_column], numbers, place)]
    if not faults and len(numbers) < 2:
        problem = "has a header and no samples" if not numbers else "has a single sample"
        faults.append(Fault(where, "", "", problem, "Write one line a sample; a contrast needs two in each group"))
    if faults:
        raise InputFaults(most_of(where, faults))
    return columns


def _id_faults(column: str, ids: Sequence[str], numbers: Sequence[int], place: Place) -> list[Fault]:
    faults = [
        Fault(place(number), column, "", "has no sample id", "Fill it in, or take the line out")
        for identifier, number in zip(ids, numbers, strict=True)
        if not identifier
    ]
    for later, earlier in alike(ids):
        line, other = numbers[later], numbers[earlier]
        if ids[later] == ids[earlier]:
            problem = f"is a sample id that stands twice, in lines {other} and {line}"
        else:
            problem = f"in line {line} cannot be told from '{ids[earlier]}' in line {other} by the eye or a disk"
        faults.append(Fault(place(line), column, ids[later], problem, "Give each sample an id of its own"))
    return faults


def _text_faults(place: str, line: str) -> list[Fault]:
    """What a line of a study file cannot hold where blanks separate the values."""
    if line.startswith("#"):
        return [Fault(place, "", line[:40], "begins like a comment, and rows have none", "Take the line out")]
    if '"' in line:
        return [Fault(place, "", line[:40], "holds a quote, and quotes are not understood", _TABLE_FIX)]
    strange = [c for c in line if c not in " \t" and (c.isspace() or unicodedata.category(c) == "Cc")]
    if strange:
        problem = f"holds a blank or a character that cannot be seen ({listed(map(ascii, dict.fromkeys(strange)))})"
        return [Fault(place, "", line[:40], problem, _TABLE_FIX)]
    return []
