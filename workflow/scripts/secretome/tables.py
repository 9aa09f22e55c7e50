"""The tables between the stages: one contract each, checked on the way in and on the way out."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from secretome.files import complete_file

TEXT, NUMBER, COUNT, FLAG = "text", "number", "count", "flag"
ROWS_AT_A_TIME = 50_000  # that are made text: as text a large table would take ten times its memory


class ContractBroken(Exception):
    """A table does not have the columns, types or unique keys that its contract states: a defect of ours."""


@dataclass(frozen=True)
class Contract:
    """What a table looks like on disk.

    Attributes:
        name: the stem of the file.
        columns: column to kind, in the order of the file: ``text`` (missing is ""), ``number`` (missing is NaN),
            ``count`` (an integer of at least 0) or ``flag`` (true or false).
        key: the columns that together are unique.
        order: the columns that the rows are sorted by, missing values last.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    order: tuple[str, ...]


_MEASURED = {
    "gene": TEXT,
    "gene_id": TEXT,
    "mean_log2_expression": NUMBER,
    "expression_percentile": NUMBER,
}
_TEST = {
    "log2_fold_change": NUMBER,
    "ci_low": NUMBER,
    "ci_high": NUMBER,
    "standard_error": NUMBER,
    "statistic": NUMBER,
    "df": NUMBER,
    "p_value": NUMBER,
    "q_value": NUMBER,
}

DIFFERENTIAL = Contract(
    "differential",
    {**_MEASURED, **_TEST, "shrunken_log2_fold_change": NUMBER, "reason": TEXT},
    key=("gene",),
    order=("p_value", "gene"),
)
# Of a contrast of several levels each of them against the reference, and whether any differs.
LEVELS = Contract(
    "levels",
    {"gene": TEXT, "level": TEXT, **_TEST, "any_p_value": NUMBER, "any_q_value": NUMBER},
    key=("gene", "level"),
    order=("any_p_value", "gene", "level"),
)
# Of proteins the changes as they lead, and those under the other normalisation.
NORMALISATIONS = Contract(
    "normalisations",
    {
        "gene": TEXT,
        "log2_fold_change": NUMBER,
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "other_log2_fold_change": NUMBER,
        "other_ci_low": NUMBER,
        "other_ci_high": NUMBER,
        "sign_change": FLAG,
        "sign_flip": FLAG,
    },
    key=("gene",),
    order=("gene",),
)
# Proteins that are measured in one group and not, or hardly, in the other.
DETECTION = Contract(
    "detection",
    {
        "gene": TEXT,
        "detected_level": COUNT,
        "samples_level": COUNT,
        "detected_reference": COUNT,
        "samples_reference": COUNT,
        "direction": TEXT,
        "log2_difference_at_least": NUMBER,
        "p_value": NUMBER,
        "q_value": NUMBER,
        "note": TEXT,
    },
    key=("gene",),
    order=("p_value", "gene"),
)
SECRETOME = Contract(
    "secretome",
    {
        **_MEASURED,
        **_TEST,
        "shrunken_log2_fold_change": NUMBER,
        "secreted_class": TEXT,
        "evidence": TEXT,
        "tier": TEXT,
        "q_value_secretome": NUMBER,
        # Of the matched lysate, where there is one (``lysate``).
        "lysate_log2_fold_change": NUMBER,
        "lysate_ci_low": NUMBER,
        "lysate_ci_high": NUMBER,
        "lysate_difference": NUMBER,
        "lysate_difference_ci_low": NUMBER,
        "lysate_difference_ci_high": NUMBER,
        "beyond_lysate": TEXT,
    },
    key=("gene",),
    order=("p_value", "gene"),
)
PATHWAYS = Contract(
    "pathways",
    {
        "collection": TEXT,
        "gene_set": TEXT,
        "method": TEXT,
        "size": COUNT,
        "effect": NUMBER,
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "statistic": NUMBER,
        "p_value": NUMBER,
        "q_value": NUMBER,
        "correlation": NUMBER,
        "leading_genes": TEXT,
        "calibrated": FLAG,
    },
    key=("collection", "gene_set", "method"),
    order=("collection", "method", "p_value", "gene_set"),
)
SIGNALS = Contract(
    "signals",
    {
        "signal": TEXT,
        "verdict": TEXT,
        "effect": NUMBER,
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "p_value": NUMBER,
        "relative_effect": NUMBER,
        "relative_ci_low": NUMBER,
        "relative_ci_high": NUMBER,
        "relative_p_value": NUMBER,
        "methods": TEXT,
        "note": TEXT,
    },
    key=("signal",),
    order=(),
)
SCORES = Contract(
    "scores",
    {"sample": TEXT, "collection": TEXT, "gene_set": TEXT, "score": NUMBER},
    key=("sample", "collection", "gene_set"),
    order=("collection", "gene_set", "sample"),
)
# How often each method rejects in data like these without an effect.
NULL_RATES = Contract(
    "null_rates",
    {
        "collection": TEXT,
        "method": TEXT,
        "simulations": COUNT,
        "tests": COUNT,
        "level": NUMBER,
        "rate": NUMBER,
        "ci_low": NUMBER,
        "ci_high": NUMBER,
    },
    key=("collection", "method", "level"),
    order=(),
)

