"""Where the files of a study come from: for each kind of source the addresses, and the names they are kept under.

Knows the layout of the archives; fetches nothing and opens nothing. common.smk imports this while Snakemake parses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

GEO = "https://ftp.ncbi.nlm.nih.gov/geo"
NCBI_COUNTS = "https://www.ncbi.nlm.nih.gov/geo/download/?type=rnaseq_counts&acc={0}&format=file&file={1}"
# As documented: this host has no https.
RECOUNT3 = "http://duffel.rail.bio/recount3/human/data_sources/sra"
BY_HAND = "by_hand"
OWN = "file"

OF_CELLS = "h5ad"
_OF_CELLS_ALONE = ("sample_column", "cell_type_column", "cell_type", "layer")

# What each kind of source needs, and what it may have beside that and what every kind may.
_NEEDS: dict[str, tuple[str, ...]] = {
    OWN: (),
    BY_HAND: ("file", "about"),
    "url": ("url",),
    "geo_series_matrix": ("accession",),
    "geo_supplement": ("accession", "file"),
    "ncbi_counts": ("accession",),
    "recount3": ("project",),
}
_READING = (
    "format",
    "separator",
    "decimal",
    "columns",
    "missing_values",
    "quantity",
    "members",
    "tx2gene",
    "probe_genes",
    "platform",
    "imputed_values",
    *_OF_CELLS_ALONE,
)
_MAY: dict[str, tuple[str, ...]] = {
    OWN: ("matrix", "files", *_READING),
    BY_HAND: ("sha256", *_READING),
    "url": ("file", "sha256", "about", *_READING),
    "geo_series_matrix": ("platform", "several_platforms", "platform_table", "probe_genes", "sha256"),
    "geo_supplement": ("sha256", "about", *_READING),
    "ncbi_counts": ("sha256",),
    "recount3": (),
}
# The formats that have one file a sample, and those that name probes.
PER_SAMPLE = ("htseq", "star", "salmon")
OF_PROBES = ("series_matrix", "family_soft")
_LOCAL_PATHS = ("matrix", "tx2gene", "probe_genes")


@dataclass(frozen=True)
class RemoteFile:
    """One file that a study needs.

    Attributes:
        url: its address (https); "" where no archive has it and it can only be put there by hand.
        path: where it is kept below data/downloads: ``<host>/<path>`` of the archive, which is also its place below a
            mirror; a file that several studies need is kept once.
        sha256: its hash, where it is known in advance.
        about: where a person gets a file that has no address.
    """

    url: str
    path: str
    sha256: str = ""
    about: str = ""


def problems(source: Mapping[str, Any], written: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """What is wrong with the keys of a source that obeys the schema, as (key, value, problem, fix).

    Args:
        source: with the defaults filled in.
        written: as it stands in the study file: a default is no fault.
    """
    kind = source["kind"]
    known = {"kind", *_NEEDS[kind], *_MAY[kind]}
    found = [
        (
            key,
            str(written[key]),
            f"means nothing for a source of the kind {kind}",
            f"Take it out; it may have: {_list(known)}",
        )
        for key in written
        if key not in known
    ]
    found += [
        ("kind", kind, f"needs the key '{key}'", "Add it; config/README.md has an example")
        for key in _NEEDS[kind]
        if not source.get(key)
    ]
    return [*found, *_file_problems(source, kind), *_url_problems(source, kind), *_cell_problems(source)]


def _file_problems(source: Mapping[str, Any], kind: str) -> list[tuple[str, str, str, str]]:
    """What is wrong with how the files and their format are named."""
    form = form_of(source)
    found = []
    if kind == OWN and bool(source.get("matrix")) == bool(source.get("files")):
        found.append(
            ("kind", kind, "needs either 'matrix' or 'files'", "Give the path of the table, or one file a sample")
        )
    if source.get("files") and form not in PER_SAMPLE:
        fix = f"Write format: {' or '.join(PER_SAMPLE)}, or give the one table as matrix"
        found.append(("format", form, "has no separate file for each sample", fix))
    if form == "salmon" and not source.get("tx2gene"):
        found.append(("format", form, "needs the key 'tx2gene'", "Give the table of transcripts and their genes"))
    if form == "star" and source["quantity"] not in ("unstranded", "first", "second"):
        fix = "Write quantity: unstranded, first or second, as the library was made"
        found.append(("quantity", source["quantity"], "does not say which column of STAR's counts is meant", fix))
    if form in OF_PROBES and not (source.get("platform") or source.get("probe_genes")) and kind == "geo_series_matrix":
        fix = "Give the GPL accession of the array, or a table of your own as probe_genes"
        found.append(("kind", kind, "needs the key 'platform', whose table names the genes of the probes", fix))
    return found


def _url_problems(source: Mapping[str, Any], kind: str) -> list[tuple[str, str, str, str]]:
    if kind != "url" or not source.get("url"):
        return []
    address = urlsplit(source["url"])
    if not source.get("file") and (address.query or not PurePosixPath(address.path).name):
        fix = "Add file: and the name under which it is to be kept"
        return [("url", source["url"], "does not end in the name of a file", fix)]
    return []


def _cell_problems(source: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """What is wrong with which cells are taken of a file of cells."""
    form = form_of(source)
    given = {key: source.get(key, "") for key in _OF_CELLS_ALONE}
    if form != OF_CELLS:
        fix = f"Take it out, or write format: {OF_CELLS}"
        return [(key, value, f"means nothing for the format {form}", fix) for key, value in given.items() if value]
    found = []
    if not given["sample_column"]:
        fix = "Name the column of obs with the donor or culture of each cell"
        found.append(("format", form, "needs the key 'sample_column'", fix))
    if bool(given["cell_type"]) != bool(given["cell_type_column"]):
        key = "cell_type" if given["cell_type"] else "cell_type_column"
        other = "cell_type_column" if given["cell_type"] else "cell_type"
        found.append((key, given[key], f"needs the key '{other}'", "Give both, or neither to sum all cells"))
    return found


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))


def form_of(source: Mapping[str, Any]) -> str:
    """The format of the file that holds the numbers; the kind of source decides where it knows."""
    fixed = {"geo_series_matrix": "series_matrix", "ncbi_counts": "ncbi_counts", "recount3": "recount3"}
    return fixed.get(source["kind"], source.get("format", "matrix"))


def own_files(source: Mapping[str, Any]) -> dict[str, str]:
    """Role to path of the files of the user's own: `matrix`, `tx2gene`, `probe_genes`, or the samples of `files`."""
    named = {role: source[role] for role in _LOCAL_PATHS if source.get(role)}
    return {**named, **{f"sample:{sample}": path for sample, path in source.get("files", {}).items()}}


