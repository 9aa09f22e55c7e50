"""What the text formats of GEO share: lines, fields, numbers, and what makes a series unusable here.

A series matrix, a SOFT file and an annotation table are lines of text. Quotes, commas and the like have no meaning in
them but where the reader of one format gives it to them.
"""

import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from secretome.faults import Fault, fault, listed
from secretome.source_table import SampleFields
from secretome.text_files import LARGEST_TEXT, cut_off, refuse_other_types, unpacked

# ASSUME a field in one of these forms is a value that the submitter did not have; GEO itself writes the first two.
MISSING = frozenset({"", "null", "NA", "NaN"})
HUMAN = "9606"
GET_AGAIN = "Get the file again"

_LONGEST_LINE = 32_000_000
_SPECIES = {"9606": "Homo sapiens", "10090": "Mus musculus", "10116": "Rattus norvegicus"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_OF_NUMBERS = frozenset("0123456789.eE+-")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CHARACTERISTICS = re.compile(r"characteristics(?:_ch(\d+))?")
_SEQUENCING = re.compile("sequencing|RNA-Seq|SRA", re.IGNORECASE)


class Lines:
    """The lines of one GEO text and their numbers, from 1; what was yielded may be believed once all of it was.

    GEO writes UTF-8, and what old records hold besides. A line that is not UTF-8 is read as Windows-1252 (Latin-1 with
    its typographic quotes), and counted: numbers and accessions are ASCII, so only free text is in question.

    Attributes:
        path: the file.
        not_utf8: how many lines were not UTF-8 so far.
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.not_utf8 = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield number and text of each line.

        Raises:
            InputFaults: as in :func:`secretome.text_files.read_lines`, but for the encoding and for carriage returns
                inside a line. A last line without its end is refused unless it is the mark that a table ends.
        """
        total = number = 0
        last = b""
        with unpacked(self.path) as file:
            stream = io.BufferedReader(file, 1 << 20)  # type: ignore[type-var]  # gzip's file can do all it needs
            refuse_other_types(self.path, stream.peek(600)[:600])
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                total += len(line)
                if total > LARGEST_TEXT or len(line) == _LONGEST_LINE:
                    raise fault(f"{self.path}:{number}", "", "", "is longer than a text of GEO can be", GET_AGAIN)
                yield number, self._decoded(number, line)
                last = line
        if number == 0:
            raise fault(str(self.path), "", "", "is empty", GET_AGAIN)
        if not last.endswith(b"\n") and not last.strip().lower().endswith(b"_table_end"):
            raise cut_off(self.path, number)

    def _decoded(self, number: int, line: bytes) -> str:
        if b"\x00" in line:
            raise fault(f"{self.path}:{number}", "", "", "holds binary data", GET_AGAIN)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            self.not_utf8 += 1
            text = line.decode("cp1252", "replace")
        return (text.removeprefix("\ufeff") if number == 1 else text).rstrip("\r\n")

    def steps(self) -> list[dict[str, object]]:
        """The step that tells of lines in another encoding, if there were any."""
        return [{"step": "read as Windows-1252", "lines": self.not_utf8}] if self.not_utf8 else []


def field_of_sample(name: str, value: str) -> tuple[str, str]:
    """The name and the value under which a statement of GEO on a sample is kept.

    Args:
        name: as in the file, without ``Sample_``: `title`, `characteristics_ch1` …
        value: what stands there, cleaned.

    Returns:
        `characteristics: <key>` and the text behind the colon where `value` is `key: value` under characteristics (of
        a second channel `characteristics_ch2: <key>`), so that a sample without one of them has only that one less;
        `name` and `value` otherwise.
    """
    match = _CHARACTERISTICS.fullmatch(name)
    if match is None or ":" not in value:
        return name, value
    key, _, rest = value.partition(":")
    of_channel = name if match[1] not in (None, "1") else "characteristics"
    return f"{of_channel}: {key.strip()}", rest.strip()


def clean(value: str) -> str:
    """Free text in normal form C, each run of control characters made one space."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", value).strip())


def to_numbers(fields: Sequence[str]) -> tuple[np.ndarray, list[int]]:
    """Decimal numbers as float64, NaN for each of :data:`MISSING`; and the places of what is neither."""
    present = [field for field in fields if field not in MISSING]
    # With these characters alone, float() accepts decimal numbers only: no nan, no hex, no underscore, no comma.
    if set("".join(present)) <= _OF_NUMBERS:
        try:
            numbers = np.array([float(field) for field in present], dtype=float)
        except ValueError:
            numbers = np.array([math.inf])
        if np.isfinite(numbers).all():
            if len(present) == len(fields):
                return numbers, []
            values = np.full(len(fields), np.nan)
            values[[field not in MISSING for field in fields]] = numbers
            return values, []
    return np.zeros(0), [place for place, field in enumerate(fields) if not _is_number(field)]


def _is_number(field: str) -> bool:
    return field in MISSING or (_NUMBER.fullmatch(field) is not None and math.isfinite(float(field)))


def value_fault(where: str, column: str, identifier: str, value: str) -> Fault:
    """The fault of a value that is neither a finite decimal number nor one of :data:`MISSING`."""
    problem = "is not a finite decimal number, nor empty, null, NA or NaN"
    return Fault(where, column, value, problem, f"Correct the value of {identifier}, or get the file again")


def series_faults(
    path: Path, samples: SampleFields, series: Mapping[str, Sequence[str]], platform: str, taxid: str
) -> list[Fault]:
    """What makes the numbers of a series unusable here: several platforms, two colours, another species, a superseries.

    Args:
        path: the file, for the messages.
        samples: the fields of the samples that are asked for.
        series: the fields of the series.
        platform: the GPL accession that the samples should have; "" where any single one will do.
        taxid: the species that the samples should have, as a taxonomy id; "" where any will do.
    """
    of_series = [text for text in series.get("relation", ()) if text.lower().startswith("superseries of:")]
    faults = []
    if of_series:
        parts = listed([text.partition(":")[2].strip() for text in of_series], 8)
        problem = "is a superseries: it repeats the samples of other series"
        faults.append(Fault(str(path), "Series_relation", parts, problem, "Take one of those series"))
    return [
        *faults,
        *_platform_faults(path, samples, platform),
        *_channel_faults(path, samples),
        *_species_faults(path, samples, series, taxid),
    ]


def _platform_faults(path: Path, samples: SampleFields, platform: str) -> list[Fault]:
    found = Counter(value for fields in samples.values() for value in fields.get("platform_id", [""]))
    names = listed([f"{name or 'none stated'} ({count} samples)" for name, count in sorted(found.items())], 8)
    where, field = str(path), "Sample_platform_id"
    if platform and set(found) != {platform}:
        problem = f"is not the platform of all samples; theirs: {names}"
        return [Fault(where, field, platform, problem, "Correct `platform`, or take the file of that platform")]
    if len(found) > 1:
        problem = f"holds samples of several platforms: {names}"
        return [Fault(where, field, "", problem, "Choose one: set `platform` in the source")]
    return []


def _channel_faults(path: Path, samples: SampleFields) -> list[Fault]:
    two = [
        name
        for name, fields in samples.items()
        if fields.get("channel_count", ["1"]) != ["1"] or "label_ch2" in fields or "source_name_ch2" in fields
    ]
    if not two:
        return []
    problem = f"holds two-colour arrays ({listed(two)}): their values are ratios of two samples, not levels"
    return [Fault(str(path), "Sample_channel_count", "", problem, "Take a one-colour or sequencing study")]


def _species_faults(path: Path, samples: SampleFields, series: Mapping[str, Sequence[str]], taxid: str) -> list[Fault]:
    if not taxid:
        return []
    wanted = _SPECIES.get(taxid, f"taxonomy id {taxid}")
    others: dict[str, list[str]] = {}
    for name, fields in samples.items():
        stated = fields.get("taxid_ch1") or fields.get("organism_ch1") or list(series.get("sample_taxid", ()))
        if unlike := [one for one in stated if one not in (taxid, wanted)]:
            organisms = fields.get("organism_ch1") or [_SPECIES.get(one, f"taxonomy id {one}") for one in unlike]
            others.setdefault(" and ".join(organisms), []).append(name)
    return [
        Fault(
            str(path),
            "Sample_organism_ch1",
            species,
            f"is the species of {listed(names)}, not {wanted} alone",
            "Take a study of human samples",
        )
        for species, names in others.items()
    ]


def empty_table_fault(path: Path, samples: SampleFields, series: Mapping[str, Sequence[str]]) -> Fault:
    """M01: the table has no rows; where the numbers of the study are instead, as far as its record tells."""
    accession = (series.get("geo_accession") or ["the series"])[0]
    supplement = [
        url.rsplit("/", 1)[-1]
        for name, urls in series.items()
        if name.startswith("supplementary_file")
        for url in urls
        if url.upper() != "NONE"
    ]
    kinds = {*series.get("type", ())}
    for fields in samples.values():
        kinds.update(*(fields.get(name, ()) for name in ("library_strategy", "type")))
    files = listed(supplement, 10) or "none"
    if any(map(_SEQUENCING.search, kinds)):
        problem = f"has no rows: of a sequencing study GEO keeps the counts in the supplement ({files})"
        fix = (
            f"Use `source: {{kind: ncbi_counts, accession: {accession}}}`, or `kind: geo_supplement` with `file:` "
            "one of those"
        )
    else:
        problem = f"has no rows: the submitter gave no processed values; in the supplement: {files}"
        fix = "Use `kind: geo_supplement` with `file:` one of those if it is a table, or another study"
    return Fault(str(path), "", "", problem, fix)


def duplicate_step(ids: Sequence[str]) -> list[dict[str, object]]:
    """The step that tells of ids that stand in several rows, all of which are kept."""
    rows = {name: count for name, count in Counter(ids).items() if count > 1}
    return [{"step": "ids in several rows, kept", "ids": len(rows), "rows": sum(rows.values())}] if rows else []


def missing_step(values: np.ndarray) -> list[dict[str, object]]:
    """The step that tells of missing values."""
    missing = np.isnan(values)
    count, rows = int(missing.sum()), int(missing.any(axis=1).sum())
    return [{"step": "missing values", "values": count, "rows": rows}] if count else []
