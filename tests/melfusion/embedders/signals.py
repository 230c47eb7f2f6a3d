"""Sounds that any machine computes alike; musicnn_reference.json tells what the original hears."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def chord(rate: int = 16000, seconds: float = 4) -> Samples:
    """A major, struck twice a second."""
    time = np.arange(round(seconds * rate)) / rate
    tones = [np.sin(2 * np.pi * hertz * time) for hertz in (220, 277.18, 329.63)]
    return (0.1 * np.sum(tones, axis=0) * np.exp(-4 * (time % 0.5))).astype(np.float32)


def beat(rate: int = 16000, seconds: float = 4) -> Samples:
    """A short fast sweep from top to bottom, four times a second."""
    time = np.arange(round(seconds * rate)) / rate
    since = time % 0.25
    sweep = np.sin(2 * np.pi * 150 * np.exp(-40 * since) - 2 * np.pi * 60 * since)
    return (0.3 * sweep * np.exp(-20 * since)).astype(np.float32)
