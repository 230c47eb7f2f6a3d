"""MIDI clock: 24 ticks a quarter note, start, stop, continue and song position, from any input.

Pure: server.midi_inputs opens the inputs and stamps what they say.
"""

from dataclasses import replace

from melfusion.music import Metre

from ..clock import Timeline
from ..midi_inputs import Heard
from .contract import Transport
from .estimate import Line, TickLine

TICKS_PER_QUARTER = 24
TICKS_PER_SONG_POSITION = 6

HOLD_S = 5.0
"""A clock whose ticks fail is carried on for so long."""

STOPPED_S = 60.0
"""A clock that was stopped, and does not tick, is waited for so long."""

SAME_TEMPO = 1e-4
"""A tempo that differs by less is noise of the estimate."""

ANY = "any"


class ClockStream:
    """The clock of one input.

    Args:
        edge: see TickLine.
    """

    def __init__(self, edge: float) -> None:
        self._ticks = TickLine(edge)
        self._heard_s = 0.0
        self._bpm = 0.0
        self._shift = 0  # from a tick's number to its place in the song
        self._waits_at: int | None = None  # place in the song, while it does not roll
        self._is_armed = False

    def hear(self, heard: Heard) -> bool:
        """Takes a message of the clock; gives whether it changes more than a tick does."""
        kind = heard.message.type
        if kind == "clock":
            return self._tick(heard.time_s)
        if kind == "start":
            self._waits_at, self._is_armed = 0, True
        elif kind == "continue":
            self._waits_at, self._is_armed = self._place, True
        elif kind == "stop":
            self._waits_at, self._is_armed = self._place, False
        elif kind == "songpos":
            self._move_to(heard.message.pos * TICKS_PER_SONG_POSITION)
        else:
            return False
        self._heard_s = heard.time_s
        return True

    def timeline(self, now_s: float, metre: Metre) -> Timeline | None:
        """Its line; None before it is known and after the clock has failed."""
        line = self._ticks.line()
        patience_s = HOLD_S if self._waits_at is None else STOPPED_S
        if line is None or now_s - self._heard_s > patience_s:
            return None
        bpm = self._steady_bpm(line)
        if self._waits_at is not None:
            quarters = self._waits_at / TICKS_PER_QUARTER
            return Timeline(bpm, quarters, self._heard_s, metre, playing=False)
        quarters = (line.index + self._shift) / TICKS_PER_QUARTER
        return Timeline(bpm, quarters, line.time_s, metre)

    @property
    def _place(self) -> int:
        """Where in the song the next tick is, in ticks."""
        return self._ticks.next_index + self._shift if self._waits_at is None else self._waits_at

    def _tick(self, time_s: float) -> bool:
        self._heard_s = time_s
        begins = self._is_armed
        if begins:
            self._ticks.restart()
            self._shift = self._place - self._ticks.next_index
            self._waits_at, self._is_armed = None, False
        self._ticks.add(time_s)
        return begins

    def _move_to(self, place: int) -> None:
        if self._waits_at is None:
            self._shift = place - self._ticks.next_index
        else:
            self._waits_at = place

    def _steady_bpm(self, line: Line) -> float:
        """The tempo, which stays where it is while it differs by noise alone."""
        bpm = 60 / (TICKS_PER_QUARTER * line.tick_s)
        if abs(bpm - self._bpm) > SAME_TEMPO * bpm:
            self._bpm = bpm
        return self._bpm


class MidiClock(Transport):
    """The clock of whichever input ticks: the one that was chosen, or the first.

    Attributes:
        port: a part of the input's name, or "any" for the first that ticks.
        inputs: names of the inputs that are there, as server.midi_inputs finds them.
        delay_s: how late the clock comes; the line is that much earlier.
    """

    name = "midi"

    def __init__(self) -> None:
        super().__init__()
        self.port = ANY
        self.inputs: list[str] = []
        self.delay_s = 0.0
        self._streams: dict[str, ClockStream] = {}

    @property
    def silence(self) -> str:
        """Why there is no timeline."""
        return "the MIDI clock has stopped" if self._streams else "no MIDI clock ticks"

    def wants(self, port: str, exclusive: bool) -> bool:
        """Any input may tick; but none is taken from other programs unless it was chosen."""
        if self.port == ANY:
            return not exclusive
        return self.port.lower() in port.lower()

    def hear(self, heard: Heard) -> None:
        """Takes what an input says."""
        if heard.port not in self._streams:
            if heard.message.type not in ("clock", "start", "continue"):
                return
            self._streams[heard.port] = ClockStream(heard.edge)
        if self._streams[heard.port].hear(heard):
            self.changed()

    def timeline(self, now_s: float, metre: Metre) -> Timeline | None:
        """The line of the first input that has one."""
        for port, stream in self._streams.items():
            if not self.wants(port, exclusive=False):
                continue
            if line := stream.timeline(now_s, metre):
                return replace(line, time_s=line.time_s - self.delay_s)
        return None
