"""What the player asks of a device: the contract of devices.py, and of the tests' virtual ones."""

from collections.abc import Iterator
from typing import Protocol

from .engine import Command, News
from .voice import Sound
from .wire import Found


class Clock(Protocol):
    """Frames of a device against seconds of time.monotonic()."""

    rate: int
    steady: bool

    def frame_at(self, time_s: float) -> float:
        """The frame that is heard at `time_s`, with its fraction."""

    def time_at(self, frame: float) -> float:
        """When `frame` is heard."""


class Stream(Protocol):
    """An open device; see devices.RemoteStream."""

    name: str
    rate: int
    block: int

    @property
    def clock(self) -> Clock:
        """Frames against seconds."""

    async def load(self, sound: Sound) -> None:
        """Has a sound ready to begin."""

    def send(self, command: Command) -> None:
        """Gives the engine a command."""

    def soonest(self) -> int:
        """The first frame that a command given now will surely be in time for."""

    def news(self) -> Iterator[News]:
        """What the engine has told since the last time."""

    def is_lost(self) -> bool:
        """Whether it asks for nothing any more."""

    async def close(self) -> None:
        """Fades out and ends."""


class Source(Protocol):
    """The machine's devices; see devices.Devices."""

    async def found(self) -> list[Found]:
        """All that can play stereo."""

    async def open(self, name: str) -> Stream:
        """Opens a device, by its name or a part of it."""
