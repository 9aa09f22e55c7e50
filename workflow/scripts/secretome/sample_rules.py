"""A sample sheet made by rules from what an archive says of its samples, or the reason why it cannot be made.

A rule names a field of the archive and what its values become. It must give one value for every sample that is kept:
nothing is filled in, and what an archive leaves open stays open until a person decides it.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from secretome import patterns
from secretome.faults import LONGEST_VALUE, Fault, InputFaults, fault, listed, most_of, nearest, sentence, shown
from secretome.sheets import ADDED_COLUMNS, Sheet, alike

if TYPE_CHECKING:  # numpy is a tenth of a second that the check at parse does not need
    from secretome.source_table import SampleFields

Address = tuple[str | int, ...]
COLUMN = "column"  # the field that every source has: the name of the column itself
MOST_VALUES = 12
MOST_FIELDS = 30

_RENAME = "Give the column another name"
_SHORTER = "Write {1,9} in place of * and +, or take another field"
_EMPTY = "Let the group match at least one character, and no entry of values be empty"


@dataclass(frozen=True)
class ResolvedSheet:
    """The sheet that the rules make.

    Attributes:
        columns: column → one value a sample, the sample ids first, in the order of the source.
        unused: each column of the source that is not kept → why.
    """

    columns: Sheet
    unused: dict[str, str]


def rule_faults(rules: Mapping[str, Any]) -> list[tuple[Address, Fault]]:
    """What is wrong with the rules themselves, before any data are there.

    Args:
        rules: ``id``, ``keep`` and ``columns`` of the block `samples` of a study file, as its schema has them.

    Returns:
        For each fault its address within the block, as ("columns", "batch", "matches"); ``where`` is left empty.
    """
    found: list[tuple[Address, Fault]] = []

    def add(address: Address, value: str, problem: str, fix: str) -> None:
        found.append((address, Fault("", _dotted(address), value, problem, fix)))

    for address, text in _patterns(rules):
        try:
            patterns.checked(text)
        except patterns.PatternRefused as refused:
            add(address, text, str(refused), "Write a simpler regular expression; it must match the whole value")
    for name, rule in rules["columns"].items():
        if name == rules["id"]:
            add(
                ("columns", name), name, "is the column of the sample ids, which are the columns of the source", _RENAME
            )
        elif name in ADDED_COLUMNS:
            add(("columns", name), name, "is the name of a column that the workflow adds", _RENAME)
        elif not name.strip() or _unseen(name):
            add(("columns", name), name, "is no name for a column", _RENAME)
        values = rule.get("values", {})
        for value in [*values.values(), rule.get("prefix", "")]:
            if _unseen(value):
                add(("columns", name), value, "holds a tab, a line end or the like", "Take it out")
        if len({_plain(key) for key in values}) < len(values):
            add(("columns", name, "values"), "", "has two entries for one value", "Take one of them out")
    return found


def resolve(fields: "SampleFields", rules: Mapping[str, Any], where: str) -> ResolvedSheet:
    """Make the sample sheet of a study from what its source says of each column.

    Args:
        fields: column → field → values, one entry for each column of the numbers (empty where nothing is said of it);
            the field `column` is the name of the column where the source has no other (a name that stood twice).
        rules: ``id`` (the name of the column of ids), ``keep`` (conditions that must all hold) and ``columns``; in
            each, ``field`` and ``matches`` (a regular expression for the whole value, of which the first or the named
            group is taken), then ``values`` (what that becomes), then ``prefix`` before it.
        where: file and line of the rules, for the messages.

    Raises:
        InputFaults: as in :func:`rule_faults`; a field is not there, or not for all samples that are kept, or has
            several values for one; a value does not match, is not among ``values``, is too long or becomes empty;
            an entry of ``values`` stands for nothing (unless ``optional``); fewer than two samples are kept; two of
            them cannot be told apart. All together, with what was found.
    """
    faults = [replace(wrong, where=where) for _, wrong in rule_faults(rules)]
    if not fields:
        problem = "cannot be followed: the source says nothing of its samples"
        faults.append(Fault(where, "samples.from", "archive", problem, "Give the sheet as table or as rows"))
    if faults:
        raise InputFaults(most_of(where, faults))
    fields = _with_column(fields)
    faults = _field_faults(fields, rules, where)
    if faults:
        raise InputFaults(most_of(where, faults))
    unused, faults = _unused(fields, rules.get("keep", []), where)
    kept = [column for column in fields if column not in unused]
    if not faults and len(kept) < 2:
        left = "one sample" if kept else "no sample"
        problem = f"leaves {left} of {len(fields)}, and a contrast needs two in each group"
        raise fault(where, "samples.keep", "", problem, _keep_fix(fields, rules.get("keep", [])))
    columns = {rules["id"]: kept}
    for name, rule in rules["columns"].items() if not faults else ():
        columns[name], wrong = _column(fields, kept, name, rule, where)
        faults += wrong
    for later, earlier in alike(kept) if not faults else ():
        problem = f"cannot be told from '{shown(kept[earlier])}' by the eye or a disk"
        faults.append(Fault(where, "samples.from", kept[later], problem, "Leave one of them out by keep"))
    if faults:
        raise InputFaults(most_of(where, faults))
    return ResolvedSheet(columns, unused)


def varying(fields: "SampleFields") -> dict[str, list[str]]:
    """The fields that are not the same for all columns → one value a column, in the order of the source.

    "" where a column does not have the field; several values of one column are joined by " | ".
    """
    names = dict.fromkeys(name for stated in fields.values() for name in stated)
    values = {name: [" | ".join(_stated(stated, name)) for stated in fields.values()] for name in names}
    return {name: column for name, column in values.items() if len(set(column)) > 1}


def found(fields: "SampleFields") -> str:
    """The fields that vary between the columns with their values and counts, on one line."""
    texts = []
    for name, values in varying(fields).items():
        counts = Counter(values)
        if len(counts) == len(values):
            texts.append(f"{shown(name)}: differs in each ({listed(_told_apart(values).values(), 3)})")
        else:
            texts.append(f"{shown(name)}: {_counted(counts)}")
    more = f"; and {len(texts) - MOST_FIELDS} more fields" if len(texts) > MOST_FIELDS else ""
    return "; ".join(texts[:MOST_FIELDS]) + more or f"no field that varies between the {len(fields)} columns"


def _keep_fix(fields: "SampleFields", keep: Sequence[Mapping[str, str]]) -> str:
    """What the conditions ask for and what there is."""
    texts = []
    for name in dict.fromkeys(condition["field"] for condition in keep):
        counts = Counter(" | ".join(_stated(stated, name)) for stated in fields.values())
        texts.append(f"'{shown(name)}' is: {_counted(counts)}")
    return f"Correct the conditions. {'; '.join([*texts, f'what varies: {found(fields)}'])}"


def _dotted(address: Address) -> str:
    return ".".join(map(str, ("samples", *address)))


def _patterns(rules: Mapping[str, Any]) -> list[tuple[Address, str]]:
    keep: list[tuple[Address, str]] = [
        (("keep", number, "matches"), condition["matches"]) for number, condition in enumerate(rules.get("keep", []))
    ]
    columns = rules["columns"].items()
    return [*keep, *((("columns", name, "matches"), rule["matches"]) for name, rule in columns if "matches" in rule)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def _unseen(text: str) -> bool:
    """Whether a text holds what would break a line or a column of a table."""
    return any(unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in text)


def _stated(stated: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """The different values that are stated under a field."""
    return [value for value in dict.fromkeys(map(_plain, stated.get(name, []))) if value]


def _with_column(fields: "SampleFields") -> "SampleFields":
    return {column: {COLUMN: [column], **stated} for column, stated in fields.items()}


def _counted(counts: Counter[str]) -> str:
    """`value (how often)`, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    texts_of = _told_apart(counts)
    texts = [f"{texts_of[value] or 'no value'} ({count})" for value, count in ordered[:MOST_VALUES]]
    more = f" and {len(counts) - MOST_VALUES} more" if len(counts) > MOST_VALUES else ""
    return ", ".join(texts) + more


