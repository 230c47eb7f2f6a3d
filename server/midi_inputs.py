"""Every MIDI input of the machine: opened when it is there, again when it comes back.

Threading: each input's messages come in a thread of the MIDI system's, where they are stamped and
handed to the loop with call_soon_threadsafe. Looking for inputs, opening and closing may take long,
and happen in a worker thread, one step at a time. Everything else runs on the loop.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mido
import rtmidi

POLL_S = 2.0
POLL_WITHOUT_MIDI_S = 10.0
"""How often inputs are looked for; where there has never been any MIDI, it is asked for rarely."""

JACK = "UNIX_JACK"
JACK_RENEW_S = 10.0
"""A client of JACK's is not told when its server has died, or another has begun. So who looks for
inputs is renewed every so often, and with it the inputs that say nothing."""

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


class MidiInputs:
    """All inputs, kept open while `wanted` says so.

    Args:
        hear: is given every message, on the loop.
        wanted: whether anybody wants to hear.
        poll_s: how often inputs are looked for.
        renew_s: how often clients of JACK's are renewed.
    """

    def __init__(
        self,
        hear: Callable[[Heard], None],
        wanted: Callable[[], bool] = lambda: True,
        poll_s: float = POLL_S,
        renew_s: float = JACK_RENEW_S,
    ) -> None:
        self._hear = hear
        self._wanted = wanted
        self._poll_s = poll_s
        self._renew_s = renew_s
        self._renewed_s = time.monotonic()
        self._api = ""
        self._lister: Any = None
        self._open: dict[str, Any] = {}
        self._heard_s: dict[str, float] = {}

    @property
    def names(self) -> list[str]:
        """Inputs that are open."""
        return list(self._open)

    async def run(self) -> None:
        """Finds and opens inputs, for ever."""
        try:
            while True:
                await self._renew_if_due()
                names = await asyncio.to_thread(self._present) if self._wanted() else []
                for name in self._open.keys() - set(names):
                    logger.info("MIDI input %s is gone", name)
                    await asyncio.to_thread(_close, self._open.pop(name))
                for name in names:
                    if name not in self._open and await self._opens(name):
                        logger.info("MIDI input %s is open", name)
                has_never_had = self._wanted() and not self._api
                await asyncio.sleep(POLL_WITHOUT_MIDI_S if has_never_had else self._poll_s)
        finally:
            for port in self._open.values():
                _close(port)
            self._open.clear()

    async def _renew_if_due(self) -> None:
        now_s = time.monotonic()
        if self._api != JACK or now_s - self._renewed_s < self._renew_s:
            return
        self._renewed_s = now_s
        if self._lister:
            await asyncio.to_thread(self._lister.delete)
            self._lister = None
        for name in list(self._open):
            if now_s - self._heard_s.get(name, 0.0) >= self._renew_s:
                await asyncio.to_thread(_close, self._open.pop(name))
                await self._opens(name)

    async def _opens(self, name: str) -> bool:
        loop, edge = asyncio.get_running_loop(), 1.0 if self._api == JACK else 0.0

        def on_message(message: Any) -> None:
            heard = Heard(name, message, time.monotonic(), edge)
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(self._take, heard)

        try:
            backend = mido.Backend(f"mido.backends.rtmidi/{self._api}")
            self._open[name] = await asyncio.to_thread(
                backend.open_input, name, callback=on_message
            )
        except (OSError, rtmidi.RtMidiError) as error:
            logger.debug("MIDI input %s cannot be opened: %s", name, error)
        return name in self._open

    def _take(self, heard: Heard) -> None:
        self._heard_s[heard.port] = heard.time_s
        self._hear(heard)

    def _present(self) -> list[str]:
        """Names of the inputs that are there; in the worker thread.

        One object is kept for asking, for a new one each time would be a new client of JACK's each
        time. While it finds nothing it may be dead, with the sound server it was made for.
        """
        if self._lister:
            if names := _unique(self._lister.get_ports()):
                return names
            self._lister.delete()
            self._lister = None
        for api in _apis():
            with contextlib.suppress(rtmidi.RtMidiError):
                self._lister = rtmidi.MidiIn(rtapi=getattr(rtmidi, f"API_{api}"))
                self._api = api
                return _unique(self._lister.get_ports())
        return []


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
