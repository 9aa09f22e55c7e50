"""False discovery rates by hand."""

import numpy as np

from secretome.models import false_discovery


def test_false_discovery_rates_by_hand_and_with_a_missing_test():
    rates = false_discovery.benjamini_hochberg(np.array([0.01, np.nan, 0.04, 0.03, 0.5]))
    np.testing.assert_allclose(rates, [0.04, np.nan, 0.16 / 3, 0.16 / 3, 0.5])
    assert np.isnan(false_discovery.benjamini_hochberg(np.array([np.nan]))).all()
