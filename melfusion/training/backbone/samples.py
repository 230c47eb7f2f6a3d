"""What the synapse of a large model is trained on: music, words and pictures, in MeLBench's form.

Latents, words and pictures go through the frozen networks once and are kept. All that is drawn of a
sample is drawn from the seed and its number alone, so that a run that goes on after a stop sees
what it would have seen.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile
import torch
from torch import Tensor

from ... import picture as pictures
from ...base.dataset import generator_of
from ...base.melbench import ManifestError, Triplet
from ...evaluation.conditions import null_picture
from ...model.saving import save
from ...model.towers import EfficientNetTower
from .models import Backbone, Words

WORDLESS = 0.3
"""Share of samples without words: beside a full description a picture has little left to say."""
NOISY = 0.4
"""Shift of the logit of the noise share: what words and picture say is decided in loud noise."""


@dataclass(frozen=True)
class Sample:
    """One sample; nothing in it has a batch axis.

    Attributes:
        latents: of the music.
        noise: of the same shape.
        share: of the noise, 0-1.
        words: what is told.
        picture: [L, C] what the picture's tower gives.
        strength: of the picture, 0-1.
    """

    latents: Tensor
    noise: Tensor
    share: float
    words: Words
    picture: Tensor
    strength: float


class Prepared:
    """What the frozen networks make of triplets, kept in a folder.

    Args:
        backbone: whose networks they are.
        folder: where it is kept.
    """

    def __init__(self, backbone: Backbone, folder: Path) -> None:
        self.backbone, self._folder = backbone, folder
        self._tower = EfficientNetTower(str(backbone.transformer.device))
        whole = hashlib.sha256()  # other networks would make other things
        for network in backbone.networks:
            weights = next(network.parameters()).detach().float().cpu().contiguous()
            whole.update(weights.numpy().tobytes())
        self._made_by = whole.hexdigest()[:8]
        folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, triplet: Triplet) -> None:
        """Makes what is not there yet.

        Raises:
            ManifestError: the music cannot be read.
            RequestError: the picture cannot be read.
        """
        self._music(triplet)
        self._caption(triplet)
        self._picture(triplet)

    def latents(self, triplet: Triplet) -> Tensor:
        """Of the music, float32."""
        return _read(self._music(triplet))["latents"].float()

    def words(self, triplet: Triplet) -> Words:
        """What is told of the caption."""
        return _read(self._caption(triplet))

    def picture(self, triplet: Triplet) -> Tensor:
        """What the tower gives of the picture: [L, C] float32."""
        return _read(self._picture(triplet))["tokens"]

    @cached_property
    def grey(self) -> Tensor:
        """What the tower gives of a picture that says nothing: [L, C] float32."""
        return self._tower(null_picture())

    def _music(self, triplet: Triplet) -> Path:
        def make() -> Words:
            sound = load_sound(triplet.audio, self.backbone.rate, self.backbone.samples)
            return {"latents": self.backbone.latents(sound)}

        return self._made(_stamp(triplet.audio), make)

    def _caption(self, triplet: Triplet) -> Path:
        return self._made(triplet.caption, lambda: self.backbone.words(triplet.caption))

    def _picture(self, triplet: Triplet) -> Path:
        def make() -> Words:
            return {"tokens": self._tower(pictures.load(triplet.picture).image)}

        return self._made(_stamp(triplet.picture), make)

    def _made(self, source: str, make: Callable[[], Words]) -> Path:
        """The file of what is made of a source, once."""
        name = hashlib.sha256(source.encode()).hexdigest()[:16]
        file = self._folder / f"{self._made_by}_{name}.pt"
        if not file.exists():
            with torch.no_grad():
                save({name: tensor.cpu().clone() for name, tensor in make().items()}, file)
        return file


class Samples:
    """Every sample of a run, by its number.

    Args:
        triplets: what they are of.
        prepared: what was made of them.
        seed: of all that is drawn.
    """

    def __init__(self, triplets: Sequence[Triplet], prepared: Prepared, seed: int = 0) -> None:
        self.triplets, self.prepared, self.seed = triplets, prepared, seed

    def __getitem__(self, number: int) -> Sample:
        """A sample to learn from.

        The picture is never left out: without one the model is the frozen one, exactly, and there
        is nothing to learn.
        """
        epoch, within = divmod(number, len(self.triplets))
        order = torch.randperm(len(self.triplets), generator=generator_of(self.seed, 0, epoch))
        generator = generator_of(self.seed, 1, number)
        triplet = self.triplets[int(order[within])]
        told = torch.rand((), generator=generator).item() >= WORDLESS
        share = torch.sigmoid(NOISY + torch.randn((), generator=generator)).item()
        return self.sample(triplet, self.prepared.picture(triplet), share, 1.0, told, generator)

    def sample(
        self,
        triplet: Triplet,
        picture: Tensor,
        share: float,
        strength: float,
        told: bool,
        generator: torch.Generator,
    ) -> Sample:
        """One sample.

        Args:
            triplet: whose music and words it is.
            picture: [L, C] what the tower gives of a picture.
            share: of the noise, 0-1.
            strength: of the picture, 0-1.
            told: whether there are words.
            generator: of the noise.
        """
        latents, words = self.prepared.latents(triplet), self.prepared.words(triplet)
        return Sample(
            latents,
            torch.randn(latents.shape, generator=generator),
            share,
            words if told else self.prepared.backbone.nothing(words),
            picture,
            strength,
        )


def load_sound(path: Path, rate: int, samples: int) -> Tensor:
    """Music as a large model takes it: its beginning, filled up with silence.

    Args:
        path: audio of any rate; of one channel both are made, of more than two the first two count.
        rate: samples a second.
        samples: how many.

    Returns:
        [2, samples] float32.

    Raises:
        ManifestError: it is no audio file.
    """
    try:
        with soundfile.SoundFile(path) as file:
            own = file.samplerate
            sound = file.read(math.ceil(samples * own / rate), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        raise ManifestError(f"{path} cannot be read as audio: {error}") from None
    common = gcd(rate, own)
    stereo = scipy.signal.resample_poly(sound[:, :2], rate // common, own // common, axis=0)
    whole = np.zeros((samples, 2), np.float32)
    kept = min(len(stereo), samples)
    whole[:kept] = stereo[:kept]
    return torch.from_numpy(whole.T.copy())


def _read(file: Path) -> Words:
    kept: Words = torch.load(file, weights_only=True)
    return kept


def _stamp(path: Path) -> str:
    return f"{path.resolve()} {path.stat().st_mtime_ns}"
