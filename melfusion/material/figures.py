"""Figures of the pitched parts: chosen for a scene, fitted to its metre, laid on its chords."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from ..music import Chord, Metre, Plan
from .grid import events, fit, groups
from .scene import Scene
from .styles import Groove, Pattern

Written = TypeVar("Written", Pattern, Groove)

STEP = 0.25
"""A sixteenth, in quarter notes."""

TOUCH = {"X": 1.18, "o": 0.55}
"""How much harder or softer than an x the signs of chords and lead are played."""


@dataclass(frozen=True)
class Moment:
    """An event of a figure laid on the loop: where it is, in sixteenths, and what sounds there."""

    bar: int
    step: int
    start_beats: float
    length: int
    sign: str
    chord: Chord
    on_beat: bool


def steps_in(metre: Metre) -> int:
    """Sixteenths of a bar."""
    return round(metre.quarters * 4)


def choose_written(
    scene: Scene,
    choices: Sequence[Written],
    density: Callable[[Written], float],
    rng: random.Random,
) -> Written:
    """One of the choices, by metre and energy.

    Args:
        scene: those written in its metre come before all others; the more energy it has, the
            likelier are the denser ones.
        choices: grooves or patterns.
        density: how many notes a choice has for each sixteenth.
        rng: decides.
    """
    ranked = sorted([c for c in choices if c.metre == scene.plan.metre] or choices, key=density)
    places = [i / max(len(ranked) - 1, 1) for i in range(len(ranked))]
    weights = [math.exp(-((place - scene.energy) ** 2) / 0.2) for place in places]
    return rng.choices(ranked, weights)[0]


def choose_figure(scene: Scene, patterns: tuple[Pattern, ...], rng: random.Random) -> str:
    """One of a part's figures, fitted to the metre of the scene; its first bar is never empty."""
    pattern = choose_written(scene, patterns, lambda p: len(events(p.text)) / len(p.text), rng)
    return _fitted(pattern, scene.plan.metre)


def _fitted(pattern: Pattern, metre: Metre) -> str:
    figure = fit(pattern.text, pattern.metre, metre)
    if events(figure[: steps_in(metre)]):
        return figure
    return events(pattern.text)[0].sign + figure[1:]


def rows_of(plan: Plan, figure: str) -> list[str]:
    """A figure of one or more bars, repeated over the loop, cut into its bars."""
    size = steps_in(plan.metre)
    return [figure[bar * size % len(figure) :][:size] for bar in range(plan.bars)]


def turned(
    scene: Scene, rows: list[str], patterns: tuple[Pattern, ...], rng: random.Random
) -> list[str]:
    """The rows; the last of three or more is given to another of the part's figures at times."""
    if len(rows) < 3 or rng.random() > 0.35:
        return rows
    metre = scene.plan.metre
    pattern = rng.choice([p for p in patterns if p.metre == metre] or patterns)
    return [*rows[:-1], rows_of(scene.plan, _fitted(pattern, metre))[-1]]


def anchored(figure: str, rng: random.Random, chance: float) -> str:
    """The figure, made to start on the one with a chance of `chance`."""
    if figure[0] == "." and rng.random() < chance:
        sign = next((sign for sign in figure if sign not in ".-"), ".")
        return sign + figure[1:]
    return figure


def laid(plan: Plan, rows: list[str]) -> list[Moment]:
    """Rows, one for each bar, laid over the loop; what is held over a change is struck anew."""
    size = steps_in(plan.metre)
    beats_at = {sum(groups(plan.metre)[:i]) for i in range(len(groups(plan.metre)))}
    changes, moments = _changes(plan), []
    for event in events("".join(rows)):
        inside = [c for c in changes if event.start < c < event.start + event.length]
        for start, end in pairwise([event.start, *inside, event.start + event.length]):
            bar, step = divmod(start, size)
            chord = plan.chord_at((start + 0.01) / size)
            moments.append(Moment(
                bar, step, start * STEP, end - start, event.sign, chord, step in beats_at
            ))  # fmt: skip
    return moments


def _changes(plan: Plan) -> list[int]:
    """The steps of the loop at which the chord changes."""
    size, found = steps_in(plan.metre), []
    previous = plan.chords[0][0]
    for bar, row in enumerate(plan.chords):
        for index, chord in enumerate(row):
            if chord != previous:
                found.append(bar * size + -(-size * index // len(row)))
            previous = chord
    return found
