"""Whose a result is."""

from pathlib import Path

import pytest

from secretome.result_paths import contrast_of, study_of


@pytest.mark.parametrize("run", ["", "elsewhere/"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_result_is_of_the_folders_that_it_lies_in(run, kind):
    assert study_of(kind(f"{run}results/airway/quality.json")) == "airway"
    assert contrast_of(kind(f"{run}results/airway/drug_vs_none/fit.json")) == ("airway", "drug_vs_none")
