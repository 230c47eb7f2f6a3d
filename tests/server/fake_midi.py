"""A MIDI system that a test speaks for, in the place of rtmidi's: as strict as that is."""

from collections import deque

import mido
import rtmidi


class MidiSystem:
    """The inputs that are there, and those that were opened.

    Attributes:
        there: names of the inputs.
        refuses: those that another program has for itself.
        open: who has opened each.
    """

    def __init__(self, *there: str) -> None:
        self.there = list(there)
        self.refuses: set[str] = set()
        self.open: dict[str, MidiIn] = {}

    def client(self, api: int, name: str, queue_size_limit: int = 1024) -> "MidiIn":  # noqa: ARG002
        """As rtmidi.MidiIn is called."""
        return MidiIn(self, queue_size_limit)

    def play(self, name: str, text: str, since_s: float) -> None:
        """An input says what mido calls `text`, so long after what it has said before."""
        self.play_bytes(name, mido.Message.from_str(text).bytes(), since_s)

    def play_bytes(self, name: str, content: list[int], since_s: float) -> None:
        client = self.open[name]
        if content[0] != 0xF8 or client.hears_clocks:
            client.waiting.append((content, since_s))


class MidiIn:
    """One client of it, which has an input open or none."""

    def __init__(self, system: MidiSystem, limit: int) -> None:
        self.system = system
        self.hears_clocks = False
        self.waiting: deque[tuple[list[int], float]] = deque(maxlen=limit)
        self._name: str | None = None

    def ignore_types(
        self, sysex: bool = True, timing: bool = True, active_sense: bool = True
    ) -> None:
        assert sysex
        assert active_sense
        self.hears_clocks = not timing

    def get_ports(self) -> list[str]:
        return list(self.system.there)

    def open_port(self, port: int) -> None:
        name = self.system.there[port]
        assert self._name is None
        if name in self.system.refuses:
            raise rtmidi.InvalidPortError("it is in use")
        self._name = name
        self.system.open[name] = self

    def get_message(self) -> tuple[list[int], float] | None:
        return self.waiting.popleft() if self.waiting else None

    def close_port(self) -> None:
        assert self._name is not None
        del self.system.open[self._name]
        self._name = None
