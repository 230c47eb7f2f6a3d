"""The five ways in which every sample is rendered, and whose picture a shuffled one is.

The picture's effect is what `full` has over `shuffled-picture` and `null-picture`: all three have a
picture to look at, so that what only comes of the picture's path being at work cancels. `text-only`
differs in both.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Condition:
    """What a render is given of a sample.

    Attributes:
        name: in files, tables and on the command line.
        words: whether it is told the caption.
        picture: `own`, `other` (another sample's), `grey`, or "" for none.
        about: one sentence for the report.
    """

    name: str
    words: bool
    picture: str
    about: str


CONDITIONS = (
    Condition("full", True, "own", "The sample's own words and its own picture."),
    Condition("text-only", True, "", "Its words alone; the picture's path is switched off."),
    Condition("picture-only", False, "own", "Its picture alone, without a word."),
    Condition("shuffled-picture", True, "other", "Its words with the picture of another sample."),
    Condition(
        "null-picture", True, "grey", "Its words with an even grey: a picture that says nothing."
    ),
)

NULL_SIDE, NULL_GREY = 512, (128, 128, 128)


def null_picture() -> Image.Image:
    """The neutral picture: the middle grey all over.

    It goes through the whole of the picture's path, as any picture does, and tells what that path
    does when there is nothing to be seen; `text-only` does not go through it at all.
    """
    return Image.new("RGB", (NULL_SIDE, NULL_SIDE), NULL_GREY)


def derangement(pictures: Sequence[str], seed: int) -> list[int]:
    """For every sample another one whose picture it gets; nobody gets a picture like its own.

    Samples in a random order, those of one picture side by side, are moved on by as many places as
    the commonest picture has samples: every picture is handed out as often as it is there.

    Args:
        pictures: of every sample, the hash of its picture.
        seed: decides the order.

    Raises:
        ValueError: there is one sample, or more than half have the same picture.
    """
    count = len(pictures)
    most = max(Counter(pictures).values(), default=0)
    if count < 2 or 2 * most > count:
        raise ValueError(
            f"{most} of {count} samples have the same picture: a picture of another sample can be"
            " given to each only where that is at most half of them"
        )
    rng = random.Random(f"{seed} shuffled pictures")
    order = list(range(count))
    rng.shuffle(order)
    kinds = list(dict.fromkeys(pictures[number] for number in order))
    order.sort(key=lambda number: kinds.index(pictures[number]))
    moved = order[most:] + order[:most]
    given = dict(zip(order, moved, strict=True))
    return [given[number] for number in range(count)]
