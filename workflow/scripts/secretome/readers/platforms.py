"""Which gene each probe of an array measures: platform tables of GEO, or a table of the user's own."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secretome import delimited
from secretome.faults import fault, listed
from secretome.readers import geo, soft
from secretome.source_table import SourceTable

# Of the probes of the data that a platform table may lack; with more it is the table of another array.
MOST_UNKNOWN = 0.5
OWN_COLUMNS = ("probe", "gene")

_GIVE_TABLE = "Give a table of your own, two columns: probe and gene, as `probe_genes` of the source"
_LISTS = re.compile(r"\s*/{2,}\s*|\s*[;|]\s*")
_NO_GENE = frozenset({"", "-", "--", "---", "NA", "N/A", "null", "None", "none", "0"})
_ENTREZ_ID = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_ENSEMBL_GENE = re.compile(r"ENSG\d{11}(\.\d+)?(_PAR_Y)?", re.ASCII)
# Not an accession of a sequence: NM_000546, AK015719, U02079.
_SYMBOL = re.compile(r"(?![A-Z]{2}_\d|[A-Z]{1,2}\d{5,6}(\.\d+)?$)[A-Za-z0-9][\w.@-]*", re.ASCII)
_CONTROL_ID = re.compile(r"AFFX[-_]|ERCC-\d{5}|\(\+\)|\(-\)|GE_BrightCorner|DarkCorner")
_NOT_CONTROL = frozenset({"", "false", "0", "none", "-"})
# The least share of the names in a column that have the form of their kind.
_LEAST_OF_KIND = 0.9


@dataclass(frozen=True)
class PlatformTable:
    """What is said of the probes of one platform.

    Attributes:
        accession: its GPL accession; as it was asked for where the table is the user's own.
        columns: the names of the columns, that of the probe ids first; one can stand twice.
        ids: the probe ids, one a row; an id can stand twice.
        rows: the cells of each row, that of the id first.
    """

    accession: str
    columns: list[str]
    ids: list[str]
    rows: list[list[str]]


def read(path: str | Path, accession: str = "") -> PlatformTable:
    """Read the table of a platform.

    Args:
        path: GEO's annotation (``GPL….annot.gz``), a SOFT file that holds the platform, or a user's own two columns,
            probe and gene, separated by a tab and with a header.
        accession: the GPL accession; "" where the file holds one platform.

    Raises:
        InputFaults: the file is damaged, cut off or neither of these; it does not hold that platform, or several of
            which none was chosen.
    """
    path = Path(path)
    if not _is_soft(path):
        return _read_own(path, accession)
    tables = soft.read_tables(path, accession)
    if len(tables) != 1:
        found = listed(tables or soft.read_tables(path)) or "none"
        if accession:
            problem = f"is not a platform with a table in this file; it holds: {found}"
            raise fault(str(path), "platform", accession, problem, "Correct `platform`, or give its own table")
        problem = f"holds {len(tables) or 'no'} platforms with a table ({found})"
        raise fault(str(path), "platform", "", problem, "Choose one: set `platform` in the source")
    name, table = next(iter(tables.items()))
    return _checked(path, PlatformTable(name, table.columns, [row[0].strip() for row in table.rows], table.rows))


def join(table: SourceTable, platform: PlatformTable) -> SourceTable:
    """Say of each probe which genes it measures, by the platform's table.

    The identifiers come from one column, the first of this list that names genes for at least half as many probes as
    the best one: Entrez gene ids, symbols, the `gene_assignment` of Affymetrix (its Entrez ids), Ensembl gene ids; a
    column counts only if nine in ten of its entries have the form of its kind, and the others are left out. Which of
    several genes a probe measures is not decided here.

    Args:
        table: probes × samples; its ``genes`` are not looked at.
        platform: of the same array.

    Returns:
        The same numbers; ``genes`` are the identifiers of each probe joined by "|", "" for a control probe, one that
        the platform does not have, or one of no gene. A step counts each of these, and the probes of several genes.

    Raises:
        InputFaults: the samples are of another platform; more than half of the probes are not on it; or it names genes
            by accessions of sequences only, or not at all.
    """
    _refuse_other_platform(table, platform)
    column = _chosen(platform)
    genes = _genes_by_probe(platform, column)
    unknown = [name for name in table.ids if name not in genes]
    if len(unknown) > MOST_UNKNOWN * len(table.ids):
        problem = (
            f"lacks {len(unknown):,} of the {len(table.ids):,} probes of the data ({listed(unknown)}); its own are "
            f"like {listed(platform.ids, 3)}"
        )
        raise fault(platform.accession or "platform table", "ID", "", problem, "Give the table of the array in use")
    controls = _control_probes(platform) | {name for name in table.ids if _CONTROL_ID.match(name)}
    found = ["" if name in controls else "|".join(genes.get(name, ())) for name in table.ids]
    numbers = Counter(_state(name, names, genes, controls) for name, names in zip(table.ids, found, strict=True))
    states = ("one_gene", "several_genes", "without_gene", "control_probes", "not_on_platform")
    step = {
        "step": "join platform table",
        "platform": platform.accession,
        "column": column.label,
        "entries_of_another_form": column.left_out,
        "platform_ids_in_several_rows": len(platform.ids) - len(genes),
        "probes": len(table.ids),
        **{state: numbers[state] for state in states},
    }
    return replace(table, genes=found, steps=[*table.steps, step])


def _is_soft(path: Path) -> bool:
    for _, line in geo.Lines(path):
        if line.strip():
            return line.startswith("^")
    return False


def _read_own(path: Path, accession: str) -> PlatformTable:
    text = delimited.read_text(path)
    if len(text.header) != len(OWN_COLUMNS):
        problem = f"has {len(text.header)} columns, not two: probe and gene"
        raise fault(f"{path}:1", "", listed(text.header), problem, "Keep these two, the probe first")
    rows = [[cell.strip() for cell in cells] for _, cells in text.lines]
    return _checked(path, PlatformTable(accession, list(OWN_COLUMNS), [row[0] for row in rows], rows))


def _checked(path: Path, table: PlatformTable) -> PlatformTable:
    if not table.rows:
        raise fault(str(path), "", "", "has a header and no rows", "Give the table itself")
    empty = [number for number, name in enumerate(table.ids, start=1) if not name]
    if empty:
        problem = f"has no probe id in {len(empty)} rows (row {listed(empty)} of the table)"
        raise fault(str(path), table.columns[0], "", problem, "Get the file again, or take the rows out")
    return table


def _refuse_other_platform(table: SourceTable, platform: PlatformTable) -> None:
    stated = {name for fields in table.samples.values() for name in fields.get("platform_id", ())}
    if platform.accession and stated and stated != {platform.accession}:
        problem = f"is not the platform of all samples ({listed(sorted(stated))})"
        raise fault("platform table", "platform", platform.accession, problem, "Give the table of their platform")


def _state(name: str, found: str, genes: dict[str, list[str]], controls: set[str]) -> str:
    if name in controls:
        return "control_probes"
    if name not in genes:
        return "not_on_platform"
    if not found:
        return "without_gene"
    return "several_genes" if "|" in found else "one_gene"


# --- which column names the genes


def _in_list(cell: str) -> list[str]:
    return _LISTS.split(cell.strip().strip('"'))


def _in_entrez_list(cell: str) -> list[str]:
    return re.split(r"[^\w.+-]+", cell.strip().strip('"'))


def _in_assignment(cell: str) -> list[str]:
    """The Entrez ids of ``accession // symbol // name // cytoband // Entrez id /// …``."""
    entries = (re.split(r"\s+//\s+", entry.strip()) for entry in cell.strip('"').split("///"))
    return [fields[4].strip() for fields in entries if len(fields) > 4]


