"""Sound devices, by way of PortAudio: which there are, and a stream of blocks to one of them.

No device, and no PortAudio at all, are normal states of a machine: they are told in one sentence.

Threading: opening and closing may take their time, and with a broken driver for ever; each runs in
a thread of its own, which nobody joins. `Stream` is filled in PortAudio's callback thread and read
on the asyncio loop; what both touch is replaced in one step.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from .anchor import FrameClock
from .limiter import Frames

SILENT_S = 2.0
"""A stream that asks for nothing for so long is lost."""

OPEN_S = 15.0
"""How long a driver may take."""

CLOSE_S = 3.0

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class DeviceError(Exception):
    """There is no sound; the text is for the user."""


class Filler(Protocol):
    """Who gives the sound: an Engine."""

    def fill(self, out: Frames, first_frame: int) -> None:
        """The frames from `first_frame` on."""

    def underrun(self, frame: int) -> None:
        """The device lacked sound at `frame`."""


class Closing(Protocol):
    """What can be closed: a Stream."""

    def close(self) -> None:
        """Ends it; may hang with the driver."""


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


class Stream:
    """An open device. It begins to ask for frames at `start`; the first has the number 0.

    Attributes:
        name: the device's.
        rate: frames a second, the device's own.
        block: frames of the longest block so far.
        frame: the next frame that will be asked for.
        clock: frames against seconds.
    """

    def __init__(self, library: Any, index: int, name: str, rate: int) -> None:
        self.name = name
        self.rate = rate
        self.block = 0
        self.frame = 0
        self.clock = FrameClock(rate)
        self._filler: Filler | None = None
        self._heard_s = time.monotonic()
        self._stream = library.OutputStream(
            device=index, samplerate=rate, channels=2, dtype="float32", callback=self._callback
        )
        self._latency_s = float(self._stream.latency)

    def start(self, filler: Filler) -> None:
        """Begins, with the sound of `filler`.

        Raises:
            Exception: PortAudio's, when it does not begin.
        """
        self._filler = filler
        self._stream.start()

    def is_lost(self) -> bool:
        """Whether the device asks for nothing any more."""
        return time.monotonic() - self._heard_s > SILENT_S or not self._stream.active

    def close(self) -> None:
        """Ends it; may hang with the driver."""
        self._stream.abort()
        self._stream.close()

    def _callback(self, out: Frames, count: int, times: Any, status: Any) -> None:
        now, frame = time.monotonic(), self.frame
        assert self._filler
        self._filler.fill(out, frame)
        self._heard_s = now
        self.frame = frame + count
        self.block = max(self.block, count)
        if status and status.output_underflow:
            self._filler.underrun(frame)
            self.clock.upset()
        latency_s = times.outputBufferDacTime - times.currentTime
        # Some drivers do not tell the one or the other.
        self.clock.note(frame, now + (latency_s if 0 < latency_s < 1 else self._latency_s))


class Devices:
    """The machine's sound devices."""

    async def found(self, *, anew: bool) -> list[Found]:
        """All that can play stereo.

        Args:
            anew: whether to look for devices that came or went, which must not be done while a
                stream is open.

        Raises:
            DeviceError: PortAudio is missing or fails.
        """
        return await _aside(lambda: _found(_library(anew)), OPEN_S)

    async def open(self, name: str, make: Callable[[int], Filler]) -> Stream:
        """Opens a device at its own rate and block size, and starts it.

        Args:
            name: of the device, or a part of it; empty for the system's default.
            make: makes the filler for a rate.

        Raises:
            DeviceError: there is none, or it does not open.
        """
        return await _aside(lambda: _opened(name, make), OPEN_S)

    async def close(self, stream: Closing) -> None:
        """Closes a stream. One whose driver hangs is left behind."""
        with contextlib.suppress(DeviceError):
            await _aside(stream.close, CLOSE_S)


def _opened(name: str, make: Callable[[int], Filler]) -> Stream:
    library = _library(anew=True)
    number, device = _chosen(library, name)
    stream = Stream(library, number, device.name, device.rate)
    try:
        stream.start(make(device.rate))
    except Exception:
        stream.close()
        raise
    return stream


def _library(anew: bool) -> Any:
    """PortAudio. It knows the devices that were there when it was started."""
    try:
        import sounddevice
    except OSError:
        raise DeviceError(
            "PortAudio is missing: install it (Debian: apt install libportaudio2)"
        ) from None
    if anew:
        sounddevice._terminate()
        sounddevice._initialize()
    return sounddevice


def _all(library: Any) -> list[tuple[int, Found]]:
    hosts = library.query_hostapis()
    default = library.default.device[1]
    if default < 0:
        default = next((h["default_output_device"] for h in hosts), -1)
    return [
        (
            number,
            Found(
                name=device["name"],
                host=hosts[device["hostapi"]]["name"],
                rate=round(device["default_samplerate"]),
                is_default=number == default,
            ),
        )
        for number, device in enumerate(library.query_devices())
        if device["max_output_channels"] >= 2
    ]


def _found(library: Any) -> list[Found]:
    return [device for _, device in _all(library)]


def _chosen(library: Any, name: str) -> tuple[int, Found]:
    there = _all(library)
    if not there:
        raise DeviceError("there is no sound device; one that is connected is found by itself")
    for matches in (
        lambda device: device.name == name,
        lambda device: name.lower() in device.name.lower(),
    ):
        for number, device in there:
            if (name and matches(device)) or (not name and device.is_default):
                return number, device
    if not name:
        return there[0]
    names = ", ".join(device.name for _, device in there)
    raise DeviceError(f"there is no sound device {name!r}; there are {names}")


async def _aside(work: Callable[[], Result], patience_s: float) -> Result:
    """Runs `work` in a thread of its own.

    Raises:
        DeviceError: it fails, or takes longer than `patience_s`; the thread is left behind then.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Result] = loop.create_future()

    def give(result: Result | None, error: Exception | None) -> None:
        if outcome.done():
            return
        if error is None:
            outcome.set_result(result)  # type: ignore[arg-type]
        else:
            outcome.set_exception(error)

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except DeviceError as told:
            error = told
        except Exception as fault:
            error = DeviceError(f"the sound device fails: {_words(fault)}")
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(give, result, error)

    threading.Thread(target=run, name="sound device", daemon=True).start()
    try:
        return await asyncio.wait_for(outcome, patience_s)
    except TimeoutError:
        raise DeviceError(f"the sound device does not answer for {patience_s:.0f} s") from None


def _words(fault: Exception) -> str:
    return " ".join(str(fault).split())[:200]
