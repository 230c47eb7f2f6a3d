"""The output: the device that is open, and found again when it was lost.

Threading: everything runs on the asyncio loop.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator

from melfusion.request import RequestError

from ..player_messages import DeviceEvent
from .device import DeviceError
from .engine import Kind, News
from .stream import Source, Stream
from .wire import Found

ANCHORED_S = 10.0
"""How long a device may take to keep time."""

LOOK_S = 0.02
AGAIN_S = 2.0
"""How often a lost device is tried again."""

logger = logging.getLogger(__name__)


class Output:
    """Where the sound goes. Set `on_open` and `on_close` before anything is opened.

    Args:
        source: the machine's devices.
        name: of the device to open; empty for the system's default.
    """

    def __init__(self, source: Source, name: str) -> None:
        self.on_open: Callable[[Stream], None]
        self.on_close: Callable[[], None]
        self.stream: Stream | None = None
        self._source = source
        self._name = name
        self._opening: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None
        self._state, self._trouble, self._underruns = "closed", "", 0

    @property
    def event(self) -> DeviceEvent:
        """The state, as subscribers are told it."""
        stream = self.stream
        return DeviceEvent(
            state=self._state,
            name=stream.name if stream else "",
            rate=stream.rate if stream else 0,
            block=stream.block if stream else 0,
            underruns=self._underruns,
            trouble=self._trouble,
        )

    async def opened(self) -> Stream:
        """The open device, once it keeps time; opened now if it was not yet.

        Raises:
            RequestError: there is none.
        """
        if self.stream is None:
            self._opening = self._opening or asyncio.create_task(self._open())
            try:
                await asyncio.shield(self._opening)
            except DeviceError as error:
                raise RequestError("device", str(error)) from None
        deadline = time.monotonic() + ANCHORED_S
        while (stream := self.stream) and not stream.clock.steady:
            if time.monotonic() > deadline:
                raise RequestError("device", f"{stream.name} keeps no time")
            await asyncio.sleep(LOOK_S)
        if stream is None:
            raise RequestError("device", self._trouble or "is being changed: try again")
        return stream

    async def found(self) -> list[Found]:
        """The devices that there are.

        Raises:
            RequestError: PortAudio is missing or fails.
        """
        try:
            return await self._source.found()
        except DeviceError as error:
            raise RequestError("device", str(error)) from None

    async def choose(self, name: str) -> None:
        """Takes another device from now on; if it does not open, the old one again.

        Raises:
            RequestError: there is no such device, or it does not open.
        """
        found = await self.found()
        if name and not any(name.lower() in device.name.lower() for device in found):
            names = ", ".join(device.name for device in found) or "none"
            raise RequestError("name", f"there is no sound device {name!r}; there are {names}")
        before, self._name = self._name, name
        if self.stream is None:
            return
        await self._let_go(self.stream, "closed", "")
        try:
            await self.opened()
        except RequestError:
            self._name = before
            self._return()
            raise

    def news(self) -> Iterator[News]:
        """What the engine has told since the last time; looks after the device as well."""
        if self.stream is None:
            return
        for news in self.stream.news():
            if news.kind is Kind.UNDERRUN:
                self._underruns += 1
            yield news
        if self.stream.is_lost():
            logger.info("%s has gone", self.stream.name)
            self._return(self.stream)

    async def close(self) -> None:
        """Lets the device go."""
        for task in (self._opening, self._returning):
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, DeviceError):
                    await task
        if self.stream:
            await self.stream.close()

    async def _open(self) -> None:
        try:
            self.stream = await self._source.open(self._name)
        except DeviceError as error:
            self._state = "lost" if self._returning else "none"
            self._trouble = str(error)
            self.on_close()
            raise
        finally:
            self._opening = None
        self._state, self._trouble = "open", ""
        logger.info("sound goes to %s at %d Hz", self.stream.name, self.stream.rate)
        self.on_open(self.stream)

    async def _let_go(self, stream: Stream, state: str, trouble: str) -> None:
        self.stream, self._state, self._trouble = None, state, trouble
        self.on_close()
        await stream.close()

    def _return(self, lost: Stream | None = None) -> None:
        """Looks for the device until it is there again."""
        if self._returning is None:
            self._returning = asyncio.create_task(self._find_again(lost))

    async def _find_again(self, lost: Stream | None) -> None:
        try:
            if lost:
                await self._let_go(lost, "lost", f"{lost.name} has gone; it is looked for again")
            while self.stream is None:
                with contextlib.suppress(RequestError):
                    await self.opened()
                    return
                await asyncio.sleep(AGAIN_S)
        finally:
            self._returning = None