@dataclass(frozen=True)
class _Kind:
    """Columns of one kind of identifier: their names without case, blanks and signs; how a cell is split; the form."""

    names: tuple[str, ...]
    split: Callable[[str], list[str]]
    form: re.Pattern[str]


_KINDS = (
    _Kind(("geneid", "entrezgeneid", "entrezgene", "entrezid", "gene"), _in_entrez_list, _ENTREZ_ID),
    _Kind(("genesymbol", "symbol", "hgncsymbol", "genesym", "ilmngene", "gene"), _in_list, _SYMBOL),
    _Kind(("geneassignment",), _in_assignment, _ENTREZ_ID),
    _Kind(("ensemblgeneid", "ensemblgene", "ensemblid", "ensembl"), _in_list, _ENSEMBL_GENE),
)


@dataclass(frozen=True)
class _Column:
    """A column that names genes: for each row its identifiers, and how many entries were left out for their form."""

    label: str
    parts: list[list[str]]
    left_out: int = 0

    @property
    def probes(self) -> int:
        """How many rows it names a gene for."""
        return sum(map(bool, self.parts))


def _chosen(platform: PlatformTable) -> _Column:
    """The column that names the genes."""
    if platform.columns == list(OWN_COLUMNS):
        return _Column(platform.columns[1], [_identifiers(_in_list(row[1])) for row in platform.rows])
    candidates = [
        column
        for kind in _KINDS
        for name in kind.names
        for place, label in enumerate(platform.columns)
        if place and _plain(label) == name
        for column in [_column(label, [row[place] for row in platform.rows], kind)]
        if column.probes
    ]
    if not candidates:
        problem = (
            f"names genes in no column known here; it has: {listed(platform.columns, 30)} (accessions of sequences, "
            "as in GB_ACC or SPOT_ID, are not genes)"
        )
        raise fault(platform.accession or "platform table", "", "", problem, _GIVE_TABLE)
    # ASSUME a column that names genes for less than half as many probes as another is a remnant.
    most = max(column.probes for column in candidates)
    return next(column for column in candidates if 2 * column.probes >= most)


