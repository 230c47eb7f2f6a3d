"""The pipeline of `mini`: a plan, words and a picture in; the stems of a loop out."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from PIL import Image
from torch import Tensor

from .. import loop
from ..arranging import Performance, Reading
from ..material.finish import finished, kicks_of
from ..music import Plan
from ..pipeline import MeLFusionPipeline, Model, OnStage
from ..request import PARTS
from ..score import Note
from .codec import SAMPLE_RATE, LatentCodec, latent_frames
from .conditioning import (
    arrangement_features,
    frame_features,
    loop_features,
)
from .decoder import SpectrumDecoder
from .denoiser import PERCUSSIVE, PITCHED, Denoiser, Told
from .kept import Kept
from .part import Part
from .precision import half, rounded
from .reading import Reader
from .sketch import Sketcher, played
from .spectrum import CircularSTFT, attacks, invert
from .towers import EfficientNetTower, MiniLMTower
from .width import widened

INVERSION_ROUNDS = {PERCUSSIVE: 10, PITCHED: 8}
"""More bring nothing that is heard where magnitudes come from a decoder (measurements.md)."""

ATTACK_REACH = 8, 4
"""Points of an envelope, 5.8 ms each, that an attack is smeared over by the window of 93 ms."""

TEMPERATURE = 0.7
"""The noise that a render begins with is so much quieter than in training (as in Glow, Kingma and
Dhariwal, NeurIPS 2018): less chance in every frame, cleaner notes (measurements.md)."""

KEPT_PICTURES = 32
"""Pictures whose features stay in memory: 184 kB each."""

PARTS_OF_MODEL: dict[str, type[Part]] = {
    "denoiser": Denoiser,
    "reader": Reader,
    "codec_percussive": LatentCodec,
    "codec_pitched": LatentCodec,
    "decoder_percussive": SpectrumDecoder,
    "decoder_pitched": SpectrumDecoder,
}
"""What is trained, by the name of its folder."""

ROUNDED = "denoiser", "decoder_percussive", "decoder_pitched"
"""Parts that run in half precision."""


class MiniPipeline(MeLFusionPipeline):
    """Loops from a picture and a sentence, on a CPU.

    The parts asked for are rendered in one batch on one plan, so that they fit one another; a full
    mix is their sum. Everything runs on the circle of the loop: see spectrum.py and denoiser.py.
    """

    steps = 4

    def __init__(
        self,
        denoiser: Denoiser,
        reader: Reader,
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
            reader=reader,
            codec_percussive=codec_percussive,
            codec_pitched=codec_pitched,
            decoder_percussive=decoder_percussive,
            decoder_pitched=decoder_pitched,
            scheduler=scheduler,
        )
        self.register_to_config(name=name)
        self.sketchers = {
            PERCUSSIVE: Sketcher(codec_percussive, drums=True),
            PITCHED: Sketcher(codec_pitched, drums=False),
        }
        self.text_tower = MiniLMTower()
        self.image_tower = EfficientNetTower()
        self.pictures: Kept[Tensor] = Kept(KEPT_PICTURES)

    @classmethod
    def load(cls, folder: Path, **options: Any) -> "MiniPipeline":
        """Loads what save_pretrained wrote; `options` are further arguments of the constructor."""
        parts = {
            name: kind.from_pretrained(folder / name, dtype=torch.float32)
            for name, kind in PARTS_OF_MODEL.items()
        }
        for name in ROUNDED:
            rounded(parts[name])
        scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(folder / "scheduler")
        name = cls.load_config(folder)["name"]
        return cls(**parts, scheduler=scheduler, name=name, **options)

    def encode_words(self, prompt: str) -> Tensor:
        """Token states: [TOKENS, 384]."""
        return self.text_tower(prompt)

    def encode_picture(self, image: Image.Image) -> Tensor:
        """Features: [TOKENS, 1280]."""
        name = hashlib.sha256(f"{image.mode} {image.size}".encode() + image.tobytes()).hexdigest()
        return self.pictures.get(name, lambda: self.image_tower(image))

    @torch.no_grad()
    def read(self, words: Tensor | None, picture: Tensor | None, strength: float) -> Reading:
        """What is read in token states of words and features of a picture; None is none."""
        classes = None if picture is None else self.image_tower.classes(picture)
        reading: Reading = self.reader(words, picture, classes, strength)
        return reading

    def mixed_words(self, one: Tensor, other: Tensor, share: float) -> Tensor:
        """As in MeLFusionPipeline."""
        return torch.lerp(one, other, share)

    mixed_pictures = mixed_words

    def valence(self, prompt: str, image: Image.Image | None, image_strength: float) -> float:
        """As in MeLFusionPipeline."""
        shown = image if image_strength > 0 else None
        picture = None if shown is None else self.encode_picture(shown)
        words = self.encode_words(prompt) if prompt.strip() else None
        return self.read(words, picture, image_strength).valence

    def noise(self, plan: Plan, parts: Sequence[str], seed: int) -> Tensor:
        """Every part has noise of its own, so that it is the same alone and with others.

        Returns:
            [parts, T, latent_size].
        """
        frames = latent_frames(_length(plan))
        noise = [_noise(seed, part, frames, self._latent_size) for part in parts]
        return TEMPERATURE * torch.stack(noise).to(self.device)

    def set_steps(self, steps: int) -> None:
        """Evenly from pure noise to one step before none.

        The scheduler's own list spends a step on sigma 0.001.
        """
        sigmas = np.linspace(1, 1 / steps, steps)
        self.scheduler.set_timesteps(sigmas=sigmas, device=self.device)

    def model(
        self,
        plan: Plan,
        parts: Sequence[str],
        words: Tensor,
        picture: Tensor | None,
        strength: float,
        performance: Performance | None,
    ) -> Model:
        """As in MeLFusionPipeline."""
        device, count = self.device, len(parts)
        length = latent_frames(_length(plan))
        frames = frame_features(plan, length)
        loops = [loop_features(plan.bpm, plan.metre, plan.bars, part) for part in parts]
        always = {
            "space": torch.tensor([space_of(part) for part in parts]).to(device),
            "frame_features": torch.from_numpy(frames).expand(count, -1, -1).to(device),
            "loop_features": torch.from_numpy(np.stack(loops)).to(device),
        }
        text = words.expand(count, -1, -1).to(device)
        told: dict[str, Tensor] = {}
        if performance is not None:
            notes = [self._played(performance.score[part], plan, part) for part in parts]
            always["score"] = torch.stack(notes).to(device)
            told["arrangement"] = self._told(performance, parts)
        shown: dict[str, Tensor] = {}
        if picture is not None:
            shown["image_tokens"] = picture.expand(count, -1, -1).to(device)
            shown["image_strength"] = torch.full((count,), strength, device=device)

        @cache
        def ready(with_words: bool, with_picture: bool) -> Told:
            given = always | {"text": text if with_words else torch.zeros_like(text)}
            if with_picture:
                given |= shown
            if with_words or with_picture:
                given |= told
            ready: Told = self.denoiser.told(**given)
            return ready

        def run(latents: Tensor, timestep: Tensor, with_words: bool, with_picture: bool) -> Tensor:
            with half(device.type):
                told = ready(with_words, with_picture)
                velocity: Tensor = self.denoiser.velocity(latents, timestep.expand(count), told)
            return velocity.float()

        return run

    def stems(
        self,
        latents: Tensor,
        plan: Plan,
        parts: Sequence[str],
        performance: Performance | None,
        on_stage: OnStage,
    ) -> dict[str, np.ndarray]:
        """As in MeLFusionPipeline; parts that nobody performs are left as they are played."""
        stems = {}
        for number, part in enumerate(parts):
            space = space_of(part)
            rounds = INVERSION_ROUNDS[space]

            def on_round(done: int, number: int = number, rounds: int = rounds) -> None:
                on_stage("decoding", (number + done / rounds) / len(parts))

            decoded = self.decode(latents[number, None], space, _length(plan), on_round)
            audio = decoded[0].cpu().numpy()
            if performance is not None:
                kicks = kicks_of(performance.score["drums"])
                audio = finished(audio, part, performance.effects[part], plan.bpm, kicks)
            stems[part] = widened(audio, part)
        return stems

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
        with half(self.device.type):
            log_magnitude, envelope = decoder(bands, codec.spread(bands))
        stft = CircularSTFT(length, bands.shape[1], codec.n_fft)
        magnitude = codec.filled(log_magnitude.float(), bands).exp().cpu()
        wanted = envelope.float().cpu()
        held = 1.0 if drums else attacks(wanted, ATTACK_REACH)
        return invert(magnitude, stft, INVERSION_ROUNDS[space], wanted, held, on_round)

    def _played(self, notes: Sequence[Note], plan: Plan, part: str) -> Tensor:
        """A part's notes and their sketch, as the denoiser is told them."""
        return played(self.sketchers[space_of(part)], notes, plan, _length(plan))

    def _told(self, performance: Performance, parts: Sequence[str]) -> Tensor:
        """Who plays each part, and how, as the denoiser is told it."""
        arrangement = performance.arrangement
        names = self.denoiser.config["names"]
        rows = [
            arrangement_features(
                (arrangement.style, arrangement.instruments[part]),
                arrangement.mood,
                performance.touches[part],
                names,
            )
            for part in parts
        ]
        return torch.from_numpy(np.stack(rows)).to(self.device)

    @property
    def _latent_size(self) -> int:
        return int(self.denoiser.config["latent_size"])


def space_of(part: str) -> int:
    """The latent space of a part: PERCUSSIVE for drums, PITCHED for all else."""
    return PERCUSSIVE if part == "drums" else PITCHED


def _noise(seed: int, part: str, frames: int, size: int) -> Tensor:
    """The noise that a part starts from: [frames, size]."""
    generator = torch.Generator().manual_seed(seed * len(PARTS) + PARTS.index(part))
    return torch.randn(frames, size, generator=generator)


def _length(plan: Plan) -> int:
    """Samples of the loop at the model's rate."""
    return loop.samples(plan.bars, plan.metre, plan.bpm, SAMPLE_RATE)
