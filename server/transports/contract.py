"""What every transport is to the leader: a name, a timeline when it has one, and a task."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from melfusion.music import Metre

from ..clock import Timeline


class Transport(ABC):
    """One source of tempo and beat.

    Attributes:
        name: its name on the wire.
        tells_metre: whether it tells its metre.
        wanted: whether it may lead; one that may not need not listen.
        changed: called when it has news that cannot wait for the leader's next look.
    """

    name: ClassVar[str]
    tells_metre: ClassVar[bool] = False

    def __init__(self) -> None:
        self.wanted = True
        self.changed: Callable[[], None] = _nobody_listens

    @abstractmethod
    def timeline(self, now_s: float, metre: Metre) -> Timeline | None:
        """The line that it is on, or None while it has nothing to say.

        Args:
            now_s: the time.
            metre: the time signature to assume, for a source that tells none.
        """

    @property
    @abstractmethod
    def silence(self) -> str:
        """Why it has no timeline, in a few words for the user."""

    def follow(self, line: Timeline, now_s: float) -> None:  # noqa: B027
        """Another one leads, along `line`; most do not mind."""

    async def run(self) -> None:
        """Keeps it, for ever; cancelling this ends it."""
        await asyncio.Event().wait()


class Settable(Transport):
    """A transport that is not only heard but can be told what to do."""

    @abstractmethod
    def set_bpm(self, bpm: float, now_s: float) -> None:
        """Changes the tempo at once, without a jump."""

    @abstractmethod
    def set_playing(self, playing: bool, now_s: float) -> None:
        """Starts, where it can from quarter 0, or stops."""


def _nobody_listens() -> None:
    pass
