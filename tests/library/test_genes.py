from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import gene_ids, genes
from secretome.faults import InputFaults
from secretome.tables import ALIASES, GENES, read_table

KNOWLEDGE = Path(__file__).parents[2] / "data/bundled/knowledge"
REAL = Path(__file__).parents[3] / "shared/data"
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
        ("55016", "MARCHF1", "protein-coding", "ENSG00000145416"),
        ("64757", "MTARC1", "protein-coding", "ENSG00000186205"),
        ("55016001", "MARCHF3", "protein-coding", ""),
        ("9403", "SELENOF", "protein-coding", ""),
        ("8294", "H4C9", "protein-coding", ""),
        ("8359", "H4C1", "protein-coding", ""),
        ("55839", "ASMTL", "protein-coding", "ENSG00000169093"),
        ("8553", "BHLHE40", "protein-coding", "ENSG00000134107"),
    ],
    columns=["entrez", "symbol", "gene_type", "ensembl"],
)
ACCESSIONS = {
    "IL6": "P05231|Q75MH2",
    "CXCL8": "P10145",
    "H4C9": "P62805",
    "H4C1": "P62805",
    "OLDER": "A0A024R1R8",
    "NEWER": "Q9Y2S6",
}
KNOWN["uniprot"] = KNOWN["symbol"].map(ACCESSIONS).fillna("")
FORMER = pd.DataFrame(
    [
        ("IL8", "CXCL8"),
        ("SEPT2", "SEPTIN6"),
        ("IL6", "CXCL8"),
        ("DEC1", "BHLHE40"),
        ("SEPA", "SEPTIN2"),
        ("SEPA", "SEPTIN6"),
        ("P2RY10", "OLDER"),
        ("APR-1", "NEWER"),
        ("2.19", "NEWER"),
    ],
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
    mapping = genes.to_symbols(["IL8", "SEPA", "ABCF1", "OLDER"], KNOWN, FORMER)
    assert mapping.symbols == ("CXCL8", "", "ABCF1", "OLDER")
    assert (mapping.numbers["ambiguous"], mapping.numbers["unmapped"], mapping.numbers["mapped"]) == (1, 1, 3)


def test_a_current_symbol_is_never_read_as_the_former_name_of_another_gene() -> None:
    assert symbols("IL6", "ABCF1") == ("IL6", "ABCF1")


def test_a_former_symbol_does_not_add_to_the_row_of_the_current_one() -> None:
    assert symbols("IL8", "CXCL8", "IL6") == ("", "CXCL8", "IL6")


def test_symbols_that_only_resemble_dates_are_genes() -> None:
    assert symbols("DEC1", "IL6") == ("BHLHE40", "IL6")


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
    assert genes.current_symbols(["IL8", "IL6", "SEPA", "nothing"], KNOWN, FORMER) == ["CXCL8", "IL6", "", ""]


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


def numbers(*ids: str, **settings) -> dict[str, float]:
    return genes.to_symbols(ids, KNOWN, FORMER, **settings).numbers


@pytest.mark.parametrize(
    "accession", ["P05231", "P05231-2", "P05231.3", "P05231-PRO_0000015582", "sp|P05231|IL6_HUMAN", "P05231|IL6_HUMAN"]
)
def test_a_uniprot_accession_is_its_gene_whatever_stands_around_it(accession: str) -> None:
    mapping = genes.to_symbols([accession, "A0A024R1R8"], KNOWN, FORMER)
    assert (mapping.kind, mapping.symbols) == (genes.UNIPROT, ("IL6", "OLDER"))


def test_an_accession_of_several_genes_goes_to_the_oldest_one_and_is_counted() -> None:
    mapping = genes.to_symbols(["P62805", "P05231"], KNOWN, FORMER)
    assert mapping.symbols == ("H4C9", "IL6")
    assert (mapping.numbers["ambiguous"], mapping.numbers["several"]) == (1, 0)


def test_a_symbol_that_has_the_form_of_an_accession_is_a_symbol() -> None:
    mapping = genes.to_symbols(["P2RY10", "IL6"], KNOWN, FORMER)
    assert (mapping.kind, mapping.symbols) == (genes.SYMBOL, ("OLDER", "IL6"))


def test_accessions_of_another_species_are_refused() -> None:  # M12
    message = refused("P05231", "P38738", "P38739")
    assert "only 33 % of the well-counted UniProt accessions are known human genes" in message
    assert "another species" in message


def test_several_identifiers_of_one_gene_are_that_gene() -> None:
    ids = ("ENSG00000204574|ENSG00000236149", "ENSG00000136244|ENSG00000999999")
    assert symbols(*ids) == ("ABCF1", "IL6")
    assert symbols("IL8|CXCL8", "IL6") == ("CXCL8", "IL6")
    assert symbols("IL6 /// IL6", "ABCF1; ABCF1") == ("IL6", "ABCF1")


def test_a_probe_of_several_genes_is_dropped_and_counted() -> None:  # M15
    mapping = genes.to_symbols(["IL6|CXCL8", "IL6", "ABCF1", "X1", ""], KNOWN, FORMER)
    assert mapping.symbols == ("", "IL6", "ABCF1", "", "")
    found = {name: mapping.numbers[name] for name in ("read", "mapped", "unmapped", "no_gene", "several")}
    assert found == {"read": 5, "mapped": 2, "unmapped": 1, "no_gene": 1, "several": 1}


def test_a_protein_group_is_the_gene_of_its_first_known_protein() -> None:  # M20
    mapping = genes.to_symbols(["P05231|P10145", "A0A075B6K5|Q9Y2S6"], KNOWN, FORMER, several="first")
    assert mapping.symbols == ("IL6", "NEWER")
    assert (mapping.numbers["several"], mapping.numbers["unmapped"], mapping.numbers["mapped"]) == (1, 0, 2)


def test_many_rows_of_several_genes_are_named_where_the_mapping_is_poor() -> None:
    assert "(3 rows name several genes)" in refused(*["IL6|CXCL8"] * 3, "IL6")


@pytest.mark.parametrize("nothing", ["", "---", "NA", "#N/A", "__ambiguous", "ERCC-00002"])
def test_control_probes_are_not_counted_as_unmapped(nothing: str) -> None:  # M15
    found = numbers("IL6", nothing, nothing, nothing)
    assert (found["no_gene"], found["unmapped"], found["mapped_share_of_ids"]) == (3, 0, 1)


def test_a_former_name_beside_the_symbols_of_one_row_is_that_row() -> None:
    assert symbols("IL6", "IL8", "ABCF1|nothing") == ("IL6", "CXCL8", "ABCF1")


def test_a_gene_that_had_no_name_is_found_by_the_number_in_its_place() -> None:
    assert symbols("LOC3569", "LOC12", "ABCF1") == ("IL6", "LOC12", "ABCF1")
    assert symbols("LOC3569", "IL6") == ("", "IL6")


@pytest.mark.parametrize("copy", ["IL6_1", "IL6.1", "IL6_12"])
def test_the_number_that_made_a_symbol_unique_is_left_out_where_the_bare_one_stands(copy: str) -> None:
    mapping = genes.to_symbols([copy, "IL6", "ABCF1"], KNOWN, FORMER)
    assert mapping.symbols == ("IL6", "IL6", "ABCF1")
    assert (mapping.numbers["suffix"], mapping.numbers["merged"]) == (1, 1)
    alone = genes.to_symbols([copy, "ABCF1", "CXCL8"], KNOWN, FORMER)
    assert alone.symbols == ("", "ABCF1", "CXCL8")
    assert alone.numbers["suffix"] == 0


def test_a_known_name_keeps_its_number() -> None:
    known = pd.concat([KNOWN, KNOWN.iloc[:1].assign(entrez="77", symbol="ABCF1_1")])
    assert genes.to_symbols(["ABCF1_1", "ABCF1"], known, FORMER).symbols == ("ABCF1_1", "ABCF1")


def test_a_date_that_can_be_one_gene_only_is_that_gene_and_said() -> None:  # M13
    mapping = genes.to_symbols(["2-Sep", "15-Sep", "IL6", "3-Mar", "2-Sep"], KNOWN, FORMER)
    assert mapping.symbols == ("SEPTIN2", "SELENOF", "IL6", "MARCHF3", "SEPTIN2")
    assert (mapping.numbers["repaired"], mapping.numbers["merged"]) == (4, 1)
    (warning,) = mapping.warnings
    assert warning["code"] == "W10"
    assert "2-Sep as SEPTIN2, 15-Sep as SELENOF, 3-Mar as MARCHF3" in warning["message"]


def test_one_ambiguous_date_refuses_the_table_and_names_the_genes() -> None:  # M13
    message = refused("2-Sep", "1-Mar", "IL6", "ABCF1")
    assert "2 gene ids were turned into dates" in message
    assert "1-Mar (MARCHF1 or MTARC1)" in message
    assert "2-Sep" not in message


@pytest.mark.parametrize("own_row", ["SEPTIN2", "SEPT2"])
def test_a_date_is_not_the_gene_that_has_a_row_of_its_own(own_row: str) -> None:  # M13
    assert "cannot be told of 2-Sep" in refused("2-Sep", own_row, "IL6")


def test_a_date_among_ids_of_another_kind_is_refused() -> None:  # M13
    assert "2-Sep" in refused("2-Sep", "ENSG00000136244", "ENSG00000169429")


def test_the_official_name_of_old_comes_before_the_alias_of_another_gene() -> None:
    assert symbols("SEPT2", "IL6") == ("SEPTIN2", "IL6")


def test_levels_that_are_missing_or_negative_do_not_break_the_share() -> None:
    levels = np.array([-1.0, -2.0, -8.0, np.nan, -9.0])
    found = numbers("IL6", "ABCF1", "X1", "X2", "X3", levels=levels)
    assert found["mapped_share_of_well_measured"] == 1  # the median is -5
    assert found["mapped_share_of_ids"] == pytest.approx(0.4)
    assert "mapped_share_of_reads" not in found
    assert "well-measured" in refused_levels(-levels)
    assert numbers("IL6", "ABCF1", levels=np.full(2, np.nan))["mapped_share_of_well_measured"] == 1


def refused_levels(levels: np.ndarray) -> str:
    with pytest.raises(InputFaults) as found:
        genes.to_symbols(["IL6", "ABCF1", "X1", "X2", "X3"], KNOWN, FORMER, levels=levels)
    return str(found.value)


def test_rows_without_a_number_do_not_break_the_share_of_reads() -> None:
    found = numbers("IL6", "ABCF1", "X1", reads=np.array([9, 8, np.nan]))
    assert found["mapped_share_of_reads"] == found["mapped_share_of_well_counted"] == 1


def test_the_row_with_the_most_values_then_the_highest_mean_then_the_first_id_is_the_gene() -> None:
    rows = {
        "p5": ("IL6", [9, 9, np.nan]),  # the highest, but not everywhere
        "p4": ("IL6", [1, 2, 3]),
        "p3": ("IL6", [3, 1, 5]),  # all values, highest mean
        "p2": ("ABCF1", [2, 3, 4]),
        "p1": ("ABCF1", [4, 3, 2]),  # as high: the first id
        "p0": ("X1", [8, 8, 8]),
        "p6": ("CXCL8", [np.nan, np.nan, np.nan]),
    }
    for order in (list(rows), sorted(rows), sorted(rows, reverse=True)):
        mapping = genes.to_symbols([rows[name][0] for name in order], KNOWN, FORMER)
        names, ids, values = genes.merge(
            np.array([rows[name][1] for name in order]), mapping, "most_expressed", row_ids=order
        )
        assert (names, ids) == (["ABCF1", "CXCL8", "IL6"], ["p1", "p6", "p3"])
        np.testing.assert_array_equal(values, [[4, 3, 2], [np.nan] * 3, [3, 1, 5]])
        assert mapping.numbers["merged"] == 3


def test_rows_of_the_same_id_and_mean_do_not_depend_on_their_order() -> None:
    mapping = genes.to_symbols(["IL6", "IL6"], KNOWN, FORMER)
    values = np.array([[1.0, 3.0], [3.0, 1.0]])
    one, other = (genes.merge(part, mapping, "most_expressed")[2] for part in (values, values[::-1]))
    np.testing.assert_array_equal(one, other)


def test_the_order_of_the_samples_does_not_choose_another_row() -> None:
    values = np.random.default_rng(1).normal(8, 2, (40, 7))
    values[20:] = values[:20, ::-1]  # the same mean but for the order in which it is summed
    mapping = genes.to_symbols(["IL6"] * 40, KNOWN, FORMER)
    ids = [f"p{row:02}" for row in range(40)]
    orders = ([0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0], [3, 1, 0, 6, 5, 4, 2])
    chosen = {genes.merge(values[:, order], mapping, "most_expressed", ids)[1][0] for order in orders}
    assert len(chosen) == 1


def test_summed_rows_can_be_named_as_in_the_source() -> None:
    mapping = genes.to_symbols(["IL6", "IL6"], KNOWN, FORMER)
    assert genes.merge(np.ones((2, 1)), mapping, row_ids=["b", "a"])[1] == ["a|b"]


def real_table(name: str, **settings) -> pd.DataFrame:
    if not (REAL / name).is_file():
        pytest.skip(f"needs ../shared/data/{name}")
    return pd.read_csv(REAL / name, sep="\t", dtype=str, keep_default_na=False, **settings)


@pytest.mark.parametrize(
    ("name", "column", "skipped", "kind", "of_ids", "well_counted"),
    [
        ("ncbi_counts/GSE63966_raw_counts_GRCh38.p13_NCBI.tsv.gz", "GeneID", 1, gene_ids.ENTREZ, 0.959, 0.989),
        ("kavran_encorafenib/kavran_counts.tsv.gz", "gene_id", 1, gene_ids.ENSEMBL, 0.581, 0.830),
        ("gse86221_nutlin/MCF7_counts.tsv", "GeneID", 2, gene_ids.SYMBOL, 0.997, 0.998),
    ],
)
def test_real_counts_are_mapped(bundled, name, column, skipped, kind, of_ids, well_counted) -> None:
    table = real_table(name)
    reads = table.iloc[:, skipped:].astype(float).sum(axis=1).to_numpy()
    mapping = genes.to_symbols(list(table[column]), *bundled, reads)
    found = mapping.numbers
    assert (mapping.kind, mapping.warnings) == (kind, ())
    shares = (found["mapped_share_of_ids"], found["mapped_share_of_well_counted"])
    assert shares == pytest.approx((of_ids, well_counted), abs=1e-3)
    assert found["mapped_share_of_reads"] > 0.99


@pytest.mark.parametrize(
    ("name", "column", "skipped", "kind", "of_ids", "well_measured"),
    [
        ("mcf10a_ligands/RNAseq_level4_log2_medians.tsv.gz", "ensembl_gene_id", 2, gene_ids.ENSEMBL, 0.708, 0.882),
        ("gse42872/GSE42872_symbol_log2.tsv.gz", "symbol", 1, gene_ids.SYMBOL, 0.997, 0.998),
        ("endothelial_secretome/zoiret_secretome_maxlfq.tsv.gz", "Protein ID", 3, gene_ids.UNIPROT, 0.986, 0.990),
    ],
)
def test_real_values_are_mapped(bundled, name, column, skipped, kind, of_ids, well_measured) -> None:
    table = real_table(name)
    levels = table.iloc[:, skipped:].astype(float).mean(axis=1).to_numpy()
    mapping = genes.to_symbols(list(table[column]), *bundled, levels=levels, several="first")
    found = mapping.numbers
    assert (mapping.kind, mapping.warnings) == (kind, ())
    shares = (found["mapped_share_of_ids"], found["mapped_share_of_well_measured"])
    assert shares == pytest.approx((of_ids, well_measured), abs=1e-3)


def test_the_groups_of_three_species_are_warned_of_and_those_of_human_are_mapped(bundled) -> None:
    table = real_table("proteomics_formats/diann_pg_matrix.tsv")
    groups = table["Protein.Group"].str.replace(";", "|")
    every = genes.to_symbols(list(groups), *bundled, several="first")
    assert every.numbers["mapped_share_of_ids"] == pytest.approx(0.549, abs=1e-3)
    assert [w["code"] for w in every.warnings] == ["W10"]
    human = genes.to_symbols(list(groups[table["Protein.Names"].str.contains("_HUMAN")]), *bundled, several="first")
    assert human.numbers["mapped_share_of_ids"] == pytest.approx(0.970, abs=1e-3)
    assert human.numbers["several"] == 558


def test_the_symbols_of_a_real_table_that_a_spreadsheet_has_damaged_are_refused(bundled) -> None:  # M13
    table = real_table("mcf10a_ligands/RNAseq_level4_log2_medians.tsv.gz")
    with pytest.raises(InputFaults, match=r"25 gene ids were turned into dates .*3/2/2019"):
        genes.to_symbols(list(table["hgnc_symbol"]), *bundled)


@pytest.mark.parametrize(
    ("ids", "hint"),
    [
        (("U12345", "AF123456.1", "M54321"), "GenBank accessions"),
        (("IL6_HUMAN", "IL8_HUMAN"), "UniProt entry names"),
        (("1007_s_at", "ILMN_1762337", "A_23_P117082"), "probes of an array"),
        (("7892501", "7892502"), "probes of an array"),
        (("CON__P02769", "rev_P05231"), "decoys or contaminants"),
    ],
)
def test_what_unknown_names_resemble_is_said(ids: tuple[str, ...], hint: str) -> None:  # M12
    assert hint in refused(*ids)
