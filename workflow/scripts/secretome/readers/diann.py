"""DIA-NN's report.pg_matrix.tsv, and its matrix of genes (report.gg_matrix.tsv)."""

from pathlib import Path

from secretome.faults import fault, nearest
from secretome.readers.protein_groups import HUMAN, Group, Quantities, assemble
from secretome.readers.protein_sheets import Sheet, file_stem, numbers, read_sheet, sample_columns
from secretome.source_table import SourceTable

QUANTITY = "PG.MaxLFQ"
# Every other column is a run. The versions up to 1.9 have Protein.Ids; N.Sequences came later.
ANNOTATION = (
    "Protein.Group",
    "Protein.Ids",
    "Protein.Names",
    "Genes",
    "First.Protein.Description",
    "N.Sequences",
    "N.Proteotypic.Sequences",
)
# What only the tables of precursors have, and the report, which is the long form of everything.
_OTHER_TABLES = ("Precursor.Id", "Stripped.Sequence", "Run", "File.Name", "Modified.Sequence", "Q.Value")


def read(
    path: str | Path,
    *,
    quantity: str = "",
    organism: str = HUMAN,
    scale: str = "auto",
    separator: str = "tab",
    decimal: str = "point",
) -> SourceTable:
    """Read the quantity of each protein group and run; DIA-NN has filtered it (1 % FDR) and normalised it.

    Args:
        path: report.pg_matrix.tsv or report.gg_matrix.tsv, plain or gzip.
        quantity: "" or ``QUANTITY``, the only one that the matrix holds.
        organism: the species that is studied; the suffixes of Protein.Names tell that of a group.
        scale: see ``protein_groups.assemble``.
        separator, decimal: see ``protein_sheets``.

    Returns:
        The protein groups as written (those of genes in a matrix of genes); one column a run, called as its file
        without folders and ending; unit `intensity` or `log2`; the UniProt accessions of the group.

    Raises:
        InputFaults: as ``read_sheet``, ``numbers`` and ``assemble``; two files have one name; it is another table of
            DIA-NN.
    """
    sheet = read_sheet(path, separator)
    _require_matrix(sheet, quantity)
    known = {sheet.find(name) for name in ANNOTATION}
    columns = [(file_stem(name), column) for column, name in enumerate(sheet.header) if column not in known]
    if not columns:
        raise fault(f"{path}:1", "", "", "has no column of a run", "Give the pg_matrix as DIA-NN wrote it")
    names, genes = sheet.texts("Protein.Names"), sheet.texts("Genes")
    by_protein = sheet.find("Protein.Group") is not None
    groups = [
        Group(
            written,
            written.split(";") if by_protein else (),
            sheet.lines[row],
            genes[row].split(";"),
            [name.rpartition("_")[2] for name in names[row].split(";") if "_" in name],
        )
        for row, written in enumerate(sheet.texts("Protein.Group", "Genes"))
    ]
    named = sample_columns(sheet, columns)
    values = numbers(sheet, [column for _, column in columns], decimal)
    return assemble(sheet, groups, Quantities(values, named, QUANTITY), organism, scale)


def _require_matrix(sheet: Sheet, quantity: str) -> None:
    where = f"{sheet.path}:1"
    if quantity and quantity.casefold() != QUANTITY.casefold():
        problem = f"is not in a matrix of DIA-NN, which holds {QUANTITY} alone"
        raise fault(where, "quantity", quantity, problem, "Leave quantity out")
    found = next((name for name in _OTHER_TABLES if sheet.find(name) is not None), "")
    if found:
        problem = f"has the column '{found}': it is DIA-NN's report or its table of precursors"
        raise fault(where, "", "", problem, "Give report.pg_matrix.tsv of the same run")
    if sheet.find("Protein.Group", "Genes") is None:
        problem = "has no column 'Protein.Group'"
        raise fault(where, "", "", problem, nearest("Protein.Group", filter(None, sheet.header)))
