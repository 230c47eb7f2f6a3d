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
    moods = torch.tensor([example.mood for example in examples], device=meaning.device)
    loss = 10 * F.mse_loss(heads.mood(meaning), moods)
    style, known = _numbers(heads.styles, [e.style for e in examples])
    total = F.cross_entropy(heads.style(meaning[known]), style.to(meaning.device), reduction="sum")
    for part, names in heads.instruments.items():
        chosen = [e.instrument if e.part == part else "" for e in examples]
        instrument, known = _numbers(names, chosen)
        scores = heads.played[part](meaning[known])
        total = total + F.cross_entropy(scores, instrument.to(meaning.device), reduction="sum")
    return loss + total / len(examples)


def read_right(heads: Heads, meaning: Tensor, examples: Sequence[Example]) -> Tensor:
    """[B] 1 where the likeliest style is the right one."""
    told = heads.style(meaning).argmax(1).tolist()
    return torch.tensor(
        [float(heads.styles[n] == e.style) for n, e in zip(told, examples, strict=True)]
    )


def _numbers(names: Sequence[str], chosen: Sequence[str]) -> tuple[Tensor, list[int]]:
    """The numbers of those chosen that are among the names, and where they stand."""
    known = [place for place, name in enumerate(chosen) if name in names]
    return torch.tensor([names.index(chosen[place]) for place in known], dtype=torch.long), known
