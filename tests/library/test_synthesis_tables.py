"""The page across studies, on made-up collections of one, two, three and five studies."""

from pathlib import Path

import made_up_collection as made_up
import pytest

from secretome.synthesis.results import pool_findings, read_findings
from secretome.synthesis.signals import SIGNAL_CONSENSUS, SIGNAL_STUDIES, of_signals
from secretome.synthesis_changes import Changes
from secretome.synthesis_tables import Synthesis, group_title, synthesis_page

GROUP = "braf_inhibitor_cells_acute"


def settings_of(studies):
    labelled = {
        key: {**file, "title": key, "contrasts": {name: one["model"] for name, one in file["contrasts"].items()}}
        for key, file in studies.items()
    }
    return {
        "studies": labelled,
        "config": {"thresholds": {"fdr": 0.05, "log2_fold_change": 1.0}},
        "panel": {"signals": {"akt": {"label": "AKT / PI3K"}}},
        "versions": {"numpy": "2"},
    }


def page(folder, **studies):
    paths = made_up.write(folder, studies)
    files = {key: file for key, (file, _) in studies.items()}
    genes, signals = pool_findings(read_findings(paths, files), 0.05)
    tables = Changes({Path(path).parts[-3:-1]: path for path in paths["differential"]})
    pooled_signals = of_signals(signals.table, SIGNAL_CONSENSUS), of_signals(signals.studies, SIGNAL_STUDIES)
    found = Synthesis(genes.table, genes.studies, genes.groups, *pooled_signals, tables, genes.warnings)
    return synthesis_page(settings_of(files), found)


def collection(*seeds, **more):
    return {f"s{seed}": (made_up.study(**more), made_up.measured(seed, "drug")) for seed in seeds}


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    other = {
        "other": (
            made_up.study(contrasts={"drug": made_up.contrast(drug_class="androgen")}),
            made_up.measured(9, "drug"),
        )
    }
    gone = {"gone": (made_up.study(), made_up.missing())}
    return page(tmp_path_factory.mktemp("five"), **collection(1, 2, 3, 4, 5), **other, **gone)


def section(content, name=GROUP):
    (found,) = [one for one in content["sections"] if one["name"] == name]
    return found


def test_pooled_genes_stand_with_everything_that_belongs_to_them(five):
    found = section(five)
    assert found["title"] == "BRAF inhibitor, acute, in cells"
    assert [row["gene"] for row in sorted(found["rows"], key=lambda row: row["gene"])] == made_up.RISING
    assert "80 genes of secreted proteins 80 were tested in at least three studies" in found["sentence"]
    assert "10 up and 0 down at FDR 0.05" in found["sentence"]
    row = found["rows"][0]
    assert row["signs"] == "5 up, 0 down"
    assert row["elsewhere"] == "1 of 1 (1 up, 0 down)"
    assert row["direction"] == "up"
    assert row["missing"] == ""
    assert row["without"].startswith("+")
    assert len(found["forests"]) == 6
    assert "a further study" in found["forests"][0]["figure"]
    assert "other: drug vs none" in found["heat"]["figure"]
    assert "gone" not in found["heat"]["figure"]
    assert found["short"] == (
        "BRAF inhibitor, acute, in cells (5 studies): 10 of 80 secreted genes change together at FDR 0.05, 10 up and "
        "0 down."
    )
    assert found["spread"].startswith("How far the studies differ: of half of these genes I² is at least ")
    assert "asks for what the studies have in common" not in found["spread"]
    assert [row["gene"] for row in found["signals"]] == ["AKT / PI3K"]


def test_the_overview_says_who_was_pooled_and_who_was_left_out(five):
    names = [row["name"] for row in five["overview"]]
    assert names == [GROUP, "all_cells", "androgen_cells_acute"]
    first = five["overview"][0]
    assert (first["units"], first["done"]) == (5, "5 studies, pooled")
    assert first["members"][0] == ("s1", "1 comparison")
    assert first["left_out"] == [("gone: drug vs none", "the study could not be had")]
    assert five["overview"][2]["done"] == "one study: nothing to pool"
    assert five["null"] == ""
    assert section(five, "all_cells")["rows"][0]["elsewhere"] == ""


def test_two_studies_stand_side_by_side_without_a_pool(tmp_path):
    content = page(tmp_path, **collection(1, 2))
    assert "No group has three independent studies: the largest have two." in content["null"]
    found = section(content)
    assert not found["pooled"]
    assert found["units"] == ["s1", "s2"]
    assert set(made_up.RISING) <= {row["gene"] for row in found["rows"]}
    first = found["rows"][0]
    assert first["effect"] == first["q"] == "–"
    assert all(effect.startswith("+") for effect, _ in first["studies"])
    assert "Both studies tested 80 genes" in found["sentence"]
    assert "about 0.1 of each would by chance" in found["sentence"]  # 80 · 2 · (1/40)²
    assert "pool" not in found["forests"][0]["figure"]
    assert found["short"].startswith(
        f"BRAF inhibitor, acute, in cells (2 studies): {len(found['rows'])} of 80 secreted"
    )
    assert found["short"].endswith("opposite ways (by chance about 0.1 of each).")
    assert found["spread"] == ""


