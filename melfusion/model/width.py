"""Width: two channels out of one, whose mean is that one.

The model renders a point in the middle. What is added to one channel and taken from the other is
the same sound turned by a quarter, forwards or backwards from one narrow band to the next, so that
ears cannot place it while both channels have the same spectrum (after Orban, JAES 18, 1970). A
mixer set to mono, a subwoofer and everything that measures the sum of both channels get exactly
what was rendered. Basses, and the low end of all else, stay in the middle.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.signal
from numpy.typing import NDArray

from .codec import SAMPLE_RATE

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Width:
    """How wide a part is.

    Attributes:
        side: amplitude of the side against the middle; channels of unlike sounds would have 1.
        from_hz: where it begins; an octave higher it is all there.
        taps: samples over which phases are scattered: few keep attacks sharp.
        seed: of the phases, so that parts do not lean the same way.
    """

    side: float
    from_hz: float
    taps: int
    seed: int


WIDTHS = {
    "drums": Width(0.22, 500, 256, 1),
    "chords": Width(0.5, 200, 1024, 2),
    "lead": Width(0.3, 250, 512, 3),
}
"""Parts that are not named stay in the middle."""


def widened(audio: Floats, part: str) -> Floats:
    """A loop in stereo: [N] -> [2, N] whose mean is the loop; on the circle, like all here."""
    if part not in WIDTHS:
        return np.stack([audio, audio])
    scatter = _scatter(WIDTHS[part])
    after = len(scatter) // 2
    before = len(scatter) - 1 - after
    around = np.take(audio, np.arange(-before, len(audio) + after), mode="wrap")
    side = scipy.signal.oaconvolve(around, scatter, "valid").astype(np.float32)
    return np.stack([audio + side, audio - side])


@cache
def _scatter(width: Width) -> Floats:
    """Impulse response from the middle to the side: [taps]."""
    hertz = np.fft.rfftfreq(width.taps, 1 / SAMPLE_RATE)
    rise = np.clip(np.log2(np.maximum(hertz, 1) / width.from_hz), 0, 1)
    turns = np.random.default_rng(width.seed).choice((-1j, 1j), len(hertz))
    response = np.fft.irfft(width.side * np.sin(np.pi / 2 * rise) * turns)
    # What lies near the middle of the window is kept, and makes up for what does not.
    window = scipy.signal.windows.hann(width.taps, sym=False)
    shaped = np.roll(response, width.taps // 2) * window / np.sqrt(np.mean(window**2))
    return np.asarray(shaped, np.float32)
