"""Two channels whose sum is what was rendered: nothing is lost in mono, no bass is moved."""

import numpy as np
import pytest
import scipy.signal

from melfusion.model.width import WIDTHS, widened
from melfusion.request import PARTS

N = 30011
NOISE = np.random.default_rng(0).normal(0, 0.1, N).astype(np.float32)


def band(audio: np.ndarray, low: float, high: float) -> np.ndarray:
    sections = scipy.signal.butter(6, [low, high], "bandpass", fs=44100, output="sos")
    return scipy.signal.sosfiltfilt(sections, np.tile(audio, (1, 3)))[:, N : 2 * N]


@pytest.mark.parametrize("part", PARTS)
def test_the_sum_is_the_loop(part: str) -> None:
    wide = widened(NOISE, part)
    assert wide.shape == (2, N)
    assert wide.dtype == np.float32
    assert np.abs(wide.mean(0) - NOISE).max() < 1e-6


@pytest.mark.parametrize("part", WIDTHS)
def test_highs_are_as_wide_as_asked_and_lows_are_not(part: str) -> None:
    left, right = band(widened(NOISE, part), 2000, 12000)
    side = WIDTHS[part].side
    wanted = (1 - side**2) / (1 + side**2)
    assert np.corrcoef(left, right)[0, 1] == pytest.approx(wanted, abs=0.04)
    assert left.std() == pytest.approx(right.std(), rel=0.05)
    left, right = band(widened(NOISE, part), 30, WIDTHS[part].from_hz / 2)
    assert np.corrcoef(left, right)[0, 1] > 0.99


def test_a_bass_stays_in_the_middle() -> None:
    left, right = widened(NOISE, "bass")
    assert np.array_equal(left, right)


@pytest.mark.parametrize("part", WIDTHS)
def test_a_turned_loop_is_the_same_loop_turned(part: str) -> None:
    turned = widened(np.roll(NOISE, 777), part)
    assert np.abs(turned - np.roll(widened(NOISE, part), 777, 1)).max() < 1e-5


@pytest.mark.parametrize("part", WIDTHS)
def test_a_hit_is_not_smeared(part: str) -> None:
    """Nine tenths of what is added lie within a quarter of the scatter's length of the hit."""
    hit = np.zeros(N, np.float32)
    hit[5000] = 1
    side = np.square(widened(hit, part)[0] - hit)
    reach = WIDTHS[part].taps // 4
    assert side[5000 - reach : 5000 + reach].sum() > 0.9 * side.sum()


def test_a_loop_shorter_than_the_scatter_goes_round_it() -> None:
    short = widened(NOISE[:100], "chords")
    assert short.shape == (2, 100)
    assert np.abs(short.mean(0) - NOISE[:100]).max() < 1e-6
