"""sources: where the numbers are, by what GEO says, and what could stand there instead."""

import pytest

from secretome.drafts.sources import of_array, of_counts, others

SUPPLEMENT = "ftp://ftp.ncbi.nlm.nih.gov/geo/series/GSEnnn/GSE1/suppl"


def test_an_array_is_its_series_matrix():
    assert of_array("GSE1", ["GPL570"], False)[:4] == [
        "source:",
        "  kind: geo_series_matrix",
        "  accession: GSE1",
        "  platform: GPL570",
    ]
    assert "  several_platforms: true" in of_array("GSE1", ["GPL570"], True)
    assert "  several_platforms: true" not in of_array("GSE1", ["GPL570"], False)


@pytest.mark.parametrize("platforms", [[], ["GPL1\nevil: true"], ["x"]])
def test_a_platform_that_is_none_is_left_to_do(platforms):
    assert of_array("GSE1", platforms, False)[3] == "  platform: TODO"


def test_sequencing_is_what_ncbi_counted():
    assert of_counts("GSE1") == ["source:", "  kind: ncbi_counts", "  accession: GSE1"]


@pytest.mark.parametrize(
    ("name", "lines", "remark"),
    [
        ("counts.txt.gz", ["  file: counts.txt.gz"], "see that it holds counts"),
        ("counts.csv.gz", ["  file: counts.csv.gz", "  separator: comma"], "see that it holds counts"),
        ("GSE1_RAW.tar", ["  file: GSE1_RAW.tar", "  format: htseq", r"  members: '.+\.txt\.gz'"], "one a sample"),
    ],
)
def test_a_supplement_is_a_choice(name, lines, remark):
    [(told, found)] = others("GSE1", {"supplementary_file": [f"{SUPPLEMENT}/{name}", "NONE"]})
    assert found == ["source:", "  kind: geo_supplement", "  accession: GSE1", *lines]
    assert remark in told


@pytest.mark.parametrize(
    "url", [f"{SUPPLEMENT}/genes.xlsx", f"{SUPPLEMENT}/a b.txt", "ftp://x/GSE2/suppl/c.txt", f"{SUPPLEMENT}/.hidden"]
)
def test_what_cannot_be_a_source_is_named_only(url):
    [(told, found)] = others("GSE1", {"supplementary_file_1": [url]})
    assert found == []
    assert url.rsplit("/", 1)[-1] in told


def test_the_project_of_the_sra_is_a_choice():
    relations = ["BioProject: https://x/PRJNA1", "SRA: https://www.ncbi.nlm.nih.gov/sra?term=SRP050954", "SRA: SRP1 x"]
    [(_, found)] = others("GSE1", {"relation": relations})
    assert found == ["source: {kind: recount3, project: SRP050954}"]
