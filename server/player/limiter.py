"""A look-ahead limiter: no sample over the ceiling, ever, and no step in the gain.

For every frame the gain that it needs is known WINDOW frames ahead. The smallest gain needed within
the window, averaged over the last window, is never more than what any frame needs: the average runs
over minima that all saw this frame. Both are computed by doubling (1, 2, 4, ... frames), in the
same order for every frame, so that the result does not depend on how frames come in blocks.

Threading: everything runs in the audio callback. Nothing is allocated after the start.
"""

import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.float32]
"""Stereo sound, [frames, 2]."""

CEILING = float(10 ** (-1 / 20))
"""-1 dBFS."""

WINDOW = 512
"""How far it looks ahead, and how long a change of gain takes, in frames; a power of two."""


def spread(values: npt.NDArray[np.floating], both: Frames) -> None:
    """Copies a value a frame, [N], to both channels, [N, 2]: numpy would allocate to broadcast."""
    np.copyto(both[:, 0], values, casting="unsafe")
    np.copyto(both[:, 1], values, casting="unsafe")


class Limiter:
    """Limits a stream of blocks.

    It holds what was mixed from WINDOW frames before the next frame to be given out to WINDOW
    frames after it.

    Args:
        block: frames a call may bring at most.
    """

    def __init__(self, block: int) -> None:
        whole = 2 * WINDOW + block
        self.least_gain = 1.0
        self._mix = np.zeros((whole, 2), np.float32)
        self._need = np.ones(whole, np.float32)
        self._work = np.ones((2, whole), np.float32)
        self._gains = np.ones((block, 2), np.float32)
        self._held = np.zeros((2 * WINDOW, 2), np.float32)
        self._held_need = np.ones(2 * WINDOW, np.float32)

    def history(self) -> Frames:
        """Where the 2 * WINDOW frames round a new place go when the stream has jumped."""
        return self._mix[: 2 * WINDOW]

    def jumped(self) -> None:
        """The history has been filled anew."""
        self._look(0, 2 * WINDOW)

    def inlet(self, count: int) -> Frames:
        """Where the next `count` frames are to be mixed, WINDOW frames ahead of what comes out."""
        return self._mix[2 * WINDOW : 2 * WINDOW + count]

    def process(self, out: Frames) -> None:
        """Takes what is in the inlet, and gives as many limited frames to `out`, [frames, 2]."""
        count = len(out)
        self._look(2 * WINDOW, 2 * WINDOW + count)
        due = self._mix[WINDOW : WINDOW + count]
        self.least_gain = 1.0
        if self._need[: 2 * WINDOW + count].min() < 1.0:
            gain, gains = self._gain(count), self._gains[:count]
            self.least_gain = float(gain.min())
            spread(gain, gains)
            np.multiply(due, gains, out=out)
            # The last bit of a product may lie over what the gain was reckoned for.
            np.clip(out, -CEILING, CEILING, out=out)
        else:
            np.copyto(out, due)
        # By way of a second buffer: numpy would allocate one for an overlapping copy.
        np.copyto(self._held, self._mix[count : count + 2 * WINDOW])
        np.copyto(self._mix[: 2 * WINDOW], self._held)
        np.copyto(self._held_need, self._need[count : count + 2 * WINDOW])
        np.copyto(self._need[: 2 * WINDOW], self._held_need)

    def _look(self, first: int, end: int) -> None:
        """Reckons the gain that the frames of the buffer from `first` to `end` need."""
        left, right = self._work[0, first:end], self._work[1, first:end]
        need = self._need[first:end]
        np.abs(self._mix[first:end, 0], out=left)
        np.abs(self._mix[first:end, 1], out=right)
        np.maximum(left, right, out=need)
        np.maximum(need, CEILING, out=need)
        np.divide(CEILING, need, out=need)

    def _gain(self, count: int) -> npt.NDArray[np.float32]:
        """Gain of each of the next `count` frames to be given out, [count]."""
        whole = 2 * WINDOW + count
        now, then = self._work[0], self._work[1]
        np.copyto(now[:whole], self._need[:whole])
        step = 1
        while step < WINDOW:
            whole -= step
            np.minimum(now[:whole], now[step : whole + step], out=then[:whole])
            now, then = then, now
            step *= 2
        # now[i] is the least gain from frame i on; what follows adds up those before each frame.
        step = 1
        while step < WINDOW:
            whole -= step
            np.add(now[:whole], now[step : whole + step], out=then[:whole])
            now, then = then, now
            step *= 2
        np.multiply(now[:whole], 1 / WINDOW, out=then[:whole])
        # The average that ends with the first frame to be given out is the second one.
        gain: npt.NDArray[np.float32] = then[1 : 1 + count]
        return gain
