"""Stable Audio 3 behind the contract: composing, repainting and varying with one set of weights.

It is told tempo, metre, key and chords in words alone. Distilled checkpoints take 8 steps and no
guidance; those called base take 100 and are guided, which diffusers does where they compose, and
not where they repaint or vary.

Source: Stability AI, Stable Audio 3, 2026, arXiv 2605.17991.
"""

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import (
    AutoencoderSAME,
    StableAudio3AudioToAudioPipeline,
    StableAudio3InpaintPipeline,
    StableAudio3Pipeline,
)
from diffusers.models.autoencoders.autoencoder_same import (
    AutoencoderSAMEDecoderOutput,
    AutoencoderSAMEOutput,
)
from diffusers.utils import logging as diffusers_logging
from torch import Tensor
from torch.nn import functional as F
from transformers.utils.logging import disable_progress_bar

from ..rhythm import Floats
from . import briefing, digits, synapse
from .anew import Anew
from .contract import Ability, Brief, OnShare
from .placement import Placement

GUIDANCE = 7.0
"""What its makers advise where guidance is not distilled into the weights."""

LEAST_CHANGE = 0.01
"""Of noise a variation needs some."""

STRETCH = 128
"""Latents that are encoded or decoded at once: 12 s."""


def load(folder: Path, placement: Placement) -> "StableAudio3":
    """Loads a folder that save_pretrained wrote, with the synapse that lies in it, if one does.

    Args:
        folder: holds the model_index.json of a StableAudio3Pipeline.
        placement: where it is to compute, and how.
    """
    disable_progress_bar()  # stderr is not ours to write to
    diffusers_logging.disable_progress_bar()
    with warnings.catch_warnings():
        # This one is between diffusers and PyTorch.
        warnings.filterwarnings("ignore", ".*weight_norm. is deprecated", FutureWarning)
        vae = StretchedAutoencoder.from_pretrained(folder / "vae", dtype=placement.dtype)
        pipeline = StableAudio3Pipeline.from_pretrained(folder, vae=vae, dtype=placement.dtype)
    if not placement.offload:
        pipeline.to(placement.device)
    sight = synapse.load(folder, pipeline.transformer, placement.device, placement.dtype)
    if placement.compile:
        pipeline.transformer.compile_repeated_blocks()
    kind = folder.name.removeprefix("stable-audio-3-")
    name = "-".join(filter(None, ("stable-audio-3", kind, digits(folder), sight.name)))
    return StableAudio3(pipeline, name, placement.device, sight, offload=placement.offload)


