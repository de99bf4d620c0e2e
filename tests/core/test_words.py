"""Every word of the product is there in both languages."""

import re

import pytest

from sim.core.words import LANGUAGES, UnknownWordError, catalogue, say

#: Chinese counts in ten thousands what English counts in millions: one figure, two places
IN_ITS_OWN_UNIT = {"ten_thousands": "value", "wan_m3": "million_m3"}


def places_of(text: str) -> set[str]:
    """Return the figures and names that a text has room for."""
    return {IN_ITS_OWN_UNIT.get(name, name) for name in re.findall(r"{(\w+)[^}]*}", text)}


def test_every_word_is_in_both_languages_with_the_same_places():
    for key, texts in catalogue().items():
        places = [places_of(texts[lang]) for lang in LANGUAGES]
        read_only = key.startswith("usage.says.")  # sentences of a library, to be said in Chinese
        assert places[0] == places[1] or (read_only and places[0] > places[1]), key
        assert key == "unit.1" or all(texts[lang].strip() for lang in LANGUAGES), key


def test_chinese_words_are_chinese_unless_they_are_units_or_names():
    plain = [key for key, texts in catalogue().items() if texts["zh"] == texts["en"]]
    assert all(
        re.fullmatch(r"[\x00-\x7fµ²³°·–—…×≥≤§α-ωΑ-Ω]*", catalogue()[key]["zh"]) for key in plain
    )


def test_chinese_words_have_chinese_punctuation():
    half_width = re.compile(r"[\u4e00-\u9fff][,;:(]|[,;)][\u4e00-\u9fff]")
    assert [key for key, texts in catalogue().items() if half_width.search(texts["zh"])] == []


@pytest.mark.parametrize(
    ("n", "says"), [(1, "1 slope slid."), (21, "21 slopes slid."), (1001, "1,001 slopes slid.")]
)
def test_one_thing_is_told_as_one(n, says):
    assert say("summary.slid", "en", n=n) == says


def test_the_verb_of_one_person_follows():
    assert say("story.caught", "en", people="1") == "1 person was caught on the way."


def test_an_unknown_word_is_refused():
    with pytest.raises(UnknownWordError, match="no words for 'nothing'"):
        say("nothing", "en")
