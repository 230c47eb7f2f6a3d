"""The paper's picture tower: a frozen image diffusion model, and what its decoder attends to.

The picture is inverted by DDIM (Song et al., ICLR 2021; Mokady et al., CVPR 2023) under the null
prompt to the noise that it would be made from. While it is made from that noise again, the keys and
values of every self-attention in the decoder are recorded, at every step, and pooled over space to
as many tokens as the words have; channels are never mixed. All of this depends on the picture
alone: it is done once and kept.
"""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMInverseScheduler, DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import Attention, AttnProcessor2_0
from torch import Tensor
from torch.nn import functional as F

from ..model.kept import Kept
from ..model.saving import save
from ..model.synapse import attended
from .music_unet import KeyValues, is_decoder_layer

KEPT_IN_MEMORY, KEPT_ON_DISK = 8, 32
"""Pictures whose features stay in memory and on disk."""


@dataclass(frozen=True)
class PictureFeatures:
    """Keys and values of one picture, at some time steps.

    Attributes:
        timesteps: [S] int64, falling.
        layers: by name of the self-attention, keys and values [S, L, width], in half precision:
            those of 50 steps of Stable Diffusion's nine layers take 86 MB.
    """

    timesteps: Tensor
    layers: KeyValues

    def at(self, timestep: Tensor, like: Tensor) -> KeyValues:
        """Those of the recorded steps that are nearest.

        Args:
            timestep: [B] int64.
            like: of the device and precision that they are wanted in.

        Returns:
            By layer, keys and values [B, L, width].
        """
        timestep = timestep.reshape(-1, 1).to(self.timesteps.device)
        nearest = (timestep - self.timesteps).abs().argmin(1)
        return {
            name: (key[nearest].to(like), value[nearest].to(like))
            for name, (key, value) in self.layers.items()
        }


@dataclass(frozen=True)
class Moment:
    """A time step on the way from noise to a picture.

    Attributes:
        timestep: 0-999.
        latents: [B, 4, h, w] before the step.
        kept: keys and values that were recorded in it, [B, tokens, width].
    """

    timestep: int
    latents: Tensor
    kept: KeyValues


class Recorder(AttnProcessor2_0):
    """Self-attention that keeps its keys and values, pooled over space.

    Args:
        tokens: how many tokens are kept.

    Attributes:
        kept: keys and values of the last call, [B, tokens, width].
    """

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.tokens = tokens
        self.kept: tuple[Tensor, Tensor]

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        """As in diffusers, for a square of tokens [B, side * side, C]."""
        assert encoder_hidden_states is None
        assert attention_mask is None
        del temb
        query, key, value = (to(hidden_states) for to in (attn.to_q, attn.to_k, attn.to_v))
        self.kept = pooled(key, self.tokens), pooled(value, self.tokens)
        return attn.to_out[1](attn.to_out[0](attended(attn, query, key, value)))


def grid(tokens: int) -> tuple[int, int]:
    """Rows and columns, as square as may be, of so many tokens."""
    rows = next(n for n in range(math.isqrt(tokens), 0, -1) if tokens % n == 0)
    return rows, tokens // rows


def pooled(features: Tensor, tokens: int) -> Tensor:
    """Means over rectangles of the picture; no channel meets another.

    Args:
        features: [B, side * side, C].
        tokens: how many are wanted.

    Returns:
        [B, tokens, C].
    """
    side = math.isqrt(features.shape[1])
    square = features.transpose(1, 2).unflatten(2, (side, side))
    return F.adaptive_avg_pool2d(square, grid(tokens)).flatten(2).transpose(1, 2)


