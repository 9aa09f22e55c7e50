"""The block `source` of a draft, and what could stand there instead, by what GEO says of a series."""

import re
from collections.abc import Mapping, Sequence

from secretome.drafts.text import TODO


def of_array(accession: str, platforms: Sequence[str], several: bool) -> list[str]:
    """The series matrix of an array; the platform is left to do where the archive names none."""
    lines = ["source:", "  kind: geo_series_matrix", f"  accession: {accession}"]
    named = [name for name in platforms if re.fullmatch(r"GPL[0-9]{1,9}", name)]
    lines.append(f"  platform: {named[0] if named else TODO}")
    if several:
        lines.append("  several_platforms: true")
    return [
        *lines,
        "  # GEO annotates the older arrays itself; where it has no .annot.gz of this one, take the submitter's table:",
        "  # platform_table: family_soft",
    ]


def of_counts(accession: str) -> list[str]:
    """The counts that NCBI makes."""
    return ["source:", "  kind: ncbi_counts", f"  accession: {accession}"]


def others(accession: str, series: Mapping[str, Sequence[str]]) -> list[tuple[str, list[str]]]:
    """What could be read in place of NCBI's counts: (why or what to look at, the lines of `source`)."""
    choices = []
    for name, urls in series.items():
        for url in urls if name.startswith("supplementary_file") else ():
            if url.upper() != "NONE":
                choices.append(_supplement(accession, url))
    for text in series.get("relation", ()):
        if match := re.search(r"[?&=/]([SED]RP[0-9]{1,9})$", text):
            line = f"source: {{kind: recount3, project: {match[1]}}}"
            choices.append(("recount3, if it has the project; the ids of the sheet are then runs (SRR…).", [line]))
    return choices


def _supplement(accession: str, url: str) -> tuple[str, list[str]]:
    name = url.rsplit("/", 1)[-1]
    if f"/{accession}/suppl/" not in url or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}", name):
        return f"The record also names {url}, which cannot be a source as it is.", []
    lines = ["source:", "  kind: geo_supplement", f"  accession: {accession}", f"  file: {name}"]
    plain = name.lower().removesuffix(".gz")
    if plain.endswith((".xls", ".xlsx", ".rds", ".rdata", ".h5", ".h5ad", ".bw", ".bed", ".pdf", ".doc", ".docx")):
        return f"The record also names {name}, which is not read: save its table as text, and use kind: file.", []
    if plain.endswith((".tar", ".zip")):
        lines += ["  format: htseq", r"  members: '.+\.txt\.gz'"]
        return "An archive of files, one a sample; look inside for their form (htseq, star) and names.", lines
    if plain.endswith(".csv"):
        lines.append("  separator: comma")
    told = "A table of the submitter: see that it holds counts, else write technology: log_expression."
    return told, lines
