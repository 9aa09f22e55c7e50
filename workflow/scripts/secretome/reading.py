"""The files of one study → one table of numbers, by the reader of its format; what the archive says of the samples."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from secretome import sources
from secretome.faults import Fault, InputFaults, fault, listed
from secretome.source_table import SampleFields, SourceTable

# ASSUME these files of one study are small enough for a temporary folder; more is not an archive of counts.
LARGEST_UNPACKED, MOST_MEMBERS = 20_000_000_000, 10_000
# Where an archive of sequencing data names the columns of its table, in the order in which it is looked for.
_NAMING_FIELDS = ("title", "description", "source_name_ch1", "library_name")


def read(
    source: Mapping[str, Any], files: Mapping[str, Path], scale: str = "auto", samples: Sequence[str] = ()
) -> SourceTable:
    """Read a study.

    Args:
        source: of the study file, with its defaults.
        files: role to path, as ``sources.own_files`` and ``sources.remote_files`` name the roles.
        scale: that the study file declares; tables of proteins do not say it themselves.
        samples: columns that are known to be samples, whatever they are called and whether or not the header lacks the
            name of the ids before them, as R writes it.

    Returns:
        The table; its `samples` hold what the archive says of each column, and `column`, the name that it has.

    Raises:
        InputFaults: as the reader of the format, or the archive's samples are not the columns of the table.
    """
    form = sources.form_of(source)
    if form in sources.PER_SAMPLE:
        table = _read_per_sample(form, source, files)
    elif form in sources.OF_PROBES:
        table = _read_probes(form, source, files)
    else:
        table = _read_one(form, source, files, scale, samples)
    said = dict(table.samples)
    if "fields" in files and form != "recount3":
        from secretome.readers import soft

        stated, _ = soft.read_fields(files["fields"])
        said = fields_by_column(table.columns, stated, str(files["fields"]))
    named = {
        column: {"column": [column], **table.samples.get(column, {}), **said.get(column, {})}
        for column in table.columns
    }
    return replace(table, samples=named)


def fields_by_column(columns: list[str], stated: SampleFields, where: str) -> SampleFields:
    """What an archive says of each column of a table, found by its accession or by the field that names it.

    Args:
        columns: of the table.
        stated: accession → field → values.
        where: the file that states it, for the messages.

    Raises:
        InputFaults: neither the accessions nor any field has the names of all columns, each once.
    """
    if set(columns) <= set(stated):
        return {column: stated[column] for column in columns}
    for name in _NAMING_FIELDS:
        owners: dict[str, list[str]] = {}
        for accession, said in stated.items():
            for value in said.get(name, []):
                owners.setdefault(value, []).append(accession)
        if all(len(owners.get(column, ())) == 1 for column in columns):
            return {column: stated[owners[column][0]] for column in columns}
    titles = [value for said in stated.values() for value in said.get("title", [])]
    problem = f"names no sample by the columns of the table ({listed(columns, 3)}); its titles are {listed(titles, 3)}"
    raise fault(where, "", "", problem, "Write the sheet by hand: samples: rows, or a table")


def _read_one(
    form: str, source: Mapping[str, Any], files: Mapping[str, Path], scale: str, samples: Sequence[str]
) -> SourceTable:
    """A table that is one file, or three of recount3."""
    path = files["matrix"]
    if form == "ncbi_counts":
        from secretome.readers import ncbi_counts

        return ncbi_counts.read(path)
    if form == "recount3":
        from secretome.readers import recount3

        return recount3.read(path, files["quality"], files["fields"])
    if form == sources.OF_CELLS:
        return _read_cells(path, source)
    if form == "matrix":
        from secretome.readers import count_table

        columns = source["columns"]
        return count_table.read(
            path,
            separator=source["separator"],
            decimal=source["decimal"],
            id_column=columns["id"],
            ignore=columns["ignore"],
            repeated=columns["repeated"],
            missing=source["missing_values"],
            samples=samples,
        )
    return _read_proteins(form, path, source, scale)


def _read_cells(path: Path, source: Mapping[str, Any]) -> SourceTable:
    from secretome.readers import cells

    return cells.read(path, cells.choice_of(source))


def _read_proteins(form: str, path: Path, source: Mapping[str, Any], scale: str) -> SourceTable:
    from secretome.readers import diann, fragpipe, maxquant, spectronaut

    readers = {"maxquant": maxquant, "diann": diann, "fragpipe": fragpipe, "spectronaut": spectronaut}
    settings = {"scale": scale, **{key: source[key] for key in ("quantity", "decimal", "separator")}}
    if form == "spectronaut":  # no other table says which of its numbers were imputed
        settings["imputed"] = "keep" if source["imputed_values"] else "refuse"
    return readers[form].read(path, **settings)


def _read_probes(form: str, source: Mapping[str, Any], files: Mapping[str, Path]) -> SourceTable:
    """Probes of an array, with the genes that the table of their platform names."""
    from secretome.readers import platforms, series_matrix, soft

    platform = source.get("platform", "")
    reader = series_matrix if form == "series_matrix" else soft
    table = reader.read(files["matrix"], platform)
    named_by = files.get("probe_genes") or files.get("platform") or files["matrix"]
    return platforms.join(table, platforms.read(named_by, "" if "probe_genes" in files else platform))


def _read_per_sample(form: str, source: Mapping[str, Any], files: Mapping[str, Path]) -> SourceTable:
    """One file a sample, given one by one or in an archive, which is unpacked into a folder that is then removed."""
    own = {role.removeprefix("sample:"): path for role, path in files.items() if role.startswith("sample:")}
    if own:
        return _read_samples(form, source, own, files)
    from secretome.archives.extract import extract
    from secretome.readers import htseq

    packed = files["matrix"]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "members"
        limits = {"largest": LARGEST_UNPACKED, "most_members": MOST_MEMBERS}
        try:
            members = extract(packed, place, wanted=source["members"], **limits)
            return _read_samples(form, source, htseq.sample_names(members), files)
        except InputFaults as found:
            # The folder has another name each time; what a person knows is the archive.
            raise InputFaults(_renamed(one, f"{place}/", f"{packed}:") for one in found.faults) from None


def _renamed(one: Fault, place: str, name: str) -> Fault:
    return Fault(*(getattr(one, part.name).replace(place, name) for part in fields(one)))


def _read_samples(
    form: str, source: Mapping[str, Any], samples: Mapping[str, Path], files: Mapping[str, Path]
) -> SourceTable:
    from secretome.readers import htseq, salmon

    if form == "salmon":
        return salmon.read(dict(samples), files["tx2gene"], source["quantity"] or "scaled")
    return htseq.read(dict(samples), column=source["quantity"] if form == "star" else "")
