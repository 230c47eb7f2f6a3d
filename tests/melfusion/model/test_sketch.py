"""A sketch lies where the sound will lie: the right bins, at the right time, on the circle."""

import numpy as np
import pytest
import torch

from melfusion import loop
from melfusion.model.codec import SAMPLE_RATE, LatentCodec, latent_frames
from melfusion.model.conditioning import SCORE_FEATURES
from melfusion.model.sketch import DRUMS, FORMS, LEVEL, QUIET, Sketcher, played
from melfusion.model.spectrum import CircularSTFT, log_magnitude
from melfusion.music import Key, Metre, Plan, parse_chords
from melfusion.score import VOICES, Note

PLAN = Plan(117.3, Metre(7, 8), Key.parse("Am"), parse_chords("Am F", 2, 7))
LENGTH = loop.samples(PLAN.bars, PLAN.metre, PLAN.bpm, SAMPLE_RATE)
FRAMES = latent_frames(LENGTH)


def whole(codec: LatentCodec) -> LatentCodec:
    """The codec with a latent for every band of every frame: what it is told can be read back."""
    size = codec.patch * codec.bands
    exact = LatentCodec(codec.n_fft, codec.patch, size)
    exact.basis.data.copy_(torch.eye(size))
    return exact


@pytest.fixture(scope="module")
def pitched() -> LatentCodec:
    return whole(LatentCodec(4096, 2))


@pytest.fixture(scope="module")
def percussive() -> LatentCodec:
    return whole(LatentCodec(2048, 4))


def bands(codec: LatentCodec, notes: list[Note], form: int, drums: bool = False) -> torch.Tensor:
    """[frames of the spectrum, bands] log magnitudes of one form of a sketch."""
    sketch = Sketcher(codec, drums=drums)(notes, PLAN, FRAMES, LENGTH)
    return codec.decode(sketch.chunk(FORMS, -1)[form][None])[0]


def test_a_held_note_is_drawn_as_its_own_spectrum(pitched: LatentCodec) -> None:
    """Additive synthesis through the codec is the same, wherever either is to be heard."""
    note = Note(1.0, 3.0, 57, 0.8)
    time = np.arange(LENGTH) / SAMPLE_RATE
    start, end = (beats * 60 / PLAN.bpm for beats in (1.0, 4.0))
    tone = sum(np.sin(2 * np.pi * 220 * k * time) / k for k in range(1, 61))
    audio = torch.tensor(LEVEL * 0.8 * tone * ((time >= start) & (time < end)), dtype=torch.float32)
    stft = CircularSTFT(LENGTH, FRAMES * pitched.patch, pitched.n_fft)
    true = pitched.pool(log_magnitude(stft.forward(audio[None])))[0]
    drawn = bands(pitched, [note], 0)
    at = time[:: LENGTH // len(true)][: len(true)]
    inside = (at > start + 0.06) & (at < end - 0.06)
    loud = true[inside] > true.max() - 4  # nepers: 35 dB
    assert loud.float().mean() > 0.05
    assert (drawn[inside] - true[inside])[loud].abs().mean() < 0.1
    before = at < start - 0.06
    assert drawn[before].max() < np.log(QUIET) + 0.1


def test_a_ringing_note_falls_and_a_held_one_does_not(pitched: LatentCodec) -> None:
    held, ringing = (bands(pitched, [Note(0.5, 4.0, 60, 1.0)], form).amax(1) for form in range(2))
    early, late = (round(beats / 7 * len(held)) for beats in (1.0, 3.5))
    assert held[early].item() == pytest.approx(held[late].item(), abs=0.05)
    seconds = 2.5 * 60 / PLAN.bpm
    assert (ringing[early] - ringing[late]).item() == pytest.approx(seconds / 0.5, rel=0.1)


def test_a_turned_score_gives_the_sketch_turned(pitched: LatentCodec) -> None:
    frame_beats = 7 / FRAMES
    notes = [Note(6.2, 1.5, 50, 0.7), Note(2.0, 1.0, 62, 0.9)]
    turned = [
        Note((n.start_beats + 5 * frame_beats) % 7, n.length_beats, n.pitch, n.velocity)
        for n in notes
    ]
    sketcher = Sketcher(pitched, drums=False)
    straight = sketcher(notes, PLAN, FRAMES, LENGTH)
    again = sketcher(turned, PLAN, FRAMES, LENGTH)
    assert straight.std() > 0.1
    assert torch.allclose(again, straight.roll(5, 0), atol=2e-2)


def test_a_drum_sounds_in_its_band_and_dies_away(percussive: LatentCodec) -> None:
    kick = bands(percussive, [Note(3.0, 0.25, "kick", 1.0)], 0, drums=True)
    hat = bands(percussive, [Note(3.0, 0.25, "hat", 1.0)], 0, drums=True)
    struck = round(3 / 7 * len(kick))
    top = percussive.bands - 10
    assert kick[struck, 3] > kick[struck, top] + 3
    assert hat[struck, top] > hat[struck, 3] + 2
    assert kick.amax(1).argmax().item() == pytest.approx(struck, abs=2)
    assert kick[struck].max() > kick[(struck + len(kick) // 2) % len(kick)].max() + 3


def test_every_voice_is_known_and_silence_is_silence(
    pitched: LatentCodec, percussive: LatentCodec
) -> None:
    assert set(DRUMS) == set(VOICES)
    for codec, drums in ((pitched, False), (percussive, True)):
        assert bands(codec, [], 0, drums).max().item() == pytest.approx(np.log(QUIET), abs=1e-4)


def test_notes_and_sketch_are_told_together(pitched: LatentCodec) -> None:
    told = played(Sketcher(pitched, drums=False), [Note(0.0, 1.0, 60, 1.0)], PLAN, LENGTH)
    assert told.shape == (FRAMES, SCORE_FEATURES + FORMS * pitched.latent_size)
    assert torch.isfinite(told).all()
