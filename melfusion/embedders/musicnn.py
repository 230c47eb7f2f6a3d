"""musicnn, a tagger of music: what ships with the project to tell styles and instruments by.

Pons and Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging", ISMIR
2019 (late-breaking); the architecture is that of Pons et al., ISMIR 2018, the weights are those of
PyPI's musicnn 0.1.0 (ISC), turned over by scripts/convert_musicnn.py. Two taggers of 50 tags each,
one trained on the Million Song Dataset (`msd`), one on MagnaTagATune (`mtt`).

The original rounds mel energies to half precision, in which 10,000 times a loud one overflows; here
all is single precision, so that tags of loud music differ from the original's own.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from .contract import About, Array, AudioEmbedder, Heard
from .listen import repeated
from .mel import power_spectrum, slaney_filters

WEIGHTS = Path(__file__).parent.parent / "weights" / "musicnn"
RATE, SIZE, HOP, BANDS = 16000, 512, 256, 96
FRAMES = 187
"""In a window: 3 s."""
WIDTH = 200
EPSILON = 1e-3
"""TensorFlow's, in its batch normalisation."""

Dataset = Literal["msd", "mtt"]
_MSD = (
    "rock|pop|alternative|indie|electronic|female vocalists|dance|00s|alternative rock|jazz"
    "|beautiful|metal|chillout|male vocalists|classic rock|soul|indie rock|Mellow|electronica"
    "|80s|folk|90s|chill|instrumental|punk|oldies|blues|hard rock|ambient|acoustic|experimental"
    "|female vocalist|guitar|Hip-Hop|70s|party|country|easy listening|sexy|catchy|funk|electro"
    "|heavy metal|Progressive rock|60s|rnb|indie pop|sad|House|happy"
)
_MTT = (
    "guitar|classical|slow|techno|strings|drums|electronic|rock|fast|piano|ambient|beat|violin"
    "|vocal|synth|female|indian|opera|male|singing|vocals|no vocals|harpsichord|loud|quiet|flute"
    "|woman|male vocal|no vocal|pop|soft|sitar|solo|man|classic|choir|voice|new age|dance"
    "|male voice|female vocal|beats|harp|cello|no voice|weird|country|metal|female voice|choral"
)
TAGS: dict[Dataset, tuple[str, ...]] = {
    "msd": tuple(_MSD.split("|")),
    "mtt": tuple(_MTT.split("|")),
}
"""What each output stands for."""


class Layer(nn.Module):
    """Convolution, ReLU, normalisation.

    Args:
        channels: that come out; one comes in.
        kernel: over time and over what lies across.
    """

    def __init__(self, channels: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, channels, kernel)
        self.norm = nn.BatchNorm2d(channels, EPSILON)

    def forward(self, maps: Tensor) -> Tensor:
        """[B, 1, T, X] -> [B, channels, T, X - kernel across + 1]; zeros before and after."""
        span = self.convolution.kernel_size[0] - 1
        before = span // 2
        padded = F.pad(maps, (0, 0, before, span - before))
        return self.norm(F.relu(self.convolution(padded)))


class Musicnn(nn.Module):
    """The network: filters as high as a timbre or as long as a rhythm, dense layers, pooling."""

    def __init__(self, tags: int = 50) -> None:
        super().__init__()
        self.input_norm = nn.BatchNorm2d(1, EPSILON)
        self.timbral_low = Layer(204, (7, 38))
        self.timbral_high = Layer(204, (7, 67))
        self.temporal_128 = Layer(51, (128, 1))
        self.temporal_64 = Layer(51, (64, 1))
        self.temporal_32 = Layer(51, (32, 1))
        front = 2 * 204 + 3 * 51
        self.midend_1 = Layer(64, (7, front))
        self.midend_2 = Layer(64, (7, 64))
        self.midend_3 = Layer(64, (7, 64))
        pooled = 2 * (front + 3 * 64)
        self.pooled_norm = nn.BatchNorm1d(pooled, EPSILON)
        self.dense = nn.Linear(pooled, WIDTH)
        self.dense_norm = nn.BatchNorm1d(WIDTH, EPSILON)
        self.tags = nn.Linear(WIDTH, tags)

    def forward(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Embeds and tags.

        Args:
            mel: [B, T, 96] as `log_mel` gives it.

        Returns:
            Penultimate layer [B, 200], and logits [B, tags].
        """
        maps = self.input_norm(mel[:, None])
        layers = [self.timbral_low, self.timbral_high]
        layers += [self.temporal_128, self.temporal_64, self.temporal_32]
        front = torch.cat([layer(maps).amax(3) for layer in layers], 1).transpose(1, 2)[:, None]
        first = self.midend_1(front).transpose(1, 3)
        second = first + self.midend_2(first).transpose(1, 3)
        third = second + self.midend_3(second).transpose(1, 3)
        features = torch.cat([front, first, second, third], 3)[:, 0]
        # Beside the maximum of each feature stands its mean.
        pooled = torch.stack([features.amax(1), features.mean(1)], 2).flatten(1)
        embedding = self.dense_norm(F.relu(self.dense(self.pooled_norm(pooled))))
        return embedding, self.tags(embedding)


def log_mel(samples: Tensor) -> Tensor:
    """log10(1 + 10,000 x) of mel energies: [N] at 16 kHz -> [1 + N // 256, 96] float32."""
    filters = slaney_filters(RATE, SIZE, BANDS, 0, RATE / 2)
    return torch.log10(10000 * (power_spectrum(samples, SIZE, HOP) @ filters) + 1)


class MusicnnEmbedder(AudioEmbedder):
    """musicnn on windows of 3 s side by side; a last one that is not full is left out.

    Args:
        dataset: whose tags.

    Attributes:
        tags: what each logit stands for.
    """

    rate = RATE

    def __init__(self, dataset: Dataset = "msd") -> None:
        self.dataset = dataset
        self.tags = TAGS[dataset]
        self.about = About(
            name=f"musicnn-{dataset}",
            source="Pons and Serra, ISMIR 2019 late-breaking; PyPI musicnn 0.1.0",
            licence="ISC",
        )

    def available(self) -> str:
        """Nothing is ever missing: the weights ship with the project."""
        return ""

    @cached_property
    def network(self) -> Musicnn:
        """The network with its weights."""
        network = Musicnn(len(self.tags))
        state = {
            name: values.float()
            for name, values in load_file(WEIGHTS / f"{self.dataset}.safetensors").items()
        }
        missing, extra = network.load_state_dict(state, strict=False)
        assert not extra
        assert all(name.endswith("num_batches_tracked") for name in missing)
        return network.eval().requires_grad_(False)

    @torch.no_grad()
    def hear(self, samples: Array) -> Heard:
        """Embeddings [windows, 200] and logits [windows, 50] of mono samples at 16 kHz."""
        whole = repeated(samples, (FRAMES - 1) * HOP)
        mel = log_mel(torch.from_numpy(whole))
        count = len(mel) // FRAMES
        embeddings, logits = self.network(mel[: count * FRAMES].unflatten(0, (count, FRAMES)))
        return Heard(embeddings.numpy(), logits.numpy())
