"""readers.recount3: coverage sums and average mapped lengths become counts, run by run."""

import gzip
import random
import time

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import recount3

SUMS = """##annotation=G026
##date.generated=2020-08-20
gene_id\tSRR1\tSRR2\tSRR3
ENSG00000278704.1\t0\t0\t0
ENSG00000000003.14\t1000\t300\t75
ENSG00000182378.13\t250\t100\t30
ENSG00000182378.13_PAR_Y\t0\t150\t29
"""
QUALITY = """rail_id\texternal_id\tstudy\tstar.average_input_read_length\tstar.average_mapped_length
11\tSRR1\tSRP9\t101\t100
12\tSRR2\tSRP9\t200\t200.00
13\tSRR3\tSRP9\t101\t99.5
"""
RUNS = """rail_id\texternal_id\tstudy\tsample_acc\texperiment_title\tsample_title\tsample_attributes\trun_acc
11\tSRR1\tSRP9\tSRS1\tGSM1: A375 "wt"; RNA-Seq\tA375\tcell line;;A375|agent;;none|source_name;;cells in vitro\tSRR1
12\tSRR2\tSRP9\tSRS2\tGSM2: A375 drug\t\tcell line;;A375|agent;;vemurafenib|1 µM|time;;6 h\tSRR2
13\tSRR3\tSRP9\tSRS3\tGSM3\tA375\tNA\tSRR3
"""


@pytest.fixture
def project(tmp_path):
    """The three files as the archive packs them; each can be given other content."""

    def write(sums=SUMS, quality=QUALITY, runs=RUNS):
        paths = []
        for name, content in (("gene_sums.SRP9.G026", sums), ("recount_qc.SRP9.MD", quality), ("sra.SRP9.MD", runs)):
            paths.append(tmp_path / f"sra.{name}.gz")
            paths[-1].write_bytes(content if isinstance(content, bytes) else gzip.compress(content.encode(), 1))
        return paths

    return write


def message(paths) -> str:
    with pytest.raises(InputFaults) as caught:
        recount3.read(*paths)
    assert all(fault.where and fault.problem and fault.fix for fault in caught.value.faults)
    return str(caught.value)


def test_sums_are_divided_by_the_mapped_length_and_rounded_half_to_even(project):
    table = recount3.read(*project())
    # 250 / 100 = 2.5 → 2; 100 / 200 = .5 → 0; 300 / 200 = 1.5 → 2; 150 / 200 = .75 → 1; 29 / 99.5 = .29 → 0
    np.testing.assert_array_equal(table.values, [[0, 0, 0], [10, 2, 1], [2, 0, 0], [0, 1, 0]])
    assert table.columns == ["SRR1", "SRR2", "SRR3"]
    assert table.ids[1:] == ["ENSG00000000003.14", "ENSG00000182378.13", "ENSG00000182378.13_PAR_Y"]
    assert table.genes == table.ids
    assert table.unit == "counts"
    assert table.steps == [
        {
            "step": "coverage to counts",
            "rows": 4,
            "runs": 3,
            "annotation": "G026",
            "average_mapped_length": {"SRR1": 100.0, "SRR2": 200.0, "SRR3": 99.5},
        }
    ]


def test_the_fields_are_those_of_the_sra(project):
    samples = recount3.read(*project()).samples
    assert list(samples) == ["SRR1", "SRR2", "SRR3"]
    assert samples["SRR1"] == {
        "rail_id": ["11"],
        "external_id": ["SRR1"],
        "study": ["SRP9"],
        "sample_acc": ["SRS1"],
        "experiment_title": ['GSM1: A375 "wt"; RNA-Seq'],
        "sample_title": ["A375"],
        "sample_attributes: cell line": ["A375"],
        "sample_attributes: agent": ["none"],
        "sample_attributes: source_name": ["cells in vitro"],
        "run_acc": ["SRR1"],
    }
    assert samples["SRR2"]["sample_attributes: agent"] == ["vemurafenib|1 µM"]
    assert samples["SRR2"]["sample_attributes: time"] == ["6 h"]
    assert "sample_title" not in samples["SRR2"]
    assert not any(name.startswith("sample_attributes") for name in samples["SRR3"])


