from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.delimited import Matrix, read_matrix
from secretome.expression import read_expression, write_expression
from secretome.faults import InputFaults
from secretome.prepare import prepare
from secretome.tables import ALIASES, GENES, read_table

BUNDLED = Path(__file__).parents[2] / "data/bundled"
SAMPLES = ["a", "b", "c", "d"]
SHEET = pd.DataFrame({"treatment": ["drug", "none"] * 2}, index=pd.Index(SAMPLES, name="sample"))
SYMBOLS = [f"GENE{i}" for i in range(200)]
KNOWN = (
    pd.DataFrame(
        {
            "entrez": [str(i + 1) for i in range(200)],
            "symbol": SYMBOLS,
            "gene_type": "protein-coding",
            "ensembl": [f"ENSG{i:011d}" for i in range(200)],
        }
    ),
    pd.DataFrame({"alias": ["FORMER0"], "symbol": ["GENE0"]}),
)


def some_counts(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(5, 5 / (5 + rng.lognormal(5, 1, 200)[:, None] * np.ones(4))).astype(float)


def prepared(values: np.ndarray, ids: list[str] | None = None, columns: list[str] | None = None, group: int = 2):
    return prepare(Matrix(ids or SYMBOLS, columns or SAMPLES, values), SHEET, KNOWN, group, "counts.tsv")


def refused(values: np.ndarray, **names: list[str]) -> str:
    with pytest.raises(InputFaults) as found:
        prepared(values, **names)
    return str(found.value)


def test_what_comes_out_is_consistent() -> None:
    values = some_counts()
    values[3], values[4] = 0, [1, 0, 2, 0]
    expression, quality = prepared(values)
    genes = expression.genes
    assert genes.index.tolist() == sorted(set(SYMBOLS) - {"GENE3"})  # all that have a read
    assert genes.loc["GENE4", ["kept", "filter_reason"]].tolist() == [False, "low_expression"]
    assert (genes["filter_reason"] == "").equals(genes["kept"])
    assert expression.counts is not None
    np.testing.assert_array_equal(expression.counts, values.T[:, [SYMBOLS.index(symbol) for symbol in genes.index]])
    kept = genes["kept"].to_numpy()
    np.testing.assert_array_equal(expression.samples["library_size"], expression.counts[:, kept].sum(axis=1))
    assert np.prod(expression.samples["norm_factor"]) == pytest.approx(1)
    assert expression.samples.index.tolist() == SAMPLES
    steps = {step["step"]: step for step in expression.provenance["steps"]}
    assert list(steps) == ["read", "name genes", "filter", "normalise"]
    assert (steps["read"]["rows"], steps["name genes"]["mapped"], steps["filter"]["genes"]) == (200, 200, 199)
    assert steps["filter"]["kept"] == kept.sum() == 199 - steps["filter"]["low_expression"]
    assert quality["genes"] == expression.provenance["steps"]


def test_log2_is_counts_per_million_of_the_effective_libraries() -> None:
    expression, _ = prepared(some_counts())
    assert expression.counts is not None
    effective = (expression.samples["library_size"] * expression.samples["norm_factor"]).to_numpy()[:, None]
    prior = 2 * effective / effective.mean()
    np.testing.assert_allclose(
        expression.log2, np.log2((expression.counts + prior) / (effective + 2 * prior) * 1e6), rtol=1e-12
    )


def test_columns_and_rows_in_any_order_give_the_same(tmp_path: Path) -> None:  # S06
    values, rng = some_counts(), np.random.default_rng(5)
    rows, columns = rng.permutation(200), [2, 0, 3, 1]
    one, first = prepared(values)
    other, second = prepared(
        values[rows][:, columns], ids=[SYMBOLS[i] for i in rows], columns=[SAMPLES[i] for i in columns]
    )
    write_expression(tmp_path / "one.h5ad", one)
    write_expression(tmp_path / "other.h5ad", other)
    assert (tmp_path / "one.h5ad").read_bytes() == (tmp_path / "other.h5ad").read_bytes()
    assert first == second


def test_the_filter_does_not_see_the_labels() -> None:
    values = some_counts()
    matrix = Matrix(SYMBOLS, SAMPLES, values)
    shuffled = SHEET.assign(treatment=["none", "none", "drug", "drug"])
    one, _ = prepare(matrix, SHEET, KNOWN, 2, "counts.tsv")
    other, _ = prepare(matrix, shuffled, KNOWN, 2, "counts.tsv")
    pd.testing.assert_frame_equal(one.genes, other.genes)
    np.testing.assert_array_equal(one.log2, other.log2)


def test_columns_without_a_row_in_the_sheet_are_left_out() -> None:
    values = np.column_stack([some_counts(), some_counts(2)[:, 0]])
    expression, _ = prepared(values, columns=[*SAMPLES, "e"])
    assert expression.samples.index.tolist() == SAMPLES


def test_rows_of_one_gene_are_summed() -> None:  # M11
    values = some_counts()
    ids = [*SYMBOLS[:-1], "GENE0"]
    expression, _ = prepared(values, ids=ids)
    assert expression.counts is not None
    column = expression.genes.index.get_loc("GENE0")
    np.testing.assert_array_equal(expression.counts[:, column], values[0] + values[199])
    assert expression.provenance["steps"][1]["merged"] == 1


def test_constant_genes_are_counted() -> None:  # M19
    values = some_counts()
    values[[5, 9]] = 500
    expression, _ = prepared(values)
    assert expression.provenance["steps"][2]["constant"] == 2


@pytest.mark.parametrize("rows", [1, 9])
def test_a_table_of_a_few_genes_is_refused(rows: int) -> None:  # M19
    message = refused(some_counts()[-rows:] + 100, ids=SYMBOLS[:rows])
    assert f"{rows} genes have enough reads" in message


def test_no_gene_after_the_filter_is_refused() -> None:  # M19
    values = np.zeros((200, 4))
    values[np.arange(200), np.arange(200) % 4] = 3
    values[0] = 60
    assert "1 genes have enough reads" in refused(values)


def test_a_missing_sample_is_named() -> None:  # S05
    assert "columns of the table: c, d" in refused(some_counts()[:, :2], columns=["a", "b"])


def test_faults_of_the_counts_end_it() -> None:  # M05, M07
    values = some_counts()
    values[:, 1], values[0, 0] = 0, -1
    message = refused(values)
    assert "no reads" in message
    assert "are negative" in message


def test_a_sample_whose_reads_are_on_no_gene_is_refused() -> None:
    values = some_counts()
    values[:-1, 1] = 0
    values[-1, 1] = 700
    assert "on a known gene" in refused(values, ids=[*SYMBOLS[:-1], "unknown"])


def test_a_sample_without_a_read_on_a_tested_gene_is_refused() -> None:  # M05
    values = some_counts()
    values[:, 2] = 0
    values[0] = [0, 0, 4, 0]  # a gene that the filter drops
    assert "no read of these samples is on a tested gene" in refused(values)


def test_genes_that_do_not_vary_cannot_be_compared() -> None:  # M19
    values = np.full((200, 4), 50.0)
    values[:15] = some_counts()[:15]
    values[-1] = [51, 50, 50, 52]
    values[-2] = [51, 53, 50, 52]
    assert "differ between samples" in refused(values)


def test_many_dropped_genes_and_few_mapped_ids_are_warned_of() -> None:  # W10, W19
    values = some_counts()
    values[:150] = np.random.default_rng(2).integers(0, 3, (150, 4))
    _, quality = prepared(values)
    assert "W19" in [warning["code"] for warning in quality["warnings"]]
    values = some_counts()
    _, quality = prepared(values, ids=[*SYMBOLS[:140], *(f"unknown{i}" for i in range(60))])
    assert "W10" in [warning["code"] for warning in quality["warnings"]]


@pytest.mark.parametrize(
    ("study", "group", "genes", "kept"), [("airway_dexamethasone", 4, 22541, 13954), ("lncap_androgen", 3, 16638, 9330)]
)
def test_the_bundled_studies(tmp_path: Path, study: str, group: int, genes: int, kept: int) -> None:
    known = (
        read_table(BUNDLED / "knowledge/genes.tsv.gz", GENES),
        read_table(BUNDLED / "knowledge/aliases.tsv.gz", ALIASES),
    )
    sheet = pd.read_csv(BUNDLED / study / "samples.tsv", sep="\t", dtype=str).set_index("sample")
    expression, quality = prepare(read_matrix(BUNDLED / study / "counts.tsv.gz"), sheet, known, group, "counts.tsv.gz")
    assert expression.log2.shape == (len(sheet), genes)
    assert expression.genes["kept"].sum() == kept
    assert quality["warnings"] == []
    write_expression(tmp_path / "expression.h5ad", expression)
    back = read_expression(tmp_path / "expression.h5ad")
    np.testing.assert_array_equal(back.log2, expression.log2)
    pd.testing.assert_frame_equal(back.genes, expression.genes, check_names=False)
    assert back.provenance == expression.provenance
