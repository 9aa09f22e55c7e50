"""The tables of CollecTRI and CytoSig in their own form."""

import pytest

from secretome.faults import InputFaults
from secretome.pathways import weight_tables
from secretome.pathways.weight_tables import read_collectri, read_cytosig

HEADER = "source,target,weight,resources,references,sign.decision\n"


@pytest.fixture
def write(tmp_path):
    def file(text: str):
        path = tmp_path / "table"
        path.write_text(text)
        return path

    return file


def test_a_regulon_is_a_regulator_with_signed_targets(write):
    text = HEADER + 'STAT3,SOCS3,1,"a;b",CollecTRI:1,PMID\nSTAT3,IL6,-1,,,\nAP1,FOS,1,,,\nSTAT3,SOCS3,-1,,,\n'
    assert read_collectri(write(text)) == {"STAT3": {"SOCS3": 1.0, "IL6": -1.0}, "AP1": {"FOS": 1.0}}


def test_the_columns_of_collectri_are_found_by_their_names(write):
    assert read_collectri(write("weight,target,source\n1,FOS,AP1\n")) == {"AP1": {"FOS": 1.0}}


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        ("tf,target,weight\nA,B,1\n", ":1", "no column source"),
        (HEADER + "A,B\n", ":2", "2 fields"),
        (HEADER + "A,B,1,,,\nA,C,0,,,\n", ":3", "no weight"),
        (HEADER + "A,B,nan,,,\n", ":2", "no weight"),
        (HEADER + "A,B,up,,,\n", ":2", "no weight"),
    ],
)
def test_what_is_not_collectri_is_refused(write, text, where, told):
    with pytest.raises(InputFaults) as caught:
        read_collectri(write(text))
    [fault] = caught.value.faults
    assert fault.where.endswith(where)
    assert told in fault.problem


def test_a_signature_has_the_largest_weights_of_its_column(write, monkeypatch):
    monkeypatch.setattr(weight_tables, "MOST_WEIGHTS", 2)
    table = "HGF\tActivin A\nG1\t0.5\t-2\nG2\t-0.7\t0\nG3\t0.1\t0.0\nG4\t-0.5\t1e-3\n"
    assert read_cytosig(write(table)) == {"HGF": {"G2": -0.7, "G1": 0.5}, "Activin A": {"G1": -2.0, "G4": 1e-3}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("HGF\tIL6\n", "is not the table"),
        ("gene\tHGF\tIL6\nG1\t1\t2\n", "is not the table"),
        ("HGF\tIL6\nG1\t1\t2\nG2\t1\n", "has 1 numbers"),
        ("HGF\tIL6\nG1\t1\tx\n", "is not a number"),
        ("HGF\tIL6\nG1\t1\tinf\n", "is not a number"),
    ],
)
def test_what_is_not_cytosig_is_refused(write, text, told):
    with pytest.raises(InputFaults, match=told):
        read_cytosig(write(text))
