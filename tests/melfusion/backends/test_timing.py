import numpy as np
import pytest

from melfusion.backends.timing import SEARCHED, timing
from tests.melfusion.backends.looping_pieces import drawn

RATE = 44100


def strokes(times_s, seconds=16.0, attack_s=0.0, hertz=220.0):
    """Short tones: [2, N]."""
    sound = np.zeros(round(seconds * RATE), np.float32)
    after_s = np.arange(round(0.4 * RATE)) / RATE
    rise = np.minimum(1, after_s / attack_s) if attack_s else 1.0
    tone = 0.3 * np.sin(2 * np.pi * hertz * after_s) * np.exp(-12 * after_s) * rise
    for time_s in times_s:
        start = round(time_s * RATE)
        sound[start : start + len(tone)] += tone[: len(sound) - start].astype(np.float32)
    return np.tile(sound, (2, 1))


def beats(bpm, late_s, seconds=15.0, steps=(1.0,)):
    """Times in seconds; `steps` in quarters are gone through again and again."""
    quarters = np.cumsum(np.tile([0.0, *steps], 200)) if steps != (1.0,) else np.arange(200.0)
    times_s = late_s + np.unique(quarters) * 60 / bpm
    return times_s[times_s < seconds]


@pytest.mark.parametrize("wrong", [-0.05, -0.013, 0.0, 0.0004, 0.03, 0.055])
@pytest.mark.parametrize("steps", [(1.0,), (0.5, 0.5, 1.0, 1.5), (2 / 3, 1 / 3)])
def test_the_tempo_is_exact_to_half_a_thousandth(wrong, steps):
    found = timing(strokes(beats(104 * (1 + wrong), 0.31, steps=steps)), RATE, 104.0)
    assert found.ratio == pytest.approx(1 + wrong, abs=0.0005)
    assert found.first_beat_s == pytest.approx(0.31, abs=0.006)


def test_what_is_beyond_the_range_is_never_told():
    for wrong in (-0.2, -0.1, 0.1, 0.2):
        found = timing(strokes(beats(104 * (1 + wrong), 0.2)), RATE, 104.0)
        assert abs(found.ratio - 1) <= SEARCHED + 0.002


def test_strokes_that_keep_no_time_have_no_tempo():
    times_s = np.sort(np.random.default_rng(4).uniform(0.2, 15, 40))
    found = timing(strokes(times_s), RATE, 104.0)
    assert found.ratio == 1
    assert found.first_beat_s == pytest.approx(times_s[0], abs=0.01)


@pytest.mark.parametrize("times_s", [[0.5], [0.5, 0.7]])
def test_a_stroke_or_two_have_no_tempo_but_a_beginning(times_s):
    found = timing(strokes(times_s, 4.0), RATE, 120.0)
    assert found.ratio == 1
    assert found.first_beat_s == pytest.approx(0.5, abs=0.01)


def test_where_there_is_no_onset_the_beginning_is_where_it_is_loud():
    time_s = np.arange(8 * RATE) / RATE
    pad = np.sin(2 * np.pi * 300 * time_s) * np.clip((time_s - 1) / 2, 0, 1) * 0.3
    found = timing(np.tile(pad.astype(np.float32), (2, 1)), RATE, 120.0)
    assert found.ratio == 1
    assert 1.2 < found.first_beat_s < 2.5


def test_what_rises_before_the_music_is_not_its_beginning():
    sound = strokes(beats(104, 0.45))
    rising = np.random.default_rng(1).standard_normal(round(0.45 * RATE)) * 0.015
    sound[:, : len(rising)] += (rising * np.linspace(0, 1, len(rising)) ** 2).astype(np.float32)
    assert timing(sound, RATE, 104.0).first_beat_s == pytest.approx(0.45, abs=0.006)


@pytest.mark.parametrize("number", [31, 21])
def test_basses_that_beat_and_brass_that_swells_have_a_tempo_too(number):
    """Their flux tells none: what changes softly has to be heard."""
    music = drawn(number, "bass", "4/4", 2)
    piece = music.piece(16.0, music.plan.bpm * 1.015, 0.3, 3.0, seed=1)
    assert timing(piece, RATE, music.plan.bpm).ratio == pytest.approx(1.015, abs=0.0015)
