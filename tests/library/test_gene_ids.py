"""gene_ids: the kinds of identifier by their form, and names that a spreadsheet has damaged."""

import pytest

from secretome import gene_ids
from secretome.faults import InputFaults

KNOWN = {
    "IL6": ["IL6"],
    "ABCF1": ["ABCF1"],
    "CXCL8": ["CXCL8"],
    "SEPT2": ["SEPTIN2"],
    "MARCH1": ["MARCHF1"],
    "MARC1": ["MTARC1"],
    "MARCH3": ["MARCHF3"],
    "SEP15": ["SELENOF"],
    "APR-1": ["MAGEH1"],
    "2E4": ["CD180"],
    "2.19": ["IGLV"],
    "H2AC11": ["H2AC11"],
}


def kind_of(*names: str) -> str:
    return gene_ids.classify(names, KNOWN, "table.tsv")[0]


def refused(*names: str) -> str:
    with pytest.raises(InputFaults) as found:
        kind, kinds = gene_ids.classify(names, KNOWN, "table.tsv")
        damaged = [name for name in names if kinds[name] == gene_ids.DAMAGED]
        gene_ids.repair(damaged, kind, KNOWN, "table.tsv")
        pytest.fail(f"{kind} {kinds}")
    assert str(found.value).startswith("table.tsv:")
    return str(found.value)


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("IL6", ["IL6"]),
        ("", [""]),
        ("|", [""]),
        ("IL6|CXCL8|IL6", ["IL6", "CXCL8"]),
        ("IL6 /// CXCL8", ["IL6", "CXCL8"]),
        ("P05231;P10145", ["P05231", "P10145"]),
        ("sp|P05231|IL6_HUMAN", ["P05231"]),
        ("sp|P05231-2|IL6_HUMAN;tr|A0A024R1R8|A0A024R1R8_HUMAN", ["P05231-2", "A0A024R1R8"]),
        ("P04275|VWF_HUMAN", ["P04275"]),
        ("MISP|SLC35A4", ["MISP", "SLC35A4"]),
    ],
)
def test_the_identifiers_of_a_row(row: str, names: list[str]) -> None:
    assert gene_ids.split(row) == names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ENSG00000136244.13", gene_ids.ENSEMBL),
        ("ENSG00000169093.16_PAR_Y", gene_ids.ENSEMBL),
        ("ENSGR0000169093", gene_ids.ENSEMBL),
        ("3569", gene_ids.ENTREZ),
        ("P05231", gene_ids.UNIPROT),
        ("A0A024R1R8-2", gene_ids.UNIPROT),
        ("H2AC11", gene_ids.SYMBOL),
        ("HLA-DRB1", gene_ids.SYMBOL),
        ("C1orf141", gene_ids.SYMBOL),
        ("AC011558.5", gene_ids.SYMBOL),
        ("SET-1", gene_ids.SYMBOL),
        ("2E4", gene_ids.SYMBOL),
        ("APR-1", gene_ids.SYMBOL),
    ],
)
def test_the_kind_is_told_by_the_form(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize("accession", ["NM_000600.5", "NR_024540", "XM_011515390.2", "NP_000591"])
def test_accessions_of_sequences_are_named_and_refused(accession: str) -> None:  # M12
    message = refused(accession, accession)
    assert "RefSeq accessions of sequences, not human genes" in message
    assert accession in message


@pytest.mark.parametrize(
    ("names", "mixture"),
    [
        (("IL6", "ABCF1", "ENSG00000169429"), "2 gene symbols (as IL6), 1 Ensembl gene ids (as ENSG00000169429)"),
        (("IL6", "ABCF1", "P05231"), "2 gene symbols (as IL6), 1 UniProt accessions (as P05231)"),
        (("P05231", "P10145", "CON__P02769"), "2 UniProt accessions (as P05231), 1 gene symbols (as CON__P02769)"),
        (("IL6", "ABCF1", "3569"), "2 gene symbols (as IL6), 1 Entrez gene ids (as 3569)"),
    ],
)
def test_kinds_that_are_mixed_are_counted_and_refused(names: tuple[str, ...], mixture: str) -> None:  # M12
    assert mixture in refused(*names)


def test_serial_numbers_among_symbols_are_dates() -> None:  # M13
    assert "2 gene ids were turned into dates or numbers" in refused("IL6", "ABCF1", "CXCL8", "43891", "44441")
    assert "of 7" in refused(*["IL6"] * 200, "7")


@pytest.mark.parametrize(
    "damaged",
    [
        *("1-Mar", "Mar-01", "01. Mrz", "1 mars", "01/mar", "01.мар", "3月1日", "1-MAR", "1-Mar.1", "1-Mar_1"),
        *("2-Sep-04", "7-Sep-2004", "Sep-2004", "13-Sep", "1-Dec", "4-Oct", "02.maj"),
        *("2004-09-02", "2004-09-02 00:00:00", "9/2/2004", "02.09.2004", "2.9.", "9/2"),
        *("2.31E+13", "2,31E+13", "3569.0", "2.19"),
    ],
)
def test_a_name_of_which_the_gene_cannot_be_told_is_refused(damaged: str) -> None:  # M13
    message = refused("IL6", damaged, "ABCF1", damaged)
    assert "2 gene ids were turned into dates or numbers" in message
    assert f"cannot be told of {damaged}" in message


def test_the_genes_that_it_may_have_been_are_named() -> None:  # M13
    assert "1-Mar (MARCHF1 or MTARC1)" in refused("IL6", "1-Mar")


def test_a_table_of_nothing_but_damage_is_refused_as_damaged() -> None:  # M13
    assert "3 gene ids were turned" in refused("2.31E+13", "4.5E+10", "3.2E+11")


@pytest.mark.parametrize(
    ("damaged", "symbol"),
    [
        *(
            (name, "SEPTIN2")
            for name in ("2-Sep", "02-Sep", "Sep-02", "2-sept", "02. Sep", "2-SEP", "02/set", "02.сен")
        ),
        *((name, "SEPTIN2") for name in ("9月2日", "9월 2일", "2-wrz", "2-Sep.1")),
        *((name, "MARCHF3") for name in ("3-Mar", "Mar-03", "03. Mrz", "3-mars", "3-mrt", "03. Mär")),
        ("15-Sep", "SELENOF"),
    ],
)
def test_a_date_that_can_be_one_official_name_only_is_told(damaged: str, symbol: str) -> None:  # M13
    kind, kinds = gene_ids.classify(["IL6", damaged], KNOWN, "table.tsv")
    assert kinds[damaged] == gene_ids.DAMAGED
    assert gene_ids.repair([damaged], kind, KNOWN, "table.tsv") == {damaged: symbol}


@pytest.mark.parametrize(
    ("name", "bare"), [("IL6_1", "IL6"), ("IL6.2", "IL6"), ("IL6", ""), ("HGC6.0", ""), ("TCONS_00068220", "")]
)
def test_the_number_that_made_a_name_unique(name: str, bare: str) -> None:
    assert gene_ids.without_suffix(name) == bare
