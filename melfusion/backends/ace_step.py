"""ACE-Step 1.5 behind the contract: composing, repainting and varying with one set of weights.

Tempo, key and metre are told it as what they are, beside the words. Checkpoints called turbo take
8 steps and no guidance; base and sft take 50 and are guided. Single instruments are asked for by
the track's name where a checkpoint was taught to, which is base alone, and by the words elsewhere.

Source: Gong et al., ACE-Step 1.5: Pushing the Boundaries of Open-Source Music Generation, 2026,
    arXiv 2602.00744; what metadata and tasks it knows: acestep/constants.py of its makers.
"""

import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.utils import logging as diffusers_logging
from torch import Tensor
from transformers.utils.logging import disable_progress_bar

from ..rhythm import Floats
from . import digits, synapse
from .ace_step_text import PicturedAceStep, told
from .anew import Anew
from .contract import Ability, Brief, OnShare
from .placement import Placement

SHORTEST_S, LONGEST_S = 10.0, 600.0
"""Of the pieces that it was taught."""

TRACKS = {"drums": "drums", "bass": "bass", "chords": "keyboard", "lead": "synth"}
"""Which of its tracks each part is."""

GUIDANCE = 7.0
SHIFT = 3.0
"""What its makers advise: guidance where it is not distilled into the weights, and for all how
much more of the steps go into the outline than into details."""

TEXT_TOKENS = 1024
"""The metadata stand behind the words: text that is cut off at diffusers' 256 would lose them."""

Keep = Callable[[Tensor, float], Tensor]
"""Latents after a step, and the level of their noise, 0-1 -> those to go on with."""


def load(folder: Path, placement: Placement) -> "AceStep":
    """Loads a folder that save_pretrained wrote, with the synapse that lies in it, if one does.

    Args:
        folder: holds the model_index.json of an AceStepPipeline.
        placement: where it is to compute, and how.
    """
    disable_progress_bar()  # stderr is not ours to write to
    diffusers_logging.disable_progress_bar()
    with warnings.catch_warnings():
        # This one is between diffusers and PyTorch.
        warnings.filterwarnings("ignore", ".*weight_norm. is deprecated", FutureWarning)
        pipeline = PicturedAceStep.from_pretrained(folder, dtype=placement.dtype)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.vae.enable_tiling()  # memory of what decodes grows with the piece
    sight = synapse.load(folder, pipeline.transformer, placement.device, placement.dtype)
    if placement.compile:
        for block in pipeline.transformer.layers:  # alike, so that one is compiled for all
            block.compile()
    if placement.offload:
        pipeline.enable_model_cpu_offload(device=placement.device)
    else:
        pipeline.to(placement.device)
    version = pipeline.transformer.config.model_version
    name = "-".join(filter(None, ("ace-step-1.5", version, digits(folder), sight.name)))
    return AceStep(pipeline, name, placement.device, sight)


def noise_levels(steps: int) -> list[float]:
    """How much noise there is before each step: 1 at first, and none is left after the last.

    Source: Esser et al., Scaling Rectified Flow Transformers for High-Resolution Image Synthesis,
        2024, section 5.3.2.
    """
    even = np.linspace(1.0, 0.0, steps + 1)[:-1]
    return [float(level) for level in SHIFT * even / (1 + (SHIFT - 1) * even)]


