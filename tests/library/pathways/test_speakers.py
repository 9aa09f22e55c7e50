"""What a gene set says of a signal."""

import pandas as pd
import pytest

from secretome.pathways import speakers
from secretome.pathways.speakers import Reduced, answers


def row(gene_set, method, effect, p=1e-6, half=0.1, statistic=None):
    return {
        "collection": "c",
        "gene_set": gene_set,
        "method": method,
        "effect": effect,
        "ci_low": effect - half,
        "ci_high": effect + half,
        "statistic": effect if statistic is None else statistic,
        "p_value": p,
    }


def said(rows, direction="up", reduced=None, fdr=0.05):
    speaker = {"collection": "c", "gene_set": "A", "direction": direction, "decides": True}
    signals = {"s": {"speakers": [speaker]}}
    return answers(pd.DataFrame(rows), signals, fdr, {} if reduced is None else {("s", ("c", "A")): reduced})["s"][0]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("A", "fry", 0.5), row("A", "relative", 0.4)], speakers.UP),
        ([row("A", "fry", -0.5), row("A", "relative", -0.4)], speakers.DOWN),
        ([row("A", "fry", 0.5, p=0.2), row("A", "relative", 0.4)], speakers.NOT_SEEN),
        ([row("A", "fry", 0.5), row("A", "relative", 0.05)], speakers.LIKE_OTHERS),
        ([row("A", "fry", 0.5), row("A", "relative", -0.4)], speakers.LIKE_OTHERS),
        ([row("A", "fry", 0.05), row("A", "relative", 0.4)], speakers.UNCLEAR),
        ([row("A", "fry", 0.5, statistic=-3), row("A", "relative", 0.4)], speakers.UNCLEAR),
        ([row("A", "fry", 0.5)], speakers.NOT_COMPARED),
        ([row("B", "fry", 0.5), row("B", "relative", 0.5)], speakers.NOT_MEASURED),
    ],
)
def test_up_and_down_need_both_tests(rows, says):
    assert said(rows).says == says


def test_a_set_that_falls_with_its_signal_is_turned():
    answer = said([row("A", "fry", -0.5), row("A", "relative", -0.4)], direction="down")
    assert answer.says == speakers.UP
    assert (answer.moves["effect"], answer.moves["ci_low"]) == (0.5, pytest.approx(0.4))
    assert answer.relative["ci_high"] == pytest.approx(0.5)


def test_a_set_that_moves_with_its_confounders_only_says_so():
    rows = [row("A", "fry", 0.5), row("A", "relative", 0.4)]
    moved = Reduced(("PMEL",), row("A", "fry", 0.4), row("A", "relative", 0.3))
    rests = Reduced(("PMEL",), row("A", "fry", 0.02, p=0.8), row("A", "relative", 0.0))
    assert said(rows, reduced=moved).says == speakers.UP
    assert said(rows, reduced=moved).without["effect"] == 0.4
    assert said(rows, reduced=rests).says == speakers.CONFOUNDED
    assert said(rows, reduced=rests).says_without == speakers.NOT_SEEN
    # What did not move in the first place is not confounded.
    still = [row("A", "fry", 0.02, p=0.8), row("A", "relative", 0.0)]
    assert said(still, reduced=moved).says == speakers.NOT_SEEN


def test_a_set_of_hardly_anything_but_confounders_is_neither_up_nor_down():
    none_left = Reduced(("PMEL",), None, None)
    moves = said([row("A", "fry", 0.5), row("A", "relative", 0.4)], reduced=none_left)
    assert (moves.says, moves.left_out, moves.without) == (speakers.ALL_CONFOUNDED, ("PMEL",), None)
    rests = said([row("A", "fry", 0.5, p=0.8), row("A", "relative", 0.4)], reduced=none_left)
    assert rests.says == speakers.NOT_SEEN


def test_a_set_that_falls_with_its_signal_is_turned_without_its_confounders_too():
    rows = [row("A", "fry", -0.5), row("A", "relative", -0.4)]
    moved = Reduced(("PMEL",), row("A", "fry", -0.4), row("A", "relative", -0.3))
    answer = said(rows, direction="down", reduced=moved)
    assert (answer.says, answer.says_without, answer.without["effect"]) == (speakers.UP, speakers.UP, 0.4)
    turned = Reduced(("PMEL",), row("A", "fry", 0.4), row("A", "relative", 0.3))
    assert said(rows, direction="down", reduced=turned).says == speakers.CONFOUNDED


def test_without_its_confounders_a_set_is_held_to_the_rate_of_its_family():
    signals = {
        "s": {"speakers": [{"collection": "c", "gene_set": name, "direction": "up", "decides": True} for name in "ABC"]}
    }
    rows = [row(name, "fry", 0.5, p) for name, p in {"A": 1e-6, "B": 0.9, "C": 0.9}.items()]
    rows += [row(name, "relative", 0.5) for name in "ABC"]
    reduced = {("s", ("c", "A")): Reduced(("PMEL",), row("A", "fry", 0.4, p=0.03), row("A", "relative", 0.3))}
    answer = answers(pd.DataFrame(rows), signals, 0.05, reduced)["s"][0]
    assert answer.without["q_value"] == pytest.approx(0.09)
    assert answer.says == speakers.CONFOUNDED


def test_the_rates_are_over_deciding_sets_each_counted_once():
    rows = [row(name, method, 0.5, p=p) for name, p in {"A": 0.03, "B": 0.9, "C": 0.9}.items() for method in ("fry",)]
    rows += [row(name, "relative", 0.5) for name in "ABC"]

    def one(name, decides=True):
        return {"collection": "c", "gene_set": name, "direction": "up", "decides": decides}

    table = pd.DataFrame(rows)
    alone = answers(table, {"s": {"speakers": [one("A")]}, "t": {"speakers": [one("A")]}}, 0.05, {})
    assert alone["s"][0].moves["q_value"] == pytest.approx(0.03)
    beside = answers(table, {"s": {"speakers": [one("A"), one("B", False)]}}, 0.05, {})
    assert beside["s"][0].says == speakers.UP
    three = answers(table, {"s": {"speakers": [one("A"), one("B"), one("C")]}}, 0.05, {})
    assert three["s"][0].moves["q_value"] == pytest.approx(0.09)
    assert three["s"][0].says == speakers.NOT_SEEN
