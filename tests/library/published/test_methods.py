from secretome.published import methods


def study(scale="points", kind="rescue"):
    table = {"scale": scale, "smallest_effect": 15, "comparisons": {"x": {"kind": kind}}}
    return {"tables": {"t": table}, "attribution": "Numbers of somebody."}


def test_the_methods_name_the_source_and_the_smallest_effect():
    said = dict(methods.paragraphs(study()))
    assert said["Numbers."].endswith("Numbers of somebody.")
    assert "15 points" in said["Reading."]
    assert "ours, not the papers'" in said["Rescue index."]
    assert "Holm" in said["Reading."]


def test_only_what_was_done_is_said():
    assert [lead for lead, _ in methods.paragraphs(study())] == ["Numbers.", "Tests.", "Reading.", "Rescue index."]
    folds = methods.paragraphs(study("log2"))
    assert [lead for lead, _ in folds] == ["Numbers.", "Tests.", "Folds.", "Reading."]


def test_the_interval_of_a_ratio_is_cited_where_there_is_one():
    assert any("Fieller" in text for text, _ in methods.references(study()))
    assert not any("Fieller" in text for text, _ in methods.references(study("log2")))
