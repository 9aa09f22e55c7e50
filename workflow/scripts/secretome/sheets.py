"""Sample sheets: one row a sample, everything text, ids that cannot be mistaken for one another."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from secretome.delimited import read_text
from secretome.faults import Fault, InputFaults, fault, nearest

# Letters of other scripts that look like a Latin one: enough to catch a pasted id, not the whole Unicode table.
_LOOK_ALIKES = str.maketrans("авекмнорстухіјѕαβεικνορτυχ–—−‐‑", "abekmhopctyxijsabeikvoptux-----")

# The names of the columns that `prepare` adds to a sheet; the last is anndata's own.
ADDED_COLUMNS = ("library_size", "norm_factor", "used", "reason", "_index")


def read_samples(path: str | Path, id_column: str) -> dict[str, list[str]]:
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
    text = read_text(path)
    if id_column not in text.header:
        fix = f"{nearest(id_column, text.header)}. Correct the sheet, or samples: id in the study file"
        raise fault(f"{path}:1", "", id_column, "is not a column of this sample sheet", fix)
    unnamed = [Fault(f"{path}:1", "column 1", "", "has no name", "Name every column")] if not text.header[0] else []
    taken = [
        Fault(f"{path}:1", name, "", "is the name of a column that the workflow adds", "Rename the column")
        for name in ADDED_COLUMNS
        if name in text.header
    ]
    columns = {
        name: [unicodedata.normalize("NFC", fields[position].strip()) for _, fields in text.lines]
        for position, name in enumerate(text.header)
    }
    numbers = [number for number, _ in text.lines]
    faults = [*unnamed, *taken, *_id_faults(str(path), id_column, columns[id_column], numbers)]
    if not faults and len(numbers) < 2:
        problem = "has a header and no samples" if not numbers else "has a single sample"
        faults.append(Fault(str(path), "", "", problem, "Write one line a sample; a contrast needs two in each group"))
    if faults:
        raise InputFaults(faults)
    return columns


def _id_faults(path: str, column: str, ids: Sequence[str], numbers: Sequence[int]) -> list[Fault]:
    faults = []
    seen: dict[str, tuple[str, int]] = {}
    for identifier, number in zip(ids, numbers, strict=True):
        if not identifier:
            faults.append(Fault(f"{path}:{number}", column, "", "has no sample id", "Fill it in, or take the line out"))
            continue
        other, line = seen.setdefault(skeleton(identifier), (identifier, number))
        if line == number:
            continue
        if other == identifier:
            problem = f"is a sample id that stands twice, in lines {line} and {number}"
        else:
            problem = f"in line {number} cannot be told from '{other}' in line {line} by the eye or a disk"
        faults.append(Fault(f"{path}:{number}", column, identifier, problem, "Give each sample an id of its own"))
    return faults


def skeleton(text: str) -> str:
    """What is left of an id when case, spaces, invisible and look-alike characters make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LOOK_ALIKES)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
