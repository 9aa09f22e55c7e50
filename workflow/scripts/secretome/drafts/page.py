"""The text of a drafted study file: what an archive states, what was made of it and why, and what is left to do."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from secretome.drafts.contrasts import GROUP, Proposal, propose
from secretome.drafts.sheet import CULTURE, FACTOR, SUBJECT, TITLE_GROUP, Column, columns_of, constant
from secretome.drafts.text import TODO, comment, commented, scalar, sheet
from secretome.faults import listed, shown
from secretome.source_table import SampleFields

MOST_LISTED = 300
_SETTINGS = (
    "setting: acute (hours to a few days under the drug), adaptive (surviving cells after long exposure), resistant "
    "(lines that grow under the drug) or ligand (a factor added instead of a drug). It is never guessed."
)


@dataclass(frozen=True)
class Source:
    """What is known of a study beside its samples.

    Attributes:
        name: what it was drafted of: an accession, or the name of a table.
        title: of the archive.
        technology: as in a study file, or TODO.
        lines: the block `source`.
        choices: other sources, each with a remark; its lines become comments.
        identifier: the column of the ids.
        accession: for the citation, "" where there is none.
        stated: field → values of the series.
        notes: what was left out on the way.
    """

    name: str
    title: str
    technology: str
    lines: Sequence[str]
    choices: Sequence[tuple[str, Sequence[str]]]
    identifier: str
    accession: str
    stated: Mapping[str, Sequence[str]]
    notes: Sequence[str] = field(default_factory=list)


def page(source: Source, samples: SampleFields) -> str:
    """The text of the draft of ``source``; the same input gives the same text.

    Args:
        source: the study.
        samples: id → field → values, in the order of the sheet.
    """
    columns, told = columns_of(samples)
    if not columns:
        # A sheet has two columns at least; the names alone are what a person starts from.
        columns = [_unnamed(samples)]
    found = propose(columns, list(samples))
    sections = [
        _head(source),
        _study(source, samples),
        _source(source),
        _samples(source, samples, columns, [*source.notes, *told], found.group, found.group_of),
        _contrasts(found.contrasts, [*found.notes, *_of_runs(columns), *_of_pairs(source, found.contrasts)]),
        _citation(source),
    ]
    return "\n".join(line for section in sections for line in (*section, "")).rstrip("\n") + "\n"


def _unnamed(samples: SampleFields) -> Column:
    values = [TODO] * len(samples)
    return Column(TITLE_GROUP, "nothing: no field groups the samples", FACTOR, values, values, stated=False)


def _head(source: Source) -> list[str]:
    quoted = " The texts of the archive are quoted as they are."
    return [
        *comment(f"A draft of a study file, made of what is stated of {source.name}. Nothing runs from it."),
        *comment(f"1. Check every line with the paper beside it.{quoted if source.stated else ''}"),
        *comment(
            "2. Replace each TODO. 3. Remove the line `draft: true`. 4. Move the file to config/studies/<key>.yaml."
        ),
        "draft: true  # remove this line when you have checked everything below",
    ]


def _study(source: Source, samples: SampleFields) -> list[str]:
    same = listed(constant(samples), 12)
    words = " ".join(text for texts in source.stated.values() for text in texts).lower()
    medium = any(word in words for word in ("conditioned medium", "conditioned media", "supernatant", "secretome"))
    known = source.technology != TODO
    lines = [f"title: {scalar(source.title)}"]
    if text := " ".join(source.stated.get("overall_design", ())):
        lines += comment(f"overall design: {shown(text, 1000)}")
    lines += [f"organism: {'Homo sapiens' if known else TODO}"]
    lines += comment('model: the material, as it completes "in …"; it bounds every sentence of the page.')
    lines += comment(f"The same for all samples: {same}.") if same else []
    lines += [f"model: {TODO}", f"technology: {source.technology}"]
    kinds = listed(source.stated.get("type", ()))
    lines[-1] += f"  # the archive: {kinds}" if kinds else ""
    lines += comment("compartment: cells, or medium where conditioned medium was measured.")
    lines += comment("The record speaks of medium or secretome: look which was measured.", hanging=2) if medium else []
    if known and source.technology != "proteomics":
        return [*lines, "compartment: cells"]
    lines += comment("It decides how proteins are normalised and whether leakage is judged: never guessed.", hanging=2)
    return [*lines, f"compartment: {TODO}"]


def _source(source: Source) -> list[str]:
    lines: list[str] = []
    if source.lines[1:2] == ["  kind: ncbi_counts"]:
        lines += comment(
            "Counts that NCBI made of the reads of human series, by GSM; a series that has none is answered by 404, "
            "and single samples can be missing. Then take one of the sources below, with its columns in the sheet."
        )
    lines += source.lines
    for remark, choice in source.choices:
        lines += comment(f"Or: {remark}")
        lines += commented(choice, 0)
    return lines


def _samples(
    source: Source,
    samples: SampleFields,
    columns: Sequence[Column],
    notes: Iterable[str],
    group: Sequence[str],
    group_of: Sequence[str],
) -> list[str]:
    names_alone = all(fields == {"title": [name]} for name, fields in samples.items())
    lines = comment(
        "Values of the sheet: what is not a letter, a digit or one of . + % - became an underscore, Greek letters are "
        f"spelt out, NA is what is not given. What the {'header of the table' if names_alone else 'archive'} writes:"
    )
    for column in columns:
        told = _field(shown(column.field), names_alone)
        if len(set(column.values)) > 40:
            few = f"{len(set(column.values))} values of {told}, as in {listed(column.legend(), 3)}"
            lines += comment(f"{column.name}: {few}", 0, 2)
        else:
            lines += comment(f"{column.name}: {'; '.join(column.legend())}, from {told}", 0, 2)
    if group:
        lines += comment(f"{GROUP}: {', '.join(group_of)} together", 0, 2)
    for note in notes:
        lines += comment(_field(note, names_alone), 0, 2)
    lines += [] if names_alone else _sample_list(samples)
    table = {source.identifier: list(samples), **{column.name: column.values for column in columns}}
    if group:
        table[GROUP] = list(group)
    block = sheet(table, source.identifier)
    subject = next((column for column in columns if column.role == SUBJECT and column.complete), None)
    more = [f"  subject: {scalar(subject.name)}"] if subject else []
    culture = next((column for column in columns if column.name == CULTURE), None)
    if culture:
        more += comment(
            f"Several rows have the same {CULTURE} ({culture.field}). If they are technical runs of it, they are no "
            "replicates: take the columns out that differ between its runs, and write",
            2,
        )
        more.append(f"  # technical_runs_of: {CULTURE}")
    return [*lines, *block[:2], *more, *block[2:]]


def _field(text: str, names_alone: bool) -> str:
    """What is told of a field; a table of one's own has no titles but the names of its columns."""
    return re.sub(r"^title\b", "name of the column", text) if names_alone else text


