"""GEO's SOFT files (a family, a single record, an annotation table): fields, platform tables, values of samples.

The format: a record begins with ``^KIND = name``; then lines ``!Kind_field = value``, lines ``#COLUMN = description``
and at most one table between ``!platform_table_begin`` and ``…_end``, or ``!sample_table_begin`` and ``…_end``, its
cells separated by tabs. SOFT knows no quotes: one that stands in a cell is a character like any other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from secretome.faults import MOST_FAULTS, Fault, fault, listed, raise_any
from secretome.readers import geo
from secretome.source_table import SampleFields, SourceTable

_KINDS = ("DATABASE", "SERIES", "PLATFORM", "SAMPLE", "ANNOTATION")
_TABLE_OF = {"PLATFORM": "platform", "ANNOTATION": "platform", "SAMPLE": "sample"}
_ID, _VALUE = "ID_REF", "VALUE"


@dataclass(frozen=True)
class TextTable:
    """A table of text as it stands in a record; a name can stand over several columns."""

    columns: list[str]
    rows: list[list[str]]


def read(path: str | Path, platform: str = "", *, taxid: str = geo.HUMAN) -> SourceTable:
    """Read the values of the samples of a family, joined by probe id.

    Args:
        path: the family SOFT file, with or without gzip.
        platform: the GPL accession whose samples are wanted; "" where the family has one platform.
        taxid: the taxonomy id that the samples must have; "" accepts any.

    Returns:
        probes × samples: the column VALUE, the probes in the order in which they are met first, the samples in that of
        the file; NaN where a sample does not list a probe. ``genes`` are the probe ids until a platform table is
        joined. Steps count missing values, ids in several rows and ids that not all samples list.

    Raises:
        InputFaults: as in :func:`read_fields`; or the samples have no values (a sequencing study) or are of several
            platforms, two-colour or of another species; the series is a superseries; a value is not a number.
    """
    path = Path(path)
    file = _read(path, lambda record: record.kind == "SAMPLE" and platform in ("", record.platform))
    file.require_all_samples()
    records = [one for one in file.of_kind("SAMPLE") if not platform or one.platform == platform]
    if not records:
        found = listed(sorted({one.platform for one in file.of_kind("SAMPLE")} - {""})) or "none"
        problem = f"is the platform of no sample; theirs: {found}"
        raise fault(str(path), "platform", platform, problem, "Correct `platform`, or take the file of that series")
    samples, series = {one.name: one.sample_fields() for one in records}, file.series()
    faults = geo.series_faults(path, samples, series, platform, taxid)
    empty = [one for one in records if not one.ids]
    if len(empty) == len(records):
        faults.append(geo.empty_table_fault(path, samples, series))
    elif empty:
        problem = f"has no values for {listed([one.name for one in empty])}, but for other samples"
        faults.append(Fault(str(path), "sample_table", "", problem, geo.GET_AGAIN))
    raise_any(path, faults)
    ids, values, steps = _joined(path, records)
    steps = [*file.lines.steps(), *steps, *geo.missing_step(values), *geo.duplicate_step(ids)]
    return SourceTable(ids, [one.name for one in records], values, list(ids), samples, "", steps)


def read_fields(path: str | Path) -> tuple[SampleFields, dict[str, list[str]]]:
    """Read what a family states; the whole file is read and checked all the same.

    Returns:
        The fields of each sample by its accession, named without ``Sample_``, characteristics by their key (see
        :func:`secretome.readers.geo.field_of_sample`), empty ones left out, and what the column VALUE is said to be
        under `VALUE`; the fields of the series, named without ``Series_``.

    Raises:
        InputFaults: the file is damaged, cut off, or no SOFT file of series, platforms and samples; a table does not
            end, has another number of rows than is stated, or a line with too many or too few cells; a sample of the
            series is missing.
    """
    file = _read(Path(path), lambda record: False)
    file.require_all_samples()
    return {one.name: one.sample_fields() for one in file.of_kind("SAMPLE")}, file.series()


def read_tables(path: str | Path, platform: str = "") -> dict[str, TextTable]:
    """Read the platform tables of a SOFT file or of GEO's annotation of a platform (``GPL….annot.gz``).

    Args:
        path: the file, with or without gzip.
        platform: the GPL accession whose table is wanted; "" for all.

    Returns:
        GPL accession → table, for the platforms that have one.

    Raises:
        InputFaults: as in :func:`read_fields`, but for samples that are missing.
    """
    file = _read(Path(path), lambda record: record.is_table_of(platform))
    return {
        record.accession: TextTable(record.columns, record.rows)
        for record in file.records
        if record.rows and record.is_table_of(platform)
    }


@dataclass
class _Record:
    """One record, and of its table what is wanted."""

    where: Path
    kind: str
    name: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    count: int = -1  # rows of the table; -1 where there is none
    header_line: int = 0
    rows: list[list[str]] = field(default_factory=list)  # of a platform
    ids: list[str] = field(default_factory=list)  # of a sample
    values: list[str] = field(default_factory=list)
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def accession(self) -> str:
        """The name of the record; an annotation has it in a field."""
        return (self.fields.get("platform") or [self.name])[0] if self.kind == "ANNOTATION" else self.name

    @property
    def platform(self) -> str:
        """The platform of a sample."""
        return (self.fields.get("platform_id") or [""])[0]

    def is_table_of(self, platform: str) -> bool:
        """Whether this is the record of the platform; "" means of any."""
        return _TABLE_OF.get(self.kind) == "platform" and platform in ("", self.accession)

    def sample_fields(self) -> dict[str, list[str]]:
        """The fields of a sample, characteristics by their key."""
        fields: dict[str, list[str]] = {}
        for name, values in self.fields.items():
            for value in filter(None, values):
                name_here, value_here = geo.field_of_sample(name, value)
                fields.setdefault(name_here, []).append(value_here)
        return fields

    def header_faults(self) -> list[Fault]:
        """A table of a sample needs its two columns, each once."""
        if self.kind != "SAMPLE":
            return []
        where = f"{self.where}:{self.header_line}"
        return [
            Fault(where, name, "", f"is not one of the columns ({listed(self.columns, 8)})", "Take another study")
            for name in (_ID, _VALUE)
            if self.columns.count(name) != 1
        ]

    def convert(self) -> list[Fault]:
        """Turn the values of a sample into numbers."""
        self.numbers, wrong = geo.to_numbers(self.values)
        faults = [
            geo.value_fault(f"{self.where}:{self.header_line + 1 + place}", _VALUE, self.ids[place], self.values[place])
            for place in wrong[: MOST_FAULTS + 1]
        ]
        self.values = []
        return faults

    def count_faults(self) -> list[Fault]:
        """The table has as many rows as are stated; a record without its table is not at fault here."""
        stated = self.fields.get("data_row_count", [])
        if self.count < 0 or not stated or stated == [str(self.count)]:
            return []
        problem = f"is stated, and the table of {self.accession} has {self.count:,} rows"
        return [Fault(str(self.where), f"{self.kind.title()}_data_row_count", stated[0], problem, geo.GET_AGAIN)]


class _File:
    """One SOFT file as it is read, and what was wrong with it."""

    def __init__(self, path: Path, wants: Callable[[_Record], bool]):
        self.path, self.wants = path, wants
        self.lines = geo.Lines(path)
        self.records: list[_Record] = []
        self.faults: list[Fault] = []
        self.in_table = False
        self.wanted = False
        self._kept_ids: dict[str, list[str]] = {}
        self._names: set[tuple[str, str]] = set()
        self._stray: set[int] = set()  # records with a line that has no place in them, which is told once

    def of_kind(self, kind: str) -> list[_Record]:
        return [record for record in self.records if record.kind == kind]

    def series(self) -> dict[str, list[str]]:
        """The fields of the series; empty where the file has none."""
        return next((record.fields for record in self.of_kind("SERIES")), {})

    def refuse(self, number: int, line: str, problem: str, fix: str = geo.GET_AGAIN) -> None:
        self.faults.append(Fault(f"{self.path}:{number}", "", line[:60], problem, fix))

    def add(self, number: int, line: str) -> None:
        """Take in a line that is not one of the rows of a table."""
        line = line.rstrip()
        if not line:
            return
        if not self.records and line[0] != "^":
            raise fault(f"{self.path}:{number}", "", line[:40], "is not the start of a SOFT file", _GIVE_FAMILY)
        if line[0] == "^":
            self._begin_record(number, line)
        elif line[0] == "!" and line.lower().endswith(("_table_begin", "_table_end")):
            self._begin_table(number, line)
        elif line[0] in "!#":
            self._add_field(number, line)
        elif len(self.records) not in self._stray:
            self._stray.add(len(self.records))
            self.refuse(number, line, "is neither a field nor inside the marks of a table", _GIVE_FAMILY)

    def _begin_record(self, number: int, line: str) -> None:
        kind, _, name = (part.strip() for part in line[1:].partition("="))
        kind = kind.upper()
        if kind not in _KINDS:
            about = " (a GEO DataSet, GDS)" if kind in ("DATASET", "SUBSET") else ""
            raise fault(
                f"{self.path}:{number}", "", line[:40], f"is a kind of record not read here{about}", _GIVE_FAMILY
            )
        if (kind, name) in self._names:
            self.refuse(number, line, "stands twice")
        self._names.add((kind, name))
        self.records.append(_Record(self.path, kind, name))

    def _begin_table(self, number: int, line: str) -> None:
        record = self.records[-1]
        if line[1:].lower() != f"{_TABLE_OF.get(record.kind)}_table_begin":
            self.refuse(number, line, f"has no place in the record of {record.kind} {record.accession}")
        elif record.count >= 0:
            self.refuse(number, line, f"is the second table of {record.accession}")
        else:
            self.in_table, self.wanted = True, self.wants(record)

    def _add_field(self, number: int, line: str) -> None:
        record = self.records[-1]
        name, equals, value = (part.strip() for part in line[1:].partition("="))
        if line[0] == "#":
            if record.kind == "SAMPLE" and name == _VALUE:
                record.fields.setdefault(_VALUE, []).append(geo.clean(value))
            return
        kind, _, name = name.partition("_")
        if not equals or kind.upper() != record.kind or not name:
            self.refuse(number, line, f"is not a field of the record of {record.kind} {record.accession}")
        elif name in ("geo_accession", "data_row_count") and name in record.fields:
            self.refuse(
                number, line, f"stands twice in the record of {record.accession}: the start of one may be missing"
            )
        else:
            record.fields.setdefault(name, []).append(geo.clean(value))

    def add_row(self, number: int, line: str) -> None:
        """Take in a line inside a table: its header, a row, or its end."""
        record = self.records[-1]
        if line[:1] == "!" and line.rstrip().lower() == f"!{_TABLE_OF[record.kind]}_table_end":
            self._end_table(number, line)
        elif line[:1] in ("!", "^"):
            self.refuse(number, line, f"stands in the table of {record.accession}, which has not ended")
            self.in_table = False
            self.add(number, line)
        elif not record.columns:
            record.columns, record.header_line, record.count = line.split("\t"), number, 0
            wrong = record.header_faults() if self.wanted else []
            self.faults += wrong
            self.wanted = self.wanted and not wrong
        else:
            self._keep(record, number, line)

    def _keep(self, record: _Record, number: int, line: str) -> None:
        record.count += 1
        if line.count("\t") != len(record.columns) - 1:
            cells = line.count("\t") + 1 if line else 0
            self.refuse(number, line, f"has {cells} cells, the header of {record.accession} has {len(record.columns)}")
        elif self.wanted and record.kind == "SAMPLE":
            row = line.split("\t")
            record.ids.append(row[record.columns.index(_ID)].strip())
            record.values.append(row[record.columns.index(_VALUE)])
        elif self.wanted:
            record.rows.append(line.split("\t"))

    def _end_table(self, number: int, line: str) -> None:
        record = self.records[-1]
        self.in_table = False
        if not record.columns:
            self.refuse(number, line, f"ends a table of {record.accession} without a header")
        if record.ids:
            self.faults += record.convert()
            # The samples of a platform mostly list the same probes: their ids are kept once.
            known = self._kept_ids.setdefault(record.platform, record.ids)
            record.ids = known if known == record.ids else record.ids

    def end(self) -> None:
        """What can be said once the file has been read to its end."""
        if self.in_table:
            problem = f"ends inside the table of {self.records[-1].accession}: it was cut off"
            self.faults.append(Fault(str(self.path), "", "", problem, geo.GET_AGAIN))
        if not self.records:
            raise fault(str(self.path), "", "", "is empty", geo.GET_AGAIN)
        for record in self.records:
            self.faults += record.count_faults()
            stated = record.fields.get("geo_accession", [record.name])
            if record.kind in ("SERIES", "PLATFORM", "SAMPLE") and stated != [record.name]:
                problem = f"is stated in the record of {record.accession}"
                self.faults.append(Fault(str(self.path), "geo_accession", listed(stated), problem, geo.GET_AGAIN))
        raise_any(self.path, self.faults)

    def require_all_samples(self) -> None:
        """Refuse a file without samples, without some that its series names, or with one that was not written whole."""
        there = {record.name: record for record in self.of_kind("SAMPLE")}
        named = self.series().get("sample_id", [])
        missing = [name for name in named if name not in there]
        where, faults = str(self.path), []
        if missing:
            problem = f"lacks {len(missing)} of the {len(named)} samples of the series ({listed(missing)})"
            faults.append(Fault(where, "Series_sample_id", "", problem, "Get the whole family again"))
        elif not there:
            faults.append(Fault(where, "", "", "holds no record of a sample", _GIVE_FAMILY))
        # GEO ends the fields of a sample with the number of its rows, and then gives them.
        counts = {name: record.fields.get("data_row_count", [""])[0] for name, record in there.items()}
        unfinished = [name for name, count in counts.items() if not count] if any(counts.values()) else []
        if any(record.count >= 0 for record in there.values()):
            unfinished += [name for name, record in there.items() if record.count < 0 and counts[name] not in ("", "0")]
        if unfinished:
            problem = f"was not written to the end of {listed(unfinished)}: it may have been cut off"
            faults.append(Fault(where, "", "", problem, geo.GET_AGAIN))
        raise_any(self.path, faults)


_GIVE_FAMILY = "Give the family SOFT file of a series, as GEO writes it today"


def _read(path: Path, wants: Callable[[_Record], bool]) -> _File:
    file = _File(path, wants)
    for number, line in file.lines:
        if file.in_table:
            file.add_row(number, line)
        else:
            file.add(number, line)
    file.end()
    return file


def _joined(path: Path, records: list[_Record]) -> tuple[list[str], np.ndarray, list[dict[str, object]]]:
    """The values of all samples, probes × samples, joined by id."""
    first = records[0].ids
    if all(record.ids is first or record.ids == first for record in records):
        _require_ids(path, first, records[0].name)
        return list(first), np.column_stack([record.numbers for record in records]), []
    rows: dict[str, int] = {}
    for record in records:
        _require_ids(path, record.ids, record.name)
        if len(set(record.ids)) < len(record.ids):
            problem = f"lists probes twice, and others than {records[0].name}: they cannot be joined by id"
            raise fault(str(path), _ID, record.name, problem, "Take the series matrix of this series")
        for name in record.ids:
            rows.setdefault(name, len(rows))
    values = np.full((len(rows), len(records)), np.nan)
    for column, record in enumerate(records):
        values[[rows[name] for name in record.ids], column] = record.numbers
    in_all = set(first).intersection(*(record.ids for record in records[1:]))
    step = {"step": "join samples by id", "ids": len(rows), "ids_not_in_all_samples": len(rows) - len(in_all)}
    return list(rows), values, [step]


def _require_ids(path: Path, ids: list[str], name: str) -> None:
    if "" in ids:
        raise fault(str(path), _ID, "", f"is empty in the table of {name}, row {ids.index('') + 1}", geo.GET_AGAIN)
