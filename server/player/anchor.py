"""Which frame of the device is heard at which second of time.monotonic().

Every callback tells when its first frame will be heard, with a jitter of milliseconds. The median
of ANCHOR callbacks is the anchor; later ones move it, slowly, since no two clocks run alike. Only
the reckoning moves: sound that plays never does.

Threading: `note` and `upset` belong to the audio callback, the rest to the owner. The owner may
read a value that is just being replaced by another as good.
"""

import numpy as np

ANCHOR = 40
"""Callbacks whose median counts."""

STEADY_S = 0.01
"""A clock whose middle half spreads wider is none, as when JACK runs freewheeling."""

JUMP_S = 0.02
"""An anchor that is so far off is thrown away, not corrected."""

SHARE, MOST_S = 0.1, 0.0001
"""How much of an error one median corrects, and how much at most."""


class FrameClock:
    """Frames against seconds.

    Args:
        rate: frames a second.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.steady = False
        self.anchorings = 0
        self._offset = 0.0
        self._noted = np.zeros(ANCHOR, np.float64)
        self._count = 0
        self._settled = 0
        self._upset = False

    def note(self, frame: int, heard_s: float) -> None:
        """Frame `frame` is heard at `heard_s`."""
        self._noted[self._count % ANCHOR] = heard_s - frame / self.rate
        self._count += 1

    def upset(self) -> None:
        """Frames may have been lost: the anchor holds no longer."""
        self._upset = True

    def settle(self) -> None:
        """Takes what the callbacks have noted into account."""
        if self._upset:
            self._upset, self.steady, self._settled = False, False, self._count
        if self._count - self._settled < ANCHOR:
            return
        self._settled = self._count
        low, middle, high = np.quantile(self._noted, (0.25, 0.5, 0.75))
        error = float(middle) - self._offset
        if high - low > STEADY_S:
            self.steady = False
        elif not self.steady or abs(error) > JUMP_S:
            self.steady = True
            self.anchorings += 1
            self._offset = float(middle)
        else:
            self._offset += float(np.clip(SHARE * error, -MOST_S, MOST_S))

    def frame_at(self, time_s: float) -> float:
        """The frame that is heard at `time_s`, with its fraction."""
        return (time_s - self._offset) * self.rate

    def time_at(self, frame: float) -> float:
        """When `frame` is heard."""
        return self._offset + frame / self.rate
