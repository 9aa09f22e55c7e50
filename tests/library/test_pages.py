import base64
import hashlib
import json
import re

import jinja2
import made_up_study as made_up
import pandas as pd
import pytest

from secretome import pages
from secretome.front_page import ContrastResults

OF_EVERY_RUN = {
    "thresholds": "FDR 0.05",
    "versions": [],
    "inputs": [],
    "claims": {},
    "across": {},
    "no_collections": [],
    "asked": "What changes.",
    "changes": "",
}


def test_embedded_json_cannot_end_its_element():
    hostile = ["</script><script>alert(1)</script>", "<!--", "]]>", "\u2028", "&lt;"]
    text = pages.embedded(hostile)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == hostile


def test_a_template_that_lacks_its_content_fails():
    with pytest.raises(jinja2.UndefinedError):
        pages.render("study.html.j2", {})


def test_the_policy_names_the_script_that_stands_in_the_page():
    content = {"signals": [], "rows": [], "unavailable": [], "studies": "0 studies", "warnings": [], "published": []}
    page = pages.render("index.html.j2", {**content, **OF_EVERY_RUN})
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("own", "heading", "by_hand", "mend"),
    [
        ([True], "1 study was refused", False, True),
        ([True, True], "2 studies were refused", False, True),
        ([False], "1 study is unavailable", True, False),
        ([True, False], "2 studies are unavailable", True, True),
    ],
)
def test_a_file_of_ones_own_was_refused_and_need_not_be_put_there(own, heading, by_hand, mend):
    lost = [{"key": f"k{i}", "title": "Lost", "reasons": ["it is gone"], "own": mine} for i, mine in enumerate(own)]
    content = {"signals": [], "rows": [], "unavailable": lost, "studies": "", "warnings": [], "published": []}
    page = pages.render("index.html.j2", {**content, **OF_EVERY_RUN})
    assert f"<h2>{heading}</h2>" in page
    assert ("can be put there by hand" in page) == by_hand
    assert ("a file of your own was refused" in page) == mend


def test_what_the_stages_wrote_is_read(tmp_path):
    made = made_up.tables(genes=50, secreted=20)
    paths = made_up.write(tmp_path, made)
    assert pages.read_contrast(paths["contrasts"][made_up.CONTRAST]).fit == made.fit
    thresholds = {"fdr": 0.05, "log2_fold_change": 1.0}
    study = pages.read_study(paths, {}, thresholds)
    assert study.samples == 8
    read, known = study.contrasts[made_up.CONTRAST], ContrastResults.of({}, made, thresholds)
    assert read.found == known.found
    assert read.found["genes"]["up"] > 0
    assert (read.untested, read.groups, read.warnings) == ("", known.groups, known.warnings)
    pd.testing.assert_frame_equal(read.signals, made.signals)


def test_an_unavailable_study_is_its_reasons(tmp_path):
    study = pages.read_study(made_up.write(tmp_path, made_up.tables(genes=50, secreted=20), ("it is gone",)), {}, {})
    assert study.unavailable == ("it is gone",)
    assert not study.contrasts
