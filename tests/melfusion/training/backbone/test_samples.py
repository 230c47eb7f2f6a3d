"""What is drawn of the material, and what is kept of it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from melfusion.base.melbench import ManifestError, Triplet
from melfusion.request import RequestError
from melfusion.training.backbone.models import Backbone
from melfusion.training.backbone.samples import WORDLESS, Prepared, Samples, load_sound


@pytest.fixture
def prepared(backbone: Backbone, features: Path) -> Prepared:
    return Prepared(backbone, features)


def test_a_sample_is_of_its_triplet(prepared: Prepared, triplets: list[Triplet]) -> None:
    samples, backbone = Samples(triplets, prepared), prepared.backbone
    seen = prepared.picture(triplets[2])
    sample = samples.sample(triplets[1], seen, 0.5, 1.0, True, torch.Generator())
    sound = load_sound(triplets[1].audio, backbone.rate, backbone.samples)
    with torch.no_grad():
        assert torch.equal(sample.latents, backbone.latents(sound))
        words = backbone.words("warm house")
    assert sample.words.keys() == words.keys()
    assert all(torch.equal(sample.words[name], words[name]) for name in words)
    assert torch.equal(sample.picture, seen)
    assert not torch.equal(seen, prepared.picture(triplets[1]))
    assert not torch.equal(seen, prepared.grey)
    assert sample.picture.shape == (36, 1280)


def test_all_is_drawn_of_seed_and_number(prepared: Prepared, triplets: list[Triplet]) -> None:
    first, again = (Samples(triplets, prepared) for _ in range(2))
    other = Samples(triplets, prepared, seed=1)
    for number in (0, 7):
        assert torch.equal(first[number].noise, again[number].noise)
        assert first[number].share == again[number].share
        assert first[number].share != other[number].share
    epochs = [[first[4 * epoch + place] for place in range(4)] for epoch in range(2)]
    for epoch in epochs:
        assert len({sample.latents.sum().item() for sample in epoch}) == 4


def test_words_are_left_out_at_times_and_pictures_never(
    prepared: Prepared, triplets: list[Triplet], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = prepared.words(triplets[0]), prepared.latents(triplets[0]), torch.zeros(1)
    for method, value in zip(("words", "latents", "picture"), kept, strict=True):
        monkeypatch.setattr(prepared, method, lambda _, value=value: value)
    samples = Samples(triplets, prepared)
    drawn = [samples[number] for number in range(400)]
    silent = prepared.backbone.nothing(kept[0])["encoder_hidden_states"]
    wordless = [torch.equal(one.words["encoder_hidden_states"], silent) for one in drawn]
    assert np.mean(wordless) == pytest.approx(WORDLESS, abs=0.07)
    assert {one.strength for one in drawn} == {1.0}
    shares = [one.share for one in drawn]
    assert 0 < min(shares) < 0.15
    assert 0.9 < max(shares) < 1
    assert np.median(shares) == pytest.approx(0.6, abs=0.05)


def test_what_was_prepared_is_not_made_again(
    prepared: Prepared, triplets: list[Triplet], monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("latents", "words"):
        monkeypatch.setattr(prepared.backbone, method, None)
    monkeypatch.setattr(prepared, "_tower", None)
    prepared.prepare(triplets[0])
    other = Triplet("dark techno", triplets[0].audio, triplets[0].picture)
    with pytest.raises(TypeError):
        prepared.prepare(other)


def test_another_model_makes_its_own(
    backbone: Backbone, triplets: list[Triplet], tmp_path: Path
) -> None:
    for count in (3, 6):
        Prepared(backbone, tmp_path).prepare(triplets[0])
        assert len(list(tmp_path.iterdir())) == count
        next(backbone.networks[-1].parameters()).data.add_(1)


def test_what_cannot_be_read_is_named(
    prepared: Prepared, triplets: list[Triplet], tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("neither")
    with pytest.raises(ManifestError, match="broken cannot be read as audio"):
        prepared.prepare(Triplet("warm", broken, triplets[0].picture))
    with pytest.raises(RequestError, match="broken"):
        prepared.prepare(Triplet("warm", triplets[0].audio, broken))


def test_sound_is_stereo_at_the_models_rate(tmp_path: Path) -> None:
    time = np.arange(4000) / 8000
    left, right = (0.5 * np.sin(2 * np.pi * pitch * time) for pitch in (200, 300))
    soundfile.write(tmp_path / "mono.wav", left, 8000)
    soundfile.write(tmp_path / "three.wav", np.stack([left, right, left], 1), 8000)
    mono = load_sound(tmp_path / "mono.wav", 48000, 48000)
    assert mono.shape == (2, 48000)
    assert torch.equal(mono[0], mono[1])
    assert not mono[:, 24000:].any()
    expected = 0.5 * np.sin(2 * np.pi * 200 * np.arange(24000) / 48000)
    assert np.abs(mono[0, 500:23500].numpy() - expected[500:23500]).max() < 0.01
    three = load_sound(tmp_path / "three.wav", 16000, 3000)
    assert three.shape == (2, 3000)
    assert torch.allclose(three[0, 500:2500], mono[0, 1500:7500:3], atol=0.01)
    assert not torch.allclose(three[0], three[1], atol=0.1)
