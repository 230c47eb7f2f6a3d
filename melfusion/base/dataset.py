"""Samples to train `base` on: latents, words and pictures, all worked out once and kept.

Everything of a sample, its noise and time step too, is drawn from the seed and its number alone: a
run that goes on after a stop, or on another number of processes, sees the same samples.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torch.utils.data import Dataset

from ..model.saving import save
from .melbench import ManifestError, Triplet, load_audio
from .pipeline import BasePipeline
from .settings import Settings


class Prepared:
    """What the frozen networks make of triplets, kept in a folder.

    Args:
        pipeline: whose networks they are.
        folder: where it is kept.
    """

    def __init__(self, pipeline: BasePipeline, folder: Path) -> None:
        self.pipeline, self.folder = pipeline, folder
        # Of another model or another inversion other things would be made.
        whole = hashlib.sha256(repr(sorted(pipeline.config.items())).encode())
        for network in (pipeline.vae, pipeline.image_unet):
            weights = next(network.parameters()).detach().float().cpu().contiguous()
            whole.update(weights.numpy().tobytes())
        self.made_by = whole.hexdigest()[:8]
        folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, triplet: Triplet) -> None:
        """Makes what is not there yet.

        Raises:
            ManifestError: music or picture cannot be read.
        """
        if not (file := self._file(triplet.audio)).exists():
            audio = torch.from_numpy(load_audio(triplet.audio))[None]
            mean, std = self.pipeline.latents_of(audio.to(self.pipeline.device))
            save({"mean": mean[0].half().cpu(), "std": std[0].half().cpu()}, file)
        if not (file := self._file(triplet.picture)).exists():
            timesteps, path = self.pipeline.image_tower.path(self._pixels(triplet.picture)[None])
            save({"timesteps": timesteps, "path": path[0].cpu()}, file)

    def latents(self, triplet: Triplet, generator: torch.Generator) -> Tensor:
        """Latents of the music, drawn from what the autoencoder says: [8, 256, 16] float32."""
        kept = torch.load(self._file(triplet.audio), weights_only=True)
        noise = torch.randn(kept["mean"].shape, generator=generator)
        drawn: Tensor = kept["mean"].float() + kept["std"].float() * noise
        return drawn

    def picture(self, triplet: Triplet, timestep: int) -> tuple[Tensor, Tensor]:
        """The picture on its way, at the recorded time step that is nearest.

        Returns:
            [4, h, w], and the time step [].
        """
        kept = torch.load(self._file(triplet.picture), weights_only=True, mmap=True)
        nearest = (kept["timesteps"] - timestep).abs().argmin()
        return kept["path"][nearest].float(), kept["timesteps"][nearest]

    def _pixels(self, path: Path) -> Tensor:
        try:
            with Image.open(path) as image:
                return self.pipeline.pixels(image)
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            raise ManifestError(f"{path} cannot be read as a picture: {error}") from None

    def _file(self, source: Path) -> Path:
        named = hashlib.sha256(f"{source.resolve()} {source.stat().st_mtime_ns}".encode())
        return self.folder / f"{self.made_by}_{named.hexdigest()[:16]}.pt"


class Samples(Dataset[dict[str, Tensor]]):
    """Every sample of a run, in order.

    Args:
        triplets: what is trained on.
        prepared: what was made of it.
        settings: dropouts and seed.
        start: number of the first sample.
        end: number of the last sample, and one.
    """

    def __init__(
        self,
        triplets: Sequence[Triplet],
        prepared: Prepared,
        settings: Settings,
        start: int,
        end: int,
    ) -> None:
        self.triplets, self.prepared, self.settings = triplets, prepared, settings
        self.start, self.end = start, end
        # Here, since processes that read data cannot run networks on a GPU.
        words = prepared.pipeline.encode_words
        self.words = {
            text: tuple(part.cpu() for part in words(text))
            for text in {"", *(triplet.caption for triplet in triplets)}
        }

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, place: int) -> dict[str, Tensor]:
        """Sample `start` + `place`."""
        number, count = self.start + place, len(self.triplets)
        epoch, within = divmod(number, count)
        order = torch.randperm(count, generator=generator_of(self.settings.seed, 0, epoch))
        generator = generator_of(self.settings.seed, 1, number)
        triplet = self.triplets[int(order[within])]
        text_left, picture_left = torch.rand(2, generator=generator).tolist()
        timestep = int(torch.randint(1000, (), generator=generator))
        strength = float(picture_left >= self.settings.picture_dropout)
        shown = text_left >= self.settings.text_dropout
        return self.sample(triplet, triplet, timestep, strength, shown, generator)

    def sample(
        self,
        triplet: Triplet,
        seen: Triplet,
        timestep: int,
        strength: float,
        told: bool,
        generator: torch.Generator,
    ) -> dict[str, Tensor]:
        """One sample.

        Args:
            triplet: whose music and words it is.
            seen: whose picture.
            timestep: of the noise, 0-999.
            strength: of the picture, 0-1.
            told: whether there are words.
            generator: what decides the rest.
        """
        latents = self.prepared.latents(triplet, generator)
        picture, picture_timestep = self.prepared.picture(seen, timestep)
        text, bias = self.words[triplet.caption if told else ""]
        return {
            "latents": latents,
            "noise": torch.randn(latents.shape, generator=generator),
            "timestep": torch.tensor(timestep),
            "text": text,
            "text_bias": bias,
            "picture": picture,
            "picture_timestep": picture_timestep,
            "picture_strength": torch.tensor(strength),
        }


def generator_of(*numbers: int) -> torch.Generator:
    """A generator for just these numbers."""
    digest = hashlib.sha256(repr(numbers).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "little", signed=True))
