"""PANNs' Cnn14: its published size and spectrogram, and weights under the published names."""

from pathlib import Path

import librosa
import numpy as np
import pytest
import torch

from melfusion.embedders.contract import MissingError
from melfusion.embedders.panns import VARIANTS, Cnn14, PannsEmbedder, log_mel
from tests.melfusion.embedders import signals
from tests.melfusion.embedders.states import thin_state, use_folder

WIDTHS = (64, 128, 256, 512, 1024, 2048)


def _published() -> dict[str, tuple[int, ...]]:
    """Names and shapes of the published files, but for the matrices of the spectrogram."""
    shapes: dict[str, tuple[int, ...]] = {}

    def norm(name: str, width: int) -> None:
        for part in ("weight", "bias", "running_mean", "running_var"):
            shapes[f"{name}.{part}"] = (width,)
        shapes[f"{name}.num_batches_tracked"] = ()

    norm("bn0", 64)
    for number, (before, width) in enumerate(zip((1, *WIDTHS), WIDTHS, strict=False), start=1):
        block = f"conv_block{number}"
        shapes[f"{block}.conv1.weight"] = (width, before, 3, 3)
        shapes[f"{block}.conv2.weight"] = (width, width, 3, 3)
        norm(f"{block}.bn1", width)
        norm(f"{block}.bn2", width)
    shapes |= {"fc1.weight": (2048, 2048), "fc1.bias": (2048,)}
    shapes |= {"fc_audioset.weight": (527, 2048), "fc_audioset.bias": (527,)}
    return shapes


def test_names_shapes_and_size_are_the_published_ones() -> None:
    with torch.device("meta"):
        network = Cnn14()
    shapes = {name: tuple(values.shape) for name, values in network.state_dict().items()}
    assert shapes == _published()
    assert sum(values.numel() for values in network.parameters()) == 80_753_615


@pytest.mark.parametrize("rate", VARIANTS)
def test_the_spectrogram_is_librosas(rate: int) -> None:
    embedder, sound = PannsEmbedder(rate), signals.beat(rate, seconds=1)
    chosen = embedder.variant
    mel = librosa.feature.melspectrogram(
        y=sound,
        sr=rate,
        n_fft=chosen.size,
        hop_length=chosen.hop,
        n_mels=64,
        fmin=50,
        fmax=chosen.high,
        pad_mode="reflect",
    )
    expected = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=None).T
    ours = log_mel(torch.from_numpy(sound), chosen, embedder.filters).numpy()
    assert ours.shape == (101, 64)
    # Where nearly nothing is, single precision leaves a rest of its own.
    heard = expected > -60
    assert heard.mean() > 0.2
    assert np.abs(ours - expected)[heard].max() < 0.05


@torch.no_grad()
def test_the_maximum_and_the_mean_over_time_are_embedded() -> None:
    torch.manual_seed(0)
    network = Cnn14((4, 4, 4, 4, 4, 6), classes=3).eval()
    maps: list[torch.Tensor] = []
    last = network.get_submodule("conv_block6")
    last.register_forward_hook(lambda _layer, _given, out: maps.append(out))
    embedding, logits = network(torch.randn(2, 101, 64))
    assert maps[0].shape == (2, 6, 3, 2)
    over_time = maps[0].mean(3)
    expected = torch.relu(network.fc1(over_time.amax(2) + over_time.mean(2)))
    assert torch.allclose(embedding, expected)
    assert torch.allclose(logits, network.fc_audioset(embedding))


@pytest.mark.parametrize("rate", VARIANTS)
def test_missing_weights_are_told_and_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int
) -> None:
    use_folder(tmp_path, monkeypatch)
    embedder = PannsEmbedder(rate)
    assert embedder.available().startswith(f"Cnn14_{'16k_' if rate == 16000 else ''}mAP=")
    with pytest.raises(MissingError, match="zenodo"):
        embedder.hear(signals.beat())


def test_a_file_of_published_layout_is_loaded_and_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(tmp_path, monkeypatch)
    embedder = PannsEmbedder(16000)
    state = thin_state(Cnn14)
    extra = {
        "spectrogram_extractor.stft.conv_real.weight": torch.zeros(257, 1, 512),
        "spectrogram_extractor.stft.conv_imag.weight": torch.zeros(257, 1, 512),
        "logmel_extractor.melW": torch.zeros(257, 64),
    }
    # Beside the weights lies where the authors' sampler stood, in NumPy.
    sampler = {"indexes": np.arange(5), "pointer": np.int64(3)}
    checkpoint = {"iteration": 1, "model": state | extra, "sampler": sampler}
    torch.save(checkpoint, tmp_path / embedder.variant.file)
    assert embedder.available() == ""
    chord, beat = (embedder.hear(sound(seconds=1)) for sound in (signals.chord, signals.beat))
    assert chord.embeddings.shape == (1, 2048)
    assert chord.logits is not None
    assert chord.logits.shape == (1, 527)
    assert np.abs(chord.mean_logits - beat.mean_logits).max() > 1e-4
    assert torch.equal(embedder.network.fc1.weight, state["fc1.weight"])


def test_a_file_without_a_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_folder(tmp_path, monkeypatch)
    embedder = PannsEmbedder(32000)
    torch.save({"iteration": 1}, tmp_path / embedder.variant.file)
    with pytest.raises(ValueError, match="has no entry `model`"):
        embedder.hear(signals.beat(32000))
