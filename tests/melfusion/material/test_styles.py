import pytest

from melfusion.material.concepts import CONCEPTS
from melfusion.material.drums import LEVELS
from melfusion.material.instruments import INSTRUMENTS, KITS
from melfusion.material.styles import STYLES, Style
from melfusion.music import Metre
from melfusion.request import PARTS


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_style_can_be_played(style: Style) -> None:
    assert set(style.instruments) == set(PARTS)
    assert set(style.instruments["drums"]) <= set(KITS)
    for part in PARTS[1:]:
        assert set(style.instruments[part]) <= set(INSTRUMENTS)
    for groove in style.grooves:
        assert set(groove.voices) <= set(LEVELS)
        assert "kick" in groove.voices


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_patterns_are_whole_bars_of_known_signs(style: Style) -> None:
    def whole(text: str, metre: Metre, signs: str) -> bool:
        return len(text) % round(metre.quarters * 4) == 0 and set(text) <= set(signs)

    assert all(whole(t, g.metre, "Xxo?.") for g in style.grooves for t in g.voices.values())
    assert all(whole(p.text, p.metre, "R3578a-.") for p in style.bass)
    assert all(whole(p.text, p.metre, "x1234-.") for p in (*style.chords, *style.lead))


def test_concepts_name_styles_that_there_are() -> None:
    assert len(CONCEPTS) >= 60
    for concept in CONCEPTS.values():
        assert set(concept.styles) <= set(STYLES)
        assert all(0 <= v <= 1 for v in (concept.valence, concept.energy, concept.brightness))


def test_every_style_is_wished_for() -> None:
    assert {style for concept in CONCEPTS.values() for style in concept.styles} == set(STYLES)
