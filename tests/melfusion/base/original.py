"""AudioLDM's autoencoder and HiFi-GAN as their authors name the parts: tiny, and nothing of ours.

Only what the names and the arithmetic of the published weights need; see haoheliu/AudioLDM.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

WIDTH, MULT, BLOCKS, LATENT = 32, (1, 2, 2), 1, 8


def norm(width):
    return nn.GroupNorm(32, width, eps=1e-6)


def swish(x):
    return x * torch.sigmoid(x)


class Block(nn.Module):
    def __init__(self, into, out):
        super().__init__()
        self.norm1, self.norm2 = norm(into), norm(out)
        self.conv1 = nn.Conv2d(into, out, 3, padding=1)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        if into != out:
            self.nin_shortcut = nn.Conv2d(into, out, 1)

    def forward(self, x):
        inner = self.conv2(swish(self.norm2(self.conv1(swish(self.norm1(x))))))
        return inner + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = norm(width)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x):
        within = self.norm(x)
        q, k, v = (to(within).flatten(2) for to in (self.q, self.k, self.v))
        weights = torch.einsum("bci,bcj->bij", q, k).div(x.shape[1] ** 0.5).softmax(-1)
        return x + self.proj_out(torch.einsum("bij,bcj->bci", weights, v).view_as(x))


class Middle(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.block_1, self.attn_1, self.block_2 = Block(width, width), Attention(width), None
        self.block_2 = Block(width, width)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class Convolved(nn.Module):
    """What the originals call downsample and upsample: a module that holds a `conv`."""

    def __init__(self, conv):
        super().__init__()
        self.conv = conv


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_in = nn.Conv2d(1, WIDTH, 3, padding=1)
        self.down = nn.ModuleList()
        width = WIDTH
        for level, factor in enumerate(MULT):
            down = nn.Module()
            down.block = nn.ModuleList()
            for _ in range(BLOCKS):
                down.block.append(Block(width, WIDTH * factor))
                width = WIDTH * factor
            if level < len(MULT) - 1:
                down.downsample = Convolved(nn.Conv2d(width, width, 3, stride=2))
            self.down.append(down)
        self.mid = Middle(width)
        self.norm_out = norm(width)
        self.conv_out = nn.Conv2d(width, 2 * LATENT, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for down in self.down:
            for block in down.block:
                x = block(x)
            if hasattr(down, "downsample"):
                x = down.downsample.conv(F.pad(x, (0, 1, 0, 1)))
        return self.conv_out(swish(self.norm_out(self.mid(x))))


class Decoder(nn.Module):
    """Its levels are numbered as the encoder's, and gone through from the last to the first."""

    def __init__(self):
        super().__init__()
        width = WIDTH * MULT[-1]
        self.conv_in = nn.Conv2d(LATENT, width, 3, padding=1)
        self.mid = Middle(width)
        levels = []
        for level, factor in reversed(list(enumerate(MULT))):
            up = nn.Module()
            up.block = nn.ModuleList()
            for _ in range(BLOCKS + 1):
                up.block.append(Block(width, WIDTH * factor))
                width = WIDTH * factor
            if level:
                up.upsample = Convolved(nn.Conv2d(width, width, 3, padding=1))
            levels.insert(0, up)
        self.up = nn.ModuleList(levels)
        self.norm_out = norm(width)
        self.conv_out = nn.Conv2d(width, 1, 3, padding=1)

    def forward(self, z):
        x = self.mid(self.conv_in(z))
        for up in reversed(self.up):
            for block in up.block:
                x = block(x)
            if hasattr(up, "upsample"):
                x = up.upsample.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return self.conv_out(swish(self.norm_out(x)))


class Residual(nn.Module):
    def __init__(self, width, kernel, normed):
        super().__init__()
        self.convs1, self.convs2 = (
            nn.ModuleList(
                normed(nn.Conv1d(width, width, kernel, dilation=d, padding=d * (kernel // 2)))
                for d in dilations
            )
            for dilations in ((1, 3, 5), (1, 1, 1))
        )

    def forward(self, x):
        for first, second in zip(self.convs1, self.convs2, strict=True):
            x = x + second(F.leaky_relu(first(F.leaky_relu(x, 0.1)), 0.1))
        return x


class Vocoder(nn.Module):
    """HiFi-GAN; `normed` puts weight norm on a layer, or does not."""

    def __init__(self, normed=lambda layer: layer, width=32, bands=64):
        super().__init__()
        self.conv_pre = normed(nn.Conv1d(bands, width, 7, padding=3))
        self.ups, self.resblocks = nn.ModuleList(), nn.ModuleList()
        for rate, kernel in zip((5, 4, 2, 2, 2), (16, 16, 8, 4, 4), strict=True):
            pad = (kernel - rate) // 2
            up = nn.ConvTranspose1d(width, width // 2, kernel, rate, padding=pad)
            self.ups.append(normed(up))
            width //= 2
            self.resblocks.extend(Residual(width, size, normed) for size in (3, 7, 11))
        self.conv_post = normed(nn.Conv1d(width, 1, 7, padding=3))

    def forward(self, mel):
        x = self.conv_pre(mel.transpose(1, 2))
        for level, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, 0.1))
            x = sum(block(x) for block in self.resblocks[3 * level : 3 * level + 3]) / 3
        return torch.tanh(self.conv_post(F.leaky_relu(x)))[:, 0]


class Sound(nn.Module):
    """TANGO's file of autoencoder and vocoder."""

    def __init__(self, normed=lambda layer: layer):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.quant_conv = nn.Conv2d(2 * LATENT, 2 * LATENT, 1)
        self.post_quant_conv = nn.Conv2d(LATENT, LATENT, 1)
        self.vocoder = Vocoder(normed)
        for layer in self.modules():  # so that no bias, norm or gain is one that may be lost
            if isinstance(layer, nn.GroupNorm):
                nn.init.normal_(layer.weight, 1, 0.2)
                nn.init.normal_(layer.bias, 0, 0.2)
        for name, x in self.named_parameters():
            if name.endswith(("weight_g", "original0")):
                nn.init.uniform_(x, 0.5, 2.0)


def old_weight_norm(layer):
    """Weight norm as it was kept before parametrizations: weight_g and weight_v."""
    return nn.utils.weight_norm(layer)


new_weight_norm = parametrizations.weight_norm

CONFIG = {
    "image_key": "fbank", "subband": 1, "embed_dim": LATENT, "time_shuffle": 1,
    "ddconfig": {
        "double_z": True, "z_channels": LATENT, "resolution": 256, "downsample_time": False,
        "in_channels": 1, "out_ch": 1, "ch": WIDTH, "ch_mult": list(MULT),
        "num_res_blocks": BLOCKS, "attn_resolutions": [], "dropout": 0.0,
    },
    "scale_factor": 0.9227914214134216,
}  # fmt: skip
"""vae_config.json as TANGO has it, but narrow."""
