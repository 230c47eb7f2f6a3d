"""The training material as the trainers read it: what `melfusion data` wrote, and its spectra."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor

from ..material.effects import Effects
from ..model.codec import LatentCodec, latent_frames
from ..model.mini import space_of
from ..model.spectrum import CircularSTFT, log_magnitude
from ..music import Key, Metre, Plan, parse_chords
from ..score import TOUCHES

MANIFEST = "manifest.jsonl"


@dataclass(frozen=True)
class Example:
    """One stem of one scene, a line of manifest.jsonl.

    Attributes:
        instrument: the name of its instrument or kit; empty where several play.
        effects: what finishes its sound (see material/finish.py).
        touches: how its instrument differs (see material/touch.py).
        mood: energy, valence and brightness, 0-1.
    """

    id: str
    file: Path
    part: str
    style: str
    concept: str
    plan: Plan
    captions: tuple[str, ...]
    samples: int
    split: str
    instrument: str = ""
    mood: tuple[float, float, float] = (0.5, 0.5, 0.5)
    effects: Effects = field(default_factory=Effects)
    touches: tuple[float, ...] = (0.0,) * TOUCHES

    @property
    def space(self) -> int:
        """The latent space it lives in."""
        return space_of(self.part)

    @property
    def frames(self) -> int:
        """Its number of latent frames."""
        return latent_frames(self.samples)

    def audio(self) -> Tensor:
        """[samples] float32, mono, 44.1 kHz, as it is played."""
        samples, _ = soundfile.read(self.file, dtype="float32")
        return torch.from_numpy(samples)


def read_examples(folder: Path, split: str | None = None) -> list[Example]:
    """The lines of `folder`/manifest.jsonl, of one split or of all.

    Raises:
        ValueError: its stems are finished, as an earlier version wrote them.
    """
    examples = []
    for line in (folder / MANIFEST).read_text().splitlines():
        entry = json.loads(line)
        if split is not None and entry["split"] != split:
            continue
        if "effects" not in entry:
            raise ValueError(
                f"{folder} was written by an earlier version of `melfusion data`: write it anew"
            )
        metre = Metre.parse(entry["metre"])
        chords = parse_chords(entry["chords"], entry["bars"], metre.numerator)
        examples.append(
            Example(
                id=entry["id"],
                file=folder / entry["file"],
                part=entry["part"],
                style=entry["style"],
                concept=entry["concept"],
                plan=Plan(entry["bpm"], metre, Key.parse(entry["key"]), chords),
                captions=tuple(entry["captions"]),
                samples=entry["samples"],
                split=entry["split"],
                instrument=entry["instruments"][0] if len(entry["instruments"]) == 1 else "",
                mood=(entry["energy"], entry["valence"], entry["brightness"]),
                effects=Effects(**entry["effects"]),
                touches=tuple(entry["touches"]),
            )
        )
    return examples


def spectrum(audio: Tensor, codec: LatentCodec) -> Tensor:
    """Log magnitudes of a loop on the frames that `codec` works with.

    Args:
        audio: [N] float32, 44.1 kHz.
        codec: gives window and frames for each latent frame.

    Returns:
        [1, T * patch, bins] float32.
    """
    frames = latent_frames(len(audio)) * codec.patch
    return log_magnitude(CircularSTFT(len(audio), frames, codec.n_fft).forward(audio[None]))


def bands_of(example: Example, codec: LatentCodec) -> np.ndarray:
    """Pooled spectrum of an example: [T * patch, bands] float32."""
    return codec.pool(spectrum(example.audio(), codec))[0].numpy()
