"""The line that music is counted along, and what another clock shows by ours.

Every transport gives such a line, the leader publishes one, and whoever plays reads it. Pure: times
come in as arguments, seconds of time.monotonic() everywhere in the server.
"""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from melfusion.music import Metre

BIN_S = 1.0
HORIZON_S = 30.0
"""A clock's offset is told by the least delay of each second of the last so many."""

MOST_DRIFT = 300e-6
"""No two clocks differ by more."""

RESTART_S = 1.0
"""A clock that is off by more has been set anew."""


@dataclass(frozen=True)
class Timeline:
    """A straight line through time and quarter notes, or a point where a transport stands still.

    Bars begin at the multiples of `bar_quarters`; quarter 0 is the first beat of bar 1.

    Attributes:
        bpm: quarter notes a minute.
        quarters: the position at `time_s`, in quarter notes.
        time_s: when it is there.
        metre: time signature.
        playing: whether it moves.
    """

    bpm: float
    quarters: float
    time_s: float
    metre: Metre
    playing: bool = True

    @property
    def bar_quarters(self) -> float:
        """Length of a bar in quarter notes."""
        return float(self.metre.quarters)

    def quarters_at(self, time_s: float) -> float:
        """The position at `time_s`: one that stands still is where it stands, at any time."""
        if not self.playing:
            return self.quarters
        return self.quarters + (time_s - self.time_s) * self.bpm / 60

    def time_of(self, quarters: float) -> float:
        """When it is at `quarters`.

        One that stands still is there now (`time_s`), never (inf), or has been there (-inf).
        """
        ahead = quarters - self.quarters
        if not self.playing and ahead:
            return math.copysign(math.inf, ahead)
        return self.time_s + ahead * 60 / self.bpm

    def position(self, time_s: float) -> tuple[float, float]:
        """Bar and beat as hosts show them: both count from 1, the beat has a fraction.

        A beat is a note of the metre's denominator. Before quarter 0 come bar 0, bar -1 and so on.
        """
        bar, into_bar = divmod(self.quarters_at(time_s), self.bar_quarters)
        return bar + 1, into_bar * self.metre.denominator / 4 + 1

    def bar_of(self, quarters: float) -> int:
        """The bar of a place, counted from 1."""
        return math.floor(quarters / self.bar_quarters) + 1

    def next_multiple(self, time_s: float, quantum_quarters: float, offset: float = 0.0) -> float:
        """The first `offset` + n * `quantum_quarters` that is not before the position at `time_s`.

        Args:
            time_s: from when on.
            quantum_quarters: the grid, in quarter notes: 1, a bar, a loop.
            offset: one point of the grid.

        Returns:
            A position in quarter notes; `time_of` says when that is.
        """
        here = self.quarters_at(time_s)
        steps = math.ceil((here - offset) / quantum_quarters)
        # The quotient may have been rounded across a whole number, either way.
        steps += offset + steps * quantum_quarters < here
        steps -= offset + (steps - 1) * quantum_quarters >= here
        return offset + steps * quantum_quarters

    def at(self, time_s: float) -> "Timeline":
        """The same line, told from `time_s` on."""
        return Timeline(self.bpm, self.quarters_at(time_s), time_s, self.metre, self.playing)


class ClockOffset:
    """When, by our clock, another one shows what it shows: by messages that it stamps.

    They come late. Some message of every few is hardly delayed, and none comes too early: the line
    under all delays is the offset, its slope how much faster one clock runs (the minimum filter of
    NTP, RFC 5905 section 10, with a drift).
    """

    def __init__(self) -> None:
        self._bins: deque[tuple[float, float]] = deque()
        self._drift = 0.0

    def add(self, sent_s: float, arrived_s: float) -> None:
        """Hears a message: when it was sent by its own clock, when it came by ours."""
        ahead = arrived_s - sent_s
        if self._bins and abs(arrived_s - self.ours(sent_s)) > RESTART_S:
            self._bins.clear()
            self._drift = 0.0
        if self._bins and sent_s // BIN_S == self._bins[-1][0] // BIN_S:
            if ahead < self._bins[-1][1]:
                self._bins[-1] = sent_s, ahead
        else:
            self._bins.append((sent_s, ahead))
        while self._bins[-1][0] - self._bins[0][0] > HORIZON_S:
            self._bins.popleft()
        self._drift = self._drifted()

    def ours(self, sent_s: float) -> float:
        """Our time when the other clock shows `sent_s`."""
        least = min(ahead - self._drift * at for at, ahead in self._bins)
        return sent_s + least + self._drift * sent_s

    def _drifted(self) -> float:
        """The median slope between the least delays of seconds that are far apart."""
        if self._bins[-1][0] - self._bins[0][0] < HORIZON_S / 3:
            return 0.0
        at, ahead = (np.array(column) for column in zip(*self._bins, strict=True))
        half = len(at) // 2
        slope = np.median((ahead[half:] - ahead[:-half]) / (at[half:] - at[:-half]))
        return float(np.clip(slope, -MOST_DRIFT, MOST_DRIFT))
