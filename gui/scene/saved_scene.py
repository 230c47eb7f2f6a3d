"""What is saved of a scene."""

import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from melfusion.request import SEEDS, RenderRequest

OWN = "own"
"""What a scene goes towards that is not among the scenes."""

LIMITS: dict[str, Any] = {declared.name: declared.metadata for declared in fields(RenderRequest)}


def new_id() -> str:
    """An id that no other scene has."""
    return secrets.token_hex(8)


@dataclass(frozen=True)
class SavedScene:
    """What a scene's form holds.

    Attributes:
        id: tells it from all others, for good.
        name: what the user calls it; may be empty.
        prompt: its words.
        image: path of the picture that the server reads; empty for none.
        original: path of the whole picture, of which `image` may be a part.
        region: which part that is, four fractions of the whole; None for all of it.
        part: drums, bass, chords, lead or full.
        bars: length.
        bpm: quarter notes a minute.
        follows: whether tempo and metre are the host's.
        metre: such as 4/4.
        key: as it was typed; empty for drawn.
        chords: as they were typed; empty for drawn.
        image_strength: how much the picture counts, 0-1.
        guidance: how closely words and picture are followed; 0 for as suits the model.
        seed: of the next loop.
        seed_lock: whether the one after it has the same.
        towards: id of the scene that it goes towards; OWN for `to_prompt` and `to_image`; empty
            for none.
        blend: how far it goes there, 0-1.
        to_prompt: words of another scene of its own, which is none of the list's.
        to_image: path of that scene's picture.
        image_guidance: how closely the picture alone is followed; 0 for as `guidance` says.
        steps: denoising steps; 0 for as suits the model.
        model: name of the model; empty for the server's own.
        image_words: what a model that hears no picture is told of it; empty for what is found.
        more: what a newer version has saved beside these, which is kept.

    Raises:
        ValueError: a field is of another type, or a number outside of its limits.
    """

    id: str = field(default_factory=new_id)
    name: str = ""
    prompt: str = ""
    image: str = ""
    original: str = ""
    region: tuple[float, float, float, float] | None = None
    part: str = "full"
    bars: int = 4
    bpm: float = 120.0
    follows: bool = True
    metre: str = "4/4"
    key: str = ""
    chords: str = ""
    image_strength: float = 1.0
    guidance: float = 0.0
    seed: int = field(default_factory=lambda: secrets.randbelow(SEEDS))
    seed_lock: bool = False
    towards: str = ""
    blend: float = 0.0
    to_prompt: str = ""
    to_image: str = ""
    image_guidance: float = 0.0
    steps: int = 0
    model: str = ""
    image_words: str = ""
    more: dict[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:  # what is saved must be what can be read again
        for declared in fields(self):
            value, limits = getattr(self, declared.name), LIMITS.get(declared.name, {})
            if not _fits(declared.type, value) or (
                "low" in limits and not limits["low"] <= value <= limits["high"]
            ):
                raise ValueError(f"{declared.name} cannot be {value!r}")

    @classmethod
    def of(cls, request: RenderRequest) -> "SavedScene":
        """What a clip was asked for with, as a scene of its own; its seed and tempo are kept."""
        names = {declared.name for declared in fields(cls)} & set(LIMITS)
        return cls(
            **{name: getattr(request, name) for name in names},
            original=request.image,
            follows=False,
            seed_lock=True,
            towards=OWN if request.to_prompt or request.to_image else "",
        )

    @property
    def title(self) -> str:
        """What it is shown as: its name, its first words or its picture's file name."""
        words = " ".join(self.prompt.split()[:6])
        return self.name or words or Path(self.original or self.image).name or "New scene"

    @property
    def is_blank(self) -> bool:
        """Whether it has neither words nor a picture: nothing can be rendered of it."""
        return not self.prompt.strip() and not self.image


def _fits(declared: Any, value: Any) -> bool:
    if declared is float:
        return type(value) in (int, float)
    if isinstance(declared, type):
        return type(value) is declared
    if isinstance(value, tuple):  # the region
        return len(value) == 4 and all(_fits(float, edge) and 0 <= edge <= 1 for edge in value)
    return value is None or isinstance(value, dict)
