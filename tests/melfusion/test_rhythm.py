import librosa
import numpy as np
import pytest

from melfusion import rhythm
from tests.melfusion import known

RATE = known.RATE


def clicks(seconds, times_s, rate=RATE):
    audio = np.zeros(round(seconds * rate), np.float32)
    burst = np.random.default_rng(0).standard_normal(600) * np.exp(-np.arange(600) / 120)
    for time_s in times_s:
        places = (round(time_s * rate) + np.arange(len(burst))) % len(audio)
        audio[places] += burst.astype(np.float32)
    return audio


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_onsets_are_placed_to_a_few_milliseconds(rate):
    times = np.array([0.1, 0.3, 0.5, 1.234, 2.9])
    heard = rhythm.onsets(clicks(4.0, times, rate), rate)
    assert np.sort(heard.times % 4.0) == pytest.approx(times, abs=0.0025)


def test_onsets_by_the_joint_are_found_and_those_before_it_are_early():
    heard = rhythm.onsets(clicks(4.0, [3.99, 1.0, 1.5]), RATE)
    assert heard.times == pytest.approx([-0.01, 1.0, 1.5], abs=0.0025)


def test_turning_the_circle_turns_the_onsets():
    audio = known.drums(known.plan())[0]
    turned = rhythm.onsets(np.roll(audio, RATE // 2), RATE)
    heard = rhythm.onsets(audio, RATE)
    period_s = len(audio) / RATE
    assert sorted((heard.times + 0.5) % period_s) == pytest.approx(
        sorted(turned.times % period_s), abs=0.002
    )


@pytest.mark.parametrize("audio", [np.zeros(4 * RATE), np.ones(4 * RATE)])
def test_nothing_has_no_onsets_and_no_tempo(audio):
    heard = rhythm.onsets(audio.astype(np.float32), RATE)
    assert len(rhythm.strong(heard)) == 0
    assert rhythm.first_onset(heard, 0.125) is None
    assert rhythm.off_grid(heard, 0.5) is None
    assert rhythm.tempo(heard)[1] < 0.1


@pytest.mark.parametrize("bpm", [61.7, 87.31, 97.0, 123.4, 140.0, 174.2])
def test_the_tempo_of_drums_is_exact_to_a_quarter_per_cent(bpm):
    heard = rhythm.onsets(known.drums(known.plan(bpm, bars=8))[0], RATE)
    found, clarity = rhythm.tempo(heard)
    assert min(abs(found / bpm / octave - 1) for octave in (0.5, 1, 2)) < 0.0025
    assert clarity > 0.5


def test_two_detectors_agree_where_both_are_right():
    """librosa hears the same pulse in a loop played on and on, as far as its grid of tempi goes."""
    audio = known.drums(known.plan(120.0))[0]
    theirs = float(librosa.feature.tempo(y=np.tile(audio, 2), sr=RATE)[0])
    ours, _ = rhythm.tempo(rhythm.onsets(audio, RATE))
    assert theirs == pytest.approx(ours, rel=0.03)


def test_one_bar_has_a_tempo():
    found, _ = rhythm.tempo(rhythm.onsets(known.drums(known.plan(110.0, bars=1))[0], RATE))
    assert min(abs(found / 110 / octave - 1) for octave in (0.5, 1, 2)) < 0.01


def test_noise_has_no_clear_pulse():
    noise = np.random.default_rng(0).standard_normal(8 * RATE).astype(np.float32)
    assert rhythm.tempo(rhythm.onsets(noise, RATE))[1] < 0.3


def test_a_swell_is_no_onset():
    turn = np.linspace(0, 1, 8 * RATE)
    swell = np.sin(2 * np.pi * 1760 * turn) * (1 - np.cos(2 * np.pi * 4 * turn))
    assert len(rhythm.strong(rhythm.onsets(swell.astype(np.float32), RATE))) == 0


def test_the_first_onset_is_the_nearest_within_reach():
    heard = rhythm.onsets(clicks(4.0, [0.04, 0.5, 1.0, 3.0]), RATE)
    assert rhythm.first_onset(heard, 0.125) == pytest.approx(0.04, abs=0.0025)
    assert rhythm.first_onset(heard, 0.05) is None


def off_grid_of(places):
    """Of eight quarters of half a second with clicks at `places` in each."""
    times = [0.5 * (quarter + place) for quarter in range(8) for place in places]
    return rhythm.off_grid(rhythm.onsets(clicks(4.0, times), RATE), 0.5)


@pytest.mark.parametrize(
    "places", [[0, 0.25, 0.5, 0.75], [0, 0.3, 0.5, 0.8], [0, 1 / 3, 2 / 3], [0, 1 / 3, 0.5, 5 / 6]]
)
def test_straight_swung_and_triplet_notes_are_on_the_grid(places):
    assert off_grid_of(places) < 0.003


@pytest.mark.parametrize("late", [0.03, 0.05, -0.05])
def test_no_swing_excuses_notes_that_are_all_late(late):
    off_s = off_grid_of([place + late for place in (0, 0.25, 0.5, 0.75)])
    assert off_s > 0.8 * abs(late) * 0.5
