"""The claims that ship on the real data beside this project: what is known of them must come out.

The data may not be committed, so a clone that stands alone skips these tests.
"""

import re
from functools import partial

import pandas as pd
import pytest
from checkout import ROOT

from secretome import rule_settings, studies
from secretome.claims.check import Results, check_claims
from secretome.claims.estimates import estimate_claims
from secretome.claims.files import Known, load_claims
from secretome.claims.where import asked_of
from secretome.comparison.compare import compare
from secretome.pathways.panel import load_panel
from secretome.pathways.panel_names import sets_at_hand
from secretome.prepare import prepare
from secretome.readers import count_table
from secretome.secreted import annotate
from secretome.tables import ALIASES, GENES, PATHWAYS, SECRETED, SIGNALS, empty_table, read_table

DATA = ROOT.parent / "shared/data"
KNOWLEDGE = ROOT / "data/bundled/knowledge"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data, the real files")

FILES = {
    "a375_vemurafenib": DATA / "gse42872/GSE42872_symbol_log2.tsv.gz",
    "melanoma_encorafenib": DATA / "kavran_encorafenib/kavran_counts.tsv.gz",
    "hct116_nutlin": DATA / "gse86221_nutlin/Andrysik2017_counts.tsv",
}
CONTRASTS = {
    "a375_vemurafenib": ["vemurafenib_vs_vehicle"],
    "melanoma_encorafenib": ["encorafenib_20h", "week_1"],
    "hct116_nutlin": ["nutlin_vs_dmso"],
}


def sheet_rows(study: dict, columns: list[str]) -> dict:
    """The samples of a study file under the names of the columns of the file beside the project."""
    lines = study["samples"]["rows"].strip().split("\n")
    given = [line.split() for line in lines]
    named = {name.removesuffix(".sorted.bam"): name for name in columns}
    kept = [" ".join([named[row[0]], *row[1:]]) for row in given[1:] if row[0] in named]
    return {**study["samples"], "rows": "\n".join([lines[0], *kept]) + "\n"}


@pytest.fixture(scope="module")
def claims():
    """The table of claims of the three studies, gene sets left out."""
    settings, selected = studies.load_run({"studies": list(FILES), "study_folders": [str(ROOT / "config/studies")]})
    panel = load_panel(ROOT / "config/signatures.yaml", settings)
    files = {path.stem: path for path in (ROOT / "config/studies").glob("*.yaml")}
    known = Known(files, selected, panel["signals"], panel["labels"], partial(sets_at_hand, panel, project=ROOT))
    papers = load_claims([ROOT / "config/claims"], known, KNOWLEDGE)
    names = (read_table(KNOWLEDGE / "genes.tsv.gz", GENES), read_table(KNOWLEDGE / "aliases.tsv.gz", ALIASES))
    secreted = read_table(KNOWLEDGE / "secreted.tsv.gz", SECRETED)
    run = {"config": {"thresholds": settings["thresholds"], "seed": 1}, "versions": {}, "panel": panel}
    asked, estimates = asked_of(papers, selected), {}
    for key, path in FILES.items():
        matrix = count_table.read(path)
        study = {**selected[key], "samples": sheet_rows(selected[key], list(matrix.samples))}
        expression = prepare(matrix, names, rule_settings.preparation(study, run, ""), key).expression
        for contrast in CONTRASTS[key]:
            differential = compare(expression, rule_settings.comparison(study, run, contrast)).differential
            tables = {"differential": differential, "pathways": empty_table(PATHWAYS), "signals": empty_table(SIGNALS)}
            tables["secretome"] = annotate(differential, secreted, settings["thresholds"], "cells", None)
            given = rule_settings.pathways(study, run, contrast)
            estimates[key, contrast] = estimate_claims(expression, given, asked[key, contrast], tables)
    table = check_claims(papers, selected, Results(estimates))
    return {(row["claim"], row["study"], row["contrast"]): row for _, row in table.iterrows()}


VEMURAFENIB = ("a375_vemurafenib", "vemurafenib_vs_vehicle")
ENCORAFENIB = ("melanoma_encorafenib", "encorafenib_20h")
WEEK = ("melanoma_encorafenib", "week_1")
NUTLIN = ("hct116_nutlin", "nutlin_vs_dmso")


@pytest.mark.parametrize(
    ("claim", "place", "scope", "verdict"),
    [
        ("erk_output_falls", VEMURAFENIB, "control", "supported"),
        ("erk_output_falls", ENCORAFENIB, "control", "supported"),
        ("fra1_falls", VEMURAFENIB, "transfer", "supported"),
        ("fra1_falls", ENCORAFENIB, "transfer", "supported"),
        ("fra1_stays_low", WEEK, "transfer", "contradicted"),
        ("akt_active_in_regressing_tumours", VEMURAFENIB, "claim", "not_testable"),
        ("akt_active_in_regressing_tumours", ENCORAFENIB, "claim", "not_testable"),
        ("p53_targets_rise", NUTLIN, "control", "supported"),
        ("par4_is_secreted", NUTLIN, "claim", "not_testable"),
        ("par4_transcript_stays", NUTLIN, "transfer", "supported"),
    ],
)
def test_what_is_known_comes_out(claims, claim, place, scope, verdict):
    row = claims[claim, *place]
    assert (row["verdict"], row["scope"]) == (verdict, scope)
    assert row["verdict"] == "not_testable" or row["seen"]


def test_the_numbers_are_those_that_were_measured_elsewhere(claims):
    fra1 = claims["fra1_falls", *VEMURAFENIB]
    assert fra1["effect"] == pytest.approx(-1.88, abs=0.02)
    assert (fra1["n_level"], fra1["n_reference"]) == (3, 3)
    control = claims["erk_output_falls", *VEMURAFENIB]
    assert control["effect"] == pytest.approx(pd.Series([-4.2, -3.8, -3.8, -3.8, -4.1, -2.5]).mean(), abs=0.1)
    p53 = claims["p53_targets_rise", *NUTLIN]
    assert p53["effect"] == pytest.approx((4.6 + 4.0 + 4.4 + 4.5) / 4, abs=0.3)
    changed = claims["secretome_changes", *VEMURAFENIB]
    up, down = map(int, re.search(r"(\d+) up and (\d+) down", changed["genes"]).groups())
    assert (up, down) == (pytest.approx(79, abs=3), pytest.approx(31, abs=3))


def test_uaca_is_shown_with_its_percentile(claims):
    row = claims["uaca_falls", *NUTLIN]
    assert row["effect"] == pytest.approx(-0.5, abs=0.2)
    assert 50 < row["percentile"] < 100
    assert row["verdict"] == "smaller_than_claimed"
