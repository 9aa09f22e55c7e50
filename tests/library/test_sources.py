"""The addresses of the archives, and which keys a source may have."""

import pytest

from secretome import sources

GEO = "https://ftp.ncbi.nlm.nih.gov/geo"
DEFAULTS = {
    "format": "matrix",
    "several_platforms": False,
    "platform_table": "annot",
    "about": "",
    "separator": "tab",
    "decimal": "point",
    "columns": {"id": "", "ignore": [], "repeated": "refuse"},
    "missing_values": False,
    "quantity": "",
    "members": "",
}


def source(kind, **keys):
    return {**DEFAULTS, "kind": kind, **keys}


def urls(content, from_archive=False):
    return {role: file.url for role, file in sources.remote_files(content, from_archive, "study").items()}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            source("geo_series_matrix", accession="GSE42872", platform="GPL6244"),
            {
                "matrix": f"{GEO}/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz",
                "platform": f"{GEO}/platforms/GPL6nnn/GPL6244/annot/GPL6244.annot.gz",
            },
        ),
        (
            source("geo_series_matrix", accession="GSE781", platform="GPL97", several_platforms=True),
            {
                "matrix": f"{GEO}/series/GSEnnn/GSE781/matrix/GSE781-GPL97_series_matrix.txt.gz",
                "platform": f"{GEO}/platforms/GPLnnn/GPL97/annot/GPL97.annot.gz",
            },
        ),
        (
            source("geo_series_matrix", accession="GSE89216", platform="GPL16686", platform_table="family_soft"),
            {
                "matrix": f"{GEO}/series/GSE89nnn/GSE89216/matrix/GSE89216_series_matrix.txt.gz",
                "platform": f"{GEO}/series/GSE89nnn/GSE89216/soft/GSE89216_family.soft.gz",
            },
        ),
        (
            source("geo_series_matrix", accession="GSE42872", probe_genes="mine.tsv"),
            {"matrix": f"{GEO}/series/GSE42nnn/GSE42872/matrix/GSE42872_series_matrix.txt.gz"},
        ),
        (
            source("geo_supplement", accession="GSE121105", file="GSE121105_geneCount.csv.gz"),
            {"matrix": f"{GEO}/series/GSE121nnn/GSE121105/suppl/GSE121105_geneCount.csv.gz"},
        ),
        (source("url", url="https://host.org/a/b.tsv"), {"matrix": "https://host.org/a/b.tsv"}),
        (source("by_hand", file="b.tsv", about="the authors"), {"matrix": ""}),
        (source("file", matrix="b.tsv"), {}),
    ],
)
def test_each_kind_has_its_addresses(content, expected):
    assert urls(content) == expected


def test_the_counts_of_ncbi_are_kept_under_their_name():
    file = sources.remote_files(source("ncbi_counts", accession="GSE63966"), False, "study")["matrix"]
    name = "GSE63966_raw_counts_GRCh38.p13_NCBI.tsv.gz"
    assert file.url == (
        f"https://www.ncbi.nlm.nih.gov/geo/download/?type=rnaseq_counts&acc=GSE63966&format=file&file={name}"
    )
    assert file.path == f"www.ncbi.nlm.nih.gov/geo/download/{name}"


def test_recount3_needs_the_sums_the_quality_and_the_runs():
    base = "http://duffel.rail.bio/recount3/human/data_sources/sra"
    assert urls(source("recount3", project="SRP051765")) == {
        "matrix": f"{base}/gene_sums/65/SRP051765/sra.gene_sums.SRP051765.G026.gz",
        "quality": f"{base}/metadata/65/SRP051765/sra.recount_qc.SRP051765.MD.gz",
        "fields": f"{base}/metadata/65/SRP051765/sra.sra.SRP051765.MD.gz",
    }


@pytest.mark.parametrize("kind", ["ncbi_counts", "geo_supplement"])
def test_what_the_archive_says_of_the_samples_is_fetched_where_it_is_asked_for(kind):
    content = source(kind, accession="GSE63966", file="counts.tsv")
    assert "fields" not in urls(content)
    assert urls(content, True)["fields"] == f"{GEO}/series/GSE63nnn/GSE63966/soft/GSE63966_family.soft.gz"


