"""The claim files: load, check against the studies, the signals and the genes, name the faulty file, key and line.

common.smk imports this while Snakemake parses, so nothing here computes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secretome import keys, schemas, strict_yaml
from secretome.claims import sense
from secretome.faults import Fault, InputFaults
from secretome.pathways.gene_names import symbol_faults
from secretome.strict_yaml import Document
from secretome.study_file import lines_of

Claims = dict[str, dict[str, Any]]
LISTS = ("drug_class", "setting")  # of `where`: a word or several


@dataclass(frozen=True)
class Known:
    """What claims may name.

    Attributes:
        files: every study file that was found, by the key of the study, whether this run uses it or not; None where
            what is named of studies is not to be checked.
        studies: the studies of this run, complete.
        signals: keys of signals.
        collections: keys of the collections of gene sets, those not chosen among them.
        gene_sets: collection → the names of its gene sets; None where they are not known before it is fetched.
    """

    files: Mapping[str, str | Path] | None
    studies: Mapping[str, Mapping[str, Any]]
    signals: Collection[str]
    collections: Collection[str]
    gene_sets: Callable[[str], Collection[str] | None]


@dataclass
class _Read:
    """The documents that could be read, and what is wrong with the rest."""

    documents: dict[str, tuple[Path, Document]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def load_claims(folders: Sequence[str | Path], known: Known, knowledge: str | Path) -> Claims:
    """The claims of every paper.

    Args:
        folders: where ``<paper>.yaml`` files are looked for.
        known: what claims may name.
        knowledge: the folder of the bundled tables of genes.

    Returns:
        Paper → ``paper`` and ``claims`` (key → the claim with its defaults; ``where.drug_class`` and ``where.setting``
        as lists), in the order of the keys of the papers and, of claims, of their file.

    Raises:
        InputFaults: everything that is wrong, of all files at once: what breaks the schema; a key that cannot serve or
            is found twice; an unknown gene, signal, collection, gene set, study, contrast, table or comparison; several
            genes without a rule; a direction that the kind does not take.
    """
    read = _read(folders)
    schema = schemas.schema("claims")
    papers: Claims = {}
    for key, (path, document) in sorted(read.documents.items()):
        where = lines_of(path, document)
        wrong = schemas.faults(document.data, schema, where, document.text_of)
        claims = document.data.get("claims")
        if isinstance(claims, dict):
            wrong += keys.faults(claims, ("claims",), where)
        whole = complete(_sound(document.data, {fault.field for fault in wrong}))
        for name, claim in whole["claims"].items():
            wrong += sense.faults(claim, ("claims", name), where)
            wrong += sense.unknown(claim, ("claims", name), where, known)
        papers[key] = whole
        read.faults += wrong
    read.faults += _gene_faults(papers, read.documents, Path(knowledge))
    if read.faults:
        raise InputFaults(read.faults)
    return papers


def complete(data: Mapping[str, Any]) -> dict[str, Any]:
    """A sound file with its defaults, single words of ``where`` as lists."""
    whole = schemas.with_defaults(dict(data), schemas.schema("claims"))
    for claim in whole["claims"].values():
        feature = claim["feature"]
        for name in LISTS:
            given = claim["where"][name]
            claim["where"][name] = [given] if isinstance(given, str) else given
        unasked = [name for name, asked in (("genes", "genes"), ("changed_by", "share_of")) if not feature.get(asked)]
        for name in unasked:
            feature.pop(name, None)
    return whole


def named_genes(claim: Mapping[str, Any]) -> list[str]:
    """The genes that a claim names, in their order."""
    feature = claim["feature"]
    return [feature["gene"]] if "gene" in feature else list(feature.get("genes", ()))


def _read(folders: Sequence[str | Path]) -> _Read:
    read = _Read()
    found: dict[str, Path] = {}
    for folder in dict.fromkeys(map(Path, folders)):
        if not folder.is_dir():
            read.faults.append(Fault("configuration", "claim_folders", str(folder), "is not a folder", "Correct it"))
            continue
        for path in sorted(folder.iterdir()):
            if path.name.startswith((".", "~")) or path.suffix.lower() not in (".yaml", ".yml"):
                continue
            if path.suffix != ".yaml":
                problem = "is not called .yaml and would be passed over"
                read.faults.append(Fault(str(path), "", "", problem, "Rename it"))
            elif wrong := keys.problem(path.stem):
                read.faults.append(Fault(str(path), "", path.stem, f"{wrong} as the key of a paper", keys.FIX))
            elif path.stem in found:
                problem = f"is found twice: {found[path.stem]} is the other"
                read.faults.append(Fault(str(path), "", path.stem, problem, "Rename or remove one of them"))
            else:
                found[path.stem] = path
    for key, path in found.items():
        try:
            read.documents[key] = (path, strict_yaml.load(path))
        except InputFaults as wrong_file:
            read.faults += wrong_file.faults
    return read


def _sound(data: Mapping[str, Any], faulty: Collection[str]) -> dict[str, Any]:
    """A file without the claims that break the schema: what is wrong there must not hide what is wrong elsewhere."""
    claims = data.get("claims")
    claims = claims if isinstance(claims, dict) else {}
    broken = {name for name in claims for at in faulty if f"{at}.".startswith(f"claims.{name}.")}
    sound = {name: claim for name, claim in claims.items() if name not in broken and isinstance(claim, dict)}
    return {"paper": data.get("paper"), "claims": sound}


def _gene_faults(papers: Claims, documents: Mapping[str, tuple[Path, Document]], knowledge: Path) -> list[Fault]:
    """Genes that are no current symbols: they would be found in no study, and nobody would be told."""
    return symbol_faults(
        [
            (
                lines_of(*documents[paper]),
                ("claims", key, "feature", _gene_key(claim)),
                gene,
            )
            for paper, whole in papers.items()
            for key, claim in whole["claims"].items()
            for gene in named_genes(claim)
        ],
        knowledge,
    )


def _gene_key(claim: Mapping[str, Any]) -> str:
    return "gene" if "gene" in claim["feature"] else "genes"
