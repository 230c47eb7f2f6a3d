"""The pipeline: a plan, words and a picture in; the stems of a loop out."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from PIL import Image
from torch import Tensor

from .. import loop
from ..music import Plan
from ..request import PARTS
from .codec import SAMPLE_RATE, LatentCodec, latent_frames
from .conditioning import frame_features, loop_features
from .decoder import SpectrumDecoder
from .denoiser import PERCUSSIVE, PITCHED, Denoiser
from .part import Part
from .spectrum import CircularSTFT, invert
from .towers import EfficientNetTower, MiniLMTower

WEIGHTS = Path(__file__).parent.parent / "weights"
INVERSION_ROUNDS = 16

PARTS_OF_MODEL: dict[str, type[Part]] = {
    "denoiser": Denoiser,
    "codec_percussive": LatentCodec,
    "codec_pitched": LatentCodec,
    "decoder_percussive": SpectrumDecoder,
    "decoder_pitched": SpectrumDecoder,
}
"""What is trained, by the name of its folder."""

OnStage = Callable[[str, float], None]


@dataclass
class LoopOutput:
    """What the pipeline returns.

    Attributes:
        stems: part -> [channels, N] float32 at 44.1 kHz, N as `loop.samples` says.
        seconds: stage (text, picture, denoising, decoding) -> wall time in seconds.
    """

    stems: dict[str, np.ndarray] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class MeLFusionPipeline(DiffusionPipeline):
    """Loops from a picture and a sentence.

    The parts asked for are rendered in one batch on one plan, so that they fit one another; a full
    mix is their sum. Everything runs on the circle of the loop: see spectrum.py and denoiser.py.
    """

    def __init__(
        self,
        denoiser: Denoiser,
        codec_percussive: LatentCodec,
        codec_pitched: LatentCodec,
        decoder_percussive: SpectrumDecoder,
        decoder_pitched: SpectrumDecoder,
        scheduler: FlowMatchEulerDiscreteScheduler,
        name: str = "mini",
    ) -> None:
        super().__init__()
        self.register_modules(
            denoiser=denoiser,
            codec_percussive=codec_percussive,
            codec_pitched=codec_pitched,
            decoder_percussive=decoder_percussive,
            decoder_pitched=decoder_pitched,
            scheduler=scheduler,
        )
        self.register_to_config(name=name)
        self.text_tower = MiniLMTower()
        self.image_tower = EfficientNetTower()

    @classmethod
    def from_pretrained(cls, model: str | Path, **options: Any) -> "MeLFusionPipeline":
        """Loads a model.

        Args:
            model: "mini", or a folder that save_pretrained wrote.
            options: further arguments of the constructor.

        Raises:
            FileNotFoundError: there is no such model.
        """
        folder = model_folder(model)
        parts = {
            name: kind.from_pretrained(folder / name, dtype=torch.float32)
            for name, kind in PARTS_OF_MODEL.items()
        }
        scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(folder / "scheduler")
        name = cls.load_config(folder)["name"]
        return cls(**parts, scheduler=scheduler, name=name, **options)

    @property
    def name(self) -> str:
        """Name and version of the model, such as "mini-1"."""
        return str(self.config["name"])

    @torch.no_grad()
    def __call__(
        self,
        plan: Plan,
        parts: Sequence[str],
        *,
        prompt: str = "",
        image: Image.Image | None = None,
        image_strength: float = 1.0,
        guidance: float = 2.0,
        steps: int = 8,
        seed: int = 0,
        on_stage: OnStage = lambda _stage, _share: None,
    ) -> LoopOutput:
        """Renders stems.

        Args:
            plan: tempo, metre, key and chords.
            parts: the stems wanted, of request.PARTS.
            prompt: the words; may be empty.
            image: the picture, or None.
            image_strength: 0-1, scales alpha in every synapse; 0 is exactly no picture.
            guidance: how far to go from what is rendered without words and picture towards what
                is rendered with them (classifier-free guidance, Ho and Salimans 2022); 1 is off.
            steps: denoising steps.
            seed: seed of the noise. Every part has noise of its own, so that a part is the same
                whether it is rendered alone or with others.
            on_stage: called before every denoising step and every round of decoding with the
                stage and how much of it is done, 0-1; what it raises passes through.

        Returns:
            Stems and timings.
        """
        output = LoopOutput()
        with _timed(output, "text"):
            text = self.text_tower(prompt)[None]
        with _timed(output, "picture"):
            shown = image is not None and image_strength > 0
            image_tokens = self.image_tower(image)[None] if shown and image is not None else None
        length = loop.samples(plan.bars, plan.metre, plan.bpm, SAMPLE_RATE)
        with _timed(output, "denoising"):
            latents = self._denoise(
                plan,
                parts,
                text,
                image_tokens,
                image_strength,
                guidance,
                steps,
                seed,
                length,
                on_stage,
            )
        with _timed(output, "decoding"):
            for number, part in enumerate(parts):

                def on_round(done: int, number: int = number) -> None:
                    on_stage("decoding", (number + done / INVERSION_ROUNDS) / len(parts))

                audio = self.decode(latents[number, None], space_of(part), length, on_round)
                output.stems[part] = audio.cpu().numpy()
        return output

    def _denoise(
        self,
        plan: Plan,
        parts: Sequence[str],
        text: Tensor,
        image_tokens: Tensor | None,
        image_strength: float,
        guidance: float,
        steps: int,
        seed: int,
        length: int,
        on_stage: OnStage,
    ) -> Tensor:
        """Latents [parts, T, latent_size]."""
        device, count = self.device, len(parts)
        frames = latent_frames(length)
        given: dict[str, Tensor] = {
            "space": torch.tensor([space_of(part) for part in parts]),
            "frame_features": torch.from_numpy(frame_features(plan, frames)).expand(count, -1, -1),
            "loop_features": torch.from_numpy(
                np.stack([loop_features(plan.bpm, plan.metre, plan.bars, p) for p in parts])
            ),
            "text": text.expand(count, -1, -1),
        }
        if image_tokens is not None:
            given["image_tokens"] = image_tokens.expand(count, -1, -1)
            given["image_strength"] = torch.full((count,), image_strength)
        given = {name: value.to(device) for name, value in given.items()}
        plain = {name: given[name] for name in ("space", "frame_features", "loop_features")}
        plain["text"] = torch.zeros_like(given["text"])

        latents = torch.stack([_noise(seed, part, frames, self._latent_size) for part in parts])
        latents = latents.to(device)
        # Evenly from pure noise to one step before none: its own list spends a step on sigma 0.001.
        self.scheduler.set_timesteps(sigmas=np.linspace(1, 1 / steps, steps), device=device)
        for number, timestep in enumerate(self.scheduler.timesteps):
            on_stage("denoising", number / steps)
            at = timestep.expand(count)
            velocity = self.denoiser(latents, at, **given)
            if guidance != 1:
                without = self.denoiser(latents, at, **plain)
                velocity = without + guidance * (velocity - without)
            latents = self.scheduler.step(velocity, timestep, latents).prev_sample
        return latents

    def decode(
        self,
        latents: Tensor,
        space: int,
        length: int,
        on_round: Callable[[int], None] = lambda _number: None,
    ) -> Tensor:
        """Sound from latents.

        Args:
            latents: [B, T, latent_size] of parts of one latent space.
            space: PERCUSSIVE or PITCHED.
            length: samples of the loop.
            on_round: as spectrum.invert calls it.

        Returns:
            [B, length] float32, 44.1 kHz.
        """
        drums = space == PERCUSSIVE
        codec = self.codec_percussive if drums else self.codec_pitched
        decoder = self.decoder_percussive if drums else self.decoder_pitched
        bands = codec.decode(latents)
        log_magnitude, envelope = decoder(bands, codec.spread(bands))
        stft = CircularSTFT(length, bands.shape[1], codec.n_fft, device=latents.device)
        return invert(log_magnitude.exp(), stft, INVERSION_ROUNDS, envelope, on_round)

    @property
    def _latent_size(self) -> int:
        return int(self.denoiser.config["latent_size"])


def model_folder(model: str | Path) -> Path:
    """Where a model lies.

    Args:
        model: "mini", or a folder that save_pretrained wrote.

    Raises:
        FileNotFoundError: there is no such model.
    """
    folder = WEIGHTS / model if (WEIGHTS / model).is_dir() else Path(model)
    if not (folder / "model_index.json").is_file():
        raise FileNotFoundError(f"there is no model {str(model)!r}")
    return folder


def space_of(part: str) -> int:
    """The latent space of a part: PERCUSSIVE for drums, PITCHED for all else."""
    return PERCUSSIVE if part == "drums" else PITCHED


def _noise(seed: int, part: str, frames: int, size: int) -> Tensor:
    """The noise that a part starts from: [frames, size]."""
    generator = torch.Generator().manual_seed(seed * len(PARTS) + PARTS.index(part))
    return torch.randn(frames, size, generator=generator)


@contextmanager
def _timed(output: LoopOutput, stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    output.seconds[stage] = time.perf_counter() - start
