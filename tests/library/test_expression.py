import anndata
import h5py
import numpy as np
import pandas as pd

from secretome.expression import (
    Expression,
    count_samples,
    read_expression,
    read_unavailable,
    unavailable,
    write_expression,
)


def small() -> Expression:
    samples = pd.DataFrame(
        {"treatment": ["drug", ""], "library_size": [10.0, 20.0], "norm_factor": [1.0, 1.1]}, index=["001", "é"]
    )
    genes = pd.DataFrame(
        {"gene_id": ["E1", "", "E3"], "kept": [True, False, True], "filter_reason": ["", "low_expression", ""]},
        index=["A", "NA", "C"],
    )
    log2 = np.arange(6.0).reshape(2, 3)
    return Expression(log2, 2**log2, samples, genes, {"steps": [{"read": 3}]})


def test_what_is_written_is_read(tmp_path):
    write_expression(tmp_path / "e.h5ad", small())
    again = read_expression(tmp_path / "e.h5ad")
    np.testing.assert_array_equal(again.log2, small().log2)
    np.testing.assert_array_equal(again.counts, small().counts)
    pd.testing.assert_frame_equal(again.samples, small().samples)
    pd.testing.assert_frame_equal(again.genes, small().genes)
    assert again.provenance == {"steps": [{"read": 3}]}
    assert again.unavailable == ()


def test_the_same_expression_gives_the_same_bytes(tmp_path):
    write_expression(tmp_path / "a.h5ad", small())
    write_expression(tmp_path / "b.h5ad", small())
    assert (tmp_path / "a.h5ad").read_bytes() == (tmp_path / "b.h5ad").read_bytes()


def test_anndata_reads_the_file(tmp_path):
    write_expression(tmp_path / "e.h5ad", small())
    data = anndata.read_h5ad(tmp_path / "e.h5ad")
    assert data.obs_names.tolist() == ["001", "é"]
    assert data.var["kept"].tolist() == [True, False, True]
    np.testing.assert_array_equal(data.layers["counts"], small().counts)


def test_a_study_without_counts(tmp_path):
    expression = Expression(small().log2, None, small().samples, small().genes, {})
    write_expression(tmp_path / "e.h5ad", expression)
    assert read_expression(tmp_path / "e.h5ad").counts is None


def test_an_unavailable_study_is_zero_samples_and_its_reasons(tmp_path):
    write_expression(tmp_path / "e.h5ad", unavailable(["counts.tsv:3: two fields"], {"source": "counts.tsv"}))
    again = read_expression(tmp_path / "e.h5ad")
    assert again.unavailable == ("counts.tsv:3: two fields",)
    assert again.log2.shape == (0, 0)
    assert len(again.samples) == len(again.genes) == 0
    assert again.provenance == {"source": "counts.tsv"}


def test_what_jobs_over_all_studies_ask_is_read_without_the_numbers(tmp_path):
    write_expression(tmp_path / "had.h5ad", small())
    write_expression(tmp_path / "lost.h5ad", unavailable(["one", "two é"], {}))
    for name, reasons, samples in (("had", (), 2), ("lost", ("one", "two é"), 0)):
        path = tmp_path / f"{name}.h5ad"
        assert read_unavailable(path) == read_expression(path).unavailable == reasons
        assert count_samples(path) == samples
        with h5py.File(path, "r+") as file:  # the numbers are not looked at
            for part in ("obs", "var", "layers"):
                del file[part]
        assert (read_unavailable(path), count_samples(path)) == (reasons, samples)
