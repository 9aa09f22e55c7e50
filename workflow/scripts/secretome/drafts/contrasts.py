"""The columns of a drafted sheet → the contrasts that it could bear, each with why, and why not.

A proposal is a question to the person who reviews the draft. What cannot be tested, or not be told from a batch, is
proposed as a comment only; nothing is passed over without being named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from secretome import keys
from secretome.designs import design
from secretome.drafts import words
from secretome.drafts.sheet import (
    BATCH,
    CULTURE,
    DOSE,
    FACTOR,
    NOT_GIVEN,
    REPEAT,
    SUBJECT,
    TIME,
    TREATMENT,
    Column,
    determines,
    values_of,
)
from secretome.faults import InputFaults, listed, shown

MOST_CONTRASTS = 12
GROUP = "group"
# ASSUME: of several columns with a reference the first of these roles is what was done to the cells.
_RANK = {TREATMENT: 0, DOSE: 1, FACTOR: 2, TIME: 3}
# ASSUME: an average over models of one kind has a meaning; one over genotypes or times has none.
_MODELS = re.compile(r"(?<![a-z])(lines?|cells?|donors?|cell_type)(?![a-z])")


@dataclass
class Proposal:
    """One contrast, or one that is only told of.

    Attributes:
        key: of the contrast, to be made unique by :func:`propose`.
        variable: column of the sheet.
        level: value of it.
        reference: value of it.
        counts: samples of the two groups.
        reasons: why it is proposed, and what to look at.
        against: why it must not run as it is; "" where it may.
        block: columns that are allowed for.
        perhaps: a column that is a block if what it says is true.
    """

    key: str
    variable: str
    level: str
    reference: str
    counts: tuple[int, int] = (0, 0)
    reasons: list[str] = field(default_factory=list)
    against: str = ""
    block: list[str] = field(default_factory=list)
    perhaps: str = ""


@dataclass
class Proposals:
    """What :func:`propose` found.

    Attributes:
        contrasts: at most ``MOST_CONTRASTS``.
        group: the column that combines several, one value a sample; empty where none is needed.
        group_of: the names of what it combines.
        notes: what was not proposed, and what to look at.
    """

    contrasts: list[Proposal] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    group_of: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def propose(columns: Sequence[Column], ids: Sequence[str]) -> Proposals:
    """Propose contrasts.

    Args:
        columns: of the sheet that is drafted.
        ids: of the samples.
    """
    found = Proposals()
    candidates = _candidates(columns)
    if not candidates:
        return found
    main, pairs = candidates[0]
    strata = _strata(main, {pair.reference for pair in pairs}, columns) if main.stated else []
    if strata:
        found.group_of = [*(column.name for column in strata), main.name]
        parts = zip(*(column.values for column in (*strata, main)), strict=True)
        found.group = values_of(["_".join(p for p in row if p != NOT_GIVEN) for row in parts], "", 100)
    proposals = _within(main, pairs, strata, found) if strata else _plain(main, pairs)
    for second, of_second in candidates[1:]:
        proposals += _second(second, of_second, main, pairs, strata, found)
    _tell_of_titles(main, strata, columns, found)
    _tell_of_levels(main, pairs, found)
    table = {"sample": list(ids), **{column.name: column.values for column in columns}}
    if found.group:
        table[GROUP] = found.group
    for proposal in proposals:
        _examine(proposal, columns, table)
    proposals = [one for one in proposals if not one.against] + [one for one in proposals if one.against]
    _name(proposals)
    found.contrasts, more = proposals[:MOST_CONTRASTS], proposals[MOST_CONTRASTS:]
    if more:
        named = listed((one.key for one in more), 40)
        found.notes.append(f"Left out, since {MOST_CONTRASTS} are as many as can be reviewed: {named}.")
    return found


def _candidates(columns: Sequence[Column]) -> list[tuple[Column, list[words.Pair]]]:
    """The columns with groups that words tell to compare, the best one first."""
    found = []
    for place, column in enumerate(columns):
        if column.role not in _RANK or column.name == CULTURE or not column.complete or len(set(column.texts)) > 200:
            continue
        if pairs := words.pairs(column.texts):
            counts = {text: column.texts.count(text) for text in column.texts}
            tested = any(min(counts[pair.level], counts[pair.reference]) > 1 for pair in pairs)
            found.append(((not tested, not column.stated, _RANK[column.role], place), column, pairs))
    found.sort(key=lambda item: item[0])
    stated = [(column, pairs) for _, column, pairs in found]
    # What was taken out of a sentence serves where no field does; two such columns say the same thing twice.
    return [item for place, item in enumerate(stated) if place == 0 or item[0].stated]


def _strata(main: Column, references: set[str], columns: Sequence[Column]) -> list[Column]:
    """The other columns whose levels must not be mixed in a group, those with more levels first."""
    found: list[Column] = []
    some = [column for column in columns if column is not main and column.stated and column.role in _RANK]
    for column in sorted(some, key=lambda one: -len(set(one.values))):
        without = {text for text, value in zip(main.texts, column.values, strict=True) if value == NOT_GIVEN}
        if without - references or len(set(column.values)) * 2 > len(column.values):
            continue
        joined = list(zip(main.values, *(one.values for one in found), strict=True))
        if determines([str(row) for row in joined], column.values):
            continue
        if determines(column.values, main.values) and column.role not in (DOSE, TIME):
            continue
        found.append(column)
    return [column for column in columns if column in found]


def _plain(main: Column, pairs: Sequence[words.Pair]) -> list[Proposal]:
    value = dict(zip(main.texts, main.values, strict=True))
    return [_proposal(main.name, value[pair.level], value[pair.reference], main, pair) for pair in pairs]


def _proposal(variable: str, level: str, reference: str, column: Column, pair: words.Pair) -> Proposal:
    where = f"{column.name} ({shown(column.field)})"
    reasons = [f"In {where} '{shown(pair.word)}' marks what others are compared with."]
    if pair.doubt:
        reasons.append(f"Look: {pair.doubt}.")
    return Proposal("", variable, level, reference, reasons=reasons)


def _within(main: Column, pairs: Sequence[words.Pair], strata: Sequence[Column], found: Proposals) -> list[Proposal]:
    """The pairs of one column, each among samples that are alike in the others; first the average over models."""
    proposals = []
    if len(strata) == 1 and _MODELS.search(strata[0].name):
        for one in _plain(main, pairs):
            one.block = [strata[0].name]
            one.reasons.append(
                f"The average over {strata[0].name}, each compared within itself: what answers in one only is diluted."
            )
            proposals.append(one)
    groups: dict[tuple[str, ...], str] = {}
    for place, group in enumerate(found.group):
        groups.setdefault((*(column.values[place] for column in strata), main.texts[place]), group)
    for pair in pairs:
        for combination, group in groups.items():
            if combination[-1] == pair.level:
                proposals += _nearest(combination, group, groups, main, pair, strata, found)
    return proposals


def _nearest(
    combination: tuple[str, ...],
    group: str,
    groups: Mapping[tuple[str, ...], str],
    main: Column,
    pair: words.Pair,
    strata: Sequence[Column],
    found: Proposals,
) -> list[Proposal]:
    """The reference of one group: like it in all other columns, or else in as many as can be."""
    references = [other for other in groups if other[-1] == pair.reference]

    def differing(other: tuple[str, ...]) -> list[Column]:
        pieces = zip(strata, combination, other, strict=False)
        return [column for column, mine, its in pieces if mine != its]

    fewest = min((len(differing(other)) for other in references), default=0)
    best = [other for other in references if len(differing(other)) == fewest]
    if len(best) != 1:
        found.notes.append(f"{group}: not proposed, no single reference is like it in {listed(found.group_of[:-1])}.")
        return []
    proposal = _proposal(GROUP, group, groups[best[0]], main, pair)
    unlike = [column for column in differing(best[0]) if column.role != DOSE]
    if unlike:
        names = listed(column.name for column in unlike)
        proposal.against = f"the groups differ in {names} too, and what is seen may come from there"
    elif fewest:
        proposal.reasons.append("The reference has another dose, as it should.")
    else:
        alike = [f"{column.name} {value}" for column, value in zip(strata, combination, strict=False)]
        proposal.reasons.append(f"Both are {shown(', '.join(one for one in alike if NOT_GIVEN not in one), 200)}.")
    return [proposal]


def _second(
    second: Column,
    pairs: Sequence[words.Pair],
    main: Column,
    main_pairs: Sequence[words.Pair],
    strata: Sequence[Column],
    found: Proposals,
) -> list[Proposal]:
    """Another column with a reference: compared where the main one is at its own reference."""
    if second not in strata or second.role in (DOSE, TIME):
        marks = listed(dict.fromkeys(pair.reference for pair in pairs), 3)
        found.notes.append(f"{second.name} has a reference too ({marks}): nothing is proposed for it.")
        return []
    references = list(dict.fromkeys(pair.reference for pair in main_pairs))
    place_of: dict[tuple[str, ...], int] = {}
    rest = [column for column in strata if column is not second]
    for place in range(len(main.texts)):
        if main.texts[place] == references[0]:
            place_of.setdefault((second.texts[place], *(column.values[place] for column in rest)), place)
    proposals = []
    for pair in pairs:
        for key, place in place_of.items():
            other = place_of.get((pair.reference, *key[1:]))
            if key[0] == pair.level and other is not None:
                one = _proposal(GROUP, found.group[place], found.group[other], second, pair)
                one.reasons.append(f"Both are at '{shown(references[0])}' of {main.name}; elsewhere it was left out.")
                proposals.append(one)
    return proposals


def _examine(proposal: Proposal, columns: Sequence[Column], table: Mapping[str, list[str]]) -> None:
    """Count the groups, look for what cannot be told from them, and choose the blocks that the design bears."""
    values = table[proposal.variable]
    level = [place for place, value in enumerate(values) if value == proposal.level]
    reference = [place for place, value in enumerate(values) if value == proposal.reference]
    proposal.counts = len(level), len(reference)
    against = []
    for column in columns:
        if column.name == CULTURE:
            cultures = [len({column.values[place] for place in group}) for group in (level, reference)]
            if cultures != [len(level), len(reference)]:
                told = f"{cultures[0]} and {cultures[1]} if rows of one {CULTURE} are technical runs"
                proposal.reasons.append(f"Of cultures there are {told}.")
                against += [f"{told}: then nothing can be tested"] if min(cultures) < 2 else []
        elif column.role in (BATCH, SUBJECT, REPEAT):
            against += _nuisance(proposal, column, level, reference, table)
    if min(proposal.counts) < 2:
        against.append("a group of one sample has no replicate: fold changes can be shown, and nothing is tested")
    elif built := _built(proposal, columns, table, proposal.block):
        proposal.reasons += [f"{one['code']}: {one['message']}" for one in built.warnings]
    else:
        against.append("its design cannot be estimated with these columns")
    proposal.against = "; ".join([*([proposal.against] if proposal.against else []), *against])


def _nuisance(
    proposal: Proposal, column: Column, level: Sequence[int], reference: Sequence[int], table: Mapping[str, list[str]]
) -> list[str]:
    """Take a column as a block, or say what it does to the contrast; what speaks against the contrast is returned."""
    mine, its = ([column.values[place] for place in group] for group in (level, reference))
    given = [value for value in (*mine, *its) if value != NOT_GIVEN]
    if len(given) < len(mine) + len(its):
        proposal.reasons.append(f"{column.name} is not given for all of them: it cannot be a block as it is.")
        return []
    repeated = len(set(given)) < len(given)
    if not set(mine) & set(its):
        if column.role == BATCH and repeated:
            return [
                f"{column.name} changes with the groups ({listed(_different(its))} against {listed(_different(mine))})"
            ]
        if column.role == SUBJECT and repeated:
            proposal.reasons.append(f"Several samples are of one {column.name}: they are no replicates of each other.")
        return []
    if len(set(given)) < 2:
        return []
    if column.role == REPEAT:
        if not proposal.block and _built(proposal, [column], table, [column.name]):
            proposal.perhaps = column.name
        return []
    if not _built(proposal, [column], table, [*proposal.block, column.name]):
        proposal.reasons.append(f"{column.name} cannot be a block beside the groups: there would be no estimate.")
        return []
    proposal.block.append(column.name)
    paired = sorted(mine) == sorted(its) and len(set(mine)) == len(mine)
    how = "paired by" if paired else "blocked by"
    proposal.reasons.append(f"{how.capitalize()} {column.name}, which both groups have in common.")
    return []


def _different(values: Sequence[str]) -> list[str]:
    """The different values, in their order."""
    return list(dict.fromkeys(values))


def _built(
    proposal: Proposal, columns: Sequence[Column], table: Mapping[str, list[str]], block: Sequence[str]
) -> design.Design | None:
    """The design of a contrast; None where there is none."""
    contrast = {
        "variable": proposal.variable,
        "level": proposal.level,
        "reference": proposal.reference,
        "block": list(block),
        "descriptive": min(proposal.counts) < 2,
    }
    subject = next((column.name for column in columns if column.role == SUBJECT), "")
    try:
        return design.build(table, "sample", contrast, (), subject)
    except InputFaults:
        return None


def _name(proposals: Sequence[Proposal]) -> None:
    """A key for each, by its groups; the same twice gets a number."""
    taken: set[str] = set()
    for one in proposals:
        plain = [
            re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:27].rstrip("_") for text in (one.level, one.reference)
        ]
        name = f"{plain[0]}_vs_{plain[1]}".strip("_")
        name = name if name[0].isalpha() and name[0].isascii() else f"group_{name}"
        one.key, number = name, 2
        while one.key in taken or keys.problem(one.key):
            one.key, number = f"{name}_{number}", number + 1
        taken.add(one.key)


def _tell_of_titles(main: Column, strata: Sequence[Column], columns: Sequence[Column], found: Proposals) -> None:
    joined = [str(row) for row in zip(main.values, *(one.values for one in strata), strict=True)]
    for column in columns:
        if not column.stated and column.role in _RANK and column.name != CULTURE and column is not main:
            more = not determines(joined, column.values)
            if more:
                found.notes.append(
                    f"{column.name} tells more groups apart than the contrasts do: see that none mixes doses or hours."
                )


def _tell_of_levels(main: Column, pairs: Sequence[words.Pair], found: Proposals) -> None:
    used = {text for pair in pairs for text in (pair.level, pair.reference)}
    if idle := [text for text in dict.fromkeys(main.texts) if text not in used]:
        found.notes.append(f"In no contrast: {listed(idle, 12)} of {main.name}.")
