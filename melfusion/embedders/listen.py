"""Audio for embedders: mono, and resampled once, straight to the rate that the model wants.

The evaluator that the paper's figures come from resamples 32 kHz files twice; every pass through a
filter moves a distance, so there is one pass here, and none where the rates agree.
"""

from pathlib import Path

import numpy as np
import soundfile

from .contract import Array


def load(path: Path, rate: int) -> Array:
    """Reads a recording of any rate and number of channels that libsndfile knows.

    Args:
        path: the file.
        rate: samples a second that are wanted.

    Returns:
        [N] float32, the mean of its channels, resampled by soxr at its very high quality.

    Raises:
        ValueError: it cannot be read, or has no samples or some that are no numbers.
    """
    import soxr  # an extra's

    try:
        samples, own = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{path} cannot be read as audio: {error}") from error
    mono = samples.mean(1)
    if mono.size == 0 or not np.isfinite(mono).all():
        raise ValueError(f"{path} has no samples, or some that are no numbers")
    if own != rate:
        mono = soxr.resample(mono, own, rate, quality="VHQ")
    return np.asarray(mono, np.float32)


def repeated(samples: Array, least: int) -> Array:
    """The recording round and round until it has `least` samples; as it is if it has them.

    What is measured here are loops, so what follows the end is the beginning. musicnn and CLAP were
    trained on short recordings repeated in the same way.

    Args:
        samples: [N] float32.
        least: how many there must be.

    Raises:
        ValueError: there is no sample.
    """
    if samples.ndim != 1 or len(samples) == 0:
        raise ValueError(f"a mono recording is needed, [N], not {list(samples.shape)}")
    if len(samples) >= least:
        return samples
    return np.asarray(np.resize(samples, least), np.float32)
