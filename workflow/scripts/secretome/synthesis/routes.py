"""Which contrasts of a run may send, and which may hear: the tables that the stages before wrote of them."""

from collections.abc import Collection, Mapping, Sequence
from sys import intern
from typing import Any

import pandas as pd

from secretome.result_paths import contrast_of
from secretome.synthesis.ligand_receptors import Receiver, Sender
from secretome.tables import DIFFERENTIAL, SECRETOME, SIGNALS, read_table

TABLES = (SECRETOME, DIFFERENTIAL, SIGNALS)
# What is asked of a ligand, and of a receptor.
_CHANGE = ("log2_fold_change", "ci_low", "ci_high", "p_value", "q_value", "q_value_secretome")
OF_LIGANDS = ("gene", "mean_log2_expression", "expression_percentile", *_CHANGE, "secreted_class", "tier")
OF_RECEPTORS = ("gene", "expression_percentile", "log2_fold_change", "p_value", "reason")


def read_routes(
    tables: Mapping[str, Sequence[str]], studies: Mapping[str, Mapping[str, Any]], genes: Collection[str]
) -> tuple[list[Sender], list[Receiver]]:
    """Read the contrasts in which something was tested; of the others nothing rises, and no signal is up.

    A medium sends and does not hear: its receptors stay on the cells.

    Args:
        tables: the paths of ``secretome``, ``differential`` and ``signals``, results/<study>/<contrast>/….tsv, of the
            same contrasts in the same order.
        studies: of each its `compartment`, `lysate` ("" for none), and `drug_classes`, contrast → class ("" for none).
        genes: the chains of ligands and receptors: of others nothing is asked, and nothing is held.

    Returns:
        Senders and receivers with the rows of these genes and the columns ``OF_LIGANDS`` and ``OF_RECEPTORS``.

    Raises:
        ContractBroken: a table has other columns than its contract, or a gene stands twice.
    """
    senders: list[Sender] = []
    receivers: list[Receiver] = []
    for secreted, measured, signals in zip(*(tables[contract.name] for contract in TABLES), strict=True):
        study, contrast = contrast_of(secreted)
        differential = read_table(measured, DIFFERENTIAL, OF_RECEPTORS)
        if differential["p_value"].notna().any():
            described = studies[study]
            drug_class, culture = described["drug_classes"][contrast], described["lysate"]
            secretome = _rows(read_table(secreted, SECRETOME, OF_LIGANDS), genes)
            senders.append(Sender(study, contrast, secretome, drug_class, culture))
            if described["compartment"] == "cells":
                heard = _rows(differential, genes)
                receivers.append(Receiver(study, contrast, heard, read_table(signals, SIGNALS)))
    return senders, receivers


def _rows(table: pd.DataFrame, genes: Collection[str]) -> pd.DataFrame:
    """The rows of the genes; the texts that stand in many tables are held once."""
    table = table[table["gene"].isin(genes)].reset_index(drop=True)
    texts = [column for column in table if table[column].dtype == object]
    return table.assign(**{str(column): table[column].map(intern).astype(object) for column in texts})
