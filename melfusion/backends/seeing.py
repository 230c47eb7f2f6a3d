"""What is seen in a picture, in words: for models that hear no picture themselves.

Two that see: the reader of `mini`, which is always there and knows the concepts of the training
material's table with the music that suits them; and a captioner of public weights, where one was
downloaded, which sees anything but says nothing of music.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from PIL import Image

from ..arranging import Arrangement, Reading, arrange, insisted
from ..home import model_folder, present
from ..model.reading import Reader
from ..model.towers import EfficientNetTower, MiniLMTower

CAPTIONER = "captioner"
"""What the catalogue calls it."""

LONGEST_CAPTION = 40
"""Tokens of a caption at most."""

MOODS = (
    ("energy", "calm", "energetic"),
    ("valence", "melancholic", "joyful"),
    ("brightness", "dark", "bright"),
)
"""What a mood is called at either end of its scale."""
LOW, HIGH = 0.4, 0.6
"""Between these a mood is not worth a word."""


@dataclass(frozen=True)
class Seen:
    """A picture in words.

    Attributes:
        words: one line, as a model is told it.
        valence: how happy it is, 0-1.
    """

    words: str
    valence: float


class Seer:
    """Looks at pictures and reads words, as `mini` does.

    Loads its networks when they are first needed.

    Args:
        captions: whether a captioner that was downloaded says what is seen, instead of the names
            of the table's concepts.
    """

    def __init__(self, captions: bool = True) -> None:
        self._captions = captions

    def see(self, image: Image.Image) -> Seen:
        """What a picture shows, and which music suits it.

        The words are the caption or the likeliest concepts, the mood, the style, and the
        instruments that the table thinks suit it best.
        """
        reading = self._read("", image)
        played = arrange(reading, 0)
        shown = self._caption(image) if self._captioner else ", ".join(played.seen)
        return Seen(", ".join([shown, *_mood(played), _music(reading)]), played.valence)

    def valence(self, prompt: str, image: Image.Image | None, image_strength: float) -> float:
        """How happy words and a picture are, 0-1."""
        return self._read(prompt, image if image_strength > 0 else None, image_strength).valence

    @torch.no_grad()
    def _read(self, prompt: str, image: Image.Image | None, strength: float = 1.0) -> Reading:
        picture = classes = None
        if image is not None:
            picture = self._tower(image)
            classes = self._tower.classes(picture)
        words = self._words(prompt) if prompt.strip() else None
        return insisted(self._reader(words, picture, classes, strength), prompt)

    @cached_property
    def _reader(self) -> Reader:
        reader: Reader = Reader.from_pretrained(model_folder("mini") / "reader")
        return reader

    @cached_property
    def _tower(self) -> EfficientNetTower:
        return EfficientNetTower()

    @cached_property
    def _words(self) -> MiniLMTower:
        return MiniLMTower()

    @cached_property
    def _captioner(self) -> Any | None:
        """The captioner with its processor, or None where there is none."""
        if not self._captions:
            return None
        folder = present(CAPTIONER)
        if folder is None:
            return None
        from transformers import BlipForConditionalGeneration, BlipProcessor

        return (
            BlipProcessor.from_pretrained(folder, local_files_only=True),
            BlipForConditionalGeneration.from_pretrained(
                folder, local_files_only=True, use_safetensors=True
            ).eval(),
        )

    @torch.no_grad()
    def _caption(self, image: Image.Image) -> str:
        assert self._captioner
        processor, model = self._captioner
        told = model.generate(
            **processor(images=image.convert("RGB"), return_tensors="pt"),
            max_new_tokens=LONGEST_CAPTION,
            num_beams=3,
        )
        return str(processor.decode(told[0], skip_special_tokens=True)).strip()


def _mood(played: Arrangement) -> list[str]:
    told = []
    for name, low, high in MOODS:
        value = getattr(played, name)
        if value < LOW or value > HIGH:
            told.append(low if value < LOW else high)
    return told


def _music(reading: Reading) -> str:
    """The likeliest style, and each part's likeliest instrument."""
    style = next(iter(reading.styles))
    players = dict.fromkeys(next(iter(read)) for read in reading.instruments.values() if read)
    return ", ".join([style, *players])
