"""The loops in memory: read and fitted in a worker thread, and kept for the next time.

Threading: the work is done in one thread of the pool; everything else on the asyncio loop.
"""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.signal

from melfusion.stretch import stretch

from ..clips import Clip
from .limiter import Frames
from .loading import load
from .voice import EXACT, Sound

MOST_BYTES = 512 << 20
NEAR = 0.001
"""A tempo so near is met by resampling, 1.7 cents at most, which keeps every attack as it is."""


class Loops:
    """Gives loops at the device's rate, and at any tempo."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "loops")
        self._kept: OrderedDict[tuple[str, int], Sound] = OrderedDict()

    async def own(self, clip: Clip, rate: int) -> Sound:
        """A clip at its own tempo.

        Raises:
            LoadError: its file cannot be played.
        """
        known = clip.id, rate
        if known not in self._kept:
            loop = asyncio.get_running_loop()
            self._kept[known] = await loop.run_in_executor(
                self._thread, lambda: Sound.of(load(clip, rate))
            )
            while sum(sound.frames.nbytes for sound in self._kept.values()) > MOST_BYTES:
                if len(self._kept) == 1:
                    break
                self._kept.popitem(last=False)
        self._kept.move_to_end(known)
        return self._kept[known]

    async def fitted(self, own: Sound, length: float, rate: int) -> Sound:
        """A loop at a tempo at which it takes `length` frames; itself if it takes as many."""
        if abs(len(own.frames) - length) <= EXACT:
            return own
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _fit, own.frames, round(length), rate)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _fit(frames: Frames, length: int, rate: int) -> Sound:
    if abs(length / len(frames) - 1) <= NEAR:
        return Sound.of(np.asarray(scipy.signal.resample(frames, length, axis=0), np.float32))
    return Sound.of(stretch(frames, length, rate))
