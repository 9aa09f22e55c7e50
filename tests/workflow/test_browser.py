"""The pages in a browser, offline: what a reader clicks, types and saves."""

import shutil
from pathlib import Path

import made_up_study as made_up
import pytest

import report_index
import report_study
from secretome import wording

CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
OTHER = "late_vs_control"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A report in a folder whose name a URL has to escape: a page of two comparisons, a hostile one, an index."""
    root = tmp_path_factory.mktemp("a #folder%20?")
    made = made_up.tables(genes=16000, secreted=1600)
    made.secretome.loc[made.secretome["gene"] == "GENE0", "gene"] = "=GENE0"
    made.differential.loc[made.differential["gene"] == "GENE0", "gene"] = "=GENE0"
    paths, settings = made_up.write(root, made), made_up.settings()
    contrasts = settings["study"]["contrasts"]
    contrasts[OTHER] = {**contrasts[made_up.CONTRAST], "reference": "control", "level": "drug"}
    both = {made_up.CONTRAST: paths["contrasts"][made_up.CONTRAST]}
    inputs = {name: paths[name] for name in ("expression", "samples", "quality")}
    two = {**both, OTHER: both[made_up.CONTRAST]}
    report_study.main(**inputs, contrasts=two, page=str(root / "report/made_up.html"), settings=settings)
    attack = "</script><script>alert(1)</script><img src='http://127.0.0.1:9/x' onerror=alert(2)>"
    settings["study"].update(title=attack, notes=attack)
    report_study.main(**inputs, contrasts=both, page=str(root / "report/hostile.html"), settings=settings)
    index = {**{k: settings[k] for k in ("config", "panel", "versions")}, "studies": {"made_up": settings["study"]}}
    written = {"index": str(root / "report/index.html"), "warnings": str(root / "report/warnings.json")}
    report_index.main({"made_up": paths}, written, index)
    return root / "report"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    return []


@pytest.fixture
def page(browser, folder, complaints):
    """The page of the study; whatever it complains about or asks of the network fails the test."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: complaints.append(request.url) if request.url[:5] not in OWN else None)
    page.goto((folder / "made_up.html").as_uri())
    yield page
    context.close()
    assert complaints == []


OWN = ("file:", "blob:", "data:")


def table(page):
    return page.locator(".gene-table:visible")


def rows(page):
    return table(page).locator("tbody tr")


def test_the_answer_is_seen_without_a_click(page):
    assert page.locator(".finding").first.bounding_box()["y"] < 300
    assert page.locator("#overview").is_visible()
    assert not page.locator("#secreted").is_visible()


def test_tabs_open_by_click_and_by_arrow_keys(page):
    page.get_by_role("tab", name="Secreted genes").click()
    assert page.locator("#secreted").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#pathways").is_visible()
    page.keyboard.press("End")
    assert page.locator("#methods").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#overview").is_visible()
    assert page.evaluate("document.activeElement.id") == "tab-overview"


def test_an_address_opens_its_tab(page):
    page.get_by_role("link", name="All secreted genes").locator("visible=true").click()
    assert page.locator("#secreted").is_visible()
    page.reload()
    assert page.locator("#secreted").is_visible()


def test_the_chosen_comparison_is_the_only_one_seen(page):
    page.get_by_role("combobox", name="Comparison").select_option(OTHER)
    assert page.locator("#overview [data-contrast]:visible").count() == 1
    assert page.locator(f"#overview [data-contrast={OTHER}]").is_visible()


def test_a_gene_is_found_whatever_its_class(page):
    page.get_by_role("tab", name="Secreted genes").click()
    assert rows(page).count() == 50
    assert table(page).get_by_role("status").inner_text() == "960 of 1,600 genes, the first 50 shown"
    table(page).get_by_role("searchbox").fill("gene1009")
    assert rows(page).count() == 1
    assert "not tested: low expression" in rows(page).inner_text()
    assert "high-throughput only" in rows(page).inner_text()


def test_filters_and_more_rows(page):
    page.get_by_role("tab", name="Secreted genes").click()
    table(page).get_by_label("Change").select_option("down")
    assert all(text.startswith("−") for text in table(page).locator("tbody td:nth-child(3)").all_inner_texts())
    table(page).get_by_label("Change").select_option("")
    table(page).get_by_role("button", name="Show more").click()
    assert rows(page).count() == 250


