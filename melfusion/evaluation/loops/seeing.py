"""What the model sees in held-out pictures, kind by kind, before any of it becomes music."""

import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from ...material.concepts import CONCEPTS
from ...material.pictures import read_pictures, shown_in
from ...model.mini import MiniPipeline
from .rows import Row, mean

EACH = 120
"""Pictures of a kind."""
FEW = 5
"""The concepts that come first."""


def seen_rows(pipeline: MiniPipeline, folder: Path, rng: random.Random) -> Iterator[Row]:
    """How often the concept of a picture comes first or among the first, and a style of it first.

    Args:
        pipeline: the model.
        folder: the material's; at most EACH of its held-out pictures of each kind are looked at.
        rng: chooses them.
    """
    kinds: dict[str, list[dict[str, str]]] = {}
    for entries in read_pictures(folder, "held").values():
        for entry in entries:
            kinds.setdefault(entry.get("kind", "picture"), []).append(entry)
    for kind, entries in sorted(kinds.items()):
        chosen = rng.sample(entries, min(EACH, len(entries)))
        first, among, style = [], [], []
        for entry in chosen:
            with Image.open(folder / entry["file"]) as image:
                picture = pipeline.encode_picture(image.convert("RGB"))
            reading = pipeline.read(None, picture, 1.0)
            right = set(shown_in(entry))
            told = list(reading.concepts)
            first.append(float(told[0] in right))
            among.append(float(bool(right & set(told[:FEW]))))
            suits = {name for concept in right for name in CONCEPTS[concept].styles}
            style.append(float(next(iter(reading.styles)) in suits))
        about = f"Of {len(CONCEPTS)} concepts; those that a photograph is labelled with all count."
        yield Row(f"{kind}: its concept comes first", "", None, mean(first), {}, "%", about=about)
        yield Row(f"{kind}: its concept is among {FEW}", "", None, mean(among), {}, "%")
        yield Row(f"{kind}: a style of it comes first", "", None, mean(style), {}, "%")
