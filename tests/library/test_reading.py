"""The reader of each format is found, and what the archive says finds its column."""

import gzip
import tarfile

import pytest
from simulated_cells import simulate, write

from secretome import reading
from secretome.faults import InputFaults

DEFAULTS = {
    "kind": "file",
    "format": "matrix",
    "platform_table": "annot",
    "separator": "tab",
    "decimal": "point",
    "columns": {"id": "", "ignore": [], "repeated": "refuse"},
    "missing_values": False,
    "quantity": "",
    "members": "",
}
SUMMARY = ("no_feature", "ambiguous", "too_low_aQual", "not_aligned", "alignment_not_unique")
COUNTS = "TP53\t3\nIL6\t0\n" + "".join(f"__{name}\t5\n" for name in SUMMARY)


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_matrix_is_read_with_its_columns(tmp_path):
    path = written(tmp_path, "m.csv", "gene,length,a,b\nTP53,9,1,2\nIL6,8,3,4\n")
    source = {**DEFAULTS, "separator": "comma", "columns": {"id": "gene", "ignore": ["length"], "repeated": "refuse"}}
    table = reading.read(source, {"matrix": path})
    assert (table.ids, table.columns, table.values.tolist()) == (["TP53", "IL6"], ["a", "b"], [[1, 2], [3, 4]])
    assert table.samples == {"a": {"column": ["a"]}, "b": {"column": ["b"]}}


def test_one_file_a_sample_is_one_table(tmp_path):
    files = {f"sample:s{i}": written(tmp_path, f"s{i}.txt", COUNTS) for i in (1, 2)}
    table = reading.read({**DEFAULTS, "format": "htseq"}, files)
    assert table.columns == ["s1", "s2"]
    assert table.values.tolist() == [[3, 3], [0, 0]]
    assert table.unit == "counts"


def test_the_files_of_an_archive_are_named_by_their_accessions(tmp_path):
    with tarfile.open(tmp_path / "GSE1_RAW.tar", "w") as archive:
        for name in ("GSM1_a.counts.txt.gz", "GSM2_b.counts.txt.gz", "readme.pdf"):
            path = tmp_path / name
            path.write_bytes(gzip.compress(COUNTS.encode()) if name.endswith(".gz") else b"%PDF")
            archive.add(path, name)
    source = {**DEFAULTS, "kind": "geo_supplement", "format": "htseq", "members": r".*counts\.txt\.gz"}
    table = reading.read(source, {"matrix": tmp_path / "GSE1_RAW.tar"})
    assert table.columns == ["GSM1", "GSM2"]


STATED = {"GSM1": {"title": ["a"], "agent": ["DMSO"]}, "GSM2": {"title": ["b"], "agent": ["drug"]}}


@pytest.mark.parametrize("columns", [["GSM2", "GSM1"], ["b", "a"]])
def test_the_archive_names_columns_by_accession_or_by_title(columns):
    found = reading.fields_by_column(columns, STATED, "x.soft")
    assert [found[column]["agent"] for column in columns] == [["drug"], ["DMSO"]]


def test_columns_that_no_field_names_are_refused():
    with pytest.raises(InputFaults, match=r"names no sample by the columns of the table \(c, d\)"):
        reading.fields_by_column(["c", "d"], STATED, "x.soft")


def test_two_samples_of_one_title_name_no_column():
    stated = {**STATED, "GSM3": {"title": ["a"]}}
    with pytest.raises(InputFaults, match="names no sample"):
        reading.fields_by_column(["a", "b"], stated, "x.soft")


def test_a_header_that_lacks_the_name_of_the_ids_is_read_where_its_samples_are_known(tmp_path):
    path = written(tmp_path, "m.tsv", "a\tb\nTP53\t1\t2\nIL6\t3\t4\n")
    with pytest.raises(InputFaults, match="the first may be missing"):
        reading.read(DEFAULTS, {"matrix": path})
    assert reading.read(DEFAULTS, {"matrix": path}, samples=["a", "b"]).columns == ["a", "b"]


def test_cells_are_summed_to_samples(tmp_path):
    counts, cells = simulate(genes=20, donors=4)
    keys = {"sample_column": "donor", "cell_type_column": "cell_type", "cell_type": "T cell", "layer": "X"}
    table = reading.read({**DEFAULTS, "format": "h5ad", **keys}, {"matrix": write(tmp_path / "x.h5ad", counts, cells)})
    assert table.columns == ["d0", "d1", "d2", "d3"]
    assert table.values.sum() == counts[1::2].sum()
    assert table.samples["d1"]["column"] == ["d1"]
    assert table.samples["d1"]["treatment"] == ["drug"]


def test_what_a_reader_left_out_stays_told(tmp_path):
    counts, cells = simulate(genes=20, donors=4)
    kept = (cells["donor"] != "d3") | (cells.reset_index().index < 125)
    path = write(tmp_path / "x.h5ad", counts[kept], cells[kept])
    keys = {"sample_column": "donor", "cell_type_column": "", "cell_type": "", "layer": ""}
    table = reading.read({**DEFAULTS, "format": "h5ad", **keys}, {"matrix": path})
    assert table.left_out == {"d3": "5 cells, fewer than 10"}