def test_what_comes_by_hand_has_a_place_of_its_study():
    file = sources.remote_files(source("by_hand", file="b.tsv", sha256="0" * 64, about="the authors"), False, "mine")
    assert file == {"matrix": sources.RemoteFile("", "by_hand/mine/b.tsv", "0" * 64, "the authors")}


def test_an_address_with_a_query_is_kept_under_the_name_given():
    content = source("url", url="https://host.org/article/file?id=s007", file="table.tsv")
    assert sources.remote_files(content, False, "mine")["matrix"].path == "host.org/article/table.tsv"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({"kind": "geo_supplement", "accession": "GSE1"}, "needs the key 'file'"),
        ({"kind": "ncbi_counts", "accession": "GSE1", "project": "SRP1"}, "means nothing for a source of the kind"),
        ({"kind": "file"}, "needs either 'matrix' or 'files'"),
        ({"kind": "file", "matrix": "a", "files": {"s": "b"}, "format": "htseq"}, "needs either 'matrix' or 'files'"),
        ({"kind": "file", "files": {"s": "b"}}, "has no separate file for each sample"),
        ({"kind": "file", "files": {"s": "b"}, "format": "salmon"}, "needs the key 'tx2gene'"),
        ({"kind": "file", "files": {"s": "b"}, "format": "star"}, "does not say which column"),
        ({"kind": "geo_series_matrix", "accession": "GSE1"}, "needs the key 'platform'"),
        ({"kind": "url", "url": "https://host.org/a?b=c"}, "does not end in the name of a file"),
    ],
)
def test_keys_that_are_missing_or_mean_nothing_are_told(written, says):
    found = sources.problems({**DEFAULTS, **written}, written)
    assert len(found) == 1
    assert says in found[0][2]


@pytest.mark.parametrize(
    "content",
    [
        source("file", matrix="m.tsv"),
        source("file", files={"a": "a.txt"}),
        source("by_hand", file="b.tsv"),
        source("url", url="https://host.org/b.tsv"),
        source("geo_series_matrix", accession="GSE1"),
        source("geo_supplement", accession="GSE1", file="c.tsv"),
        source("ncbi_counts", accession="GSE1"),
        source("recount3", project="SRP1"),
    ],
)
def test_every_kind_can_be_told_of_on_a_page(content):
    named = {"m.tsv", "1 files", "b.tsv", "GSE1", "SRP1"}
    assert any(name in sources.described(content) for name in named)


def test_the_files_of_the_user_have_roles():
    content = source("file", files={"s1": "a.sf"}, format="salmon", tx2gene="t.tsv")
    assert sources.own_files(content) == {"tx2gene": "t.tsv", "sample:s1": "a.sf"}


CELLS = {"sample_column": "donor", "cell_type_column": "cell_type", "cell_type": "B cell", "layer": "counts"}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (CELLS, []),
        ({"sample_column": "donor"}, []),
        ({}, ["needs the key 'sample_column'"]),
        ({**CELLS, "cell_type": ""}, ["needs the key 'cell_type'"]),
        ({**CELLS, "cell_type_column": ""}, ["needs the key 'cell_type_column'"]),
    ],
)
def test_a_file_of_cells_says_which_cells_are_summed(keys, expected):
    content = source("file", matrix="x.h5ad", **keys) | {"format": "h5ad"}
    assert [problem for _, _, problem, _ in sources.problems(content, keys)] == expected


def test_the_keys_of_cells_belong_to_files_of_cells():
    found = sources.problems(source("file", matrix="x.tsv", **CELLS), CELLS)
    assert [key for key, _, problem, _ in found if "means nothing for the format matrix" in problem] == list(CELLS)


def test_a_file_of_cells_needs_no_words_of_the_archive():
    content = source("geo_supplement", accession="GSE1", file="x.h5ad", **CELLS) | {"format": "h5ad"}
    assert list(urls(content, from_archive=True)) == ["matrix"]
