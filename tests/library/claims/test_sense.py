"""Whether the keys of a claim fit together."""

import pytest

from secretome.claims import sense


def fields(claim):
    return [fault.field for fault in sense.faults(claim, ("claims", "x"), lambda address: "file:1")]


REPORTED = {"effect": 0.5, "ci_low": 0.0, "ci_high": 1.0, "n": 3, "unit": "d"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"direction": "none"}, ["direction"]),
        ({"direction": "either"}, ["direction"]),
        ({"kind": "equivalence"}, ["direction"]),
        ({"kind": "equivalence", "direction": "none"}, []),
        ({"kind": "equivalence", "direction": "none", "feature": {"genes": ["A"], "rule": "any"}}, ["feature.rule"]),
        ({"kind": "share", "direction": "either", "smallest_effect": 0.1}, ["feature"]),
        ({"kind": "share", "direction": "either", "smallest_effect": 0.1, "feature": {"share_of": "secreted"}}, []),
        ({"kind": "share", "smallest_effect": 1.0, "feature": {"share_of": "secreted"}}, ["smallest_effect"]),
        ({"feature": {"share_of": "secreted"}}, ["feature"]),
        ({"kind": "published", "direction": "none"}, ["feature"]),
        ({"feature": {"genes": ["A", "B"]}}, ["feature.rule"]),
        ({"feature": {"genes": ["A", "B"], "rule": "any"}}, []),
        ({"feature": {"gene": "A", "rule": "any"}}, ["feature"]),
        ({"feature": {"gene": "A", "signal": "akt"}}, ["feature"]),
        ({"feature": {"gene_set": "A"}}, ["feature"]),
        ({"feature": {"measurement": "growth"}}, ["untestable"]),
        ({"feature": {"measurement": "growth"}, "untestable": "no mice"}, []),
        ({"kind": "published", "feature": {"table": "t", "comparison": "c"}}, ["where.studies"]),
        ({"kind": "published", "feature": {"reported": REPORTED}}, []),
        ({"kind": "published", "feature": {"reported": {**REPORTED, "ci_low": 0.6}}}, ["feature.reported.ci_low"]),
        ({"kind": "published", "feature": {"reported": {**REPORTED, "ci_high": 0.4}}}, ["feature.reported.ci_high"]),
    ],
)
def test_keys_fit_together(claim, given, wrong):
    assert fields(claim(**given)) == [f"claims.x.{field}" for field in wrong]


def test_contrasts_of_a_study_beside_the_run_are_read_from_its_file(known, tmp_path):
    assert sense.contrasts_of("mine", known) == ["drug"]
    assert sense.contrasts_of("other", known) == ["week_1", "week_2"]
    assert sense.contrasts_of("printed", known) == []
    assert sense.contrasts_of("nowhere", known) == []
    (tmp_path / "other.yaml").write_text("contrasts: [\n")
    assert sense.contrasts_of("other", known) == []
