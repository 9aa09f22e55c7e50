"""What hangs on one study, by hand."""

import numpy as np
import pandas as pd

from secretome.synthesis.leave_one_out import leave_one_out, without_each


def mean_of(effects, errors, df):
    return pd.DataFrame({"effect": np.nanmean(effects, axis=1), "p_value": np.nanmin(df, axis=1)})


def test_pools_without_each_study_and_none_where_it_had_no_value():
    effects = np.array([[1.0, 2, 6], [1, 3, np.nan]])
    found = without_each(mean_of, effects, effects, effects)
    assert [one["effect"].tolist()[0] for one in found] == [4, 3.5, 1.5]
    assert [one["effect"].tolist()[1] for one in found[:2]] == [3, 1]
    assert found[2].loc[1].isna().all()


def test_the_studies_on_which_sign_and_significance_hang():
    table = pd.DataFrame({"effect": [1.0, 1, 1, np.nan], "p_value": [0.01, 0.01, 0.3, np.nan]})
    a = pd.DataFrame({"effect": [0.9, -0.2, 1, np.nan], "p_value": [0.01, 0.4, 0.4, np.nan]})
    b = pd.DataFrame({"effect": [1.2, 1.5, -1, np.nan], "p_value": [0.02, 0.2, 0.5, np.nan]})
    c = pd.DataFrame({"effect": [1.1, 1.1, np.nan, 0.3], "p_value": [0.001, 0.001, np.nan, 0.01]})
    found = leave_one_out(table, [a, b, c], ["a", "b", "c"], 0.02)
    assert found["leave_one_out_low"].tolist()[:3] == [0.9, -0.2, -1]
    assert found["leave_one_out_high"].tolist()[:3] == [1.2, 1.5, 1]
    assert np.isnan(found["leave_one_out_low"][3])
    assert found["sign_hangs_on"].tolist() == ["", "a", "b", ""]
    assert found["significance_hangs_on"].tolist() == ["", "a, b", "", ""]


def test_where_nothing_is_significant_nothing_hangs_on_a_study():
    table = pd.DataFrame({"effect": [1.0], "p_value": [0.3]})
    found = leave_one_out(table, [table, table], ["a", "b"], np.nan)
    assert found["significance_hangs_on"].tolist() == [""]