def _sample_list(samples: SampleFields) -> list[str]:
    """One comment a sample: its title, source and raw file, in the archive's own words."""
    lines = comment("Each sample: title | source | raw file")
    for name, fields in list(samples.items())[:MOST_LISTED]:
        raw = [PurePosixPath(url).name for key in fields if key.startswith("supplementary_file") for url in fields[key]]
        parts = [*fields.get("title", [])[:1], *fields.get("source_name_ch1", [])[:1], *raw[:1]]
        texts = [shown(part, 100) for part in parts if part != "NONE"]
        lines.append(f"#   {shown(name)}  {' | '.join(texts)}".rstrip())
    if len(samples) > MOST_LISTED:
        lines.append(f"#   and {len(samples) - MOST_LISTED} more")
    return lines


def _of_runs(columns: Sequence[Column]) -> list[str]:
    if not any(column.name == CULTURE for column in columns):
        return []
    return [f"Rows of one {CULTURE} may be technical runs: decide that above before any contrast."]


def _of_pairs(source: Source, proposals: Sequence[Proposal]) -> list[str]:
    """A hint where the record speaks of pairs and no contrast is paired."""
    words = " ".join(text for name in ("summary", "overall_design") for text in source.stated.get(name, ())).lower()
    spoken = re.search(r"\bpaired\b(?![ -]?end)|\bmatched\b|\bsame (day|donor|patient|passage|stock)", words)
    if not spoken or any(one.block for one in proposals):
        return []
    told = f"The record says '{spoken[0]}' and no contrast here is paired: find what pairs the samples"
    return [f"{told} (names of raw files, titles, the paper), write it as a column, and name that as block."]


def _contrasts(proposals: Sequence[Proposal], notes: Sequence[str]) -> list[str]:
    lines = comment(_SETTINGS)
    lines += comment(
        "drug_class: the class in lower case with underscores, as braf_inhibitor, for questions across studies."
    )
    for note in notes:
        lines += comment(note, 0, 2)
    lines.append("contrasts:")
    if all(one.against for one in proposals):
        why = (
            "None of those below can run as it is" if proposals else "No column looks like a treatment with its control"
        )
        lines += comment(f"{why}: write at least one, or take another study.", 2)
        lines += _contrast(Proposal("to_be_written", TODO, TODO, TODO))
    for one in proposals:
        lines += ["", *comment(f"{one.counts[0]} and {one.counts[1]} samples. {' '.join(one.reasons)}", 2)]
        if one.against:
            lines += comment(f"NOT PROPOSED: {one.against}.", 2)
            lines += commented(_contrast(one), 2)
        else:
            lines += _contrast(one)
    return lines


def _contrast(one: Proposal) -> list[str]:
    lines = [
        f"  {one.key}:",
        f"    variable: {scalar(one.variable)}",
        f"    level: {scalar(one.level)}",
        f"    reference: {scalar(one.reference)}",
    ]
    if one.block:
        lines.append(f"    block: [{', '.join(map(scalar, one.block))}]")
    if one.perhaps:
        why = "only if those of one number belong together: one day, passage or donor"
        lines.append(f"    # block: [{scalar(one.perhaps)}]  # {why}")
    if one.counts and 0 < min(one.counts) < 2:
        lines.append("    descriptive: true  # a group of one sample: fold changes are shown, nothing is tested")
    return [*lines, "    # drug_class: …", f"    setting: {TODO}"]


def _citation(source: Source) -> list[str]:
    papers = listed(source.stated.get("pubmed_id", ()))
    lines = comment(f"PubMed: {papers}. The DOI is not stated: add doi: 10.…/…") if papers else []
    return [*lines, *([f"citation: {{accession: {source.accession}}}"] if source.accession else [])]
