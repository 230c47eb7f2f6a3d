"""CLAP through transformers: real classes at a tiny size, from a folder, never from a network."""

from pathlib import Path

import numpy as np
import pytest
import torch

from melfusion.embedders.clap import IDENTIFIER, ClapEmbedder
from melfusion.embedders.contract import MissingError
from tests.melfusion.embedders import signals
from tests.melfusion.embedders.states import use_folder
from tests.melfusion.embedders.tiny import save_clap

TEXTS = ["warm house with a deep bass", "slow jazz"]


def test_a_product_is_the_models_own_logit(tmp_path: Path) -> None:
    model, embedder = save_clap(tmp_path), ClapEmbedder(str(tmp_path))
    sound = signals.chord(48000, 10)
    heard = embedder.hear(sound)
    assert heard.embeddings.shape == (1, 24)
    assert np.linalg.norm(heard.embedding) == pytest.approx(1, abs=1e-5)
    _, extractor, tokenizer = embedder._parts
    given = tokenizer(TEXTS, padding=True, return_tensors="pt")
    given |= extractor([sound], sampling_rate=48000, return_tensors="pt")
    with torch.no_grad():
        logits = model(**given).logits_per_audio[0].numpy()
    assert heard.embedding @ embedder.read(TEXTS).T == pytest.approx(logits, abs=1e-3)
    assert abs(logits[0] - logits[1]) > 1e-4


def test_long_recordings_are_heard_in_windows_and_alike_each_time(tmp_path: Path) -> None:
    save_clap(tmp_path)
    embedder = ClapEmbedder(str(tmp_path))
    sound = np.concatenate([signals.chord(48000, 10), signals.beat(48000, 14)])
    heard = embedder.hear(sound)
    assert heard.embeddings.shape == (2, 24)
    assert np.array_equal(heard.embeddings, embedder.hear(sound).embeddings)
    assert np.abs(heard.embeddings[0] - heard.embeddings[1]).max() > 1e-4


def test_short_recordings_go_round(tmp_path: Path) -> None:
    save_clap(tmp_path)
    embedder = ClapEmbedder(str(tmp_path))
    once, again = (embedder.hear(signals.beat(48000, seconds)) for seconds in (2, 10))
    assert np.allclose(once.embeddings, again.embeddings, atol=1e-5)


def test_texts_that_are_too_long_are_cut(tmp_path: Path) -> None:
    save_clap(tmp_path)
    assert ClapEmbedder(str(tmp_path)).read(["warm " * 100]).shape == (1, 24)


def test_without_the_model_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(tmp_path, monkeypatch)
    embedder = ClapEmbedder("nobody/clap-of-nobody")
    lack = embedder.available()
    assert lack.startswith("nobody/clap-of-nobody is neither in the hub's cache nor in")
    assert "hf download nobody/clap-of-nobody" in lack
    with pytest.raises(MissingError, match="hf download"):
        embedder.read(TEXTS)


def test_it_is_found_in_the_folder_of_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(tmp_path, monkeypatch)
    save_clap(tmp_path / IDENTIFIER.split("/")[1])
    embedder = ClapEmbedder()
    assert embedder.available() == ""
    assert embedder.senses == ("audio", "texts")
    assert embedder.read(TEXTS).shape == (2, 24)
