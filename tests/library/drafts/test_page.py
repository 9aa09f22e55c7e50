"""page: the whole file, whatever an archive states."""

import pytest
from drafting import (
    ARRAY,
    NASTY,
    contrasts_of,
    drafted,
    grid,
    loaded,
    reviewed,
    samples_of,
    times,
    words,
)
from drafting import (
    folder as folder,
)

from secretome.drafts import draft, page
from secretome.drafts.columns import Columns
from secretome.readers import geo


@pytest.mark.parametrize("text", NASTY)
def test_no_text_of_an_archive_gets_out_of_its_place(text):
    """C13, S04: in every field, cleaned as the readers do, and raw."""
    for nasty in {geo.clean(text), text} - {""}:
        rows = [
            {"agent": agent, nasty: f"{nasty}{number % 2}", "title": f"{nasty} {number}", "source_name_ch1": nasty}
            for number, agent in enumerate(["DMSO", nasty] * 2)
        ]
        samples = samples_of(*rows)
        series = {**ARRAY, "title": [nasty], "overall_design": [nasty], "pubmed_id": [nasty], "summary": [nasty]}
        series |= {
            "supplementary_file": [nasty, f"ftp://x/GSE1/suppl/{nasty}"],
            "relation": [nasty, f"SRA: ?term={nasty}"],
        }
        text_of_file = draft.of_geo("GSE1", samples, series)
        data = loaded(text_of_file)[1].data
        assert set(data) == {
            "draft", "title", "organism", "model", "technology", "compartment", "source", "samples", "contrasts",
            "citation",
        }  # fmt: skip
        assert data["draft"] is True
        assert set(data["source"]) == {"kind", "accession", "platform"}
        assert all(line == line.rstrip() for line in text_of_file.split("\n"))
        rna = {name: {**fields, "library_strategy": ["RNA-Seq"]} for name, fields in samples.items()}
        assert loaded(draft.of_geo("GSE1", rna, series))[1].data["source"] == {
            "kind": "ncbi_counts",
            "accession": "GSE1",
        }
        platform = {name: {**fields, "platform_id": [nasty]} for name, fields in samples.items()}
        assert loaded(draft.of_geo("GSE1", platform, series))[1].data["source"]["platform"] == "TODO"


def test_the_longest_title_is_cut():
    assert (
        len(
            reviewed(drafted(*times(2, grid(agent=["DMSO", "drug"])), series={**ARRAY, "title": ["t " * 400]}))["title"]
        )
        == 300
    )


def test_the_same_input_gives_the_same_bytes():
    rows = times(2, grid(agent=["DMSO", "drug a", "drug b"], line=["A", "B"], batch=["1", "2"]))
    assert drafted(*rows) == drafted(*rows)


def test_where_nothing_looks_like_a_treatment_a_person_writes_the_contrast():
    text = drafted(*times(2, grid(tissue=["lung", "liver"])))
    assert contrasts_of(text) == {"to_be_written": ("TODO", "TODO", [])}
    assert "No column looks like a treatment" in text
    for old, new in (
        ("variable: TODO", "variable: tissue"),
        ("level: TODO", "level: lung"),
        ("reference: TODO", "reference: liver"),
    ):
        text = text.replace(old, new)
    reviewed(text)


def test_samples_that_no_field_tells_apart_still_make_a_file():
    assert contrasts_of(drafted({}, {}, {})) == {"to_be_written": ("TODO", "TODO", [])}


def test_titles_with_runs_are_technical_runs_until_a_person_decides():
    titles = [f"{agent} run {run}" for agent in ("DMSO", "drug") for run in (1, 2)]
    text = drafted(*({"title": title, "agent": title.split()[0]} for title in titles))
    assert "  # technical_runs_of: culture" in text
    assert list(contrasts_of(text)) == ["to_be_written"]
    assert "1 and 1 if rows of one culture are technical runs" in words(text)


NAMES = ["C1", "C2", "C3", "T1", "T2", "T3"]


def test_a_table_of_ones_own_is_told_in_its_own_words():
    text = draft.of_columns("data/mine/counts.tsv", Columns("tab", NAMES))
    assert "archive" not in text
    assert "title | source | raw file" not in text
    assert "What the header of the table writes" in words(text)
    assert "from name of the column, without the number at its end" in words(text)
    archive = drafted(*times(2, grid(agent=["DMSO", "drug"])))
    assert "title | source | raw file" in archive
    assert "What the archive writes" in words(archive)


def test_replicates_of_a_table_of_ones_own_are_groups():
    text = draft.of_columns("data/mine/counts.tsv", Columns("tab", NAMES))
    rows = [line.split() for line in text.split("rows: |\n")[1].split("\n")[:7]]
    groups = [row[rows[0].index("title_group")] for row in rows[1:]]
    assert groups == ["C", "C", "C", "T", "T", "T"]


@pytest.mark.parametrize(
    ("technology", "compartment"),
    [("rnaseq_counts", "cells"), ("microarray", "cells"), ("proteomics", "TODO"), ("TODO", "TODO")],
)
def test_where_proteins_may_have_been_measured_the_compartment_is_asked(technology, compartment):
    source = page.Source("GSE1", "A study", technology, ["source: {kind: file}"], [], "sample", "GSE1", {})
    text = page.page(source, {name: {"title": [name]} for name in NAMES})
    assert loaded(text)[1].data["compartment"] == compartment
    assert ("never guessed" in words(text.split("source:")[0])) == (compartment == "TODO")
