from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import genes
from secretome.faults import InputFaults
from secretome.tables import ALIASES, GENES, read_table

KNOWLEDGE = Path(__file__).parents[2] / "data/bundled/knowledge"
STUDIES = KNOWLEDGE.parent

KNOWN = pd.DataFrame(
    [
        ("3569", "IL6", "protein-coding", "ENSG00000136244"),
        ("23", "ABCF1", "protein-coding", "ENSG00000204574|ENSG00000236149"),
        ("51310", "OLDER", "protein-coding", "ENSG00000000100"),
        ("99999", "NEWER", "protein-coding", "ENSG00000000100|ENSG00000000200"),
        ("10", "OT1", "ncRNA", "ENSG00000000100"),
        ("12", "LOC12", "protein-coding", "ENSG00000000200"),
        ("3576", "CXCL8", "protein-coding", "ENSG00000169429"),
        ("6414", "SEPTIN2", "protein-coding", "ENSG00000168385"),
        ("23157", "SEPTIN6", "protein-coding", "ENSG00000125354"),
        ("55839", "ASMTL", "protein-coding", "ENSG00000169093"),
        ("8553", "BHLHE40", "protein-coding", "ENSG00000134107"),
    ],
    columns=["entrez", "symbol", "gene_type", "ensembl"],
)
FORMER = pd.DataFrame(
    [("IL8", "CXCL8"), ("SEPT2", "SEPTIN2"), ("SEPT2", "SEPTIN6"), ("IL6", "CXCL8"), ("DEC1", "BHLHE40")],
    columns=["alias", "symbol"],
)


def symbols(*ids: str) -> tuple[str, ...]:
    return genes.to_symbols(ids, KNOWN, FORMER).symbols


def refused(*ids: str, reads: np.ndarray | None = None) -> str:
    with pytest.raises(InputFaults) as found:
        genes.to_symbols(ids, KNOWN, FORMER, reads, "counts.tsv")
    assert str(found.value).startswith("counts.tsv:")
    return str(found.value)


@pytest.fixture(scope="module")
def bundled() -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_table(KNOWLEDGE / "genes.tsv.gz", GENES), read_table(KNOWLEDGE / "aliases.tsv.gz", ALIASES)


def test_versions_and_the_copies_on_y_are_the_gene() -> None:  # M12
    ids = ("ENSG00000136244.13", "ENSG00000169093", "ENSG00000169093.16_PAR_Y", "ENSGR0000169093")
    assert symbols(*ids) == ("IL6", "ASMTL", "ASMTL", "ASMTL")


def test_an_ensembl_id_of_several_genes_goes_to_the_protein_coding_named_oldest_one() -> None:
    assert symbols("ENSG00000000100", "ENSG00000000200") == ("OLDER", "NEWER")
    mapping = genes.to_symbols(["ENSG00000000100", "ENSG00000136244"], KNOWN, FORMER)
    assert mapping.numbers["ambiguous"] == 1


def test_entrez_ids() -> None:
    mapping = genes.to_symbols(["3569", "23", "1234567"], KNOWN, FORMER)
    assert mapping.kind == genes.ENTREZ
    assert mapping.symbols == ("IL6", "ABCF1", "")


def test_a_former_symbol_is_renamed_and_an_ambiguous_one_left_out() -> None:
    mapping = genes.to_symbols(["IL8", "SEPT2", "ABCF1", "OLDER"], KNOWN, FORMER)
    assert mapping.symbols == ("CXCL8", "", "ABCF1", "OLDER")
    assert (mapping.numbers["ambiguous"], mapping.numbers["unmapped"], mapping.numbers["mapped"]) == (1, 1, 3)


def test_a_current_symbol_is_never_read_as_the_former_name_of_another_gene() -> None:
    assert symbols("IL6", "ABCF1") == ("IL6", "ABCF1")


def test_a_former_symbol_does_not_add_to_the_row_of_the_current_one() -> None:
    assert symbols("IL8", "CXCL8", "IL6") == ("", "CXCL8", "IL6")


def test_symbols_that_only_resemble_dates_are_genes() -> None:
    assert symbols("DEC1", "IL6") == ("BHLHE40", "IL6")


@pytest.mark.parametrize(
    "damaged", ["1-Mar", "Mar-01", "2-Sep-04", "01. Mrz", "2004-09-02", "9/2/2004", "2.31E+13", "2,31E+13"]
)
def test_ids_that_a_spreadsheet_has_damaged_are_refused(damaged: str) -> None:  # M13
    message = refused("IL6", damaged, "ABCF1", damaged)
    assert "2 gene ids" in message
    assert damaged in message


def test_serial_numbers_among_symbols_are_a_mixture() -> None:  # M13
    assert "mixed" in refused("IL6", "ABCF1", "CXCL8", "44621")


def test_two_kinds_of_ids_are_refused() -> None:  # M12
    message = refused("IL6", "ABCF1", "ENSG00000169429")
    assert "2 gene symbols (as IL6), 1 Ensembl gene ids (as ENSG00000169429)" in message


def test_a_few_stray_ids_are_counted_as_unmapped() -> None:
    mapping = genes.to_symbols(["ENSG00000136244"] * 200 + ["IL6"], KNOWN, FORMER)
    assert mapping.numbers["unmapped"] == 1


@pytest.mark.parametrize("other", ["ENSMUSG00000025746", "ENSRNOG00000010278.5", "ENSDARG00000102318"])
def test_ids_of_another_species_are_refused(other: str) -> None:  # M12
    assert "another species" in refused(other, other)


