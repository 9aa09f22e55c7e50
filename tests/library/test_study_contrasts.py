"""study_contrasts: the contrasts of one file together."""

import re
from pathlib import Path

import pytest
import yaml

from secretome import schemas, study_contrasts
from secretome.designs import forms

KO = {"variable": "group", "level": "KO drug", "reference": "KO none", "block": []}
WT = {"variable": "group", "level": "WT drug", "reference": "WT none", "block": []}
BOTH = {"difference_of": ["ko", "wt"]}
SHEET = {
    "sample": [f"s{i}" for i in range(8)],
    "group": [f"{line} {drug}" for line in ("KO", "WT") for drug in ("drug", "none") for _ in "ab"],
}
SAMPLES = {"numeric": [], "subject": ""}


def where(address) -> str:
    return "/".join(map(str, address))


def complete(**contrasts):
    made, faults = study_contrasts.complete_contrasts(contrasts, list(contrasts), where)
    return made, [(fault.where, fault.field, fault.problem) for fault in faults]


def of_sheet(made, sheet=SHEET):
    faults = study_contrasts.contrast_faults(made, sheet, "sample", SAMPLES, where)
    return [(fault.field, fault.value) for fault in faults]


@pytest.mark.parametrize("order", [("ko", "wt", "both"), ("both", "wt", "ko")])
def test_a_difference_stands_for_itself_wherever_it_is_written(order):
    contrasts = {"ko": KO, "wt": WT, "both": BOTH}
    made, faults = complete(**{key: contrasts[key] for key in order})
    assert faults == []
    assert list(made) == list(order)
    assert made["both"]["parts"] == [KO, WT]
    assert of_sheet(made) == []


def test_faults_have_the_address_of_their_key_or_of_the_contrast():
    made, faults = complete(ko={**KO, "levels": ["a", "b"]}, wt={"variable": "group", "level": "x"}, both=BOTH)
    assert made == {}
    assert [(place, field) for place, field, _ in faults] == [
        ("contrasts/ko", "contrasts.ko"),
        ("contrasts/wt/reference", "contrasts.wt.reference"),
    ]


def test_a_difference_of_what_is_wrong_is_told_with_its_cause_alone():
    made, faults = complete(ko={**KO, "level": "KO none"}, wt=WT, both=BOTH)
    assert [field for _, field, _ in faults] == ["contrasts.ko.reference"]
    assert list(made) == ["ko", "wt"]
    made, faults = complete(ko={**KO, "level": "KO drg"}, wt=WT, both=BOTH)
    assert faults == []
    assert of_sheet(made) == [("contrasts.ko.level", "KO drg")]


def test_a_difference_of_what_is_not_there_is_told():
    _, faults = complete(ko=KO, both=BOTH)
    assert faults == [
        ("contrasts/both/difference_of", "contrasts.both.difference_of", "is not a contrast of this study")
    ]
    made, faults = study_contrasts.complete_contrasts({"ko": KO, "both": BOTH}, ["ko", "wt", "both"], where)
    assert (list(made), faults) == (["ko"], [])  # it is written, and what is wrong with it is told there


def test_a_difference_of_the_same_groups_is_none():
    _, faults = complete(ko=KO, wt=KO, both=BOTH)
    assert [problem for _, _, problem in faults] == ["is no difference: both contrasts compare the same groups"]


def test_two_contrasts_that_hold_alone_can_leave_no_model_together():
    """What is wrong with the difference alone is told there."""
    made, _ = complete(ko=KO, wt=WT, both=BOTH)
    assert of_sheet({"both": made["both"]}, {**SHEET, "group": ["KO drug"] * 4 + ["KO none"] * 4}) == [
        ("contrasts.both.difference_of", "WT drug"),
        ("contrasts.both.difference_of", "WT none"),
    ]


@pytest.mark.parametrize(
    ("faulty", "left"),
    [
        ((), {"ko", "wt"}),
        (("contrasts.ko.setting", "contrasts.ko.blokc"), {"ko", "wt"}),
        (("contrasts.ko.level",), {"wt"}),
        (("contrasts.ko.block.0",), {"wt"}),
        (("contrasts.ko",), {"wt"}),
        (("contrasts.ko_2.level",), {"ko", "wt"}),
    ],
)
def test_a_contrast_is_judged_where_only_its_labels_are_at_fault(faulty, left):
    contrasts = {"ko": {**KO, "setting": "short", "blokc": "x"}, "wt": WT}
    found = study_contrasts.sound_contrasts(contrasts, faulty)
    assert set(found) == left
    if "contrasts.ko.setting" in faulty:
        assert found["ko"] == KO


def test_a_contrast_whose_key_is_misspelt_is_not_judged_without_it():
    misspelt = {"refrence" if key == "reference" else key: value for key, value in KO.items()}
    assert study_contrasts.sound_contrasts({"ko": misspelt, "wt": WT}, ["contrasts.ko.refrence"]) == {"wt": WT}


def examples() -> list[dict]:
    """The blocks of YAML under `Comparisons` in config/README.md."""
    text = (Path(__file__).parents[2] / "config/README.md").read_text()
    section = text[text.index("\n### Comparisons\n") : text.index("\n### A study of your own\n")]
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)]


@pytest.mark.parametrize("example", examples(), ids=lambda one: next(iter(one["contrasts"])))
def test_the_examples_of_the_readme_are_contrasts(example):
    rules = schemas.schema("study")
    for key in ("contrasts", "samples"):
        assert schemas.faults(example.get(key, {"id": "x"}), rules["properties"][key], where, {}) == []
    contrasts = schemas.with_defaults(example["contrasts"], rules["properties"]["contrasts"])
    made, faults = complete(**contrasts)
    assert faults == []
    assert list(made) == list(example["contrasts"])


def test_the_readme_has_an_example_of_each_form():
    forms_shown = {forms.form_of(one) for example in examples() for one in example["contrasts"].values()}
    assert forms_shown == {"level", "levels", "weights", "difference_of", "continuous"}
