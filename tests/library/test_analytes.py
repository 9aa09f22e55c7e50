"""The names that kits give their analytes."""

import pytest

from secretome.analytes import KIT_NAMES, gene_names
from secretome.tables import GENES, read_table


@pytest.fixture(scope="module")
def symbols() -> set[str]:
    return set(read_table("data/bundled/knowledge/genes.tsv.gz", GENES)["symbol"])


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("IFNγ", "IFNG"),
        ("IFN-gamma", "IFNG"),
        ("IFNg", "IFNG"),
        ("IL-8", "CXCL8"),
        ("IL-8 (pg/ml)", "CXCL8"),
        ("CXCL8/IL-8", "CXCL8/IL-8"),  # two names: not guessed
        ("TNF-α", "TNF"),
        ("TNFa [pg/mL]", "TNF"),
        ("MIP-1β", "CCL4"),
        ("MIP1a", "CCL3"),
        ("IL1b", "IL1B"),
        ("IL-6", "IL6"),
        ("IL10", "IL10"),
        ("VEGF", "VEGFA"),
        ("RANTES", "CCL5"),
        ("GM-CSF", "CSF2"),
        ("IP-10", "CXCL10"),
        ("TPO", "TPO"),  # the symbol of thyroid peroxidase, not thrombopoietin
        ("nobody knows", "nobody knows"),
    ],
)
def test_names_of_kits(symbols, written, symbol):
    assert gene_names([written], symbols) == [symbol]


def test_the_list_leads_to_current_symbols_and_hides_none(symbols):
    assert not set(KIT_NAMES.values()) - symbols
    assert [name for name, symbol in KIT_NAMES.items() if name.upper() in symbols and name.upper() != symbol] == []
