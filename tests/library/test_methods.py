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
