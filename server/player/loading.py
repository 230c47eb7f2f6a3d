"""Loops from the library into memory, at the device's rate and the exact length.

Threading: pure functions, which the player runs in a worker thread; never in the audio callback.
"""

from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

from melfusion import loop
from melfusion.music import Metre

from ..clips import Clip
from .limiter import Frames

SLACK_S = 0.001
"""How far a file may be from the length that its recipe says."""


class LoadError(Exception):
    """A loop cannot be played; the text is for the user."""


def load(clip: Clip, rate: int) -> Frames:
    """The whole of a clip.

    A loop is a circle, so it is resampled on the circle: by its Fourier series, which has no ends.

    Args:
        clip: of the library.
        rate: samples a second that are wanted.

    Returns:
        [frames, 2], float32; as many frames as a loop of its bars and tempo has at `rate`.

    Raises:
        LoadError: the file is gone, damaged, or not as long as it should be.
    """
    frames, file_rate = _read(clip.path)
    request, plan = clip.recipe["request"], clip.recipe["plan"]
    bars, metre, bpm = request["bars"], Metre.parse(plan["metre"]), plan["bpm"]
    if abs(len(frames) / file_rate - loop.seconds(bars, metre, bpm)) > SLACK_S:
        raise LoadError(f"{clip.path.name} is not as long as its recipe says")
    length = loop.samples(bars, metre, bpm, rate)
    if length == len(frames):
        return frames
    fitted = scipy.signal.resample(frames, length, axis=0)
    return np.ascontiguousarray(fitted, np.float32)


def _read(path: Path) -> tuple[Frames, int]:
    try:
        frames, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise LoadError(f"{path.name} cannot be read: {error}") from None
    if frames.shape[1] > 2 or not np.isfinite(frames).all():
        raise LoadError(f"{path.name} is no loop in mono or stereo")
    return np.ascontiguousarray(np.broadcast_to(frames, (len(frames), 2))), int(rate)
