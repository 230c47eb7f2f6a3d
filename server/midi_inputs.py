"""Every MIDI input of the machine: opened when it is there, again when it comes back.

Threading: each input's messages come in a thread of the MIDI system's, where they are stamped and
handed to the loop with call_soon_threadsafe. Looking for inputs, opening and closing may take long,
and happen in a worker thread, one step at a time. Everything else runs on the loop.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import mido

MISSING = ""
"""What MIDI lacks on this machine: on Linux, rtmidi needs the system's libasound."""

try:
    import rtmidi
except ImportError as error:
    MISSING = str(error)

POLL_S = 2.0
POLL_WITHOUT_MIDI_S = 10.0
"""How often inputs are looked for; where there is no MIDI at all, it is asked for rarely."""

JACK = "UNIX_JACK"
EXCLUSIVE = ("WINDOWS_MM",)
"""Systems in which one program has an input for itself."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """A message and when it came.

    Attributes:
        port: the input's name.
        message: what it said, as mido gives it.
        time_s: when, stamped in the thread it came in.
        edge: which stamps are right, of those that spread: 0 those in the middle, 1 the latest, for
            JACK hands a period's messages over at its beginning.
    """

    port: str
    message: Any
    time_s: float
    edge: float = 0.0


class Listener(Protocol):
    """Who listens to inputs.

    Attributes:
        inputs: is given the names of all inputs that are there.
    """

    inputs: list[str]

    @property
    def wanted(self) -> bool:
        """Whether it listens at all."""

    def wants(self, port: str, exclusive: bool) -> bool:
        """Whether to open an input; one that is `exclusive` is then lost to other programs."""

    def hear(self, heard: Heard) -> None:
        """A message, on the loop."""


class MidiInputs:
    """The inputs that listeners want, kept open.

    Args:
        listeners: who hear what they say, each of the inputs that it wants.
        poll_s: how often inputs are looked for.
    """

    def __init__(self, *listeners: Listener, poll_s: float = POLL_S) -> None:
        self._listeners = listeners
        self._poll_s = poll_s
        self._api = ""
        self._lister: Any = None
        self._open: dict[str, Any] = {}

    @property
    def names(self) -> list[str]:
        """Inputs that are open."""
        return list(self._open)

    async def run(self) -> None:
        """Finds and opens inputs, for ever."""
        if MISSING:
            logger.warning("there is no MIDI here: %s", MISSING)
            await asyncio.Event().wait()
        try:
            while True:
                names = await self._wanted()
                for name in self._open.keys() - set(names):
                    logger.info("MIDI input %s is gone", name)
                    await asyncio.to_thread(_close, self._open.pop(name))
                for name in names:
                    if name not in self._open and await self._opens(name):
                        logger.info("MIDI input %s is open", name)
                lacks_midi = not self._lister and any(each.wanted for each in self._listeners)
                await asyncio.sleep(POLL_WITHOUT_MIDI_S if lacks_midi else self._poll_s)
        finally:
            for port in self._open.values():
                _close(port)
            self._open.clear()

    async def _wanted(self) -> list[str]:
        if not any(each.wanted for each in self._listeners):
            return []
        present = await asyncio.to_thread(self._present)
        for each in self._listeners:
            each.inputs = present
        return [name for name in present if self._who_want(name)]

    def _who_want(self, name: str) -> list[Listener]:
        exclusive = self._api in EXCLUSIVE
        return [each for each in self._listeners if each.wanted and each.wants(name, exclusive)]

    def _hear(self, heard: Heard) -> None:
        for each in self._who_want(heard.port):
            each.hear(heard)

    async def _opens(self, name: str) -> bool:
        loop, edge = asyncio.get_running_loop(), 1.0 if self._api == JACK else 0.0

        def on_message(message: Any) -> None:
            heard = Heard(name, message, time.monotonic(), edge)
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._hear, heard)

        try:
            backend = mido.Backend(f"mido.backends.rtmidi/{self._api}")
            self._open[name] = await asyncio.to_thread(
                backend.open_input, name, callback=on_message
            )
        except (OSError, rtmidi.RtMidiError) as error:
            logger.debug("MIDI input %s cannot be opened: %s", name, error)
        return name in self._open

    def _present(self) -> list[str]:
        """Names of the inputs that are there; in the worker thread.

        One object is kept for asking, for a new one each time would be a new client of JACK's each
        time. A JACK server that ends and begins again is not found again: libjack fails where a
        process opens a client while it still has one of a server that has died, and the sound
        output may have one.
        """
        for api in () if self._lister else _apis():
            with contextlib.suppress(rtmidi.RtMidiError), _hushed():
                self._lister = rtmidi.MidiIn(rtapi=getattr(rtmidi, f"API_{api}"))
                self._api = api
                break
        try:
            return _unique(self._lister.get_ports()) if self._lister else []
        except rtmidi.RtMidiError as error:
            logger.warning("MIDI inputs cannot be listed: %s", error)
            self._lister = None
            return []


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keeps to itself what ALSA and JACK print on stderr each time they find nobody there."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # there is no stderr
        yield
        return
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _apis() -> list[str]:
    """The MIDI systems that this machine may have, as mido calls them."""
    names = {
        getattr(rtmidi, name): name.removeprefix("API_")
        for name in dir(rtmidi)
        if name.startswith("API_") and name not in ("API_UNSPECIFIED", "API_RTMIDI_DUMMY")
    }
    return [names[api] for api in rtmidi.get_compiled_api() if api in names]


def _unique(names: list[str]) -> list[str]:
    """Inputs of the same name cannot be told apart: the first is taken."""
    return list(dict.fromkeys(names))


def _close(port: Any) -> None:
    with contextlib.suppress(OSError, rtmidi.RtMidiError):
        port.close()
