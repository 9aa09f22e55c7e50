"""swaps: the mislabelled run of ../shared, swaps made by hand, and the many data sets on which it must stay silent."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome import swaps
from secretome.normalise import keep_expressed, log2_cpm, tmm_factors

DATA = Path(__file__).parents[3] / "shared/data"
BUNDLED = Path(__file__).parents[2] / "data/bundled"
GENES = 6000
SEX_GENES = (swaps.FEMALE_GENE, *swaps.MALE_GENES)


def line(seed: int, male: bool) -> np.ndarray:
    """Mean reads a gene of a cell line: 300 of the genes that differ between lines are on or off by chance."""
    means = np.random.default_rng(0).lognormal(4, 2, GENES)
    rng = np.random.default_rng(seed)
    means[:300] = np.where(rng.random(300) < 0.5, 2000, 0.5)
    means[300:2000] *= 2 ** rng.normal(0, 1, 1700)
    means[2000:2007] = [0.5, *[800] * 6] if male else [2000, *[0.5] * 6]
    return means


def symbols() -> list[str]:
    names = [f"G{i}" for i in range(GENES)]
    names[:3] = ["KRT8", "VIM", "ESR1"]
    names[2000:2007] = SEX_GENES
    return names


def log2(means: Sequence[np.ndarray], seed: int = 5, as_array: bool = False) -> np.ndarray:
    """Samples × genes: log2 counts per million, or as an array with a background would show them."""
    rng = np.random.default_rng(seed)
    counts = np.array([rng.poisson(rng.gamma(20, mean / 20)) for mean in means]).T.astype(float)
    if as_array:
        return np.log2(counts + 16 + rng.normal(0, 1, counts.shape)).T
    return log2_cpm(counts, tmm_factors(counts)).T


def checked(
    values: np.ndarray, identity: Sequence[str] | None = None, names: Sequence[str] | None = None
) -> dict[str, str]:
    """The message of each sample that is warned of."""
    samples = [f"s{i}" for i in range(len(values))]
    found = swaps.check(values, names or symbols(), samples, identity)
    assert {one["code"] for one in found} <= {"W16"}
    return {one["message"].split(" ")[1]: one["message"] for one in found}


@pytest.mark.parametrize("as_array", [False, True])
@pytest.mark.parametrize("male", [False, True])
def test_a_sample_of_another_line_is_found_with_the_evidence(as_array: bool, male: bool) -> None:
    own, other = line(1, male=False), line(2, male=male)
    found = checked(log2([own, own, own, other, own, own], as_array=as_array))
    assert list(found) == ["s3"]
    message = found["s3"]
    assert "does not look like the same cells as the others: its correlation with the nearest sample" in message
    assert "genes are on in it alone" in message
    assert "are off in it alone" in message
    assert ("its sex genes contradict most of the samples: XIST" in message) == male


def test_lineage_genes_are_named_first_and_sex_genes_apart() -> None:
    own, other = line(1, male=False), line(2, male=True)
    own[:3], other[:3] = (900, 0.1, 900), (0.1, 900, 0.1)
    message = checked(log2([own, own, own, other]))["s3"]
    named = message.split("off in it alone: ")[1].split(" (log2)")[0]
    assert [one.split(" ")[0] for one in named.split(", ")][:1] == ["VIM"]
    assert {"KRT8", "ESR1"} < {one.split(" ")[0] for one in named.split(", ")}
    assert len(named.split(", ")) == swaps.MOST_GENES_NAMED
    assert "XIST" not in named


def test_two_samples_that_were_exchanged_are_both_found() -> None:
    one, other = line(1, male=True), line(2, male=True)
    treated = [np.where(np.arange(GENES) % 10 == 9, mean * 6, mean) for mean in (one, other)]
    means = [one, other, treated[0], treated[0], other, one, treated[1], treated[1]]
    found = checked(log2(means), ["A375"] * 4 + ["MCF7"] * 4)
    assert list(found) == ["s1", "s5"]
    assert "does not look like A375: it is nearest to s4 of MCF7" in found["s1"]
    assert checked(log2(means), ["A375", "MCF7", "A375", "A375", "MCF7", "A375", "MCF7", "MCF7"]) == {}


def test_a_sample_of_the_other_sex_is_found_where_nothing_else_differs() -> None:
    woman = line(1, male=False)
    man = woman.copy()
    man[2000:2007] = [0.5, *[800] * 6]
    values = log2([woman, woman, woman, man])
    assert list(checked(values)) == ["s3"]
    assert list(checked(values, ["donor"] * 4)) == ["s3"]
    assert checked(values, ["a", "a", "a", "b"]) == {}
    assert list(checked(values, ["a", "b", "a", "b"])) == ["s1", "s3"]
    assert "contradict half of the samples" in checked(values, ["a", "b", "a", "b"])["s1"]


def test_donors_of_both_sexes_are_no_swap_where_no_identity_is_stated() -> None:
    woman, man = line(1, male=False), line(1, male=True)
    assert checked(log2([woman, woman, man, man])) == {}
    assert list(checked(log2([woman, woman, man, man]), ["x"] * 4)) == ["s0", "s1", "s2", "s3"]


def test_a_lost_xist_or_y_chromosome_in_part_is_no_swap() -> None:
    woman, man = line(1, male=False), line(1, male=True)
    without = woman.copy()
    without[2000] = 0.5
    assert checked(log2([woman, woman, woman, without]), ["x"] * 4) == {}
    fewer = man.copy()
    fewer[2001:2003] = 0.5
    assert checked(log2([man, man, man, fewer]), ["x"] * 4) == {}


@pytest.mark.parametrize("size", [2, 3, 6])
@pytest.mark.parametrize("as_array", [False, True])
def test_a_strong_treatment_is_no_swap(size: int, as_array: bool) -> None:
    rng = np.random.default_rng(size)
    control = line(1, male=True)
    changes = rng.choice([-1, 1], GENES) * rng.uniform(1, 2, GENES) * (rng.random(GENES) < 0.3)
    means = [control] * size + [control * 2.0**changes] * size
    assert checked(log2(means, as_array=as_array)) == {}
    assert checked(log2(means, as_array=as_array), ["A375"] * 2 * size) == {}


def test_a_poor_library_only_loses_and_is_no_swap() -> None:
    own = line(1, male=True)
    poor = own.copy()
    poor[np.random.default_rng(0).random(GENES) < 0.1] = 0.01
    assert checked(log2([own, own, own, poor])) == {}


def test_patients_whose_tumours_resemble_each_other_are_no_swaps() -> None:
    """The condition may make more of a difference than the identity does."""
    healthy, tumour = line(1, male=True), line(2, male=True)
    values = log2([healthy, tumour] * 4)
    assert checked(values, ["p1", "p1", "p2", "p2", "p3", "p3", "p4", "p4"]) == {}
    assert checked(log2([healthy, healthy, tumour] * 3), ["p1"] * 3 + ["p2"] * 3 + ["p3"] * 3) == {}


def test_unknown_identities_and_missing_values_are_left_out() -> None:
    own, other = line(1, male=False), line(2, male=True)
    values = log2([own, own, own, other, own])
    assert "sex genes" not in checked(values, ["x", "x", "x", "", "x"])["s3"]
    values[0, 2001:2007] = np.nan
    assert "sex genes" not in checked(values)["s3"]


@pytest.mark.parametrize("values", [np.ones((4, 10)), np.ones((1, 10)), np.zeros((4, 0)), np.full((4, 9), np.nan)])
def test_nothing_is_said_where_there_is_nothing_to_see(values: np.ndarray) -> None:
    assert swaps.check(values, [f"G{i}" for i in range(values.shape[1])], list("abcd")[: len(values)]) == []


def test_the_order_of_samples_and_genes_does_not_matter() -> None:  # S06
    own, other = line(1, male=False), line(2, male=True)
    values, names = log2([own, own, own, other, own]), symbols()
    order, genes = [3, 1, 4, 0, 2], np.random.default_rng(0).permutation(GENES)
    samples = ["s0", "s1", "s2", "s3", "s4"]
    one = swaps.check(values, names, samples)
    shuffled = values[np.ix_(order, genes)]
    assert one == swaps.check(shuffled, [names[i] for i in genes], [samples[i] for i in order])


def of_counts(table: pd.DataFrame, smallest_group: int, kept_only: bool = False) -> tuple[np.ndarray, list[str]]:
    """Log2 of all genes that have reads, normalised by those that are kept; and their names."""
    counts = table.to_numpy(float)
    kept = keep_expressed(counts, smallest_group)
    used = kept if kept_only else counts.any(axis=1)
    sizes = counts[kept].sum(axis=0)
    return log2_cpm(counts[used], tmm_factors(counts[kept]), library_sizes=sizes).T, table.index[used].to_list()


def shared_table(name: str) -> pd.DataFrame:
    if not (DATA / name).is_file():
        pytest.skip(f"needs ../shared/data/{name}")
    return pd.read_csv(DATA / name, sep="\t", index_col=0)


def runs(name: str) -> pd.DataFrame:
    table = shared_table(f"gse86221_nutlin/{name}_counts.tsv").filter(like="SRR")
    return table.rename(columns=lambda column: column.split(".")[0])


@pytest.mark.parametrize("kept_only", [False, True])
@pytest.mark.parametrize("reads", [None, 2e7, 5e6])
def test_the_run_that_is_sold_as_mcf7_is_found(reads: float | None, kept_only: bool) -> None:  # W16
    table = runs("MCF7")
    if reads:
        shares = np.minimum(reads / table.sum().to_numpy(), 1)
        table = table.astype(int)
        table[:] = np.random.default_rng(0).binomial(table.to_numpy(), shares)
    values, names = of_counts(table, 2, kept_only)
    found = swaps.check(values, names, list(table.columns), ["MCF7"] * 4)
    assert [one["message"].split(" ")[1] for one in found] == ["SRR4098435"]
    assert "does not look like MCF7" in found[0]["message"]
    if not reads:
        for gene in ("VIM", "CDH1", "GATA3", "XIST", "RPS4Y1"):
            assert gene in found[0]["message"]


def test_hct116_beside_it_is_left_alone() -> None:
    table = runs("Andrysik2017")
    values, names = of_counts(table, 2)
    assert swaps.check(values, names, list(table.columns)) == []


def bundled(study: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = pd.read_csv(BUNDLED / study / "counts.tsv.gz", sep="\t", index_col=0)
    genes = pd.read_csv(BUNDLED / "knowledge/genes.tsv.gz", sep="\t", dtype=str, keep_default_na=False)
    symbol = {name: row.symbol for row in genes.itertuples() for name in row.ensembl.split("|")}
    table.index = [symbol.get(name, name) for name in table.index]
    return table, pd.read_csv(BUNDLED / study / "samples.tsv", sep="\t", index_col=0).loc[table.columns]


def test_the_bundled_studies_are_left_alone() -> None:
    for study, column in (("airway_dexamethasone", "donor"), ("lncap_androgen", "")):
        table, sheet = bundled(study)
        values, names = of_counts(table, 3)
        assert swaps.check(values, names, list(table.columns)) == []
        if column:
            assert swaps.check(values, names, list(table.columns), sheet[column].to_list()) == []


def test_two_airway_donors_that_are_exchanged_are_found_by_their_sex() -> None:
    table, sheet = bundled("airway_dexamethasone")
    values, names = of_counts(table, 4)
    donors = sheet["donor"].to_list()
    men = [i for i, level in enumerate(values[:, names.index("RPS4Y1")]) if level > 4]
    women = [i for i in range(len(donors)) if i not in men]
    donors[men[0]], donors[women[0]] = donors[women[0]], donors[men[0]]
    found = swaps.check(values, names, list(table.columns), donors)
    assert len(found) == 4
    assert all("its sex genes contradict half of the samples: XIST" in one["message"] for one in found)


def test_twenty_nine_samples_under_drug_are_left_alone() -> None:
    table = shared_table("kavran_encorafenib/kavran_counts.tsv.gz")
    values, names = of_counts(table, 2)
    assert swaps.check(values, names, list(table.columns)) == []
    groups = [column.rsplit("_rep", 1)[0] for column in table.columns]
    one_each = table.iloc[:, [groups.index(group) for group in dict.fromkeys(groups)]]
    values, names = of_counts(one_each, 1)
    assert swaps.check(values, names, list(one_each.columns)) == []


def test_an_array_of_a_drug_is_left_alone() -> None:
    table = shared_table("gse42872/GSE42872_symbol_log2.tsv.gz")
    values = table.to_numpy(float).T
    assert swaps.check(values, table.index.to_list(), list(table.columns)) == []
    assert swaps.check(values, table.index.to_list(), list(table.columns), ["A375"] * 6) == []


def test_a_foreign_sample_in_real_counts_is_found() -> None:
    for study, smallest in (("airway_dexamethasone", 4), ("lncap_androgen", 3)):
        table = bundled(study)[0].groupby(level=0).sum()
        stranger = runs("Andrysik2017").iloc[:, :1].groupby(level=0).sum()
        joined = table.join(stranger, how="inner")
        values, names = of_counts(joined, smallest)
        found = swaps.check(values, names, list(joined.columns))
        assert [one["message"].split(" ")[1] for one in found] == ["SRR4098430"]
