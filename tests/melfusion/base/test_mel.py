"""The spectrogram against librosa's."""

import librosa
import numpy as np
import torch

from melfusion.base.mel import BANDS, HOP, RATE, TOP_HZ, WINDOW, log_mel


def test_it_is_the_logarithm_of_slaneys_mel_bands() -> None:
    rng = np.random.default_rng(0)
    audio = (rng.normal(size=HOP * 100) * 0.1).astype(np.float32)
    expected = librosa.feature.melspectrogram(
        y=audio, sr=RATE, n_fft=WINDOW, hop_length=HOP, power=1.0, n_mels=BANDS, fmin=0,
        fmax=TOP_HZ, pad_mode="reflect",
    )  # fmt: skip
    got = log_mel(torch.from_numpy(audio)[None])[0].numpy()
    assert got.shape == (100, BANDS)
    assert np.abs(got - np.log(expected.T[:100])).max() < 1e-3


def test_silence_is_at_the_floor() -> None:
    assert torch.allclose(log_mel(torch.zeros(1, HOP * 10)), torch.tensor(1e-5).log())
