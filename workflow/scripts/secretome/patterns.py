"""The regular expressions that a person writes into a study file: short, and unable to hang a run.

Python's engine tries every way in which the repetitions of an expression can share a text. Here those ways are counted
before a text is looked at, so that what could take minutes is refused and said so; no clock and no process is needed.
"""

import functools
import math
import re
from dataclasses import dataclass

LONGEST_PATTERN = 300
LONGEST_TEXT = 500
# ASSUME: the engine tries ten million ways in about a second; what may need more is not worth waiting for.
MOST_WAYS = 10_000_000

_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?", re.ASCII)
_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


class PatternRefused(Exception):
    """An expression that is no expression, or one that we do not run; the text says why, without a full stop."""


@dataclass(frozen=True)
class Pattern:
    """An expression that was checked.

    Attributes:
        expression: compiled.
        part: number of the group that is wanted: the named one, else the first, else 0, which is the whole.
        endless: how many repetitions without an upper bound it has (`*`, `+`, `{2,}`).
        choices: for each bounded repetition and each alternation how many possibilities it has.
    """

    expression: re.Pattern[str]
    part: int
    endless: int
    choices: tuple[int, ...]

    def refusal(self, text: str) -> str:
        """Why ``text`` is not matched with this expression; "" where it can be."""
        if len(text) > LONGEST_TEXT:
            return f"is a text of {len(text):,} characters, and at most {LONGEST_TEXT} are searched"
        ways = math.comb(len(text) + self.endless, self.endless)
        for choice in self.choices:
            ways *= min(choice, len(text) + 1)
        if ways > MOST_WAYS:
            return f"could match the {len(text)} characters of '{text[:30]}' in too many ways to try"
        return ""

    def value(self, text: str) -> str | None:
        """The wanted part of ``text``, which the expression must match as a whole; None where it does not.

        A group that took no part in the match is "". Ask :meth:`refusal` first.
        """
        match = self.expression.fullmatch(text)
        return None if match is None else match.group(self.part) or ""


@functools.cache
def checked(text: str) -> Pattern:
    """Compile an expression.

    Raises:
        PatternRefused: it is longer than ``LONGEST_PATTERN``, no regular expression of Python's, has several named
            groups, the verbose flag, or repeats a group that itself repeats or branches (`(a+)+`, `(a|b)*`).
    """
    if len(text) > LONGEST_PATTERN:
        raise PatternRefused(f"is longer than {LONGEST_PATTERN} characters")
    try:
        expression = re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternRefused(f"is not a regular expression ({error})") from error
    if len(expression.groupindex) > 1:
        raise PatternRefused(f"has {len(expression.groupindex)} named groups, and one value is wanted")
    if _VERBOSE.search(text):
        raise PatternRefused("sets the flag x, which is not understood here")
    endless, choices = _repetitions(text)
    part = next(iter(expression.groupindex.values()), min(expression.groups, 1))
    return Pattern(expression, part, endless, tuple(choices))


def _repetitions(text: str) -> tuple[int, list[int]]:
    """What leaves the engine a choice: the number of endless repetitions, and the sizes of the bounded choices."""
    endless = 0
    choices: list[int] = []
    branches, varies = [1], [False]  # of the groups that are open; the first is the whole expression
    repeated_varies = False  # whether the thing before a quantifier has choices of its own
    position = 0
    while position < len(text):
        quantifier = _QUANTIFIER.match(text, position)
        if quantifier and (bounds := _bounds(quantifier)):
            low, high = bounds
            if repeated_varies and high != 1:
                raise PatternRefused("repeats a group that itself repeats or branches, which can take for ever")
            endless += high is None
            choices += [high - low + 1] if high is not None and high > low else []
            varies[-1] |= high != low
            position, repeated_varies = quantifier.end(), False
            continue
        character, repeated_varies = text[position], False
        position += 1
        if character == "\\":
            position += 1
        elif character == "[" and (group := _CLASS.match(text, position - 1)):
            position = group.end()
        elif character == "(":
            branches.append(1)
            varies.append(False)
            position += text.startswith("?", position)  # of (?:…), (?P<name>…), (?=…): not a quantifier
        elif character == "|":
            branches[-1] += 1
        elif character == ")":
            ways = branches.pop()
            choices.append(ways)
            repeated_varies = varies.pop() or ways > 1
            varies[-1] |= repeated_varies
    return endless, [choice for choice in [*choices, branches[0]] if choice > 1]


def _bounds(quantifier: re.Match[str]) -> tuple[int, int | None] | None:
    """The least and the most repetitions, None for no most; None at all where the braces are only text."""
    simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if quantifier[0][0] in simple:
        return simple[quantifier[0][0]]
    low, comma, high = quantifier.groups()
    if not comma:
        return (int(low), int(low)) if low else None
    return int(low or 0), int(high) if high else None
