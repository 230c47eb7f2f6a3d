"""Ableton Link, through aalink (an extra): a tempo and a beat that all peers of a network share.

Threading: Link runs threads of its own; aalink hands their news to the loop. Everything here runs
on the loop. Link's clock is not ours, so its beat is read between two looks at ours.
"""

import asyncio
import logging
import time
from typing import Any

from melfusion.music import Metre

from ..clock import Timeline
from .contract import Settable

QUANTUM = 4.0
"""Quarter notes that peers agree on the phase of: aalink's own default of 1 would lose the bar."""

LOOKS = 5
POLL_S = 0.5
NEAR_S = 0.002
"""A session of our own is moved if it is further from what plays."""

logger = logging.getLogger(__name__)


class Link(Settable):
    """The Link session, while others are in it.

    A session in which nobody has started or stopped yet counts as playing: most never say it.
    Alone, it follows whoever leads, so that a peer that joins finds what is played.
    """

    name = "link"

    def __init__(self) -> None:
        super().__init__()
        self._link: Any = None
        self._silence = "Link is off"
        self._has_started_or_stopped = False
        self._stopped_at = 0.0

    @property
    def silence(self) -> str:
        """Why there is no timeline."""
        return self._silence if self._link is None else "no Link peers"

    def timeline(self, now_s: float, metre: Metre) -> Timeline | None:  # noqa: ARG002
        """The session's line, while there are peers."""
        if self._link is None or not self._link.num_peers:
            return None
        time_s, beat = self._look()
        playing = bool(self._link.playing) or not self._has_started_or_stopped
        return Timeline(
            self._link.tempo, beat if playing else self._stopped_at, time_s, metre, playing
        )

    def follow(self, line: Timeline, now_s: float) -> None:  # noqa: ARG002
        """Without peers, keeps its own session on the line."""
        if self._link is None or self._link.num_peers:
            return
        if abs(self._link.tempo - line.bpm) > 1e-3:
            self._link.tempo = line.bpm
        if line.playing:
            time_s, beat = self._look()
            off = (line.quarters_at(time_s) - beat + QUANTUM / 2) % QUANTUM - QUANTUM / 2
            if abs(off) * 60 / line.bpm > NEAR_S:
                self._link.force_beat(line.quarters_at(time.monotonic()))

    def set_bpm(self, bpm: float, now_s: float) -> None:  # noqa: ARG002
        """Changes the session's tempo."""
        self._link.tempo = bpm

    def set_playing(self, playing: bool, now_s: float) -> None:  # noqa: ARG002
        """Starts or stops whoever in the session syncs that."""
        self._link.playing = playing
        self._on_start_stop(playing)

    async def run(self) -> None:
        """Is in the session while that is wanted."""
        try:
            while True:
                if self.wanted and self._link is None:
                    self._join()
                if not self.wanted and self._link is not None:
                    self._leave()
                await asyncio.sleep(POLL_S)
        finally:
            self._leave()

    def _join(self) -> None:
        try:
            import aalink
        except ImportError:
            self._silence = "Link needs aalink: install melfusion-live[link]"
            return
        link = aalink.Link(120.0)
        link.quantum = QUANTUM
        link.start_stop_sync_enabled = True
        link.add_tempo_callback(lambda _: self.changed())
        link.add_start_stop_callback(self._on_start_stop)
        link.add_num_peers_callback(self._on_peers)
        link.enabled = True
        self._link = link

    def _leave(self) -> None:
        if self._link is not None:
            self._link.enabled = False
            self._link, self._silence = None, "Link is off"
            self.changed()

    def _on_start_stop(self, playing: bool) -> None:
        self._has_started_or_stopped = True
        if not playing:
            _, self._stopped_at = self._look()
        self.changed()

    def _on_peers(self, count: int) -> None:
        logger.info("Link peers: %d", count)
        if not count:
            self._has_started_or_stopped = False
        self.changed()

    def _look(self) -> tuple[float, float]:
        """Our time, and the session's beat at it; the quickest of a few looks."""
        looks = []
        for _ in range(LOOKS):
            before = time.monotonic()
            beat = float(self._link.beat)
            after = time.monotonic()
            looks.append((after - before, (before + after) / 2, beat))
        _, time_s, beat = min(looks)
        return time_s, beat
