"""What an embedder is: it hears, sees or reads, and answers with embeddings."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.special import expit

Array = NDArray[np.float32]


class MissingError(RuntimeError):
    """An embedder was asked without its weights; the sentence of `Embedder.available`."""


@dataclass(frozen=True)
class About:
    """What is told of an embedder.

    Attributes:
        name: for command lines and tables.
        source: paper and weights.
        licence: of the weights.
    """

    name: str
    source: str
    licence: str


@dataclass(frozen=True)
class Heard:
    """What an embedder heard in one recording.

    Attributes:
        embeddings: [windows, d] float32; one row where the model takes the whole.
        logits: [windows, classes] float32 before any softmax or sigmoid; None for no classifier.
    """

    embeddings: Array
    logits: Array | None = None

    @property
    def embedding(self) -> Array:
        """Mean over the windows: [d] float32."""
        return np.asarray(self.embeddings.mean(0), np.float32)

    @property
    def mean_logits(self) -> Array:
        """Mean over the windows, what `Divergence` takes: [classes] float32.

        Raises:
            ValueError: the embedder is no classifier.
        """
        if self.logits is None:
            raise ValueError("this embedder is no classifier")
        return np.asarray(self.logits.mean(0), np.float32)

    @property
    def probabilities(self) -> Array:
        """Mean over the windows of each class's own probability (sigmoid): [classes] float32.

        Raises:
            ValueError: the embedder is no classifier.
        """
        if self.logits is None:
            raise ValueError("this embedder is no classifier")
        return np.asarray(expit(self.logits).mean(0), np.float32)


class Embedder(ABC):
    """A frozen model; what it takes is told by the classes below that it also is.

    Weights are loaded at the first use and kept.

    Attributes:
        about: its name, width, source and licence.
    """

    about: About

    @abstractmethod
    def available(self) -> str:
        """What is missing and what to do about it, in one sentence; "" when it can be used."""

    @property
    def senses(self) -> tuple[str, ...]:
        """What it takes: of `audio`, `pictures` and `texts`."""
        kinds = {"audio": AudioEmbedder, "pictures": PictureEmbedder, "texts": TextEmbedder}
        return tuple(name for name, kind in kinds.items() if isinstance(self, kind))

    def require(self) -> None:
        """Does nothing where it can be used.

        Raises:
            MissingError: its weights or a package are missing.
        """
        if lack := self.available():
            raise MissingError(lack)


class AudioEmbedder(Embedder):
    """Hears.

    Attributes:
        rate: samples a second that `hear` wants; `listen.load` gives them.
    """

    rate: int

    @abstractmethod
    def hear(self, samples: Array) -> Heard:
        """Embeds one recording.

        Args:
            samples: [N] float32, mono, at `rate`, within -1 and 1. Fewer than the model's window
                are repeated, as a loop is.

        Raises:
            MissingError: see `available`.
            ValueError: there is no sample.
        """


class PictureEmbedder(Embedder):
    """Sees."""

    @abstractmethod
    def see(self, pictures: Sequence[Image.Image]) -> Array:
        """Embeds pictures of any size and mode: [n, d] float32, each of length 1.

        Raises:
            MissingError: see `available`.
        """


class TextEmbedder(Embedder):
    """Reads, beside hearing or seeing."""

    @abstractmethod
    def read(self, texts: Sequence[str]) -> Array:
        """Embeds texts: [n, d] float32.

        The model's scale is in the texts: the product with an embedding of music or of a picture by
        the same embedder is a logit, as `ImageMusicSimilarity` wants it.

        Raises:
            MissingError: see `available`.
        """
