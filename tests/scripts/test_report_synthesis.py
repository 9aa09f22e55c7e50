import re
from pathlib import Path

import made_up_collection as made_up

import pool_studies
import report_synthesis
from secretome.files import read_json
from secretome.synthesis.combinations import COMBINATION_RANKS
from secretome.synthesis.ligand_receptors import HYPOTHESES
from secretome.tables import empty_table, write_table


def written(folder: Path, **studies) -> str:
    files = {key: file for key, (file, _) in studies.items()}
    paths = made_up.write(folder, studies)
    outputs = {contract.name: str(folder / f"{contract.name}.tsv") for contract in report_synthesis.POOLS.values()}
    outputs["warnings"] = str(folder / "warnings.json")
    pool_studies.main(paths, outputs, {"studies": files, "fdr": 0.05})
    for name, contract in (("hypotheses", HYPOTHESES), ("combination_ranks", COMBINATION_RANKS)):
        outputs[name] = str(folder / f"{name}.tsv")
        write_table(outputs[name], empty_table(contract), contract)
    labelled = {
        key: {**file, "title": key, "contrasts": {name: one["model"] for name, one in file["contrasts"].items()}}
        for key, file in files.items()
    }
    settings = {
        "studies": labelled,
        "config": {"thresholds": {"fdr": 0.05, "log2_fold_change": 1.0}},
        "panel": {"signals": {"akt": {"label": "AKT / PI3K"}}},
        "versions": {"numpy": "2"},
    }
    pages = {"page": str(folder / "synthesis.html"), "digest": str(folder / "across_studies.json")}
    report_synthesis.main(outputs, paths["differential"], pages, settings)
    text = (folder / "synthesis.html").read_text(encoding="utf-8")
    assert str(folder) not in text + (folder / "across_studies.json").read_text(encoding="utf-8")
    assert 'href="index.html"' in text
    assert read_json(outputs["warnings"]) is not None
    return text


def three(*seeds):
    return {f"s{seed}": (made_up.study(), made_up.measured(seed, "drug")) for seed in seeds}


def test_the_page_has_the_groups_the_genes_and_the_figures_and_the_same_bytes_again(tmp_path):
    text = written(tmp_path / "one", **three(1, 2, 3))
    assert '<section id="braf_inhibitor_cells_acute">' in text
    assert '<th scope="row" class="gene">G000</th>' in text
    assert text.count("<svg") >= 14
    assert "AKT / PI3K" in text
    assert "secretion" not in text.lower()
    assert text == written(tmp_path / "two", **three(1, 2, 3))
    one, two = ((tmp_path / name / "across_studies.json").read_bytes() for name in ("one", "two"))
    assert one == two


def test_every_figure_has_words_and_its_numbers_beside_it(tmp_path):
    text = written(tmp_path, **three(1, 2, 3))
    assert text.count("<svg") == len(re.findall(r'<div role="img" aria-label="[^"]{20,}"><svg', text))
    assert text.count("The numbers of the heat map") == text.count("The numbers of the forest plots") == 2


def test_the_front_page_is_left_the_figures_of_one_group(tmp_path):
    written(tmp_path, **three(1, 2, 3))
    found = read_json(tmp_path / "across_studies.json")
    assert found["lead"]["name"] == "braf_inhibitor_cells_acute"
    assert found["lead"]["heat"]["figure"].startswith("<svg")
    assert len(found["lead"]["forests"]) == 3
    assert len(found["others"]) == 1


def test_a_run_of_one_study_and_one_of_none_have_a_page_that_says_why_it_is_empty(tmp_path):
    assert "No group has three independent studies: each has one." in written(tmp_path / "one", **three(1))
    assert "No comparison of this run belongs to a group." in written(tmp_path / "none")


def test_a_warning_stands_on_the_page(tmp_path):
    again = {"again": (made_up.study(), made_up.measured(1, "drug"))}
    assert "W12" in written(tmp_path, **three(1, 2), **again)
