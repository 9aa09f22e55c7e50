"""The knowledge behind the hypothesis table: who binds whom, what a receptor feeds, what inhibits it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from secretome.faults import Fault, nearest, raise_any
from secretome.genes import current_symbols
from secretome.secreted import HIGH_THROUGHPUT, LEADERLESS, LIGAND
from secretome.tables import TEXT, Contract, read_table

# Chains of one ligand or receptor stand together, sorted, as IL6R+IL6ST; an underscore is in some symbols (C4B_2).
JOIN = "+"
Pair = tuple[frozenset[str], frozenset[str]]  # the chains of the ligand, and those of the receptor
# Of the collection of liana those that may be vendored, and the one that knows complexes.
CELLPHONEDB, CONNECTOMEDB = "cellphonedb", "connectomedb2020"
RESOURCES = (CELLPHONEDB, CONNECTOMEDB)
NEEDS, NOT_ALONE, ALONE, BLOCKS = "needs", "not_alone", "alone", "blocks"
KINDS = (NEEDS, NOT_ALONE, ALONE, BLOCKS)
LEVELS = ("ligand", "receptor", "signal")
STATUSES = ("approved", "investigational")

LIGAND_RECEPTOR = Contract(
    "ligand_receptor",
    {"ligand": TEXT, "receptor": TEXT, "added": TEXT, "resources": TEXT, "blocks": TEXT},
    key=("ligand", "receptor"),
    order=("ligand", "receptor"),
)
RECEPTOR_PARTNERS = Contract(
    "receptor_partners",
    {"kind": TEXT, "receptor": TEXT, "partner": TEXT, "reason": TEXT},
    key=("kind", "receptor", "partner"),
    order=("kind", "receptor", "partner"),
)
RECEPTOR_SIGNALS = Contract(
    "receptor_signals",
    {"receptor": TEXT, "signal": TEXT, "reason": TEXT},
    key=("receptor", "signal"),
    order=("receptor", "signal"),
)
INHIBITORS = Contract(
    "inhibitors",
    {"level": TEXT, "target": TEXT, "inhibitor_class": TEXT, "example": TEXT, "inhibits": TEXT, "status": TEXT},
    key=("level", "target", "inhibitor_class"),
    order=("level", "target", "inhibitor_class"),
)
COMBINATIONS = Contract(
    "combinations",
    {
        "combination": TEXT,
        "paper": TEXT,
        "drug_class": TEXT,
        "ligand": TEXT,
        "receptor": TEXT,
        "signal": TEXT,
        "inhibitor_class": TEXT,
        "reason": TEXT,
    },
    key=("combination",),
    order=("combination",),
)


@dataclass(frozen=True)
class Knowledge:
    """The tables that the hypotheses rest on; of each its contract stands above.

    Attributes:
        pairs: which ligand binds which receptor.
        receptor_signals: chain of a receptor → signal that it feeds.
        inhibitors: what inhibits a ligand, a chain of a receptor, or what follows from a signal.
        combinations: the combinations of drugs that the seed papers try.
    """

    pairs: pd.DataFrame
    receptor_signals: pd.DataFrame
    inhibitors: pd.DataFrame
    combinations: pd.DataFrame


def read_knowledge(folder: str | Path) -> Knowledge:
    """Read the tables from the folder of the bundled knowledge.

    Raises:
        ContractBroken: a table has other columns than its contract, or a key stands twice.
    """
    folder = Path(folder)
    return Knowledge(
        read_table(folder / "ligand_receptor.tsv.gz", LIGAND_RECEPTOR),
        read_table(folder / "receptor_signals.tsv", RECEPTOR_SIGNALS),
        read_table(folder / "inhibitors.tsv", INHIBITORS),
        read_table(folder / "combinations.tsv", COMBINATIONS),
    )


def chains_of(knowledge: Knowledge) -> set[str]:
    """The genes of all ligands and receptors."""
    return {gene for side in ("ligand", "receptor") for name in set(knowledge.pairs[side]) for gene in name.split(JOIN)}


def require_sound(knowledge: Knowledge, symbols: Collection[str], signals: Collection[str]) -> None:
    """Refuse what names a gene, a signal or a word that does not exist: it would silently join to nothing.

    Args:
        knowledge: the tables.
        symbols: the current symbols of genes.
        signals: the keys of the panel of signals.

    Raises:
        InputFaults: one fault for each, twenty at most.
    """
    pairs, fed, drugs, tried = (
        knowledge.pairs,
        knowledge.receptor_signals,
        knowledge.inhibitors,
        knowledge.combinations,
    )
    of_signal = drugs["level"] == "signal"
    classes = set(drugs["inhibitor_class"])
    faults = [
        *_unknown("ligand_receptor", "ligand", pairs["ligand"], symbols, JOIN),
        *_unknown("ligand_receptor", "receptor", pairs["receptor"], symbols, JOIN),
        *_unknown("receptor_signals", "receptor", fed["receptor"], symbols),
        *_unknown("receptor_signals", "signal", fed["signal"], signals),
        *_unknown("inhibitors", "level", drugs["level"], LEVELS),
        *_unknown("inhibitors", "status", drugs["status"], STATUSES),
        *_unknown("inhibitors", "target", drugs.loc[of_signal, "target"], signals),
        *_unknown("inhibitors", "target", drugs.loc[~of_signal, "target"], symbols),
        *_unknown("inhibitors", "inhibits", drugs["inhibits"], symbols, "|"),
        *_unknown("combinations", "ligand", tried["ligand"], symbols, optional=True),
        *_unknown("combinations", "receptor", tried["receptor"], symbols, optional=True),
        *_unknown("combinations", "signal", tried["signal"], signals, "|", optional=True),
        *_unknown("combinations", "inhibitor_class", tried["inhibitor_class"], classes, "|"),
        *_empty("receptor_signals", "reason", fed, "receptor"),
        *_empty("inhibitors", "example", drugs, "target"),
        *_empty("combinations", "drug_class", tried, "combination"),
    ]
    raise_any("knowledge of ligands and receptors", faults)


def make_pairs(
    rows: pd.DataFrame,
    partners: pd.DataFrame,
    secreted: pd.DataFrame,
    genes: pd.DataFrame,
    aliases: pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Reduce a collection of ligands and receptors to the pairs that a secretome can ask about.

    A complex needs all its chains. CellPhoneDB writes complexes; connectomeDB2020 writes each chain as a receptor. So a
    chain that only the second has is left out where a complex with the same ligand holds it, which then counts as known
    to both. What neither writes is in ``partners``. A ligand needs a class; of several chains, none by screens alone.

    # ASSUME a chain of a receptor that is itself a ligand (IL6 in IL6+IL6R+IL6ST; IFNA2 for every interferon) is there
    # because the complex was assembled with it, not because the receiver has to make it.

    Args:
        rows: `source`, `target` (a complex begins ``COMPLEX:``), `source_genesymbol`, `target_genesymbol` (its chains
            joined by "_") and `resource`.
        partners: `kind`, `receptor`, `partner`, `reason`: a receptor ``needs`` its partner; is ``not_alone`` a
            receptor; signals ``alone`` although complexes hold it; or its partner, a ligand, ``blocks`` it (receptor
            "": whichever it binds).
        secreted: `gene`, `secreted_class`.
        genes, aliases: as for :func:`secretome.genes.current_symbols`.

    Returns:
        The rows of ``LIGAND_RECEPTOR``, and how many were read and lost on the way.

    Raises:
        InputFaults: ``partners`` names a gene or a kind that does not exist.
    """
    _require_known_partners(partners, set(genes["symbol"]))
    rows = rows[rows["resource"].isin(RESOURCES)]
    counts = {f"read_{name}": int((rows["resource"] == name).sum()) for name in RESOURCES}
    sides = {side: _chains(rows[side], rows[f"{side}_genesymbol"], genes, aliases) for side in ("source", "target")}
    classes = dict(zip(secreted["gene"], secreted["secreted_class"], strict=True))
    found: dict[Pair, set[str]] = {}
    counts |= {"without_symbol": 0, "not_secreted": 0, "no_receptor": 0}
    for ligand, receptor, resource in zip(sides["source"], sides["target"], rows["resource"], strict=True):
        # The chain of a receptor that stands as its own ligand is no ligand, unless it is known as one.
        left = {gene for gene in receptor if classes.get(gene) not in (LIGAND, LEADERLESS)}
        if not ligand or not receptor:
            counts["without_symbol"] += 1
        elif any(gene not in classes or (len(ligand) > 1 and classes[gene] == HIGH_THROUGHPUT) for gene in ligand):
            counts["not_secreted"] += 1
        elif not left or ligand & left:
            counts["no_receptor"] += 1
        else:
            found.setdefault((ligand, frozenset(left)), set()).add(resource)
    completed = _completed(found, partners)
    pairs = _without_parts(completed, partners)
    counts |= {"part_of_a_complex": len(completed) - len(pairs), "pairs": len(pairs)}
    return _pair_table(pairs, set(found), partners), counts


