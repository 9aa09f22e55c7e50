"""GEO series matrix files: the values of one platform of a series, and what is stated of series and samples.

The format: lines ``!Series_<field>`` and ``!Sample_<field>`` (one cell a sample), then the table between
``!series_matrix_table_begin`` and ``!series_matrix_table_end``; tabs between cells, texts in double quotes.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from secretome.faults import MOST_FAULTS, Fault, fault, listed, raise_any
from secretome.readers import geo
from secretome.source_table import SampleFields, SourceTable

_BEGIN, _END = "!series_matrix_table_begin", "!series_matrix_table_end"
_CELLS_AT_ONCE = 500_000


def read(path: str | Path, platform: str = "", *, accession: str = "", taxid: str = geo.HUMAN) -> SourceTable:
    """Read the values of a series matrix.

    Args:
        path: the file, with or without gzip.
        platform: the GPL accession that its samples must have; "" accepts any single platform.
        accession: the GSE accession that it must be of; "" accepts any.
        taxid: the taxonomy id that its samples must have; "" accepts any.

    Returns:
        probes × samples, in the order of the file; ``genes`` are the probe ids until a platform table is joined; the
        unit is not stated by this format. Steps count missing values and ids in several rows.

    Raises:
        InputFaults: as in :func:`read_fields`; or the table is empty (a sequencing study), the samples are of several
            or of another platform, two-colour or of another species, or the series is a superseries or another one.
    """
    content = _content(Path(path))
    samples, series = content.samples(), content.series
    faults = geo.series_faults(content.path, samples, series, platform, taxid)
    if accession and series.get("geo_accession") != [accession]:
        found = listed(series.get("geo_accession", ["none"]))
        faults.append(Fault(str(path), "Series_geo_accession", found, f"is not {accession}", "Name the right file"))
    if not content.table.ids:
        faults.append(geo.empty_table_fault(content.path, samples, series))
    raise_any(content.path, faults)
    ids, values = content.table.ids, np.concatenate(content.table.blocks)
    steps = [*content.lines.steps(), *geo.missing_step(values), *geo.duplicate_step(ids), *content.row_steps]
    return SourceTable(ids, content.accessions, values, list(ids), samples, "", steps)


def read_fields(path: str | Path) -> tuple[SampleFields, dict[str, list[str]]]:
    """Read what a series matrix states; the whole file is read and checked all the same.

    Returns:
        The fields of each sample by its accession, named without ``Sample_``, characteristics by their key (see
        :func:`secretome.readers.geo.field_of_sample`), empty cells left out; the fields of the series, named without
        ``Series_``.

    Raises:
        InputFaults: the file is damaged, cut off or no series matrix; a mark of the table is missing or stands twice;
            a line has too many or too few cells, or a quote that is not closed; the header of the table is not the
            list of samples; the number of rows is not the one stated; a value is not a number.
    """
    content = _content(Path(path))
    return content.samples(), content.series


@dataclass
class _Table:
    """The rows, turned into numbers a block at a time, so that texts of a large table are never all in memory."""

    where: Path
    columns: list[str]
    ids: list[str] = field(default_factory=list)
    blocks: list[np.ndarray] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def add(self, number: int, line: str) -> None:
        cells = line.split("\t")
        where = f"{self.where}:{number}"
        if len(cells) != len(self.columns) + 1:
            problem = f"has {len(cells) if line else 0} cells, the header has {len(self.columns) + 1}"
            self.faults.append(Fault(where, "", line[:40], problem, geo.GET_AGAIN))
            return
        if '"' in line:
            bare = [_unquoted(cell) for cell in cells]
            if any(cell is None or '"' in cell for cell in bare):
                problem = "has a quote that stands alone: it would merge lines"
                self.faults.append(Fault(where, "", line[:40], problem, geo.GET_AGAIN))
                return
            cells = [cell or "" for cell in bare]
        cells[0] = cells[0].strip()
        if not cells[0]:
            self.faults.append(Fault(where, "ID_REF", "", "has no id", geo.GET_AGAIN))
        self.ids.append(cells[0])
        self._cells += cells[1:]
        self._lines.append(number)
        if len(self._cells) >= _CELLS_AT_ONCE:
            self.convert()

    def convert(self) -> None:
        """Turn the rows since the last time into numbers."""
        width = len(self.columns)
        values, wrong = geo.to_numbers(self._cells)
        first = len(self.ids) - len(self._lines)
        for place in wrong[: MOST_FAULTS + 1]:
            row, column = divmod(place, width)
            where, identifier = f"{self.where}:{self._lines[row]}", self.ids[first + row]
            self.faults.append(geo.value_fault(where, self.columns[column], identifier, self._cells[place]))
        if not wrong:
            self.blocks.append(values.reshape(len(self._lines), width))
        self._cells, self._lines = [], []


class _Content:
    """One series matrix as it was read, and what was wrong with it."""

    def __init__(self, path: Path):
        self.path = path
        self.lines = geo.Lines(path)
        self.series: dict[str, list[str]] = {}
        self.cells: list[tuple[int, str, list[str]]] = []  # number of the line, field, one value a sample
        self.accessions: list[str] = []
        self.table = _Table(path, [])
        self.faults: list[Fault] = []
        self.row_steps: list[dict[str, object]] = []

    def add_field(self, number: int, line: str) -> None:
        """Take in a line before the table."""
        where = f"{self.path}:{number}"
        name, *raw = line.split("\t")
        kind, _, name = name.partition("_")
        if kind not in ("!Series", "!Sample") or not name:
            problem = "is not a line of a series matrix: those before the table begin with !Series_ or !Sample_"
            self.faults.append(Fault(where, "", line[:40], problem, "Give the file as GEO has it"))
            return
        # A series has one value a line: a tab in it is one of its text.
        values = [_unquoted(cell) for cell in ([" ".join(raw)] if kind == "!Series" else raw)]
        if None in values:
            self.faults.append(Fault(where, name, line[:40], "has a quote that is not closed", geo.GET_AGAIN))
        texts = [geo.clean((value or "").replace('""', '"')) for value in values]
        if kind == "!Series":
            self.series.setdefault(name, []).extend(texts)
            return
        self.cells.append((number, name, texts))
        if name == "geo_accession":
            if self.accessions:
                self.faults.append(Fault(where, "Sample_geo_accession", "", "stands twice", geo.GET_AGAIN))
            self.accessions = texts

    def begin_table(self, number: int, line: str) -> None:
        """Take in the header of the table: it must be the list of samples."""
        where = f"{self.path}:{number}"
        header = [_unquoted(cell) or "" for cell in line.split("\t")]
        self.table = _Table(self.path, header[1:])
        if header != ["ID_REF", *self.accessions]:
            problem = f"is not ID_REF and the samples of !Sample_geo_accession ({listed(self.accessions) or 'none'})"
            self.faults.append(Fault(where, "", line[:60], f"{problem}, in their order", geo.GET_AGAIN))

    def samples(self) -> SampleFields:
        """The fields of each sample, by its accession."""
        samples: SampleFields = {accession: {} for accession in self.accessions}
        for _, name, values in self.cells:
            for accession, value in zip(self.accessions, values, strict=True):
                if value:
                    name_here, value_here = geo.field_of_sample(name, value)
                    samples[accession].setdefault(name_here, []).append(value_here)
        return samples

    def check_samples(self) -> None:
        """There are samples, none stands twice, and each line has a cell for each of them."""
        where = str(self.path)
        if not self.accessions:
            self.faults.append(Fault(where, "Sample_geo_accession", "", "is missing", "Give a GEO series matrix"))
        twice = sorted({name for name in self.accessions if self.accessions.count(name) > 1})
        odd = [name for name in self.accessions if not (name.startswith("GSM") and name[3:].isdecimal())]
        if twice or odd:
            problem = "stands twice" if twice else "is not an accession of a sample (GSM…)"
            self.faults.append(Fault(where, "Sample_geo_accession", listed(twice or odd), problem, geo.GET_AGAIN))
        for number, name, values in self.cells:
            if len(values) != len(self.accessions):
                problem = f"has {len(values)} cells for {len(self.accessions)} samples"
                self.faults.append(Fault(f"{self.path}:{number}", f"Sample_{name}", "", problem, geo.GET_AGAIN))

    def check_rows(self) -> None:
        """The number of rows is the one that is stated."""
        stated = [value for _, name, values in self.cells if name == "data_row_count" for value in values]
        where, rows = str(self.path), len(self.table.ids)
        if not all(value.isdecimal() and value.isascii() for value in stated):
            problem = "is not a number of rows"
            self.faults.append(Fault(where, "Sample_data_row_count", listed(set(stated)), problem, geo.GET_AGAIN))
            return
        counts = {int(value) for value in stated}
        if len(counts) == 1 and counts != {rows}:
            problem = f"is stated, and the table has {rows:,} rows"
            self.faults.append(Fault(where, "Sample_data_row_count", str(counts.pop()), problem, geo.GET_AGAIN))
        if len(counts) > 1:
            # ASSUME samples that report different numbers of probes stand in a table of all probes that any reports.
            if not max(counts) <= rows <= sum(map(int, stated)):
                problem = f"are stated, and the table has {rows:,} rows"
                value = f"{min(counts)} to {max(counts)}"
                self.faults.append(Fault(where, "Sample_data_row_count", value, problem, geo.GET_AGAIN))
            self.row_steps = [{"step": "samples with different numbers of rows", "fewest": min(counts), "rows": rows}]


def _content(path: Path) -> _Content:
    content = _Content(path)
    begun = ended = 0
    header = False
    for number, line in content.lines:
        mark = line.rstrip() if line.startswith("!series_matrix_table") else ""
        if mark == _BEGIN:
            begun += 1
            header = begun == 1
            if begun > 1:
                content.faults.append(_mark_fault(path, number, _BEGIN, "stands twice"))
        elif mark == _END:
            ended += 1
            if ended > 1 or not begun:
                problem = "stands twice" if ended > 1 else "stands before the table"
                content.faults.append(_mark_fault(path, number, _END, problem))
        elif not begun:
            if line.strip():
                content.add_field(number, line)
                _refuse_unrelated(content, number)
        elif header:
            content.begin_table(number, line)
            header = False
        elif not ended:
            content.table.add(number, line)
        elif line.strip():
            content.faults.append(Fault(f"{path}:{number}", "", line[:40], "stands after the table", geo.GET_AGAIN))
    for mark, count in ((_BEGIN, begun), (_END, ended)):
        if not count:
            problem = "is missing: the file is no series matrix, or was cut off"
            content.faults.append(_mark_fault(path, 0, mark, problem))
    if header:
        content.faults.append(_mark_fault(path, 0, _BEGIN, "is not followed by a table"))
    content.table.convert()
    content.check_samples()
    whole = begun == ended == 1 and not content.table.faults
    if whole:
        content.check_rows()
    raise_any(path, [*content.faults, *content.table.faults])
    return content


def _refuse_unrelated(content: _Content, number: int) -> None:
    """Stop at the first lines of a file of another kind: one fault says more than one for each of its lines."""
    if len(content.faults) == number == 3:
        raise fault(str(content.path), "", "", "is not a GEO series matrix", "Give the file as GEO has it")


def _mark_fault(path: Path, number: int, mark: str, problem: str) -> Fault:
    return Fault(f"{path}:{number}" if number else str(path), "", mark, problem, geo.GET_AGAIN)


def _unquoted(cell: str) -> str | None:
    """The text of a cell, in quotes as a whole or without any at its ends; None where one of the two is missing."""
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1]
    return None if cell[:1] == '"' or cell[-1:] == '"' else cell
