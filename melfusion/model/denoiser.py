"""The denoiser: a transformer on the circle of latent frames, trained by rectified flow.

It predicts the velocity noise - data (Liu et al., ICLR 2023; the convention of diffusers'
FlowMatchEulerDiscreteScheduler). Nothing in it knows an absolute position: convolutions wrap,
attention is over all frames, and time is told as phases (conditioning.py), so a loop turned by
some frames gives the same loop turned. Words and picture come in through the visual synapse in
every second block; time step, tempo, metre, part and what words and picture mean modulate every
block (adaLN-single, Chen et al., PixArt-alpha, ICLR 2024).
"""

from dataclasses import dataclass
from typing import Any

import torch
from diffusers.configuration_utils import register_to_config
from diffusers.models.attention_processor import Attention
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from torch import Tensor, nn
from torch.nn import functional as F

from ..score import TOUCHES
from .conditioning import FRAME_FEATURES, LOOP_FEATURES, SCORE_FEATURES
from .part import Part
from .sketch import FORMS
from .synapse import Synapse, VisualSynapse, mixed

PERCUSSIVE, PITCHED = 0, 1
"""The two latent spaces; drums live in the first, all other parts in the second."""


def _circular(x: Tensor, half: int) -> Tensor:
    """[B, C, T] -> [B, C, T + 2 * half], wrapped."""
    if half > x.shape[-1]:
        index = torch.arange(-half, x.shape[-1] + half, device=x.device) % x.shape[-1]
        return x[..., index]
    return torch.cat([x[..., x.shape[-1] - half :], x, x[..., :half]], -1)


