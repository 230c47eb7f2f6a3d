from collections import Counter

import pytest

from melfusion.material.concepts import CONCEPTS
from melfusion.material.drums import LEVELS
from melfusion.material.fills import FILLS
from melfusion.material.instruments import INSTRUMENTS, KITS
from melfusion.material.styles import STYLES, Style
from melfusion.music import Metre
from melfusion.request import PARTS

BASS_SIGNS = "R35678da-."
FIGURE_SIGNS = "Xxo123456-."
DRUM_SIGNS = "Xxo?."


def test_there_are_fifty_styles_and_each_has_names_of_its_own() -> None:
    assert len(STYLES) == 50
    names = [name for style in STYLES.values() for name in {style.name, *style.names}]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    for style in STYLES.values():
        assert 3 <= len(style.names) <= 5
        assert len(set(style.adjectives)) >= 5
        assert style.eras


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_style_can_be_played(style: Style) -> None:
    assert set(style.instruments) == set(PARTS)
    assert set(style.instruments["drums"]) <= set(KITS)
    for part in PARTS[1:]:
        assert all(part in INSTRUMENTS[name].parts for name in style.instruments[part])
    for groove in style.grooves:
        assert set(groove.voices) <= set(LEVELS)
        assert len(groove.voices) >= 3
    assert 60 <= style.tempo[0] < style.tempo[1] <= 180
    assert set(style.fills) <= set(FILLS)


def test_every_instrument_and_kit_is_played_in_some_style() -> None:
    named = {n for style in STYLES.values() for names in style.instruments.values() for n in names}
    assert named == {*INSTRUMENTS, *KITS}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_amounts_are_within_their_range(style: Style) -> None:
    whole = (
        style.minor, style.sevenths, style.swing, style.ghosts, style.response, style.reverb,
        style.delay, style.pump, style.filter_sweep, style.drive, style.crackle, style.width,
    )  # fmt: skip
    assert all(0 <= amount <= 1 for amount in whole)
    assert all(0.85 <= factor <= 1.15 for factor in (*style.accents, style.offbeat))
    assert 0 <= style.loose_ms <= 8


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_patterns_are_whole_bars_of_known_signs(style: Style) -> None:
    def whole(text: str, metre: Metre, signs: str) -> bool:
        return len(text) % round(metre.quarters * 4) == 0 and set(text) <= set(signs)

    assert all(whole(t, g.metre, DRUM_SIGNS) for g in style.grooves for t in g.voices.values())
    assert all(whole(p.text, p.metre, BASS_SIGNS) for p in style.bass)
    assert all(whole(p.text, p.metre, FIGURE_SIGNS) for p in (*style.chords, *style.lead))


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_style_has_grooves_and_figures_enough(style: Style) -> None:
    assert len(style.grooves) >= 2
    for metre in style.metres:
        assert any(groove.metre == metre for groove in style.grooves)
    for figures in (style.bass, style.chords, style.lead):
        assert len(figures) >= 2


def test_no_two_styles_share_a_groove_or_a_set_of_figures() -> None:
    owners: dict[str, set[str]] = {}
    for style in STYLES.values():
        told = [repr(sorted(groove.voices.items())) for groove in style.grooves]
        told += [f"bass {style.bass}", f"chords {style.chords}", f"lead {style.lead}"]
        for what in told:
            owners.setdefault(what, set()).add(style.name)
    assert [names for names in owners.values() if len(names) > 1] == []


def test_a_dembow_falls_on_three_six_and_its_echo() -> None:
    snares = STYLES["reggaeton"].grooves[0].voices["snare"]
    assert [i for i, sign in enumerate(snares) if sign != "."] == [3, 6, 11, 14]


def test_salsa_has_a_clave_of_five_strokes_on_both_sides() -> None:
    for groove in STYLES["salsa"].grooves:
        assert sum(sign != "." for sign in groove.voices["clave"]) == 5


def test_a_drone_strikes_seldom() -> None:
    for groove in STYLES["drone"].grooves:
        longest = max(len(text) for text in groove.voices.values())
        strokes = sum(len(text) - text.count(".") for text in groove.voices.values())
        assert strokes <= longest / 4


def test_concepts_name_styles_that_there_are() -> None:
    assert len(CONCEPTS) >= 60
    for concept in CONCEPTS.values():
        assert set(concept.styles) <= set(STYLES)
        assert all(0 <= v <= 1 for v in (concept.valence, concept.energy, concept.brightness))


def test_every_style_is_wished_for() -> None:
    assert {style for concept in CONCEPTS.values() for style in concept.styles} == set(STYLES)
