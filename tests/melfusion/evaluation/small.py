"""A set of a few short sounds with pictures, as MeLBench has them, and a model to render it."""

import json
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from tests.melfusion.base import tiny

CAPTIONS = (
    "warm house",
    'slow <script>alert("x")</script> jazz & "drums"',
    "dark techno drums alone",
    "slow jazz",
)
COLOURS = ("red", "navy", "gold", "green")


def write_set(folder: Path, seconds: float = 4.0) -> Path:
    """Writes music, pictures and manifest; returns the manifest."""
    (folder / "music").mkdir(parents=True)
    lines = []
    for number, (caption, colour) in enumerate(zip(CAPTIONS, COLOURS, strict=True)):
        rate = (16000, 44100)[number % 2]
        time = np.arange(round(seconds * rate)) / rate
        tone = np.sin(2 * np.pi * 110 * (number + 1) * time) * np.exp(-3 * (time % 0.5))
        soundfile.write(folder / "music" / f"{number}.wav", 0.3 * tone, rate)
        Image.new("RGB", (80, 64), colour).save(folder / f"{colour}.png")
        lines.append(
            {"captions": caption, "location": f"x/{number}.wav", "img_path": f"{colour}.png"}
        )
    manifest = folder / "small.jsonl"
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return manifest


def write_model(folder: Path) -> Path:
    """Saves the tiny base; returns its folder."""
    tiny.pipeline(vae_levels=5).save_pretrained(folder)
    return folder
