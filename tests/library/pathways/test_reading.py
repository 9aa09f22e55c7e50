import gzip

import pandas as pd
import pytest

from secretome.faults import InputFaults
from secretome.files import write_json
from secretome.pathways.reading import read_collections
from secretome.tables import WEIGHTS, write_table


def described(form, kind="gene_sets", smallest=10, origin="bundled"):
    return {"kind": kind, "format": form, "smallest": smallest, "largest": 500, "origin": origin}


def gene_sets(tmp_path, text):
    path = tmp_path / "sets.gmt.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return str(path)


def test_the_genes_of_a_set_count_alike_and_those_of_a_footprint_have_weights(tmp_path):
    table = pd.DataFrame({"gene": ["G1", "G2"], "pathway": "WAY", "weight": [-1.5, 2.0]})
    write_table(tmp_path / "weights.tsv", table, WEIGHTS)
    paths = [gene_sets(tmp_path, "A\turl\tG1\tG2\nB\t\tG1\n"), str(tmp_path / "weights.tsv")]
    sets, footprints = read_collections(paths, {"h": described("gmt"), "p": described("weights", "weights")})
    assert (sets.name, sets.weighted) == ("h", False)
    assert sets.sets == {"A": {"G1": 1.0, "G2": 1.0}, "B": {"G1": 1.0}}
    assert (footprints.name, footprints.weighted) == ("p", True)
    assert footprints.sets == {"WAY": {"G1": -1.5, "G2": 2.0}}


@pytest.mark.parametrize("text", ["A\turl\n", "A\turl\tG1\nA\turl\tG2\n"])
def test_a_set_without_genes_or_named_twice_is_refused(tmp_path, text):
    with pytest.raises(InputFaults, match=r"sets\.gmt\.gz:\d"):
        read_collections([gene_sets(tmp_path, text)], {"h": described("gmt")})


def test_marker_genes_stand_one_a_line_with_their_reason(tmp_path):
    path = tmp_path / "markers.tsv"
    path.write_text("gene_set\tgene\treason\treference\nB\tG2\twhy\t\nA\tG1\twhy\t10.1/x\nB\tG1\twhy\t\n")
    [markers] = read_collections([path], {"m": described("members", smallest=3)})
    assert markers.sets == {"B": {"G2": 1.0, "G1": 1.0}, "A": {"G1": 1.0}}
    assert (markers.weighted, markers.smallest, markers.largest) == (False, 3, 500)


def test_what_does_not_ship_with_the_project_comes_prepared_and_in_its_place(tmp_path):
    told = {"code": "gene_sets", "message": "one gene is lost"}
    prepared = {
        "far": {"sets": {"F": {"G1": -1.0}}, "unavailable": "", "warnings": [told]},
        "gone": {"sets": {}, "unavailable": "was withdrawn", "warnings": []},
    }
    write_json(tmp_path / "collections.json", prepared)
    panel = {
        "far": described("collectri", "weights", origin="fetched"),
        "h": described("gmt"),
        "gone": described("gmt", origin="fetched"),
    }
    paths = [gene_sets(tmp_path, "A\turl\tG1\n")]
    far, bundled, gone = read_collections(paths, panel, tmp_path / "collections.json")
    assert (far.name, far.sets, far.weighted, far.warnings) == ("far", {"F": {"G1": -1.0}}, True, (told,))
    assert (bundled.name, bundled.unavailable, bundled.warnings) == ("h", "", ())
    assert (gone.sets, gone.unavailable) == ({}, "was withdrawn")
