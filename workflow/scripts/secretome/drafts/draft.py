"""`make draft ACC=GSE12345`: what an archive says of a study → a commented study file that a person reviews.

The metadata alone are looked at. Nothing runs from a draft: it stands in a folder that is not read, its first key is
not one of a study file, and what only a person can know is TODO.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from secretome import keys, paths, sources, strict_yaml, studies
from secretome.downloads import lock
from secretome.downloads.one_file import fetch
from secretome.downloads.study import Network
from secretome.drafts import sources as draft_sources
from secretome.drafts.columns import Columns, read_columns
from secretome.drafts.page import Source, page
from secretome.drafts.text import TODO, printable, scalar
from secretome.faults import Fault, InputFaults, fault, faults_end_the_run, listed
from secretome.files import write_text
from secretome.readers import geo
from secretome.source_table import SampleFields

DRAFTS = Path("config/drafts")
# ASSUME: nobody reviews a sheet of more samples by hand.
MOST_SAMPLES = 3000
_HOW = "Write make draft ACC=GSE12345, and where needed PLATFORM=GPL570 or FILE=path"
_EXPRESSION = re.compile(r"expression profiling by (array|high throughput sequencing)", re.IGNORECASE)


def main(accession: str, platform: str, file: str, network: Network | None = None) -> None:
    """Write the draft of one study and say where it is.

    Args:
        accession: GSE…; with ``file`` it can be "" where the file says what it is of.
        platform: GPL…; "" where the series has one platform.
        file: a local series matrix, family SOFT file, table of counts or recount3 table of runs; "" to fetch the
            series matrix.
        network: mirrors, hosts and limits; those of the configuration where not given.

    Raises:
        InputFaults: an argument is not of its form; there is a draft already; the file cannot be had or read; or the
            study is none that can be used, with the reason.
    """
    _check_arguments(accession, platform, file)
    if accession:
        _refuse_existing(_path_of(accession))
    if file:
        name, text = _of_file(Path(file), accession, platform)
    else:
        name, text = accession, _of_archive(accession, platform, network or _network())
    path = _path_of(name)
    _refuse_existing(path)
    write_text(path, text)
    print(f"{path} is a draft: check every line of it, then move it to config/studies/<key>.yaml", file=sys.stderr)


def of_geo(
    accession: str,
    samples: SampleFields,
    series: Mapping[str, Sequence[str]],
    *,
    platform: str = "",
    several_platforms: bool = False,
    where: str = "",
) -> str:
    """The draft of a series of GEO.

    Args:
        accession: of the series.
        samples: accession → field → values, as the readers of series matrix and SOFT give them.
        series: field → values.
        platform: the one that is wanted; "" where the samples are of one, or were sequenced.
        several_platforms: whether there is one series matrix for each platform.
        where: the file, for the messages.

    Returns:
        The text of the file.

    Raises:
        InputFaults: a superseries, two-colour arrays, another species, several platforms of arrays, or no bulk
            expression; no values; fewer than two samples, or more than ``MOST_SAMPLES``.
    """
    path = Path(where or accession)
    samples = _of_platform(path, samples, platform)
    sequenced = _is_sequenced(samples, series)
    _refuse_unusable(path, samples, series, platform, sequenced)
    samples, notes = _of_rna(path, samples) if sequenced else (samples, [])
    if not sequenced and all(one.get("data_row_count", [""]) == ["0"] for one in samples.values()):
        raise InputFaults([geo.empty_table_fault(path, samples, series)])
    _check_number(str(path), samples)
    platforms = sorted({value for one in samples.values() for value in one.get("platform_id", [])})
    several = several_platforms or len(series.get("platform_id", ())) > 1
    of_array = draft_sources.of_array(accession, platforms, several)
    source = Source(
        name=accession,
        title=" ".join(series.get("title", [])) or accession,
        technology="rnaseq_counts" if sequenced else "microarray",
        lines=draft_sources.of_counts(accession) if sequenced else of_array,
        choices=draft_sources.others(accession, series) if sequenced else [],
        identifier="sample",
        accession=accession,
        stated=series,
        notes=notes,
    )
    return page(source, samples)


def of_recount3(project: str, samples: SampleFields, accession: str = "") -> str:
    """The draft of a project of recount3.

    Args:
        project: as in SRP051765.
        samples: run → field → values, as ``readers.recount3`` gives them.
        accession: of the same study in GEO; "" where it is not known.

    Raises:
        InputFaults: no run is of RNA-Seq; fewer than two runs, or more than ``MOST_SAMPLES``.
    """
    renamed = {run: _as_in_geo(fields) for run, fields in samples.items()}
    kept, notes = _of_rna(Path(project), renamed)
    _check_number(project, kept)
    first = next(iter(samples.values()))
    stated = {"overall_design": first.get("study_abstract", [])}
    title = " ".join(first.get("study_title", [])) or project
    lines = [f"source: {{kind: recount3, project: {project}}}"]
    notes.append("Taken as human: see that this is a project of the human part of recount3.")
    return page(Source(project, title, "rnaseq_counts", lines, [], "run", accession, stated, notes), kept)


def of_columns(path: str, table: Columns, accession: str = "") -> str:
    """The draft of a table of one's own, of which the names of its columns are all that is known.

    Args:
        path: of the table, as it is to stand in the study file.
        table: what its first lines show.
        accession: of the study, if it has one.

    Raises:
        InputFaults: fewer than two columns of numbers, or more than ``MOST_SAMPLES``.
    """
    samples: SampleFields = {name: {"title": [name]} for name in table.samples}
    _check_number(path, samples)
    lines = ["source:", "  kind: file", f"  matrix: {scalar(path)}", "  format: matrix"]
    if table.separator != "tab":
        lines.append(f"  separator: {table.separator}")
    if table.ignore:
        lines.append(f"  columns: {{ignore: [{', '.join(map(scalar, dict.fromkeys(table.ignore)))}]}}")
    notes = ["Of the table only the names of the columns are known: organism and technology must be filled in."]
    return page(Source(Path(path).name, TODO, TODO, lines, [], "sample", accession, {}, notes), samples)


def _check_arguments(accession: str, platform: str, file: str) -> None:
    faults = []
    # Before anything is opened or asked: these become parts of paths and addresses.
    if (accession or not file) and not re.fullmatch(r"GSE[0-9]{1,9}", accession):
        faults.append(Fault("make draft", "ACC", accession, "is not the accession of a series (GSE and digits)", _HOW))
    if platform and not re.fullmatch(r"GPL[0-9]{1,9}", platform):
        faults.append(Fault("make draft", "PLATFORM", platform, "is not the accession of a platform", _HOW))
    if "\x00" in file:
        faults.append(Fault("make draft", "FILE", file, "is not the path of a file", _HOW))
    if faults:
        raise InputFaults(faults)


def _path_of(name: str) -> Path:
    return DRAFTS / f"{name.lower()}.yaml"


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        fix = "Move it to config/studies if it is reviewed, or delete it; then ask again"
        raise fault(
            str(path), "", "", "is there already, and a draft never replaces what somebody may have edited", fix
        )


def _network() -> Network:
    config = strict_yaml.load(studies.CONFIG_FILE).data
    return Network.of(studies.complete_config(config))


def _of_archive(accession: str, platform: str, network: Network) -> str:
    """The draft from the series matrix, which is kept where the run will look for it."""
    from secretome.readers import series_matrix

    # A series of one platform has a file without the name of the platform, and one of several has one for each.
    tries = [(platform, True), (platform, False)] if platform else [("", False)]
    absent: list[Fault] = []
    for of_platform, several in tries:
        source: dict[str, Any] = {"kind": "geo_series_matrix", "accession": accession, "probe_genes": "none"}
        source |= {"platform": of_platform, "several_platforms": several, "platform_table": "annot"}
        wanted = sources.remote_files(source, False, "")["matrix"]
        known = lock.read_lock(lock.LOCK).get(wanted.url)
        try:
            fetched = fetch(
                wanted,
                lock.DOWNLOADS,
                mirrors=network.mirrors,
                hosts=network.hosts,
                known_sha256=known.sha256 if known else "",
                known_size=known.size if known else None,
                largest=network.largest,
                patience=network.patience,
            )
        except InputFaults as found:
            absent += found.faults
            if not getattr(found.__cause__, "absent", False):
                break
            continue
        samples, series = series_matrix.read_fields(fetched.path)
        _require_accession(Path(fetched.path), series, accession)
        return of_geo(accession, samples, series, platform=platform, several_platforms=several, where=fetched.path)
    if not platform:
        hint = "A series of several platforms has a file for each: name one, as in PLATFORM=GPL570"
        absent = [Fault(one.where, one.field, one.value, one.problem, f"{hint}. {one.fix}") for one in absent]
    raise InputFaults(absent)


def _of_file(path: Path, accession: str, platform: str) -> tuple[str, str]:
    """The name and the text of the draft from a local file, whose first line says what it is."""
    from secretome.readers import recount3, series_matrix, soft

    first = next((line for _, line in geo.Lines(path) if line.strip()), "")
    if first.startswith(("!Series_", "!Sample_", "^")):
        samples, series = (soft if first[0] == "^" else series_matrix).read_fields(path)
        stated = _require_accession(path, series, accession)
        return stated, of_geo(stated, samples, series, platform=platform, where=str(path))
    names = first.lower().split("\t")
    if "external_id" in names or "run_acc" in names:
        fields = recount3.read_fields(path)
        projects = sorted({value for one in fields.values() for value in one.get("study", one.get("study_acc", []))})
        if len(projects) != 1 or not re.fullmatch(r"[SED]RP[0-9]{1,9}", projects[0]):
            raise fault(
                str(path), "study", listed(projects), "is not one project (SRP…)", "Give the file of one project"
            )
        return accession or projects[0], of_recount3(projects[0], fields, accession)
    name = accession or re.sub(r"[^a-z0-9]+", "_", path.name.lower().partition(".")[0]).strip("_")
    if wrong := keys.problem(name.lower()):
        raise fault(str(path), "FILE", name, f"{wrong} as the name of a draft", "Give ACC, or rename the file")
    posix = str(PurePosixPath(path))
    faults = paths.faults(posix, ("FILE",), lambda address: "make draft")
    if printable(posix) != posix:
        faults.append(Fault("make draft", "FILE", posix, "holds blanks or characters that cannot be seen", "Rename it"))
    if faults:
        raise InputFaults(faults)
    return name, of_columns(posix, read_columns(path), accession)


def _require_accession(path: Path, series: Mapping[str, Sequence[str]], accession: str) -> str:
    """The accession that a file states, which must be the one that was asked for."""
    stated = list(series.get("geo_accession", ()))
    if len(stated) != 1 or not re.fullmatch(r"GSE[0-9]{1,9}", stated[0]):
        fix = "Give the series matrix or the family SOFT file of one series"
        raise fault(str(path), "Series_geo_accession", listed(stated), "is not one series", fix)
    if accession not in ("", stated[0]):
        raise fault(str(path), "Series_geo_accession", stated[0], f"is not {accession}", "Name the right file, or ACC")
    return stated[0]


def _refuse_unusable(
    path: Path, samples: SampleFields, series: Mapping[str, Sequence[str]], platform: str, sequenced: bool
) -> None:
    """Refuse what no study can be made of."""
    faults = []
    for one in geo.series_faults(path, samples, series, platform, geo.HUMAN):
        if one.field != "Sample_platform_id":
            faults.append(one)
        elif not sequenced or platform:  # two sequencers measure the same thing; two arrays do not
            fix = "Name one of them, as in PLATFORM=GPL570"
            faults.append(Fault(one.where, one.field, one.value, one.problem, fix))
    kinds = list(series.get("type", ()))
    if kinds and not any(map(_EXPRESSION.fullmatch, kinds)):
        problem = "is not expression by array or by high throughput sequencing"
        faults.append(Fault(str(path), "Series_type", listed(kinds), problem, "Take a study of expression"))
    if faults:
        raise InputFaults(faults)


def _of_platform(path: Path, samples: SampleFields, platform: str) -> SampleFields:
    """The samples of the platform that was asked for, all where none was."""
    if not samples:
        _check_number(str(path), samples)
    if not platform:
        return samples
    of_it = {name: one for name, one in samples.items() if one.get("platform_id") in (None, [platform])}
    if not of_it:
        raise fault(str(path), "PLATFORM", platform, "is the platform of no sample", "Correct PLATFORM")
    return of_it


def _is_sequenced(samples: SampleFields, series: Mapping[str, Sequence[str]]) -> bool:
    """Whether the numbers are in a supplement or with NCBI, and not in the series matrix."""
    if any("library_strategy" in one or one.get("type") == ["SRA"] for one in samples.values()):
        return True
    kinds = " ".join(series.get("type", ())).lower()
    return "sequencing" in kinds and "array" not in kinds


def _of_rna(path: Path, samples: SampleFields) -> tuple[SampleFields, list[str]]:
    """The samples of bulk RNA-Seq, and which others there are."""
    single = [name for name, one in samples.items() if "single cell" in " ".join(one.get("library_source", [])).lower()]
    if single:
        problem = f"is the source of {listed(single, 3)}: single cells, which are not read here"
        raise fault(str(path), "library_source", "single cell", problem, "Take a study of bulk RNA-Seq")
    # Where some state a strategy, one that states none is an array.
    default = ["none"] if any("library_strategy" in one for one in samples.values()) else ["RNA-Seq"]
    others = {
        name: listed(one.get("library_strategy", default))
        for name, one in samples.items()
        if one.get("library_strategy", default) != ["RNA-Seq"]
    }
    kept = {name: one for name, one in samples.items() if name not in others}
    if not kept:
        kinds = listed(dict.fromkeys(others.values()))
        raise fault(str(path), "library_strategy", kinds, "is not RNA-Seq", "Take a study of RNA-Seq")
    strategies = list(dict.fromkeys(others.values()))
    return kept, [
        f"Left out, since they are {kind} and not RNA-Seq: {listed((n for n, k in others.items() if k == kind), 60)}."
        for kind in strategies
    ]


def _check_number(where: str, samples: Mapping[str, Any]) -> None:
    if not 2 <= len(samples) <= MOST_SAMPLES:
        fix = "Take a study with two samples in each group" if len(samples) < 2 else "Write the study file by hand"
        raise fault(where, "", "", f"has {len(samples):,} samples that could be compared", fix)


def _as_in_geo(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The fields of a run under the names that GEO has for them."""
    named = dict(fields)
    for name, values in fields.items():
        if name.startswith("sample_attributes: "):
            named[f"characteristics: {name.partition(': ')[2]}"] = values
    title = fields.get("sample_title") or fields.get("experiment_title")
    return {**named, "title": title} if title else named


if __name__ == "__main__":
    with faults_end_the_run():
        main(os.environ.get("ACC", ""), os.environ.get("PLATFORM", ""), os.environ.get("FILE", ""))
