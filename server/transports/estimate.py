"""Lines through noisy time stamps: the tempo and phase of MIDI clock.

Pure: no threads, no clock of its own; stamps come in as arguments.
"""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WINDOWS = (384, 192, 96, 48, 24)
"""Ticks that a line is fitted through: as many as lie on one line. Below 96 (4 quarters of MIDI
clock) only while a tempo has just jumped, or where there are no more yet."""

STEADY = 96
"""Ticks that a tempo is believed after; with fewer, the last one is kept if it fits them."""

FEWEST = 24
"""Ticks without which there is no line."""

FASTEST_S, SLOWEST_S = 60 / 24 / 1000, 60 / 24 / 10
"""Times between ticks at 1000 and at 10 quarters a minute; others are no tempo."""

OUTLIER = 3.5
"""Residuals of more standard deviations (by their median) are left out."""

NARROWEST_S = 0.0005
"""A residual of less is never an outlier."""

BENT = 2.0
"""A long window whose curvature is so many standard errors from 0 is not one line."""

JUMPED = 5.0
"""The same of a short one, which is left only for a tempo that has jumped."""

LATEST = 8
"""If so many last ticks or more are all outliers, the tempo may have jumped."""

PAUSE_S = 0.4
"""Silence of so long between ticks is a drop-out, in which ticks were lost."""

AFTER_PAUSE = 8
"""Ticks after a drop-out by which it is told how many were lost."""

SHIFT_RUN = 24
"""Ticks which must all lie whole ticks off the line before a loss is believed in."""

LEVEL = 0.25
"""How many ticks such a run may lean or be off whole ticks: a run of another tempo leans more."""


SLOPES, ZOOMS = 33, 4
"""How finely the slopes of lines between periods are looked at, and how often more finely."""


@dataclass(frozen=True)
class Line:
    """`time(n) = time_s + (n - index) * tick_s`, with the spread of the stamps about it."""

    index: float
    time_s: float
    tick_s: float
    spread_s: float

    def time_of(self, index: float | Array) -> float | Array:
        """When the tick of that number is due."""
        return self.time_s + (index - self.index) * self.tick_s