def test_ids_of_transcripts_are_refused() -> None:
    assert "transcript" in refused("ENST00000258743.10")


def test_mouse_symbols_are_refused_and_not_made_upper_case() -> None:  # M12
    assert "mouse" in refused("Il6", "Cxcl8", "Abcf1")


def test_ids_of_nothing_are_refused() -> None:
    assert "no line" in refused("__no_feature", "ERCC-00002")


def test_summary_lines_and_spike_ins_are_no_genes() -> None:
    mapping = genes.to_symbols(["IL6", "ABCF1", "__no_feature", "N_unmapped", "ERCC-00002"], KNOWN, FORMER)
    assert mapping.symbols == ("IL6", "ABCF1", "", "", "")
    assert (mapping.numbers["no_gene"], mapping.numbers["unmapped"]) == (3, 0)
    assert mapping.numbers["mapped_share_of_ids"] == 1


@pytest.mark.parametrize(("known", "unknown", "codes"), [(8, 2, []), (7, 3, ["W10"]), (5, 5, ["W10"])])
def test_a_low_share_is_warned_of(known: int, unknown: int, codes: list[str]) -> None:  # W10
    mapping = genes.to_symbols(["IL6"] * known + [f"X{i}" for i in range(unknown)], KNOWN, FORMER)
    assert [warning["code"] for warning in mapping.warnings] == codes


def test_a_share_below_half_is_refused() -> None:  # M12
    assert "only 40 %" in refused("IL6", "IL6", "X1", "X2", "X3")


def test_rows_of_few_reads_do_not_decide() -> None:
    ids, reads = ["IL6", "ABCF1", *(f"X{i}" for i in range(8))], np.array([900, 800, *[1] * 3, *[0] * 5])
    assert "only 40 %" in refused(*ids, reads=np.array([2, 2, 2, 2, 2, 0, 0, 0, 0, 0]))
    numbers = genes.to_symbols(["IL6", "ABCF1", "X1"], KNOWN, FORMER, np.array([900, 800, 1])).numbers
    assert numbers["mapped_share_of_well_counted"] == 1
    assert numbers["mapped_share_of_ids"] == pytest.approx(2 / 3)
    assert numbers["mapped_share_of_reads"] == pytest.approx(1700 / 1701)
    assert "only" in refused(*ids, reads=reads)


def test_rows_of_one_symbol_are_summed() -> None:  # M11
    ids = ["ENSG00000236149", "ENSG00000136244", "ENSG00000204574", "ENSG00000999999", "ENSG00000136244"]
    mapping = genes.to_symbols(ids, KNOWN, FORMER)
    names, gene_ids, summed = genes.merge(np.array([[1, 2], [10, 20], [3, 4], [99, 99], [5, 5]]), mapping)
    assert names == ["ABCF1", "IL6"]
    assert gene_ids == ["ENSG00000204574|ENSG00000236149", "ENSG00000136244"]
    assert summed.tolist() == [[4, 6], [15, 25]]
    assert (mapping.numbers["merged"], mapping.numbers["genes"]) == (2, 2)


def test_the_order_of_the_rows_does_not_matter() -> None:
    ids, values = np.array(["ABCF1", "IL6", "CXCL8", "IL6"]), np.arange(8).reshape(4, 2)
    order = [3, 1, 0, 2]
    one = genes.merge(values, genes.to_symbols(ids.tolist(), KNOWN, FORMER))
    other = genes.merge(values[order], genes.to_symbols(ids[order].tolist(), KNOWN, FORMER))
    assert one[:2] == other[:2]
    np.testing.assert_array_equal(one[2], other[2])


def test_no_mapped_row_gives_an_empty_matrix() -> None:
    mapping = genes.Mapping(genes.SYMBOL, ("X",), ("",), {})
    names, gene_ids, summed = genes.merge(np.ones((1, 3)), mapping)
    assert (names, gene_ids, summed.shape) == ([], [], (0, 3))


def test_names_of_gene_sets() -> None:
    assert genes.current_symbols(["IL8", "IL6", "SEPT2", "nothing"], KNOWN, FORMER) == ["CXCL8", "IL6", "", ""]


@pytest.mark.parametrize(
    ("study", "well_counted", "reads"), [("airway_dexamethasone", 0.863, 0.966), ("lncap_androgen", 0.895, 0.959)]
)
def test_the_bundled_studies_are_mapped(
    bundled: tuple[pd.DataFrame, pd.DataFrame], study: str, well_counted: float, reads: float
) -> None:
    table = pd.read_csv(STUDIES / study / "counts.tsv.gz", sep="\t", index_col=0)
    mapping = genes.to_symbols(list(table.index), *bundled, table.sum(axis=1).to_numpy())
    assert mapping.numbers["mapped_share_of_well_counted"] == pytest.approx(well_counted, abs=1e-3)
    assert mapping.numbers["mapped_share_of_reads"] == pytest.approx(reads, abs=1e-3)
    assert mapping.warnings == ()


def test_mitochondrial_genes_have_their_hgnc_names(bundled: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ids = ["ENSG00000198804", "ENSG00000198888", "ENSG00000210082", "ENSG00000198727"]
    assert genes.to_symbols(ids, *bundled).symbols == ("MT-CO1", "MT-ND1", "MT-RNR2", "MT-CYB")
    assert genes.current_symbols(["PTGS2", "COX2"], *bundled) == ["PTGS2", ""]
