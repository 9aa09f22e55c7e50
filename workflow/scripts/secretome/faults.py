"""Faults of the input: what is wrong, where, with which value, and how to mend it."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

LONGEST_VALUE = 60
MOST_FAULTS = 20  # of one file; who has more has one cause, and reads no more than these


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with a file that a person wrote or an archive sent.

    Attributes:
        where: the file, with ``:line`` or a row and column where they are known.
        field: the key or the column at fault, "" where the whole file is.
        value: what stands there, as text.
        problem: what was expected instead.
        fix: what to do about it.
    """

    where: str
    field: str
    value: str
    problem: str
    fix: str

    def __str__(self) -> str:
        field = f" {shown(self.field)}:" if self.field else ""
        value = f" '{shown(self.value)}'" if self.value else ""
        return f"{shown(self.where, 200)}:{field}{value} {self.problem}. {sentence(self.fix)}"


class InputFaults(Exception):
    """All the faults that were found in one go."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(sorted(set(faults)), key=_place)
        super().__init__("\n".join(map(str, self.faults)))


@contextmanager
def faults_end_the_run() -> Iterator[None]:
    """Print the faults that are found inside and end with exit code 2, before any job starts."""
    try:
        yield
    except InputFaults as found:
        count = len(found.faults)
        print(f"\n{count} fault{'s' if count > 1 else ''} in the input; nothing was run:", file=sys.stderr)
        for one in found.faults:
            print(f"  {one}", file=sys.stderr)
        # Not a WorkflowError: that would exit with 1, which also means "a job failed", and add lines of its own.
        raise SystemExit(2) from None


def _place(one: Fault) -> list[str | int]:
    # Line 9 stands before line 10.
    return [int(part) if index % 2 else part for index, part in enumerate(re.split(r"([0-9]+)", one.where))]


def fault(where: str, field: str, value: object, problem: str, fix: str) -> InputFaults:
    """A single fault, ready to be raised."""
    return InputFaults([Fault(where, field, str(value), problem, fix)])


def most_of(where: object, faults: Sequence[Fault], count: int | None = None) -> list[Fault]:
    """At most ``MOST_FAULTS`` of ``faults``, the last one saying how many more there are of ``count`` in all."""
    faults = list(dict.fromkeys(faults))
    count = len(faults) if count is None else count
    if count <= MOST_FAULTS:
        return faults
    problem = f"has {count - MOST_FAULTS + 1:,} more faults like these"
    return [*faults[: MOST_FAULTS - 1], Fault(str(where), "", "", problem, "Correct the first ones and run again")]


def raise_any(where: object, faults: Sequence[Fault]) -> None:
    """Raise the faults of a file if there are any, no more than ``MOST_FAULTS``.

    Raises:
        InputFaults: there are some.
    """
    if faults:
        raise InputFaults(most_of(where, faults))


def warning(code: str, message: str) -> dict[str, str]:
    """What goes on all the same but must be said at the head of the report."""
    return {"code": code, "message": message}


def shown(value: object, longest: int = LONGEST_VALUE) -> str:
    """``value`` on one line: control and formatting characters escaped, cut at ``longest`` characters."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(value))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(names: Iterable[object], most: int = 5) -> str:
    """The first names of a list, and how many more there are."""
    texts = [shown(name) for name in names]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def sentence(text: str) -> str:
    """What is written without its full stop with it; a question has its mark already."""
    return text if text.endswith("?") else f"{text}."


def nearest(name: object, names: Iterable[str]) -> str:
    """``Did you mean 'the nearest of names'?``, or what there is if none is near; a fix, without a full stop."""
    import difflib  # only where something is wrong

    known = sorted(set(names), reverse=True)
    folded = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(str(name).casefold(), list(folded), 1, 0.6)
    if found:
        return f"Did you mean '{shown(folded[found[0]])}'?"
    return f"There is: {listed(sorted(known), 8)}" if known else "There is none"