PUBLISHED = Contract(
    "published",
    {
        "table": TEXT,
        "comparison": TEXT,
        "kind": TEXT,
        "group": TEXT,
        "reference": TEXT,
        "scale": TEXT,
        "smallest_effect": NUMBER,
        "n_group": NUMBER,  # missing for a constant, and where it is not stated
        "n_reference": NUMBER,
        "effect": NUMBER,
        "limit": TEXT,  # ">" or "<" where the effect is a limit
        "standard_error": NUMBER,
        "df": NUMBER,
        "ci_low": NUMBER,
        "ci_high": NUMBER,
        "p_value": NUMBER,
        "p_holm": NUMBER,
        "reading": TEXT,
        "welch_standard_error": NUMBER,
        "welch_df": NUMBER,
        "welch_ci_low": NUMBER,
        "welch_ci_high": NUMBER,
        "welch_p_value": NUMBER,
        "welch_reading": TEXT,
        "rescue_index": NUMBER,
        "rescue_index_low": NUMBER,
        "rescue_index_high": NUMBER,
        "why": TEXT,
    },
    key=("table", "comparison"),
    order=(),
)

# What the pathway stage writes and the report reads alike.
LEAD_METHOD = "fry"  # does the set move?
RELATIVE_METHOD = "relative"  # more than genes of like expression?
SHOWN_SIGNALS = ("akt", "jak_stat", "il6")  # on every page, whatever their p-value
LEAST_DF_FOR_CAMERA = 4  # with fewer, camera with an estimated correlation hardly ever rejects

# The bundled knowledge, as data/bundled/make_bundled.py makes it.
GENES = Contract(
    "genes",
    {"entrez": TEXT, "symbol": TEXT, "name": TEXT, "gene_type": TEXT, "ensembl": TEXT, "uniprot": TEXT},
    key=("entrez",),
    order=(),
)
ALIASES = Contract("aliases", {"alias": TEXT, "symbol": TEXT}, key=("alias", "symbol"), order=("alias", "symbol"))
WEIGHTS = Contract(
    "weights", {"gene": TEXT, "pathway": TEXT, "weight": NUMBER}, key=("pathway", "gene"), order=("pathway", "gene")
)
SECRETED = Contract(
    "secreted",
    {"gene": TEXT, "secreted_class": TEXT, "evidence": TEXT, "reason": TEXT, "reference": TEXT},
    key=("gene",),
    order=("gene",),
)


def write_table(path: str | Path, table: pd.DataFrame, contract: Contract) -> None:
    """Write ``table`` as TSV in the contract's column and row order, ``%.10g``; the same table gives the same bytes.

    Raises:
        ContractBroken: a column is missing, extra or of another kind, or a key stands twice.
    """
    _check(table, contract.columns, contract)
    table = table[list(contract.columns)]
    if contract.order:
        table = table.sort_values(list(contract.order), kind="stable", na_position="last")
    with complete_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        for start in range(0, max(len(table), 1), ROWS_AT_A_TIME):
            rows = table.iloc[start : start + ROWS_AT_A_TIME]
            texts = pd.DataFrame({column: _AS_TEXT[kind](rows[column]) for column, kind in contract.columns.items()})
            texts.to_csv(
                file,
                sep="\t",
                index=False,
                header=start == 0,
                lineterminator="\n",
                quoting=csv.QUOTE_NONE,
                quotechar=None,
            )


