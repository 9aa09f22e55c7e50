"""The columns of a table in an .h5ad file (obs, var): one value a row, as codes of the different values.

Source: the on-disk format of anndata (anndata.readthedocs.io, "fileformat-prose"), dataframes of versions 0.1 and 0.2.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import h5py
import numpy as np

from secretome.faults import fault, listed, nearest, sentence, shown

LONGEST_TEXT = 1_000
MOST_TEXT = 500_000_000  # characters of one column
TEXTS_AT_ONCE = 1_000
_WRITE_AGAIN = "Read it with anndata and write it again with write_h5ad"
_OLD_CATEGORIES = "__categories"  # of anndata before 0.8


@dataclass(frozen=True)
class Column:
    """One value a row.

    Attributes:
        codes: one a row, the position of its value in ``values``; -1 where it has none.
        values: the different values, numbers or texts.
    """

    codes: np.ndarray
    values: np.ndarray

    def texts(self) -> list[str]:
        """The values as texts: whole numbers without a point, in NFC and without spaces around."""
        return [_text(value) for value in self.values]


def read_column(table: h5py.Group, name: str, where: str) -> Column:
    """Read one column.

    Args:
        table: obs or var of a file that was walked (``hdf5.opened``).
        name: of the column.
        where: the file, for the messages.

    Raises:
        InputFaults: there is no such column, or it is not of a form that anndata writes.
    """
    if name not in names(table):
        fix = f"{sentence(nearest(name, names(table)))} All: {listed(names(table), 30)}"
        raise fault(where, table.name.strip("/"), name, "is not a column of this table", fix)
    part = table[name]
    place = f"{table.name.strip('/')}/{name}"
    if isinstance(part, h5py.Dataset):
        old = table.get(_OLD_CATEGORIES)
        if isinstance(old, h5py.Group) and isinstance(old.get(name), h5py.Dataset):
            column = Column(_vector(part, "iu", where, place).astype(np.int64), _values(old[name], where, place))
        else:
            column = _distinct(_values(part, where, place))
    else:
        column = _of_group(part, where, place)
    if column.codes.size and (column.codes.max() >= len(column.values) or column.codes.min() < -1):
        raise fault(where, place, "", "has codes without a category", _WRITE_AGAIN)
    return _without_missing(column)


def names(table: h5py.Group) -> list[str]:
    """The columns of a table, without its index, sorted."""
    return sorted(set(table) - {index_name(table), _OLD_CATEGORIES})


def index_name(table: h5py.Group) -> str:
    """The name under which the index of a table stands; "" where none does."""
    name = table.attrs.get("_index", "_index")
    return name if isinstance(name, str) and isinstance(table.get(name), h5py.Dataset) else ""


def read_index(table: h5py.Group, where: str) -> list[str]:
    """The names of the rows.

    Raises:
        InputFaults: there are none, or they are not texts or whole numbers.
    """
    name = index_name(table)
    if not name:
        raise fault(where, table.name.strip("/"), "", "has no index, the names of its rows", _WRITE_AGAIN)
    return [_text(value) for value in _values(table[name], where, f"{table.name.strip('/')}/{name}")]


def _of_group(part: h5py.Group, where: str, place: str) -> Column:
    """A categorical, or values beside a mask of those that are missing."""
    if _data_sets(part, "codes", "categories"):
        codes = _vector(part["codes"], "iu", where, place).astype(np.int64)
        return Column(codes, _values(part["categories"], where, place))
    if _data_sets(part, "values", "mask"):
        column = _distinct(_values(part["values"], where, place))
        missing = _vector(part["mask"], "biu", where, place).astype(bool)
        if missing.size == column.codes.size:
            return Column(np.where(missing, -1, column.codes), column.values)
    raise fault(where, place, "", "is a column of a kind that is not known here", _WRITE_AGAIN)


def _data_sets(part: h5py.Group, *wanted: str) -> bool:
    return all(isinstance(part.get(name), h5py.Dataset) for name in wanted)


def _distinct(values: np.ndarray) -> Column:
    different, codes = np.unique(values, return_inverse=True)
    return Column(codes.astype(np.int64), different)


def _without_missing(column: Column) -> Column:
    """No row has a value that is not a number or an empty text."""
    missing = np.array([value != value or value == "" for value in column.values], dtype=bool)
    if not missing.any():
        return column
    return Column(np.where(np.append(missing, False)[column.codes], -1, column.codes), column.values)


def _vector(data: h5py.Dataset, kinds: str, where: str, place: str) -> np.ndarray:
    if data.ndim != 1 or data.dtype.kind not in kinds:
        raise fault(where, place, "", f"is not a column of the expected kind but {data.dtype}", _WRITE_AGAIN)
    return data[:]


def _values(data: h5py.Dataset, where: str, place: str) -> np.ndarray:
    """Numbers, truth values or texts."""
    text = h5py.check_string_dtype(data.dtype)
    if data.ndim != 1 or (not text and data.dtype.kind not in "biufS"):
        raise fault(where, place, "", f"is not a column of numbers or texts but {data.dtype}", _WRITE_AGAIN)
    if not text:
        return data[:]
    return np.array(list(_texts(data, where, place)), dtype=object)


def _texts(data: h5py.Dataset, where: str, place: str) -> Iterator[str]:
    """Texts, a block at a time: many rows can point to one long text, which is then in memory as often."""
    total = 0
    for start in range(0, data.shape[0], TEXTS_AT_ONCE):
        for content in data[start : start + TEXTS_AT_ONCE]:
            total += len(content)
            if len(content) > LONGEST_TEXT or total > MOST_TEXT:
                problem = f"holds a text of {len(content):,} bytes, or more than {MOST_TEXT:,} in all"
                raise fault(where, place, shown(content[:20]), problem, "Take the column out of the table")
            try:
                yield content.decode() if isinstance(content, bytes) else str(content)
            except UnicodeDecodeError as error:
                raise fault(where, place, shown(content), "is not UTF-8 text", _WRITE_AGAIN) from error


def _text(value: object) -> str:
    if isinstance(value, bytes | np.bytes_):
        value = value.decode(errors="replace")
    if isinstance(value, float | np.floating):
        return f"{float(value):.10g}"
    return unicodedata.normalize("NFC", str(value).strip())
