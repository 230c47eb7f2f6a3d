"""The large models as training sees them: what they make of sound and words, and their velocity.

Both are rectified flows (Liu et al., ICLR 2023). At a share t of noise, 0-1, their transformers are
given (1 - t) * latents + t * noise, and say the velocity, which is noise - latents.
"""

import math
import warnings
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers import AceStepPipeline, DiffusionPipeline, StableAudio3Pipeline
from torch import Tensor, nn

SECONDS = 10.0
"""Of music that a sample has; MeLBench's clips are as long."""

TIMBRE_S = 30
"""Of a recording that ACE-Step takes timbre from."""

Words = dict[str, Tensor]
"""What a transformer is told of one text, by the names of its arguments; without a batch axis."""


class Backbone(ABC):
    """A model whose pipeline is frozen.

    Args:
        pipeline: its networks stay where they are, and learn nothing.
    """

    pipeline_class: type[DiffusionPipeline]

    def __init__(self, pipeline: DiffusionPipeline) -> None:
        self.pipeline: Any = pipeline
        for network in self.networks:
            network.requires_grad_(False).eval()

    @property
    def networks(self) -> list[nn.Module]:
        """All of them, in an order that does not change."""
        parts = sorted(self.pipeline.components.items())
        return [part for _, part in parts if isinstance(part, nn.Module)]

    @property
    def transformer(self) -> Any:
        """What the synapse is installed in."""
        return self.pipeline.transformer

    @property
    @abstractmethod
    def rate(self) -> int:
        """Samples a second of the sound that it takes."""

    @property
    @abstractmethod
    def hop(self) -> int:
        """Samples of one latent."""

    @property
    def samples(self) -> int:
        """Of the sound of a sample: about SECONDS, and whole latents."""
        return round(SECONDS * self.rate / self.hop) * self.hop

    @abstractmethod
    def latents(self, sound: Tensor) -> Tensor:
        """What the transformer works on, out of a sound [2, N] float32: without a batch axis."""

    @abstractmethod
    def words(self, text: str) -> Words:
        """What is told of a text."""

    @abstractmethod
    def nothing(self, words: Words) -> Words:
        """What is told in place of words where the model is guided away from it."""

    @abstractmethod
    def velocity(self, noisy: Tensor, share: Tensor, words: Words) -> Tensor:
        """The transformer's say.

        Args:
            noisy: [B, ...] latents.
            share: [B] of noise, 0-1.
            words: with a batch axis.

        Returns:
            [B, ...].
        """

    def _timestep(self, share: Tensor) -> Tensor:
        """Share of noise as the scheduler counts it."""
        return share * self.pipeline.scheduler.config.num_train_timesteps


class AceStep(Backbone):
    """ACE-Step 1.5, asked for music out of words, without a voice."""

    pipeline_class = AceStepPipeline

    @property
    def rate(self) -> int:
        """As in Backbone."""
        return int(self.pipeline.sample_rate)

    @property
    def hop(self) -> int:
        """As in Backbone."""
        return int(self.pipeline.vae.hop_length)

    def latents(self, sound: Tensor) -> Tensor:
        """[T, C], as in Backbone."""
        vae = self.pipeline.vae
        return vae.encode(sound[None].to(vae.device, vae.dtype)).latent_dist.mode()[0].T

    def words(self, text: str) -> Words:
        """As in Backbone; no padding is among them, for the transformer would read it."""
        pipeline, device = self.pipeline, self.transformer.device
        told = pipeline.encode_prompt(
            text, "[Instrumental]", device, vocal_language="unknown", audio_duration=SECONDS
        )
        timbre_frames = math.ceil(TIMBRE_S * pipeline.latents_per_second)
        silence = pipeline.condition_encoder.silence_latent[:, :timbre_frames].to(told[0].dtype)
        # Text, lyrics, and the sound of a recording: of none, that is of silence.
        states, _ = pipeline.condition_encoder(
            *told, silence, torch.zeros(1, dtype=torch.long, device=device)
        )
        return {"encoder_hidden_states": states[0]}

    def nothing(self, words: Words) -> Words:
        """As in Backbone: what it has learned for it."""
        states = words["encoder_hidden_states"]
        learned = self.pipeline.condition_encoder.null_condition_emb[0].to(states)
        return {"encoder_hidden_states": learned.expand_as(states)}

    def velocity(self, noisy: Tensor, share: Tensor, words: Words) -> Tensor:
        """As in Backbone."""
        time, frames = self._timestep(share).to(noisy.dtype), noisy.shape[1]
        silence, _ = self.pipeline.prepare_src_latents(
            noisy.device, noisy.dtype, len(noisy), latent_length=frames
        )
        # All of it is to be made: nothing of it is there yet.
        context = torch.cat([silence, torch.ones_like(silence)], dim=-1)
        given = {"timestep": time, "timestep_r": time, "context_latents": context, **words}
        return self.transformer(noisy, **given).sample


class StableAudio3(Backbone):
    """Stable Audio 3."""

    pipeline_class = StableAudio3Pipeline

    @property
    def rate(self) -> int:
        """As in Backbone."""
        return int(self.pipeline.vae.config.sampling_rate)

    @property
    def hop(self) -> int:
        """As in Backbone."""
        return int(self.pipeline.vae.downsampling_ratio)

    def latents(self, sound: Tensor) -> Tensor:
        """[C, T], as in Backbone."""
        vae = self.pipeline.vae
        return vae.encode(sound[None].to(vae.device, vae.dtype)).latents[0]

    def words(self, text: str) -> Words:
        """As in Backbone."""
        pipeline, device = self.pipeline, self.transformer.device
        states, mask = pipeline.encode_prompt(text, device, 1)
        seconds = pipeline.encode_duration(SECONDS, device, 1, 1)
        context, mask = pipeline.prepare_cross_attention(states, mask, seconds)
        return {
            "encoder_hidden_states": context[0],
            "encoder_attention_mask": mask[0],
            "global_hidden_states": seconds[0],
        }

    def nothing(self, words: Words) -> Words:
        """As in Backbone: the empty text."""
        del words
        return self._empty

    @cached_property
    def _empty(self) -> Words:
        with torch.no_grad():
            return self.words("")

    def velocity(self, noisy: Tensor, share: Tensor, words: Words) -> Tensor:
        """As in Backbone."""
        return self.transformer(noisy, self._timestep(share), **words).sample


BACKBONES: dict[str, type[Backbone]] = {"ace-step": AceStep, "stable-audio-3": StableAudio3}
"""By the name that `melfusion train --backbone` knows."""


def load(name: str, folder: Path, device: str) -> Backbone:
    """Loads a model to be trained on; in half precision on a GPU.

    Args:
        name: of BACKBONES.
        folder: that save_pretrained wrote.
        device: torch device.

    Raises:
        ValueError: the folder holds a model of another kind.
    """
    kind = BACKBONES[name]
    found, wanted = DiffusionPipeline.load_config(folder)["_class_name"], kind.pipeline_class
    if found != wanted.__name__:
        raise ValueError(f"--backbone: {folder} holds a {found}; {name} is a {wanted.__name__}")
    dtype = torch.bfloat16 if torch.device(device).type == "cuda" else torch.float32
    with warnings.catch_warnings():
        # This one is between diffusers and PyTorch.
        warnings.filterwarnings("ignore", ".*weight_norm. is deprecated", FutureWarning)
        pipeline = wanted.from_pretrained(folder, dtype=dtype)
    return kind(pipeline.to(device))
