"""Which contrasts send and which hear."""

import numpy as np
import pandas as pd
import pytest

from secretome.synthesis.routes import TABLES, read_routes
from secretome.tables import NUMBER, TEXT, empty_table, write_table


def rows(contract, **given):
    """One row of a contract, with ones and the texts that are given."""
    kinds = {TEXT: "x", NUMBER: 1.0}
    return pd.DataFrame([{**{name: kinds[kind] for name, kind in contract.columns.items()}, **given}])


@pytest.fixture
def run(tmp_path):
    """A study of cells, one of their medium, one that was not had, and one in which nothing was tested."""
    studies = {}
    for study, p_value in {"cells": 0.01, "medium": 0.01, "lost": None, "single": np.nan}.items():
        for contract in TABLES:
            given = {"p_value": p_value} if contract.name != "signals" else {}
            table = empty_table(contract) if p_value is None else rows(contract, **given)
            write_table(tmp_path / study / "drug" / f"{contract.name}.tsv", table, contract)
        studies[study] = {"compartment": "cells", "lysate": "", "drug_classes": {"drug": "braf_inhibitor"}}
    studies["medium"] |= {"compartment": "medium", "lysate": "cells", "drug_classes": {"drug": ""}}
    tables = {
        contract.name: [str(tmp_path / study / "drug" / f"{contract.name}.tsv") for study in studies]
        for contract in TABLES
    }
    return tables, studies


def test_a_medium_sends_and_does_not_hear_and_without_tests_nothing_does_either(run):
    senders, receivers = read_routes(*run)
    assert [(one.study, one.contrast, one.drug_class, one.culture) for one in senders] == [
        ("cells", "drug", "braf_inhibitor", ""),
        ("medium", "drug", "", "cells"),
    ]
    assert [(one.study, one.contrast, one.compartment) for one in receivers] == [("cells", "drug", "cells")]


def test_each_table_is_that_of_its_contrast(run):
    senders, receivers = read_routes(*run)
    assert list(senders[0].secretome["tier"]) == ["x"]
    assert list(receivers[0].differential["p_value"]) == [0.01]
    assert list(receivers[0].signals["verdict"]) == ["x"]


def test_a_run_without_contrasts_has_neither():
    assert read_routes({contract.name: [] for contract in TABLES}, {}) == ([], [])
