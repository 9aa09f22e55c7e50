"""Files of gene sets."""

import gzip

import pytest

from secretome.faults import InputFaults
from secretome.gene_set_files import read_collection


def write(tmp_path, text):
    path = tmp_path / "sets.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def test_a_gmt_file_has_sets_whose_genes_count_alike(tmp_path):
    read = read_collection(write(tmp_path, "A\turl\tG1\tG2\nB\t\tG1\n"), "c", "gene_sets")
    assert read.name == "c"
    assert not read.weighted
    assert read.sets == {"A": {"G1": 1.0, "G2": 1.0}, "B": {"G1": 1.0}}


def test_a_table_has_weights(tmp_path):
    read = read_collection(write(tmp_path, "gene\tpathway\tweight\nG1\tA\t-1.5\nG2\tA\t2\n"), "c", "weights")
    assert read.weighted
    assert read.sets == {"A": {"G1": -1.5, "G2": 2.0}}


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("gene_sets", "A\turl\tG1\tG1\n", "stands twice in its gene set"),
        ("gene_sets", "A\turl\tG1\nA\turl\tG2\n", "stands twice"),
        ("gene_sets", "A\tG1\n", "needs a name"),
        ("weights", "gene\tset\tweight\nG1\tA\t1\n", "are not the columns"),
        ("weights", "gene\tpathway\tweight\nG1\tA\tx\n", "is not a number"),
        ("weights", "gene\tpathway\tweight\nG1\tA\tnan\n", "is not a number"),
    ],
)
def test_faults_are_named(tmp_path, kind, text, says):
    with pytest.raises(InputFaults, match=says):
        read_collection(write(tmp_path, text), "c", kind)


def test_a_damaged_file_is_refused(tmp_path):
    path = write(tmp_path, "A\turl\tG1\n")
    path.write_bytes(path.read_bytes()[:-6])
    with pytest.raises(InputFaults, match="cannot be unpacked"):
        read_collection(path, "c", "gene_sets")
