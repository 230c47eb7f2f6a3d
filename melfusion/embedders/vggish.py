"""VGGish, the embedder of the Frechet audio distance: 128 numbers for every 0.96 s.

Hershey et al., "CNN Architectures for Large-Scale Audio Classification", ICASSP 2017; Kilgour et
al., Interspeech 2019 for its use. The weights are not shipped: harritaylor/torchvggish has them as
converted from the authors' own. Neither the quantising postprocessor (PCA) nor the last ReLU is
applied, as in the common FAD toolkits that run on torch.
"""

from functools import cached_property

import torch
from torch import Tensor, nn

from . import weights
from .contract import About, Array, AudioEmbedder, Heard
from .listen import repeated
from .mel import htk_filters

FILE = "vggish-10086976.pth"
ORIGIN = "the releases of github.com/harritaylor/torchvggish"
RATE, WINDOW, HOP, SIZE = 16000, 400, 160, 512
BANDS, LOW, HIGH = 64, 125.0, 7500.0
FRAMES = 96
"""In an example: 0.96 s, the next one begins where it ends."""
OFFSET = 0.01
"""Added before the logarithm."""
WIDTH = 128


class Vggish(nn.Module):
    """The network: six convolutions and three dense layers.

    Args:
        channels: of the four stages.
        hidden: width of the first two dense layers.
    """

    def __init__(
        self, channels: tuple[int, int, int, int] = (64, 128, 256, 512), hidden: int = 4096
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for stage, width in enumerate(channels):
            for _ in range(1 if stage < 2 else 2):
                layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
                before = width
            layers.append(nn.MaxPool2d(2))
        # The names are those of the file.
        self.features = nn.Sequential(*layers)
        self.embeddings = nn.Sequential(
            nn.Linear(before * (FRAMES // 16) * (BANDS // 16), hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, WIDTH),
        )

    def forward(self, mel: Tensor) -> Tensor:
        """[B, 96, 64] as `examples` gives it -> [B, 128] before any activation."""
        maps = self.features(mel[:, None])
        # The dense layers were trained in TensorFlow, where channels come last.
        return self.embeddings(maps.permute(0, 2, 3, 1).flatten(1))


def log_mel(samples: Tensor) -> Tensor:
    """log(x + 0.01) of mel magnitudes: [N >= 400] at 16 kHz -> [1 + (N - 400) // 160, 64]."""
    frames = samples.unfold(0, WINDOW, HOP) * torch.hann_window(WINDOW)
    magnitudes = torch.fft.rfft(frames, SIZE).abs()
    return torch.log(magnitudes @ htk_filters(RATE, SIZE, BANDS, LOW, HIGH) + OFFSET)


def examples(samples: Tensor) -> Tensor:
    """[N] at 16 kHz -> [examples, 96, 64]; what does not fill an example is left out."""
    frames = log_mel(samples)
    count = len(frames) // FRAMES
    return frames[: count * FRAMES].unflatten(0, (count, FRAMES))


class VggishEmbedder(AudioEmbedder):
    """VGGish with the weights that the user has put into the folder of weights."""

    rate = RATE
    about = About(
        name="vggish",
        source=f"Hershey et al., ICASSP 2017; {FILE} from {ORIGIN}",
        licence="Apache-2.0",
    )

    def available(self) -> str:
        """Whether the file of weights is there."""
        return weights.lack_of_file(FILE, ORIGIN)

    @cached_property
    def network(self) -> Vggish:
        """The network with its weights."""
        self.require()
        with torch.device("meta"):
            network = Vggish()
        weights.fill(network, weights.load_checkpoint(FILE), FILE)
        return network

    @torch.no_grad()
    def hear(self, samples: Array) -> Heard:
        """Embeddings [examples, 128] of mono samples at 16 kHz."""
        whole = repeated(samples, WINDOW + (FRAMES - 1) * HOP)
        return Heard(self.network(examples(torch.from_numpy(whole))).numpy())
