from secretome.front_page_across import FIRST_FORESTS, digest, most_telling


def section(name, **given):
    told = {"title": name, "all": False, "pooled": True, "sentence": "", "null": "", "spread": "They differ."}
    figures = {"heat": {"figure": "<svg/>"}, "forests": [{"gene": gene} for gene in "ABCDE"]}
    return {"name": name, "short": f"{name} moves.", **told, **figures, **given}


def page(*sections, null=""):
    return {"sections": list(sections), "overview": [{}] * (len(sections) + 1), "null": null}


def test_genes_that_move_come_before_a_drug_and_a_drug_before_a_pool():
    nothing, of_all = section("nothing", null="No gene."), section("all", all=True)
    pair = section("pair", pooled=False)
    pooled = section("pooled")
    assert most_telling([nothing, of_all])["name"] == "all"
    assert most_telling([nothing, of_all, pair])["name"] == "pair"
    assert most_telling([nothing, of_all, pair, pooled])["name"] == "pooled"
    assert most_telling([section("first"), section("second")])["name"] == "first"
    assert most_telling([section("undrawn", heat={}), nothing])["name"] == "nothing"


def test_the_front_page_has_the_figures_of_one_group_and_a_sentence_of_each_other():
    found = digest(page(section("pair", pooled=False), section("all", all=True, null="No gene.")))
    assert found["sentence"] == "pair moves."
    assert found["others"] == ["all moves. They differ."]
    assert [one["gene"] for one in found["lead"]["forests"]] == list("ABC")
    assert FIRST_FORESTS == 3
    assert found["lead"]["heat"] == {"figure": "<svg/>"}
    assert not found["lead"]["pooled"]


def test_without_two_studies_of_a_kind_the_page_says_why_nothing_was_pooled():
    found = digest(page(null="No group has three independent studies: each has one."))
    assert found["lead"] == {}
    assert found["others"] == []
    assert found["sentence"] == "No group has three independent studies: each has one."