def _plain(label: str) -> str:
    return re.sub(r"[\W_]", "", label).lower()


def _column(label: str, cells: Sequence[str], kind: _Kind) -> _Column:
    """The identifiers in each cell; none in any of them if too few have the form of their kind."""
    parts = [_identifiers(kind.split(cell)) if cell else [] for cell in cells]
    good = [[name for name in names if kind.form.fullmatch(name)] for names in parts]
    entries, kept = sum(map(len, parts)), sum(map(len, good))
    return _Column(label, good if kept >= _LEAST_OF_KIND * entries else [], entries - kept)


def _identifiers(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(map(str.strip, names)) if name not in _NO_GENE]


def _genes_by_probe(platform: PlatformTable, column: _Column) -> dict[str, list[str]]:
    """The genes of each probe of the platform, those of all its rows together."""
    genes: dict[str, list[str]] = {}
    for name, names in zip(platform.ids, column.parts, strict=True):
        genes[name] = list(dict.fromkeys([*genes.get(name, ()), *names]))
    return genes


def _control_probes(platform: PlatformTable) -> set[str]:
    """The probes that the platform itself calls controls, and those whose id is that of one."""
    controls = {name for name in platform.ids if _CONTROL_ID.match(name)}
    for place, label in enumerate(platform.columns):
        cells = [row[place].strip().lower() for row in platform.rows]
        if _plain(label) == "controltype":
            is_control = [cell not in _NOT_CONTROL for cell in cells]
        elif _plain(label) == "category" and "main" in cells:
            # ASSUME what Affymetrix does not call `main` (normgene->exon …) is there to normalise, not to measure.
            is_control = [cell != "main" for cell in cells]
        elif _plain(label) in ("spotid", "platformspotid"):
            is_control = [cell in ("--control", "control") for cell in cells]
        else:
            continue
        controls |= {name for name, yes in zip(platform.ids, is_control, strict=True) if yes}
    return controls
