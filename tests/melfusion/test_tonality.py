import random

import numpy as np
import pytest

from melfusion import tonality
from melfusion.music import Key
from tests.melfusion import known

RATE = known.RATE


@pytest.mark.parametrize("midi", [33, 45, 57, 64, 70])
def test_a_tone_is_its_pitch_class(midi):
    tone = known.tone(RATE, midi, 2.0).astype(np.float32)
    heard = tonality.chroma(tone, RATE)
    assert int(heard.argmax()) == midi % 12
    assert np.sort(heard)[-2] < 0.75


@pytest.mark.parametrize("rate", [44100, 96000])
def test_chords_are_their_notes(rate):
    audio = known.tones(known.plan(chords="F"), rate)[0]
    heard = tonality.chroma(audio, rate)
    assert set(np.argsort(heard)[-3:]) == {5, 9, 0}


@pytest.mark.parametrize("cents", [-40, -20, 20, 40])
def test_another_tuning_is_the_same_key(cents):
    audio = known.tones(known.plan(120.0, key="E minor", chords="Em C D B"))[0]
    places = np.arange(0, len(audio) - 1, 2 ** (cents / 1200))
    tuned = np.interp(places, np.arange(len(audio)), audio).astype(np.float32)
    assert tonality.likeliest(tonality.chroma(tuned, RATE)).related(Key.parse("Em"))


def test_keys_of_drawn_progressions():
    rng = random.Random(2)
    for _ in range(10):
        plan = known.drawn_plan(rng)
        heard = tonality.chroma(known.tones(plan)[0], RATE)
        assert tonality.likeliest(heard).related(plan.key)


@pytest.mark.parametrize("key", [Key(9, "minor"), Key(0, "major"), Key(2, "harmonic minor")])
def test_a_scale_fits_its_key_best(key):
    heard = np.zeros(12)
    heard[list(key.pitch_classes)] = 0.8
    heard[key.tonic] = 1.0
    assert tonality.likeliest(heard, ("major", "minor", "harmonic minor")) == key
    assert tonality.fit(heard, key) > 0.9
    assert tonality.fit(heard, Key((key.tonic + 6) % 12, key.mode)) < 0.2


def test_what_has_no_pitch_fits_nothing():
    silence = tonality.chroma(np.zeros(RATE, np.float32), RATE)
    assert not silence.any()
    assert tonality.fit(silence, Key(0)) == 0.0
    noise = np.random.default_rng(0).standard_normal(4 * RATE).astype(np.float32)
    heard = tonality.chroma(noise, RATE)
    assert tonality.fit(heard, tonality.likeliest(heard)) < 0.5
