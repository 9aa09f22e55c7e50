"""The columns of plain tables without quoting, as programs write them: split and turned into numbers, or refused."""

import math
import re
from collections.abc import Mapping, Sequence
from operator import methodcaller
from pathlib import Path

import numpy as np

from secretome.faults import MOST_FAULTS, Fault, listed, raise_any, shown

LARGEST_EXACT = 2**53  # the largest whole number up to which float64 holds every one

_GET_AGAIN = "Get the file again, or correct the line"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
_CONTROL_OR_QUOTE = re.compile(f'{_CONTROL.pattern}|"')
# With these characters alone, float() accepts decimal numbers only: no nan, no hex, no underscore, no comma.
_CHARACTERS = frozenset("0123456789.eE+-")


def without_empty_end(lines: Sequence[str]) -> list[str]:
    """``lines`` without the empty ones at their end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def split(
    path: str | Path, lines: Sequence[str], first: int, names: Sequence[str], *, quotes: bool = False
) -> dict[str, list[str]]:
    """The fields of tab-separated lines by column.

    Args:
        path: the file, for the messages.
        lines: without line ends, none of them the header.
        first: the number in the file of the first of them.
        names: of all columns, in the order of the file, unique.
        quotes: whether quotes are text like any other; otherwise they are refused.

    Raises:
        InputFaults: a line has more or fewer fields than there are names, a quote or a control character.
    """
    whole = "\n".join(lines)
    refused = _CONTROL if quotes else _CONTROL_OR_QUOTE
    # All lines are looked at together first, which takes a third of the time.
    if set(map(methodcaller("count", "\t"), lines)) - {len(names) - 1} or refused.search(whole):
        raise_any(path, _line_faults(path, lines, first, names, refused))
    fields = whole.replace("\n", "\t").split("\t") if lines else []
    return {name: fields[position :: len(names)] for position, name in enumerate(names)}


def _line_faults(
    path: str | Path, lines: Sequence[str], first: int, names: Sequence[str], refused: re.Pattern[str]
) -> list[Fault]:
    faults = []
    for number, line in enumerate(lines, start=first):
        problem, count = "", line.count("\t") + 1 if line else 0
        if count != len(names):
            problem = f"has {count} field{'s' * (count != 1)} where {len(names)} are expected ({listed(names)})"
        elif found := refused.search(line):
            quote = "holds a quote, and quotes are not understood"
            problem = quote if found[0] == '"' else "holds a control character"
        if problem:
            faults.append(Fault(f"{path}:{number}", "", line[:40], problem, _GET_AGAIN))
    return faults


def numbers(
    path: str | Path,
    first: int,
    ids: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    *,
    whole: bool = False,
    largest: float = LARGEST_EXACT,
) -> np.ndarray:
    """The columns as numbers of at least 0, rows × columns, float64.

    Args:
        path: the file, for the messages.
        first: the number in the file of the first row.
        ids: of the rows, for the messages.
        columns: name to fields.
        whole: refuse what is not a whole number.
        largest: refuse what is greater.

    Raises:
        InputFaults: a field is not a finite decimal number of the kind asked for; all of them, at most ``MOST_FAULTS``.
    """
    values, faults = np.empty((len(ids), len(columns))), []
    for position, (name, fields) in enumerate(columns.items()):
        parsed = _parsed(fields)
        right = (parsed >= 0) & (parsed <= largest) & ((not whole) | (parsed == np.rint(parsed)))
        values[:, position] = parsed
        for row in np.flatnonzero(~right)[: MOST_FAULTS + 1]:
            problem = _problem(fields[row], parsed[row], largest)
            fix = f"Correct the value of {shown(ids[row], 40) or 'this row'}, or get the file again"
            faults.append(Fault(f"{path}:{first + row}", name, fields[row], problem, fix))
    raise_any(path, faults)
    return values


def refuse_repeated(path: str | Path, first: int, ids: Sequence[str], what: str) -> None:
    """Refuse ids that are empty or stand twice.

    Raises:
        InputFaults: with both lines of each id that stands twice.
    """
    if len(set(ids)) == len(ids) and "" not in ids:
        return
    seen: dict[str, int] = {}
    faults = []
    for number, identifier in enumerate(ids, start=first):
        if not identifier:
            faults.append(Fault(f"{path}:{number}", what, "", "is empty", _GET_AGAIN))
        elif identifier in seen:
            problem = f"stands twice: in line {seen[identifier]} too"
            fix = "Get the file again, or keep one of them"
            faults.append(Fault(f"{path}:{number}", what, identifier, problem, fix))
        seen.setdefault(identifier, number)
    raise_any(path, faults)


def _parsed(fields: Sequence[str]) -> np.ndarray:
    """The fields as numbers: NaN what is none, infinite what is too large."""
    if set("".join(fields)) <= _CHARACTERS:
        try:
            return np.array([float(field) for field in fields])
        except ValueError:
            pass
    return np.array([number(field) for field in fields])


def number(text: str) -> float:
    """A decimal number; NaN where the text is none, infinite where it is too large."""
    try:
        return float(text) if set(text) <= _CHARACTERS else math.nan
    except ValueError:
        return math.nan


def _problem(text: str, parsed: float, largest: float) -> str:
    if not text:
        return "is empty where a number is expected"
    if not math.isfinite(parsed):
        return "is not a finite decimal number"
    if parsed < 0:
        return "is negative"
    return f"is more than {largest:,.0f}" if parsed > largest else "is not a whole number"
