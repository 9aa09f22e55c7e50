import html.parser

import made_up_study as made_up
import pytest

import report_study

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</script><b>",
    "]]> --!> <!--",
    "{{7*7}} {% raw %}",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "\u202e\u2028 $x^2$",
]


class Elements(html.parser.HTMLParser):
    """The elements of a page and the names of their attributes."""

    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, tuple(sorted(name for name, _ in attributes))))


def write_page(folder, made=None, reasons=(), settings=None, suffix=""):
    paths = made_up.write(folder / "results", made or made_up.tables(), reasons, suffix)
    page = folder / "results/report/made_up.html"
    inputs = {name: paths[name] for name in ("expression", "samples", "quality", "contrasts")}
    report_study.main(**inputs, page=str(page), settings=settings or made_up.settings())
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    made = made_up.tables(genes=16000, secreted=1600)
    return write_page(tmp_path_factory.mktemp("study"), made)


def test_a_page_is_small_complete_and_asks_nothing_of_the_network(page):
    assert len(page.encode()) < 1_500_000
    assert "default-src 'none'" in page
    for asking in ("<link", "<iframe", "src=", "@import", "url("):
        assert asking not in page.replace("url(#", "")
    for part in ("In made-up cells", "FDR 0.05, at least two-fold", "Only two samples in group drug.", "a" * 64):
        assert part in page


def test_a_page_speaks_of_expression(page):
    assert "secreted-gene expression" in page
    assert "secretion" not in page.lower()
    assert "in humans" not in page


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    made = made_up.tables(genes=300, secreted=100)
    assert write_page(tmp_path / "one", made) == write_page(tmp_path / "other", made)
    assert str(tmp_path) not in write_page(tmp_path / "one", made)


def test_an_unavailable_study_has_a_page_of_reasons(tmp_path):
    reason = "data/made_up/counts.tsv.gz:7: column s1: '<b>' is not a number. Write a whole number."
    text = write_page(tmp_path, reasons=(reason,))
    assert "This study is unavailable" in text
    assert "&#39;&lt;b&gt;&#39; is not a number. Write a whole number." in text
    assert 'role="tab"' not in text


def test_a_null_study_reads_well(tmp_path):
    text = write_page(tmp_path, made_up.tables(null=True))
    assert "no change of secreted-gene expression can be shown" in text
    assert "No gene set passes FDR 0.05" in text
    assert "No gene passes FDR 0.05, at least two-fold." in text


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_texts_add_no_element_and_no_attribute(tmp_path, payload):
    plain, hostile = (
        Elements(write_page(tmp_path / str(i), **poisoned(text))) for i, text in enumerate(("text", payload))
    )
    assert hostile.seen == plain.seen


def poisoned(text):
    """The same text in every field that comes from a file."""
    made, settings = made_up.tables(genes=60, secreted=40), made_up.settings()
    first = made.secretome.sort_values("p_value")["gene"].iloc[0]
    named = f"{text} 1".replace("\t", " ")
    for table in (made.differential, made.secretome):
        table.loc[table["gene"] == first, "gene"] = named
    made.secretome["evidence"] = text
    made.pathways.loc[made.pathways["gene_set"] == "HALLMARK_SET_1", "gene_set"] = text
    made.scores.loc[made.scores["gene_set"] == "Way1", "gene_set"] = text
    made.signals["note"] = made.signals["methods"] = text
    made.fit["warnings"] = [{"code": text, "message": text}]
    settings["study"]["contrasts"][made_up.CONTRAST].update(level="drug" + text, reference="control" + text)
    made.fit["groups"] = {
        level + text: [sample + text for sample in samples] for level, samples in made_up.GROUPS.items()
    }
    made.scores["sample"] += text
    settings["study"].update(title=text, model=text, organism=text, notes=text, licence=text, citation={"doi": text})
    settings["versions"] = {text: text}
    for described in settings["panel"]["collections"].values():
        described.update(label=f"{text} sets", source=text)
    for signal in settings["panel"]["signals"].values():
        signal["label"] = text
    return {"made": made, "settings": settings, "suffix": text}
