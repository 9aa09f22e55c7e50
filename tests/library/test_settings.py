"""settings: short where Snakemake prints them, whole where a script reads them."""

import pickle

import pytest

from secretome.settings import Settings

MADE = {"studies": {"a": {"title": "x" * 1000, "block": []}}, "seed": 1}


def test_a_change_is_told_by_the_key_in_a_line():
    before, after = Settings(MADE), Settings({**MADE, "seed": 2})
    assert repr(before) != repr(after)
    assert repr(before).split("studies")[1] == repr(after).split("studies")[1]
    assert len(repr(before)) < 80
    assert repr(before) == str(before)


def test_the_same_settings_have_the_same_text_in_any_order():
    turned = {"seed": 1, "studies": {"a": {"block": [], "title": "x" * 1000}}}
    assert repr(Settings(MADE)) == repr(Settings(turned))
    assert repr(Settings(MADE)) != repr(Settings({**MADE, "studies": {"a": {**MADE["studies"]["a"], "block": ["b"]}}}))


def test_a_script_is_given_a_plain_mapping():
    given = pickle.loads(pickle.dumps(Settings(MADE)))
    assert type(given) is dict
    assert given == MADE


def test_what_has_no_text_of_its_own_is_no_setting():
    with pytest.raises(TypeError):
        repr(Settings({"a": object()}))
