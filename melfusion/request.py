"""What may be asked of a render: the arguments, their limits, and the words when one is wrong.

The wire (server.protocol), both command lines and the renderer read this one declaration.
"""

import hashlib
import json
import math
import random
from dataclasses import Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from . import __version__, loop
from .music import (
    Chord,
    Key,
    Metre,
    Plan,
    draw_chords,
    draw_key,
    fitting_key,
    minor_share,
    parse_chords,
)

PARTS = ("drums", "bass", "chords", "lead")
"""The stems, in the order in which they are rendered and mixed."""

MAX_SECONDS = 180.0
SEEDS = 2**31


class RequestError(ValueError):
    """A request that cannot be rendered as asked.

    Attributes:
        argument: the argument at fault, by its name on the wire ("bpm").
        reason: one sentence that says why, and what would do.
    """

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(f"{argument}: {reason}")
        self.argument = argument
        self.reason = reason


def _option(default: Any, help: str, **limits: Any) -> Any:
    """A field of RenderRequest: its default, its one-line help, and its limits.

    Limits: `low` and `high` (inclusive), `choices`, `longest` (characters).
    """
    return field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True)
class RenderRequest:
    """One loop to be rendered. Build it with `RenderRequest.check(...)`."""

    prompt: str = _option("", "what it should sound like; may be empty with a picture", longest=500)
    image: str = _option("", "path of a picture; may be empty with a prompt", longest=4096)
    bpm: float = _option(120.0, "tempo in quarter notes a minute", low=20.0, high=300.0)
    bars: int = _option(4, "length in bars", low=1, high=64)
    metre: str = _option("4/4", "time signature, such as 7/8", longest=8)
    key: str = _option(
        "", "key, such as Am or F# dorian; found from the chords or drawn when empty", longest=32
    )
    chords: str = _option("", "chords, such as Am F C G; drawn by the seed when empty", longest=500)
    part: str = _option("full", "the part of the arrangement", choices=(*PARTS, "full"))
    seed: int = _option(0, "the same seed gives the same loop", low=0, high=SEEDS - 1)
    rate: int = _option(44100, "samples a second of the file", choices=(44100, 48000, 88200, 96000))
    format: str = _option("pcm24", "sample format of the file", choices=("pcm16", "pcm24", "float"))
    image_strength: float = _option(
        1.0, "how much the picture counts; 0 is the words alone", low=0.0, high=1.0
    )
    guidance: float = _option(
        0.0,
        "how closely words and picture are followed, 1 or more; 0 is as suits the model",
        low=0.0,
        high=10.0,
    )
    image_guidance: float = _option(
        0.0, "the same for the picture alone; 0 is as guidance says", low=0.0, high=10.0
    )
    to_prompt: str = _option("", "words of another scene to go towards", longest=500)
    to_image: str = _option("", "path of its picture", longest=4096)
    blend: float = _option(
        0.0, "how far to go there: 0 is here, 1 is there, and both are heard between",
        low=0.0, high=1.0,
    )  # fmt: skip
    steps: int = _option(0, "denoising steps; 0 is as suits the model", low=0, high=100)
    attempts: int = _option(3, "renders to try when a check fails", low=1, high=10)
    model: str = _option("", "name of the model; the one that is loaded when empty", longest=64)
    image_words: str = _option(
        "", "what is seen in the picture, for models that are told it in words; found when empty",
        longest=500,
    )  # fmt: skip
    source: str = _option("", "a loop to make this one of", longest=4096)
    use: str = _option(
        "variation", "what is made of that loop: another like it, or what comes after it",
        choices=("variation", "continuation"),
    )  # fmt: skip
    change: float = _option(
        0.5, "how far a variation may go from its loop; 1 is all anew", low=0.0, high=1.0
    )

    @classmethod
    def check(cls, options: dict[str, Any]) -> "RenderRequest":
        """Makes a request of name/value pairs, having looked at every one.

        Whole floats pass for ints, and ints for floats.

        Raises:
            RequestError: an unknown name, a wrong type, a value out of its limits, a metre, key or
                chord that cannot be read, a loop that is too long, neither words nor a picture.
        """
        known = {f.name: f for f in fields(cls)}
        for name in options:
            if name not in known:
                raise RequestError(name, f"is unknown; the arguments are {', '.join(known)}")
        request = cls(**{name: checked(known[name], value) for name, value in options.items()})
        if 0 < request.guidance < 1:
            raise RequestError(
                "guidance",
                f"must be 1 or more, or 0 for what suits the model, not {request.guidance:g}",
            )
        request.plan()
        length = loop.seconds(request.bars, Metre.parse(request.metre), request.bpm)
        if length > MAX_SECONDS:
            raise RequestError(
                "bars",
                f"{request.bars} bars at {request.bpm:g} BPM last {length:.0f} s;"
                f" at most {MAX_SECONDS:.0f} s can be rendered",
            )
        if not request.prompt.strip() and not request.image:
            raise RequestError("prompt", "is empty and there is no picture: give one of them")
        if request.blend and not request.to_prompt.strip() and not request.to_image:
            raise RequestError("blend", "has nowhere to go: give to_prompt or to_image")
        return request

    def plan(self, valence: float = 0.5) -> Plan:
        """Tempo, metre, key and chords.

        A key that was left open is the one that the typed chords fit, or else drawn by the seed,
        as chords are; its mode leans on the mood.

        Args:
            valence: how happy words and picture are, 0-1.

        Raises:
            RequestError: the metre, the key or a chord cannot be read.
        """
        rng = random.Random(self.seed)
        metre = _read("metre", Metre.parse, self.metre)
        chords: tuple[tuple[Chord, ...], ...] = ()
        if self.chords.strip():
            chords = _read(
                "chords", lambda text: parse_chords(text, self.bars, metre.numerator), self.chords
            )
        if self.key.strip():
            key = _read("key", Key.parse, self.key)
        else:
            key = fitting_key(chords) if chords else draw_key(rng, minor=minor_share(valence))
        chords = chords or draw_chords(key, self.bars, rng)
        return Plan(self.bpm, metre, key, chords)

    @property
    def parts(self) -> tuple[str, ...]:
        """The stems that are rendered for this request."""
        return PARTS if self.part == "full" else (self.part,)

    def identity(
        self, image_hash: str, model: str, to_image_hash: str = "", source_hash: str = ""
    ) -> str:
        """Twelve hex digits for all that decides the file: equal ones mean equal files.

        Args:
            image_hash: sha256 of the picture's bytes, or "" when there is none.
            model: name and version of the model.
            to_image_hash: the same of the picture of the scene that it goes towards.
            source_hash: the same of the loop that it is made of.
        """
        content = asdict(self) | {"image": image_hash, "model": model, "version": __version__}
        content |= {"to_image": to_image_hash, "source": source_hash}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def image_path(self) -> Path | None:
        """The picture's path, or None."""
        return Path(self.image).expanduser() if self.image else None

    @property
    def source_path(self) -> Path | None:
        """The path of the loop that this one is made of, or None."""
        return Path(self.source).expanduser() if self.source else None

    @property
    def to_image_path(self) -> Path | None:
        """The path of the other scene's picture, or None where it does not count."""
        return Path(self.to_image).expanduser() if self.to_image and self.blend else None


