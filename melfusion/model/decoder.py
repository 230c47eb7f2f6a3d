"""The neural decoder: pooled, projected bands back to a full spectrum, and that to sound.

What the codec drops (the shape inside wide bands, harmonics between their centres, whatever lies
outside the principal components) is drawn anew by a ConvNeXt stack (Liu et al., CVPR 2022; used
for audio by Vocos, Siuzdak 2023) that runs on the circle of frames. It predicts log magnitudes
and the envelope between the frames; phases come from `spectrum.invert`, since a network that is
the same at every frame cannot make a steady tone's phase run.
"""

import torch
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn import functional as F

from .part import Part


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution on the circle of frames, then a gated pointwise network."""

    def __init__(self, width: int, kernel: int = 7, expansion: int = 3) -> None:
        super().__init__()
        self.kernel = kernel
        self.mix = nn.Conv1d(width, width, kernel, groups=width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width * expansion)
        self.down = nn.Linear(width * expansion, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x: [B, F, width] -> the same shape."""
        half = self.kernel // 2
        frames = x.transpose(1, 2)
        index = torch.arange(-half, x.shape[1] + half, device=x.device) % x.shape[1]
        mixed = self.mix(frames[:, :, index]).transpose(1, 2)
        return x + self.down(F.gelu(self.up(self.norm(mixed))))


class SpectrumDecoder(Part):
    """Bands -> log magnitudes of every bin, and the envelope.

    Args:
        bands: bands a frame, as the codec gives them.
        bins: bins of the spectrum.
        width: channels inside.
        depth: number of ConvNeXt blocks.
        points: points of the envelope in a frame.
    """

    @register_to_config
    def __init__(
        self, bands: int, bins: int, width: int = 320, depth: int = 4, points: int = 4
    ) -> None:
        super().__init__()
        self.inlet = nn.Linear(bands, width)
        self.blocks = nn.ModuleList(ConvNeXtBlock(width) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.outlet = nn.Linear(width, bins)
        nn.init.zeros_(self.outlet.weight)
        nn.init.zeros_(self.outlet.bias)
        self.envelope = nn.Linear(width, points)

    def forward(self, bands: Tensor, spread: Tensor) -> tuple[Tensor, Tensor]:
        """Draws the full spectrum.

        Args:
            bands: [B, F, bands] log magnitudes.
            spread: [B, F, bins] the same drawn out over the bins (LatentCodec.spread).

        Returns:
            [B, F, bins] log magnitudes, and [B, F * points] the log envelope (spectrum.envelope).
        """
        x = self.inlet((bands + 5) / 3)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        level = torch.logsumexp(2 * spread, -1, keepdim=True) / 2
        return spread + self.outlet(x), (level + self.envelope(x)).flatten(1)
