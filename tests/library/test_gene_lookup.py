"""The dictionaries that lead from one kind of identifier to current symbols."""

import pandas as pd

from secretome import gene_lookup
from secretome.gene_ids import ENSEMBL, ENTREZ, SYMBOL, UNIPROT

GENES = pd.DataFrame(
    {
        "entrez": ["1", "2", "3", "10"],
        "symbol": ["LOC1", "TWIN", "IL6", "SEPTIN2"],
        "gene_type": ["protein-coding", "protein-coding", "protein-coding", "protein-coding"],
        "ensembl": ["ENSG1", "ENSG1", "ENSG3", ""],
        "uniprot": ["", "P1", "P1|P3", ""],
    }
)
ALIASES = pd.DataFrame({"alias": ["HSF", "HSF", "BSF2", "IL6"], "symbol": ["IL6", "TWIN", "IL6", "TWIN"]})


def names(**options):
    return gene_lookup.by_name(GENES, ALIASES, **options)


def test_a_current_symbol_is_never_read_as_an_old_name():
    assert names()["IL6"] == ["IL6"]
    assert names()["HSF"] == ["IL6", "TWIN"]


def test_what_hgnc_renamed_leads_to_the_new_name():
    assert names()["SEPT2"] == ["SEPTIN2"]


def test_a_provisional_name_is_the_entrez_id():
    assert names(provisional=True)["LOC10"] == ["SEPTIN2"]
    assert "LOC10" not in names()


def test_an_accession_of_several_genes_has_the_named_one_first():
    found = gene_lookup.lookup(ENSEMBL, GENES, names(), ["ENSG1"])
    assert found["ENSG1"] == ["TWIN", "LOC1"]
    assert gene_lookup.lookup(UNIPROT, GENES, names(), ["P1"])["P1"] == ["TWIN", "IL6"]
    assert gene_lookup.lookup(ENTREZ, GENES, names(), ["3"])["3"] == ["IL6"]


def test_an_old_name_leads_nowhere_beside_a_row_of_the_current_one():
    assert gene_lookup.lookup(SYMBOL, GENES, names(), {"BSF2"}) == {"BSF2": ["IL6"]}
    assert gene_lookup.lookup(SYMBOL, GENES, names(), {"BSF2", "IL6"}) == {"IL6": ["IL6"]}