def read_table(path: str | Path, contract: Contract, columns: Collection[str] = ()) -> pd.DataFrame:
    """Read what :func:`write_table` wrote, with the contract's types.

    Args:
        path: of the file.
        contract: that it was written with.
        columns: those that are wanted, where not all are: a tenth of the memory where a run has many tables.

    Returns:
        The table, its columns in the order of the contract.

    Raises:
        ContractBroken: as in :func:`write_table`, naming the file.
    """
    form = {"sep": "\t", "quoting": csv.QUOTE_NONE}
    header = pd.read_csv(path, nrows=0, dtype=str, **form)
    if list(header.columns) != list(contract.columns):
        raise ContractBroken(f"{path}: the columns are {list(header.columns)}, not {list(contract.columns)}")
    kinds = {column: kind for column, kind in contract.columns.items() if not columns or column in columns}
    raw = pd.read_csv(
        path,
        usecols=list(kinds),
        dtype={column: float if kind == NUMBER else str for column, kind in kinds.items()},
        na_values={column: [""] for column, kind in kinds.items() if kind == NUMBER},
        keep_default_na=False,
        float_precision="round_trip",
        **form,
    )
    table = pd.DataFrame({column: _FROM_TEXT[kind](raw[column]) for column, kind in kinds.items()})
    _check(table, kinds, contract)
    return table


def write_samples(
    path: str | Path, sheet: pd.DataFrame, reason: str = "", unused: Mapping[str, str] | None = None
) -> None:
    """Write samples.tsv: the sheet as used, the sample ids first, with ``used`` and the ``reason`` where it is false.

    Args:
        path: the file to write.
        sheet: text, the sample ids as its index, whose name is that of their column; other columns are left out.
        reason: why no sample of the sheet could be used; "" where all are.
        unused: columns of the source that are not in the sheet, each with the reason; they follow after the samples.
    """
    texts = [column for column in sheet if sheet[column].dtype == object]
    table = sheet[texts].assign(used="false" if reason else "true", reason=reason).reset_index()
    more = pd.DataFrame({table.columns[0]: list(unused or {}), "reason": list((unused or {}).values())}, dtype=object)
    # A column can have the id of a sample that was merged from several.
    more = more[~more[table.columns[0]].isin(set(table[table.columns[0]]))]
    table = pd.concat([table, more.assign(used="false")]).fillna("") if len(more) else table
    write_table(path, table, _samples_contract(list(table.columns)))


def read_samples_table(path: str | Path) -> pd.DataFrame:
    """Read what :func:`write_samples` wrote: text, the sample ids in the first column."""
    header = Path(path).read_text(encoding="utf-8").split("\n", 1)[0].split("\t")
    return read_table(path, _samples_contract(header))


def _samples_contract(columns: list[str]) -> Contract:
    return Contract("samples", dict.fromkeys(columns, TEXT), key=(columns[0],), order=())


def empty_table(contract: Contract) -> pd.DataFrame:
    """A table of the contract without rows."""
    return table_of([], contract)


def table_of(rows: Iterable[Mapping[str, object]] | pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Rows, or a table of them, with the columns of the contract in its order and its types; others are left out."""
    given = rows if isinstance(rows, pd.DataFrame) else list(rows)
    table = pd.DataFrame(given, columns=list(contract.columns))
    return table.astype({column: _TYPES[kind] for column, kind in contract.columns.items()})


def _check(table: pd.DataFrame, columns: Mapping[str, str], contract: Contract) -> None:
    unlike = set(columns) ^ set(table.columns)
    if unlike:
        raise ContractBroken(f"{contract.name}: missing or unknown columns {sorted(unlike)}")
    for column, kind in columns.items():
        if not _IS[kind](table[column]):
            raise ContractBroken(f"{contract.name}: column {column} is not {kind}: {table[column].head(3).tolist()}")
    if not set(contract.key) <= set(columns):
        return
    twice = table.duplicated(list(contract.key))
    if twice.any():
        raise ContractBroken(f"{contract.name}: key stands twice: {table.loc[twice, list(contract.key)].values[0]}")


def _is_text(column: pd.Series) -> bool:
    # A tab or a line end inside a field would move the columns of every later reader.
    values = column.unique()
    return all(isinstance(value, str) for value in values) and not set("".join(values)) & set("\t\r\n")


_TYPES = {TEXT: object, NUMBER: float, COUNT: np.int64, FLAG: bool}
_IS = {
    TEXT: _is_text,
    NUMBER: lambda column: column.dtype == np.float64 and not np.isinf(column).any(),
    COUNT: lambda column: column.dtype == np.int64 and bool((column >= 0).all()),
    FLAG: lambda column: column.dtype == np.bool_,
}
_FROM_TEXT = {
    TEXT: lambda column: column,
    NUMBER: lambda column: column,
    COUNT: lambda column: column.astype(np.int64),
    FLAG: lambda column: column.map({"true": True, "false": False}).astype(bool),
}
_AS_TEXT = {
    TEXT: lambda column: column,
    NUMBER: lambda column: ["" if value != value else f"{value:.10g}" for value in column.tolist()],
    COUNT: lambda column: column.astype(str),
    FLAG: lambda column: column.map({True: "true", False: "false"}),
}
