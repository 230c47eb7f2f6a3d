"""Rhythms written on the sixteenth grid of a bar, and their fitting to any metre.

A pattern is a string with one character for each sixteenth of one or more bars. What a character
means is the reader's business (drum hits, bass degrees, chord strokes); here "." is a rest and "-"
holds what sounds.
"""

from dataclasses import dataclass
from itertools import pairwise

from ..music import Metre


@dataclass(frozen=True)
class Event:
    """A sign of a pattern: where it stands and how long it is held, in sixteenths."""

    start: int
    length: int
    sign: str


def groups(metre: Metre) -> tuple[int, ...]:
    """Lengths in sixteenths of the beats that a bar is felt in.

    Quarter metres are felt in quarters; 6/8, 9/8 and 12/8 in dotted quarters; other eighth metres
    in twos with the odd three at the end (7/8 is 2+2+3).
    """
    total = round(metre.quarters * 4)
    if metre.denominator == 8 and metre.numerator % 3 == 0:
        return (6,) * (total // 6)
    if total < 4:
        return (total,)
    whole = [4] * (total // 4)
    whole[-1] += total % 4
    return tuple(whole)


def fit(pattern: str, written: Metre, wanted: Metre) -> str:
    """A pattern written in one metre, laid beat by beat over the bars of another.

    The wanted beats take the written ones in turn; a longer beat repeats its second half, a shorter
    one loses its end. A pattern of several bars stays one of several bars.

    Args:
        pattern: whole bars in the metre `written`.
        written: the metre it was written in.
        wanted: the metre it is needed in.
    """
    if written == wanted:
        return pattern
    size = round(written.quarters * 4)
    bars = [pattern[i : i + size] for i in range(0, len(pattern), size)]
    return "".join(_fit_bar(bar, groups(written), groups(wanted)) for bar in bars)


def _fit_bar(bar: str, written: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    edges = [sum(written[:i]) for i in range(len(written) + 1)]
    beats = [bar[a:b] for a, b in pairwise(edges)]
    fitted = ""
    for index, size in enumerate(wanted):
        beat = beats[index % len(beats)]
        while len(beat) < size:
            beat += beat[len(beat) // 2 :]
        fitted += beat[:size]
    return fitted


def events(pattern: str) -> list[Event]:
    """Everything that starts in a pattern, each held through the "-" that follow it."""
    found = []
    for start, sign in enumerate(pattern):
        if sign not in ".-":
            rest = pattern[start + 1 :]
            found.append(Event(start, 1 + len(rest) - len(rest.lstrip("-")), sign))
    return found