def remote_files(source: Mapping[str, Any], from_archive: bool, study: str) -> dict[str, RemoteFile]:
    """Role to file of everything that has to be fetched: `matrix`, and where needed `platform`, `fields`, `quality`.

    Args:
        source: of a study, checked by :func:`problems`.
        from_archive: whether the sample sheet is made from what the archive says, which then is fetched too.
        study: the key of the study, the folder of what is put there by hand.
    """
    kind, sha256 = source["kind"], source.get("sha256", "")
    if kind == OWN:
        return {}
    if kind == BY_HAND:
        return {"matrix": RemoteFile("", f"{BY_HAND}/{study}/{source['file']}", sha256, source["about"])}
    if kind == "url":
        return {"matrix": _kept(source["url"], sha256, source.get("file", ""))}
    if kind == "recount3":
        return _recount3(source["project"])
    return _geo(source, from_archive, sha256)


def _geo(source: Mapping[str, Any], from_archive: bool, sha256: str) -> dict[str, RemoteFile]:
    accession = source["accession"]
    series = f"{GEO}/series/{_stub(accession)}/{accession}"
    of_platform = f"-{source['platform']}" if source.get("several_platforms") else ""
    series_matrix = f"{series}/matrix/{accession}{of_platform}_series_matrix.txt.gz"
    family_soft = f"{series}/soft/{accession}_family.soft.gz"
    if source["kind"] == "geo_series_matrix":
        files = {"matrix": _kept(series_matrix, sha256)}
        if not source.get("probe_genes"):
            platform = source["platform"]
            annot = f"{GEO}/platforms/{_stub(platform)}/{platform}/annot/{platform}.annot.gz"
            files["platform"] = _kept(annot if source["platform_table"] == "annot" else family_soft)
        return files
    if source["kind"] == "ncbi_counts":
        name = f"{accession}_raw_counts_GRCh38.p13_NCBI.tsv.gz"
        files = {"matrix": _kept(NCBI_COUNTS.format(accession, name), sha256, name)}
    else:
        files = {"matrix": _kept(f"{series}/suppl/{source['file']}", sha256)}
    # What a file of cells says of its samples stands in it.
    needs_fields = from_archive and form_of(source) != OF_CELLS
    return {**files, "fields": _kept(family_soft)} if needs_fields else files


def _recount3(project: str) -> dict[str, RemoteFile]:
    folder = f"{project[-2:]}/{project}"
    return {
        "matrix": _kept(f"{RECOUNT3}/gene_sums/{folder}/sra.gene_sums.{project}.G026.gz"),
        "quality": _kept(f"{RECOUNT3}/metadata/{folder}/sra.recount_qc.{project}.MD.gz"),
        "fields": _kept(f"{RECOUNT3}/metadata/{folder}/sra.sra.{project}.MD.gz"),
    }


def of_address(url: str, sha256: str) -> RemoteFile:
    """The file of an address that ends in its name."""
    return _kept(url, sha256)


def _kept(url: str, sha256: str = "", name: str = "") -> RemoteFile:
    """The file of an address, kept under its host and path; what has a query is kept under the name given."""
    address = urlsplit(url)
    path = PurePosixPath(address.path.lstrip("/"))
    if name:
        path = (path if address.path.endswith("/") else path.parent) / name
    return RemoteFile(url, f"{address.netloc}/{path}", sha256)


def _stub(accession: str) -> str:
    """The folder that holds an accession: GSE42872 → GSE42nnn, GSE781 → GSEnnn."""
    letters, digits = accession[:3], accession[3:]
    return f"{letters}{digits[:-3]}nnn"


def described(source: Mapping[str, Any]) -> str:
    """Where the numbers of a study come from, in words for its page."""
    kind = source["kind"]
    words = {
        OWN: source.get("matrix") or f"{len(source.get('files', {}))} files, one a sample",
        BY_HAND: source.get("file", ""),
        "url": source.get("url", ""),
        "geo_series_matrix": f"the series matrix of {source.get('accession')} at NCBI GEO",
        "geo_supplement": f"{source.get('file')}, a supplementary file of {source.get('accession')} at NCBI GEO",
        "ncbi_counts": f"the counts that NCBI made for {source.get('accession')}",
        "recount3": f"the gene sums of {source.get('project')} in recount3",
    }
    return words[kind]
