"""Which gene sets are tested."""

from secretome.pathways.collections import Collection, measured_sets


def test_sets_outside_the_limits_are_dropped_and_counted():
    given = Collection(
        "c", {"fits": {"a": 1.0, "b": -2.0, "x": 1.0}, "small": {"a": 1.0}, "large": dict.fromkeys("abcd", 1.0)}, True
    )
    kept, dropped = measured_sets(given, list("dcba"), smallest=2, largest=3)
    assert [one.name for one in kept] == ["fits"]
    assert kept[0].rows.tolist() == [2, 3]
    assert kept[0].weights.tolist() == [-2, 1]
    assert dropped == {"small": 1, "large": 4}
