"""The server's own clock: leads when nobody else does, from wherever the last leader was."""

from dataclasses import replace

from melfusion.music import Metre

from ..clock import Timeline
from .contract import Settable

START_BPM = 120.0


class Internal(Settable):
    """Counts from the server's start, and goes on where another leader falls silent.

    Args:
        now_s: the time.
    """

    name = "internal"

    def __init__(self, now_s: float) -> None:
        super().__init__()
        self._line = Timeline(START_BPM, 0.0, now_s, Metre())

    @property
    def silence(self) -> str:
        """It never is."""
        return ""

    def timeline(self, now_s: float, metre: Metre) -> Timeline:
        """The line that was set or followed last; another metre begins with the current bar."""
        if metre != self._line.metre:
            bar, into_bar = divmod(self._line.quarters_at(now_s), self._line.bar_quarters)
            quarters = bar * float(metre.quarters) + into_bar
            self._line = replace(self._line, quarters=quarters, time_s=now_s, metre=metre)
        return self._line

    def follow(self, line: Timeline, now_s: float) -> None:  # noqa: ARG002
        """Stands ready to go on along `line`."""
        self._line = line

    def set_bpm(self, bpm: float, now_s: float) -> None:
        """Changes the tempo at once, without a jump."""
        self._line = replace(self._line.at(now_s), bpm=bpm)

    def set_playing(self, playing: bool, now_s: float) -> None:
        """Starts from quarter 0 or stops."""
        if playing != self._line.playing:
            quarters = 0.0 if playing else self._line.quarters_at(now_s)
            self._line = replace(self._line, quarters=quarters, time_s=now_s, playing=playing)
