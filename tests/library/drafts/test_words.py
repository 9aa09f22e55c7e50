"""words: which group is compared with which."""

import pytest
from drafting import (
    folder as folder,
)

from secretome.drafts.words import is_reference, pairs


@pytest.mark.parametrize(
    "text",
    ["DMSO", "vehicle (0.1% DMSO)", "A375 control rep", "siCtrl", "untreated", "no treatment", "non-treated", "mock",
     "MCF7 parental", "wild-type", "0 h", "0", "Day 0", "0 uM", "Liver Non-Tumor Tissue", "CTR_Veh"],
)  # fmt: skip
def test_words_of_a_reference(text):
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "vemurafenib",
        "10 uM drug in 0.1% DMSO",
        "controlled release",
        "10 h",
        "contralateral",
        "IL6",
        "resistant",
        "nta",
    ],
)
def test_words_of_none(text):
    assert not is_reference(text)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["DMSO", "drug"], {("drug", "DMSO")}),
        (["untreated", "treated"], {("treated", "untreated")}),
        (["control", "A"], {("A", "control")}),
        (["DMSO", "DMSO 6 h"], set()),
        (["DMSO", "untreated lung"], set()),
        (["drug", "DMSO", "untreated"], {("drug", "DMSO")}),
        (
            ["control 6h", "control 24h", "drug 6h", "drug 24h"],
            {("drug 6h", "control 6h"), ("drug 24h", "control 24h")},
        ),
        (["0h control", "24h drug"], {("24h drug", "0h control")}),
        (["MCF7 control", "T47D control", "T47D drug"], {("T47D drug", "T47D control")}),
        (["DMSO", "IL6 + DMSO"], {("IL6 + DMSO", "DMSO")}),
        (["0 uM", "1 uM", "10 uM"], {("1 uM", "0 uM"), ("10 uM", "0 uM")}),
        (["sensitive", "resistant"], {("resistant", "sensitive")}),
        (
            ["CTR_Veh", "CTR_BYL", "NF1_Veh", "NF1_BYL"],
            {("CTR_BYL", "CTR_Veh"), ("NF1_Veh", "CTR_Veh"), ("NF1_BYL", "NF1_Veh"), ("NF1_BYL", "CTR_BYL")},
        ),
        (["tumour", "lung"], set()),
    ],
)
def test_each_group_finds_its_reference(levels, expected):
    assert {(pair.level, pair.reference) for pair in pairs(levels)} == expected


def test_what_is_not_clear_about_a_reference_is_told():
    assert "another could serve: untreated" in pairs(["drug", "DMSO", "untreated"])[0].doubt
    assert "numbers in the two names differ" in pairs(["0h control", "24h drug"])[0].doubt
