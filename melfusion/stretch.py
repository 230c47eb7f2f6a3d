"""A loop at another tempo and the same pitch, exactly as long as asked, and still a circle.

Threading: pure; the player runs it in a worker thread. The library lets go of the interpreter while
it works, so the audio callback is not held up.
"""

import numpy as np
import numpy.typing as npt
from python_stretch.Signalsmith import Stretch

Frames = npt.NDArray[np.float32]

JOINT_S = 0.02
"""How long the seam's crossfade takes; it lies before the seam, so that beat one keeps its attack.
"""


def stretch(frames: Frames, length: int, rate: int) -> Frames:
    """Stretches a loop.

    The stretcher runs along a line: it is shown the end of the loop first, so that it has settled
    when the loop begins, and its output before the seam is led over into what it gave before the
    loop's beginning.

    Args:
        frames: [N, 2], float32.
        length: how many frames there shall be.
        rate: samples a second.

    Returns:
        [length, 2], float32.

    Source: Signalsmith Stretch (Luff, 2022), by way of python-stretch.
    """
    stretcher = Stretch(1)
    stretcher.preset(2, float(rate))
    factor = len(frames) / length
    stretcher.setTimeFactor(factor)
    joint = min(round(JOINT_S * rate), length // 4)
    # It makes up for its own latency: what stands at `lead` comes out at `first`.
    block = stretcher.blockSamples()
    lead = 2 * block + round(joint * factor)
    first = round(lead / factor)
    around = np.arange(-lead, len(frames) + 2 * block) % len(frames)
    line = np.asarray(stretcher.process(np.ascontiguousarray(frames[around].T))).T
    circle = np.array(line[first : first + length], np.float32)
    _join(circle, line[first - joint : first])
    return circle


def _join(circle: Frames, before: Frames) -> None:
    """Leads the end of `circle` over into `before`, which is what goes before its beginning.

    Both are the same music with phases that have run apart; the gain keeps the power even, however
    alike they are.
    """
    joint = len(before)
    there = np.linspace(0, 1, joint, dtype=np.float32)[:, None]
    end = circle[-joint:]
    power = np.sqrt(np.sum(end**2) * np.sum(before**2))
    alike = float(np.clip(np.sum(end * before) / power, 0.0, 1.0)) if power else 1.0
    gain = 1 / np.sqrt(there**2 + (1 - there) ** 2 + 2 * alike * there * (1 - there))
    circle[-joint:] = gain * (there * before + (1 - there) * end)
