"""study_lysates: what a study of medium and that of its lysates must have in common."""

import pytest

from secretome import study_lysates

PAIR = {"variable": "treatment", "level": "drug", "reference": "vehicle", "block": ["day"], "setting": "acute"}
SLOPE = {"continuous": "dose", "per": 1, "setting": "acute"}
CELLS = {
    "title": "Lysates",
    "technology": "proteomics",
    "compartment": "cells",
    "lysate": "",
    "samples": {"id": "sample", "cell_number": "", "total_protein": "mg"},
    "contrasts": {"drug": PAIR, "dose": SLOPE},
}
MEDIUM = {**CELLS, "title": "Medium", "compartment": "medium", "lysate": "cells", "contrasts": {"drug": PAIR}}


def faults(medium=MEDIUM, cells=CELLS, known=("medium", "cells", "other"), chosen=("medium", "cells")):
    studies = {"medium": medium} | ({"cells": cells} if "cells" in chosen and cells is not None else {})
    return study_lysates.lysate_faults(studies, known, chosen, lambda key: lambda address: f"{key}:{'/'.join(address)}")


def test_a_matched_pair_is_taken_whatever_its_columns_and_blocks_are_called():
    assert faults() == []
    assert faults(cells={**CELLS, "contrasts": {"drug": {**PAIR, "variable": "agent", "block": []}}}) == []
    assert faults(cells={**CELLS, "technology": "panel"}) == []


@pytest.mark.parametrize(
    ("given", "problem", "fix"),
    [
        ({"medium": {**MEDIUM, "lysate": "medium"}}, "is this study itself", "take it out"),
        ({"medium": {**MEDIUM, "lysate": "cels"}}, "is not a study of the study folders", "Did you mean 'cells'?"),
        ({"chosen": ("medium",)}, "is not among the studies of this run", "as in [medium, cells]"),
        ({"cells": {**CELLS, "compartment": "medium"}}, "is a study of conditioned medium", "compartment: cells"),
        ({"cells": {**CELLS, "technology": "rnaseq_counts"}}, "holds rnaseq_counts and no proteins", "proteomics"),
        ({"cells": {"technology": "published"}}, "holds published measurements", "proteomics"),
    ],
)
def test_what_cannot_stand_beside_a_medium_is_told_with_its_line(given, problem, fix):
    [fault] = faults(**given)
    assert fault.where == "medium:lysate"
    assert problem in fault.problem
    assert fix in fault.fix


@pytest.mark.parametrize(
    ("there", "problem"),
    [
        ({"drugs": PAIR}, "is not among the contrasts of the lysate cells"),
        (
            {"drug": {**PAIR, "level": "vehicle", "reference": "drug"}},
            "compares drug vs vehicle here, and",
        ),
        ({"drug": SLOPE}, "compares drug vs vehicle here"),
    ],
)
def test_a_contrast_must_ask_the_same_of_both(there, problem):
    [fault] = faults(cells={**CELLS, "contrasts": there})
    assert fault.where == "medium:contrasts/drug"
    assert problem in fault.problem


def test_slopes_must_have_the_same_unit():
    medium = {**MEDIUM, "contrasts": {"dose": SLOPE}}
    assert faults(medium) == []
    [fault] = faults(medium, {**CELLS, "contrasts": {"dose": {**SLOPE, "per": 10}}})
    assert "per 10 of dose in the lysate" in fault.problem


def test_a_lysate_that_is_at_fault_itself_is_told_of_its_own_file_alone():
    assert faults(cells={}) == faults(cells=None) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"compartment": "cells"}, "goes with compartment: medium"),
        ({"technology": "rnaseq_counts"}, "goes with proteins and panels; this study is rnaseq_counts"),
    ],
)
def test_a_lysate_goes_with_proteins_of_a_medium(change, problem):
    assert study_lysates.own_faults(MEDIUM, str) == []
    assert study_lysates.own_faults({**CELLS, **change}, str) == []
    [fault] = study_lysates.own_faults({**MEDIUM, **change}, str)
    assert fault.problem == problem


def test_a_study_that_lacks_keys_is_not_judged_by_them():
    assert study_lysates.own_faults({"lysate": "cells"}, str) == []


def test_the_page_is_told_how_the_lysate_was_compared():
    made = study_lysates.with_lysates({"medium": MEDIUM, "cells": CELLS})
    assert made["medium"]["lysate_study"] == {"title": "Lysates", "technology": "proteomics", "per": "total_protein"}
    assert made["cells"] == CELLS
    assert "lysate_study" not in MEDIUM
