"""The consensus of made-up studies: what is found, counted, refused and shown beside."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from secretome.synthesis import consensus as door
from secretome.synthesis.consensus import (
    CONSENSUS,
    CONSENSUS_GROUPS,
    CONSENSUS_STUDIES,
    consensus,
    from_intervals,
    pool_estimates,
)
from secretome.synthesis.independence import Shared
from secretome.tables import read_table, write_table

FAMILY = [f"G{number:03d}" for number in range(200)]
GROUP = "braf_inhibitor_cells_acute"


def changed(made, **columns):
    """A result with other values of some genes: ``changed(result, G001={"log2_fold_change": 3})``."""
    table = made.table.set_index("gene")
    for gene, values in columns.items():
        for column, value in values.items():
            table.loc[gene, column] = value
    return replace(made, table=table.reset_index())


def without(made, *genes):
    return replace(made, table=made.table[~made.table["gene"].isin(genes)])


def of_group(found, name=GROUP):
    return found.table[found.table["group"] == name].set_index("gene")


def test_genes_that_rise_in_all_studies_are_found_and_no_others(result):
    found = consensus([result(study) for study in "abcd"], FAMILY, {}, 0.05)
    table = of_group(found)
    assert sorted(table.index) == FAMILY  # and not the 100 other genes
    rise = table.index < "G030"
    assert (table["q_value"][rise] <= 0.05).all()
    assert (table["q_value"][~rise] <= 0.05).mean() < 0.03
    assert set(table["method"]) == {"moderated"}
    assert table["effect"][rise].mean() == pytest.approx(2, abs=0.1)
    assert ((table["ci_low"] < table["effect"]) & (table["effect"] < table["ci_high"])).all()
    assert (table["single_ci_high"] > table["single_ci_low"]).all()
    assert (table["up"][rise] == 4).all()
    assert table["prediction_low"].isna().all()  # four studies do not predict a fifth
    assert table["mean_percentile"][rise].min() > 0.9
    assert (table["sign_hangs_on"][rise] == "").all()


def test_the_tables_keep_to_their_contracts(result, halves, tmp_path):
    found = consensus(
        [result("a"), result("a", "late", setting="adaptive"), result("b")], FAMILY, {"a": halves("drug", "late")}, 0.05
    )
    kinds = (CONSENSUS, CONSENSUS_STUDIES, CONSENSUS_GROUPS)
    for contract, table in zip(kinds, (found.table, found.studies, found.groups), strict=True):
        path = tmp_path / f"{contract.name}.tsv"
        write_table(path, table, contract)
        assert len(read_table(path, contract)) == len(table) > 0


def test_the_order_of_studies_and_genes_changes_nothing(result):
    results = [result(study) for study in "abcde"]
    there = consensus(results, FAMILY, {}, 0.05)
    turned = [replace(one, table=one.table[::-1].reset_index(drop=True)) for one in results[::-1]]
    back = consensus(turned, FAMILY[::-1], {}, 0.05)
    for one in ("table", "studies", "groups"):
        assert getattr(there, one).equals(getattr(back, one))
    assert of_group(there)["prediction_low"].notna().all()


def test_not_measured_is_not_the_same_as_not_changed(result):
    results = [result(study) for study in "abcde"]
    results[0] = without(results[0], "G100")
    results[1] = changed(results[1], G100={"standard_error": np.nan, "df": np.nan})
    row = of_group(consensus(results, FAMILY, {}, 0.05)).loc["G100"]
    assert (row["units"], row["k"], row["not_tested"], row["not_measured"]) == (5, 3, 1, 1)
    assert row["up"] + row["down"] == 3
    assert np.isfinite(row["effect"])
    studies = consensus(results, FAMILY, {}, 0.05).studies.set_index(["group", "gene", "unit"])
    assert studies.loc[(GROUP, "G100"), "state"].tolist() == ["not_measured", "not_tested", *["tested"] * 3]


def test_two_studies_are_both_shown_and_not_pooled(result):
    found = consensus([result("a"), result("b")], FAMILY, {}, 0.05)
    table = of_group(found)
    assert set(table["k"]) == {2}
    assert set(table["method"]) == {""}
    pools = ["effect", "p_value", "q_value", "single_effect", "tau_squared", "mean_percentile", "leave_one_out_low"]
    assert table[pools].isna().all(axis=None)
    shown = found.studies[(found.studies["group"] == GROUP) & (found.studies["gene"] == "G001")]
    assert shown["unit"].tolist() == ["a", "b"]
    assert shown["ci_low"].notna().all()
    # t with 10 degrees of freedom.
    np.testing.assert_allclose(shown["ci_high"] - shown["effect"], 2.228139 * 0.25, rtol=1e-6)


def test_one_study_gives_no_table_but_says_why(result):
    found = consensus([result("a")], FAMILY, {}, 0.05)
    assert len(found.table) == len(found.studies) == 0
    assert set(found.groups["reason"]) == {"the only one of its group: nothing to pool"}
    assert not found.groups["pooled"].any()
    assert len(consensus([], FAMILY, {}, 0.05).groups) == 0


def test_studies_without_a_common_gene_say_so(result):
    other = result("c", genes=[f"ENSG{number}" for number in range(300)])
    found = consensus([result("a"), result("b"), other], FAMILY, {}, 0.05)
    groups = found.groups[found.groups["group"] == GROUP].set_index("study")
    assert groups["pooled"].to_dict() == {"a": True, "b": True, "c": False}
    assert groups.loc["c", "reason"] == door.NO_COMMON_GENE
    assert set(of_group(found)["k"]) == {2}


def test_an_effect_without_a_standard_error_is_not_pooled(result):
    found = consensus([*(result(study) for study in "abc"), result("d", error=np.nan)], FAMILY, {}, 0.05)
    assert set(of_group(found)["k"]) == {3}
    row = found.groups.set_index(["group", "study"]).loc[(GROUP, "d")]
    assert (row["pooled"], row["reason"]) == (False, "has no standard errors")


def test_studies_that_share_samples_are_not_pooled_with_each_other(result):
    shared = [Shared("b", "d", ("GSM1", "GSM2"))]
    found = consensus([result(study) for study in "abcd"], FAMILY, {}, 0.05, shared)
    assert set(of_group(found)["k"]) == {3}
    (said,) = found.warnings
    assert said["code"] == "W12"
    assert "b and d share 2 samples (GSM1, GSM2)" in said["message"]


def test_contrasts_of_one_study_count_once(result, halves):
    results = [result("a", "low"), result("a", "high"), result("b"), result("c")]
    found = consensus(results, FAMILY, {"a": halves("high", "low")}, 0.05)
    assert set(of_group(found)["k"]) == {3}
    own = found.studies.set_index(["group", "gene", "unit"])
    mean = np.mean([one.table.set_index("gene").loc["G007", "log2_fold_change"] for one in results[:2]])
    assert own.loc[(GROUP, "G007", "a"), "effect"] == pytest.approx(mean)
    assert own.loc[(GROUP, "G007", "a"), "standard_error"] == pytest.approx(0.25 * np.sqrt(3) / 2)


def test_what_hangs_on_one_study_is_named(result):
    results = [result(study) for study in "abcd"]
    for place, change in enumerate([-0.2, -0.1, -0.2, 3.0]):
        results[place] = changed(results[place], G150={"log2_fold_change": change})
    for one, other in enumerate([2.0, 2.1, 1.9, 2.0]):
        results[one] = changed(results[one], G001={"log2_fold_change": other})
    table = of_group(consensus(results, FAMILY, {}, 0.05))
    assert table.loc["G150", "sign_hangs_on"] == "d"
    assert table.loc["G150", "leave_one_out_low"] < 0 < table.loc["G150", "effect"]
    assert table.loc["G001", ["sign_hangs_on", "significance_hangs_on"]].tolist() == ["", ""]
    assert 1.9 < table.loc["G001", "leave_one_out_low"] < table.loc["G001", "leave_one_out_high"] < 2.1


def test_significance_hangs_on_a_study_only_where_the_gene_would_not_be_called_without_it():
    # By t of 3 and 2 degrees of freedom: p = 3.5e-5 with all, 8.3e-4 without one; one of 21 is called up to 2.4e-3.
    effects = np.vstack([np.ones((1, 4)), np.tile([0.01, -0.01, 0.02, -0.02], (20, 1))])
    given = (effects, np.full(effects.shape, 0.05), np.full(effects.shape, np.inf), list("abcd"))
    table = pool_estimates(*given, 0.05, None)
    assert (table["q_value"] <= 0.05).tolist() == [True] + [False] * 20
    assert table["significance_hangs_on"].tolist() == [""] * 21
    strict = pool_estimates(*given, 0.01, None)  # up to 4.8e-4
    assert strict["significance_hangs_on"].tolist() == ["a, b, c, d"] + [""] * 20


def test_a_compressed_study_keeps_its_percentiles(result):
    results = [result(study) for study in "abc"]
    array = results[2].table.assign(log2_fold_change=0.2 * results[2].table["log2_fold_change"])
    squeezed = [*results[:2], replace(results[2], table=array, technology="microarray")]
    there, here = (of_group(consensus(one, FAMILY, {}, 0.05)) for one in (results, squeezed))
    assert there["mean_percentile"].sort_index().equals(here["mean_percentile"].sort_index())
    rise = there.index[there.index < "G030"]
    assert here.loc[rise, "effect"].mean() < 0.95 * there.loc[rise, "effect"].mean()


def test_a_gene_that_moves_under_other_drugs_is_counted(result):
    other = result("d", drug_class="glucocorticoid")
    other = changed(other, G001={"q_value": 0.001, "log2_fold_change": -2}, G150={"q_value": 0.9})
    table = of_group(consensus([*(result(study) for study in "abc"), other], FAMILY, {}, 0.05))
    assert table.loc["G001", ["other_tested", "other_up", "other_down"]].tolist() == [1, 0, 1]
    assert table.loc["G150", ["other_tested", "other_up", "other_down"]].tolist() == [1, 0, 0]


def test_few_signals_are_pooled_each_by_itself(result):
    ends = {"ci_low": [0.4, -1.5], "ci_high": [1.6, 0.5]}
    signals = pd.DataFrame({"signal": ["akt", "il6"], "effect": [1.0, -0.5], **ends, "p_value": [0.001, 0.3]})
    table = from_intervals(signals)
    np.testing.assert_allclose(table["standard_error"], [0.6 / 1.959964, 1 / 1.959964], rtol=1e-6)
    results = [replace(result(study), table=table) for study in "abc"]
    pooled = of_group(consensus(results, signals["signal"], {}, 0.05))
    assert set(pooled["method"]) == {"single"}
    assert pooled.loc["akt", "effect"] == pytest.approx(1)
    np.testing.assert_allclose(pooled["ci_low"], pooled["single_ci_low"])
    assert pooled["leave_one_out_low"].isna().all()  # two are left, which nothing lends to


def test_a_signal_without_an_interval_is_not_tested():
    signals = pd.DataFrame(
        {"signal": ["akt"], "effect": [np.nan], "ci_low": [np.nan], "ci_high": [np.nan], "p_value": [np.nan]}
    )
    assert from_intervals(signals).loc[0, ["log2_fold_change", "standard_error", "q_value"]].isna().all()


def test_the_genes_of_a_large_family_lend_to_each_other_and_no_others_do(result):
    results = [result(study) for study in "abc"]
    own = [replace(one, table=one.table[one.table["gene"].isin(FAMILY)]) for one in results]
    assert 50 <= len(own[0].table) < len(results[0].table)
    columns = ["gene", "effect", "ci_low", "ci_high", "p_value", "tau_squared"]
    found, alone = (consensus(some, FAMILY, {}, 0.05).table[columns] for some in (results, own))
    pd.testing.assert_frame_equal(found, alone, rtol=1e-9)


def test_a_family_of_few_genes_borrows_from_all_and_none_gives_no_rows(result):
    results = [result(study) for study in "abc"]
    row = of_group(consensus(results, ["G001", "NOWHERE"], {}, 0.05))
    assert row["method"].to_dict() == {"G001": "moderated"}
    assert row["q_value"].equals(row["p_value"].rename("q_value"))
    assert len(consensus(results, [], {}, 0.05).table) == 0
