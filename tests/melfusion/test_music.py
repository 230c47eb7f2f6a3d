import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melfusion import music
from melfusion.music import Chord, Key, Metre, Plan


@pytest.mark.parametrize(
    ("text", "metre"),
    [("4/4", Metre(4, 4)), (" 7 / 8 ", Metre(7, 8)), ("32/16", Metre(32, 16))],
)
def test_metres_are_read(text, metre):
    assert Metre.parse(text) == metre


@pytest.mark.parametrize("text", ["", "4", "0/4", "4/3", "33/4", "4/4/4", "-3/4", "a/b", "4/0"])
def test_what_is_no_metre_is_told(text):
    with pytest.raises(ValueError, match="is not a metre"):
        Metre.parse(text)


def test_quarters_of_a_bar():
    assert [float(Metre.parse(m).quarters) for m in ("4/4", "7/8", "6/8", "3/2")] == [4, 3.5, 3, 6]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Am", Key(9, "minor")),
        ("A minor", Key(9, "minor")),
        ("a min", Key(9, "minor")),
        ("C", Key(0, "major")),
        ("CM", Key(0, "major")),
        ("C maj", Key(0, "major")),
        ("F# dorian", Key(6, "dorian")),
        ("F♯m", Key(6, "minor")),
        ("Bb", Key(10, "major")),
        ("B♭ mixolydian", Key(10, "mixolydian")),
        ("D harmonic minor", Key(2, "harmonic minor")),
        ("E PHRYGIAN", Key(4, "phrygian")),
    ],
)
def test_keys_are_read(text, key):
    assert Key.parse(text) == key


@pytest.mark.parametrize("text", ["", "H", "Am7", "A minor major", "##", "C blues", "Cb#"])
def test_what_is_no_key_is_told(text):
    with pytest.raises(ValueError, match="is not a key"):
        Key.parse(text)


@pytest.mark.parametrize("mode", music.MODES)
@pytest.mark.parametrize("tonic", range(12))
def test_a_key_is_read_back_from_its_name(tonic, mode):
    assert Key.parse(str(Key(tonic, mode))) == Key(tonic, mode)


def test_relative_keys_have_the_same_notes():
    assert Key.parse("Am").related(Key.parse("C"))
    assert Key.parse("D dorian").related(Key.parse("C"))
    assert not Key.parse("Am").related(Key.parse("A"))


def test_short_names_are_safe_in_file_names():
    names = {Key(tonic, mode).short for tonic in range(12) for mode in music.MODES}
    assert len(names) == 12 * len(music.MODES)
    assert all(name.isascii() and name.isalnum() for name in names)


def test_triads_of_a_scale():
    degrees = [str(Key.parse("C").triad(degree)) for degree in range(7)]
    assert degrees == ["C", "Dm", "Em", "F", "G", "Am", "Bdim"]
    assert str(Key.parse("A harmonic minor").triad(2)) == "Caug"


@pytest.mark.parametrize(
    ("text", "notes", "bass"),
    [
        ("C", (0, 4, 7), 0),
        ("F#m7", (6, 9, 1, 4), 6),
        ("Bbmaj7", (10, 2, 5, 9), 10),
        ("C/E", (0, 4, 7), 4),
        ("Asus", (9, 2, 4), 9),
        ("Bø", (11, 2, 5, 9), 11),
        ("Dm9/C", (2, 4, 5, 9, 0), 0),
    ],
)
def test_chords_are_read(text, notes, bass):
    chord = Chord.parse(text)
    assert chord.pitch_classes == notes
    assert chord.bass_note == bass


@pytest.mark.parametrize("text", ["", "c", "H", "Cmaj99", "C/H", "C//E", "Am F"])
def test_what_is_no_chord_is_told(text):
    with pytest.raises(ValueError, match="is not a chord"):
        Chord.parse(text)


@pytest.mark.parametrize("quality", music.QUALITIES)
def test_a_chord_is_read_back_from_its_name(quality):
    for chord in (Chord(6, quality), Chord(10, quality, 3)):
        assert Chord.parse(str(chord)) == chord


def _laid(text, bars, beats=4):
    return [" ".join(map(str, bar)) for bar in music.parse_chords(text, bars, beats)]


def test_chords_are_laid_over_the_bars():
    assert _laid("Am F C G", 4) == ["Am", "F", "C", "G"]
    assert _laid("Am F", 4) == ["Am", "F", "Am", "F"]
    assert _laid("Am F C G", 2) == ["Am F", "C G"]
    assert _laid("Am F C", 2) == ["Am", "F C"]
    assert _laid("Am F | C", 3) == ["Am F", "C", "Am F"]
    assert _laid("| Am | F |", 2) == ["Am", "F"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("   ", "no chord was given"),
        ("Am | | C", "has no chord"),
        ("Am F C G D | E", "more chords than the 4 beats"),
        ("Am | F | C", "3 bars of chords for a loop of 2"),
        ("Am X", "is not a chord"),
    ],
)
def test_chords_that_cannot_be_laid_are_told(text, reason):
    with pytest.raises(ValueError, match=reason):
        music.parse_chords(text, 2, 4)


@given(seed=st.integers(0, 2**31), bars=st.integers(1, 16))
def test_drawn_chords_stay_in_the_key_and_read_back(seed, bars):
    rng = random.Random(seed)
    key = music.draw_key(rng)
    plan = Plan(120, Metre(), key, music.draw_chords(key, bars, rng))
    assert plan.bars == bars
    for bar in plan.chords:
        assert set(bar[0].pitch_classes) <= set(key.pitch_classes)
    assert music.parse_chords(plan.chords_text(), bars, 4) == plan.chords


def test_the_chord_of_a_moment_goes_round():
    plan = Plan(120, Metre(), Key.parse("Am"), music.parse_chords("Am F | C", 2, 4))
    at = [str(plan.chord_at(bars)) for bars in (0, 0.49, 0.5, 0.99, 1, 1.9, 2, -0.1)]
    assert at == ["Am", "Am", "F", "F", "C", "C", "Am", "C"]


def test_a_key_fits_typed_chords():
    assert music.fitting_key(music.parse_chords("Am F C G", 4, 4)) == Key.parse("Am")
    assert music.fitting_key(music.parse_chords("C G Am F", 4, 4)) == Key.parse("C")
    assert music.fitting_key(music.parse_chords("F#m D A E", 4, 4)) == Key.parse("F#m")
    assert music.fitting_key(music.parse_chords("Dm7 G7 Cmaj7", 3, 4)).related(Key.parse("C"))
