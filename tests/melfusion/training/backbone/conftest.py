"""Tiny models, and four sounds with a picture each, in MeLBench's form."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from melfusion.base.melbench import Triplet, read_triplets
from melfusion.training.backbone import models
from melfusion.training.backbone.models import Backbone, load
from melfusion.training.backbone.samples import Prepared
from tests.melfusion.backends import tiny_ace_step, tiny_stable_audio_3

RATE, SECONDS = 8000, 2.0


@pytest.fixture(autouse=True, scope="package")
def _small() -> Iterator[None]:
    """Two seconds of music, on one thread: networks this small are faster on one."""
    threads = torch.get_num_threads()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "SECONDS", SECONDS)
        torch.set_num_threads(1)
        yield
        torch.set_num_threads(threads)


@pytest.fixture(scope="package")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `melfusion data --form melbench` writes it; what is held out is the same."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "music").mkdir()
    (folder / "pictures").mkdir()
    time = np.arange(int(SECONDS * RATE)) / RATE
    sounds = [
        np.zeros(len(time)),
        0.5 * np.sign(np.sin(2 * np.pi * 220 * time)),
        0.3 * np.sin(2 * np.pi * 3520 * time),
        0.3 * np.random.default_rng(0).standard_normal(len(time)),
    ]
    lines = []
    for number, sound in enumerate(sounds):
        soundfile.write(folder / f"music/{number}.wav", sound, RATE)
        picture = Image.new("RGB", (64, 64), (60 * number, 90, 200 - 50 * number))
        if number % 2:
            picture = Image.effect_noise((64, 64), 60 * number).convert("RGB")
        picture.save(folder / f"pictures/{number}.png")
        entry = {"captions": "warm house", "location": f"music/{number}.wav"}
        lines.append(json.dumps({**entry, "img_path": f"pictures/{number}.png"}) + "\n")
    for split in ("train", "held"):
        (folder / f"melbench_{split}.jsonl").write_text("".join(lines))
    return folder


@pytest.fixture(scope="package")
def triplets(data: Path) -> list[Triplet]:
    return read_triplets(data / "melbench_train.jsonl", data / "music", data)


@pytest.fixture(scope="package", params=["ace-step", "stable-audio-3"])
def name(request: pytest.FixtureRequest) -> str:
    """What `--backbone` calls it."""
    return request.param


@pytest.fixture(scope="package")
def source(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a model."""
    folder = tmp_path_factory.mktemp("models") / name
    if name == "ace-step":
        return tiny_ace_step.folder(folder, "base", covers=False)
    pipeline = tiny_stable_audio_3.pipeline(distilled=False)
    # As random weights have it, latents of music are small beside what the transformer says.
    pipeline.vae.bottleneck.running_std /= 6
    pipeline.transformer.proj_out.weight.data /= 5
    pipeline.save_pretrained(folder)
    return folder


@pytest.fixture
def backbone(name: str, source: Path) -> Backbone:
    return load(name, source, "cpu")


@pytest.fixture(scope="package")
def features(
    name: str, source: Path, triplets: list[Triplet], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What the model makes of the material, made once for all runs."""
    folder = tmp_path_factory.mktemp("features") / name
    prepared = Prepared(load(name, source, "cpu"), folder)
    for triplet in triplets:
        prepared.prepare(triplet)
    return folder


@pytest.fixture
def run_folder(features: Path, tmp_path: Path) -> Path:
    """Folder of a run that finds its features there."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "features").symlink_to(features)
    return folder
