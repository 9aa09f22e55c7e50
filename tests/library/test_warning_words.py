import re

from checkout import ROOT

from secretome.warning_words import WORDS, in_words


def test_every_code_that_is_explained_has_its_words_and_no_other():
    page = (ROOT / "docs/warnings.md").read_text()
    assert set(WORDS) == set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))


def test_codes_are_told_in_words_and_sentences_stay():
    assert in_words("W01; how resistance was shown is not stated") == [
        "the variance rests on very little (W01)",
        "how resistance was shown is not stated",
    ]
    assert in_words("") == []
