"""What the server and the sound process say to each other: these, pickled, over the pipes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .engine import Kind
from .limiter import Frames
from .voice import Course


@dataclass(frozen=True)
class Found:
    """A device that there is.

    Attributes:
        name: what it is chosen by.
        host: the sound system that it belongs to.
        rate: frames a second, its own.
        is_default: whether it is used when none is named.
    """

    name: str
    host: str
    rate: int
    is_default: bool


# To the sound process. It understands the engine's Stop and Level as well.


@dataclass(frozen=True)
class Open:
    """Opens a device, by its name or a part of it; the system's default when that is empty."""

    name: str


@dataclass(frozen=True)
class Look:
    """Asks for the devices that there are."""


@dataclass(frozen=True)
class Load:
    """A sound follows in pieces; it has so many frames, and this slip."""

    sound: int
    count: int
    slip: int


@dataclass(frozen=True)
class Piece:
    """Frames of a sound, from the frame `at` on."""

    sound: int
    at: int
    frames: Frames


@dataclass(frozen=True)
class Drop:
    """A sound will not be begun again."""

    sound: int


@dataclass(frozen=True)
class Begin:
    """The engine's Start, with numbers for the sound and the voices; `instead` may be -1."""

    voice: int
    sound: int
    part: int
    course: Course
    begin: int
    fade_in: int
    equal_power: bool
    told: bool
    instead: int


@dataclass(frozen=True)
class Lead:
    """The engine's Steer, with a number for the voice."""

    voice: int
    course: Course


@dataclass(frozen=True)
class Close:
    """Fades out and ends the process."""


# From the sound process.


@dataclass(frozen=True)
class Listed:
    """The devices that there are."""

    found: list[Found]


@dataclass(frozen=True)
class Failed:
    """There is no sound, and the process ends; the reason is for the user."""

    reason: str


@dataclass(frozen=True)
class Opened:
    """The device plays."""

    name: str
    rate: int


@dataclass(frozen=True)
class Loaded:
    """A sound is whole and can be begun."""

    sound: int


@dataclass(frozen=True)
class Pulse:
    """How the device is, many times a second.

    Attributes:
        frame: the next frame that it will ask for.
        asked_s: when it last asked, in seconds of time.monotonic(), which all processes share.
        block: frames of its longest block.
        offset_s: when frame 0 is heard.
        steady: whether that is known.
        alive: whether it still asks.
    """

    frame: int
    asked_s: float
    block: int
    offset_s: float
    steady: bool
    alive: bool


@dataclass(frozen=True)
class Told:
    """The engine's News, with a number for the voice, or -1."""

    kind: Kind
    frame: int
    voice: int
    levels: npt.NDArray[np.float32]
