"""The smallest change that is found: against scipy's noncentral t, and in simulated studies."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from secretome.diagnostics import power
from secretome.models import contrasts, linear, moderation

DESIGN = np.repeat([[1.0, 0], [0, 1]], 3, axis=0)
CONTRAST = np.array([1.0, -1])


def table_of(standard_error, p_value, df=8.0, mean=None):
    standard_error = np.asarray(standard_error, float)
    mean = np.arange(standard_error.size, dtype=float) if mean is None else mean
    return pd.DataFrame(
        {"mean_log2_expression": mean, "standard_error": standard_error, "df": df, "p_value": np.asarray(p_value)}
    )


@pytest.mark.parametrize("df", [2.5, 4.0, 8.0, 30.0, 1e4])
@pytest.mark.parametrize("p_value", [0.05, 1e-3])
def test_power_is_that_of_the_noncentral_t(df, p_value):
    critical = stats.t.isf(p_value / 2, df)
    shift = np.array([1.0, 1.5, 3]) * critical
    found = power.power_of(shift, np.full(3, df), np.full(3, critical))
    # Nothing of scipy's is right for the lower tail at all of these: it is small here.
    np.testing.assert_allclose(1 - found, special.nctdtr(df, shift, critical), atol=3e-4)

    def given(chi, one):
        edge = critical * chi / np.sqrt(df)
        return (special.ndtr(one - edge) + special.ndtr(-one - edge)) * stats.chi.pdf(chi, df)

    middle = np.sqrt(df)
    by_definition = [
        integrate.quad(given, 0, middle, args=(one,))[0] + integrate.quad(given, middle, middle + 12, args=(one,))[0]
        for one in shift
    ]
    np.testing.assert_allclose(found, by_definition, rtol=1e-5)


def test_power_without_an_effect_is_the_level():
    df, p_value = np.array([1, 3, 8, 2e5, 3, 8]), np.array([0.05, 0.05, 0.05, 0.05, 1e-6, 1e-7])
    found = power.power_of(np.zeros(6), df, -special.stdtrit(df, p_value / 2))
    np.testing.assert_allclose(found, p_value, rtol=0.01)


def test_the_detectable_effect_has_the_power_that_is_asked_for():
    df = np.array([3.0, 8, 8, 1e5])
    size = power.detectable_effect(np.array([0.2, 0.2, 0.4, 1]), df, 0.01, power=0.8)
    below = special.nctdtr(df, size / [0.2, 0.2, 0.4, 1], stats.t.isf(0.005, df))
    np.testing.assert_allclose(below, 0.2, rtol=1e-4)
    assert size[2] == pytest.approx(2 * size[1])
    assert size[3] == pytest.approx(stats.norm.isf(0.005) + stats.norm.isf(0.2), rel=1e-4)


def test_a_cut_off_of_zero_cannot_be_met_and_a_power_must_be_one():
    assert np.isnan(power.detectable_effect(np.ones(1), np.array([5.0]), 0.0)).all()
    with pytest.raises(ValueError, match="power"):
        power.detectable_effect(np.ones(1), np.array([5.0]), 0.9)
    with pytest.raises(ValueError, match="power"):
        power.detectable_effect(np.ones(1), np.array([5.0]), 0.05, power=1.0)


def test_cut_offs_by_hand():
    p_value = np.array([0.001, 0.02, 0.5, 0.9, np.nan])
    assert power.cut_off(p_value, 0.05) == pytest.approx(2 * 0.05 / 4)  # 0.001 and 0.02 pass
    assert power.cut_off(np.array([0.3, 0.5, 0.9, np.nan]), 0.05) == pytest.approx(0.05 / 3)
    assert power.cut_off(np.array([np.nan]), 0.05) == 0


def test_thirds_of_expression():
    np.testing.assert_array_equal(
        power.expression_thirds(np.array([6.0, 1, 2, 5, np.nan, 4, 3])), [2, 0, 0, 2, np.nan, 1, 1]
    )
    assert np.unique(power.expression_thirds(np.ones(5))).size == 1


def test_groups_by_hand():
    error = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, np.nan]
    p_value = [0.9, 0.8, 0.7, 0.6, 0.5, 0.001, np.nan]
    secreted = np.array([False, False, False, True, False, True, True])
    rows = power.minimum_detectable_changes(table_of(error, p_value), 0.05, secreted).set_index("group")
    assert list(rows.index) == ["all", "lowest_third", "middle_third", "highest_third", "secreted"]
    assert rows["genes"].tolist() == [6, 2, 2, 2, 2]
    np.testing.assert_allclose(rows["median_standard_error"], [0.35, 0.15, 0.35, 0.55, 0.5])
    np.testing.assert_allclose(rows["cut_off"], [0.05 / 6] * 4 + [0.05 / 2])  # 1 of 6 passes; 1 of 2
    expected = power.detectable_effect(rows["median_standard_error"].to_numpy(), np.full(5, 8.0), rows["cut_off"])
    np.testing.assert_allclose(rows["minimum_detectable_log2_fold_change"], expected)
    assert "secreted" not in set(power.minimum_detectable_changes(table_of(error, p_value), 0.05)["group"])


def test_without_tests_there_are_no_rows():
    assert power.minimum_detectable_changes(table_of([np.nan], [np.nan]), 0.05, np.array([True])).empty


def test_order_does_not_matter():
    random = np.random.default_rng(0)
    table = table_of(random.gamma(3, 0.1, 300), random.random(300) ** 3, random.integers(3, 9, 300) + 0.5)
    secreted = random.random(300) < 0.2
    order = random.permutation(300)
    shuffled = power.minimum_detectable_changes(table.iloc[order].reset_index(drop=True), 0.05, secreted[order])
    pd.testing.assert_frame_equal(power.minimum_detectable_changes(table, 0.05, secreted), shuffled)


def test_in_a_simulated_study_half_of_the_genes_are_found_about_as_often_as_promised():
    # Moderated t of 3 + 3 samples. The change is the detectable one of each gene's own true error.
    random = np.random.default_rng(5)
    genes, level = 20000, 1e-3
    variance = 0.1 * 6 / random.chisquare(6, genes)
    values = random.normal(size=(genes, 6)) * np.sqrt(variance)[:, None]
    fitted = linear.fit(values, DESIGN)
    moderated = moderation.moderate(fitted)
    df = float(np.median(moderated.df))
    one = power.detectable_effect(np.ones(1), np.array([df]), level)[0]
    table = contrasts.estimate(fitted, CONTRAST, moderated)
    promised = one * np.median(table["standard_error"])
    shifted = values + promised * DESIGN[:, 0]
    fitted = linear.fit(shifted, DESIGN)
    p_value = contrasts.estimate(fitted, CONTRAST, moderation.moderate(fitted))["p_value"]
    middle = np.abs(np.log(variance / np.median(variance))) < 0.1
    assert (p_value[middle] < level).mean() == pytest.approx(0.8, abs=0.07)


def test_infinite_degrees_of_freedom_are_a_normal_test():
    size = power.detectable_effect(np.ones(1), np.array([np.inf]), 0.01)
    assert size[0] == pytest.approx(stats.norm.isf(0.005) + stats.norm.isf(0.2), rel=1e-4)
    rows = power.minimum_detectable_changes(table_of([0.1] * 3, [0.5] * 3, df=np.inf), 0.05)
    assert np.isfinite(rows["minimum_detectable_log2_fold_change"]).all()
