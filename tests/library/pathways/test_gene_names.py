"""Members of gene sets: are they human symbols, and which are current?"""

import gzip

import pytest
from checkout import ROOT

from secretome import gene_lookup
from secretome.faults import InputFaults
from secretome.pathways.gene_names import read_names, require_symbols, translated
from secretome.tables import ALIASES, GENES, read_table

KNOWLEDGE = ROOT / "data/bundled/knowledge"
NAMES = {
    **{symbol: [symbol] for symbol in ("TP53", "IL6", "RIGI", "MARCHF1", "MYC", "C1orf21")},
    "DDX58": ["RIGI"],
    "OLD": ["TP53", "IL6"],
}


def told(*genes: str, names=NAMES) -> str:
    with pytest.raises(InputFaults) as caught:
        require_symbols({"A": genes[:2], "B": genes}, names, "sets.gmt")
    return str(caught.value)


@pytest.fixture(scope="module")
def bundled() -> dict[str, list[str]]:
    return read_names(KNOWLEDGE / "genes.tsv.gz", KNOWLEDGE / "aliases.tsv.gz")


def test_the_names_are_those_that_rows_of_a_matrix_are_looked_up_by(bundled):
    genes, aliases = (
        read_table(KNOWLEDGE / f"{name}.tsv.gz", kind) for name, kind in (("genes", GENES), ("aliases", ALIASES))
    )
    assert bundled == gene_lookup.by_name(genes, aliases, provisional=True)


def test_human_symbols_old_and_new_are_taken():
    require_symbols({"A": ["TP53", "DDX58"], "B": ["NOBODY", "C1orf21"]}, NAMES, "sets.gmt")


def test_too_few_known_genes_are_refused_with_their_share_and_examples():
    message = told("TP53", "XA1B", "XB2C", "XC3D")
    assert "only 1 of 4 genes (25 %) are human gene symbols" in message
    assert "XA1B, XB2C, XC3D" in message
    assert "mouse" not in message


def test_symbols_of_the_mouse_are_named_and_never_written_in_capitals():
    assert "symbols of mouse or rat" in told("Tp53", "Il6", "Myc", "Rigi")
    assert "lower case" in told("tp53", "il6", "myc", "rigi")


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        (("ENSG00000141510", "ENSG00000136244"), "Ensembl gene ids"),
        (("ENSMUSG00000059552", "ENSMUSG00000025746"), "another species"),
        (("ENST00000269305", "ENST00000258743"), "transcript"),
        (("7157", "3569"), "Entrez gene ids"),
        (("P04637", "P05231"), "UniProt"),
        (("TP53", "3569"), "mixed"),
    ],
)
def test_ids_of_another_kind_are_named(ids, kind):
    message = told(*ids)
    assert kind in message
    assert "Give the sets with the symbols of human genes" in message


def test_a_real_collection_is_taken_and_that_of_the_mouse_not(bundled):
    with gzip.open(KNOWLEDGE / "hallmark.gmt.gz", "rt") as file:
        sets = {name: genes for name, _, *genes in (line.rstrip("\n").split("\t") for line in file)}
    require_symbols(sets, bundled, "h.gmt")
    mouse = {name: [gene.capitalize() for gene in genes] for name, genes in sets.items()}
    assert "symbols of mouse or rat" in told(*mouse["HALLMARK_P53_PATHWAY"], names=bundled)


def test_old_names_become_current_ones_and_what_is_lost_is_counted():
    sets = {"A": {"DDX58": 1.0, "IL6": 1.0, "OLD": 1.0, "NONE2": 1.0}, "B": {"NONE1": 1.0, "NONE2": 1.0}}
    found, numbers = translated(sets, NAMES)
    assert found == {"A": {"RIGI": 1.0, "IL6": 1.0}, "B": {}}
    assert numbers == {"genes": 5, "renamed": 1, "lost": 3, "examples": ["NONE2", "NONE1", "OLD"]}


@pytest.mark.parametrize("weights", [{"DDX58": -3.0, "RIGI": 2.0}, {"RIGI": 2.0, "DDX58": -3.0}])
def test_of_two_names_of_one_gene_the_larger_weight_stays(weights):
    assert translated({"A": weights}, NAMES)[0] == {"A": {"RIGI": -3.0}}
