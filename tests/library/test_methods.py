import made_up_study as made_up

from secretome import methods


def paragraphs(**fit):
    texts = methods.paragraphs(made_up.settings(), made_up.expression(), {made_up.CONTRAST: {**made_up.fit(), **fit}})
    return dict(texts)


def test_the_methods_follow_the_configuration():
    text = paragraphs()
    assert "8 samples (GSE52778)" in text["Counts."]
    assert "10 of 10 genes were tested" in text["Counts."]
    assert "4 against 4 samples; terms treatment and donor; 3 residual and 5.2 prior" in text["Comparison."]
    assert "FDR 0.05, at least two-fold" in text["Secreted genes."]
    assert "seed 1)" in text["Pathways."]


def test_an_infinite_prior_is_told():
    assert "3 residual and infinite prior degrees of freedom" in paragraphs(prior_df=None)["Comparison."]


def test_camera_is_cited_where_it_was_printed():
    few, enough = ({"c": {**made_up.fit(), "residual_df": df}} for df in (3, 4))
    assert len(methods.references({}, enough)) == len(methods.references({}, few)) + 1
    assert any("camera" in text for text, _ in methods.references({}, enough))


def test_steps_are_told_in_their_order_with_shares_in_percent():
    step = {"step": "name genes", "unmapped": 5, "mapped_share_of_reads": 0.9656, "kind": "symbols", "read": 33469}
    assert methods.steps({"steps": [step]}) == [
        ("Name genes", "kind symbols; read 33,469; unmapped 5; mapped share of reads 96.6%")
    ]


def test_numbers_by_name_are_told_without_braces():
    step = {"step": "sum cells to samples", "cells": {"d0": 4254, "d1": 20}}
    assert methods.steps({"steps": [step]}) == [("Sum cells to samples", "cells d0 4,254, d1 20")]


def test_hashes_are_found_wherever_the_provenance_holds_them():
    provenance = {
        "inputs": {"a.tsv": "a" * 64},
        "knowledge": [{"file": "b.tsv", "sha256": "b" * 64}],
        "steps": [{"step": "read", "rows": 3, "note": "c" * 63}],
    }
    assert methods.inputs(provenance) == [("a.tsv", "a" * 64), ("b.tsv", "b" * 64)]


def methods_of(contrast=None, study=None, **fit):
    """The paragraphs of a study with this contrast and fit, and what they cite."""
    settings = made_up.settings()
    settings["study"] |= study or {}
    if contrast:
        settings["study"]["contrasts"][made_up.CONTRAST] = contrast
    fits = {made_up.CONTRAST: {**made_up.fit(), **fit}}
    cited = [text for text, _ in methods.references(settings, fits)]
    return dict(methods.paragraphs(settings, made_up.expression(), fits)), " ".join(cited)


def test_correlated_donors_weights_and_robust_variances_are_told_and_cited():
    contrast = {"variable": "treatment", "level": "drug", "reference": "control", "random_block": "donor"}
    notes = {"block_correlation": 0.412, "sample_weights": [0.53, 1.42]}
    text, cited = methods_of(contrast, {"robust": True}, notes=notes)
    assert "samples of one donor correlated by 0.41" in text["Comparison."]
    assert "0.53 to 1.42" in text["Comparison."]
    assert "Extreme variances were kept" in text["Comparison."]
    assert all(name in cited for name in ("Smyth, Michaud", "Liu et al.", "Phipson"))
    plain, cited = methods_of()
    assert not any(word in plain["Comparison."] for word in ("correlated by", "Extreme", "counted less"))
    assert not any(name in cited for name in ("Smyth, Michaud", "Liu et al.", "Phipson"))


def test_a_slope_and_several_levels_are_told():
    text, _ = methods_of({"continuous": "donor", "per": 10})
    assert "The change with donor (per 10 of donor) is the slope of a line" in text["Comparison."]
    text, _ = methods_of({"variable": "treatment", "levels": ["drug", "other"], "reference": "control"})
    assert "moderated F-test" in text["Comparison."]


def test_what_a_page_prints_beside_its_tests_is_told():
    text, cited = methods_of()
    assert "80% power" in text["How far it can be relied on."]
    assert "adaptive shrinkage" in text["How far it can be relied on."]
    assert "Stephens" in cited
    text, _ = methods_of(reliability={})
    assert "How far it can be relied on." not in text


def test_the_lysate_is_told_of_where_there_is_one():
    medium = {"technology": "proteomics", "compartment": "medium"}
    assert "lysates" not in methods_of(study=medium)[0]["Leakage and detection."]
    assert (
        "lysates of the same cultures" in methods_of(study={**medium, "lysate": "cells"})[0]["Leakage and detection."]
    )


def test_a_panel_has_no_moderated_variances_and_no_gene_sets():
    study = {"technology": "panel", "compartment": "medium"}
    text, cited = methods_of(study=study, method="ordinary", prior_df=0)
    assert "each analyte for itself" in text["Comparison."]
    assert text["Pathways."] == "Gene sets were not tested: a panel has too few analytes."
    # One of fifty analytes and more is moderated, and its gene sets are tested.
    assert "Whether a gene set moves" in methods_of(study=study, method="trend")[0]["Pathways."]
    assert "tier E" in text["Leakage and detection."]
    assert "A protein counts as secreted" in text["Secreted proteins."]
    assert not any(name in cited for name in ("limma", "camera", "PROGENy", "GSEA"))


def test_both_normalisations_are_named():
    def found(method, other):
        return methods.normalisation({"steps": [{"step": "normalise", "method": f"log2; {method}", "other": other}]})

    assert found("shifted", "none") == {"lead": "shifted", "other": "as they were measured"}
    assert found("per cell", "shifted") == {"lead": "per cell", "other": "shifted"}
    assert found("as measured", "none") == {"lead": "as measured", "other": ""}
    assert methods.normalisation({"steps": [{"step": "read"}]}) == {"lead": "", "other": ""}


def test_pydeseq2_is_told_and_cited_where_it_was_used():
    text = paragraphs(method="deseq2", prior_df=None)
    assert "by PyDESeq2" in text["Comparison."]
    assert "tested by Wald's test" in text["Comparison."]
    assert "3 residual degrees of freedom" in text["Comparison."]
    assert "limma-voom's models" in text["Pathways."]
    cited = [reference for reference, _ in methods.references({}, {"c": {**made_up.fit(), "method": "deseq2"}})]
    assert sum("DESeq2" in reference for reference in cited) == 2
    assert not any("DESeq2" in reference for reference, _ in methods.references({}, {"c": made_up.fit()}))


def test_cells_are_said_to_be_summed():
    settings = made_up.settings()
    settings["study"] |= {"technology": "single_cell", "source": {"kind": "file", "matrix": "x", "cell_type": "B cell"}}
    fits = {made_up.CONTRAST: made_up.fit()}
    text = dict(methods.paragraphs(settings, made_up.expression(), fits))["Counts."]
    assert "the sums over its cells of the type B cell (scanpy); cells are not replicates." in text
    assert any("scanpy" in reference for reference, _ in methods.references(settings, fits))
    assert "scanpy" not in paragraphs()["Counts."]
