"""Who leads: one of the transports, by order, and the one line that everybody else follows.

The line never jumps of itself. A leader that is a little off is approached by a slightly other
tempo; a new one that is far off is taken over when its bar begins; where a leader falls silent, the
server's own clock goes on. Only the leader's own jumps (a start, a stop, a new position) are jumps.

Threading: everything runs on the asyncio loop.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from melfusion.music import Metre
from melfusion.request import RequestError

from ..clock import Timeline
from .contract import Settable, Transport

RATE_HZ = 10.0
DEAD_S = 0.0002
"""A leader that is off by less is followed as it is."""

NEAR_S = 0.05
"""A new leader that is further off waits for its bar."""

JUMP_S = 0.1
"""A leader that is further off has jumped; before that it is approached."""

SLEW_S = 0.25
MOST_SLEW = 0.01
"""An error is made good in about a quarter of a second, by at most so much of the tempo."""


@dataclass(frozen=True)
class Led:
    """Who leads, and where that is.

    Attributes:
        leader: the transport's name.
        reason: why, for the user.
        line: where it is; its bpm may differ a little from the leader's while it is approached.
        bpm: the leader's own tempo.
        heard: names of the transports that have a timeline.
    """

    leader: str
    reason: str
    line: Timeline
    bpm: float
    heard: tuple[str, ...]


class Leader:
    """Chooses among transports and gives the line that is followed.

    Args:
        transports: in their order; the last is always there, whoever may lead.
        clock: seconds that only go up.
    """

    def __init__(
        self, transports: Sequence[Transport], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.transports = {transport.name: transport for transport in transports}
        self.listeners: list[Callable[[Led], None]] = []
        """Called with the state at once when it changes, and at a steady rate."""
        self.metre = Metre()
        """The last leader's; assumed for transports that tell none."""
        self._last = transports[-1]
        self._order = tuple(transports)
        self._clock = clock
        self._leading = self._last
        self._takes_over: tuple[Transport, float] | None = None  # who, and at which quarter
        self._takes_over_s = 0.0
        self._why_not: dict[str, str] = {}
        line = self._last.timeline(clock(), self.metre)
        assert line is not None
        self._line, self._bpm = line, line.bpm
        self._woken = asyncio.Event()
        for transport in transports:
            transport.changed = self.look

    @property
    def timeline(self) -> Timeline:
        """The line to follow."""
        return self._line

    @property
    def order(self) -> tuple[str, ...]:
        """Names of those that may lead, the first one first."""
        return tuple(transport.name for transport in self._order)

    def set_order(self, names: Sequence[str]) -> None:
        """Says who may lead, in which order; the last resort is always one of them.

        Raises:
            RequestError: a name is unknown or comes twice.
        """
        for name in names:
            if name not in self.transports:
                known = ", ".join(self.transports)
                raise RequestError("sources", f"{name} is unknown; there may be {known}")
        if len(set(names)) != len(names):
            raise RequestError("sources", "one is named twice")
        chosen = [self.transports[name] for name in names if name != self._last.name]
        self._order = (*chosen, self._last)
        for transport in self.transports.values():
            transport.wanted = transport in self._order
        self.look()

    @property
    def bpm(self) -> float:
        """The leader's own tempo; the line's differs a little while the leader is approached."""
        return self._bpm

    def set_metre(self, metre: Metre) -> None:
        """Says the metre of those that tell none.

        Raises:
            RequestError: the leader tells its own.
        """
        if self._leading.tells_metre:
            self._refuse("metre")
        self.metre = metre

    def settable(self, argument: str) -> Settable:
        """The leader, if it can be told what to do.

        Raises:
            RequestError: it cannot: naming `argument`.
        """
        if not isinstance(self._leading, Settable):
            self._refuse(argument)
        return self._leading

    def state(self) -> Led:
        """Who leads and why."""
        now_s = self._clock()
        heard = tuple(
            name for name, each in self.transports.items() if each.timeline(now_s, self.metre)
        )
        return Led(self._leading.name, self._reason(), self._line, self._bpm, heard)

    def look(self) -> None:
        """Looks at all transports now, and tells everybody if something has changed."""
        before = self._leading, self._line, self._bpm, self._takes_over
        self._update(self._clock())
        if before != (self._leading, self._line, self._bpm, self._takes_over):
            self._woken.set()
            self._tell()

    async def run(self) -> None:
        """Looks and tells at a steady rate, for ever."""
        due_s = self._clock()
        while True:
            self._update(self._clock())
            self._tell()
            due_s = max(due_s + 1 / RATE_HZ, self._clock())
            while (wait_s := self._next_look_s(due_s) - self._clock()) > 0:
                self._woken.clear()
                try:
                    await asyncio.wait_for(self._woken.wait(), wait_s)
                except TimeoutError:
                    if self._clock() < due_s:
                        self.look()

    def _refuse(self, argument: str) -> NoReturn:
        name = self._leading.name
        reason = f"{name} leads: set it there, or take {name} out of the sources"
        raise RequestError(argument, reason)

    def _next_look_s(self, due_s: float) -> float:
        return min(due_s, self._takes_over_s) if self._takes_over else due_s

    def _tell(self) -> None:
        led = self.state()
        for listener in self.listeners:
            listener(led)

    def _update(self, now_s: float) -> None:
        first, line = self._first(now_s)
        if first is self._leading:
            self._takes_over = None
            self._follow(line, now_s)
        else:
            self._hand_over(first, line, now_s)
        for transport in self._order:
            if transport is not self._leading:
                transport.follow(replace(self._line.at(now_s), bpm=self._bpm), now_s)

    def _first(self, now_s: float) -> tuple[Transport, Timeline]:
        """The first in the order that has a line."""
        self._why_not = {}
        for transport in self._order:
            if line := transport.timeline(now_s, self.metre):
                return transport, line
            self._why_not[transport.name] = transport.silence
        raise AssertionError("the last transport always has a line")

    def _hand_over(self, to: Transport, line: Timeline, now_s: float) -> None:
        """At once if that makes no jump, or else when the new leader's bar begins."""
        if _both_move(line, self._line) and abs(self._off_s(line, now_s)) > NEAR_S:
            if not self._is_its_bar(to, line, now_s):
                return
            self._line = line
        self._takes_over, self._leading = None, to
        self._follow(line, now_s)

    def _is_its_bar(self, to: Transport, line: Timeline, now_s: float) -> bool:
        """Whether the bar has begun that the new leader was to take over on."""
        bar = line.next_multiple(now_s, line.bar_quarters)
        is_new = self._takes_over is None or self._takes_over[0] is not to
        if self._takes_over is None or is_new or self._takes_over[1] > bar:
            self._takes_over = to, bar
        self._takes_over_s = line.time_of(self._takes_over[1])
        return now_s >= self._takes_over_s

    def _follow(self, line: Timeline, now_s: float) -> None:
        """Lays our line on the leader's, or has it approach that."""
        self._bpm, self.metre = line.bpm, line.metre
        if not _both_move(line, self._line):
            # What stands still is the same whenever it is told.
            if replace(line, time_s=0.0) != replace(self._line, time_s=0.0):
                self._line = line
            return
        off_s = self._off_s(line, now_s)
        if abs(off_s) > JUMP_S:
            self._line = line
            return
        slew = off_s / SLEW_S if abs(off_s) > DEAD_S else 0.0
        bpm = line.bpm * (1 + max(-MOST_SLEW, min(MOST_SLEW, slew)))
        if (bpm, line.metre) != (self._line.bpm, self._line.metre):
            self._line = replace(self._line.at(now_s), bpm=bpm, metre=line.metre)

    def _off_s(self, line: Timeline, now_s: float) -> float:
        """How far `line` is ahead of ours."""
        ahead = line.quarters_at(now_s) - self._line.quarters_at(now_s)
        return ahead * 60 / line.bpm

    def _reason(self) -> str:
        if self._takes_over:
            return f"{self._takes_over[0].name} takes over on its next bar"
        silent = [f"{name}: {why}" for name, why in self._why_not.items()]
        return "; ".join(silent) or "it is the first of the sources"


def _both_move(one: Timeline, other: Timeline) -> bool:
    return one.playing and other.playing