def test_a_click_on_a_head_sorts_and_untested_genes_stay_last(page):
    page.get_by_role("tab", name="Secreted genes").click()
    table(page).get_by_label("Class").select_option("")
    head = table(page).get_by_role("columnheader", name="log2 fold change")
    for direction in ("ascending", "descending"):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == direction
        texts = table(page).locator("tbody td:nth-child(3)").all_inner_texts()
        values = [float(text.replace("−", "-")) for text in texts]
        assert values == sorted(values, reverse=direction == "descending")


def test_the_download_holds_the_chosen_rows_and_guards_formulas(page):
    page.get_by_role("tab", name="Secreted genes").click()
    table(page).get_by_role("searchbox").fill("gene0")
    with page.expect_download() as download:
        table(page).get_by_role("button", name="Download rows").click()
    assert download.value.suggested_filename == "made_up_drug_vs_control_secreted_genes.tsv"
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    header, row = (line.split("\t") for line in lines)
    assert row[header.index("gene")] == "'=GENE0"
    change = row[header.index("log2_fold_change")]
    assert float(change) != 0
    assert not change.startswith("'")


def test_the_script_writes_numbers_as_the_library_does(page):
    page.get_by_role("tab", name="Secreted genes").click()
    import json

    rows_of_page = json.loads(table(page).locator("script.rows").text_content())
    columns, classes = rows_of_page["columns"], rows_of_page["coded"]["secreted_class"]
    known = [i for i, code in enumerate(classes["codes"]) if classes["values"][code] in made_up.FAMILY]
    table(page).get_by_role("button", name="Show more").click()
    shown = [row.split("\t") for row in rows(page).all_inner_texts()]
    assert len(shown) == 250
    for texts, i in zip(shown, known, strict=False):
        assert texts[2] == wording.signed(columns["log2_fold_change"][i])
        assert texts[3] == wording.interval(columns["ci_low"][i], columns["ci_high"][i])
        assert texts[4] == wording.signed(columns["shrunken_log2_fold_change"][i])
        assert texts[5] == f"{columns['expression_percentile'][i]:.0f}"
        assert texts[6] == wording.p_value(columns["p_value"][i])


def test_a_marked_point_tells_its_gene(page):
    point = page.locator("#overview [data-contrast]:visible .hover-points use").first
    point.dispatch_event("mouseenter")
    assert "log2, q " in page.locator("#tip").inner_text()


def test_long_lists_wait_behind_a_button(page):
    page.get_by_role("tab", name="Signals and pathways").click()
    sets = page.locator("#drug_vs_control-hallmark tbody tr:visible")
    assert sets.count() < 20
    page.get_by_role("button", name="Show all 50").locator("visible=true").click()
    assert sets.count() == 50


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_ids_are_unique_and_every_reference_has_its_target(page):
    assert (
        page.evaluate(
            """() => {
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          return ids.filter((id, i) => ids.indexOf(id) !== i);
        }"""
        )
        == []
    )
    assert (
        page.evaluate(
            """() => ['aria-controls', 'aria-labelledby', 'for'].flatMap(name =>
          [...document.querySelectorAll(`[${name}]`)].map(e => e.getAttribute(name)))
          .filter(id => !document.getElementById(id))"""
        )
        == []
    )


def test_the_page_prints_every_part(page):
    page.emulate_media(media="print")
    for part in ("overview", "secreted", "pathways", "samples", "methods"):
        assert page.locator(f"#{part}").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.tabs')).display") == "none"


def test_a_hostile_title_stays_text(browser, folder, complaints):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: complaints.append(request.url) if request.url[:5] not in OWN else None)
    page.goto((folder / "hostile.html").as_uri())
    assert "</script><script>alert(1)" in page.locator("h1").inner_text()
    assert page.get_by_role("tab").count() == 5
    page.goto((folder / "index.html").as_uri())
    assert "<img src=" in page.locator("tbody th").inner_text()
    assert page.locator("img").count() == 0
    context.close()
    assert complaints == []


def test_without_its_script_the_page_shows_everything(browser, folder):
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "made_up.html").as_uri())
    for part in ("overview", "pathways", "samples", "methods"):
        assert page.locator(f"#{part}").is_visible()
    assert page.get_by_text("The same rows are in secretome.tsv").first.is_visible()
    context.close()