class StableDiffusionTower:
    """Features of pictures, out of a frozen Stable Diffusion.

    Args:
        vae: its autoencoder.
        unet: its U-Net; SD 1.5, 2.1 or any other of this kind.
        scheduler: its noise schedule and prediction type.
        null_text: [1, tokens, width] states of the empty prompt.
        tokens: tokens that a picture is pooled to: as many as the words have.
        steps: DDIM steps of the inversion, and of the way back that is recorded.
        cache: folder where features are kept, or None.
    """

    def __init__(
        self,
        vae: AutoencoderKL,
        unet: UNet2DConditionModel,
        scheduler: DDIMScheduler,
        null_text: Tensor,
        tokens: int = 64,
        steps: int = 50,
        cache: Path | None = None,
    ) -> None:
        self.vae, self.unet = vae.requires_grad_(False).eval(), unet.requires_grad_(False).eval()
        self.null_text, self.tokens, self.steps, self.cache = null_text, tokens, steps, cache
        # Both ways from one schedule, on the same time steps, and neither clips what it passes.
        config = {**scheduler.config, "clip_sample": False, "set_alpha_to_one": False}
        self.forwards = DDIMScheduler.from_config(config)
        self.backwards = DDIMInverseScheduler.from_config(config)
        self.recorders: dict[str, Recorder] = {}
        processors = dict(unet.attn_processors)
        for name in processors:
            layer = name.removesuffix(".processor")
            if is_decoder_layer(layer) and layer.endswith(".attn1"):
                processors[name] = self.recorders[layer] = Recorder(tokens)
        unet.set_attn_processor(processors)
        self.memory: Kept[PictureFeatures] = Kept(KEPT_IN_MEMORY)

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Latents of a picture: [B, 3, side, side] in -1 to 1 -> [B, 4, side / 8, side / 8]."""
        mean = self.vae.encode(pixels).latent_dist.mode()
        return mean * self.vae.config.scaling_factor

    @torch.no_grad()
    def invert(self, latents: Tensor, steps: int | None = None) -> Tensor:
        """The noise that DDIM would make a picture from, under the null prompt.

        Args:
            latents: [B, 4, h, w].
            steps: DDIM steps; the tower's own where None.

        Returns:
            [B, 4, h, w].
        """
        self.backwards.set_timesteps(steps or self.steps, device=latents.device)
        for timestep in self.backwards.timesteps:
            latents = self._step(self.backwards, latents, timestep)
        return latents

    @torch.no_grad()
    def denoise(self, noise: Tensor, steps: int | None = None) -> tuple[Tensor, list[Moment]]:
        """Makes the picture from its noise again.

        Args:
            noise: [B, 4, h, w], what `invert` gave.
            steps: DDIM steps; the tower's own where None.

        Returns:
            The latents [B, 4, h, w]; and what was recorded at every time step, first to last.
        """
        self.forwards.set_timesteps(steps or self.steps, device=noise.device)
        moments = []
        for timestep in self.forwards.timesteps:
            before, noise = noise, self._step(self.forwards, noise, timestep)
            moments.append(Moment(int(timestep), before, self._recorded()))
        return noise, moments

    @torch.no_grad()
    def path(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """The way of pictures from noise: little to keep, and all that `record` needs.

        Args:
            pixels: [B, 3, side, side] in -1 to 1.

        Returns:
            Time steps [S] int64, falling; and the latents at each, [B, S, 4, h, w] in half
            precision.
        """
        pixels = pixels.to(self.unet.device, self.unet.dtype)
        _, moments = self.denoise(self.invert(self.encode(pixels)))
        timesteps = torch.tensor([moment.timestep for moment in moments])
        return timesteps, torch.stack([moment.latents for moment in moments], 1).half()

    @torch.no_grad()
    def record(self, latents: Tensor, timestep: Tensor) -> KeyValues:
        """Keys and values of pictures on their way, each at a time step of its own.

        One run of the image model, so that a training step need not keep them for every step.

        Args:
            latents: [B, 4, h, w] as `path` gives them.
            timestep: [B] int64.

        Returns:
            By layer, keys and values [B, tokens, width].
        """
        latents = latents.to(self.unet.device, self.unet.dtype)
        self._predicted(latents, timestep.to(latents.device))
        return self._recorded()

    def _recorded(self) -> KeyValues:
        return {layer: recorder.kept for layer, recorder in self.recorders.items()}

    def _predicted(self, latents: Tensor, timestep: Tensor) -> Tensor:
        text = self.null_text.to(latents).expand(len(latents), -1, -1)
        predicted: Tensor = self.unet(latents, timestep, text, return_dict=False)[0]
        return predicted

    def _step(
        self, scheduler: DDIMScheduler | DDIMInverseScheduler, latents: Tensor, timestep: Tensor
    ) -> Tensor:
        predicted = self._predicted(latents, timestep)
        return scheduler.step(predicted, timestep, latents).prev_sample

    def __call__(self, pixels: Tensor) -> PictureFeatures:
        """Features of one picture: out of memory, off the disk, or made now.

        Args:
            pixels: [3, side, side] float32 in -1 to 1, side a multiple of 64.
        """
        name = self._name(pixels)
        return self.memory.get(name, lambda: self._from_disk(name, pixels))

    def _from_disk(self, name: str, pixels: Tensor) -> PictureFeatures:
        if self.cache is None:
            return self._features(pixels)
        file = self.cache / f"{name}.pt"
        if file.exists():
            file.touch()
            return PictureFeatures(**torch.load(file, weights_only=True))
        features = self._features(pixels)
        self.cache.mkdir(parents=True, exist_ok=True)
        save({"timesteps": features.timesteps, "layers": features.layers}, file)
        _trim(self.cache)
        return features

    def _features(self, pixels: Tensor) -> PictureFeatures:
        place = {"device": self.unet.device, "dtype": self.unet.dtype}
        _, moments = self.denoise(self.invert(self.encode(pixels[None].to(**place))))
        layers = {
            layer: (
                torch.cat([moment.kept[layer][0] for moment in moments]).half(),
                torch.cat([moment.kept[layer][1] for moment in moments]).half(),
            )
            for layer in self.recorders
        }
        return PictureFeatures(torch.tensor([moment.timestep for moment in moments]), layers)

    def _name(self, pixels: Tensor) -> str:
        """A hash of all that decides the features; some weights stand for all of them."""
        settings = sorted(self.forwards.config.items()), self.tokens, self.steps, self.unet.dtype
        total = hashlib.sha256(repr(settings).encode())
        for tensor in (pixels, self.unet.conv_in.weight, self.unet.conv_out.weight):
            total.update(tensor.detach().float().cpu().contiguous().numpy().tobytes())
        return total.hexdigest()[:16]


def _trim(folder: Path) -> None:
    """Deletes what was asked for longest ago, beyond KEPT_ON_DISK."""
    files = sorted(folder.glob("*.pt"), key=lambda file: file.stat().st_mtime)
    for file in files[:-KEPT_ON_DISK]:
        file.unlink(missing_ok=True)