def _told_apart(values: Iterable[str]) -> dict[str, str]:
    """Each value as it is shown: of long values that begin alike, what is different."""
    different = list(dict.fromkeys(values))
    letters = enumerate(zip(*filter(None, different), strict=False))
    alike_until = next((position for position, found in letters if len(set(found)) > 1), 0)
    if max(map(len, different)) <= LONGEST_VALUE or alike_until < LONGEST_VALUE // 2:
        return {value: shown(value) for value in different}
    return {value: shown(f"{value[:15]}…{value[alike_until:]}" if value else "") for value in different}


def _field_faults(fields: "SampleFields", rules: Mapping[str, Any], where: str) -> list[Fault]:
    """The rules whose field no column has."""
    there = list(varying(fields))
    there += [name for name in dict.fromkeys(n for stated in fields.values() for n in stated) if name not in there]
    named: list[tuple[Address, str]] = [
        (("keep", number, "field"), condition["field"]) for number, condition in enumerate(rules.get("keep", []))
    ]
    named += [(("columns", name, "field"), rule["field"]) for name, rule in rules["columns"].items()]
    return [
        Fault(
            where,
            _dotted(address),
            name,
            "is not a field of this source",
            f"{_meant(name, there)}The fields are, those that vary first: {listed(there, MOST_FIELDS)}",
        )
        for address, name in named
        if name not in there
    ]


def _meant(name: str, there: Sequence[str]) -> str:
    """The field that is probably meant, as a sentence: `treatment` for `characteristics: treatment`; or ""."""
    question = nearest(next((one for one in there if one.endswith(f": {name}")), name), there)
    return f"{question} " if question.startswith("Did you mean") else ""