class Block(nn.Module):
    """Circular convolution, self-attention, (cross-attention through the synapse), network."""

    def __init__(
        self, width: int, heads: int, text_size: int, image_size: int, crossed: bool, kernel: int
    ) -> None:
        super().__init__()
        head = width // heads
        self.kernel = kernel
        self.mix = nn.Conv1d(width, width, kernel, groups=width)
        self.norms = nn.ModuleList(nn.LayerNorm(width, elementwise_affine=False) for _ in range(3))
        self.attention = Attention(width, heads=heads, dim_head=head)
        self.cross: Attention | None = None
        if crossed:
            self.cross = Attention(
                width,
                cross_attention_dim=text_size,
                heads=heads,
                dim_head=head,
                processor=VisualSynapse(image_size, width),
            )
        self.network = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.modulation = nn.Parameter(torch.randn(6, width) / width**0.5)

    def forward(self, x: Tensor, modulation: Tensor, heard: tuple[Tensor, Tensor] | None) -> Tensor:
        """x: [B, T, width], modulation: [B, 6, width], heard: see `hear` -> [B, T, width]."""
        steps = (self.modulation + modulation).unsqueeze(2).unbind(1)
        shift_a, scale_a, gate_a, shift_b, scale_b, gate_b = steps
        x = x + self.mix(_circular(x.transpose(1, 2), self.kernel // 2)).transpose(1, 2)
        x = x + gate_a * self.attention(self.norms[0](x) * (1 + scale_a) + shift_a)
        if self.cross is not None:
            x = x + self.cross(self.norms[1](x), heard=heard)
        return x + gate_b * self.network(self.norms[2](x) * (1 + scale_b) + shift_b)

    def hear(
        self, text: Tensor, image_tokens: Tensor | None, image_strength: Tensor | None
    ) -> tuple[Tensor, Tensor] | None:
        """Keys and values of words and picture; None where there is no synapse."""
        if self.cross is None:
            return None
        synapse = self.cross.processor
        assert isinstance(synapse, VisualSynapse)
        return synapse.heard(self.cross, text, image_tokens, image_strength)


class Meaning(nn.Module):
    """What the tokens of a text or a picture say as a whole."""

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Linear(size, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Tensor:
        """[B, L, size] normalised tokens -> [B, width]."""
        meaning: Tensor = self.norm(self.inner(tokens.mean(1)))
        return meaning


@dataclass(frozen=True)
class Told:
    """What the denoiser is told of a loop, made ready for all steps.

    Attributes:
        drums: [B, 1, 1] bool, whether the latents are PERCUSSIVE.
        frames: [B, T, width] plan, notes and sketch.
        whole: [B, width] tempo, metre, part, meaning, arrangement.
        heard: for every block its keys and values, or None.
    """

    drums: Tensor
    frames: Tensor
    whole: Tensor
    heard: list[tuple[Tensor, Tensor] | None]


class Denoiser(Part):
    """Velocity of the latents of one part, given plan, words and picture.

    Args:
        latent_size: numbers in a latent frame.
        width: channels inside.
        depth: number of blocks; every second one has a synapse.
        heads: attention heads.
        text_size: width of a text token (MiniLM: 384).
        image_size: width of an image token (EfficientNet-Lite2: 1280).
        kernel: frames that the convolutions see.
        names: styles and instruments that an arrangement may name.
    """

    @register_to_config
    def __init__(
        self,
        latent_size: int = 128,
        width: int = 320,
        depth: int = 8,
        heads: int = 5,
        text_size: int = 384,
        image_size: int = 1280,
        kernel: int = 7,
        names: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.inlets = nn.ModuleList(nn.Linear(latent_size, width) for _ in range(2))
        outlets = [nn.Linear(width, latent_size) for _ in range(2)]
        for outlet in outlets:
            nn.init.zeros_(outlet.weight)
            nn.init.zeros_(outlet.bias)
        self.outlets = nn.ModuleList(outlets)
        self.plan = nn.Sequential(
            nn.Linear(FRAME_FEATURES, width), nn.SiLU(), nn.Linear(width, width)
        )
        played = nn.Linear(width, width)
        self.score = nn.Sequential(nn.Linear(SCORE_FEATURES, width), nn.SiLU(), played)
        self.arranged = nn.Linear(len(names) + 4, width, bias=False)
        touched = nn.Linear(width, width)
        self.touched = nn.Sequential(nn.Linear(len(names) + 4 + TOUCHES, width), nn.SiLU(), touched)
        self.sketched = nn.ModuleList(
            nn.Linear(FORMS * latent_size, width, bias=False) for _ in range(2)
        )
        for layer in (played, touched, self.arranged, *self.sketched):
            nn.init.zeros_(layer.weight)
        self.time = nn.ModuleList(
            [
                Timesteps(256, flip_sin_to_cos=True, downscale_freq_shift=0),
                TimestepEmbedding(256, width),
            ]
        )
        self.whole = nn.Sequential(
            nn.Linear(LOOP_FEATURES, width), nn.SiLU(), nn.Linear(width, width)
        )
        self.modulate = nn.Linear(width, 6 * width)
        self.text_norm = nn.LayerNorm(text_size)
        self.image_norm = nn.LayerNorm(image_size)
        self.image_inlet = nn.Linear(image_size, width)
        self.text_meaning = Meaning(text_size, width)
        self.image_meaning = Meaning(image_size, width)
        self.balance = Synapse()
        self.meant = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.meant.weight)
        self.blocks = nn.ModuleList(
            Block(width, heads, text_size, width, number % 2 == 1, kernel)
            for number in range(depth)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, latents: Tensor, timestep: Tensor, **given: Any) -> Tensor:
        """One step: `velocity` with what `told` makes of `given`."""
        return self.velocity(latents, timestep, self.told(**given))

    def told(
        self,
        space: Tensor,
        frame_features: Tensor,
        loop_features: Tensor,
        text: Tensor,
        image_tokens: Tensor | None = None,
        image_strength: Tensor | None = None,
        score: Tensor | None = None,
        arrangement: Tensor | None = None,
    ) -> Told:
        """What is the same in every step.

        Args:
            space: [B] int64, PERCUSSIVE or PITCHED.
            frame_features: [B, T, FRAME_FEATURES].
            loop_features: [B, LOOP_FEATURES].
            text: [B, L, text_size] as towers.filled lays them out; all zeros is no text.
            image_tokens: [B, L, image_size], or None.
            image_strength: [B] 0-1, or None.
            score: [B, T, SCORE_FEATURES + FORMS * latent_size] the notes and their sketch; all
                zeros, or None, is none.
            arrangement: [B, len(names) + 4 + TOUCHES]; all zeros, or None, is none.
        """
        drums = (space == PERCUSSIVE)[:, None, None]
        frames = self.plan(frame_features)
        if score is None:
            told = SCORE_FEATURES + FORMS * int(self.config["latent_size"])
            score = frame_features.new_zeros(*frame_features.shape[:2], told)
        notes, sketch = score[..., :SCORE_FEATURES], score[..., SCORE_FEATURES:]
        frames = frames + self.score(notes)
        frames = frames + torch.where(drums, self.sketched[0](sketch), self.sketched[1](sketch))
        meaning, text, image_tokens = self._meant(text, image_tokens, image_strength)
        whole = self.whole(loop_features) + self.meant(meaning)
        if arrangement is not None:
            whole = whole + self.arranged(arrangement[:, :-TOUCHES]) + self.touched(arrangement)
        blocks = (block for block in self.blocks if isinstance(block, Block))
        heard = [block.hear(text, image_tokens, image_strength) for block in blocks]
        return Told(drums, frames, whole, heard)

    def velocity(self, latents: Tensor, timestep: Tensor, told: Told) -> Tensor:
        """One step.

        Args:
            latents: [B, T, latent_size] noisy latents.
            timestep: [B] 0-1000, 1000 is pure noise.
            told: what `told` made ready.

        Returns:
            velocity: [B, T, latent_size].
        """
        x = torch.where(told.drums, self.inlets[0](latents), self.inlets[1](latents)) + told.frames
        whole = self.time[1](self.time[0](timestep).to(x.dtype)) + told.whole
        modulation = self.modulate(F.silu(whole)).unflatten(-1, (6, -1))
        for block, heard in zip(self.blocks, told.heard, strict=True):
            x = block(x, modulation, heard)
        x = self.norm(x)
        return torch.where(told.drums, self.outlets[0](x), self.outlets[1](x))

    def _meant(
        self, text: Tensor, image_tokens: Tensor | None, image_strength: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """The meaning, and the tokens of words and picture as the blocks attend to them."""
        text, present = self.read(text)
        meaning = self.text_meaning(text) * present
        if image_tokens is None or image_strength is None:
            return meaning, text, None
        image_tokens = self.image_norm(image_tokens)
        seen = self.image_meaning(image_tokens)
        weight = image_strength * torch.where(present[:, 0], self.balance.alpha, 1.0)
        meaning = mixed(meaning, seen, weight)
        return meaning, text, self.image_inlet(image_tokens) + seen[:, None]

    def read(self, text: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised words, and [B, 1] whether there are any: zeros are none."""
        present = text.abs().amax((1, 2)) > 0
        return self.text_norm(text) * present[:, None, None], present[:, None]

    @property
    def alphas(self) -> list[float]:
        """The picture's learned weight in each synapse, first layer first."""
        synapses = (part for part in self.modules() if isinstance(part, VisualSynapse))
        return [synapse.alpha.item() for synapse in synapses]
