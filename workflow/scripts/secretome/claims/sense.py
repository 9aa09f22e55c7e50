"""Whether the keys of a claim fit together, and whether what it names is there. Knows no files but those of studies."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secretome import strict_yaml
from secretome.faults import Fault, InputFaults, nearest
from secretome.schemas import Where, dotted
from secretome.strict_yaml import Address

if TYPE_CHECKING:
    from secretome.claims.files import Known

# The keys of a feature, of which a claim has the ones of exactly one line.
FORMS = (
    {"gene"},
    {"genes", "rule"},
    {"gene_set", "collection"},
    {"signal"},
    {"share_of"},
    {"table", "comparison"},
    {"reported"},
    {"measurement"},
)
OF_EXPRESSION = ("gene", "genes", "gene_set", "signal")
# Kind → the directions that it takes, and the first key of its features; what is measured elsewhere fits them all.
KINDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "effect": (("up", "down"), OF_EXPRESSION),
    "equivalence": (("none",), OF_EXPRESSION),
    "share": (("up", "down", "either"), ("share_of",)),
    "published": (("up", "down", "none"), ("table", "reported")),
}
PUBLISHED = "published"


def faults(claim: Mapping[str, Any], address: Address, where: Where) -> list[Fault]:
    """What does not fit together in a claim that keeps to the schema.

    Args:
        claim: with its defaults.
        address: of the claim in its file.
        where: the file and line of an address.
    """

    def fault(inside: Address, value: object, problem: str, fix: str) -> Fault:
        full = (*address, *inside)
        return Fault(where(full), dotted(full), str(value), problem, fix)

    feature = claim["feature"]
    given = set(feature) - {"changed_by"}
    if "genes" in given and "rule" not in given:
        fix = "Add rule: all, mean or any: it says how several genes decide"
        return [fault(("feature", "rule"), "", "is missing", fix)]
    if given not in FORMS:
        fix = "Give one of: gene, genes with rule, gene_set with collection, signal, share_of, table with comparison, "
        problem = "does not say what is looked at by exactly one of its forms"
        return [fault(("feature",), ", ".join(sorted(given)), problem, f"{fix}reported, measurement")]
    found = []
    directions, features = KINDS[claim["kind"]]
    if claim["direction"] not in directions:
        problem = f"is no direction of kind {claim['kind']}"
        found.append(fault(("direction",), claim["direction"], problem, f"Write {' or '.join(directions)}"))
    if not given & {*features, "measurement"}:
        fix = f"A claim of kind {claim['kind']} takes {' or '.join(features)}"
        found.append(fault(("feature",), ", ".join(sorted(given)), f"is no feature of kind {claim['kind']}", fix))
    if claim["kind"] == "share" and claim["smallest_effect"] >= 1:
        fix = "Write a share of all genes, between 0 and 1"
        found.append(fault(("smallest_effect",), claim["smallest_effect"], "is no share", fix))
    if claim["kind"] == "equivalence" and feature.get("rule") == "any":
        found.append(fault(("feature", "rule"), "any", "is no rule for what does not change", "Write all or mean"))
    if "measurement" in given and not claim["untestable"]:
        found.append(fault(("untestable",), "", "is missing", "Say why nothing here measures what the feature names"))
    if "table" in given and len(claim["where"]["studies"]) != 1:
        fix = "Name the one study whose table it is, as in where: {studies: [straussman_hgf]}"
        found.append(fault(("where", "studies"), "", "does not name one study", fix))
    if "reported" in given and not feature["reported"]["ci_low"] <= feature["reported"]["effect"]:
        found.append(fault(("feature", "reported", "ci_low"), "", "is above the effect", "Correct one of them"))
    if "reported" in given and not feature["reported"]["effect"] <= feature["reported"]["ci_high"]:
        found.append(fault(("feature", "reported", "ci_high"), "", "is below the effect", "Correct one of them"))
    return found


def unknown(claim: Mapping[str, Any], address: Address, where: Where, known: "Known") -> list[Fault]:
    """The signals, collections, gene sets, studies, contrasts and tables that a claim names and that are not there."""

    def fault(inside: Address, value: str, problem: str, names: Collection[str]) -> Fault:
        full = (*address, *inside)
        return Fault(where(full), dotted(full), value, problem, nearest(value, names))

    found = []
    feature, places = claim["feature"], claim["where"]
    if "signal" in feature and feature["signal"] not in known.signals:
        found.append(fault(("feature", "signal"), feature["signal"], "is not among the signals", known.signals))
    if "collection" in feature and feature["collection"] not in known.collections:
        problem = "is not among the collections of gene sets"
        found.append(fault(("feature", "collection"), feature["collection"], problem, known.collections))
    elif "gene_set" in feature:
        held = known.gene_sets(feature["collection"])
        if held is not None and feature["gene_set"] not in held:
            problem = f"is not a gene set of {feature['collection']}"
            found.append(fault(("feature", "gene_set"), feature["gene_set"], problem, held))
    if known.files is None:  # the claims of the project name its own studies, which a run may have put aside
        return found
    seen = claim["seen"] if isinstance(claim["seen"], list) else []
    named: list[tuple[Address, str]] = [
        (("where", "studies", index), key) for index, key in enumerate(places["studies"])
    ]
    named += [(("transfer", key), key) for key in claim["transfer"]]
    named += [(("seen", index), key) for index, key in enumerate(seen)]
    for inside, key in named:
        if key not in known.files:
            found.append(fault(inside, key, "is not a study of the study folders", known.files))
    for index, place in enumerate(places["contrasts"]):
        study, _, contrast = place.partition("/")
        there = contrasts_of(study, known)
        if contrast not in there:
            every = [f"{study}/{one}" for one in there] or [f"{one}/…" for one in known.files]
            found.append(fault(("where", "contrasts", index), place, "is not a contrast of a study", every))
    if "table" in feature and len(places["studies"]) == 1 and places["studies"][0] in known.files:
        found += _table_faults(claim, address, where, known.studies.get(places["studies"][0]))
    return found


def contrasts_of(study: str, known: "Known") -> list[str]:
    """The contrasts of a study, of one that this run does not use as they stand in its file."""
    if study in known.studies:
        return list(known.studies[study].get("contrasts", ()))
    if known.files is None or study not in known.files:
        return []
    try:
        written = strict_yaml.load(Path(known.files[study])).data.get("contrasts")
    except InputFaults:  # of a file that this run does not use, and that is told when it does
        return []
    return list(written) if isinstance(written, dict) else []


def _table_faults(
    claim: Mapping[str, Any], address: Address, where: Where, study: Mapping[str, Any] | None
) -> list[Fault]:
    """What a claim on a study of published measurements asks of it in vain; nothing where this run does not use it."""
    if study is None:
        return []
    feature = claim["feature"]

    def fault(inside: Address, value: object, problem: str, fix: str) -> list[Fault]:
        full = (*address, *inside)
        return [Fault(where(full), dotted(full), str(value), problem, fix)]

    if study.get("technology") != PUBLISHED:
        fix = "Name a study of technology: published"
        return fault(("where", "studies", 0), claim["where"]["studies"][0], "has no published measurements", fix)
    tables = study["tables"]
    if feature["table"] not in tables:
        fix = nearest(feature["table"], tables)
        return fault(("feature", "table"), feature["table"], "is not a table of the study", fix)
    table = tables[feature["table"]]
    if feature["comparison"] not in table["comparisons"]:
        fix = nearest(feature["comparison"], table["comparisons"])
        return fault(("feature", "comparison"), feature["comparison"], "is not a comparison of the table", fix)
    if claim["smallest_effect"] != table["smallest_effect"]:
        problem = f"is not the smallest effect of the table, {table['smallest_effect']:g}"
        return fault(("smallest_effect",), claim["smallest_effect"], problem, "Write the same in both files")
    return []
