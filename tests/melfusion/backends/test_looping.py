"""Pieces of known tempo, start and joint, and what becomes of them."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melfusion import loop, verify
from melfusion.backends.looping import (
    ENDING_S,
    LATE_S,
    MOST_STRETCHED,
    NoLoop,
    OutOfTempo,
    looped,
    piece_seconds,
)
from melfusion.level import levelled
from melfusion.request import RequestError
from tests.melfusion import known
from tests.melfusion.backends.looping_pieces import RATE, Music, TrueRepaint, drawn, offset_s

LONGEST_S = 60.0
DRUMS = drawn(0, "drums", "4/4", 2)
MUSIC = {
    "drums in 7/8": drawn(5, "drums", "7/8", 2),
    "bass in 4/4": drawn(96, "bass", "4/4", 2),
    "chords in 3/4": drawn(97, "chords", "3/4", 2),
    "lead in 6/8": drawn(93, "lead", "6/8", 2),
}


@cache
def composed(music: Music, error=0.0, late_s=0.3, asked_bpm=None, fade_s=3.0):
    seconds = piece_seconds(music.plan, LONGEST_S)
    bpm = (asked_bpm or music.plan.bpm) * (1 + error)
    return music.piece(seconds, bpm, late_s, fade_s, seed=3)


def made(music: Music, piece, repaint=None, rate=RATE):
    return looped(piece, rate, music.plan, music.part, repaint)


def faults(music: Music, audio, joint_at=0):
    audio = np.roll(levelled(audio, RATE, music.part), -joint_at, axis=1)
    return {check.name for check in verify.measure(audio, RATE, music.plan, music.part).failed}


@pytest.mark.parametrize(
    ("name", "error", "late_s"),
    [
        ("drums in 7/8", 0.0, 0.174),
        ("drums in 7/8", -0.01, 0.488),
        ("bass in 4/4", 0.004, 0.25),
        ("chords in 3/4", 0.02, 0.37),
        ("chords in 3/4", 0.0007, 0.3),
        ("lead in 6/8", -0.02, 0.41),
    ],
)
def test_a_loop_is_in_time_exact_and_closed(name, error, late_s):
    music = MUSIC[name]
    plan, true = music.plan, music.loop()
    got = made(music, composed(music, error, late_s))
    assert got.audio.shape == (2, loop.samples(plan.bars, plan.metre, plan.bpm, RATE))
    assert got.audio.dtype == np.float32
    assert got.stretched == pytest.approx(1 + error, abs=0.0007)
    # Instruments that begin softly are heard a little after they begin.
    assert got.moved_ms == pytest.approx(late_s * 1000, abs=25)
    assert abs(offset_s(got.audio, true, late_s - got.moved_ms / 1000)) < 0.025
    assert faults(music, got.audio) <= faults(music, true)
    assert faults(music, got.audio, got.joint_at) <= faults(music, true)


def test_the_piece_itself_would_not_do():
    cut = composed(DRUMS, 0.03)[:, : DRUMS.loop().shape[1]]
    assert {"off the grid", "tempo", "seam gap"} & faults(DRUMS, cut)
    assert offset_s(cut, DRUMS.loop(), 0.3) > 0.2


def test_bars_are_counted_from_the_first_beat_wherever_the_slice_is_cut():
    """Chords change in every bar; the circle is not the truth turned by a bar."""
    music = drawn(97, "chords", "4/4", 4)
    got = made(music, composed(music))
    bar_s = loop.seconds(1, music.plan.metre, music.plan.bpm)
    assert got.joint_at % round(bar_s * RATE) <= music.plan.bars
    assert abs(offset_s(got.audio, music.loop())) < 0.02


@pytest.mark.parametrize("error", [0.03, -0.03, 0.045])
def test_a_piece_out_of_tempo_is_refused_and_the_ratio_cures_the_model(error):
    with pytest.raises(OutOfTempo, match=f"where {DRUMS.plan.bpm:g} was asked for") as refused:
        made(DRUMS, composed(DRUMS, error))
    assert refused.value.ratio == pytest.approx(1 + error, abs=0.001)
    asked_bpm = DRUMS.plan.bpm / refused.value.ratio
    got = made(DRUMS, composed(DRUMS, error, asked_bpm=asked_bpm))
    assert got.stretched == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("error", [-0.021, -0.0202, 0.0202, 0.021])
def test_time_is_never_stretched_by_more_than_two_per_cent(error):
    try:
        stretched = made(DRUMS, composed(DRUMS, error)).stretched
    except OutOfTempo:
        assert abs(error) > 0.0205
    else:
        assert abs(stretched - 1) == pytest.approx(MOST_STRETCHED)


@settings(max_examples=8, deadline=None)
@given(
    bpm=st.floats(70, 170),
    metre=st.sampled_from(["4/4", "3/4", "6/8", "7/8", "5/16"]),
    bars=st.integers(1, 4),
    error=st.floats(-0.04, 0.04),
)
def test_loops_are_exact_or_the_piece_is_refused(bpm, metre, bars, error):
    plan = known.plan(bpm, metre, chords="Am", bars=bars)
    drums = known.drums(known.plan(bpm * (1 + error), metre, chords="Am", bars=bars + 4))
    try:
        got = looped(np.tile(drums, (2, 1)), RATE, plan, "drums", None)
    except OutOfTempo:
        return
    assert got.audio.shape == (2, loop.samples(bars, plan.metre, bpm, RATE))
    assert abs(got.stretched - 1) <= MOST_STRETCHED + 1e-9
    assert np.isfinite(got.audio).all()


def test_stretching_keeps_the_pitch():
    turns = np.arange(round(16 * RATE)) / RATE
    strokes = np.exp(-8 * (turns % 0.5 / 1)) * np.sin(2 * np.pi * 440 * turns)
    plan = known.plan(120 / 1.015, bars=2)
    got = looped(np.tile(strokes.astype(np.float32), (2, 1)), RATE, plan, "lead", None)
    assert got.stretched == pytest.approx(1.015, abs=0.0005)
    spectrum = np.abs(np.fft.rfft(got.audio[0] * np.hanning(got.audio.shape[1])))
    assert spectrum.argmax() * RATE / got.audio.shape[1] == pytest.approx(440, abs=1)


def test_a_sound_without_a_pulse_keeps_the_tempo_asked_for():
    turns = np.arange(round(20 * RATE)) / RATE
    pad = sum(np.sin(2 * np.pi * hertz * turns) for hertz in (220.0, 277.18, 329.63)) / 6
    pad *= np.minimum(1, turns / 2) * np.minimum(1, (20 - turns) / 4)
    plan = known.plan(97.3)
    got = looped(np.tile(pad.astype(np.float32), (2, 1)), RATE, plan, "chords", None)
    assert got.stretched == 1
    assert got.audio.shape[1] == loop.samples(4, plan.metre, 97.3, RATE)
    checks = verify.measure(np.roll(got.audio, -got.joint_at, axis=1), RATE, plan, "chords").checks
    seams = {check.name: check.verdict for check in checks if check.name.startswith("seam")}
    assert set(seams.values()) == {verify.PASS}


def test_noise_is_no_rhythm():
    noise = 0.1 * np.random.default_rng(2).standard_normal((2, 20 * RATE)).astype(np.float32)
    assert looped(noise, RATE, known.plan(110.0), "full", None).stretched == 1


def test_another_rate_will_do():
    rate = 48000
    plan = known.plan(100.0, bars=2)
    piece = np.tile(known.drums(known.plan(100.0, bars=6), rate), (2, 1))
    piece = np.pad(piece, ((0, 0), (round(0.2 * rate), 0)))
    got = looped(piece, rate, plan, "drums", None)
    assert got.audio.shape == (2, loop.samples(2, plan.metre, 100.0, rate))
    assert got.moved_ms == pytest.approx(200, abs=3)


def test_what_the_model_makes_anew_is_about_the_joint_and_nothing_else_moves():
    music = MUSIC["bass in 4/4"]
    piece, true = composed(music), music.loop()
    led, anew = made(music, piece), made(music, piece, TrueRepaint(true))
    assert (led.joint, anew.joint) == ("crossfaded", "repainted")
    assert led.joint_at == anew.joint_at
    moved = np.flatnonzero(np.any(led.audio != anew.audio, axis=0))
    length, beat = true.shape[1], 60 / music.plan.bpm * RATE
    away = (moved - anew.joint_at + length // 2) % length - length // 2
    assert len(away) > 0.9 * beat
    assert np.abs(away).max() <= beat / 2 + 1


def test_the_joint_lies_in_the_middle_of_what_is_to_be_made_anew():
    told = []

    def repaint(sound, start_s, end_s):
        told.append((sound.shape, start_s, end_s))
        return sound

    got = made(DRUMS, composed(DRUMS), repaint)
    ((shape, start_s, end_s),) = told
    assert shape == got.audio.shape
    assert (start_s + end_s) / 2 == pytest.approx(shape[1] / RATE / 2, abs=0.001)
    assert end_s - start_s == pytest.approx(60 / DRUMS.plan.bpm, abs=0.001)
    assert np.allclose(got.audio, made(DRUMS, composed(DRUMS)).audio, atol=1e-6)


def hole(sound, start_s, end_s):
    at_s = np.arange(sound.shape[1]) / RATE
    return np.where((start_s < at_s) & (at_s < end_s), np.float32(0), sound)


def shifted(sound, _start_s, _end_s):
    return np.roll(sound, round(0.2 * RATE), axis=1)


def other_music(sound, _start_s, _end_s):
    return np.resize(MUSIC["bass in 4/4"].loop(), sound.shape)


@pytest.mark.parametrize("spoil", [hole, shifted, other_music])
def test_what_is_made_anew_worse_is_not_taken(spoil):
    music = MUSIC["drums in 7/8"]
    got = made(music, composed(music), spoil)
    assert got.joint == "crossfaded"
    assert np.array_equal(got.audio, made(music, composed(music)).audio)


def test_an_ending_that_has_faded_is_not_looped():
    """A kalimba is silent about its bar lines: most alike are those of the silence at the end."""
    music = drawn(88, "lead", "6/8", 2)
    piece = composed(music, fade_s=4.0)
    got = made(music, piece)
    assert np.sqrt(np.mean(got.audio**2)) > 0.5 * np.sqrt(np.mean(piece**2))


def test_what_is_no_sound_is_refused():
    plan, silence = known.plan(), np.zeros((2, 20 * RATE), np.float32)
    broken = composed(DRUMS).copy()
    broken[0, 5] = np.nan
    for piece in (silence, silence + np.float32(0.001), broken):
        with pytest.raises(NoLoop, match="gave no sound"):
            looped(piece, RATE, plan, "full", None)


def test_a_piece_of_too_few_bars_is_refused():
    short = composed(DRUMS)[:, : DRUMS.loop().shape[1]]
    with pytest.raises(NoLoop, match="holds 1 whole bars where the loop has 2"):
        made(DRUMS, short)


@pytest.mark.parametrize(("bpm", "metre", "bars"), [(70.0, "4/4", 4), (169.5, "7/8", 1)])
def test_a_piece_has_a_bar_on_either_side_a_late_start_and_an_ending(bpm, metre, bars):
    plan = known.plan(bpm, metre, bars=bars, chords="Am")
    asked_s = piece_seconds(plan, LONGEST_S)
    wanted_s = loop.seconds(bars + 2, plan.metre, bpm * (1 - MOST_STRETCHED))
    assert asked_s == pytest.approx(LATE_S + wanted_s + ENDING_S)


def test_a_loop_that_only_just_fits_takes_all_there_is():
    plan = known.plan(120.0)
    assert piece_seconds(plan, 10.0) == 10.0
    with pytest.raises(RequestError, match="4 bars at 120 BPM need a piece of 9 s") as refused:
        piece_seconds(plan, 8.5)
    assert refused.value.argument == "bars"


def test_the_longest_pieces_own_first_bars_are_looped_where_nothing_is_to_spare():
    length = DRUMS.loop().shape[1] + round(0.3 * RATE)
    got = made(DRUMS, composed(DRUMS, late_s=0.2)[:, :length])
    assert got.joint_at == 0
    assert got.audio.shape == DRUMS.loop().shape