class TickLine:
    """The line through the ticks of a clock that jitters, loses some, pauses and changes tempo.

    Ticks are numbered as the sender counts them. A late tick is not taken for a lost one: only when
    a run of ticks lies whole ticks off the line is their number put right.

    Args:
        edge: which stamps of their spread are right: 0 those in the middle, 1 the latest (stamps
            come up to a period early, as JACK's do), -1 the earliest.
    """

    def __init__(self, edge: float = 0.0) -> None:
        self._edge = edge
        self._indices: deque[int] = deque(maxlen=WINDOWS[0])
        self._stamps: deque[float] = deque(maxlen=WINDOWS[0])
        self._next = 0
        self._since_pause = AFTER_PAUSE
        self._line: Line | None = None
        self._known: Line | None = None
        self._fresh = True

    @property
    def next_index(self) -> int:
        """The number of the tick that comes next."""
        return self._next

    def restart(self) -> None:
        """What follows is a grid of its own, at a tempo that is assumed to be the last one's."""
        self._known = self.line() or self._known
        self._indices.clear()
        self._stamps.clear()
        self._since_pause = AFTER_PAUSE
        self._line, self._fresh = None, True

    def add(self, stamp_s: float) -> None:
        """Hears a tick."""
        if self._stamps and stamp_s - self._stamps[-1] > PAUSE_S:
            self._resume(stamp_s)
        self._indices.append(self._next)
        self._stamps.append(stamp_s)
        self._next += 1
        self._fresh = False
        if self._since_pause < AFTER_PAUSE:
            self._since_pause += 1
            if self._since_pause == AFTER_PAUSE:
                self._put_right(AFTER_PAUSE, self._line)
        elif len(self._stamps) >= STEADY + SHIFT_RUN and self._next % (SHIFT_RUN // 3) == 0:
            self._find_loss()

    def line(self) -> Line | None:
        """The line now; None before there are ticks enough."""
        if not self._fresh and self._since_pause == AFTER_PAUSE:
            self._line = self._fitted() or self._line
            self._fresh = True
        return self._line

    def _resume(self, stamp_s: float) -> None:
        """After a drop-out: the line goes on, and the tick that comes is the nearest on it."""
        line = self.line()
        if line is None:
            self.restart()
            return
        self._next = max(self._next, round(line.index + (stamp_s - line.time_s) / line.tick_s))
        self._since_pause = 0

    def _find_loss(self) -> None:
        """Looks whether the last ticks all lie equally far off the line before them.

        By whole ticks, some were lost: the numbers are put right. Otherwise the clock has stalled:
        it goes on from there at the tempo it had. (Not where stamps spread too far to tell.)
        """
        before, bend = self._robust_and_bend(slice(-STEADY - SHIFT_RUN, -SHIFT_RUN))
        one = self._off(before, slice(-SHIFT_RUN, -SHIFT_RUN // 2))
        other = self._off(before, slice(-SHIFT_RUN // 2, None))
        off = (one + other) / 2
        if abs(one - other) > LEVEL or abs(off) < LEVEL or bend > BENT:
            return
        if abs(off - round(off)) < LEVEL:
            self._put_right(SHIFT_RUN, before)
        elif before.spread_s < LEVEL * before.tick_s:
            while len(self._stamps) > SHIFT_RUN:
                self._indices.popleft()
                self._stamps.popleft()
            self._known = before

    def _put_right(self, count: int, line: Line | None) -> None:
        if line is None:
            return
        shift = round(self._off(line, slice(-count, None)))
        if count < len(self._indices):
            # Numbers only go up.
            shift = max(shift, self._indices[-count - 1] + 1 - self._indices[-count])
        for at in range(-count, 0):
            self._indices[at] += shift
        self._next += shift
        self._fresh = False

    def _off(self, line: Line, which: slice) -> float:
        """How many ticks late the ticks are, in the middle."""
        indices, stamps = self._arrays(which)
        late = stamps - line.time_of(indices) + self._bias(line.spread_s)
        return float(np.median(late)) / line.tick_s

    def _fitted(self) -> Line | None:
        count = len(self._stamps)
        if count < FEWEST:
            return self._continued()
        line = self._straight(count)
        if line is None or not FASTEST_S <= line.tick_s <= SLOWEST_S:
            return None
        doubt_s = line.spread_s * math.sqrt(12 / count**3)
        if count < STEADY and self._known and abs(line.tick_s - self._known.tick_s) < 3 * doubt_s:
            return self._continued()
        return line

    def _straight(self, count: int) -> Line | None:
        """Through as many of the last ticks as lie on one line; None where not even the fewest do.

        Then the clock has just stalled or jumped, and the line before goes on until it is known
        where the clock is now.
        """
        for window in WINDOWS:
            line, bend = self._robust_and_bend(slice(-min(window, count), None))
            if bend < (BENT if window > STEADY else JUMPED):
                return line
        return None

    def _continued(self) -> Line | None:
        """Few ticks, laid on a line of the last tempo."""
        if not self._known or not self._stamps:
            return None
        tick_s, spread = self._known.tick_s, self._known.spread_s
        indices, stamps = self._arrays(slice(None))
        middle = float(np.median(stamps - (indices - indices[-1]) * tick_s))
        return Line(float(indices[-1]), middle + self._bias(spread), tick_s, spread)

    def _robust_and_bend(self, which: slice) -> tuple[Line, float]:
        """A line by least squares, and how many standard errors the ticks are from being straight.

        Outliers are left out. They are told by the median slope between ticks half the window apart
        (after Theil and Sen). What rounding to periods does to stamps is undone at last, where they
        show it: it does not average out as noise does, for it repeats with every few ticks.
        """
        indices, stamps = self._arrays(which)
        last, half = indices[-1], len(indices) // 2
        x, y = indices - last, stamps - stamps[-1]
        slope = np.median((y[half:] - y[: len(y) - half]) / (x[half:] - x[: len(x) - half]))
        rest = y - slope * x
        keep = np.ones(len(x), dtype=bool)
        for _ in range(3):
            middle = np.median(rest[keep])
            off = np.abs(rest - middle)
            keep = off <= max(OUTLIER * 1.4826 * float(np.median(off)), NARROWEST_S)
            slope, offset = _least_squares(x[keep], y[keep])
            rest = y - slope * x
        rest = rest - offset
        spread = float(np.sqrt(np.sum(rest[keep] ** 2) / max(np.sum(keep) - 2, 1)))
        bend = _leaning(x, rest, keep, spread)
        if self._edge and (found := _unquantised(x[keep], y[keep])):
            whole, period_s = found
            slope, offset = _least_squares(x[keep], whole)
            spread = period_s / math.sqrt(12)
        else:
            bend = max(bend, _curvature(x[keep], rest[keep], spread))
        time_s = float(stamps[-1] + offset) + self._bias(spread)
        return Line(float(last), time_s, float(slope), spread), bend

    def _bias(self, spread_s: float) -> float:
        """From the middle of the stamps to where they are right: half the width, were it even."""
        return self._edge * spread_s * math.sqrt(3)

    def _arrays(self, which: slice) -> tuple[Array, Array]:
        return np.array(self._indices, float)[which], np.array(self._stamps)[which]


def _least_squares(x: Array, y: Array) -> tuple[float, float]:
    """Slope of a straight line, and where it is at 0."""
    centred = x - x.mean()
    slope = float(centred @ y) / float(centred @ centred)
    return slope, float(y.mean()) - slope * float(x.mean())


def _unquantised(x: Array, y: Array) -> tuple[Array, float] | None:
    """Stamps as they were before they were rounded to whole periods, in the middle; and the period.

    Gaps between ticks so rounded have two lengths, a period apart. So each tick is known to be a
    whole number of periods on from where the short gaps alone would take it. Such numbers are a
    straight line rounded; of all the lines that round to them, the mean is taken.

    Args:
        x: numbers of the ticks, going up.
        y: their stamps in seconds.

    Returns:
        None where no straight line rounds to these stamps.

    Source: L. Dorst and A. W. M. Smeulders, "Discrete Representation of Straight Lines", IEEE
        Transactions on Pattern Analysis and Machine Intelligence 6 (4), 1984.
    """
    steps, gaps = np.diff(x), np.diff(y)
    each = gaps / steps
    between = (each.max() + each.min()) / 2
    for _ in range(2):
        long = each > between
        if long.all() or not long.any():
            return None
        short_s, long_s = float(np.median(each[~long])), float(np.median(each[long]))
        between = (short_s + long_s) / 2
    period_s = long_s - short_s
    if period_s < NARROWEST_S:
        return None
    periods = np.cumsum(np.concatenate([[0.0], np.round((gaps - steps * short_s) / period_s)]))
    reach = 1 / (x[-1] - x[0])
    least, most = (periods[-1] - 1) * reach, (periods[-1] + 1) * reach
    for _ in range(ZOOMS):
        slopes = np.linspace(least, most, SLOPES)
        rest = periods - slopes[:, None] * x
        room = 1 - np.ptp(rest, axis=1)  # how far lines of each slope can be moved
        fits = np.flatnonzero(room >= min(float(room.max()), 1e-9))
        least, most = slopes[max(fits[0] - 1, 0)], slopes[min(fits[-1] + 1, SLOPES - 1)]
    share = np.maximum(room, 0)
    if not share.any():
        return None
    slope = np.average(slopes, weights=share)
    middle = np.average((rest.max(axis=1) + rest.min(axis=1)) / 2, weights=share)
    return y - period_s * (periods - slope * x - middle), period_s


def _curvature(x: Array, rest: Array, spread: float) -> float:
    """How far from 0 the quadratic term of what a straight line leaves is, in standard errors."""
    centred = x - x.mean()
    square = centred**2
    square -= square.mean()
    square -= centred * (square @ centred) / (centred @ centred)
    doubt = math.sqrt(float(square @ square)) * max(spread, 1e-5)
    return abs(float(square @ rest)) / doubt


def _leaning(x: Array, rest: Array, keep: NDArray[np.bool_], spread: float) -> float:
    """If the last ticks are outliers: how many standard errors their slope is from the line's.

    A new tempo leans; where ticks were lost, those that follow lie off, but level.
    """
    run = int(np.argmax(keep[::-1]))
    if run < LATEST:
        return 0.0
    slope, _ = _least_squares(x[-run:], rest[-run:])
    doubt = max(spread, 1e-5) * math.sqrt(12 / run**3)
    return abs(slope) / doubt
