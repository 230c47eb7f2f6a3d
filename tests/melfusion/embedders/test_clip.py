"""CLIP through transformers: real classes at a tiny size, from a folder, never from a network."""

from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from PIL import Image

from melfusion.embedders.clip import ClipEmbedder, prepared
from tests.melfusion.embedders.states import use_folder
from tests.melfusion.embedders.tiny import save_clip

TEXTS = ["warm house with a deep bass", "slow jazz"]


def _picture(width: int, height: int) -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(noise)


def test_a_product_is_the_models_own_logit(tmp_path: Path) -> None:
    model, embedder = save_clip(tmp_path), ClipEmbedder(str(tmp_path))
    pictures = [_picture(32, 32), Image.new("L", (50, 40), 200)]
    seen, read = embedder.see(pictures), embedder.read(TEXTS)
    assert np.linalg.norm(seen, axis=1) == pytest.approx([1, 1], abs=1e-5)
    _, tokenizer = embedder._parts
    given = tokenizer(TEXTS, padding=True, return_tensors="pt")
    pixels = torch.stack([prepared(picture, 32) for picture in pictures])
    with torch.no_grad():
        logits = model(pixel_values=pixels, **given).logits_per_image.numpy()
    assert np.abs(seen @ read.T - logits).max() < 1e-4
    assert np.abs(logits[0] - logits[1]).max() > 1e-4
    assert embedder.senses == ("pictures", "texts")


def test_pictures_are_scaled_cut_and_normalised_as_in_training() -> None:
    white = prepared(Image.new("RGB", (224, 224), "white"), 224)
    assert white.shape == (3, 224, 224)
    # (1 - mean) / spread of red, green and blue.
    assert white[:, 0, 0].tolist() == pytest.approx([1.9303, 2.0749, 2.1459], abs=1e-3)
    wide = Image.new("RGB", (96, 32), "black")
    wide.paste("white", (32, 0, 64, 32))
    assert prepared(wide, 32)[0].mean() == pytest.approx(1.9303, abs=1e-3)
    assert prepared(Image.new("RGB", (31, 500)), 32).shape == (3, 32, 32)


def test_it_needs_weights_and_not_the_configuration_alone(tmp_path: Path) -> None:
    save_clip(tmp_path)
    assert ClipEmbedder(str(tmp_path)).available() == ""
    (tmp_path / "model.safetensors").unlink()
    assert str(tmp_path) in ClipEmbedder(str(tmp_path)).available()


def test_it_is_found_in_the_hubs_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_folder(tmp_path / "empty", monkeypatch)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    cached = tmp_path / "models--nobody--tiny-clip"
    save_clip(cached / "snapshots" / ("0" * 40))
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0" * 40, encoding="utf-8")
    assert ClipEmbedder("nobody/tiny-clip").read(TEXTS).shape == (2, 24)
    assert "neither" in ClipEmbedder("nobody/other-clip").available()