class StretchedAutoencoder(AutoencoderSAME):
    """The autoencoder, which takes what is long in stretches, so that memory does not run out.

    Each layer's attention reaches as many latents to either side as its window is wide, but the
    mask that says so is a square of all that is taken at once. A stretch is taken with what lies
    within reach on either side, and comes out as the whole would have it.
    """

    def encode(self, sample: Tensor, return_dict: bool = True) -> Any:
        """As AutoencoderSAME's."""
        hop = self.downsampling_ratio
        whole = F.pad(sample, (0, -sample.shape[-1] % hop))
        latents = self._in_stretches(super().encode, whole, hop, 1)
        return AutoencoderSAMEOutput(latents=latents) if return_dict else (latents,)

    def decode(self, latents: Tensor, return_dict: bool = True) -> Any:
        """As AutoencoderSAME's."""
        sample = self._in_stretches(super().decode, latents, 1, self.downsampling_ratio)
        return AutoencoderSAMEDecoderOutput(sample=sample) if return_dict else (sample,)

    def _in_stretches(
        self, work: Callable[..., tuple[Tensor]], whole: Tensor, taken: int, given: int
    ) -> Tensor:
        """What `work` makes of the whole, whose latents are `taken` long there, `given` here."""
        reach = self.config.sliding_window * sum(self.config.encoder_transformer_depths)
        made = []
        for begin in range(0, whole.shape[-1] // taken, STRETCH):
            first, end = max(0, begin - reach), begin + STRETCH
            (part,) = work(whole[..., first * taken : (end + reach) * taken], return_dict=False)
            made.append(part[..., (begin - first) * given : (end - first) * given])
        return torch.cat(made, -1)


class StableAudio3:
    """A contract.Composer.

    Args:
        pipeline: its weights, where they are to lie.
        name: name and version.
        device: where it computes.
        sight: the synapse, if it has one.
        offload: the weights lie in the processor's memory, and each network goes to the device
            while it is at work.
    """

    abilities = frozenset(Ability)

    def __init__(
        self,
        pipeline: StableAudio3Pipeline,
        name: str,
        device: torch.device,
        sight: synapse.Sight,
        *,
        offload: bool = False,
    ) -> None:
        self.pipeline, self.name, self.device = pipeline, name, device
        self._sight, self._offload = sight, offload
        self._inpainting = StableAudio3InpaintPipeline(**pipeline.components)
        self._varying = StableAudio3AudioToAudioPipeline(**pipeline.components)
        for each in (self.pipeline, self._inpainting, self._varying):
            each.set_progress_bar_config(disable=True)

    @property
    def rate(self) -> int:
        """Samples a second of what it takes and gives."""
        return int(self.pipeline.vae.config.sampling_rate)

    @property
    def steps(self) -> int:
        """Denoising steps that suit it."""
        return 8 if self._distilled else 100

    @property
    def guidance(self) -> float:
        """Guidance that suits it; 1 is none."""
        return 1.0 if self._distilled else GUIDANCE

    @property
    def longest_s(self) -> float:
        """Seconds of the longest piece that it can be told to compose."""
        return float(self.pipeline.duration_embedder.config.max_val)

    @property
    def _distilled(self) -> bool:
        return bool(self.pipeline.scheduler.config.stochastic_sampling)

    def compose(self, brief: Brief, on_share: OnShare) -> Floats:
        """A piece of `brief.seconds`: [2, N] float32 at `rate`."""
        seconds = _seconds(round(brief.seconds * self.rate), self.rate)
        guidance = brief.guidance or self.guidance
        return self._run(self.pipeline, seconds, brief, on_share, guidance_scale=guidance)

    def repaint(
        self, sound: Floats, start_s: float, end_s: float, brief: Brief, on_share: OnShare
    ) -> Floats:
        """A sound whose stretch is made anew; what is around it stays as it is, sample by sample.

        Made anew are the latents that lie wholly in the stretch, one at least. What the model
        makes of the latents beside them is the same sound through its codec, so that a short fade
        there joins both.

        Args:
            sound: [2, N] float32 at `rate`.
            start_s: where the stretch begins.
            end_s: where it ends.
            brief: what is told; its seconds are the sound's.
            on_share: see contract.OnShare.

        Returns:
            [2, N] float32.
        """
        samples, hop = sound.shape[1], self.pipeline.vae.downsampling_ratio
        seconds = _seconds(samples, self.rate)
        frames = math.ceil(seconds * self.rate / hop)
        there = Anew.of(start_s, end_s, samples, self.rate, hop, frames)
        kept = torch.ones(1, 1, frames)
        kept[..., there.begin : there.end] = 0
        made = self._run(self._inpainting, seconds, brief, on_share, audio=_batch(sound), mask=kept)
        return there.put_into(sound, made, self.rate)

    def vary(self, sound: Floats, change: float, brief: Brief, on_share: OnShare) -> Floats:
        """Another sound out of one, which is denoised from `change` of noise and the rest of it.

        Args:
            sound: [2, N] float32 at `rate`.
            change: 0-1; at 1 nothing of the sound is left.
            brief: what is told; its seconds are the sound's.
            on_share: see contract.OnShare.

        Returns:
            [2, N] float32.
        """
        return self._run(
            self._varying,
            _seconds(sound.shape[1], self.rate),
            brief,
            on_share,
            audio=_batch(sound),
            init_noise_level=max(change, LEAST_CHANGE),
        )

    @torch.no_grad()
    def _run(
        self,
        pipeline: Any,
        seconds: float,
        brief: Brief,
        on_share: OnShare,
        **given: Any,
    ) -> Floats:
        """One call of one of the pipelines, which leaves the device as it was, come what may."""
        steps = brief.steps or self.steps

        def after_step(_: Any, number: int, _at: Tensor, tensors: dict[str, Tensor]) -> Any:
            if number + 1 < steps:
                on_share((number + 1) / steps)
            return tensors

        if self._offload:
            pipeline.enable_model_cpu_offload(device=self.device)
        try:
            on_share(0.0)
            states, told = self._told(brief)
            with self._sight.shown(brief.picture, brief.picture_strength):
                output = pipeline(
                    prompt_embeds=states,
                    encoder_attention_mask=told,
                    duration=seconds,
                    num_inference_steps=steps,
                    generator=torch.Generator().manual_seed(brief.seed),  # alike on every device
                    callback_on_step_end=after_step,
                    output_type="np",
                    **given,
                )
        finally:
            pipeline.maybe_free_model_hooks()
        return np.asarray(output.audios[0], np.float32)

    def _told(self, brief: Brief) -> tuple[Tensor, Tensor]:
        """Token states [1, L, width], and which of them are of words, [1, L].

        Words of the picture count by its strength: states are mixed of those without it and those
        with it. Where one of both has no word, its state is what the denoiser puts there.
        """
        with_picture = briefing.with_picture(brief.words, brief.picture_words)
        if with_picture == brief.words or not brief.picture_strength:
            return self._encoded(brief.words)
        filler = self.pipeline.transformer.prompt_padding_embedding
        alone, both = (
            _filled(*self._encoded(words), filler) for words in (brief.words, with_picture)
        )
        mixed = torch.lerp(alone, both, brief.picture_strength)
        return mixed, torch.ones(mixed.shape[:2], dtype=torch.long, device=mixed.device)

    def _encoded(self, words: str) -> tuple[Tensor, Tensor]:
        states, told = self.pipeline.encode_prompt(words, self.device, 1)
        return states, told


def _filled(states: Tensor, told: Tensor, filler: Tensor) -> Tensor:
    """Token states with the words at the end, on whichever side they were padded."""
    padding_behind = int(told.flip(1).argmax())
    states, told = states.roll(padding_behind, 1), told.roll(padding_behind, 1)
    return torch.where(told.bool()[..., None], states, filler.to(states))


def _seconds(samples: int, rate: int) -> float:
    """Seconds of which a pipeline, which rounds down, makes exactly so many samples."""
    seconds = samples / rate
    return seconds if int(seconds * rate) == samples else math.nextafter(seconds, math.inf)


def _batch(sound: Floats) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(sound, np.float32))[None]
