"""Exact lengths: how many samples and frames a loop has.

Tempo is quarter notes a minute, always, whatever the metre's denominator (as in Live, MIDI files
and Link). Everything here is pure arithmetic.
"""

from .music import Metre


def quarters(bars: int, metre: Metre) -> float:
    """Length of `bars` bars in quarter notes: `bars * numerator * 4 / denominator`."""
    return bars * metre.numerator * 4 / metre.denominator


def seconds(bars: int, metre: Metre, bpm: float) -> float:
    """Length of `bars` bars at `bpm` quarter notes a minute, in seconds."""
    return quarters(bars, metre) * 60 / bpm


def samples(bars: int, metre: Metre, bpm: float, rate: int) -> int:
    """Number of samples of a loop: `round(bars * quarters_per_bar * 60 / bpm * rate)`.

    Args:
        bars: number of bars, at least 1.
        metre: the time signature.
        bpm: quarter notes a minute; any positive float.
        rate: samples a second.
    """
    return round(quarters(bars, metre) * 60 / bpm * rate)


def positions(count: int, length: int) -> list[int]:
    """First sample of each of `count` frames laid evenly round a circle of `length` samples."""
    return [i * length // count for i in range(count)]
