"""What a metric gives, and how sure one can be of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Score:
    """A number and the interval that it would fall into for 95 of 100 sets drawn like this one.

    Attributes:
        value: the metric.
        low: lower end of the interval.
        high: upper end.
        count: samples that were measured.
        draws: the metric of every round of the bootstrap, [rounds]; the same rounds draw the same
            samples in every Score of as many, so that differences can be taken round by round.
    """

    value: float
    low: float
    high: float
    count: int
    draws: Array = field(default_factory=lambda: np.zeros(0), repr=False, compare=False)

    def minus(self, other: "Score") -> "Score":
        """The difference, with an interval of its own: what both share by the sample cancels.

        Raises:
            ValueError: they are not of as many samples and rounds.
        """
        if (self.count, len(self.draws)) != (other.count, len(other.draws)):
            raise ValueError(f"{self.count} samples cannot be paired with {other.count}")
        return _score(self.value - other.value, self.draws - other.draws, self.count)


class Sets:
    """Rows that come in batches: `update` of a metric fills them, `compute` reads them."""

    def __init__(self, *names: str) -> None:
        self._rows: dict[str, list[Array]] = {name: [] for name in names}

    def add(self, name: str, rows: ArrayLike) -> None:
        """Adds rows to a set.

        Args:
            name: which set.
            rows: [n, d], or [d] for one.

        Raises:
            ValueError: they are not finite, or not as wide as those before.
        """
        array = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        if array.ndim != 2 or not np.isfinite(array).all():
            raise ValueError(f"{name}: rows must be finite numbers, [n, d]")
        known = next((kept[0] for kept in self._rows.values() if kept), array)
        if known.shape[1] != array.shape[1]:
            raise ValueError(f"{name}: {array.shape[1]} wide, the others {known.shape[1]}")
        self._rows[name].append(array)

    def batches(self, name: str) -> list[NDArray[np.intp]]:
        """Which rows of a set came together, for every time that some were added."""
        ends = np.cumsum([len(rows) for rows in self._rows[name]])
        return np.split(np.arange(ends[-1]), ends[:-1]) if len(ends) else []

    def get(self, name: str, least: int = 2) -> Array:
        """All rows of a set: [N, d].

        Raises:
            ValueError: there are fewer than `least`.
        """
        rows = np.concatenate(self._rows[name]) if self._rows[name] else np.zeros((0, 0))
        if len(rows) < least:
            raise ValueError(f"{name}: needs at least {least} samples, has {len(rows)}")
        return rows


def bootstrapped(
    measure: Callable[[NDArray[np.intp]], float],
    count: int,
    rounds: int = 200,
    seed: int = 0,
    centred: bool = False,
) -> Score:
    """A metric of `count` samples with its percentile bootstrap interval (Efron, 1979).

    Args:
        measure: gives the metric of the samples with these indices; every index may come often.
        count: how many samples there are.
        rounds: how many times as many are drawn again; 0 leaves the interval open.
        seed: decides the draws.
        centred: moves all draws so that their median is the metric, for one that fewer different
            samples make larger: of N drawn again, about 0.63 N are different.
    """
    value = float(measure(np.arange(count)))
    rng = np.random.default_rng(seed)
    drawn = np.array([measure(_drawn(rng, count)) for _ in range(rounds)], np.float64)
    if centred and rounds:
        drawn += value - np.median(drawn)
    return _score(value, drawn, count)


def _drawn(rng: np.random.Generator, count: int) -> NDArray[np.intp]:
    """As many samples as there are, of two different ones at least: one alone has no spread."""
    while True:
        chosen = rng.integers(count, size=count)
        if count == 1 or (chosen != chosen[0]).any():
            return chosen


def _score(value: float, draws: Array, count: int) -> Score:
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(draws, [tail, 100 - tail]) if len(draws) else (np.nan, np.nan)
    return Score(value, float(low), float(high), count, draws)
