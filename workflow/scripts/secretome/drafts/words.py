"""The words by which archives name a group that others are compared with, and which group belongs to which."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# ASSUME: these words mark the group that others are compared with. The kinds come in the order in which one is taken
# where several would do: what has the solvent differs from the treated group by the drug alone.
_KINDS = (
    ("solvent", r"vehicles?|veh|dmso|pbs|saline|ethanol|etoh|methanol|water|bsa|placebo"),
    (
        "control",
        r"(?:si|sh|sg)?(?:controls?|cntrl|ctrl|ctl|ctr|con|scr|scrambled?|ntc?)|mock|non[ -]?target(?:ing)?|"
        r"empty vector",
    ),
    (
        "untreated",
        r"untreated|unstimulated|unexposed|uninduced|untransfected|uninfected|none|naive|naïve|baseline|"
        r"(?:no|without|non|not|un)[ -](?:drugs?|treatment|treated|exposure|exposed|stimul\w+|inhibitor|ligand|dox\w*|"
        r"infect\w+|transfect\w+|induc\w+|addition|additive)",
    ),
    ("origin", r"parental|parent|sensitive|wt|wild[ -]?type|normoxia|normoxic"),
    ("healthy", r"normal|healthy|non[ -]?tumou?r\w*|adjacent"),
)
_EDGE = r"(?<![^\W_])(?:{0})(?![^\W_])"
_REFERENCES = [(kind, re.compile(_EDGE.format(words), re.IGNORECASE)) for kind, words in _KINDS]
# "10 uM drug in 0.1% DMSO" is not the vehicle.
_DISSOLVED = re.compile(r"\b(?:dissolved )?in (?:[\d.,]+ ?% ?)?(?:dmso|pbs|ethanol|etoh|water|saline)\b", re.IGNORECASE)
_ZERO = re.compile(
    r"(?:days?|d|t|time|hours?|h)?[ _-]?0+(?:\.0+)? ?"
    r"(?:h|hrs?|hours?|min|minutes?|d|days?|weeks?|[numµμ]?m|[npumµμ]?g/ml|%)?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?[^\W_]*|[^\W_]+")
_NEUTRAL = frozenset(
    [
        "treated",
        "treatment",
        "with",
        "for",
        "cells",
        "cell",
        "the",
        "of",
        "and",
        "in",
        "a",
        "an",
        "group",
        "sample",
        "samples",
        "line",
        "by",
        "to",
        "at",
        "from",
        "only",
        "alone",
        "h",
        "hr",
        "hrs",
        "hour",
        "hours",
        "d",
        "day",
        "days",
        "min",
        "minutes",
        "week",
        "weeks",
        "um",
        "nm",
        "mm",
        "m",
        "ug",
        "ng",
        "ml",
        "mg",
        "l",
        "μm",
        "µm",
        "μg",
        "µg",
        "dose",
        "after",
    ]
)


@dataclass(frozen=True)
class Pair:
    """A group and the one it is compared with.

    Attributes:
        level: the text of the group.
        reference: the text of the other.
        word: what marks the reference.
        doubt: what is not clear about it, "" where nothing is.
    """

    level: str
    reference: str
    word: str
    doubt: str = ""


@dataclass(frozen=True)
class _Level:
    text: str
    tokens: frozenset[str]
    marks: frozenset[str]
    kind: int

    @property
    def context(self) -> frozenset[str]:
        """What the text says beside that it is a reference."""
        return self.tokens - self.marks - _NEUTRAL

    @property
    def words(self) -> frozenset[str]:
        """The context without numbers."""
        return frozenset(token for token in self.context if not token[0].isdigit())


def is_reference(text: str) -> bool:
    """Whether a text holds a word that marks a reference."""
    return bool(_level(text).marks)


def pairs(texts: Iterable[str]) -> list[Pair]:
    """For each of the different texts the one that it is compared with, as far as the words tell.

    A reference fits a group where all that it says beside its mark, the group says too: of "T47D control" and
    "MCF7 control" the first fits "T47D drug". The one that shares most is taken; where references that share different
    words fit equally well (two factors in one text), each of them is.
    """
    levels = [_level(text) for text in dict.fromkeys(texts) if text]
    found: list[Pair] = []
    for level in levels:
        found += _of_level(level, [other for other in levels if other.marks and other is not level])
    return found


def _level(text: str) -> _Level:
    plain = _DISSOLVED.sub(" ", text).replace("_", " ")
    marks: set[str] = set()
    kinds = []
    for kind, (_, pattern) in enumerate(_REFERENCES):
        for match in pattern.finditer(plain):
            marks.add(match[0].lower())
            kinds.append(kind)
        plain = pattern.sub(" ", plain)
    if not marks and _ZERO.fullmatch(plain.strip()):
        return _Level(text, frozenset({"0"}), frozenset({"0"}), 2)
    tokens = frozenset(token.lower() for token in _TOKEN.findall(plain))
    return _Level(text, tokens | marks, frozenset(marks), min(kinds, default=len(_KINDS)))


def _of_level(level: _Level, references: list[_Level]) -> list[Pair]:
    fitting = [one for one in references if _fits(one, level, one.context)]
    doubt = ""
    if not fitting:
        fitting = [one for one in references if _fits(one, level, one.words)]
        doubt = "the numbers in the two names differ: see that dose and hours are the same"
    if not fitting:
        return []
    shared = {one: (one.tokens & level.tokens) - _NEUTRAL for one in fitting}
    most = max(map(len, shared.values()))
    best = [one for one in fitting if len(shared[one]) == most]
    by_shared: dict[frozenset[str], list[_Level]] = {}
    for one in best:
        by_shared.setdefault(shared[one], []).append(one)
    found = []
    for alternatives in by_shared.values():
        alternatives.sort(key=lambda one: (one.kind, len(one.context)))
        first, others = alternatives[0], alternatives[1:]
        doubts = [doubt] if doubt else []
        if others:
            doubts.append(f"another could serve: {', '.join(one.text for one in others)}")
        found.append(Pair(level.text, first.text, ", ".join(sorted(first.marks)), "; ".join(doubts)))
    return found


def _fits(reference: _Level, level: _Level, context: frozenset[str]) -> bool:
    if reference.marks == {"0"}:
        return not level.marks and bool(level.tokens)
    if level.marks == {"0"}:
        return False
    more = level.tokens - reference.tokens - level.marks
    if reference.tokens < level.tokens:  # "IL6 + DMSO" against "DMSO", but not "DMSO 6 h"
        return any(not token[0].isdigit() for token in more - _NEUTRAL)
    own_marks = reference.marks - level.tokens
    other_control = level.marks - reference.tokens
    return bool(own_marks) and not other_control and context <= level.tokens and bool(more)
