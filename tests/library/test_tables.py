import numpy as np
import pandas as pd
import pytest

from secretome.tables import (
    COUNT,
    DIFFERENTIAL,
    FLAG,
    NUMBER,
    PATHWAYS,
    SCORES,
    SECRETOME,
    SIGNALS,
    TEXT,
    Contract,
    ContractBroken,
    empty_table,
    read_table,
    table_of,
    write_table,
)

TOY = Contract(
    "toy", {"gene": TEXT, "p_value": NUMBER, "size": COUNT, "lead": FLAG}, key=("gene",), order=("p_value", "gene")
)


def toy() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "gene": ["NA", "1", "true", "é"],
            "p_value": [0.5, np.nan, 1e-300, 0.5],
            "size": [1, 2, 3, 4],
            "lead": [True, False, True, False],
        }
    )


def test_what_is_written_is_read_in_the_stated_order(tmp_path):
    write_table(tmp_path / "toy.tsv", toy(), TOY)
    again = read_table(tmp_path / "toy.tsv", TOY)
    assert again["gene"].tolist() == ["true", "NA", "é", "1"]
    assert again["p_value"].tolist()[:3] == [1e-300, 0.5, 0.5]
    assert np.isnan(again["p_value"].iloc[3])
    assert again["lead"].tolist() == [True, True, False, False]


def test_the_order_of_the_rows_does_not_change_the_bytes(tmp_path):
    write_table(tmp_path / "a.tsv", toy(), TOY)
    write_table(tmp_path / "b.tsv", toy().iloc[::-1], TOY)
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="size"), "missing or unknown columns"),
        (lambda t: t.assign(extra=1), "missing or unknown columns"),
        (lambda t: t.assign(p_value="x"), "p_value is not number"),
        (lambda t: t.assign(p_value=np.inf), "p_value is not number"),
        (lambda t: t.assign(gene=["a", "b", "c", None]), "gene is not text"),
        (lambda t: t.assign(gene=["a", "b", "c", "d\te"]), "gene is not text"),
        (lambda t: t.assign(size=-1), "size is not count"),
        (lambda t: t.assign(gene="same"), "key stands twice"),
    ],
)
def test_a_broken_contract_is_refused_and_nothing_is_written(tmp_path, change, message):
    with pytest.raises(ContractBroken, match=message):
        write_table(tmp_path / "toy.tsv", change(toy()), TOY)
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_other_columns_is_refused_by_name(tmp_path):
    (tmp_path / "toy.tsv").write_text("gene\tp_value\nA\t1\n")
    with pytest.raises(ContractBroken, match=r"toy\.tsv"):
        read_table(tmp_path / "toy.tsv", TOY)


@pytest.mark.parametrize("contract", [TOY, DIFFERENTIAL, SECRETOME, PATHWAYS, SIGNALS, SCORES])
def test_empty_goes_in_and_comes_out(tmp_path, contract):
    write_table(tmp_path / "empty.tsv", empty_table(contract), contract)
    again = read_table(tmp_path / "empty.tsv", contract)
    assert len(again) == 0
    assert list(again.columns) == list(contract.columns)


@pytest.mark.parametrize("as_table", [False, True])
def test_rows_get_the_columns_the_order_and_the_types_of_the_contract(tmp_path, as_table):
    rows = [{"lead": True, "other": 1, "gene": "B", "size": 2.0}, {"gene": "A", "p_value": 1, "size": 3, "lead": False}]
    table = table_of(pd.DataFrame(rows) if as_table else iter(rows), TOY)
    assert list(table.columns) == list(TOY.columns)
    assert table["p_value"].isna().tolist() == [True, False]
    write_table(tmp_path / "toy.tsv", table, TOY)
    assert read_table(tmp_path / "toy.tsv", TOY).to_dict("list") == {
        "gene": ["A", "B"],
        "p_value": [1.0, pytest.approx(np.nan, nan_ok=True)],
        "size": [3, 2],
        "lead": [False, True],
    }


def test_some_columns_can_be_read_without_the_others(tmp_path):
    write_table(tmp_path / "toy.tsv", toy(), TOY)
    some = read_table(tmp_path / "toy.tsv", TOY, ["size", "p_value"])
    pd.testing.assert_frame_equal(some, read_table(tmp_path / "toy.tsv", TOY)[["p_value", "size"]])
    (tmp_path / "toy.tsv").write_text("gene\tsize\nA\t1\n")
    with pytest.raises(ContractBroken, match="the columns are"):
        read_table(tmp_path / "toy.tsv", TOY, ["size"])


def test_a_table_is_written_in_pieces_as_in_one(tmp_path, monkeypatch):
    write_table(tmp_path / "whole.tsv", toy(), TOY)
    monkeypatch.setattr("secretome.tables.ROWS_AT_A_TIME", 3)
    write_table(tmp_path / "pieces.tsv", toy(), TOY)
    assert (tmp_path / "pieces.tsv").read_bytes() == (tmp_path / "whole.tsv").read_bytes()