def _unused(
    fields: "SampleFields", keep: Sequence[Mapping[str, str]], where: str
) -> tuple[dict[str, str], list[Fault]]:
    """The columns for which a condition does not hold, with the reasons; and the conditions that cannot be decided."""
    reasons: dict[str, list[str]] = {}
    faults = []
    for number, condition in enumerate(keep):
        pattern, field = patterns.checked(condition["matches"]), condition["field"]
        address = _dotted(("keep", number, "matches"))
        both, refusals = [], set()
        for column, stated in fields.items():
            values = _stated(stated, field)
            refusals |= {refusal for value in values if (refusal := pattern.refusal(value))}
            holds = [not pattern.refusal(value) and pattern.value(value) is not None for value in values]
            if len(set(holds)) > 1:
                both.append(column)
            elif not any(holds):
                stands = f"is '{shown(' | '.join(values))}', not '{shown(condition['matches'])}'"
                reasons.setdefault(column, []).append(f"{shown(field)} {stands if values else 'is not given'}")
        if refusals:
            faults.append(Fault(where, address, condition["matches"], sorted(refusals)[0], _SHORTER))
        if both:
            problem = f"holds for one value of '{field}' and not for another of the same sample: {listed(both)}"
            faults.append(Fault(where, address, condition["matches"], problem, "Take a field with one value a sample"))
    return {column: "; ".join(reasons[column]) for column in fields if column in reasons}, faults


def _column(
    fields: "SampleFields", kept: Sequence[str], name: str, rule: Mapping[str, Any], where: str
) -> tuple[list[str], list[Fault]]:
    """One column of the sheet, a value for each column that is kept; or what the rule leaves open."""
    field = rule["field"]
    stated = {column: _stated(fields[column], field) for column in kept}
    faults: list[Fault] = []

    def add(key: str, value: str, problem: str, fix: str) -> None:
        faults.append(Fault(where, _dotted(("columns", name, key)), value, problem, fix))

    several = [f"{column}: {' | '.join(values)}" for column, values in stated.items() if len(values) > 1]
    if several:
        problem = f"has several values for {len(several)} of {len(kept)} samples ({listed(several, 3)})"
        add("field", field, problem, "Take a field with one value a sample, or leave these samples out by keep")
    without = [column for column, values in stated.items() if not values]
    if without:
        problem = f"has no value for {len(without)} of {len(kept)} samples ({listed(without)})"
        add("field", field, problem, "Take a field that all have, or leave these samples out by keep")
    counts = Counter(values[0] for values in stated.values() if len(values) == 1)
    made, reached = _made(counts, rule, add)
    entries = {_plain(key): key for key in rule.get("values", {})}
    idle = [entries[key] for key in entries if key not in reached]
    if idle and not faults and not rule.get("optional", False):
        problem = f"has entries that stand for no sample that is kept: {listed(idle)}"
        add("values", "", problem, f"Correct them, or set optional: true. '{field}' gives: {_counted(reached)}")
    if faults:
        return [], faults
    return [made[values[0]] for values in stated.values()], []


def _made(counts: Counter[str], rule: Mapping[str, Any], add: Any) -> tuple[dict[str, str], Counter[str]]:
    """What each value of the archive becomes; and the texts that ``values`` was asked for, with their counts."""
    pattern = patterns.checked(rule["matches"]) if "matches" in rule else None
    values = {_plain(key): value for key, value in rule.get("values", {}).items()}
    made: dict[str, str] = {}
    reached: Counter[str] = Counter()
    unlike: Counter[str] = Counter()
    unlisted: Counter[str] = Counter()
    useless: Counter[str] = Counter()
    refusals = set()
    for value, count in counts.items():
        if pattern and (refusal := pattern.refusal(value)):
            refusals.add(refusal)
            continue
        part = pattern.value(value) if pattern else value
        if part is None:
            unlike[value] += count
            continue
        part = _plain(part)
        reached[part] += count
        text = values.get(part) if values else part
        if text is None:
            unlisted[part] += count
        elif not text.strip() or _unseen(text):
            useless[value] += count
        else:
            made[value] = rule.get("prefix", "") + _plain(text)
    if refusals:
        add("matches", rule["matches"], sorted(refusals)[0], _SHORTER)
    if unlike:
        problem = f"does not match these values of '{rule['field']}': {_counted(unlike)}"
        add("matches", rule["matches"], problem, "It must match each whole value; correct it, or leave samples out")
    if unlisted:
        problem = f"has no entry for these values of '{rule['field']}': {_counted(unlisted)}"
        meant = sentence(nearest(next(iter(unlisted)), values))
        fix = f"{meant} Give an entry to each, or leave these samples out by keep"
        add("values", "", problem, fix)
    if useless:
        add("field", rule["field"], f"gives nothing that can stand in a table for: {_counted(useless)}", _EMPTY)
    return made, reached
