"""Every MIDI input of the machine: opened when it is there, again when it comes back.

Threading: the MIDI system's own threads put messages into a queue of rtmidi's and never wait for
Python: JACK's is part of its graph, and what it waits for, every program waits for. One thread of
ours empties these queues every few milliseconds, and hands the loop what it finds with
call_soon_threadsafe. Looking for inputs, opening and closing may take long, and happen in a worker
thread, one step at a time. Everything else runs on the loop.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import mido

from .clock import ClockOffset

MISSING = ""
"""What MIDI lacks on this machine: on Linux, rtmidi needs the system's libasound."""

try:
    import rtmidi
except ImportError as error:
    MISSING = str(error)

POLL_S = 2.0
POLL_WITHOUT_MIDI_S = 10.0
"""How often inputs are looked for; where there is no MIDI at all, it is asked for rarely."""

CLIENT = "MeLFusion Live"
"""What patchbays call us."""

READ_S = 0.002
"""How often their queues are emptied. Messages carry when they came, so this is no jitter."""

QUEUED = 4096
"""Messages that wait at most: seconds of whatever MIDI cables carry."""

ALSA, JACK = "LINUX_ALSA", "UNIX_JACK"
BRIDGED = ("a2j:", "alsa_midi:", "Midi-Bridge:", "system:")
"""What JACK has from ALSA is heard there, and would be heard twice."""

EXCLUSIVE = ("WINDOWS_MM",)
"""Systems in which one program has an input for itself."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heard:
    """A message and when it came.

    Attributes:
        port: the input's name.
        message: what it said, as mido gives it.
        time_s: when, as the MIDI system stamped it.
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


class Port:
    """An open input.

    Args:
        api: the MIDI system, as mido calls it.
        name: which of its inputs.

    Raises:
        OSError: it is not there.
        rtmidi.RtMidiError: it cannot be opened.
    """

    def __init__(self, api: str, name: str) -> None:
        self.name = name
        self._edge = 1.0 if api == JACK else 0.0
        self._stamped_s = 0.0  # on a clock that began with the first message
        self._clock = ClockOffset()
        self._input = rtmidi.MidiIn(getattr(rtmidi, f"API_{api}"), CLIENT, QUEUED)
        self._input.ignore_types(timing=False)  # but system exclusive and active sensing
        names = self._input.get_ports()
        if name not in names:
            raise OSError(f"there is no MIDI input {name}")
        self._input.open_port(names.index(name))

    def read(self) -> list[Heard]:
        """What has come since the last time."""
        found = []
        while got := self._input.get_message():
            content, since_s = got
            self._stamped_s += since_s
            self._clock.add(self._stamped_s, time.monotonic())
            with contextlib.suppress(ValueError):  # no message that there is
                message = mido.Message.from_bytes(content)
                came_s = self._clock.ours(self._stamped_s)
                found.append(Heard(self.name, message, came_s, self._edge))
        return found

    def close(self) -> None:
        """Lets it go. It may still be read: there is nothing, then."""
        with contextlib.suppress(rtmidi.RtMidiError):
            self._input.close_port()


class Reader:
    """The thread that reads open inputs.

    Args:
        take: is called in that thread for each message.
    """

    def __init__(self, take: Callable[[Heard], None]) -> None:
        self._take = take
        self._ports: tuple[Port, ...] = ()  # replaced as a whole, never changed
        self._wakes = threading.Event()
        self._ends = False
        self._thread = threading.Thread(target=self._run, name="midi", daemon=True)
        self._thread.start()

    def read(self, ports: Iterable[Port]) -> None:
        """Has it read these from now on."""
        self._ports = tuple(ports)
        self._wakes.set()

    def stop(self) -> None:
        """Ends the thread, and waits until it has."""
        self._ends = True
        self._wakes.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends:
            if self._ports:
                time.sleep(READ_S)
            else:
                self._wakes.wait()
                self._wakes.clear()
            for port in self._ports:
                for heard in port.read():
                    self._take(heard)


class MidiInputs:
    """The inputs that listeners want, kept open.

    Args:
        listeners: who hear what they say, each of the inputs that it wants.
        poll_s: how often inputs are looked for.
    """

    def __init__(self, *listeners: Listener, poll_s: float = POLL_S) -> None:
        self._listeners = listeners
        self._poll_s = poll_s
        self._listers: dict[str, Any] = {}  # by MIDI system, who tells its inputs
        self._systems: dict[str, str] = {}  # by input, its MIDI system
        self._open: dict[str, Port] = {}

    @property
    def names(self) -> list[str]:
        """Inputs that are open."""
        return list(self._open)

    async def run(self) -> None:
        """Finds and opens inputs, for ever."""
        if MISSING:
            logger.warning("there is no MIDI here: %s", MISSING)
            await asyncio.Event().wait()
        loop = asyncio.get_running_loop()

        def take(heard: Heard) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._hear, heard)

        reader = Reader(take)
        try:
            while True:
                names = await self._wanted()
                gone = [self._open.pop(name) for name in self._open.keys() - set(names)]
                come = [name for name in names if name not in self._open]
                opened = [port for name in come if (port := await self._opened(name))]
                self._open |= {port.name: port for port in opened}
                if gone or opened:
                    reader.read(self._open.values())
                for port in gone:
                    logger.info("MIDI input %s is gone", port.name)
                    await asyncio.to_thread(port.close)
                lacks_midi = not self._listers and any(each.wanted for each in self._listeners)
                await asyncio.sleep(POLL_WITHOUT_MIDI_S if lacks_midi else self._poll_s)
        finally:
            reader.stop()
            for port in self._open.values():
                port.close()
            self._open.clear()

    async def _wanted(self) -> list[str]:
        if not any(each.wanted for each in self._listeners):
            return []
        present = await asyncio.to_thread(self._present)
        for each in self._listeners:
            each.inputs = present
        return [name for name in present if self._who_want(name)]

    def _who_want(self, name: str) -> list[Listener]:
        exclusive = self._systems.get(name) in EXCLUSIVE
        return [each for each in self._listeners if each.wanted and each.wants(name, exclusive)]

    def _hear(self, heard: Heard) -> None:
        for each in self._who_want(heard.port):
            each.hear(heard)

    async def _opened(self, name: str) -> Port | None:
        try:
            port = await asyncio.to_thread(Port, self._systems[name], name)
        except (OSError, rtmidi.RtMidiError) as error:
            logger.debug("MIDI input %s cannot be opened: %s", name, error)
            return None
        logger.info("MIDI input %s is open", name)
        return port

    def _present(self) -> list[str]:
        """Names of the inputs that are there, of all MIDI systems; in the worker thread.

        One object of each is kept for asking, for a new one each time would be a new client of
        JACK's each time. A JACK server that ends and begins again is not found again: libjack tells
        nobody that it has ended. Inputs of one name cannot be told apart: the first is taken.
        """
        for api in () if self._listers else _apis():
            with contextlib.suppress(rtmidi.RtMidiError), _hushed():
                self._listers[api] = rtmidi.MidiIn(getattr(rtmidi, f"API_{api}"), CLIENT)
        systems: dict[str, str] = {}
        for api, lister in list(self._listers.items()):
            try:
                names = lister.get_ports()
            except rtmidi.RtMidiError as error:
                logger.warning("MIDI inputs cannot be listed: %s", error)
                del self._listers[api]
                continue
            if api == JACK and ALSA in self._listers:
                names = [name for name in names if not name.startswith(BRIDGED)]
            for name in names:
                systems.setdefault(name, api)
        self._systems = systems
        return list(systems)


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
