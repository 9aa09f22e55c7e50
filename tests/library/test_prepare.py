from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.expression import read_expression, write_expression
from secretome.faults import InputFaults
from secretome.prepare import prepare
from secretome.readers import count_table
from secretome.source_table import SourceTable
from secretome.tables import ALIASES, GENES, read_table, write_samples

BUNDLED = Path(__file__).parents[2] / "data/bundled"
SAMPLES = ["a", "b", "c", "d"]
ROWS = "sample treatment\na drug\nb none\nc drug\nd none\n"
STUDY = {
    "technology": "rnaseq_counts",
    "scale": "auto",
    "samples": {"id": "sample", "rows": ROWS, "technical_runs_of": "", "numeric": [], "subject": "", "identity": ""},
    "contrasts": {"drug": {"variable": "treatment", "level": "drug", "reference": "none", "block": []}},
}
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


def table(values: np.ndarray, ids: list[str] | None = None, columns: list[str] | None = None, unit: str = ""):
    ids = ids or SYMBOLS
    return SourceTable(ids, columns or SAMPLES, values, ids, {}, unit)


def prepared(values: np.ndarray, ids: list[str] | None = None, columns: list[str] | None = None, **study):
    found = prepare(table(values, ids, columns, study.pop("unit", "")), KNOWN, {**STUDY, **study}, "counts.tsv")
    return found.expression, found.quality


def refused(values: np.ndarray, **names) -> str:
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
    shuffled = {**STUDY["samples"], "rows": "sample treatment\na none\nb none\nc drug\nd drug\n"}
    one, _ = prepared(values)
    other, _ = prepared(values, samples=shuffled)
    pd.testing.assert_frame_equal(one.genes, other.genes)
    np.testing.assert_array_equal(one.log2, other.log2)


def test_the_filter_looks_after_the_smallest_group_that_is_compared() -> None:
    values = some_counts()
    values[7] = [40, 0, 0, 0]  # enough in one sample
    descriptive = {"variable": "sample", "level": "a", "reference": "b", "block": [], "descriptive": True}
    assert not prepared(values)[0].genes.loc["GENE7", "kept"]
    assert prepared(values, contrasts={"one": descriptive})[0].genes.loc["GENE7", "kept"]


def test_columns_without_a_row_in_the_sheet_are_left_out() -> None:
    values = np.column_stack([some_counts(), some_counts(2)[:, 0]])
    found = prepare(table(values, columns=[*SAMPLES, "e"]), KNOWN, STUDY, "counts.tsv")
    assert found.expression.samples.index.tolist() == SAMPLES
    assert list(found.unused) == ["e"]


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
    ("study", "variable", "genes", "kept"),
    [
        ("airway_dexamethasone", ("treatment", "dexamethasone", "untreated"), 22541, 13954),
        ("lncap_androgen", ("treatment", "DHT", "mock"), 16638, 9330),
    ],
)
def test_the_bundled_studies(tmp_path: Path, study: str, variable: tuple, genes: int, kept: int) -> None:
    known = (
        read_table(BUNDLED / "knowledge/genes.tsv.gz", GENES),
        read_table(BUNDLED / "knowledge/aliases.tsv.gz", ALIASES),
    )
    sheet = {key: value for key, value in STUDY["samples"].items() if key != "rows"}
    contrast = dict(zip(("variable", "level", "reference"), variable, strict=True))
    settings = {
        **STUDY,
        "samples": {**sheet, "table": str(BUNDLED / study / "samples.tsv")},
        "contrasts": {"drug": {**contrast, "block": []}},
    }
    found = prepare(count_table.read(BUNDLED / study / "counts.tsv.gz"), known, settings, "counts.tsv.gz")
    expression = found.expression
    assert expression.log2.shape[1] == genes
    assert expression.genes["kept"].sum() == kept
    assert found.quality["warnings"] == []
    write_expression(tmp_path / "expression.h5ad", expression)
    back = read_expression(tmp_path / "expression.h5ad")
    np.testing.assert_array_equal(back.log2, expression.log2)
    pd.testing.assert_frame_equal(back.genes, expression.genes, check_names=False)
    assert back.provenance == expression.provenance