def test_one_study_is_a_page_without_a_pool(tmp_path):
    content = page(tmp_path, **collection(1))
    assert "No group has three independent studies: each has one." in content["null"]
    assert content["sections"] == []


def test_two_studies_of_one_cell_line_count_once(tmp_path):
    content = page(tmp_path, **collection(1, 2, model="A375 cells"))
    assert content["overview"][0]["units"] == 1
    assert content["sections"] == []


def test_no_study_at_all_is_a_page_too(tmp_path):
    assert page(tmp_path)["null"] == "No comparison of this run belongs to a group."
    gone = page(tmp_path / "gone", gone=(made_up.study(), made_up.missing()))
    assert "none has one that can be pooled" in gone["null"]


def test_studies_that_agree_on_nothing_say_so(tmp_path):
    studies = {f"s{seed}": (made_up.study(), made_up.measured(seed, "drug", rising=0)) for seed in (1, 2, 3)}
    found = section(page(tmp_path, **studies))
    assert found["null"].startswith("No gene of a secreted protein passes FDR 0.05 across the studies")
    assert len(found["rows"]) == 5


def test_a_pool_without_a_gene_says_that_the_studies_go_opposite_ways(tmp_path):
    """Of three studies two have the first ten genes up and one has them down; nothing else moves."""
    studies = collection(1, 2, 3)
    file, expression = studies["s3"]
    swapped = {**file, "contrasts": {"drug": made_up.contrast("none")}}
    swapped["contrasts"]["drug"]["model"]["reference"] = "drug"
    found = section(page(tmp_path, **{**studies, "s3": (swapped, expression)}))
    assert found["short"].endswith("none of 80 secreted genes changes in all of them together at FDR 0.05.")
    assert "in 10 one study lies above and another below" in found["spread"]
    # Of 80 genes with three studies each: 1 − 2 · .975³ + .95³ = 0.0037 a gene.
    assert "about 0)" in found["spread"]
    assert found["spread"].endswith("what the studies have in common, not because nothing happens.")


def test_studies_that_find_nothing_are_not_said_to_go_opposite_ways(tmp_path):
    studies = {f"s{seed}": (made_up.study(), made_up.measured(seed, "drug", rising=0)) for seed in (1, 2, 3)}
    assert "not because nothing happens" not in section(page(tmp_path, **studies))["spread"]


def test_figures_are_drawn_of_the_first_groups_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("secretome.synthesis_tables.MOST_DRAWN", 1)
    content = page(tmp_path, **collection(1, 2, 3))
    assert [bool(one["heat"]) for one in content["sections"]] == [True, False]
    assert [len(one["forests"]) for one in content["sections"]] == [6, 0]
    assert content["sections"][1]["rows"]
    assert content["without_figures"] == 1


def test_an_effect_whose_interval_holds_zero_has_no_direction(tmp_path):
    studies = {f"s{seed}": (made_up.study(), made_up.measured(seed, "drug", rising=0)) for seed in (1, 2, 3)}
    rows = {**collection(1, 2, 3, 4), "s4": next(iter(studies.values()))}
    for content in (page(tmp_path / "none", **studies), page(tmp_path / "some", **rows)):
        for row in section(content)["rows"]:
            ends = row["interval"].split(" to ")
            side = {"++": "up", "−−": "down"}.get("".join(end[0] for end in ends), "")
            assert row["direction"] == side, row


def test_a_gene_that_one_study_lacks_is_said_to_be_not_measured(tmp_path):
    studies = collection(1, 2, 3, 4)
    file, expression = studies["s4"]
    studies["s4"] = (file, made_up.without(expression, "G000"))
    row = next(row for row in section(page(tmp_path, **studies))["rows"] if row["gene"] == "G000")
    assert (row["signs"], row["missing"]) == ("3 up, 0 down", "not measured in 1")


def test_the_order_of_the_studies_does_not_matter(tmp_path):
    one = page(tmp_path / "one", **collection(1, 2, 3))
    other = page(tmp_path / "other", **collection(3, 1, 2))
    assert one["sections"][0]["rows"] == other["sections"][0]["rows"]
    assert one["overview"] == other["overview"]


@pytest.mark.parametrize(
    ("drug", "compartment", "setting", "title"),
    [
        ("il6_family_ligand", "cells", "ligand", "IL6 family ligand, in cells"),
        ("pi3k_mtor_inhibitor", "medium", "resistant", "PI3K MTOR inhibitor, resistant, in the medium"),
        ("all", "medium", "all", "All drugs and settings, in the medium"),
    ],
)
def test_the_title_of_a_group_reads_as_people_write_it(drug, compartment, setting, title):
    assert group_title(drug, compartment, setting) == title