def test_an_attribute_given_twice_keeps_both_values(project):
    samples = recount3.read(*project(runs=RUNS.replace("agent;;none", "cell line;;PC9"))).samples
    assert samples["SRR1"]["sample_attributes: cell line"] == ["A375", "PC9"]


@pytest.mark.parametrize(
    "quality",
    [
        QUALITY.replace("star.average_mapped_length", "recount_qc.star.average_mapped_length"),
        QUALITY.replace("star.average_mapped_length", "STAR.Average_Mapped_Length"),
        QUALITY.replace("external_id", "run_acc"),
        "\n".join([QUALITY.split("\n")[0], *reversed(QUALITY.split("\n")[1:4])]),
    ],
    ids=["prefix", "capitals", "older file", "other order without last line end"],
)
def test_the_columns_are_found_by_their_documented_names(project, quality):
    np.testing.assert_array_equal(recount3.read(*project(quality=quality)).values[1], [10, 2, 1])


def test_runs_without_gene_sums_are_told(project):
    """A run of another organism stands in the tables of the project alone."""
    more = QUALITY + "14\tSRR4\tSRP9\t101\tNaN\n"
    table = recount3.read(*project(quality=more, runs=RUNS + "15\tSRR5\tSRP9\tSRS5\t\t\t\tSRR5\n"))
    assert table.steps[1] == {"step": "leave out runs without gene sums", "runs": ["SRR4", "SRR5"]}
    assert list(table.samples) == ["SRR1", "SRR2", "SRR3"]


@pytest.mark.parametrize(
    "length", ["0", "0.0", "NaN", "NA", "", "-100", "9.9", "1000.1", "inf", "1e400", "1,5", "0x64"]
)
def test_a_length_that_reads_do_not_have_is_refused(project, length):
    """M06: counts would be infinite, missing or absurd."""
    text = message(project(quality=QUALITY.replace("200.00", length)))
    assert "sra.recount_qc.SRP9.MD.gz:3: star.average_mapped_length:" in text
    assert "the coverage of SRR2 cannot be made counts" in text
    assert "SRR1" not in text


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"quality": QUALITY.replace("12\tSRR2\tSRP9\t200\t200.00\n", "")},
            "'SRR2' stands in sra.gene_sums.SRP9.G026.gz",
        ),
        ({"runs": "\n".join(RUNS.split("\n")[:3]) + "\n"}, "sra.sra.SRP9.MD.gz: external_id: 'SRR3' stands in"),
        ({"quality": QUALITY.replace("SRR", "ERR")}, "has none of the runs of sra.gene_sums.SRP9.G026.gz (SRR1, SRR2"),
        ({"quality": QUALITY.replace("12\tSRR2", "99\tSRR2")}, "'99' is the rail_id of SRR2 here and 12 in sra.sra"),
        ({"runs": RUNS.replace("SRR2\tSRP9", "SRR2\tSRP8")}, "is the study of SRR2 here and SRP8"),
        ({"quality": QUALITY.replace("13\tSRR3", "13\tSRR2")}, ":4: external_id: 'SRR2' stands twice: in line 3 too"),
        ({"quality": QUALITY.replace("external_id", "sample")}, "has no column external_id"),
        ({"quality": QUALITY.replace("mapped_length", "length")}, "is not among the columns. Give sra.recount_qc"),
        ({"quality": QUALITY.replace("rail_id", "study")}, "'study' names no column, or several"),
        (
            {"quality": QUALITY.replace("\t200.00", "")},
            "sra.recount_qc.SRP9.MD.gz:3: '12\\tSRR2\\tSRP9\\t200' has 4 fields",
        ),
        ({"runs": RUNS.replace("cell line;;A375|agent;;none", "A375")}, "is not of the form name;;value"),
        ({"sums": SUMS.replace("SRR2", "SRR1")}, "gz:3: 'SRR1' names no column, or several"),
        ({"sums": SUMS.replace("gene_id", "gene")}, "gz:3: 'gene\\tSRR1\\tSRR2\\tSRR3' is not the header of gene sums"),
        ({"sums": "\n".join(SUMS.split("\n")[:3]) + "\n"}, "has no line of a gene"),
        ({"sums": SUMS.replace("_PAR_Y", "")}, "gz:7: gene_id: 'ENSG00000182378.13' stands twice: in line 6 too"),
        ({"sums": SUMS.replace("\t300\t", "\t-300\t")}, "gz:5: SRR2: '-300' is negative"),
        ({"sums": SUMS.replace("\t300\t", "\t300.5\t")}, "gz:5: SRR2: '300.5' is not a whole number"),
        ({"sums": SUMS.replace("\t300\t", "\tNA\t")}, "gz:5: SRR2: 'NA' is not a finite decimal number"),
        ({"sums": SUMS.replace("\t300\t", "\t\t")}, "gz:5: SRR2: is empty where a number is expected"),
        ({"sums": SUMS.replace("\t300\t", "\t9007199254740994\t")}, "is more than 9,007,199,254,740,992"),
        ({"sums": SUMS.replace("\t300\t", "\t")}, "gz:5: 'ENSG00000000003.14\\t1000\\t75' has 3 fields where 4"),
        ({"sums": gzip.compress(SUMS.rstrip("\n").encode())}, "ends in the middle of a line"),
        ({"sums": b"<html><body>429</body></html>"}, "a server sent an error page"),
        ({"quality": b'{"message": "not found"}'}, "a server may have sent an error message"),
        ({"runs": b""}, "is empty"),
    ],
)
def test_what_does_not_fit_together_is_refused(project, files, problem):
    """M03, M04, M06, M07, M11."""
    assert problem in message(project(**files))