def log_values(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(rng.uniform(4, 12, 200)[:, None], 0.3, (200, 4))


def test_of_several_probes_of_a_gene_the_highest_is_taken() -> None:  # M11
    values = log_values()
    values[0], values[199] = 4, 10
    values[[0, 199], 1] += 1
    ids = [f"probe{i}" for i in range(200)]
    names = [*SYMBOLS[:-1], "GENE0"]
    names[5] = "GENE5|GENE6"  # it cannot tell them apart
    source = SourceTable(ids, SAMPLES, values, names, {}, "log2")
    expression = prepare(source, KNOWN, {**STUDY, "technology": "microarray"}, "m.tsv").expression
    assert expression.counts is None
    assert expression.genes.loc["GENE0", "gene_id"] == "probe199"
    column = expression.genes.index.get_loc("GENE0")
    np.testing.assert_array_equal(expression.log2[:, column], [10, 11, 10, 10])
    assert "GENE5" not in expression.genes.index
    assert list(expression.samples) == ["treatment"]


def test_genes_with_too_few_values_are_marked() -> None:
    values = log_values()
    values[3, 1:], values[4] = np.nan, 7
    expression, quality = prepared(values, technology="log_expression", scale="log2")
    assert expression.genes.loc["GENE3", "filter_reason"] == "not_detected"
    assert expression.genes.loc["GENE4", "filter_reason"] == "constant"
    assert expression.genes["kept"].sum() == 198
    assert quality["reads"] == {}
    assert quality["detected_genes"]["b"] == 198
    assert len(quality["pca"]["coordinates"]) == 4


def test_proteins_are_shifted_to_one_median_and_others_are_not() -> None:
    values = log_values()
    values[:, 2] += 3
    proteins, _ = prepared(2**values, technology="proteomics", unit="intensity")
    assert np.ptp(np.median(proteins.log2, axis=1)) < 0.5
    arrays, quality = prepared(values, technology="microarray", scale="log2")
    assert np.ptp(np.median(arrays.log2, axis=1)) > 2
    assert any("do not look normalised together" in warning["message"] for warning in quality["warnings"])


def test_technical_runs_are_summed() -> None:
    rows = "run sample treatment\na s1 drug\nb s2 none\nc s1 drug\nd s2 none\ne s3 drug\nf s4 none\n"
    samples = {**STUDY["samples"], "id": "run", "rows": rows, "technical_runs_of": "sample"}
    values = np.column_stack([some_counts(), some_counts(2)[:, :2]])
    expression, _ = prepared(values, columns=[*SAMPLES, "e", "f"], samples=samples)
    assert expression.samples.index.tolist() == ["s1", "s2", "s3", "s4"]
    assert expression.counts is not None
    assert expression.counts[0].sum() == values[:, [0, 2]].sum()


def test_a_sample_without_a_value_is_refused() -> None:
    values = log_values()
    values[:, 2] = np.nan
    assert "has no value at all" in refused(values, technology="microarray", scale="log2")


def test_a_scale_that_cannot_be_told_is_refused_until_it_is_declared() -> None:  # M09
    values = log_values() / 4
    assert "scale" in refused(values, technology="log_expression")
    assert prepared(values, technology="log_expression", scale="log10")[0].log2.max() > values.max() * 3


CELLS = "sample treatment cells\na drug 1e6\nb none 2e6\nc drug 1e6\nd none 4e6\n"


def test_proteins_are_compared_per_cell_where_cells_were_counted() -> None:
    values = log_values() + np.array([0, 1, 0, 2])  # all that changes is the number of cells
    samples = {**STUDY["samples"], "rows": CELLS, "cell_number": "cells"}
    per_cell, _ = prepared(2**values, technology="proteomics", unit="intensity", samples=samples)
    assert np.ptp(np.median(per_cell.log2, axis=1)) < 0.5
    np.testing.assert_allclose(per_cell.samples["shift"], [-0.75, 0.25, -0.75, 1.25])
    np.testing.assert_allclose(per_cell.samples["other_shift"], [-0.75, 0.25, -0.75, 1.25], atol=0.2)
    step = per_cell.provenance["steps"][-1]
    assert "number of cells" in step["method"]
    assert "median" in step["other"]
    by_median, _ = prepared(2**values, technology="proteomics", unit="intensity")
    np.testing.assert_allclose(by_median.samples["shift"], per_cell.samples["other_shift"])
    assert by_median.samples["other_shift"].tolist() == [0, 0, 0, 0]
    raw = np.log2(2**values).T[:, [SYMBOLS.index(one) for one in per_cell.genes.index]]
    np.testing.assert_allclose(per_cell.log2 + per_cell.samples["shift"].to_numpy()[:, None], raw)


def test_the_shifts_survive_the_file_and_stay_out_of_the_sheet(tmp_path: Path) -> None:
    expression, _ = prepared(2 ** log_values(), technology="proteomics", unit="intensity")
    write_expression(tmp_path / "e.h5ad", expression)
    back = read_expression(tmp_path / "e.h5ad").samples
    np.testing.assert_array_equal(back["shift"], expression.samples["shift"])
    assert back["other_shift"].dtype == float
    write_samples(tmp_path / "samples.tsv", expression.samples)
    assert (tmp_path / "samples.tsv").read_text().split("\n")[0] == "sample\ttreatment\tused\treason"


def test_a_number_of_cells_that_is_none_is_refused() -> None:
    samples = {**STUDY["samples"], "rows": CELLS.replace("4e6", "many"), "cell_number": "cells"}
    assert "holds many: numbers are expected" in refused(2 ** log_values(), technology="proteomics", samples=samples)


def test_filled_gaps_of_a_plain_matrix_of_proteins_are_told() -> None:  # M20, W21
    told = prepared(2 ** log_values(), technology="proteomics")[1]["warnings"]
    assert [one["code"] for one in told].count("W21") == 1
    values = log_values()
    values[::9, 1] = np.nan
    assert "W21" not in [one["code"] for one in prepared(2**values, technology="proteomics")[1]["warnings"]]


def test_a_protein_that_is_zero_was_not_seen() -> None:  # M20
    values = 2 ** log_values()
    values[::9, 1] = 0
    expression, _ = prepared(values, technology="proteomics")
    assert np.isnan(expression.log2).sum() == len(values[::9])
    assert expression.provenance["steps"][1]["zeros"] == len(values[::9])


@pytest.mark.parametrize("technology", ["proteomics", "panel"])
def test_a_sample_of_zeros_alone_is_refused_for_proteins_too(technology: str) -> None:  # M05
    values = 2 ** log_values()
    values[:, 1] = 0
    assert "the sample holds zeros alone" in refused(values, technology=technology)


@pytest.mark.parametrize("technology", ["proteomics", "panel"])
def test_two_samples_with_the_same_proteins_are_refused(technology: str) -> None:  # M18
    values = 2 ** log_values()
    values[:, 1] = values[:, 2]
    assert "the same numbers as column" in refused(values, technology=technology)


@pytest.mark.parametrize("technology", ["proteomics", "panel"])
def test_a_negative_amount_is_refused(technology: str) -> None:  # M07
    values = 2 ** log_values()
    values[3, 1] = -2
    assert "negative" in refused(values, technology=technology)


ANALYTES = ["IL6", "IL-8", "TNF-α", "IFNγ", "MIP-1β", "RANTES", "VEGF", "IL-10", "nobody"]
KNOWN_ANALYTES = (
    pd.DataFrame(
        {
            "entrez": [str(i) for i in range(8)],
            "symbol": ["IL6", "CXCL8", "TNF", "IFNG", "CCL4", "CCL5", "VEGFA", "IL10"],
            "gene_type": "protein-coding",
            "ensembl": "",
        }
    ),
    pd.DataFrame({"alias": ["FORMER"], "symbol": ["IL6"]}),
)


def a_panel(rows: int = 9, **study):
    values = np.random.default_rng(1).lognormal(6, 1, (rows, 4))
    found = prepare(
        table(values, ANALYTES[:rows]), KNOWN_ANALYTES, {**STUDY, "technology": "panel", **study}, "panel.tsv"
    )
    return values, found


def test_a_panel_of_nine_analytes_is_taken_as_it_is() -> None:  # M19
    values, found = a_panel()
    expression = found.expression
    assert expression.genes.index.tolist() == ["CCL4", "CCL5", "CXCL8", "IFNG", "IL10", "IL6", "TNF", "VEGFA"]
    assert expression.genes.loc["IFNG", "gene_id"] == "IFNγ"
    np.testing.assert_allclose(expression.log2[:, 3], np.log2(values[3]))
    assert expression.genes["kept"].all()
    told = {one["code"]: one["message"] for one in found.quality["warnings"]}
    assert "left out: nobody" in told["W10"]
    assert "W21" not in told


def test_a_panel_of_one_analyte_is_taken() -> None:  # M19
    assert a_panel(1)[1].expression.genes.index.tolist() == ["IL6"]


def test_a_panel_that_could_be_logged_must_say_its_scale() -> None:  # M09
    values = np.log2(np.random.default_rng(1).lognormal(6, 1, (8, 4)))
    settings = {**STUDY, "technology": "panel"}
    with pytest.raises(InputFaults, match="scale of the panel cannot be told"):
        prepare(table(values, ANALYTES[:8]), KNOWN_ANALYTES, settings, "panel.tsv")
    declared = prepare(table(values, ANALYTES[:8]), KNOWN_ANALYTES, {**settings, "scale": "log2"}, "panel.tsv")
    np.testing.assert_array_equal(declared.expression.log2[:, 5], values[0])
