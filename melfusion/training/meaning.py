"""What words and pictures are to mean: style, instrument and mood of the music that goes with them.

The flow's own loss hardly tells the denoiser what a picture is for, since most of it is the detail
of single notes. So what it makes of words and of pictures has a second task: the style, the
instrument of the part and the mood (energy, valence, brightness) must be readable from it. The
heads that read are needed in training alone.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..request import PARTS
from .examples import Example

UNKNOWN = -100
"""The target of what an example does not tell; cross entropy passes it over."""


class Heads(nn.Module):
    """Reads style, instrument and mood.

    Args:
        width: of a meaning.
        examples: the training material, which names the styles and instruments there are.
    """

    played: Tensor

    def __init__(self, width: int, examples: Sequence[Example]) -> None:
        super().__init__()
        self.styles = sorted({example.style for example in examples})
        self.instruments = sorted({example.instrument for example in examples} - {""})
        self.style = nn.Linear(width, len(self.styles))
        self.instrument = nn.Linear(width, len(self.instruments))
        self.mood = nn.Linear(width, 3)
        played = torch.full((len(PARTS), len(self.instruments)), -1e4)
        for example in examples:
            if example.instrument:
                number = self.instruments.index(example.instrument)
                played[PARTS.index(example.part), number] = 0
        self.register_buffer("played", played, persistent=False)

    def targets(self, example: Example) -> dict[str, Tensor]:
        """What an example is about: numbers of style, part and instrument, and the mood [3]."""
        style = self.styles.index(example.style) if example.style in self.styles else UNKNOWN
        known = example.instrument in self.instruments
        instrument = self.instruments.index(example.instrument) if known else UNKNOWN
        return {
            "style": torch.tensor(style),
            "part": torch.tensor(PARTS.index(example.part)),
            "instrument": torch.tensor(instrument),
            "mood": torch.tensor(example.mood),
        }

    def forward(self, meaning: Tensor, targets: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Loss of reading, and where the style was told right.

        Args:
            meaning: [B, width].
            targets: as `targets` gives them, stacked.

        Returns:
            [] the loss, and [B] 1 where the likeliest style is the right one.
        """
        style = self.style(meaning)
        instrument = self.instrument(meaning) + self.played[targets["part"]]
        loss = F.cross_entropy(style, targets["style"], ignore_index=UNKNOWN, reduction="sum")
        loss = loss + F.cross_entropy(
            instrument, targets["instrument"], ignore_index=UNKNOWN, reduction="sum"
        )
        loss = loss / len(meaning) + 10 * F.mse_loss(self.mood(meaning), targets["mood"])
        return loss, (style.argmax(1) == targets["style"]).float()


def together(heads: Heads, examples: Sequence[Example], device: str) -> dict[str, Tensor]:
    """The targets of several examples, stacked."""
    rows = [heads.targets(example) for example in examples]
    return {name: torch.stack([row[name] for row in rows]).to(device) for name in rows[0]}
