"""Spectra on the circle: exact lengths, no seam, and phases found from magnitudes."""

import math

import pytest
import torch

from melfusion.model.spectrum import (
    FLOOR,
    CircularSTFT,
    envelope,
    invert,
    log_magnitude,
    shaped,
)


def _sine(length: int, cycles: int) -> torch.Tensor:
    return torch.sin(2 * math.pi * cycles * torch.arange(length) / length)[None]


@pytest.mark.parametrize(("length", "frames", "n_fft"), [(44100, 43, 4096), (31337, 61, 2048)])
def test_inverse_undoes_forward_on_lengths_that_no_hop_divides(
    length: int, frames: int, n_fft: int
) -> None:
    audio = torch.randn(2, length, generator=torch.Generator().manual_seed(0))
    stft = CircularSTFT(length, frames, n_fft)
    assert torch.allclose(stft.inverse(stft.forward(audio)), audio, atol=1e-4)


def test_a_window_longer_than_the_loop_wraps() -> None:
    audio = torch.randn(1, 1500, generator=torch.Generator().manual_seed(0))
    stft = CircularSTFT(1500, 8, 4096)
    assert torch.allclose(stft.inverse(stft.forward(audio)), audio, atol=1e-3)


def test_a_full_scale_sine_has_magnitude_one_and_silence_the_floor() -> None:
    stft = CircularSTFT(40960, 40, 4096)
    assert stft.forward(_sine(40960, 1000)).abs().max().item() == pytest.approx(1, abs=0.02)
    assert log_magnitude(torch.zeros(3)).exp().tolist() == pytest.approx([FLOOR] * 3)


def test_a_turned_loop_has_a_turned_spectrum() -> None:
    audio = torch.randn(1, 8192, generator=torch.Generator().manual_seed(0))
    stft = CircularSTFT(8192, 8, 2048)
    turned = stft.forward(audio.roll(2048, 1))
    assert torch.allclose(turned, stft.forward(audio).roll(2, 1), atol=1e-5)


@pytest.mark.parametrize("cycles", [437, 1013, 5000])
def test_a_tone_comes_back_from_its_magnitudes_at_its_own_pitch(cycles: int) -> None:
    length = 88211
    stft = CircularSTFT(length, 86, 4096)
    tone = _sine(length, cycles) * 0.5
    back = invert(stft.forward(tone).abs(), stft, rounds=16)
    spectrum = torch.fft.rfft(back).abs()[0]
    assert int(spectrum.argmax()) == cycles
    near = spectrum[cycles - 2 : cycles + 3].square().sum()
    assert near / spectrum.square().sum() > 0.98


def test_the_seam_is_no_step() -> None:
    length = 88211
    stft = CircularSTFT(length, 86, 4096)
    back = invert(stft.forward(_sine(length, 437)).abs(), stft, rounds=8)[0]
    inner = back.diff().abs().max()
    assert (back[0] - back[-1]).abs() <= inner


def _plucks(length: int, count: int) -> torch.Tensor:
    """A decaying tone of 1 kHz that begins `count` times, evenly, with silence before."""
    at = torch.arange(length) % (length // count)
    return (torch.sin(2 * math.pi * 1000 / 44100 * at) * torch.exp(-at / 4000.0))[None] * 0.5


def test_an_envelope_is_the_level_and_turns_with_the_loop() -> None:
    audio = _plucks(44000, 4)
    heard = envelope(audio, 200)
    assert torch.allclose(envelope(audio.roll(44000 // 4, 1), 200), heard.roll(50, 1), atol=1e-4)
    assert torch.allclose(envelope(torch.full((1, 1000), 0.5), 10).exp(), torch.tensor(0.5))


def test_shaping_gives_the_envelope_that_is_wanted() -> None:
    audio = torch.randn(1, 44100, generator=torch.Generator().manual_seed(0)) * 0.1
    wanted = torch.linspace(-3, -2, 60)[None]
    error = envelope(shaped(audio, wanted), 60) - wanted
    assert error[:, 2:-2].abs().max() < 0.15


def test_an_envelope_keeps_attacks_that_the_window_smears() -> None:
    audio = _plucks(88000, 8)
    stft = CircularSTFT(88000, 86, 4096)
    magnitude = stft.forward(audio).abs()

    def sharpness(sound: torch.Tensor) -> float:
        """Level of the 10 ms after the attacks over that of the 10 ms before them, in nepers."""
        framed = sound.reshape(8, -1)
        after, before = framed[:, :441], framed[:, -441:]
        return float((after.square().mean() / before.square().mean()).log() / 2)

    held = invert(magnitude, stft, wanted=envelope(audio, 86 * 4))
    assert sharpness(held) > sharpness(invert(magnitude, stft)) + 0.3
