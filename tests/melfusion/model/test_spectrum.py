"""Spectra on the circle: exact lengths, no seam, and phases found from magnitudes."""

import math

import numpy as np
import pytest
import torch

from melfusion.model.spectrum import (
    FLOOR,
    CircularSTFT,
    _peak_phasors,
    attacks,
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


@pytest.mark.parametrize(("length", "frames", "n_fft"), [(31337, 61, 2048), (1500, 8, 4096)])
def test_a_frame_is_the_windowed_samples_around_its_centre(
    length: int, frames: int, n_fft: int
) -> None:
    audio = torch.randn(2, length, generator=torch.Generator().manual_seed(0))
    stft = CircularSTFT(length, frames, n_fft)
    spectrum = stft.forward(audio)
    for frame in (0, 3, frames - 1):
        at = (frame * length // frames + torch.arange(n_fft) - n_fft // 2) % length
        plain = torch.fft.rfft(audio[:, at] * torch.hann_window(n_fft)) * 2 / (n_fft / 2)
        assert torch.allclose(spectrum[:, frame], plain, atol=1e-6)


def test_every_bin_runs_at_the_frequency_of_its_nearest_peak() -> None:
    length, frames, n_fft = 31337, 61, 512
    audio = torch.randn(1, length, generator=torch.Generator().manual_seed(0))
    audio[:, 9000:11000] = 0
    stft = CircularSTFT(length, frames, n_fft)
    magnitude = stft.forward(audio).abs()[0].double().numpy()
    phasors = _peak_phasors(magnitude, stft).numpy() * (-1.0) ** np.arange(n_fft // 2 + 1)
    logs, turns = np.log(magnitude + 1e-7), np.angle(phasors) / (2 * np.pi)
    heard = [_peaks_by_hand(row) for row in logs]
    for frame in range(1, frames):
        run = stft.steps[frame - 1] / n_fft
        for bin_ in range(n_fft // 2 + 1):
            peak, frequency = _nearest(heard[frame], bin_)
            before = _nearest(heard[frame - 1], peak)[1]
            wanted = turns[frame - 1, peak] + (frequency + before) / 2 * run
            assert abs((turns[frame, bin_] - wanted + 0.5) % 1 - 0.5) < 1e-3


def _peaks_by_hand(row: np.ndarray) -> list[tuple[int, float]]:
    """Bins and frequencies of the peaks of one frame, by the parabola through three logarithms."""
    found = []
    for at in range(1, len(row) - 1):
        below, here, above = row[at - 1 : at + 2]
        if here > below and here >= above:
            offset = 0.5 * (below - above) / (below - 2 * here + above)
            found.append((at, at + min(max(offset, -0.5), 0.5)))
    return found or [(at, float(at)) for at in range(len(row))]


def _nearest(peaks: list[tuple[int, float]], bin_: int) -> tuple[int, float]:
    return min(peaks, key=lambda peak: abs(peak[0] - bin_))


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


def test_an_envelope_is_taken_from_stretches_that_no_sample_is_missing_from() -> None:
    audio = torch.randn(2, 1003, generator=torch.Generator().manual_seed(0))
    owner = torch.arange(1003) * 40 // 1003
    power = torch.stack([audio[:, owner == k].square().mean(1) for k in range(40)], 1)
    wanted = ((power.roll(1, 1) + 2 * power + power.roll(-1, 1)) / 4).log() / 2
    assert torch.allclose(envelope(audio, 40), wanted, atol=1e-5)


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


def test_held_at_attacks_alone_an_envelope_is_as_sharp() -> None:
    audio = _plucks(88000, 8)
    stft = CircularSTFT(88000, 86, 4096)
    wanted = envelope(audio, 86 * 4)
    held = attacks(wanted, (8, 4))
    assert 0 < held.mean() < 0.5
    back = invert(stft.forward(audio).abs(), stft, wanted=wanted, held=held)
    framed = back.reshape(8, -1)
    assert framed[:, :441].square().mean() > 10 * framed[:, -441:].square().mean()


def test_what_beats_is_no_attack_and_keeps_its_pure_tones() -> None:
    length = 88000
    tones = (_sine(length, 437) + 0.4 * _sine(length, 449)) / 2
    wanted = envelope(tones, 344)
    assert wanted.max() - wanted.min() > 0.8
    assert attacks(wanted, (8, 4)).max() == 0
    assert torch.equal(shaped(tones * 0.5, wanted, torch.zeros_like(wanted)), tones * 0.5)


def test_attacks_turn_with_the_loop() -> None:
    wanted = envelope(_plucks(44000, 4), 200)
    turned = attacks(wanted.roll(33, 1), (8, 4))
    assert torch.equal(turned, attacks(wanted, (8, 4)).roll(33, 1))
