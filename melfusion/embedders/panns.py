"""PANNs' Cnn14: 2048 numbers (FD) and the logits of AudioSet's 527 classes (KL) of a recording.

Kong et al., "PANNs: Large-Scale Pretrained Audio Neural Networks", IEEE/ACM TASLP 28, 2020. The
weights are not shipped: the authors have them at Zenodo. The evaluator that the paper's figures
come from uses the 16 kHz variant.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import weights
from .contract import About, Array, AudioEmbedder, Heard
from .listen import repeated
from .mel import power_spectrum, slaney_filters

ORIGIN = "zenodo.org/records/3987831"
BANDS, LOW = 64, 50.0
CHANNELS = (64, 128, 256, 512, 1024, 2048)
CLASSES = 527
FLOOR = 1e-10
"""Least energy, -100 dB."""


@dataclass(frozen=True)
class Variant:
    """One of the published Cnn14.

    Attributes:
        name: of the embedder.
        file: of its weights.
        rate: samples a second.
        size: samples in an FFT.
        hop: samples between frames.
        high: upper end of the mel bands, in Hz.
    """

    name: str
    file: str
    rate: int
    size: int
    hop: int
    high: float


VARIANTS = {
    16000: Variant("panns-16k", "Cnn14_16k_mAP=0.438.pth", 16000, 512, 160, 8000.0),
    32000: Variant("panns-32k", "Cnn14_mAP=0.431.pth", 32000, 1024, 320, 14000.0),
}
"""By rate."""


class Block(nn.Module):
    """Two convolutions, each normalised and rectified.

    Args:
        before: channels that come in.
        width: channels that come out.
    """

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)

    def forward(self, maps: Tensor) -> Tensor:
        """[B, before, T, F] -> [B, width, T, F]."""
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(maps))))))


class Cnn14(nn.Module):
    """The network, after the spectrogram; its names are those of the published files.

    Args:
        channels: of the six blocks.
        classes: how many.
    """

    def __init__(self, channels: tuple[int, ...] = CHANNELS, classes: int = CLASSES) -> None:
        super().__init__()
        self.bn0 = nn.BatchNorm2d(BANDS)
        for number, (before, width) in enumerate(
            zip((1, *channels), channels, strict=False), start=1
        ):
            self.add_module(f"conv_block{number}", Block(before, width))
        self.blocks = len(channels)
        self.fc1 = nn.Linear(channels[-1], channels[-1])
        self.fc_audioset = nn.Linear(channels[-1], classes)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Embeds and classifies.

        Args:
            mel: [B, T, 64] in dB, at least 32 frames.

        Returns:
            Embeddings [B, 2048], and logits [B, 527].
        """
        maps = self.bn0(mel[:, None].transpose(1, 3)).transpose(1, 3)
        for number in range(1, self.blocks + 1):
            maps = self.get_submodule(f"conv_block{number}")(maps)
            if number < self.blocks:
                maps = F.avg_pool2d(maps, 2)
        over_time = maps.mean(3)
        embedding = F.relu(self.fc1(over_time.amax(2) + over_time.mean(2)))
        return embedding, self.fc_audioset(embedding)


def log_mel(samples: Tensor, variant: Variant, filters: Tensor) -> Tensor:
    """Mel energies in dB: [N] -> [1 + N // hop, 64] float32.

    Args:
        samples: [N] at the variant's rate.
        variant: which.
        filters: [size // 2 + 1, 64].
    """
    energies = power_spectrum(samples, variant.size, variant.hop) @ filters
    return 10 * torch.log10(energies.clamp(min=FLOOR))


class PannsEmbedder(AudioEmbedder):
    """Cnn14 with the weights that the user has put into the folder of weights.

    It takes a recording as a whole; one shorter than a second is repeated.

    Args:
        rate: 16000 or 32000, which variant.
    """

    def __init__(self, rate: int = 16000) -> None:
        self.variant = VARIANTS[rate]
        self.rate = rate
        self.about = About(
            name=self.variant.name,
            source=f"Kong et al., TASLP 2020; {self.variant.file} from {ORIGIN}",
            licence="CC-BY-4.0",
        )

    def available(self) -> str:
        """Whether the file of weights is there."""
        return weights.lack_of_file(self.variant.file, ORIGIN)

    @cached_property
    def network(self) -> Cnn14:
        """The network with its weights."""
        self.require()
        file = self.variant.file
        checkpoint = weights.load_checkpoint(file)
        if "model" not in checkpoint:
            raise ValueError(f"{weights.folder() / file} has no entry `model`")
        # The file also holds the spectrogram as matrices; they are the ones that are computed here.
        kept = {
            name: values
            for name, values in checkpoint["model"].items()
            if not name.startswith(("spectrogram_extractor.", "logmel_extractor."))
        }
        with torch.device("meta"):
            network = Cnn14()
        weights.fill(network, kept, file)
        return network

    @cached_property
    def filters(self) -> Tensor:
        """Mel filters, [size // 2 + 1, 64]."""
        chosen = self.variant
        return slaney_filters(chosen.rate, chosen.size, BANDS, LOW, chosen.high)

    @torch.no_grad()
    def hear(self, samples: Array) -> Heard:
        """Embedding [1, 2048] and logits [1, 527] of mono samples at `rate`."""
        whole = torch.from_numpy(repeated(samples, self.rate))
        mel = log_mel(whole, self.variant, self.filters)
        embedding, logits = self.network(mel[None])
        return Heard(embedding.numpy(), logits.numpy())
