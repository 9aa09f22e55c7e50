"""What an archive says of its samples → the columns of a sample sheet that a person then reviews.

Nothing is decided here that cannot be seen: each value that was changed and each field that was left out is told.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secretome.designs.cautions import SUBJECT_NAMES
from secretome.designs.checks import MISSING
from secretome.drafts.words import is_reference
from secretome.faults import listed, shown
from secretome.sample_rules import varying
from secretome.sheets import ADDED_COLUMNS
from secretome.source_table import SampleFields
from secretome.technical_runs import COUNT, RUNS

# ASSUME: a reviewer can oversee this many columns; the archive's others are named and left out.
MOST_COLUMNS = 12
LONGEST_VALUE = 48
NOT_GIVEN = "NA"
TITLE_GROUP, REPLICATE, CULTURE = "title_group", "replicate", "culture"

# What a column is for, by the words of its name.
TREATMENT, FACTOR, DOSE, TIME, SUBJECT, BATCH, REPEAT = [
    "treatment",
    "factor",
    "dose",
    "time",
    "subject",
    "batch",
    "replicate",
]
_ROLES = (
    (REPEAT, "replicate|replicates|rep|repeat"),
    (SUBJECT, "|".join({*(name.removesuffix("_id") for name in SUBJECT_NAMES), "participant", "individual", "case"})),
    (BATCH, "batch|date|plate|lane|pool|run|flowcell|chip|scan|scanner|slide|experiment|hybridization|series|platform"),
    (DOSE, "dose|dosage|concentration|conc"),
    (TIME, "time|timepoint|hours|hour|day|days|duration|week|weeks"),
    (
        TREATMENT,
        "treatment|treatments|treated|agent|drug|compound|stimulus|stimulation|exposure|inhibitor|ligand|cytokine|"
        "perturbation|condition|perturbagen|chemical|growth_factor",
    ),
)
_GREEK = dict(
    zip(
        "αβγδεκλμωτ",
        ["alpha", "beta", "gamma", "delta", "epsilon", "kappa", "lambda", "u", "omega", "tau"],
        strict=True,
    )
)
_WORD_OF_REPLICATE = r"biological replicates?|bio(?:logical)?[ ._-]*reps?|replicates?|reps?|repeat|n(?=[ .=_-]*\d)"
_WORD_OF_RUN = r"technical[ ._-]*(?:replicates?|reps?|runs?)|tech[ ._-]*reps?|runs?|lanes?"
_NUMBERED = re.compile(
    rf"[\s,;:._([-]*(?<![A-Za-z])(?:{_WORD_OF_REPLICATE})[\s.#=_-]*([0-9]+|[A-Da-d])\s*[)\]]?$", re.I
)
_RUN = re.compile(rf"[\s,;:._([-]*(?<![A-Za-z])(?:{_WORD_OF_RUN})[\s.#=_-]*([0-9]+|[A-Da-d])\s*[)\]]?$", re.I)
_ENDS_IN_NUMBER = re.compile(r"(.*?[^\d.,])[\s._#-]*\(?([0-9]{1,2})\)?$")
# A number behind one of these says what the sample is, not which repeat.
_COUNTED = re.compile(
    r"(?<![A-Za-z])(days?|d|h|hrs?|hours?|weeks?|wk|months?|passage|p|clone|patient|donor|pt|case|subject|individual|"
    r"dose|stage|grade|time|tp|t|line|u?m|nm|um|mm|batch|type|class|level|phase)[\s._#-]*$",
    re.I,
)
_LAST_WORD = re.compile(r"[A-Za-z]+[\s._#-]*$")
_LONE_LETTER = re.compile(r"(?<![A-Za-z])[A-Za-z][\s._#-]*$")


@dataclass(frozen=True)
class Column:
    """One column of the sheet that is drafted.

    Attributes:
        name: lower-case letters, digits and underscores.
        field: what the archive calls it.
        role: `treatment`, `factor`, `dose`, `time`, `subject`, `batch` or `replicate`, by its name.
        values: one a sample, without blanks; ``NOT_GIVEN`` where the archive gives none.
        texts: what the archive gives, one a sample; "" where it gives none.
        stated: whether the archive states it as a field of its own, and it was not taken out of a sentence.
    """

    name: str
    field: str
    role: str
    values: list[str]
    texts: list[str]
    stated: bool = True

    @property
    def complete(self) -> bool:
        """Whether every sample has a value."""
        return NOT_GIVEN not in self.values

    def legend(self) -> list[str]:
        """`value = "text of the archive" (how many)`, one for each value, in their first order."""
        counts = Counter(self.values)
        texts: dict[str, list[str]] = {}
        for value, text in zip(self.values, self.texts, strict=True):
            if text not in texts.setdefault(value, []):
                texts[value].append(text)
        return [
            f"{value} = {' or '.join(f'{chr(34)}{shown(t, 150)}{chr(34)}' if t else 'nothing' for t in texts[value])}"
            f" ({count})"
            for value, count in counts.items()
        ]


def columns_of(samples: SampleFields) -> tuple[list[Column], list[str]]:
    """The columns of the sheet, and what is to be told of those that were left out or made.

    Args:
        samples: sample → field → values. Looked at are the fields `characteristics…` and `platform_id` that vary and,
            where they group the samples in another way, `title`, `source_name_ch1` and `description`.

    Returns:
        Columns in the order of the archive, those made of sentences last; and the notes.
    """
    notes: list[str] = []
    taken = {"sample", "run", "column", "group", REPLICATE, TITLE_GROUP, CULTURE, RUNS, COUNT, *ADDED_COLUMNS}
    chosen: list[Column] = []
    fields = varying(samples)
    for field, texts in fields.items():
        if not (field.startswith("characteristics") or field == "platform_id"):
            continue
        name = _column_name(field, taken)
        column = _column(name, field, texts)
        if why := _useless(column, chosen):
            notes.append(why)
        elif len(chosen) == MOST_COLUMNS:
            notes.append(f"{shown(field)}: left out, since {MOST_COLUMNS} columns are as many as can be overseen")
        else:
            chosen.append(column)
            taken.add(name)
    for column in _of_sentences(fields, list(samples)):
        if why := _useless(column, chosen):
            notes.append(why)
        else:
            chosen.append(column)
    return [*chosen, *_cultures(samples)], notes


def constant(samples: SampleFields) -> list[str]:
    """`field: value` of the characteristics that are the same for all samples."""
    first, *others = samples.values()
    alike = {
        name: values
        for name, values in first.items()
        if name.startswith("characteristics") and all(other.get(name) == values for other in others)
    }
    return [f"{name.partition(': ')[2] or name}: {' | '.join(values)}" for name, values in alike.items()]


def safe(text: str, longest: int = LONGEST_VALUE) -> str:
    """``text`` as a value of a sheet: what is not a letter, a digit or one of ``. + % -`` becomes an underscore.

    Compatibility forms are made plain (NFKC), Greek letters are spelt out (μ as u); "" where nothing is left.
    """
    text = unicodedata.normalize("NFKC", text)
    text = "".join(_GREEK.get(c, c) for c in text)
    return re.sub(r"_+", "_", re.sub(r"[^\w.+%-]+", "_", text)).strip("_")[:longest].rstrip("_")


def values_of(texts: Sequence[str], prefix: str = "", longest: int = LONGEST_VALUE) -> list[str]:
    """Each text as a value without blanks; two texts never become one value, missing ones are ``NOT_GIVEN``."""
    made: dict[str, str] = {}
    for text in texts:
        if text in made:
            continue
        if text in MISSING:
            made[text] = NOT_GIVEN
            continue
        wanted = unique = (prefix + safe(text, longest)) or "value"
        number = 2
        while unique in made.values() or unique in MISSING:
            unique, number = f"{wanted}_{number}", number + 1
        made[text] = unique
    return [made[text] for text in texts]


def same_groups(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two columns divide the samples in the same way."""
    return determines(a, b) and determines(b, a)