def test_faults_of_all_three_files_are_told_at_once(project):
    text = message(project(sums=SUMS.replace("75", "x"), quality="a\tb\n1\t2\n", runs=b""))
    assert len(text.split("\n")) == 3


@pytest.mark.parametrize("which", ["sums", "quality", "runs"])
def test_a_file_cut_or_changed_anywhere_is_refused_or_read_right(project, which):
    """M02: cut at every 5 %, 100 flipped bits a file; nothing is read otherwise than it was packed."""
    whole = gzip.compress({"sums": SUMS, "quality": QUALITY, "runs": RUNS}[which].encode())
    good = recount3.read(*project())
    for part in range(1, 20):
        assert message(project(**{which: whole[: len(whole) * part // 20]}))
    generator = random.Random(3)
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
        try:
            table = recount3.read(*project(**{which: bytes(damaged)}))
        except InputFaults:
            continue
        np.testing.assert_array_equal(table.values, good.values)
        assert (table.ids, table.samples) == (good.ids, good.samples)


def test_a_project_of_the_usual_size_is_read_in_seconds(project):
    """63,856 genes × 41 runs: 1 s on two shared cores; the promise is 3 s, and a busy machine gets as much again."""
    runs = [f"SRR{1744413 + number}" for number in range(41)]
    generator = np.random.default_rng(1)
    sums = generator.negative_binomial(0.3, 1e-5, (63_856, 41))
    lines = [f"ENSG{gene:011d}.1\t" + "\t".join(map(str, row)) for gene, row in enumerate(sums.tolist())]
    content = "\n".join(["##annotation=G026", "##date.generated=2020", "gene_id\t" + "\t".join(runs), *lines, ""])
    head = "rail_id\texternal_id\tstudy"
    quality = f"{head}\tstar.average_mapped_length\n" + "".join(f"{n}\t{r}\tSRP9\t100\n" for n, r in enumerate(runs))
    fields = f"{head}\tsample_attributes\n" + "".join(f"{n}\t{r}\tSRP9\tcell;;x\n" for n, r in enumerate(runs))
    paths = project(content, quality, fields)
    start = time.process_time()
    table = recount3.read(*paths)
    assert time.process_time() - start < 6
    np.testing.assert_array_equal(table.values, np.rint(sums / 100))