def _is_unicode(text: str) -> bool:
    """Whether it can be written as UTF-8: names on disk may hold any bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read(argument: str, parse: Any, text: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise RequestError(argument, str(error)) from None


def checked(declared: Field[Any], value: Any) -> Any:
    """`value` as the type of a dataclass field, within the limits that its metadata declares.

    Whole floats pass for ints, and ints for floats.

    Args:
        declared: a field of type str, int or float; its metadata may hold `low` and `high`
            (inclusive), `choices` and `longest` (characters).
        value: anything.

    Raises:
        RequestError: it is of another type or outside the limits.
    """
    name, limits = declared.name, declared.metadata
    if declared.type is str:
        if not isinstance(value, str):
            raise RequestError(name, f"must be text, not {value!r}")
        if len(value) > limits.get("longest", len(value)):
            raise RequestError(name, f"is longer than {limits['longest']} characters")
        if "\0" in value or not _is_unicode(value):
            raise RequestError(name, "holds characters that are no text")
    else:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise RequestError(name, f"must be a number, not {value!r}")
        if not math.isfinite(value):
            raise RequestError(name, f"must be a finite number, not {value}")
        if declared.type is int and value != int(value):
            raise RequestError(name, f"must be a whole number, not {value:g}")
        value = int(value) if declared.type is int else float(value)
    if "low" in limits and not limits["low"] <= value <= limits["high"]:
        low, high = limits["low"], limits["high"]
        raise RequestError(name, f"must lie between {low:.10g} and {high:.10g}, not {value:.10g}")
    if "choices" in limits and value not in limits["choices"]:
        raise RequestError(
            name, f"must be one of {', '.join(map(str, limits['choices']))}, not {value}"
        )
    return value
