"""Which gene sets are tested."""

from secretome.pathways.collections import ALL_GENES, TOO_LARGE, TOO_SMALL, Collection, measured_sets, without

SETS = {"fits": {"a": 1.0, "b": -2.0, "x": 1.0}, "small": {"a": 1.0}, "large": dict.fromkeys("abcd", 1.0)}


def test_sets_outside_the_limits_are_dropped_with_the_reason():
    kept, dropped = measured_sets(Collection("c", SETS, True, smallest=2, largest=3), list("edcba"))
    assert [one.name for one in kept] == ["fits"]
    assert kept[0].rows.tolist() == [3, 4]
    assert kept[0].weights.tolist() == [-2, 1]
    assert dropped == {"small": TOO_SMALL, "large": TOO_LARGE}


def test_the_limits_are_those_of_the_collection():
    kept, dropped = measured_sets(Collection("c", SETS, True), list("edcba"))
    assert (kept, set(dropped.values())) == ([], {TOO_SMALL})
    kept, _ = measured_sets(Collection("c", SETS, True, smallest=1), list("edcba"))
    assert [one.name for one in kept] == ["fits", "small", "large"]


def test_a_set_of_all_genes_leaves_none_to_compare_with():
    assert measured_sets(Collection("c", SETS, False, 2, 3), list("dcba"))[1]["large"] == ALL_GENES
    assert measured_sets(Collection("c", SETS, False, 2, 9), list("dcba"))[1]["large"] == ALL_GENES


def test_a_gene_without_weight_is_no_member():
    kept, dropped = measured_sets(Collection("c", {"s": {"a": 0.0, "b": 1.0}}, True, smallest=2), list("abc"))
    assert (kept, dropped) == ([], {"s": TOO_SMALL})


def test_the_order_of_the_genes_does_not_matter():
    forth, back = (
        measured_sets(Collection("c", SETS, True, 2), genes)[0][0] for genes in (list("abcde"), list("edcba"))
    )
    assert dict(zip([list("abcde")[row] for row in forth.rows], forth.weights, strict=True)) == {"a": 1, "b": -2}
    assert dict(zip([list("edcba")[row] for row in back.rows], back.weights, strict=True)) == {"a": 1, "b": -2}


def test_ligands_are_left_out_of_every_set_and_told():
    given = Collection("c", SETS, True, smallest=2)
    rest, left_out = without(given, ["b", "a", "not there"])
    assert left_out == {"fits": ["a", "b"], "small": ["a"], "large": ["a", "b"]}
    assert rest.sets == {"fits": {"x": 1.0}, "small": {}, "large": {"c": 1.0, "d": 1.0}}
    assert (rest.name, rest.weighted, rest.smallest) == ("c", True, 2)
    assert given.sets["fits"] == {"a": 1.0, "b": -2.0, "x": 1.0}
    assert without(given, []) == (given, {})
