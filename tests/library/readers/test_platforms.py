"""platforms: which genes the probes of an array measure, from one column that is chosen by a stated rule."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from secretome.faults import InputFaults
from secretome.readers import platforms, series_matrix, soft
from secretome.source_table import SourceTable

GEO = Path(__file__).parents[4] / "shared" / "mirror" / "ftp.ncbi.nlm.nih.gov" / "geo"
ST_ANNOTATION = GEO / "platforms/GPL6nnn/GPL6244/annot/GPL6244.annot.gz"
U133B_ANNOTATION = GEO / "platforms/GPLnnn/GPL97/annot/GPL97.annot.gz"
A375 = GEO / "series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz"
KIDNEY = GEO / "series/GSEnnn/GSE781/soft/GSE781_family.soft.gz"
real_file = pytest.mark.skipif(not A375.exists(), reason="../shared with the real files of GEO is not there")

ANNOTATION = """\
^Annotation
!Annotation_date = Jan 01 2020
!Annotation_platform = GPL1
#ID = ID from Platform data table
!platform_table_begin
ID\tGene title\tGene symbol\tGene ID\tPlatform_SPOTID\tGO:Function\tGO:Function
p1\tdual 5" specificity\tDUSP6\t1848\t\tbinding\tGO:1
p2\t\tSNX3///NR2E1///SNX3\t8724///7101///8724\t\t\t
p3\t\t\t\t\t\t
c1\t\tGAPDH\t2597\t--Control\t\t
!platform_table_end
"""


@pytest.fixture
def stored(tmp_path):
    def write(content: str | bytes, name: str = "GPL1.annot"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def faults_of(function, *arguments) -> list:
    with pytest.raises(InputFaults) as caught:
        function(*arguments)
    return caught.value.faults


def data(*ids: str, platform: str = "GPL1") -> SourceTable:
    values = np.arange(len(ids), dtype=float)[:, None]
    return SourceTable(
        list(ids), ["GSM1"], values, list(ids), {"GSM1": {"platform_id": [platform]}}, "", [{"step": "x"}]
    )


def table(columns: str, *rows: str) -> platforms.PlatformTable:
    """A platform from names and rows whose cells are separated by "~"; the probes are p1, p2 …"""
    cells = [[f"p{number}", *row.split("~")] for number, row in enumerate(rows, start=1)]
    return platforms.PlatformTable("GPL1", ["ID", *columns.split("~")], [row[0] for row in cells], cells)


def genes_of(columns: str, *rows: str) -> list[str]:
    platform = table(columns, *rows)
    return platforms.join(data(*platform.ids), platform).genes


def test_every_probe_is_told_apart(stored):
    """M15: several genes stay joined, controls and unknown probes name none; the step adds up."""
    joined = platforms.join(
        data("p2", "p1", "p1", "zz", "p3", "c1", "AFFX-x"), platforms.read(stored(ANNOTATION), "GPL1")
    )
    assert joined.ids == ["p2", "p1", "p1", "zz", "p3", "c1", "AFFX-x"]
    assert joined.genes == ["8724|7101", "1848", "1848", "", "", "", ""]
    np.testing.assert_array_equal(joined.values[:, 0], range(7))
    assert joined.steps == [
        {"step": "x"},
        {
            "step": "join platform table",
            "platform": "GPL1",
            "column": "Gene ID",
            "entries_of_another_form": 0,
            "platform_ids_in_several_rows": 0,
            "probes": 7,
            "one_gene": 2,
            "several_genes": 1,
            "without_gene": 1,
            "control_probes": 2,
            "not_on_platform": 1,
        },
    ]


def test_an_annotation_is_read_with_its_doubled_columns_and_stray_quotes(stored):
    """M14."""
    platform = platforms.read(stored(gzip.compress(ANNOTATION.encode()), "GPL1.annot.gz"))
    assert platform.accession == "GPL1"
    assert platform.columns[-2:] == ["GO:Function", "GO:Function"]
    assert platform.ids == ["p1", "p2", "p3", "c1"]
    assert platform.rows[0][1] == 'dual 5" specificity'


@pytest.mark.parametrize(
    ("columns", "row", "expected"),
    [
        ("Gene symbol~Gene ID", "DUSP6~1848", "1848"),
        ("Gene Symbol~ENTREZ_GENE_ID", "A /// B~10 /// 20", "10|20"),
        ("Symbol~Entrez_Gene_ID~ILMN_Gene", "DUSP6~1848~DUSP6", "1848"),
        ("GENE~GENE_SYMBOL", "1848~DUSP6", "1848"),
        ("GENE~GENE_SYMBOL", "DUSP6~DUSP6L", "DUSP6L"),
        ("GENE~NAME", "DUSP6~x", "DUSP6"),
        ("Gene ID~Gene symbol", "DUSP6~SPRY4", "SPRY4"),
        ("Gene Symbol", "HLA-A // HLA-B;MICA|MICB", "HLA-A|HLA-B|MICA|MICB"),
        ("ILMN_Gene", '"C1orf86"', "C1orf86"),
        (
            "gene_assignment",
            "NM_1 // DUSP6 // dual // 12q22 // 1848 /// E1 // DUSP6 // d // 1q // 1848 /// X // Y // z // --- // ---",
            "1848",
        ),
        ("gene_assignment~GB_ACC", "A // B // c // d // 7 /// A // B // c // d // 8~NM_1", "7|8"),
        ("ENSEMBL_ID", "ENSG00000139318.4;ENSG00000000003", "ENSG00000139318.4|ENSG00000000003"),
        ("ENSEMBL_ID~GENE_SYMBOL", "ENSG00000139318~DUSP6", "DUSP6"),
    ],
)
def test_the_column_is_chosen_by_the_stated_order(columns, row, expected):
    assert genes_of(columns, row) == [expected]


@pytest.mark.parametrize("nothing", ["", "---", "NA", "null", "0", "--- /// ---"])
def test_a_probe_without_a_gene(nothing):
    assert genes_of("Gene Symbol", "DUSP6", nothing) == ["DUSP6", ""]


def test_a_remnant_of_a_column_is_passed_over():
    assert genes_of("Gene ID~Gene Symbol", "1848~A", "~B", "~C") == ["A", "B", "C"]
    assert genes_of("Gene ID~Gene Symbol", "1848~A", "5~B", "~C") == ["1848", "5", ""]


def test_entries_of_another_form_are_left_out_and_counted():
    platform = table("Gene ID", *map(str, range(1, 20)), "1-Mar")
    joined = platforms.join(data(*platform.ids), platform)
    assert joined.genes[-2:] == ["19", ""]
    assert joined.steps[-1]["entries_of_another_form"] == 1


def test_the_genes_of_all_rows_of_a_probe_are_taken():
    platform = platforms.PlatformTable("GPL1", ["ID", "Gene ID"], ["a", "a", "b"], [["a", "1"], ["a", "2"], ["b", "3"]])
    joined = platforms.join(data("a", "b"), platform)
    assert joined.genes == ["1|2", "3"]
    assert joined.steps[-1]["platform_ids_in_several_rows"] == 1


@pytest.mark.parametrize(
    ("columns", "row", "control"),
    [
        ("Gene Symbol~CONTROL_TYPE", "A~FALSE", False),
        ("Gene Symbol~CONTROL_TYPE", "A~pos", True),
        ("Gene Symbol~SPOT_ID", "A~--Control", True),
        ("Gene Symbol~SPOT_ID", "A~A_24_P66027", False),
        ("Gene Symbol~category", "A~normgene->exon", True),
    ],
)
def test_what_a_platform_calls_a_control_measures_no_gene(columns, row, control):
    others = "B~main" if "category" in columns else "B~"
    assert genes_of(columns, row, others) == ["" if control else "A", "B"]


@pytest.mark.parametrize(
    "columns", ["GB_ACC~SPOT_ID", "RANGE_STRAND~GB_ACC~SPOT_ID", "Gene title", "Gene Symbol~GB_ACC"]
)
def test_a_platform_that_names_sequences_only_is_refused(columns):
    """The accession of a sequence under Gene Symbol is no symbol either."""
    row = "~".join(["NM_001946"] * (columns.count("~") + 1))
    (fault,) = faults_of(genes_of, columns, row)
    assert "names genes in no column known here" in fault.problem
    assert columns.split("~")[0] in fault.problem
    assert "probe_genes" in fault.fix


def test_the_table_of_another_array_is_refused(stored):
    platform = platforms.read(stored(ANNOTATION))
    (fault,) = faults_of(platforms.join, data("p1", "x1", "x2"), platform)
    assert "lacks 2 of the 3 probes of the data (x1, x2); its own are like p1, p2, p3" in fault.problem
    assert platforms.join(data("p1", "x1"), platform).genes == ["1848", ""]
    (fault,) = faults_of(platforms.join, data("p1", platform="GPL2"), platform)
    assert "is not the platform of all samples (GPL2)" in fault.problem


def test_a_table_of_the_users_own(stored):
    path = stored("probe\tgene\np1\tDUSP6\np2\tA;B\np2\tC\np3\t\n1\tMARCHF1\n", "own.tsv")
    joined = platforms.join(data("p1", "p2", "p3", "1", platform="GPL9"), platforms.read(path))
    assert joined.genes == ["DUSP6", "A|B|C", "", "MARCHF1"]
    assert joined.steps[-1]["column"] == "gene"


FAMILY = ANNOTATION.replace("^Annotation\n", "^PLATFORM = GPL1\n").replace("!Annotation_", "!Platform_")


@pytest.mark.parametrize(
    ("content", "accession", "problem"),
    [
        (ANNOTATION, "GPL2", "is not a platform with a table in this file; it holds: GPL1"),
        (FAMILY + FAMILY.replace("GPL1", "GPL2"), "", "holds 2 platforms with a table (GPL1, GPL2)"),
        (FAMILY + FAMILY.replace("GPL1", "GPL2"), "GPL3", "it holds: GPL1, GPL2"),
        ("^SERIES = GSE1\n!Series_title = x\n", "", "holds no platforms with a table"),
        (ANNOTATION.replace("!platform_table_end\n", ""), "", "ends inside the table of GPL1"),
        (ANNOTATION.replace("p1\t", "\t"), "", "has no probe id in 1 rows"),
        (ANNOTATION.replace("p3\t\t", "p3\t"), "", "has 6 cells, the header of GPL1 has 7"),
        (FAMILY.replace("#ID", "!Platform_data_row_count = 5\n#ID"), "", "the table of GPL1 has 4 rows"),
        ("probe\tgene\tname\np1\tA\tx\n", "", "has 3 columns, not two: probe and gene"),
        ("probe\tgene\np1\n", "", "has 1 fields, the header has 2"),
        ("probe\tgene\n", "", "has a header and no rows"),
        ("probe\tgene\n\tA\n", "", "has no probe id in 1 rows"),
        ("<html>", "", "is an HTML or XML page"),
        ("", "", "is empty"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(stored, content, accession, problem):
    """M03, M04."""
    assert problem in str(faults_of(platforms.read, stored(content), accession)[0])


def test_one_platform_of_a_family_can_be_chosen(stored):
    path = stored(FAMILY + FAMILY.replace("GPL1", "GPL2").replace("p1", "q1"))
    assert platforms.read(path, "GPL2").ids[0] == "q1"


def test_a_cut_annotation_is_refused(stored):
    """M02."""
    packed = gzip.compress(ANNOTATION.encode(), mtime=0)
    for share in range(0, 100, 5):
        for content in (packed, ANNOTATION.encode()):
            assert faults_of(platforms.read, stored(content[: len(content) * share // 100], "cut")), share


@real_file
def test_the_real_probes_of_a375_cells():
    joined = platforms.join(series_matrix.read(A375), platforms.read(ST_ANNOTATION, "GPL6244"))
    assert joined.genes[joined.ids.index("7965335")] == "1848"
    step = joined.steps[-1]
    assert step["column"] == "Gene ID"
    assert step["not_on_platform"] == 0
    assert sum(step[state] for state in ("one_gene", "several_genes", "without_gene", "control_probes")) == 33297
    assert step["one_gene"] > 15000


@real_file
def test_two_real_tables_of_one_platform_agree():
    """The annotation of 2008 and the family's own table of 2009 name the same gene for most probes of U133B."""
    values = soft.read(KIDNEY, "GPL97")
    old = platforms.join(values, platforms.read(U133B_ANNOTATION, "GPL97"))
    new = platforms.join(values, platforms.read(KIDNEY, "GPL97"))
    assert (old.steps[-1]["column"], new.steps[-1]["column"]) == ("Gene ID", "ENTREZ_GENE_ID")
    assert old.steps[-1]["control_probes"] == new.steps[-1]["control_probes"] == 68
    assert old.steps[-1]["not_on_platform"] == 0
    both = [(one, other) for one, other in zip(old.genes, new.genes, strict=True) if one and other]
    assert len(both) > 12000
    assert sum(one == other for one, other in both) > 0.9 * len(both)


@real_file
def test_the_real_annotation_of_another_array_is_refused():
    (fault,) = faults_of(platforms.join, soft.read(KIDNEY, "GPL96"), platforms.read(U133B_ANNOTATION))
    assert "is not the platform of all samples (GPL96)" in fault.problem
