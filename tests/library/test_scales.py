"""scales and spreads: labelled matrices of every scale, simulated and real, and what is done with them."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import scales, spreads
from secretome.faults import InputFaults
from secretome.scales import Scale, decide, detect, to_log2

SHARED = Path(__file__).parents[3] / "shared"
ARRAY, OTHER, PROTEINS, COUNTED = "microarray", "log_expression", "proteomics", "rnaseq_counts"


def counts(depth: float = 2e7, genes: int = 12_000, samples: int = 6, spread: float = 2.5) -> np.ndarray:
    """Reads of negative binomial genes, many of them hardly expressed."""
    rng = np.random.default_rng(1)
    means = rng.lognormal(0, spread, genes)[:, None] * rng.lognormal(0, 0.2, samples)
    means *= depth / means.sum(axis=0)
    return rng.poisson(rng.gamma(10, means / 10)).astype(float)


def array(genes: int = 12_000, samples: int = 6) -> np.ndarray:
    """Log2 intensities as of RMA: most genes at the background, the highest near the end of the scanner."""
    rng = np.random.default_rng(2)
    levels = np.minimum(rng.gamma(1.6, 1.9, genes) + 3, 14.5)
    return np.clip(levels[:, None] + rng.normal(0, 0.25, (genes, samples)), 2, 15.5)


def proteins(features: int = 3000, samples: int = 6) -> np.ndarray:
    """Intensities of a mass spectrometer, with zeros where a protein was not seen."""
    rng = np.random.default_rng(3)
    values = np.exp(rng.normal(15.5, 2, features)[:, None] + rng.normal(0, 0.3, (features, samples)))
    return np.where(rng.random(values.shape) < 0.3 * (values < 5e6), 0, values)


def cpm(values: np.ndarray) -> np.ndarray:
    return values / values.sum(axis=0) * 1e6


def fpkm(values: np.ndarray) -> np.ndarray:
    return cpm(values) / np.random.default_rng(0).lognormal(0.6, 0.7, (len(values), 1))


def by_gene(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=1, keepdims=True)


def standardised(values: np.ndarray) -> np.ndarray:
    return by_gene(values) / values.std(axis=1, keepdims=True)


def quantile_normalised(values: np.ndarray) -> np.ndarray:
    ranks = values.argsort(axis=0).argsort(axis=0)
    return np.sort(values, axis=0).mean(axis=1)[ranks]


def two_colour() -> np.ndarray:
    rng = np.random.default_rng(4)
    return rng.normal(0, 1, (8000, 1)) * rng.exponential(1, (8000, 1)) + rng.normal(0, 0.3, (8000, 6))


def detected_proteins() -> np.ndarray:
    return np.where(proteins() > 0, proteins(), np.nan)


def seen(values: np.ndarray, change: Callable[[np.ndarray], None]) -> np.ndarray:
    values = values.copy()
    change(values)
    return values


def with_a_huge_value(values: np.ndarray) -> None:
    values[5, 1] = 1e6


def with_missing(values: np.ndarray) -> None:
    values[np.random.default_rng(0).random(values.shape) < 0.1] = np.nan


Labelled = tuple[str, Callable[[], np.ndarray], str, str, bool]
# What it is, the matrix, the technology, its scale, and whether it has to be told without a word of the source.
SIMULATED: list[Labelled] = [
    ("counts, deep", lambda: counts(6e7), "", scales.COUNTS, True),
    ("counts, shallow", lambda: counts(3e5), "", scales.COUNTS, False),
    ("counts, one huge", lambda: seen(counts(), with_a_huge_value), "", scales.COUNTS, True),
    ("coverage", lambda: counts() * 98 + 3 * (counts() > 0), "", scales.COVERAGE, False),
    ("CPM", lambda: cpm(counts()), OTHER, scales.FPKM_OR_TPM, True),
    ("TPM", lambda: cpm(fpkm(counts())), OTHER, scales.FPKM_OR_TPM, True),
    ("FPKM", lambda: fpkm(counts()), OTHER, scales.FPKM_OR_TPM, True),
    ("rounded FPKM", lambda: np.round(fpkm(counts())), OTHER, scales.FPKM_OR_TPM, False),
    ("rounded TPM", lambda: np.round(cpm(fpkm(counts()))), OTHER, scales.FPKM_OR_TPM, True),
    ("log2 CPM with prior", lambda: np.log2(cpm(counts()) + 0.5), OTHER, scales.LOG2, True),
    ("log2 TPM + 1", lambda: np.log2(cpm(fpkm(counts())) + 1), OTHER, scales.LOG2, True),
    ("log2 counts + 1", lambda: np.log2(counts() + 1), OTHER, scales.LOG2, True),
    ("log2 FPKM + 1", lambda: np.log2(fpkm(counts()) + 1), OTHER, scales.LOG2, False),
    ("ln counts + 1", lambda: np.log1p(counts()), OTHER, scales.LN, True),
    ("ln TPM + 1", lambda: np.log1p(cpm(fpkm(counts()))), OTHER, scales.LN, True),
    ("ln FPKM + 1", lambda: np.log1p(fpkm(counts())), OTHER, scales.LN, False),
    ("ln, a million by chance", lambda: np.log1p(counts(1.93e7)), OTHER, scales.LN, True),
    ("ln normalised counts", lambda: np.log1p(cpm(counts()) * 21.3), OTHER, scales.LN, False),
    ("log10 counts + 1", lambda: np.log10(counts() + 1), OTHER, scales.LOG10, True),
    ("log10 FPKM + 0.01", lambda: np.log10(fpkm(counts()) + 0.01), OTHER, scales.LOG10, False),
    ("RMA", array, ARRAY, scales.LOG2, True),
    ("RMA, one huge", lambda: seen(array(), with_a_huge_value), ARRAY, scales.LOG2, True),
    ("RMA, missing values", lambda: seen(array(), with_missing), ARRAY, scales.LOG2, True),
    ("RMA, 50 rows", lambda: array()[:50], ARRAY, scales.LOG2, False),
    ("quantile-normalised log2", lambda: quantile_normalised(array()), ARRAY, scales.LOG2, True),
    ("quantile-normalised linear", lambda: quantile_normalised(2 ** array()), ARRAY, scales.INTENSITY, True),
    ("MAS5", lambda: 2 ** array(), ARRAY, scales.INTENSITY, True),
    ("MAS5, rounded", lambda: np.round(2 ** array()), ARRAY, scales.INTENSITY, True),
    ("background subtracted", lambda: 2 ** array() - 30, ARRAY, scales.INTENSITY, True),
    ("log10 of an array", lambda: array() * np.log10(2), ARRAY, scales.LOG10, False),
    ("ln of an array", lambda: array() * np.log(2), ARRAY, scales.LN, False),
    ("log2 of log2", lambda: np.log2(array()), ARRAY, "nothing", False),
    ("z-scores by gene", lambda: standardised(array()), ARRAY, scales.Z_SCORES, True),
    ("z-scores by sample", lambda: standardised(array().T).T, ARRAY, scales.Z_SCORES, True),
    ("gene-centred log2", lambda: by_gene(array()), ARRAY, scales.CENTRED, True),
    ("log2 minus the controls", lambda: array() - array()[:, :3].mean(1, keepdims=True), ARRAY, scales.CENTRED, True),
    ("two-colour log ratios", two_colour, ARRAY, scales.CENTRED, False),
    ("proteomics", proteins, PROTEINS, scales.INTENSITY, True),
    ("proteomics, missing", detected_proteins, PROTEINS, scales.INTENSITY, True),
    ("LFQ log2", lambda: np.log2(detected_proteins()), PROTEINS, scales.LOG2, False),
    ("LFQ ln", lambda: np.log(detected_proteins()), PROTEINS, scales.LN, False),
    ("LFQ log10", lambda: np.log10(detected_proteins()), PROTEINS, scales.LOG10, False),
    ("shares", lambda: cpm(counts()) / 1e4, OTHER, "nothing", False),
    ("percentages", lambda: np.random.default_rng(0).uniform(0, 100, (2000, 6)), OTHER, "nothing", False),
    ("fractions", lambda: np.random.default_rng(0).beta(0.5, 0.5, (2000, 6)), OTHER, "nothing", False),
]


@pytest.mark.parametrize(("matrix", "technology", "truth", "told"), [row[1:] for row in SIMULATED], ids=[
    row[0] for row in SIMULATED
])  # fmt: skip
def test_a_scale_is_told_or_called_ambiguous_and_never_wrong(
    matrix: Callable[[], np.ndarray], technology: str, truth: str, told: bool
) -> None:  # M08, M09
    found = detect(matrix(), technology=technology)
    assert found.name == (truth if told else scales.AMBIGUOUS) or (not told and found.name == truth)
    assert "99 % of the values lie between" in found.evidence
    assert found.evidence.endswith(".")


def series_matrix(name: str) -> np.ndarray:
    with gzip.open(SHARED / "mirror/ftp.ncbi.nlm.nih.gov/geo/series" / name, "rt", errors="replace") as file:
        lines = file.read().split("!series_matrix_table_begin\n")[1].split("!series_matrix_table_end")[0].split("\n")
    return np.array([line.split("\t")[1:] for line in lines[1:] if line], dtype=float)


def table(name: str, index: int = 1, separator: str = "\t", decimal: str = ".") -> np.ndarray:
    read = pd.read_csv(SHARED / "data" / name, sep=separator, decimal=decimal, index_col=list(range(index)))
    return read.to_numpy(float)


def nutlin() -> np.ndarray:
    return table("gse86221_nutlin/MCF7_counts.tsv")[:, 1:]


RMA = "Calculation Method: the RMA method in the R affy package"
REAL: dict[str, tuple[str, Callable[[], np.ndarray], str, str, str]] = {
    "GSE42872": ("mirror", lambda: series_matrix("GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz"), ARRAY,
                 "Raw data were RMA normalized; the log fold change was estimated", scales.LOG2),
    "GSE14520": ("mirror", lambda: series_matrix("GSE14nnn/GSE14520/matrix/GSE14520-GPL571_series_matrix.txt.gz"),
                 ARRAY, RMA, scales.LOG2),
    "GSE42872 unsaid": ("mirror", lambda: series_matrix("GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz"),
                        ARRAY, "", scales.LOG2),
    "GSE42872 by symbol": ("data", lambda: table("gse42872/GSE42872_symbol_log2.tsv.gz"), ARRAY, "", scales.LOG2),
    "MCF10A": ("data", lambda: table("mcf10a_ligands/RNAseq_level4_log2_medians.tsv.gz", 2), OTHER,
               "log2 FPKM", scales.LOG2),
    "NCBI counts": ("data", lambda: table("ncbi_counts/GSE63966_raw_counts_GRCh38.p13_NCBI.tsv.gz"), "", "",
                    scales.COUNTS),
    "Kavran counts": ("data", lambda: table("kavran_encorafenib/kavran_counts.tsv.gz"), "", "", scales.COUNTS),
    "MCF7 counts": ("data", nutlin, "", "", scales.COUNTS),
    "MaxLFQ": ("data", lambda: table("endothelial_secretome/zoiret_secretome_maxlfq.tsv.gz", 3), PROTEINS, "",
               scales.INTENSITY),
    "cytokines": ("data", lambda: table("cytokine_panel/raw/drugs_2022.csv", 1, ";", ","), "", "pg/ml",
                  scales.INTENSITY),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_the_scale_of_real_tables_is_told(name: str) -> None:
    folder, read, technology, stated, truth = REAL[name]
    if not (SHARED / folder).is_dir():
        pytest.skip(f"needs ../shared/{folder}")
    found = detect(read(), stated, technology)
    assert found.name == truth
    assert found.certain or truth == scales.COUNTS


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("Values are log2 RMA signal", scales.LOG2),
        ("MAS5 signal intensity, log2 transformed", scales.LOG2),
        ("natural log of the signal", scales.LN),
        ("log10 transformed", scales.LOG10),
        ("log transformed", scales.AMBIGUOUS),
        ("MAS 5.0, scaled to 500", scales.AMBIGUOUS),
        ("The log2 fold change was estimated", scales.AMBIGUOUS),
        ("catalog 2 of the maker", scales.AMBIGUOUS),
    ],
)
def test_the_words_of_the_source_settle_what_the_numbers_leave_open(stated: str, name: str) -> None:
    # ln or log10 of 16-bit intensities, or log2 of dim ones: up to 4.8, told by words alone.
    values = np.random.default_rng(0).normal(2.9, 0.6, (2000, 4)).clip(1, 4.79) + 0.01
    values[0] = 4.8
    top = values * 2 if name == scales.LOG2 else values
    found = detect(top, stated, OTHER)
    assert found.name == name
    assert found.certain == (name != scales.AMBIGUOUS)


def test_words_that_do_not_fit_the_numbers_leave_it_open() -> None:  # M09
    found = detect(2 ** array(), "RMA", ARRAY)
    assert found.name == scales.AMBIGUOUS
    assert "the source says 'RMA': the two do not fit" in found.evidence


def test_a_logarithm_taken_twice_is_not_believed() -> None:  # M09
    found = detect(np.log2(array()), "log2 RMA", ARRAY)
    assert found.name == scales.AMBIGUOUS
    assert "may have been taken twice" in found.evidence


def test_of_few_rows_only_words_tell() -> None:
    panel = np.array([[75.5, 812.0], [1821.9, 22592.0], [310.0, 4400.1]])
    assert detect(panel).name == scales.AMBIGUOUS
    assert detect(panel, "concentration in pg/ml").name == scales.INTENSITY
    assert detect(panel, "log2").name == scales.AMBIGUOUS


def test_nothing_but_missing_values_is_ambiguous() -> None:
    assert detect(np.full((4, 2), np.nan)) == Scale(scales.AMBIGUOUS, "The table holds no values.", False)


@pytest.mark.parametrize(
    ("values", "declared", "technology", "said"),
    [
        (lambda: fpkm(counts()), scales.LOG2, OTHER, "lie between 0 and"),
        (lambda: array(), scales.INTENSITY, ARRAY, "does not fit the numbers"),
        (lambda: array() * 2, scales.LOG10, OTHER, "does not fit the numbers"),
        (lambda: np.log2(fpkm(counts()) + 0.01), scales.FPKM_OR_TPM, OTHER, "does not fit the numbers"),
        (lambda: fpkm(counts()), scales.COUNTS, COUNTED, "does not fit the numbers"),
        (lambda: counts(), scales.COUNTS, ARRAY, "is not a scale that this technology can have"),
        (lambda: counts(), scales.LOG2, COUNTED, "is not a scale of technology rnaseq_counts"),
        (lambda: array(), "log3", ARRAY, "is not a scale"),
        (lambda: np.full((4, 2), np.nan), scales.LOG2, ARRAY, "the table holds no values"),
    ],
)
def test_a_declared_scale_that_the_numbers_rule_out_is_refused(
    values: Callable[[], np.ndarray], declared: str, technology: str, said: str
) -> None:  # M08, M09
    with pytest.raises(InputFaults, match=said) as refused:
        decide(values(), declared, "", technology, "study.tsv")
    assert refused.value.faults[0].where == "study.tsv"
    assert "99 % of the values lie between" in str(refused.value) or "not fit" not in said


@pytest.mark.parametrize(
    ("values", "technology", "said"),
    [
        (lambda: np.log2(fpkm(counts()) + 1), OTHER, "cannot be told: 99 %"),
        (lambda: np.log2(array()), ARRAY, "may have been taken twice"),
        (lambda: standardised(array()), ARRAY, "these are z-scores"),
        (lambda: by_gene(array()), ARRAY, "centred values or log ratios"),
        (lambda: 2 ** array(), OTHER, "these are no logarithms"),
        (lambda: proteins(), OTHER, "these are no logarithms"),
        (lambda: counts(6e7), OTHER, "these are counts"),
        (lambda: cpm(counts()), COUNTED, "every column sums to a million"),
        (lambda: np.log2(cpm(counts()) + 0.5), COUNTED, "these are log2 values or rounded FPKM"),
        (lambda: counts() * 98 + 3 * (counts() > 0), COUNTED, "is it base coverage"),
        (lambda: seen(counts(), with_missing), COUNTED, "values are missing, counts never are"),
    ],
)
def test_what_cannot_be_told_or_used_is_refused_with_a_way_out(
    values: Callable[[], np.ndarray], technology: str, said: str
) -> None:  # M08, M09
    with pytest.raises(InputFaults, match=said) as refused:
        decide(values(), "auto", "", technology, "study.tsv")
    assert any(word in str(refused.value) for word in ("scale:", "Give the raw counts"))


def test_counts_and_coverage_pass_as_what_they_are() -> None:
    assert decide(counts(), "", "TPM were computed", COUNTED, "t")[0].name == scales.COUNTS
    coverage = counts() * 98
    assert decide(coverage, "", "coverage", COUNTED, "t")[0].name == scales.COVERAGE
    assert decide(coverage, "coverage", "", COUNTED, "t")[0].name == scales.COVERAGE
    with pytest.raises(InputFaults, match="no sums of coverage"):
        decide(-coverage, "coverage", "", COUNTED, "t")


DEPTHS = np.array([1, 1.6, 0.7, 1.2, 0.9, 1.4])


def libraries() -> np.ndarray:
    return np.random.default_rng(5).poisson(counts() * DEPTHS).astype(float)


@pytest.mark.parametrize("technology", [OTHER, ARRAY])
@pytest.mark.parametrize("declared", ["auto", "log2"])
def test_logarithms_of_raw_counts_are_refused_as_unnormalised(technology: str, declared: str) -> None:
    with pytest.raises(InputFaults, match="logarithms of counts that nobody normalised") as refused:
        decide(np.log2(libraries() + 1), declared, "", technology, "t.tsv")
    (told,) = refused.value.faults
    assert told.where == "t.tsv"
    assert "technology: rnaseq_counts" in told.fix
    assert decide(np.log2(cpm(libraries()) + 1), declared, "", technology, "t.tsv")[0].name == scales.LOG2


@pytest.mark.parametrize("name", [row[0] for row in SIMULATED])
def test_no_other_scale_is_taken_for_logarithms_of_raw_counts(name: str) -> None:
    values = next(row[1] for row in SIMULATED if row[0] == name)()
    found = [spreads.unnormalised(values, base) for base in spreads.LOGARITHMS]
    assert found == ["", "", ""]


@pytest.mark.parametrize("values", [lambda: cpm(counts()), lambda: np.log2(cpm(counts()) + 0.5)])
def test_normalised_values_in_place_of_counts_have_a_technology_of_their_own(values: Callable[[], np.ndarray]) -> None:
    with pytest.raises(InputFaults) as refused:
        decide(values(), "", "", COUNTED, "t.tsv")
    assert "technology: log_expression" in refused.value.faults[0].fix


def test_what_is_stated_is_certain_and_what_is_only_likely_warns() -> None:  # W04
    scale, warnings = decide(array(), "auto", "RMA", ARRAY, "t")
    assert (scale.name, scale.certain, warnings) == (scales.LOG2, True, [])
    scale, warnings = decide(fpkm(counts()), "", "", OTHER, "t")
    assert (scale.name, scale.certain) == (scales.FPKM_OR_TPM, False)
    assert [one["code"] for one in warnings] == ["W04"]
    assert "99 % of the values lie between" in warnings[0]["message"]
    assert decide(fpkm(counts()), "fpkm_or_tpm", "", OTHER, "t")[1] == []


@pytest.mark.parametrize("relative", [standardised, by_gene])
def test_relative_values_pass_as_log2_on_demand_and_warn(relative: Callable[[np.ndarray], np.ndarray]) -> None:
    scale, warnings = decide(relative(array()), "log2", "", ARRAY, "t")
    assert scale.name == scales.LOG2
    assert "the levels of the genes are lost" in warnings[0]["message"]


def test_a_declared_log2_of_log2_warns() -> None:
    assert "logarithms of logarithms" in decide(np.log2(array()), "log2", "", ARRAY, "t")[1][0]["message"]


def as_log2(values: list[float], name: str, technology: str = "") -> tuple[list[float], dict[str, object]]:
    log2, step = to_log2(np.array([values]), Scale(name, "Said.", True), technology)
    return log2[0].tolist(), step


def test_every_scale_becomes_log2() -> None:
    assert as_log2([1.5, 8], "log2")[0] == [1.5, 8]
    assert as_log2([1, 2], "log10")[0] == pytest.approx([3.32193, 6.64386], abs=1e-5)
    assert as_log2([1, 2], "ln")[0] == pytest.approx([1.442695, 2.88539], abs=1e-5)
    assert as_log2([0, 3], "fpkm_or_tpm")[0] == [0, 2]


def test_zeros_are_missing_in_mass_spectrometry_and_small_on_arrays() -> None:  # M20
    log2, step = as_log2([0, 8, 1024], "intensity", PROTEINS)
    assert np.isnan(log2[0])
    assert log2[1:] == [3, 10]
    assert step["zeros"] == 1
    log2, step = as_log2([-5, 32, 1024, 64], "intensity", ARRAY)
    assert log2 == [4, 5, 10, 6]
    assert step["raised"] == 1


def test_missing_values_stay_missing() -> None:
    for name in ("log2", "fpkm_or_tpm", "intensity"):
        assert np.isnan(as_log2([np.nan, 64, 128], name, ARRAY)[0]).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("values", "name", "technology", "said"),
    [
        ([1.0, -1], "z_scores", ARRAY, "z-scores"),
        ([1.0, -1], "centred", ARRAY, "centred"),
        ([1.0, 2], "counts", ARRAY, "cannot be made log2"),
        ([1.0, 2], "intensity", ARRAY, "more than half, lie below 16"),
        ([-1.0, 2], "fpkm_or_tpm", OTHER, "1 values are negative"),
        ([-1.0, 2], "intensity", PROTEINS, "1 values are negative"),
    ],
)
def test_what_has_no_log2_is_refused(values: list[float], name: str, technology: str, said: str) -> None:
    with pytest.raises(InputFaults, match=said):
        as_log2(values, name, technology)


def test_the_order_of_the_samples_does_not_matter() -> None:  # S06
    values = fpkm(counts())
    assert detect(values, "", OTHER) == detect(values[:, [3, 1, 5, 0, 2, 4]], "", OTHER)


def test_a_panel_is_linear_where_it_is_too_high_for_logarithms_and_else_must_say():  # M09
    concentrations = np.array([[310.0, 12.5, 0.0], [4.1, 5.0, 6.2]])
    scale, told = decide(concentrations, "auto", "", "panel", "panel.tsv")
    assert (scale.name, told) == ("intensity", [])
    log2, step = to_log2(concentrations, scale, "panel")
    assert np.isnan(log2[0, 2])
    assert step["zeros"] == 1
    with pytest.raises(InputFaults, match="scale of the panel cannot be told"):
        decide(np.log2(concentrations + 1), "auto", "", "panel", "panel.tsv")
    assert decide(np.log2(concentrations + 1), "log2", "", "panel", "panel.tsv")[0].name == "log2"