class AceStep:
    """A contract.Composer.

    Args:
        pipeline: its weights, where they are to lie.
        name: name and version.
        device: where it computes.
        sight: the synapse, if it has one.
    """

    abilities = frozenset(Ability)
    longest_s = LONGEST_S

    def __init__(
        self, pipeline: PicturedAceStep, name: str, device: torch.device, sight: synapse.Sight
    ) -> None:
        self.pipeline, self.name, self.device = pipeline, name, device
        self._sight = sight

    @property
    def rate(self) -> int:
        """Samples a second of what it takes and gives."""
        return int(self.pipeline.sample_rate)

    @property
    def steps(self) -> int:
        """Denoising steps that suit it."""
        return 8 if self.pipeline.is_turbo else 50

    @property
    def guidance(self) -> float:
        """Guidance that suits it; 1 is none."""
        return 1.0 if self.pipeline.is_turbo else GUIDANCE

    def compose(self, brief: Brief, on_share: OnShare) -> Floats:
        """A piece of `brief.seconds`: [2, N] float32 at `rate`.

        Of one that is shorter than any that the model was taught, the beginning.
        """
        seconds = max(brief.seconds, SHORTEST_S)
        noise = self._noise(brief.seed, self._frames(seconds))
        made = self._made(brief, seconds, noise, self._levels(brief), on_share, **self._task(brief))
        return made[:, : round(brief.seconds * self.rate)]

    @torch.no_grad()
    def repaint(
        self, sound: Floats, start_s: float, end_s: float, brief: Brief, on_share: OnShare
    ) -> Floats:
        """A sound whose stretch is made anew; what is around it stays as it is, sample by sample.

        Made anew are the latents that lie wholly in the stretch, one at least. Those around are
        put back after every step, noisy as they have to be there, so that the stretch grows
        together with what will stand beside it. A short fade joins both.

        Source: Lugmayr et al., RePaint: Inpainting using Denoising Diffusion Probabilistic Models,
            2022, equation 8.

        Args:
            sound: [2, N] float32 at `rate`.
            start_s: where the stretch begins.
            end_s: where it ends.
            brief: what is told; its seconds are the sound's.
            on_share: see contract.OnShare.

        Returns:
            [2, N] float32.
        """
        samples, hop = sound.shape[1], self.pipeline.vae.hop_length
        whole = self._whole(sound)
        frames = whole.shape[1] // hop
        there = Anew.of(start_s, end_s, samples, self.rate, hop, frames)
        source, noise = self._encoded(whole), self._noise(brief.seed, frames)
        anew = torch.zeros(1, frames, 1, dtype=torch.bool, device=self.device)
        anew[:, there.begin : there.end] = True
        made = self._made(
            brief,
            samples / self.rate,
            noise,
            self._levels(brief),
            on_share,
            lambda latents, level: torch.where(anew, latents, torch.lerp(source, noise, level)),
            task_type="repaint",
            src_audio=whole,
            # Frames are counted down from seconds: from their middles it is the right ones.
            repainting_start=(there.begin + 0.5) * hop / self.rate,
            repainting_end=(there.end + 0.5) * hop / self.rate,
        )
        return there.put_into(sound, made, self.rate)

    @torch.no_grad()
    def vary(self, sound: Floats, change: float, brief: Brief, on_share: OnShare) -> Floats:
        """Another sound out of one, which is denoised from `change` of noise and the rest of it.

        Below 1 its melody, harmony and rhythm lead the model as well, where the checkpoint came
        with what hears them (the task "cover"). How strongly is left as it is: in diffusers that
        mixes two instructions, both of which have the sound before them.

        Source: Meng et al., SDEdit: Guided Image Synthesis and Editing with Stochastic
            Differential Equations, 2022.

        Args:
            sound: [2, N] float32 at `rate`.
            change: 0-1; at 1 nothing of the sound is left.
            brief: what is told; its seconds are the sound's.
            on_share: see contract.OnShare.

        Returns:
            [2, N] float32.
        """
        whole = self._whole(sound)
        source = self._encoded(whole)
        noise = self._noise(brief.seed, source.shape[1])
        task = self._task(brief)
        if change < 1 and self.pipeline.audio_tokenizer is not None:
            task = {"task_type": "cover", "src_audio": whole}
        made = self._made(
            brief,
            sound.shape[1] / self.rate,
            torch.lerp(source, noise, change),
            [change, *(level for level in self._levels(brief) if level < change)],
            on_share,
            **task,
        )
        return made[:, : sound.shape[1]]

    def _task(self, brief: Brief) -> dict[str, Any]:
        """What is to be composed: music, or one track of it, where the model was taught tracks."""
        taught = "base" in str(self.pipeline.transformer.config.model_version)
        if taught and brief.part in TRACKS:
            return {"task_type": "lego", "track_name": TRACKS[brief.part]}
        return {"task_type": "text2music"}

    def _levels(self, brief: Brief) -> list[float]:
        return noise_levels(brief.steps or self.steps)

    @torch.no_grad()
    def _made(
        self,
        brief: Brief,
        seconds: float,
        latents: Tensor,
        levels: list[float],
        on_share: OnShare,
        keep: Keep | None = None,
        **task: Any,
    ) -> Floats:
        """One call of the pipeline, which leaves the device as it was, come what may.

        Its latents are decoded here: what the pipeline makes of them is as loud as it can be, and
        a sound would not come back as loud as it was.

        Returns:
            [2, N] float32, N of whole latents.
        """
        left = [*levels[1:], 0.0]

        def after_step(_: Any, number: int, _at: float, tensors: dict[str, Tensor]) -> Any:
            if number + 1 < len(levels):
                on_share((number + 1) / len(levels))
            return {"latents": keep(tensors["latents"], left[number])} if keep else tensors

        try:
            on_share(0.0)
            seen = self._sight.shown(brief.picture, brief.picture_strength)
            with _seeded(brief.seed, self.device), seen:
                output = self.pipeline(
                    prompt=brief.words,
                    picture_words=brief.picture_words,
                    picture_strength=brief.picture_strength,
                    lyrics="[Instrumental]",
                    vocal_language="unknown",
                    audio_duration=seconds,
                    max_text_length=TEXT_TOKENS,
                    latents=latents,
                    timesteps=levels,
                    guidance_scale=self._guidance(brief),
                    callback_on_step_end=after_step,
                    output_type="latent",
                    **told(brief),
                    **task,
                )
            audio = self.pipeline.vae.decode(output.audios.transpose(1, 2)).sample[0]
            return np.asarray(audio.float().cpu().numpy(), np.float32)
        finally:
            self.pipeline.maybe_free_model_hooks()

    def _guidance(self, brief: Brief) -> float:
        """As asked, but none where it is distilled into the weights: the pipeline can but warn."""
        return 1.0 if self.pipeline.is_turbo else brief.guidance or self.guidance

    def _frames(self, seconds: float) -> int:
        """Latents of a piece, counted as the pipeline counts them."""
        return math.ceil(seconds * self.pipeline.latents_per_second)

    def _whole(self, sound: Floats) -> Tensor:
        """A sound [2, N] of whole latents, the last of which is filled up by its mirror image."""
        frames = self._frames(sound.shape[1] / self.rate)
        missing = frames * self.pipeline.vae.hop_length - sound.shape[1]
        return torch.from_numpy(np.pad(sound, ((0, 0), (0, missing)), "reflect"))

    def _encoded(self, whole: Tensor) -> Tensor:
        """Latents [1, F, C] of a sound of whole latents."""
        vae = self.pipeline.vae
        encoded = vae.encode(whole[None].to(self.device, vae.dtype)).latent_dist.mode()
        return encoded.transpose(1, 2).to(self.pipeline.transformer.dtype)

    def _noise(self, seed: int, frames: int) -> Tensor:
        """Latents [1, F, C] to begin with, the same on every device."""
        transformer = self.pipeline.transformer
        shape = (1, frames, transformer.config.audio_acoustic_hidden_dim)
        noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
        return noise.to(self.device, transformer.dtype)


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """What the pipeline draws unasked, where it encodes a sound, comes of the seed as well."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