def determines(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether samples that are alike in ``a`` are alike in ``b``."""
    return len(set(zip(a, b, strict=True))) == len(set(a))


def _column(name: str, field: str, texts: Sequence[str], stated: bool = True) -> Column:
    role = next((role for role, words in _ROLES if re.search(rf"(?<![a-z])({words})(?![a-z])", name)), FACTOR)
    given = [text for text in texts if text not in MISSING]
    # A batch that is called 1, 2, 3 is a name and not a quantity: the design wants to see that.
    digits = role in (SUBJECT, BATCH, REPEAT) and all(re.fullmatch(r"[\d.,]+", text) for text in given)
    shortened = texts if stated else _without_common_words(texts)
    return Column(name, field, role, values_of(shortened, f"{name}_" if digits else ""), list(texts), stated)


def _column_name(field: str, taken: set[str]) -> str:
    key = field.partition(": ")[2] or ("platform" if field == "platform_id" else "characteristics")
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_") or "characteristics"
    name = name if name[0].isalpha() else f"field_{name}"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique


def _useless(column: Column, chosen: Sequence[Column]) -> str:
    """Why a column is left out; "" where it is not."""
    field, given = shown(column.field), [text for text in column.texts if text not in MISSING]
    if same := next((other for other in chosen if _stands_for(other, column)), None):
        return f"{field}: left out, it divides the samples as {same.name} does ({listed(dict.fromkeys(given), 4)})"
    telling = column.role in (TREATMENT, DOSE, TIME) or any(map(is_reference, given))
    if len(set(given)) == len(given) and (not telling or not column.stated) and len(given) > 2:
        note = f"{field}: left out, it differs in each sample ({listed(given, 3)})"
        return f"{note}{_pairs(given)}" if column.role == SUBJECT else note
    if not column.stated and len(set(given)) * 3 > len(given) * 2 and len(given) > 3:
        return f"{field}: left out, it differs in nearly each sample ({listed(given, 3)})"
    if column.role == FACTOR and len(set(given)) < 2:
        return f"{field}: left out, it is either '{listed(set(given))}' or not given"
    return ""


def _stands_for(other: Column, column: Column) -> bool:
    """Whether one column makes another superfluous; a batch that goes with the groups must be seen beside them."""
    nuisance = (SUBJECT, BATCH, REPEAT)
    alike = other.role == column.role or not (column.role in nuisance or other.role in nuisance)
    return alike and same_groups(column.values, other.values)


def _pairs(names: Sequence[str]) -> str:
    """A hint where the names of people are the same in pairs but for their last letter."""
    stems = Counter(name[:-1] for name in names if name[-1:].isalpha())
    pairs = sum(count == 2 for count in stems.values())
    if pairs < 2:
        return ""
    return f"; {pairs} pairs are the same but for their last letter: if that is the sample of a person, write a column"


def _of_sentences(fields: Mapping[str, Sequence[str]], ids: Sequence[str]) -> list[Column]:
    """Columns from title, source and description: what groups samples that no field of its own groups."""
    found = []
    stems, numbers = _numbered([_RUN.sub("", title) for title in fields.get("title", ids)])
    # ASSUME: titles of which two in three are different do not name groups.
    if len(set(stems)) * 3 <= len(stems) * 2:
        found.append(_column(TITLE_GROUP, "title, without the number at its end", stems, stated=False))
        if len(set(numbers)) > 1 and all(numbers):
            found.append(_column(REPLICATE, "title, the number at its end", numbers, stated=False))
    for field, name in (("source_name_ch1", "source_name"), ("description", "description")):
        texts = fields.get(field, ())
        if texts and max(map(len, texts)) <= 300:
            found.append(_column(name, field, texts, stated=False))
    return found


def _cultures(samples: SampleFields) -> list[Column]:
    """One column, of what several rows look to be technical runs of; none where none look so."""
    for name, told, accession in (
        ("relation", "the BioSample", r"SAM(?:N|EA|D)\d+"),
        ("experiment_acc", "the experiment (one library)", r"[SED]RX\d+"),
        ("sample_acc", "the sample of the SRA", r"[SED]RS\d+"),
    ):
        found = [re.search(accession, " ".join(fields.get(name, []))) for fields in samples.values()]
        texts = [match[0] for match in found if match]
        if len(texts) == len(samples) and 1 < len(set(texts)) < len(texts):
            return [_column(CULTURE, told, texts, stated=False)]
    titles = [" ".join(fields.get("title", [])) for fields in samples.values()]
    bare = [_RUN.sub("", title) for title in titles]
    if 1 < len(set(bare)) < len(set(titles)):
        return [_column(CULTURE, "the title, without the number of a run, lane or technical replicate", bare, False)]
    return []


def _numbered(titles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Titles without the number of their replicate, and these numbers; "" where a title has none.

    # ASSUME: a number that ends a title without such a word counts repeats where one beginning has 1, 2 … k; behind a
    # lone letter, which can be a unit (T1 is a time), where the letter tells groups apart: C1 C2 T1 T2.
    """
    stems, numbers = [], []
    for title in titles:
        match = _NUMBERED.search(title)
        stems.append(title[: match.start()] if match and match.start() else title)
        numbers.append(match[1] if match and match.start() else "")
    ends = [
        _ENDS_IN_NUMBER.fullmatch(title) if not number else None for title, number in zip(titles, numbers, strict=True)
    ]
    of_stem: dict[str, list[int]] = {}
    for match in ends:
        if match:
            of_stem.setdefault(match[1], []).append(int(match[2]))
    running = [stem for stem, found in of_stem.items() if sorted(found) == list(range(1, len(found) + 1)) != [1]]
    repeated = {stem for stem in running if not _COUNTED.search(stem) or _letter_of_a_group(stem, running)}
    for place, match in enumerate(ends):
        if match and match[1] in repeated:
            stems[place], numbers[place] = match[1].rstrip(" ._#-(") or match[1], match[2]
    return stems, numbers


def _letter_of_a_group(stem: str, running: Sequence[str]) -> bool:
    """Whether a beginning of titles ends in a lone letter where others, alike before it, end in another word."""
    before = _LAST_WORD.sub("", stem)
    others = [_LAST_WORD.sub("", other) for other in running if other != stem and _LAST_WORD.search(other)]
    return bool(_LONE_LETTER.search(stem)) and before in others


def _without_common_words(texts: Sequence[str]) -> list[str]:
    """The texts without the words that all begin and end with; as they are where one would be empty."""
    different = [text.split() for text in dict.fromkeys(texts) if text]
    if len(different) < 2:
        return list(texts)
    begin = next(i for i, words in enumerate(_columns(different)) if len(set(words)) > 1)
    end = next(i for i, words in enumerate(_columns([words[::-1] for words in different])) if len(set(words)) > 1)
    short = {text: " ".join(text.split()[begin : len(text.split()) - end]) for text in texts}
    return [short[text] for text in texts] if all(short[text] for text in texts if text) else list(texts)


def _columns(lists: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    longest = max(map(len, lists))
    filled = [[*words, *([""] * (longest - len(words)))] for words in lists]
    return [*zip(*filled, strict=True), ("", "end")]
