"""What each rule is given, and what it is not."""

import made_up_study as made_up
import pytest

from secretome import rule_settings

MADE = made_up.settings()
RUN = {key: MADE[key] for key in ("config", "panel", "versions", "knowledge")}
STUDY = {
    **MADE["study"],
    "own_files": {},
    "scale": "auto",
    "method": "auto",
    "weigh_samples": False,
    "robust": False,
}
OF_MODELS = (rule_settings.preparation, rule_settings.comparison, rule_settings.pathways, rule_settings.secretome)


@pytest.mark.parametrize("make", OF_MODELS)
def test_words_for_the_reader_redo_no_numbers(make):
    contrast = {**STUDY["contrasts"][made_up.CONTRAST], "drug_class": "another", "setting": "acute"}
    renamed = {**STUDY, "title": "Another title", "caution": "Mind.", "contrasts": {made_up.CONTRAST: contrast}}
    assert repr(make(renamed, RUN, made_up.CONTRAST)) == repr(make(STUDY, RUN, made_up.CONTRAST))


@pytest.mark.parametrize("make", OF_MODELS)
def test_another_version_of_a_library_redoes_them(make):
    upgraded = {**RUN, "versions": {**RUN["versions"], "numpy": "99"}}
    assert repr(make(STUDY, upgraded, made_up.CONTRAST)) != repr(make(STUDY, RUN, made_up.CONTRAST))


def test_a_smaller_change_that_counts_fits_nothing_again():
    config = {**RUN["config"], "thresholds": {"fdr": 0.05, "log2_fold_change": 0.5}}
    for make in (rule_settings.comparison, rule_settings.pathways):
        assert make(STUDY, {**RUN, "config": config}, made_up.CONTRAST) == make(STUDY, RUN, made_up.CONTRAST)
    assert rule_settings.secretome(STUDY, {**RUN, "config": config}, "") != rule_settings.secretome(STUDY, RUN, "")


@pytest.mark.parametrize("make", OF_MODELS)
def test_another_lysate_fits_nothing_again(make):
    with_lysate = {**STUDY, "lysate": "cells", "lysate_study": {"title": "Lysates", "technology": "panel", "per": ""}}
    assert repr(make(with_lysate, RUN, made_up.CONTRAST)) == repr(make(STUDY, RUN, made_up.CONTRAST))


def test_another_ligand_scores_the_pathways_anew_and_fits_nothing():
    contrast = {**STUDY["contrasts"][made_up.CONTRAST], "ligands": ["HGF"]}
    given = {**STUDY, "contrasts": {made_up.CONTRAST: contrast}}
    for make in (rule_settings.preparation, rule_settings.comparison, rule_settings.secretome):
        assert repr(make(given, RUN, made_up.CONTRAST)) == repr(make(STUDY, RUN, made_up.CONTRAST))
    assert rule_settings.pathways(given, RUN, made_up.CONTRAST)["ligands"] == ["HGF"]
    assert rule_settings.pathways(STUDY, RUN, made_up.CONTRAST)["ligands"] == []


def test_a_page_is_given_everything():
    assert rule_settings.page(STUDY, RUN, "") == {"study": STUDY, **RUN}
    assert rule_settings.published_page(STUDY, RUN, "") == {"study": STUDY, "versions": RUN["versions"]}


def test_the_words_of_a_claim_check_nothing_again():
    study = {"title": "A drug", "model": "cells", "technology": "rnaseq_counts", "compartment": "cells"}
    study["contrasts"] = {"drug": {"drug_class": "braf_inhibitor", "setting": "acute", "level": "drug"}}
    claim = {"kind": "effect", "smallest_effect": 1.0, "says": "It falls.", "reason": "", "figure": "", "caution": ""}

    def checks(title="A drug", **words):
        papers = {"p": {"paper": {"doi": "10.1/x"}, "claims": {"falls": {**claim, **words}}}}
        return rule_settings.claim_checks(papers, {"one": {**study, "title": title}}, {})

    assert checks() == checks(title="Another", says="It sinks.", caution="Beware.")
    assert checks() != checks(smallest_effect=2.0)
    assert checks()["studies"]["one"]["contrasts"] == {
        "drug": {"drug_class": "braf_inhibitor", "setting": "acute", "continuous": ""}
    }


def test_a_title_pairs_no_ligands_again_but_another_class_of_drug_does():
    def routes(**changed):
        contrast = {"level": "drug", "label": "a", "drug_class": "braf_inhibitor"}
        study = {"title": "A drug", "compartment": "medium", "lysate": "cells", "contrasts": {"drug": contrast}}
        return rule_settings.routes({"one": {**study, **changed}}, {})

    assert routes() == routes(title="Another")
    assert routes()["studies"]["one"] == {
        "compartment": "medium",
        "lysate": "cells",
        "drug_classes": {"drug": "braf_inhibitor"},
    }
    assert routes(contrasts={"drug": {}})["studies"]["one"]["drug_classes"] == {"drug": ""}


def test_the_pools_are_given_the_models_and_the_drugs_and_no_words():
    study = {**STUDY, "model": "some cells"}
    given = rule_settings.pooling({"a": study}, RUN)
    renamed = {**study, "title": "Another title", "caution": "Mind."}
    assert repr(rule_settings.pooling({"a": renamed}, RUN)) == repr(given)
    contrast = {**study["contrasts"][made_up.CONTRAST], "drug_class": "another"}
    other = {**study, "contrasts": {made_up.CONTRAST: contrast}}
    assert rule_settings.pooling({"a": other}, RUN)["studies"]["a"]["contrasts"][made_up.CONTRAST] == {
        "model": given["studies"]["a"]["contrasts"][made_up.CONTRAST]["model"],
        "drug_class": "another",
        "setting": "",
    }


def test_the_words_around_a_collection_score_nothing_again_but_its_limits_do():
    def pathways(**changed):
        panel = {**RUN["panel"], "ligands": [], "labels": {"hallmark": changed.get("label", "Hallmark")}}
        panel["collections"] = {"hallmark": {"kind": "gene_sets", "smallest": 10, "label": "Hallmark", **changed}}
        return rule_settings.pathways(STUDY, {**RUN, "panel": panel}, made_up.CONTRAST)

    told = {"label": "Hallmarks", "source": "MSigDB", "licence": "CC BY", "citation": "a paper"}
    assert repr(pathways(**told)) == repr(pathways())
    assert repr(pathways(smallest=5)) != repr(pathways())
