"""The host, as the device in it reports over OSC: tempo, position and metre, by its own clock."""

from collections import deque
from dataclasses import dataclass
from statistics import median

from melfusion.music import Metre

from ..clock import ClockOffset, Timeline
from .contract import Transport

SILENT_S = 3.0
"""Without a report for so long, the host counts as gone."""

CLOCK_WRAPS_US = 2**31
REPORTS = 9
"""Reports of one line over which the position is told by the median."""

JUMP_QUARTERS = 0.1
"""A report that is further off the line is a jump of the host's, or another line."""

Sender = tuple[str, int]
"""Host and port that a report came from."""


@dataclass(frozen=True)
class Report:
    """What the device says of its host.

    Attributes:
        bpm: quarter notes a minute.
        quarters: position in quarter notes.
        playing: whether it moves.
        metre: time signature.
        downbeat: a position at which a bar begins.
        sent_us: the sender's clock, microseconds modulo 2^31.
    """

    bpm: float
    quarters: float
    playing: bool
    metre: Metre
    downbeat: float
    sent_us: int

    @property
    def counted(self) -> float:
        """The position, counted as if all bars until here had been as long as the current one."""
        bar = float(self.metre.quarters)
        return round(self.downbeat / bar) * bar + self.quarters - self.downbeat


class Host(Transport):
    """The line through the host's reports."""

    name = "host"
    tells_metre = True

    def __init__(self) -> None:
        super().__init__()
        self._offset = ClockOffset()
        self._reports: deque[tuple[float, Report]] = deque(maxlen=REPORTS)
        self._sent_s = 0.0
        self._sent_us = 0
        self._heard_s: float | None = None
        self._sender: Sender | None = None

    @property
    def silence(self) -> str:
        """Why there is no timeline."""
        return "no host reports" if self._heard_s is None else "the host has gone silent"

    def report(self, report: Report, arrived_s: float, sender: Sender = ("", 0)) -> None:
        """Hears a device. While one reports, others are passed over; so are late reports of its."""
        was_there = self._heard_s is not None and arrived_s - self._heard_s < SILENT_S
        if was_there and sender != self._sender:
            return
        self._sender = sender
        passed_us = (report.sent_us - self._sent_us) % CLOCK_WRAPS_US
        if passed_us > CLOCK_WRAPS_US // 2:
            passed_us -= CLOCK_WRAPS_US
        if -1_000_000 < passed_us < 0:
            return
        self._sent_us, self._sent_s = report.sent_us, self._sent_s + passed_us / 1e6
        self._offset.add(self._sent_s, arrived_s)
        self._heard_s = arrived_s
        if not (same := self._is_on_the_line(report)):
            self._reports.clear()
        self._reports.append((self._sent_s, report))
        if not (same and was_there):
            self.changed()

    def timeline(self, now_s: float, metre: Metre) -> Timeline | None:  # noqa: ARG002
        """Its line, as long as it reports."""
        if self._heard_s is None or now_s - self._heard_s > SILENT_S:
            return None
        sent_s, last = self._reports[-1]
        quarters = last.counted
        if last.playing:
            quarters = median(
                report.counted + (sent_s - at) * report.bpm / 60 for at, report in self._reports
            )
        return Timeline(last.bpm, quarters, self._offset.ours(sent_s), last.metre, last.playing)

    def _is_on_the_line(self, report: Report) -> bool:
        if not self._reports:
            return False
        at, last = self._reports[-1]
        if (report.bpm, report.playing, report.metre) != (last.bpm, last.playing, last.metre):
            return False
        moved = (self._sent_s - at) * last.bpm / 60 if last.playing else 0.0
        return abs(report.counted - last.counted - moved) < JUMP_QUARTERS
