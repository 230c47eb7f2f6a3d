"""What words and pictures are to mean: style, instrument and mood of the music that goes with them.

The flow's own loss hardly tells the denoiser what a picture is for, since most of it is the detail
of single notes. So what it makes of words and of pictures has a second task: the style, the
instrument of the part and the mood must be readable from it. The heads that read it are not kept;
what is drawn of words and pictures is read by the reader (model/reading.py).
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from ..model.reading import Heads
from ..request import PARTS
from .examples import Example

UNKNOWN = -100
"""Stands for what is not among the names."""


def names_of(examples: Sequence[Example]) -> tuple[list[str], dict[str, list[str]]]:
    """The styles, and for each part the instruments, that there are in the material."""
    instruments = {
        part: sorted({e.instrument for e in examples if e.part == part} - {""}) for part in PARTS
    }
    return sorted({e.style for e in examples}), instruments


def reading_loss(heads: Heads, meaning: Tensor, examples: Sequence[Example]) -> Tensor:
    """How badly style, instrument and mood are read: a mean over the examples.

    Args:
        heads: read.
        meaning: [B, width].
        examples: [B] what it should say; instruments that they do not know are left out.
    """
    count, device = len(examples), meaning.device
    moods = torch.tensor([example.mood for example in examples])
    loss = 10 * F.mse_loss(heads.mood(meaning), moods.to(device, non_blocking=True))
    styles = _numbers(heads.styles, [e.style for e in examples])
    scores = [(heads.style(meaning), styles)]
    for part, names in heads.instruments.items():
        chosen = [e.instrument if e.part == part else "" for e in examples]
        scores.append((heads.played[part](meaning), _numbers(names, chosen)))
    for score, right in scores:
        right = right.to(device, non_blocking=True)
        loss = loss + F.cross_entropy(score, right, reduction="sum") / count
    return loss


def read_right(heads: Heads, meaning: Tensor, examples: Sequence[Example]) -> Tensor:
    """[B] 1 where the likeliest style is the right one."""
    told = heads.style(meaning).argmax(1).tolist()
    return torch.tensor(
        [float(heads.styles[n] == e.style) for n, e in zip(told, examples, strict=True)]
    )


def _numbers(names: Sequence[str], chosen: Sequence[str]) -> Tensor:
    """The number of each one chosen, or UNKNOWN, which cross_entropy passes over."""
    return torch.tensor([names.index(one) if one in names else UNKNOWN for one in chosen])
