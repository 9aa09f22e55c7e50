"""The tables of signals across studies: those of genes, with the signal in place of the gene."""

import pandas as pd

from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_STUDIES
from secretome.tables import Contract


def _contract(name: str, of_genes: Contract) -> Contract:
    def renamed(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("signal" if column == "gene" else column for column in columns)

    kinds = of_genes.columns.values()
    columns = dict(zip(renamed(tuple(of_genes.columns)), kinds, strict=True))
    return Contract(name, columns, key=renamed(of_genes.key), order=renamed(of_genes.order))


SIGNAL_CONSENSUS = _contract("signal_consensus", CONSENSUS)
SIGNAL_STUDIES = _contract("signal_studies", CONSENSUS_STUDIES)


def of_signals(table: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The table of the contract: what was pooled under the name of a gene is a signal."""
    return table.rename(columns={"gene": "signal"})[list(contract.columns)]
