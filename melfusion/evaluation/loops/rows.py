"""A row of the table: what was measured, what was aimed at, and whether it was met."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ...metrics.score import Score, bootstrapped

ROUNDS = 500
COLUMNS = ("", "aim", "ceiling", "got", "n", "verdict")
MET, MISSED, TOLD, UNKNOWN = "met", "missed", "no aim", "not measured"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was measured.
        aim: what was aimed at, in words.
        target: the aim as a number; None where there is no aim, nan where it cannot be known.
        got: what was measured of the renders.
        others: what was measured of other sounds, ceilings and controls, by their names.
        unit: of all numbers; "%" for shares, which are 0-1.
        lower: whether less is better.
        about: what a reader must know.
        surely: whether all of the interval has to meet the aim, and not its middle alone.
    """

    name: str
    aim: str
    target: float | None
    got: Score
    others: dict[str, Score] = field(default_factory=dict)
    unit: str = ""
    lower: bool = False
    about: str = ""
    surely: bool = False

    @property
    def missed_by(self) -> float:
        """How far from its aim it stayed; 0 where it met it, nan where that cannot be said."""
        if self.target is None:
            return math.nan
        counted = self.got.value
        if self.surely:
            counted = self.got.high if self.lower else self.got.low
        short = counted - self.target if self.lower else self.target - counted
        return short if math.isnan(short) else max(0.0, short)

    @property
    def verdict(self) -> str:
        """MET, MISSED (also where the renders hold nothing to measure), TOLD or UNKNOWN."""
        if self.target is None:
            return TOLD
        if math.isnan(self.target):
            return UNKNOWN
        return MET if self.missed_by == 0 else MISSED

    def as_dict(self) -> dict[str, Any]:
        """All of it, JSON-able."""
        return {
            "name": self.name,
            "aim": self.aim,
            "target": _known(self.target),
            "unit": self.unit,
            "got": _score(self.got),
            "others": {name: _score(score) for name, score in self.others.items()},
            "verdict": self.verdict,
            "missed by": _known(self.missed_by),
            "about": self.about,
        }

    def cells(self) -> tuple[str, ...]:
        """What stands in COLUMNS."""
        ceilings = ", ".join(f"{name} {self._told(score)}" for name, score in self.others.items())
        got = self._told(self.got)
        if math.isfinite(self.got.low):
            got += f" ({self._number(self.got.low)} to {self._number(self.got.high)})"
        verdict = self.verdict
        if verdict == MISSED:
            known = math.isfinite(self.missed_by)
            verdict += f" by {self._number(self.missed_by)}" if known else ": there is none"
        aim = self.aim
        if self.target is not None and math.isfinite(self.target):
            aim += f" ({self._number(self.target)})"
        return self.name, aim, ceilings, got, str(self.got.count), verdict

    def _told(self, score: Score) -> str:
        return "-" if math.isnan(score.value) else self._number(score.value)

    def _number(self, value: float) -> str:
        if self.unit == "%":
            return f"{100 * value:.1f} %"
        text = f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"
        return f"{text} {self.unit}".rstrip()


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def mean(values: ArrayLike, rounds: int = ROUNDS) -> Score:
    """Mean of what is known of [n] or [scenes, parts], drawn again by scenes."""
    return _middle(values, np.mean, rounds)


def median(values: ArrayLike, rounds: int = ROUNDS) -> Score:
    """Median of what is known of [n] or [scenes, parts], drawn again by scenes."""
    return _middle(values, np.median, rounds)


def median_of_all(groups: Sequence[ArrayLike], rounds: int = ROUNDS) -> Score:
    """Median of all numbers of several groups, which are drawn again as wholes."""
    known = [np.asarray(group, np.float64) for group in groups if np.size(group)]
    if not known:
        return unknown()
    return bootstrapped(
        lambda chosen: float(np.median(np.concatenate([known[i] for i in chosen]))),
        len(known),
        rounds,
    )


def unknown(count: int = 0) -> Score:
    """What cannot be measured."""
    return Score(math.nan, math.nan, math.nan, count)


def certain(value: float, count: int) -> Score:
    """A number that has no interval."""
    return Score(value, math.nan, math.nan, count)


def _middle(values: ArrayLike, of: Callable[..., Any], rounds: int) -> Score:
    array = np.asarray(values, np.float64)
    array = array.reshape(len(array), -1)
    array = array[np.isfinite(array).any(1)]
    if not len(array):
        return unknown()
    score = bootstrapped(
        lambda chosen: float(of(array[chosen][np.isfinite(array[chosen])])), len(array), rounds
    )
    return Score(score.value, score.low, score.high, int(np.isfinite(array).sum()), score.draws)


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _score(score: Score) -> dict[str, Any]:
    numbers = {"value": score.value, "low": score.low, "high": score.high}
    return {name: _known(number) for name, number in numbers.items()} | {"count": score.count}
