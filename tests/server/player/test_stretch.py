import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melfusion.stretch import stretch
from server.player.loops import Loops, _fit

from .bench import RATE, largest_step, noise, tone


def hits(frames: int, count: int = 8) -> np.ndarray:
    """Short bursts, evenly spread over a loop."""
    rng = np.random.default_rng(0)
    sound = np.zeros((frames, 2), np.float32)
    burst = rng.standard_normal((1500, 1)) * np.exp(-np.arange(1500) / 300)[:, None] * 0.3
    for number in range(count):
        at = number * frames // count
        sound[at : at + 1500] += burst[: frames - at]
    return sound


@settings(max_examples=25)
@given(frames=st.integers(3000, 100000), factor=st.floats(0.5, 2.0))
def test_the_length_is_exact(frames: int, factor: float) -> None:
    length = round(frames * factor)
    sound = stretch(noise(frames).frames, length, RATE)
    assert sound.shape == (length, 2)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()


@pytest.mark.parametrize("factor", [0.8, 0.95, 1.05, 1.25])
def test_attacks_stay_on_the_beat(factor: float) -> None:
    length = round(4 * RATE * factor)
    sound = np.abs(stretch(hits(4 * RATE), length, RATE)[:, 0])
    for number in range(8):
        asked = number * length / 8
        near = np.take(sound, np.arange(round(asked) - 1500, round(asked) + 1500), mode="wrap")
        level = np.convolve(near, np.ones(32) / 32, "same")
        begin = np.argmax(level > 0.3 * level.max()) - 1500
        assert abs(begin) < 0.0015 * RATE


@pytest.mark.parametrize("factor", [0.9, 1.05])
def test_the_pitch_stays_and_the_seam_is_no_click(factor: float) -> None:
    sound = tone(4 * RATE, 440)
    length = round(4 * RATE * factor)
    stretched = stretch(sound.frames, length, RATE)
    around = np.concatenate([stretched, stretched])
    assert largest_step(around) < 1.1 * largest_step(sound.frames)
    spectrum = np.abs(np.fft.rfft(around[length - RATE // 2 :][:RATE, 0] * np.hanning(RATE)))
    assert spectrum.argmax() == 440
    level = np.sqrt((around[length - 9600 : length + 9600, 0].reshape(-1, 480) ** 2).mean(1))
    assert level.min() > 0.9 * level.mean()


def test_silence_stays_silence() -> None:
    assert not stretch(np.zeros((48000, 2), np.float32), 50000, RATE).any()


def test_a_tempo_that_is_near_is_met_by_resampling() -> None:
    sound = tone(96000, 440)
    fitted = _fit(sound.frames, 96050, RATE)
    exact = tone(96050, 440 * 96000 / 96050)
    assert np.abs(fitted.frames - exact.frames).max() < 1e-4


async def test_a_loop_at_its_own_tempo_is_left_alone() -> None:
    loops, sound = Loops(), tone(96000)
    try:
        assert await loops.fitted(sound, 96000.4, RATE) is sound
        assert len((await loops.fitted(sound, 99000.4, RATE)).frames) == 99000
    finally:
        loops.close()
