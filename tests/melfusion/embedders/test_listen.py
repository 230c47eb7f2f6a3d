"""Audio for embedders: one resampling, the mean of the channels, loops that go round."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from melfusion.embedders import listen


def _tone(rate: int, hertz: float = 1000, seconds: float = 1) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", [16000, 32000, 48000])
def test_a_tone_keeps_its_pitch_level_and_length(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "tone.wav", _tone(44100) / 2, 44100, subtype="FLOAT")
    heard = listen.load(tmp_path / "tone.wav", rate)
    assert heard.dtype == np.float32
    assert len(heard) == rate
    middle = slice(rate // 10, -rate // 10)
    assert np.abs(heard - _tone(rate) / 2)[middle].max() < 1e-3


def test_what_the_rate_cannot_hold_does_not_fold_back(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "high.wav", _tone(44100, 9500), 44100, subtype="FLOAT")
    assert np.abs(listen.load(tmp_path / "high.wav", 16000)[1000:-1000]).max() < 1e-4


def test_at_its_own_rate_nothing_is_touched(tmp_path: Path) -> None:
    tone = _tone(16000)
    soundfile.write(tmp_path / "tone.wav", tone, 16000, subtype="FLOAT")
    assert np.array_equal(listen.load(tmp_path / "tone.wav", 16000), tone)


def test_channels_are_averaged(tmp_path: Path) -> None:
    stereo = np.stack([np.full(100, 0.5), np.full(100, -0.25)], 1)
    soundfile.write(tmp_path / "stereo.wav", stereo, 16000, subtype="FLOAT")
    assert listen.load(tmp_path / "stereo.wav", 16000).tolist() == [0.125] * 100


@pytest.mark.parametrize("samples", [np.zeros(0), np.array([0.0, np.nan])])
def test_nothing_to_hear_is_told(tmp_path: Path, samples: np.ndarray) -> None:
    soundfile.write(tmp_path / "bad.wav", samples, 16000, subtype="FLOAT")
    with pytest.raises(ValueError, match=r"bad\.wav has no samples"):
        listen.load(tmp_path / "bad.wav", 16000)


def test_a_file_that_is_no_audio_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio", encoding="utf-8")
    with pytest.raises(ValueError, match=r"text\.wav cannot be read as audio"):
        listen.load(tmp_path / "text.wav", 16000)


def test_loops_go_round_until_they_are_long_enough() -> None:
    loop = np.float32([1, 2, 3])
    assert listen.repeated(loop, 7).tolist() == [1, 2, 3, 1, 2, 3, 1]
    assert listen.repeated(loop, 2) is loop


@pytest.mark.parametrize("shape", [(0,), (2, 100)])
def test_only_mono_samples_are_repeated(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="mono recording"):
        listen.repeated(np.zeros(shape, np.float32), 10)