def _unknown(
    where: str,
    field: str,
    values: Iterable[str],
    known: Collection[str],
    separator: str = "",
    optional: bool = False,
) -> list[Fault]:
    named = {name for value in values for name in (value.split(separator) if separator else [value])}
    wrong = sorted(name for name in named if name not in known and not (optional and not name))
    problem = "is not known here" if field in ("level", "status", "kind", "inhibitor_class") else "does not exist"
    problem = "is not a current symbol" if len(known) > 1000 else problem
    return [Fault(where, field, name, problem, nearest(name, known)) for name in wrong]


def _empty(where: str, field: str, table: pd.DataFrame, named: str) -> list[Fault]:
    names = table.loc[table[field] == "", named]
    return [Fault(where, field, "", f"is missing of {name}", "Fill it in") for name in sorted(set(names))]


def _require_known_partners(partners: pd.DataFrame, symbols: Collection[str]) -> None:
    named = [name for name in (*partners["receptor"], *partners["partner"]) if name]
    faults = [
        *_unknown("receptor_partners", "kind", partners["kind"], KINDS),
        *_unknown("receptor_partners", "receptor or partner", named, symbols),
    ]
    faults += [
        Fault("receptor_partners", "partner", "", f"is missing of a row {kind} {receptor}", "Name the gene")
        for kind, receptor, partner in zip(partners["kind"], partners["receptor"], partners["partner"], strict=True)
        if kind in (NEEDS, BLOCKS) and not partner
    ]
    raise_any("receptor_partners", faults)


