"""readers.htseq: one file a sample, side by side only where they are of one annotation and none is cut off."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from secretome.delimited import read_matrix
from secretome.faults import InputFaults
from secretome.readers import htseq
from secretome.readers.htseq import SUMMARY

ROOT = Path(__file__).parents[3]
KAVRAN = ROOT.parent / "shared/data/kavran_encorafenib"
GENES = ("ENSG00000000003", "ENSG00000000005", "ENSG00000000419")
STAR_HEAD = "N_unmapped\t9\t9\t9\nN_multimapping\t5\t5\t5\nN_noFeature\t3\t8\t4\nN_ambiguous\t2\t1\t1\n"


def counted(*numbers: object, genes=GENES, summary=(50, 4, 3, 2, 1)) -> str:
    lines = [f"{gene}\t{number}" for gene, number in zip(genes, numbers, strict=True)]
    lines += [f"{name}\t{number}" for name, number in zip(SUMMARY, summary, strict=False)]
    return "\n".join(lines) + "\n"


def star(*rows: str) -> str:
    return STAR_HEAD + "".join(f"{gene}\t{row}\n" for gene, row in zip(GENES, rows, strict=True))


@pytest.fixture
def stored(tmp_path):
    """Write the content of each sample to a file; give sample → file."""

    def write(**samples: str | bytes) -> dict[str, Path]:
        files = {}
        for name, content in samples.items():
            files[name] = tmp_path / f"{name}.htseq-count.txt"
            files[name].write_bytes(content if isinstance(content, bytes) else content.encode())
        return files

    return write


def message(files, column="") -> str:
    with pytest.raises(InputFaults) as caught:
        htseq.read(files, column)
    assert all(fault.where and fault.problem and fault.fix for fault in caught.value.faults)
    return str(caught.value)


def test_the_files_stand_side_by_side(stored):
    table = htseq.read(stored(s2=counted(1, 0, 30), s1=gzip.compress(counted(4, 5, 60).encode())))
    assert (table.ids, table.columns, table.genes) == (list(GENES), ["s2", "s1"], list(GENES))
    np.testing.assert_array_equal(table.values, [[1, 4], [0, 5], [30, 60]])
    assert table.values.dtype == np.float64
    assert (table.unit, table.samples) == ("counts", {})


def test_the_summary_lines_are_taken_out_and_told(stored):
    files = stored(s1=counted(1, 2, 3), s2=counted(1, 2, 3, summary=(60, 5, 4, 3, 2)))
    assert htseq.read(files).steps == [
        {
            "step": "take out summary lines",
            "rows": 5,
            "reads": {
                "s1": dict(zip(SUMMARY, (50, 4, 3, 2, 1), strict=True)),
                "s2": dict(zip(SUMMARY, (60, 5, 4, 3, 2), strict=True)),
            },
        }
    ]


def test_the_summary_lines_of_old_versions_are_known(stored):
    table = htseq.read(stored(s1=counted(1, 2, 3).replace("__", "")))
    assert table.ids == list(GENES)
    assert list(table.steps[0]["reads"]["s1"]) == list(SUMMARY)


def test_a_header_is_no_gene(stored):
    table = htseq.read(stored(s1="gene_id\tcount\n" + counted(1, 2, 3), s2=counted(4, 5, 6)))
    np.testing.assert_array_equal(table.values, [[1, 4], [2, 5], [3, 6]])
    assert "s1.htseq-count.txt:3: count: 'x'" in message(stored(s1="gene_id\tcount\n" + counted(1, "x", 3)))


def test_files_without_summary_lines_are_read_with_a_warning(stored):
    step = htseq.read(stored(s1=counted(1, 2, 3, summary=()), s2=counted(1, 2, 3, summary=()))).steps[0]
    assert (step["step"], step["samples"]) == ("no summary lines", 2)
    assert "cut off" in step["warning"]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (counted(1, 2, 3, summary=()), "lacks the summary lines at the end, which s1.htseq-count.txt has"),
        (
            counted(1, 2, genes=GENES[:2]),
            "s2.htseq-count.txt:3: gene: has no more genes where s1.htseq-count.txt:3 has",
        ),
        (counted(1, 2, 3, 4, genes=(*GENES, "ENSG1")), "'ENSG1' stands where s1.htseq-count.txt:4 has no more genes"),
        (counted(1, 2, 3, genes=(GENES[1], GENES[0], GENES[2])), "ENSG00000000003; the same genes in another order"),
        (counted(1, 2, 3, genes=(GENES[0], "ENSGX", GENES[2])), "s2.htseq-count.txt:2: gene: 'ENSGX' stands where"),
        (counted(1, 2, 3, genes=[f"{gene}.4" for gene in GENES]), "'ENSG00000000003.4' stands where"),
    ],
    ids=["summary missing", "cut", "longer", "other order", "other gene", "versions"],
)
def test_files_that_differ_are_refused_at_the_first_difference(stored, second, problem):
    """M03, M12."""
    assert problem in message(stored(s1=counted(1, 2, 3), s2=second))
    assert message(stored(s1=second, s2=counted(1, 2, 3)))


@pytest.mark.parametrize("lines", [1, 2, 3, 4])
def test_a_file_that_ends_within_its_summary_lines_is_refused(stored, lines):
    """M03: also where all files were cut at the same line."""
    cut = counted(1, 2, 3, summary=(50, 4, 3, 2, 1)[:lines])
    text = message(stored(s1=cut, s2=cut))
    assert "s1.htseq-count.txt:4: gene: '__no_feature' is a summary line" in text
    assert "s2.htseq-count.txt:4" in text


def test_a_summary_line_among_the_genes_is_refused(stored):
    assert "'__odd'" in message(stored(s1="__odd\t3\n" + counted(1, 2, 3)))


@pytest.mark.parametrize("end", range(5, 100, 5))
def test_a_file_cut_anywhere_is_refused(stored, end):
    """M02, M03: plain and gzip, even where it is the only one."""
    whole = counted(123, 45, 6789).encode()
    packed = gzip.compress(whole)
    # A file that lost all of its summary lines can only be told by those beside it.
    part = whole[: len(whole) * end // 100]
    if not part.endswith(b"\n"):
        assert message(stored(s1=part))
    assert message(stored(s1=packed[: len(packed) * end // 100]))


@pytest.mark.parametrize(
    "value", ["-1", "1.5", "NaN", "nan", "inf", "", "NA", "null", "#N/A", "1,5", "1.234,5", "0x1A", "1e400", "1_0",
              " 1", "1 ", "2147483648", "1-Mar", "TRUE", "1e-1"],
)  # fmt: skip
def test_a_count_is_a_whole_number(stored, value):
    """M06, M07."""
    assert f"s1.htseq-count.txt:2: count: '{value}'".replace(": ''", ":") in message(stored(s1=counted(1, value, 3)))
    if value != "2147483648":  # more reads than that may well be on no gene
        assert "s1.htseq-count.txt:6: count" in message(stored(s1=counted(1, 2, 3, summary=(50, 4, value, 2, 1))))


def test_all_faults_of_all_files_are_told_at_once(stored):
    text = message(stored(s1=counted(-1, 2, 0.5), s2=counted(1, "x", 3)))
    assert [line.split(":")[1] for line in text.split("\n")] == ["1", "3", "2"]
    assert "is negative" in text
    assert "is not a whole number" in text
    many = "".join(f"g{number}\tx\n" for number in range(100))
    assert len(message(stored(s1=many)).split("\n")) == 20


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (counted(1, 2, 3, genes=("A", "B", "A")), ":3: gene: 'A' stands twice: in line 1 too"),
        (counted(1, 2, 3, genes=("A", "", "C")), ":2: gene: is empty"),
        (counted(1, 2, 3).replace("\t", " "), "has 1 column"),
        (counted(1, 2, 3).replace("\t", ","), "has 1 column"),
        ("A\t1\t2\nB\t1\t2\n", "has 3 columns"),
        (counted(1, 2, 3).replace("\t2\n", "\t2\t\n", 1), ":2: 'ENSG00000000005\\t2\\t' has 3 fields where 2"),
        (counted(1, 2, 3).replace("419", '4"19'), "holds a quote"),
        (counted(1, 2, 3).replace("419", "4\x0719"), "holds a control character"),
        ("\n".join(f"{name}\t1" for name in SUMMARY) + "\n", "has no line of a gene"),
        ("gene\tcount\n", "has no line of a gene"),
        ("<!DOCTYPE html><html></html>\n", "a server sent an error page"),
        ('{"error": "not found"}\n', "a server may have sent an error message"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (b"\xff\xfeA\x00", "is UTF-16"),
        ("", "is empty"),
        (counted(1, 2, 3).rstrip("\n"), "ends in the middle of a line"),
    ],
)
def test_what_is_not_of_this_form_is_refused(stored, content, problem):
    """M03, M04, M11."""
    assert problem in message(stored(s1=content))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    text = message({"s1": tmp_path / "none.txt", "s2": tmp_path / "pipe", "s3": tmp_path})
    assert "does not exist" in text
    assert "is not a regular file" in text
    assert "is a folder" in text
    assert "Name at least one file" in message({})


def test_star_needs_its_column(stored):
    files = stored(s1=star("10\t1\t9", "0\t0\t0", "20\t1\t19"), s2=star("1\t0\t1", "2\t0\t2", "3\t0\t3"))
    text = message(files)
    assert "does not say which of STAR's columns is meant" in text
    assert "unstranded 36, first 2, second 34" in text
    assert "quantity: 'reverse'" in message(files, "reverse")
    assert "is the strand with the fewer reads" in message(files, "first")
    assert "Write quantity: second" in message(files, "first")
    table = htseq.read(files, "second")
    np.testing.assert_array_equal(table.values, [[9, 1], [0, 2], [19, 3]])
    assert (table.ids, table.unit) == (list(GENES), "counts")
    summary, chosen = table.steps
    assert summary["reads"]["s1"] == {"N_unmapped": 9, "N_multimapping": 5, "N_noFeature": 4, "N_ambiguous": 1}
    assert summary["rows"] == 4
    assert chosen["reads"] == {"unstranded": 36, "first": 2, "second": 34}
    np.testing.assert_array_equal(htseq.read(files, "unstranded").values[:, 0], [10, 0, 20])


def test_star_is_read_strictly(stored):
    good = star("10\t5\t5", "0\t0\t0", "20\t9\t9")
    assert "s1.htseq-count.txt:5: second: '-5' is negative" in message(
        stored(s1=good.replace("10\t5\t5", "10\t5\t-5")), "first"
    )
    assert "does not begin with STAR's lines" in message(stored(s1=good.replace("N_noFeature", "N_none")), "first")
    assert "has no line of a gene" in message(stored(s1=STAR_HEAD), "first")
    assert "has 4 columns" in message(stored(s1=counted(1, 2, 3), s2=good), "first")
    assert "no strand to choose" in message(stored(s1=counted(1, 2, 3)), "first")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("GSM6293889_T47D_CTR_Veh_1.counts.txt.gz", "GSM6293889"),
        ("GSM1.txt", "GSM1"),
        ("GSM12x.txt", "GSM12x"),
        ("V600E_LGX_rep_1.htseq-count.txt.gz", "V600E_LGX_rep_1"),
        ("a.counts.txt", "a"),
        ("a_htseq_counts.tsv.gz", "a"),
        ("a.htseq.counts", "a"),
        ("aReadsPerGene.out.tab", "aReadsPerGene"),
        ("a_ReadsPerGene.out.tab.gz", "a"),
        ("a.ReadsPerGene.out.tab", "a"),
        ("s.1.txt", "s.1"),
        ("runs/s1/quant.sf", "s1"),
        ("runs/GSM77_A375/quant.sf.gz", "GSM77"),
        ("runs/s1_quant/quant.sf", "s1"),
        ("s1.sf", "s1"),
    ],
)
def test_a_sample_is_named_by_its_file(path, name):
    assert htseq.sample_names([Path(path)]) == {name: Path(path)}
    assert htseq.sample_names({"member": Path(path)}) == {name: Path(path)}


def test_names_that_are_not_unique_are_refused():
    with pytest.raises(InputFaults, match="'GSM1' is the name of 2 samples: GSM1_a"):
        htseq.sample_names([Path("GSM1_a.txt.gz"), Path("GSM1_b.txt.gz"), Path("GSM2_a.txt.gz")])
    with pytest.raises(InputFaults, match="has no name that a sample could take"):
        htseq.sample_names([Path(".counts.txt")])


@pytest.mark.skipif(not KAVRAN.is_dir(), reason="needs ../shared/data/kavran_encorafenib, the real files of HTSeq")
def test_real_files_are_those_of_the_published_table():
    files = htseq.sample_names(sorted((KAVRAN / "htseq").iterdir()))
    table = htseq.read(files)
    assert table.columns == ["V600E_LGX_rep_1", "V600E_rep_1"]
    assert table.values.shape == (60_675, 2)
    assert table.steps[0]["reads"]["V600E_rep_1"]["__no_feature"] == 2_729_139
    merged = read_matrix(KAVRAN / "kavran_counts.tsv.gz")
    rows = {identifier: row for row, identifier in enumerate(table.ids)}
    shared = [identifier for identifier in merged.ids if identifier in rows]
    assert len(shared) > 10_000
    for position, name in enumerate(table.columns):
        column = merged.values[:, merged.columns.index(name)]
        theirs = dict(zip(merged.ids, column, strict=True))
        assert all(theirs[identifier] == table.values[rows[identifier], position] for identifier in shared)
