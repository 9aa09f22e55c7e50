"""A medium and the lysates of the same cultures from the files to the page, the lysates late."""

import re
import shutil
from pathlib import Path

import matched_lysate as made
import pytest
import yaml
from checkout import output_hashes, planned_jobs
from public_runs import page_text, project, run

from secretome.files import read_json
from secretome.tables import SECRETOME, read_table

pytestmark = pytest.mark.end_to_end
CHROMIUM = shutil.which("chromium")
BY_HAND = f"data/downloads/by_hand/{made.LYSATE}/{made.LYSATE_FILE}"


@pytest.fixture(scope="module")
def without(tmp_path_factory) -> Path:
    """A run in which nobody had put the quantities of the lysates where they belong."""
    clone = project(tmp_path_factory.mktemp("pair"), made.studies())
    matrix = clone / "data/made_up/medium.tsv"
    matrix.parent.mkdir(parents=True)
    matrix.write_text(made.matrix(of_lysate=False))
    done = run(clone)
    assert done.returncode == 1, done.stdout
    assert f"Study {made.LYSATE} is unavailable" in done.stdout
    return clone


@pytest.fixture(scope="module")
def both(without, tmp_path_factory) -> Path:
    clone = tmp_path_factory.mktemp("later") / "clone"
    shutil.copytree(without, clone, symlinks=True)
    (clone / BY_HAND).parent.mkdir(parents=True, exist_ok=True)
    (clone / BY_HAND).write_text(made.matrix(of_lysate=True))
    done = run(clone)
    assert done.returncode == 0, done.stdout
    assert f"Testing {made.CONTRAST} in {made.MEDIUM}" not in done.stdout
    return clone


def secretome(clone: Path):
    return read_table(clone / f"results/{made.MEDIUM}/{made.CONTRAST}/secretome.tsv", SECRETOME).set_index("gene")


def edited(clone: Path, **changes) -> dict[str, int]:
    """The jobs that a dry run announces after the study of the medium was changed."""
    path = clone / f"config/studies/{made.MEDIUM}.yaml"
    text = path.read_text()
    path.write_text(yaml.safe_dump({**yaml.safe_load(text), **changes}, sort_keys=False))
    done = run(clone, "--dry-run")
    path.write_text(text)
    assert done.returncode == 0, done.stdout
    return planned_jobs(done.stdout)


def test_what_is_made_more_is_told_from_what_is_let_out_more(both):
    table, kinds = secretome(both), made.planted()
    assert set(table.loc[[gene for names in kinds.values() for gene in names], "tier"]) == {"A"}
    assert set(table.loc[kinds["made"], "beyond_lysate"]) == {"no"}
    assert set(table.loc[kinds["let_out"], "beyond_lysate"]) == {"yes"}
    assert set(table.loc[kinds["only_medium"], "beyond_lysate"]) == {""}
    within = table.loc[kinds["made"] + kinds["let_out"]]
    expected = [0.0] * 3 + [made.CHANGE] * 3
    assert (within["lysate_difference_ci_low"] - 0.5 < expected).all()
    assert (within["lysate_difference_ci_high"] + 0.5 > expected).all()
    assert table.loc[kinds["made"], "lysate_log2_fold_change"].to_list() == pytest.approx([made.CHANGE] * 3, abs=0.5)


def test_the_page_of_the_medium_says_so(both):
    text = page_text(both, made.MEDIUM)
    assert "Of the 6 that could be compared with the lysate of the same cultures, 3 do not change beyond it." in text
    assert "Made-up lysates ) has values for 6 of the 9 secreted proteins that change in the medium" in text
    assert "Both were compared per cell." in text
    assert not [one for one in read_json(both / "results/report/warnings.json") if one["code"] == "lysate"]


def test_without_the_lysate_the_medium_stands_alone_and_says_why(without, both):
    alone, table = secretome(without), secretome(both)
    assert alone["lysate_log2_fold_change"].isna().all()
    columns = [name for name in table if "lysate" not in name]
    assert alone[columns].equals(table[columns])
    warnings = read_json(without / "results/report/warnings.json")
    assert [one["study"] for one in warnings if one["code"] == "lysate"] == [made.MEDIUM]
    text = page_text(without, made.MEDIUM)
    assert "Made-up lysates ) has no value to set beside this comparison." in text
    assert "could be compared with the lysate" not in text


def test_a_study_of_medium_without_its_lysate_compares_nothing_again(both):
    jobs = edited(both, lysate="")
    assert jobs["annotate_secretome"] == jobs["report_study"] == 1
    assert not {"prepare_study", "compare_groups"} & set(jobs)


def test_a_second_run_has_nothing_to_do(both):
    before = output_hashes(both)
    assert "Nothing to be done" in run(both).stdout
    assert output_hashes(both) == before


def test_a_medium_is_refused_without_its_lysate_in_the_run(both):
    done = run(both, "--dry-run", studies=made.MEDIUM)
    assert done.returncode == 2, done.stdout
    assert f"'{made.LYSATE}' is not among the studies of this run" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_the_table_of_the_page_shows_the_lysate_and_sorts_by_it(both):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((both / f"results/report/{made.MEDIUM}.html").as_uri())
        page.get_by_role("tab", name="Secreted proteins").click()
        page.locator("thead th[data-column=beyond_lysate] button").click()
        texts = page.locator(".gene-table tbody tr:nth-child(-n+6) td:nth-child(7)").all_inner_texts()
        differences = page.locator(".gene-table tbody tr:nth-child(-n+3) td:nth-child(6)").all_inner_texts()
        browser.close()
    assert complaints == []
    assert texts == ["no"] * 3 + ["yes"] * 3
    assert all(re.fullmatch(r"[+−]?0\.\d\d\s−0\.\d\d to \+\d\.\d\d", text) for text in differences)