def _chains(ids: pd.Series, names: pd.Series, genes: pd.DataFrame, aliases: pd.DataFrame) -> list[frozenset[str]]:
    """The current symbols of the chains of each row; none where one of them has none."""
    split = [name.split("_") if one.startswith("COMPLEX:") else [name] for one, name in zip(ids, names, strict=True)]
    every = sorted({name for chains in split for name in chains})
    current = dict(zip(every, current_symbols(every, genes, aliases), strict=True))
    return [
        frozenset(current[name] for name in chains) if all(current[name] for name in chains) else frozenset()
        for chains in split
    ]


def _completed(found: Mapping[Pair, set[str]], partners: pd.DataFrame) -> dict[Pair, set[str]]:
    """Each receptor of one chain with the chains that it needs, and those that these need."""
    needs: dict[str, set[str]] = {}
    for receptor, partner in partners.loc[partners["kind"] == NEEDS, ["receptor", "partner"]].to_numpy():
        needs.setdefault(receptor, set()).add(partner)
    completed: dict[Pair, set[str]] = {}
    for (ligand, receptor), resources in found.items():
        whole = set(receptor)
        # A complex that CellPhoneDB writes is whole: TGFBR2 beside ACVR1 needs no TGFBR1.
        while len(receptor) == 1 and (more := {other for one in whole for other in needs.get(one, ())} - whole):
            whole |= more
        completed.setdefault((ligand, frozenset(whole)), set()).update(resources)
    return completed


def _without_parts(pairs: Mapping[Pair, set[str]], partners: pd.DataFrame) -> dict[Pair, set[str]]:
    """Without receptors that are a part of a complex, which takes over who knows of them."""
    alone = set(partners.loc[partners["kind"] == ALONE, "receptor"])
    not_alone = set(partners.loc[partners["kind"] == NOT_ALONE, "receptor"])
    by_ligand: dict[frozenset[str], list[frozenset[str]]] = {}
    for ligand, receptor in pairs:
        by_ligand.setdefault(ligand, []).append(receptor)
    kept = {pair: set(resources) for pair, resources in pairs.items()}
    for (ligand, receptor), resources in pairs.items():
        wholes = [other for other in by_ligand[ligand] if receptor < other]
        if receptor <= not_alone or (wholes and CELLPHONEDB not in resources and not receptor <= alone):
            del kept[ligand, receptor]
            for whole in wholes:
                if (ligand, whole) in kept:
                    kept[ligand, whole] |= resources
    return kept


def _pair_table(pairs: Mapping[Pair, set[str]], written: Collection[Pair], partners: pd.DataFrame) -> pd.DataFrame:
    """The pairs as rows; `added` are chains that no collection has with this ligand, `blocks` why it blocks."""
    blocks = {
        (partner, receptor): reason
        for receptor, partner, reason in partners.loc[
            partners["kind"] == BLOCKS, ["receptor", "partner", "reason"]
        ].to_numpy()
    }
    of_ligand: dict[frozenset[str], set[frozenset[str]]] = {}
    for ligand, receptor in written:
        of_ligand.setdefault(ligand, set()).add(receptor)
    rows = []
    for (ligand, receptor), resources in pairs.items():
        parts = [one for one in of_ligand[ligand] if one <= receptor]
        added = receptor - frozenset().union(*parts)
        why = {blocks.get((one, other), "") for one in ligand for other in ("", *receptor)} - {""}
        names = (JOIN.join(sorted(chains)) for chains in (ligand, receptor, added))
        rows.append([*names, "; ".join(sorted(resources)), "; ".join(sorted(why))])
    table = pd.DataFrame(rows, columns=list(LIGAND_RECEPTOR.columns), dtype=object)
    return table.sort_values(list(LIGAND_RECEPTOR.order), ignore_index=True)
