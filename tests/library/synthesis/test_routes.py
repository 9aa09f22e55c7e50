"""Which contrasts send and which hear."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secretome.synthesis.routes import OF_LIGANDS, TABLES, read_routes
from secretome.tables import NUMBER, SECRETOME, TEXT, ContractBroken, empty_table, read_table, write_table


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
    return tables, studies, {"x"}


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
    assert list(senders[0].secretome.columns) == [name for name in SECRETOME.columns if name in OF_LIGANDS]
    assert senders[0].secretome.equals(read_table(run[0]["secretome"][0], SECRETOME)[list(senders[0].secretome)])
    assert list(receivers[0].signals["verdict"]) == ["x"]


def test_a_run_without_contrasts_has_neither():
    assert read_routes({contract.name: [] for contract in TABLES}, {}, set()) == ([], [])


def test_of_genes_that_nobody_asks_about_it_matters_only_whether_something_was_tested(run):
    tables, studies, _ = run
    senders, receivers = read_routes(tables, studies, {"y"})
    assert [one.study for one in senders] == ["cells", "medium"]
    assert (len(senders[0].secretome), len(receivers[0].differential), len(receivers[0].signals)) == (0, 0, 1)
    assert senders[0].secretome["ci_low"].dtype == float


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("\tdf\t", "\tdegrees\t"), "differential.tsv: the columns are"),
        (lambda text: text + text.splitlines()[1] + "\n", "key stands twice"),
    ],
)
def test_a_table_that_breaks_its_contract_is_refused_by_name(run, change, said):
    path = Path(run[0]["differential"][0])
    path.write_text(change(path.read_text()))
    with pytest.raises(ContractBroken, match=said):
        read_routes(*run)
