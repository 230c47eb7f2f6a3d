"""Reads the notes of a standard MIDI file (MIDI Manufacturers Association, RP-001)."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

PERCUSSION = 9
"""The channel, from 0, whose keys are drums in General MIDI."""

_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


@dataclass(frozen=True)
class MidiNote:
    """One note of a MIDI file.

    Attributes:
        track: the name of its track; "" where the file has none.
        channel: 0-15.
        program: the General MIDI program that is set when it begins, 0-127.
        start, length: in quarter notes.
        key: 0-127.
        velocity: 0-127.
    """

    track: str
    channel: int
    program: int
    start: float
    length: float
    key: int
    velocity: int


def read_notes(path: Path) -> list[MidiNote]:
    """The notes of all tracks, in order of time.

    Raises:
        ValueError: it is not a MIDI file that counts in parts of a quarter note.
    """
    data = path.read_bytes()
    division = int.from_bytes(data[12:14], "big")
    if data[:4] != b"MThd" or not 0 < division < 0x8000:
        raise ValueError(f"{path} is not a MIDI file that counts in parts of a quarter note")
    notes: list[MidiNote] = []
    at = 8 + int.from_bytes(data[4:8], "big")
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        if data[at : at + 4] == b"MTrk":
            notes += _Track(data, at + 8, end, division).notes()
        at = end
    return sorted(notes, key=lambda note: (note.start, note.track, note.key))


@dataclass
class _Track:
    """A track that is being read: bytes `at` to `end` of a file."""

    data: bytes
    at: int
    end: int
    division: int
    name: str = ""
    programs: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    sounding: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)
    """For each channel and key the note that is held: (start in ticks, program, velocity)."""

    def notes(self) -> list[MidiNote]:
        """Reads the track to its end, which ends what is still held."""
        found: list[MidiNote] = []
        ticks, status = 0, 0
        while self.at < self.end:
            ticks += self._number()
            if self.data[self.at] & 0x80:
                status = self._byte()
            if status >= 0xF0:
                self._skip(status)
                continue
            values = [self._byte() for _ in range(_DATA_BYTES[status & 0xF0])]
            found += self._message(status, values, ticks)
        return found + [note for held in list(self.sounding) for note in self._ended(held, ticks)]

    def _message(self, status: int, values: list[int], ticks: int) -> list[MidiNote]:
        """Takes a channel's message in; gives the note that it ends, if any.

        A key that is struck again ends the note that it held, as on any instrument.
        """
        kind, channel = status & 0xF0, status & 0x0F
        if kind == 0xC0:
            self.programs[channel] = values[0]
        if kind not in (0x80, 0x90):
            return []
        ended = self._ended((channel, values[0]), ticks)
        if kind == 0x90 and values[1]:
            self.sounding[channel, values[0]] = (ticks, self.programs[channel], values[1])
        return ended

    def _ended(self, held: tuple[int, int], ticks: int) -> list[MidiNote]:
        """The note of a channel and key, ended; none if it has not sounded."""
        start, program, velocity = self.sounding.pop(held, (ticks, 0, 0))
        if ticks == start:
            return []
        quarters = start / self.division, (ticks - start) / self.division
        return [MidiNote(self.name, held[0], program, *quarters, held[1], velocity)]

    def _skip(self, status: int) -> None:
        """Passes over an event of no channel; a track's name is remembered."""
        kind = self._byte() if status == 0xFF else 0
        size = self._number()
        if status == 0xFF and kind == 3:
            self.name = self.data[self.at : self.at + size].decode("latin-1")
        self.at += size

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _number(self) -> int:
        """A number of variable length: seven bits a byte, the last without its high bit."""
        value = 0
        while True:
            byte = self._byte()
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value
