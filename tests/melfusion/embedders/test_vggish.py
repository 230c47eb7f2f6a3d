"""VGGish: its published size and spectrogram, and weights under the published names."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers.audio_utils import mel_filter_bank

from melfusion.embedders.contract import MissingError
from melfusion.embedders.mel import htk_filters
from melfusion.embedders.vggish import FILE, Vggish, VggishEmbedder, examples, log_mel
from tests.melfusion.embedders import signals
from tests.melfusion.embedders.states import thin_state, use_folder

PUBLISHED = {
    "features.0.weight": (64, 1, 3, 3),
    "features.3.weight": (128, 64, 3, 3),
    "features.6.weight": (256, 128, 3, 3),
    "features.8.weight": (256, 256, 3, 3),
    "features.11.weight": (512, 256, 3, 3),
    "features.13.weight": (512, 512, 3, 3),
    "embeddings.0.weight": (4096, 12288),
    "embeddings.2.weight": (4096, 4096),
    "embeddings.4.weight": (128, 4096),
}
"""Weights of torchvggish's file; each has a bias."""


def test_names_shapes_and_size_are_the_published_ones() -> None:
    with torch.device("meta"):
        network = Vggish()
    shapes = {name: tuple(values.shape) for name, values in network.state_dict().items()}
    biases = {name.replace("weight", "bias"): (shape[0],) for name, shape in PUBLISHED.items()}
    assert shapes == PUBLISHED | biases
    assert sum(values.numel() for values in network.parameters()) == 72_141_184


def test_the_filters_are_triangles_over_htks_mels() -> None:
    expected = mel_filter_bank(257, 64, 125, 7500, 16000, None, "kaldi", True)
    expected[0] = 0
    assert np.abs(htk_filters(16000, 512, 64, 125, 7500).numpy() - expected).max() < 1e-5


def test_an_example_is_96_frames_of_10_ms() -> None:
    assert examples(torch.zeros(400 + 95 * 160)).shape == (1, 96, 64)
    assert examples(torch.zeros(400 + 191 * 160 - 1)).shape == (1, 96, 64)
    assert examples(torch.zeros(400 + 191 * 160)).shape == (2, 96, 64)
    assert log_mel(torch.zeros(16000)).unique().tolist() == pytest.approx([np.log(0.01)])


def test_a_tone_is_loudest_in_its_band() -> None:
    tone = torch.from_numpy(np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000).astype(np.float32))
    centres = 700 * np.expm1(np.linspace(*1127 * np.log1p(np.array([125, 7500]) / 700), 66) / 1127)
    assert int(log_mel(tone).mean(0).argmax()) == np.abs(centres[1:-1] - 1000).argmin()


@torch.no_grad()
def test_the_dense_layers_get_channels_last() -> None:
    network = Vggish(channels=(2, 3, 4, 5), hidden=6)
    seen: list[torch.Tensor] = []
    network.embeddings[0].register_forward_hook(lambda _layer, given, _out: seen.append(given[0]))
    mel = torch.randn(1, 96, 64)
    network(mel)
    maps = network.features(mel[:, None])
    assert seen[0].shape == (1, 6 * 4 * 5)
    assert torch.equal(seen[0][0, :5], maps[0, :, 0, 0])
    assert torch.equal(seen[0][0, 5:10], maps[0, :, 0, 1])


def test_missing_weights_are_told_and_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(tmp_path, monkeypatch)
    embedder = VggishEmbedder()
    assert embedder.available().startswith(f"{FILE} is not in {tmp_path}: put it there")
    with pytest.raises(MissingError, match="torchvggish"):
        embedder.hear(signals.beat())


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_file_of_published_layout_is_loaded_and_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_zip: bool
) -> None:
    use_folder(tmp_path, monkeypatch)
    state = thin_state(Vggish)
    torch.save(state, tmp_path / FILE, _use_new_zipfile_serialization=as_zip)
    embedder = VggishEmbedder()
    assert embedder.available() == ""
    chord, beat = (embedder.hear(sound(seconds=2)) for sound in (signals.chord, signals.beat))
    assert chord.embeddings.shape == (2, 128)
    assert chord.logits is None
    assert (chord.embeddings < 0).any()  # before the last ReLU
    assert np.abs(chord.embedding - beat.embedding).max() > 1e-3
    assert torch.equal(embedder.network.features[3].weight, state["features.3.weight"])


def test_weights_of_something_else_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(tmp_path, monkeypatch)
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / FILE)
    with pytest.raises(ValueError, match=f"{FILE} does not fit"):
        VggishEmbedder().hear(signals.beat())
    (tmp_path / FILE).write_text("no weights", encoding="utf-8")
    with pytest.raises(ValueError, match=f"{FILE} cannot be read as weights"):
        VggishEmbedder().hear(signals.beat())
