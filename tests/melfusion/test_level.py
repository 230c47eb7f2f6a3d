import math

import numpy as np
import pytest

from melfusion import level

RATE = 48000


def sine(hertz, amplitude=1.0, seconds=2.0, phase=0.0, channels=1):
    time_s = np.arange(round(seconds * RATE)) / RATE
    wave = amplitude * np.sin(2 * np.pi * hertz * time_s + phase)
    return np.tile(wave, (channels, 1)).astype(np.float32)


@pytest.mark.parametrize(("hertz", "phase"), [(12000, np.pi / 4), (8000, 0.3), (997, 0.0)])
def test_true_peak_sees_between_the_samples(hertz, phase):
    assert level.true_peak(sine(hertz, phase=phase)) == pytest.approx(0, abs=0.25)


def test_true_peak_is_no_less_than_any_sample():
    noise = np.random.default_rng(0).uniform(-1, 1, (2, 5000)).astype(np.float32)
    assert level.true_peak(noise) >= level.decibels(float(np.abs(noise).max()))


def test_true_peak_looks_across_the_joint():
    audio = sine(12000, phase=np.pi / 4)[:, :1000]
    inside = level.true_peak(audio * np.hanning(1000).astype(np.float32))
    turned = np.roll(audio * np.hanning(1000).astype(np.float32), 500, axis=1)
    assert level.true_peak(turned) == pytest.approx(inside, abs=0.01)


def test_loudness_is_that_of_the_standard():
    """A 997 Hz sine at 0 dBFS in one channel reads -3.01 LUFS (ITU-R BS.1770-4)."""
    assert level.loudness(sine(997), RATE) == pytest.approx(-3.01, abs=0.1)
    assert level.loudness(sine(997, 0.1, channels=2), RATE) == pytest.approx(-20.0, abs=0.1)


def test_loudness_of_a_loop_shorter_than_the_standards_blocks():
    assert level.loudness(sine(1000, 0.1, 0.05), RATE) == pytest.approx(-23.0, abs=0.2)


@pytest.mark.parametrize("amplitude", [0.0, 1e-5])
def test_silence_has_no_loudness_and_stays_silent(amplitude):
    audio = sine(997, amplitude)
    assert level.is_silent(audio)
    assert level.loudness(audio, RATE) == -math.inf
    assert level.true_peak(np.zeros((1, 100), np.float32)) == -math.inf
    assert np.array_equal(level.levelled(audio, RATE, "bass"), audio)


@pytest.mark.parametrize("part", level.LOUDNESS_LUFS)
@pytest.mark.parametrize("amplitude", [0.05, 4.0])
def test_every_part_comes_to_its_loudness(part, amplitude):
    audio = level.levelled(sine(997, amplitude), RATE, part)
    assert level.loudness(audio, RATE) == pytest.approx(level.LOUDNESS_LUFS[part], abs=0.01)


def test_peaks_stop_at_the_ceiling_by_gain_alone():
    click = np.zeros((1, RATE), np.float32)
    click[0, 100:110] = np.hanning(10)
    audio = level.levelled(click, RATE, "drums")
    assert level.true_peak(audio) == pytest.approx(level.PEAK_CEILING_DBTP, abs=0.01)
    assert level.loudness(audio, RATE) < level.LOUDNESS_LUFS["drums"]
    assert np.allclose(audio / audio.max(), click / click.max(), atol=1e-6)


def test_a_mix_is_the_sum_of_its_parts_at_their_loudness():
    stems = {"bass": sine(80, 0.9), "lead": sine(900, 0.01)}
    mix = level.mixed(stems, RATE)
    parts = [level.levelled(stem, RATE, part) for part, stem in stems.items()]
    assert np.allclose(mix, parts[0] + parts[1], atol=1e-6)


def test_a_silent_part_adds_nothing_to_a_mix():
    stems = {"bass": sine(80, 0.5), "lead": np.zeros((1, 2 * RATE), np.float32)}
    assert np.array_equal(level.mixed(stems, RATE), level.mixed({"bass": stems["bass"]}, RATE))


def test_the_full_mix_is_about_as_loud_as_the_sum_of_its_parts():
    power = sum(10 ** (lufs / 10) for part, lufs in level.LOUDNESS_LUFS.items() if part != "full")
    assert level.LOUDNESS_LUFS["full"] == pytest.approx(10 * math.log10(power), abs=0.5)
