import pandas as pd

from secretome.synthesis.consensus import CONSENSUS, CONSENSUS_STUDIES
from secretome.synthesis.signals import SIGNAL_CONSENSUS, SIGNAL_STUDIES, of_signals
from secretome.tables import empty_table, read_table, write_table


def test_the_tables_of_signals_are_those_of_genes_under_another_name(tmp_path):
    assert list(SIGNAL_CONSENSUS.columns)[4] == "signal"
    assert (SIGNAL_CONSENSUS.key, SIGNAL_STUDIES.key) == (("group", "signal"), ("group", "signal", "unit"))
    for contract, of_genes in ((SIGNAL_CONSENSUS, CONSENSUS), (SIGNAL_STUDIES, CONSENSUS_STUDIES)):
        row = {name: {"text": "akt", "count": 1}.get(kind, 0.5) for name, kind in of_genes.columns.items()}
        table = pd.concat([empty_table(of_genes), pd.DataFrame([row])])[list(of_genes.columns)]
        write_table(tmp_path / "table.tsv", of_signals(table, contract), contract)
        assert read_table(tmp_path / "table.tsv", contract)["signal"].tolist() == ["akt"]
