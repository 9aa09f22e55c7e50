"""Which genes are secreted, by which evidence, and which of them change."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from secretome.leakage import MARKERS, leaked_range
from secretome.lysate import beside
from secretome.models.false_discovery import benjamini_hochberg
from secretome.serum import NOTE, SERUM
from secretome.tables import SECRETOME

LIGAND, SECRETED, SHED = "ligand", "secreted", "shed"
LEADERLESS, HIGH_THROUGHPUT = "leaderless", "high_throughput"
# The genes that are corrected for together: those whose protein is known to be secreted.
FAMILY = (LIGAND, SECRETED, SHED)

EXTRACELLULAR = ("GO:0005576", "GO:0005615")
# ASSUME a mass-spectrometry screen (HDA) or an unreviewed prediction (IEA) alone does not make a protein secreted:
# lysed cells put FKBP5 and GAPDH into every such list.
WEAK_CODES = ("HDA", "IEA")
# ASSUME evidence for an extracellular vesicle is none for a secreted protein: a vesicle carries what the cytosol holds
# (RAB4A, SCNN1A). GO counts what is in the vesicle as outside of the cell, so the same code then stands for both.
VESICLE = "GO:0070062"
# ASSUME "extracellular region" by a direct assay alone (IDA, no other code or term) is one antibody or tag screen:
# it holds CDC6, TPX2 and XPA, and any cytostatic drug would seem to change the secretome.
ONE_SCREEN = "GO:0005576 IDA"
# ASSUME the machines of the cell are not secreted, whatever granule, platelet or serum they were found in.
INTRACELLULAR_FAMILIES = re.compile(
    r"\b(?:actin related|cell division cycle|centromere protein|chaperonin|COMM domain|dynactin|dynein|filamin|histone"
    r"|karyopherin|kinesin|microtubule|mitogen-activated protein kinase|nuclear factor kappa B|proteasome"
    r"|Rho associated|ribosomal protein|septin|spindle|trafficking protein particle|translation elongation factor"
    r"|translation initiation factor|tubulin|member RAS oncogene family)\b"
)
# ASSUME only proteins are meant; the registry also has micro-RNAs of vesicles and pseudogenes. Entrez counts the
# immunoglobulin segments as "other".
PROTEIN_TYPES = ("protein-coding", "other")


def classify(
    locations: pd.DataFrame, ligands: pd.DataFrame, curated: pd.DataFrame, genes: pd.DataFrame
) -> pd.DataFrame:
    """Give each gene whose product is found outside of cells its class.

    The classes in order of precedence: the curated one, ligand, secreted, high_throughput.

    Args:
        locations: `symbol`, `go_id`, `evidence`: GO cellular components with their evidence codes.
        ligands: `symbol`, `go_id`: GO receptor ligands, cytokines and growth factors.
        curated: `gene`, `secreted_class`, `reason`, `reference`: what we know better than GO.
        genes: `symbol`, `name`, `gene_type`.

    Returns:
        `gene`, `secreted_class`, `evidence`, `reason`, `reference`, one row a gene, sorted by gene.
    """
    proteins = set(genes.loc[genes["gene_type"].isin(PROTEIN_TYPES), "symbol"])
    outside = locations[locations["go_id"].isin(EXTRACELLULAR) & locations["symbol"].isin(proteins)]
    evidence = _go_evidence(outside, ligands)
    in_vesicles = set(map(tuple, locations.loc[locations["go_id"] == VESICLE, ["symbol", "evidence"]].to_numpy()))
    of_vesicle = np.array(
        [pair in in_vesicles for pair in zip(outside["symbol"], outside["evidence"], strict=True)], bool
    )
    reviewed = set(outside.loc[~(outside["evidence"].isin(WEAK_CODES) | of_vesicle), "symbol"])
    reviewed -= {symbol for symbol, text in evidence.items() if text == ONE_SCREEN}
    reviewed -= set(genes.loc[genes["name"].str.contains(INTRACELLULAR_FAMILIES), "symbol"]) | set(MARKERS)
    classes = dict.fromkeys(outside["symbol"], HIGH_THROUGHPUT)
    classes.update(dict.fromkeys(reviewed, SECRETED))
    # ASSUME a ligand must be placed outside of cells by the same evidence: "growth factor" alone holds OSGIN1, FGF13
    # and other proteins of the cytosol.
    classes.update((symbol, LIGAND) for symbol in ligands["symbol"] if symbol in reviewed)
    by_gene = curated.set_index("gene")
    classes.update(by_gene["secreted_class"])
    rows = [
        {
            "gene": gene,
            "secreted_class": classes[gene],
            "evidence": "; ".join(filter(None, ["curated" if gene in by_gene.index else "", evidence.get(gene, "")])),
            "reason": by_gene["reason"].get(gene, ""),
            "reference": by_gene["reference"].get(gene, ""),
        }
        for gene in sorted(classes)
    ]
    return pd.DataFrame(rows, columns=["gene", "secreted_class", "evidence", "reason", "reference"])


def annotate(
    differential: pd.DataFrame,
    secreted: pd.DataFrame,
    thresholds: Mapping[str, float],
    compartment: str = "cells",
    lysate: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The secreted genes of a contrast, with what is known of their secretion and the tier of their change.

    In cells, tier B: class ligand, secreted or shed, and changed by the false discovery rate among these classes alone.
    In the medium such a protein is A, or D where its change lies within what the proteins of the cytosol do
    (``leakage``), or E where too few of them were measured to tell. C: high-throughput evidence only, U:
    leaderless, both changed by the false discovery rate among all genes. "": not changed, or not tested. In the medium
    the evidence of a protein of serum says so (``serum``).

    # ASSUME the lysate changes no tier: a protein of which the cells make more and let out more is changed in the
    # medium all the same; whether by more than in the cells stands beside it (``lysate``).

    Args:
        differential: the table of a contrast, one row a gene (see ``tables.DIFFERENTIAL``).
        secreted: `gene`, `secreted_class`, `evidence`, one row a gene (see ``tables.SECRETED``).
        thresholds: `fdr` and `log2_fold_change`; changed means to pass both.
        compartment: `cells` or `medium`.
        lysate: the table of the same contrast in the lysates of the same cultures, where there is one.

    Returns:
        The rows of ``tables.SECRETOME``: the genes of ``differential`` that have a class.
    """
    table = differential.merge(secreted[["gene", "secreted_class", "evidence"]], on="gene", how="inner")
    family = table["secreted_class"].isin(FAMILY).to_numpy()
    table["q_value_secretome"] = benjamini_hochberg(np.where(family, table["p_value"].to_numpy(float), np.nan))
    decisive = np.where(family, table["q_value_secretome"], table["q_value"])
    large = table["log2_fold_change"].abs().to_numpy() >= thresholds["log2_fold_change"]
    changed = (decisive <= thresholds["fdr"]) & large
    tiers = table["secreted_class"].map({**dict.fromkeys(FAMILY, "B"), HIGH_THROUGHPUT: "C", LEADERLESS: "U"})
    if compartment == "medium":
        tiers = tiers.where(~family, _tiers_in_medium(table, leaked_range(differential)))
        # Of the medium, not of the cells, as it may be: marked, whatever its tier.
        of_serum = table["gene"].isin(SERUM)
        table["evidence"] = table["evidence"].where(~of_serum, table["evidence"] + f"; {NOTE}").astype(object)
    table["tier"] = tiers.where(changed, "").astype(object)
    table = table.join(beside(table, lysate))
    table.loc[table["tier"] == "", "beyond_lysate"] = ""  # asked of a change alone
    return table[list(SECRETOME.columns)].sort_values(list(SECRETOME.order), na_position="last", ignore_index=True)


def _tiers_in_medium(table: pd.DataFrame, leaked: tuple[float, float] | None) -> np.ndarray:
    if leaked is None:
        return np.full(len(table), "E", dtype=object)
    changes = table["log2_fold_change"]
    beyond = (changes < leaked[0]) | (changes > leaked[1])
    # GO places enzymes of granules outside of cells; as the measure of what leaks they are no evidence of secretion.
    return np.where(beyond & ~table["gene"].isin(MARKERS), "A", "D").astype(object)


def _go_evidence(outside: pd.DataFrame, ligands: pd.DataFrame) -> dict[str, str]:
    """As "GO:0005576 IDA TAS; GO:0008083", one text a gene."""
    texts: dict[str, list[str]] = {}
    for (symbol, go_id), codes in outside.groupby(["symbol", "go_id"])["evidence"]:
        texts.setdefault(symbol, []).append(f"{go_id} {' '.join(sorted(set(codes)))}")
    for symbol, go_id in sorted(set(ligands[["symbol", "go_id"]].itertuples(index=False, name=None))):
        if symbol in texts:
            texts[symbol].append(go_id)
    return {symbol: "; ".join(found) for symbol, found in texts.items()}
