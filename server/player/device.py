"""Sound devices, by way of PortAudio: which there are, and a stream of blocks to one of them.

Used in the sound process alone: with a JACK server that has gone, PortAudio's calls never return.

Threading: `Stream` is filled in PortAudio's callback thread and read in the main thread; what both
touch is replaced in one step.
"""

import time
from typing import Any, Protocol

from .anchor import FrameClock
from .limiter import Frames
from .wire import Found

SILENT_S = 2.0
"""A stream that asks for nothing for so long is lost."""

NONE = "there is no sound device; one that is connected is found by itself"
NO_PORTAUDIO = "PortAudio is missing: install it (Debian: apt install libportaudio2)"


class DeviceError(Exception):
    """There is no sound; the text is for the user."""


class Filler(Protocol):
    """Who gives the sound: an Engine."""

    def fill(self, out: Frames, first_frame: int) -> None:
        """The frames from `first_frame` on."""

    def underrun(self, frame: int) -> None:
        """The device lacked sound at `frame`."""


def library() -> Any:
    """PortAudio, which now looks at what devices there are.

    Raises:
        DeviceError: it is not on this machine.
    """
    try:
        import sounddevice
    except OSError:
        raise DeviceError(NO_PORTAUDIO) from None
    return sounddevice


def all_devices(portaudio: Any) -> list[tuple[int, Found]]:
    """Number and description of every device that can play stereo."""
    hosts = portaudio.query_hostapis()
    default = portaudio.default.device[1]
    if default < 0:
        default = next((host["default_output_device"] for host in hosts), -1)
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
        for number, device in enumerate(portaudio.query_devices())
        if device["max_output_channels"] >= 2
    ]


def chosen(there: list[tuple[int, Found]], name: str) -> tuple[int, Found]:
    """The device of that name, or whose name has it in it; the system's default when it is empty.

    Raises:
        DeviceError: there is none.
    """
    if not there:
        raise DeviceError(NONE)
    if not name:
        return next((entry for entry in there if entry[1].is_default), there[0])
    same = [entry for entry in there if entry[1].name == name]
    alike = [entry for entry in there if name.lower() in entry[1].name.lower()]
    if not same and not alike:
        names = ", ".join(device.name for _, device in there)
        raise DeviceError(f"there is no sound device {name!r}; there are {names}")
    return (same or alike)[0]


class Stream:
    """An open device, at its own rate and block size. Frame 0 is the first that it asks for.

    Args:
        portaudio: as `library` gives it.
        number: of the device.
        rate: frames a second.
        filler: who gives the sound.
    """

    def __init__(self, portaudio: Any, number: int, rate: int, filler: Filler) -> None:
        self.block = 0
        self.frame = 0
        self.asked_s = time.monotonic()
        self.clock = FrameClock(rate)
        self._filler = filler
        self._stream = portaudio.OutputStream(
            device=number, samplerate=rate, channels=2, dtype="float32", callback=self._callback
        )
        self._latency_s = float(self._stream.latency)
        self._stream.start()

    @property
    def alive(self) -> bool:
        """Whether the device still asks."""
        return bool(self._stream.active) and time.monotonic() - self.asked_s < SILENT_S

    def close(self) -> None:
        """Ends it; may never return."""
        self._stream.stop()
        self._stream.close()

    def _callback(self, out: Frames, count: int, times: Any, status: Any) -> None:
        now, frame = time.monotonic(), self.frame
        self._filler.fill(out, frame)
        self.frame, self.asked_s = frame + count, now
        if count > self.block:
            self.block = count
        if status and status.output_underflow:
            self._filler.underrun(frame)
            self.clock.upset()
        latency_s = times.outputBufferDacTime - times.currentTime
        # Some drivers do not tell the one or the other.
        self.clock.note(frame, now + (latency_s if 0 < latency_s < 1 else self._latency_s))
